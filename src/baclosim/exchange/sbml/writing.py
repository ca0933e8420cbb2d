"""A course being written as SBML: the body as reactions, the sites and effects as rules.

Nothing is written twice: rates, shares, volumes and effects are traced from the functions that a run computes with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ...drugs.companions import LOADS
from ...quantities import QUANTITIES
from ..numbers import known
from ..tracing import NAMED, Tracing, first_line
from .document import DESCRIBED_BY, IS, IS_VERSION_OF, OCCURS_IN, PROPERTY_OF, Document, sid
from .formula import WORDS, SbmlNotation, written
from .references import AT, BACLOFEN, MEANT, SITES, papers, place

if TYPE_CHECKING:
    from ...body.transfers import Rate, Transfer
    from .course import Course

ELSEWHERE = "elsewhere"


class Writing:
    """A course being written: `amounts` names the variable that holds each compartment's amount."""

    def __init__(self, course: Course) -> None:
        self.course, self.body = course, course.body
        self.document = Document(course.scenario.name, course.scenario.title)
        self.tracing = Tracing(SbmlNotation())
        self.of_body = Tracing(SbmlNotation(keeps=False))
        reported = {c.name for c in self.body.concentrations}
        self.amounts = {name: sid(f"{name}_amount" if name in reported else name) for name in self.body.compartments}
        self.companions = companion_compartments(course)

    def formula(self, rate: Rate) -> str:
        """A rate, share or volume of the body, traced."""
        return written(self.of_body.of(rate))

    def parameters(self) -> None:
        """Every number of the course, with its unit, notes and papers."""
        doc, changing = self.document, self.course.changing
        for name, value in self.course.values.items():
            fact = known(name, self.course.group)
            doc.parameter(
                name, fact.unit, value, constant=name not in changing, label=name.replace("_", " "),
                notes=fact.notes, references={DESCRIBED_BY: papers(fact.facts)},
            )  # fmt: skip
        for name, (value, unit, says) in NAMED.items():
            doc.parameter(name.lower(), unit, value, notes=(says,))

    def places(self) -> None:
        """Every compartment of the drug: a place with the volume that a concentration tells, and an amount in it."""
        volumes = {c.compartments[0]: c.volume for c in self.body.concentrations if len(c.compartments) == 1}
        doc = self.document
        doc.compartment(ELSEWHERE, "Elsewhere", notes=("Holds amounts; its own size means nothing.",), references={})
        for name in self.body.compartments:
            if name in self.companions:
                continue
            space = ELSEWHERE
            if name in volumes:
                space = f"space_{sid(name)}"
                doc.compartment(space, f"Space of {name}", references={IS_VERSION_OF: place(name)})
                doc.at_start(space, self.formula(volumes[name]))
            label = QUANTITIES[name].label if name in QUANTITIES else name.replace("_", " ")
            occurs = {OCCURS_IN: place(name)} if space == ELSEWHERE else {}
            doc.species(self.amounts[name], space, f"Baclofen: {label}", {IS: (BACLOFEN,), **occurs})

    def rate_constant(self, name: str, rate: Rate) -> str:
        """A parameter [1/h] that a rate function gives: once, or at all times where a parameter of it changes."""
        self._settled(name, "1/h", rate)
        return name

    def _settled(self, name: str, unit: str, rate: Rate) -> None:
        from ...body.transfers import arguments

        traced, moves = self.of_body.of(rate), not self.course.changing.isdisjoint(arguments(rate))
        if isinstance(traced, float):
            self.document.parameter(name, unit, traced)
            return
        self.document.parameter(name, unit, constant=not moves, notes=(first_line(rate),))
        (self.document.always if moves else self.document.at_start)(name, traced)

    def flows(self) -> None:
        """What moves drug from one compartment to another, as reactions."""
        for name, transfer in self._named_transfers():
            if transfer.source in self.companions:
                continue
            source, target = self.amounts[transfer.source], self.amounts[transfer.target]
            constant = self.rate_constant(f"k_{name}", transfer.rate)
            label = f"{transfer.source} to {transfer.target}"
            self.document.reaction(name, label, f"{constant} * {source}", source=source, target=target)

    def _named_transfers(self) -> Iterator[tuple[str, Transfer]]:
        seen: Counter[str] = Counter()
        for transfer in self.body.transfers:
            name = sid(f"{transfer.source}_to_{transfer.target}")
            seen[name] += 1
            yield (name if seen[name] == 1 else f"{name}_{seen[name]}"), transfer

    def share(self, channel: str, target: str) -> str:
        """The name of the share of a channel that appears in a compartment."""
        return sid(f"share_{channel}_{target}")

    def inputs(self) -> None:
        """For each channel a rate [ug/h] that events may set, and the share of it that appears in each place."""
        doc = self.document
        for channel in self.body.channels:
            of_drug = any(e.target not in self.companions for e in self.body.entries if e.channel == channel)
            unit = "ug/h" if of_drug else "1/h"
            doc.parameter(sid(f"rate_{channel}"), unit, 0.0, constant=False, label=f"Rate of input, {channel}")
        for entry in self.body.entries:
            share = self.share(entry.channel, entry.target)
            self._settled(share, "dimensionless", entry.share)
            if entry.target not in self.companions:
                name, target = sid(f"{entry.channel}_into_{entry.target}"), self.amounts[entry.target]
                law = f"{share} * {sid(f'rate_{entry.channel}')}"
                doc.reaction(name, f"{entry.channel} into {entry.target}", law, target=target)

    def other_drugs(self) -> None:
        """Other drugs, counted in loads, as rates of change: they are no baclofen and flow into none."""
        change: dict[str, list[str]] = {name: [] for name in self.body.compartments if name in self.companions}
        for name, transfer in self._named_transfers():
            if transfer.source in change:
                flow = f"{self.rate_constant(f'k_{name}', transfer.rate)} * {self.amounts[transfer.source]}"
                change[transfer.source].append(f"-{flow}")
                change[transfer.target].append(flow)
        for entry in self.body.entries:
            if entry.target in change:
                rate = sid(f"rate_{entry.channel}")
                change[entry.target].append(f"{self.share(entry.channel, entry.target)} * {rate}")
        for name, terms in change.items():
            label = f"{name}, usual regimen = 1"
            self.document.parameter(self.amounts[name], "dimensionless", 0.0, constant=False, label=label)
            self.document.changes_at(self.amounts[name], " + ".join(f"({term})" for term in terms))

    def concentrations(self) -> None:
        """Amounts over volumes, and the loads of other drugs."""
        for c in self.body.concentrations:
            amount = " + ".join(self.amounts[name] for name in c.compartments) or "0 dimensionless"
            self._told(c.name, f"({amount}) / {self.formula(c.volume)}")

    def _told(self, name: str, formula: object) -> None:
        """A quantity that follows from the others at all times."""
        label, unit = described(name)
        about = {PROPERTY_OF: (AT + MEANT[name],)} if name in MEANT else {}
        self.document.parameter(name, unit, constant=False, label=label, references=about)
        self.document.always(name, formula)

    def _state(self, name: str, start: float, formula: object, references: Any = None, says: str = "") -> None:
        label, unit = described(name)
        self.document.parameter(
            name, unit, start, constant=False, label=label, notes=(says,) if says else (), references=references
        )
        self.document.changes_at(name, formula)

    def sites(self) -> None:
        """The effect sites, which follow concentrations."""
        for site in self.body.sites:
            fed = " + ".join(f"{self.formula(weight)} * {name}" for name, weight in site.inputs.items())
            law = f"{self.formula(site.rate)} * ({fed} - {site.name})"
            where = SITES.get(site.name.split("_")[0])
            self._state(site.name, 0.0, law, {OCCURS_IN: (AT + where,)} if where else None)

    def effects(self) -> None:
        """Quantities of the effects as rules, their states as rates of change."""
        for name, equation in self.course.effects.quantities.items():
            self._told(name, written(self.tracing.of(equation)))
        for state in self.course.effects.states:
            law = written(self.tracing.of(state.rate))
            about = {PROPERTY_OF: (AT + MEANT[state.name],)} if state.name in MEANT else None
            self._state(state.name, state.start, law, about, first_line(state.rate))

    def functions(self) -> None:
        """Words of the vocabulary and functions of the model, those alone that some formula calls."""
        for word in WORDS.values():
            self.document.function(word.id, word.arguments, word.body)
        for function in self.tracing.functions.values():
            self.document.function(function.name, function.arguments, written(function.body), function.says)


def companion_compartments(course: Course) -> frozenset[str]:
    """Compartments that hold no baclofen: what feeds a load, and what is gone of it."""
    loaded = {name for c in course.body.concentrations if c.name in LOADS for name in c.compartments}
    ends = [(t.source, t.target) for t in course.body.transfers]
    return frozenset(spread(loaded, ends))


def spread(begin: Iterable[str], ends: list[tuple[str, str]]) -> set[str]:
    """Everything that flows into these compartments or out of them, however far."""
    found, grown = set[str](), set(begin)
    while grown != found:
        found = grown
        grown = found | {name for pair in ends if not found.isdisjoint(pair) for name in pair}
    return found


def described(name: str) -> tuple[str, str]:
    """Label and unit of a quantity; fluid that only feeds a site is a concentration like the others."""
    if name in QUANTITIES:
        return QUANTITIES[name].label, QUANTITIES[name].unit
    return name.replace("_", " "), "ug/mL"
