"""How far each output may be trusted: grade, data, error of prediction; `python -m baclosim.claims.credibility DOCS`.

The grade is that of the weakest parameter that an output leans on, found by walking its equations. The errors are read
off the tables of docs/validation.md, so that this page says nothing that the other does not show.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from ..body.companions import with_companions
from ..body.drain import DRAIN
from ..body.systemic import CLUMP
from ..body.whole import BLOOD_BODY, WHOLE_BODY
from ..effects.whole import EFFECTS_WITH_SEROTONIN
from ..figures.display import display, readable
from ..leaning import Model
from ..parameters import GRADES, Parameter, parameters
from ..patient import Patient, Patients
from ..quantities import QUANTITIES, Quantity
from .compared import COMPARED, Error, errors
from .counted import PAGES, counted, counts

SHOWN = 4  # fact ids in one cell
OWN_WAY = {"skin": ("skin",), "pocket": ("subcutaneous",), "clump": ("clump",)}
"""Amounts that neither tablets nor a pump fill, and the channel that does."""


# --- what an output leans on ---------------------------------------------------------------------------


@functools.cache
def group() -> Patients:
    """The typical adult on haemodialysis, so that nothing is left out."""
    return Patients.of(Patient(condition="spinal cord injury", dialysis="4 h at 24 h"))


@functools.cache
def model(way: tuple[str, ...]) -> Model:
    """All equations for drug that comes in by these channels."""
    body = with_companions(BLOOD_BODY if "mouth" in way else WHOLE_BODY + DRAIN, ()) + CLUMP
    values = {name: float(array[0]) for name, array in group().parameters.items()} | {"csf_removal_rate": 120.0}
    return Model(body, EFFECTS_WITH_SEROTONIN, frozenset(way), values)


def behind(name: str, way: tuple[str, ...]) -> tuple[Parameter, ...]:
    """The parameters that an output leans on when drug comes in this way; none when none gets there."""
    told = model(way)
    needed = told.behind(name) if name in told.body.compartments or _is_told(told, name) else frozenset()
    if name in told.body.compartments and name not in told.reached():
        return ()
    known = parameters()
    names = (n for n in needed if n in group().parameters)
    return tuple(known[n] for n in group().behind(names) if n in known)


def _is_told(told: Model, name: str) -> bool:
    places = {*(c.name for c in told.body.concentrations), *(s.name for s in told.body.sites)}
    return name in places | {*told.effects.quantities} | {s.name for s in told.effects.states}


def own(name: str, way: tuple[str, ...]) -> tuple[str, ...]:
    """Facts behind the parameters that stand in an output's own equation; of an amount or a level, all behind it."""
    told = model(way)
    leaning = behind(name, way)
    if name in told.effects.quantities or name in {s.name for s in told.effects.states}:
        direct = set(group().behind(n for n in told.needs(name) if n in group().parameters))
        leaning = tuple(p for p in leaning if p.name in direct)
    return tuple(dict.fromkeys(fact for p in leaning for fact in p.facts))


# --- errors of prediction ------------------------------------------------------------------------------


def error_in_words(name: str, known: Sequence[Error]) -> str:
    """The median and the worst factor by which an output is missed; not fitted first, if there is any."""
    mine = [e for e in known if e.fact.startswith(COMPARED.get(name, ()))] if name in COMPARED else []
    for is_fitted, what in ((False, "not fitted"), (True, "fitted only")):
        factors = [e.factor for e in mine if e.is_fitted == is_fitted]
        if factors:
            times = f"×{readable(median(factors))}, worst ×{readable(max(factors))}"
            return f"{times} ({len(factors)} {what})"
    return ""


# --- the page ------------------------------------------------------------------------------------------

HEAD = """# How far each output may be trusted

Written by `python -m baclosim.claims.credibility docs`; a test holds that it is up to date.

**Grade** is that of the weakest parameter that an output leans on, however little: nearly every path passes some
assumption, so the counts behind it (assumed or recalled / all parameters) say more, and
[sensitivity](sensitivity.md) says which of them matter. **Data** are the facts behind the parameters of the output's
own equation. **Error** is the factor between prediction and observation in [the comparisons](validation.md): the median
and the worst of those that set no parameter, or of the fitted ones where there are no others. No entry means that
nobody has measured it in a way that could be compared: such an output is a conclusion of the model, not a finding.

| output | unit | by mouth | by pump | data | error of prediction |
| --- | --- | --- | --- | --- | --- |
"""


def graded(leaning: Sequence[Parameter]) -> str:
    """The weakest grade, with how many are assumed or recalled out of how many."""
    if not leaning:
        return ""
    weakest = max((p.grade for p in leaning), key=GRADES.index)
    return f"{weakest} ({sum(p.is_weak for p in leaning)}/{len(leaning)})"


def facts_in_words(facts: Sequence[str]) -> str:
    """The first few ids, and how many more."""
    more = len(facts) - SHOWN
    return ", ".join(f"`{fact}`" for fact in facts[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def ways_of(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The channels for the column of tablets and for that of the pump."""
    return OWN_WAY.get(name, ("mouth",)), OWN_WAY.get(name, ("catheter",))


def row(quantity: Quantity, known: Sequence[Error]) -> str:
    """The line of one output."""
    name = quantity.name
    ways = ways_of(name)
    facts = own(name, ways[0]) or own(name, ways[1])
    unit = display(quantity.unit, quantity.kind).unit
    cells = (*(graded(behind(name, way)) for way in ways), facts_in_words(facts), error_in_words(name, known))
    return f"| {quantity.label} `{name}` | {unit} | {' | '.join(cells)} |"


def page(validation: str, quantities: Mapping[str, Quantity] = QUANTITIES) -> str:
    """The whole page; `validation` is the text of docs/validation.md."""
    known = tuple(errors(validation))
    told = (q for q in quantities.values() if any(behind(q.name, way) for way in ways_of(q.name)))
    return HEAD + "\n".join(row(quantity, known) for quantity in told) + "\n"


def main(docs: Path) -> None:
    """Write credibility.md into the folder of the docs, beside validation.md, and the counts into pages with some."""
    validation = (docs / "validation.md").read_text(encoding="utf-8")
    (docs / "credibility.md").write_text(page(validation), encoding="utf-8")
    known = counts(validation)
    for name, stated in PAGES.items():
        text = (docs / name).read_text(encoding="utf-8")
        (docs / name).write_text(counted(text, stated, known), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
