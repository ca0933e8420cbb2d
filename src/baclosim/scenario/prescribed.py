"""Everything that one scenario prescribes, by every route, as one therapy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from ..cautions import Caution
from ..errors import InputError, Problems
from ..therapy.alongside import Alongside
from ..therapy.alongside import alongside as read_companion
from ..therapy.charcoal import CAUTION as CHARCOAL_CAUTION
from ..therapy.charcoal import Charcoal, binding, read_charcoal
from ..therapy.doses import Doses, told_apart
from ..therapy.language import parse
from ..therapy.policies.guided import Guided
from ..therapy.policies.guided_doses import Branch
from ..therapy.policies.reading import prescription
from ..therapy.regimen import Regimen
from ..therapy.removal import Removal, rates, read_removals
from ..therapy.steps import Dosing
from ..therapy.timeline import length
from ..therapy.timing import DAY, START_CLOCK, WEEK
from .tables import TherapyTable

if TYPE_CHECKING:
    from .pumped import ImplantedPump

LONGEST = 20 * 365.25 * DAY  # h
# Each key of [therapy] that holds plain words: its route, and how that route is said in the words.
ROUTES = {
    "oral": ("mouth", "by mouth"),
    "topical": ("skin", "on the skin"),
    "intravenous": ("vein", "intravenously"),
    "intrathecal": ("intrathecal", "intrathecally"),
}


class Part(Protocol):
    """Whatever can be prescribed: it speaks, warns and becomes doses."""

    @property
    def notes(self) -> tuple[Caution, ...]:
        """What a reader of the result must know."""
        ...

    def doses(self, until: float, *args: Any, **known: Any) -> Doses:
        """Doses up to `until` [h]."""
        ...


@dataclass(frozen=True)
class Therapy:
    """All that is prescribed together.

    regimens   what is given in doses
    pump       the implanted pump, if there is one
    beside     other drugs
    clock      hour on the wall when the therapy begins, after midnight of a Monday
    earlier    another therapy that came before these parts, and `lead`, the hours it took
    removed    spinal fluid that is drawn off, at hours of the run
    charcoal   activated charcoal, at hours of the run
    """

    regimens: tuple[Regimen | Guided, ...]
    pump: ImplantedPump | None = None
    beside: tuple[Alongside, ...] = ()
    clock: float = START_CLOCK
    earlier: Regimen | None = None
    lead: float = 0.0
    removed: tuple[Removal, ...] = ()
    charcoal: tuple[Charcoal, ...] = ()

    @property
    def parts(self) -> tuple[Part, ...]:
        """Everything that acts from the start of the therapy on; after `lead` hours where something came earlier."""
        return (*self.regimens, *([self.pump] if self.pump else []), *self.beside)

    def __str__(self) -> str:
        given = "; together with ".join(str(part) for part in self.parts)
        drawn = "".join(f"; {removal}" for removal in (*self.removed, *self.charcoal))
        return f"{f'{self.earlier} before hour 0, then ' if self.earlier else ''}{given}{drawn}"

    @property
    def notes(self) -> tuple[Caution, ...]:
        """What a reader of the result must know about the therapy."""
        parts = (*([self.earlier] if self.earlier else []), *self.parts)
        notes = (note for part in parts for note in part.notes)
        return tuple(
            dict.fromkeys((*notes, *syndrome_notes(self.serotonergic), *([CHARCOAL_CAUTION] if self.charcoal else ())))
        )

    @property
    def serotonergic(self) -> tuple[str, ...]:
        """Names of the drugs beside that hold what clears serotonin."""
        return tuple(other.drug.name for other in self.beside if other.drug.is_serotonergic)

    @property
    def drawn(self) -> tuple[tuple[float, float], ...]:
        """Times [h] of the run and the rate [mL/h] at which spinal fluid is drawn from then on; none when never."""
        return rates(self.removed)

    @property
    def binding(self) -> tuple[tuple[float, float], ...]:
        """Times [h] of the run, and from each whether charcoal binds what is in the gut; none when never."""
        return binding(self.charcoal)

    def doses(self, until: float, patients: int = 1, seed: int = 0, **known: Any) -> Doses:
        """Doses of all parts and of what came earlier up to `until` [h]; patients are told apart when any part does."""
        told = {"patients": patients, "seed": seed, **known}
        clock = (self.clock + self.lead) % WEEK
        lists = [part.doses(until - self.lead, start_clock=clock, **told) for part in self.parts]
        if self.earlier:
            lists = [replace(doses, time=doses.time + self.lead) for doses in lists]
            lists.append(self.earlier.doses(min(until, self.lead), start_clock=self.clock, **told))
        if any(doses.patient is not None for doses in lists):
            lists = [told_apart(doses, patients) for doses in lists]
        return sum(lists[1:], start=lists[0]) if lists else Doses.none()

    @property
    def guided(self) -> tuple[Guided | ImplantedPump, ...]:
        """The parts that a policy changes at visits."""
        pump = [self.pump] if self.pump and self.pump.policy else []
        return (*(regimen for regimen in self.regimens if isinstance(regimen, Guided)), *pump)

    def branches(self, until: float, patients: int, seed: int = 0, **known: Any) -> tuple[Branch, ...]:
        """What visits change, ready to be followed; arguments as for `doses`."""
        clock = (self.clock + self.lead) % WEEK
        found = [part.branches(until - self.lead, patients, seed, start_clock=clock, **known) for part in self.guided]
        return tuple(replace(b, late=self.lead, begins=b.begins + self.lead) for each in found for b in each)

    def steady(self, until: float, **known: Any) -> Doses:
        """Doses of all that no policy changes; arguments as for `doses`."""
        guided = self.guided
        regimens = tuple(regimen for regimen in self.regimens if regimen not in guided)
        return replace(self, regimens=regimens, pump=None if self.pump in guided else self.pump).doses(until, **known)

    @property
    def enters_canal(self) -> bool:
        """Whether anything is given into the spinal fluid."""
        return self.pump is not None or any("intrathecal" in routes_of(regimen) for regimen in self.regimens)

    def tips(self, until: float) -> tuple[tuple[float, str], ...]:
        """Where the catheter tip lies: times [h] of the run up to `until`, and the vertebral level from then on."""
        return self.pump.tips(until) if self.pump else ()

    def typical(self) -> Therapy:
        """The same therapy with a pump that gives what is typical of its kind, and with visits that see exactly."""
        regimens = tuple(part.typical() if isinstance(part, Guided) else part for part in self.regimens)
        return replace(self, regimens=regimens, pump=replace(self.pump, differs=False) if self.pump else None)


def syndrome_notes(names: tuple[str, ...]) -> Iterator[Caution]:
    """What two serotonergic drugs together mean, and how its curves are to be read."""
    if len(names) < 2:
        return
    from ..drugs.serotonergic import pairs

    for pair in pairs(names):
        yield Caution(f"{pair.first.name} and {pair.second.name}", f"{pair.danger}: {pair.says}.", pair.first.facts)
    yield Caution(
        "serotonin syndrome",
        "its curves are shares of those who fall ill on the last change of these drugs, not of those who take them; "
        "how many fall ill no evidence tells. Stopping the drugs and emergency care come first.",
        ("serotonin.incidence.vha.nguyen-2017", "serotonin.course.resolved-24h.mason-2000"),
    )


def prescribed(
    table: TherapyTable, start: dt.datetime | None, before: float, dropped: set[str], problems: Problems
) -> Therapy | None:
    """The therapy of a scenario; faults go to `problems`, and then there is none.

    start    date and clock time of hour 0 of the run, None when not given
    before   h that the therapy has gone on by then
    dropped  names the keys of the file that were at fault before
    """
    found = len(problems.found)
    clock = clock_of(start)
    earlier, lead = history(table.earlier, clock, before, problems)
    regimens, pump = tuple(worded(table, problems)), None
    if table.pump is not None:
        from .pumped import pumped

        pump = pumped(table.pump, start, before, problems)
    if (
        not (regimens or pump)
        and len(problems.found) == found
        and not any(key.startswith("therapy") for key in dropped)
    ):
        hint = "What comes after `earlier` is needed as well: oral = 'stop', for instance." if earlier else ""
        problems.add("therapy", None, f"at least one of {', '.join(ROUTES)} or a pump", hint)
    beside = tuple(companions(table.alongside, problems))
    removed = read_removals((entry.given() for entry in table.removed), "therapy.removed", problems)
    charcoal = read_charcoal((entry.given() for entry in table.charcoal), "therapy.charcoal", problems)
    if len(problems.found) > found:
        return None
    return Therapy(regimens, pump, beside, (clock - before - lead) % WEEK, earlier, lead, removed, charcoal)


def history(text: str | None, clock: float, before: float, problems: Problems) -> tuple[Regimen | None, float]:
    """What was taken until hour 0, and for how long [h]; faults go to `problems`.

    clock   hour on the wall at hour 0
    before  h that the therapy itself has gone on: then nothing can have come earlier
    """
    if text is None:
        return None, 0.0
    if before:
        problems.add("therapy.earlier", text, "either `earlier` or `before` of [simulate], not both")
    try:
        regimen = parse(text)
    except InputError as error:
        problems.absorb(error, "therapy.earlier")
        return None, 0.0
    lead = length(regimen.steps, clock)
    if not 0.0 < lead <= LONGEST:
        problems.add("therapy.earlier", text, "an end, at most 20 years on", "Say how long, such as 'for 12 months'.")
        return regimen, 0.0
    return regimen, DAY * round(lead / DAY) if lead > DAY else lead


def companions(alongside: Iterable[str], problems: Problems) -> Iterator[Alongside]:
    """Other drugs that are taken, one by one; faults go to `problems`."""
    for i, text in enumerate(alongside):
        try:
            yield read_companion(text)
        except InputError as error:
            problems.absorb(error, f"therapy.alongside[{i}]")


def clock_of(start: dt.datetime | None) -> float:
    """Hour on the wall at hour 0, after midnight of a Monday."""
    if start is None:
        return START_CLOCK
    return start.weekday() * DAY + start.hour + start.minute / 60.0


def worded(table: TherapyTable, problems: Problems) -> Iterator[Regimen | Guided]:
    """What is prescribed in plain words, route by route; faults go to `problems`."""
    for key, (route, words) in ROUTES.items():
        text = getattr(table, key)
        if text is None:
            continue
        try:
            regimen = prescription(text)
        except InputError as error:
            problems.absorb(error, f"therapy.{key}")
            continue
        if routes_of(regimen) - {route}:
            problems.add(f"therapy.{key}", text, f"only what is given {words}", f"Say {words!r} in each step.")
        yield regimen


def routes_of(regimen: Regimen | Guided) -> set[str]:
    """By which routes a regimen gives drug."""
    regimen = regimen.regimen if isinstance(regimen, Guided) else regimen
    return {intake.route for step in regimen.steps if isinstance(step, Dosing) for intake in step.intakes}
