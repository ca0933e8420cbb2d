"""Doses as they were recorded, as a therapy that `simulate` takes, and how they would go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..cautions import Caution
from ..errors import Problems, UnitError, nearest
from ..figures.display import readable
from ..therapy.doses import CHANNELS, Doses
from ..units import read
from .rows import LEAST_INTERVAL, Row

ROUTES = {
    "mouth": "mouth", "oral": "mouth", "by mouth": "mouth", "po": "mouth", "": "mouth", "gut": "mouth",
    "vein": "vein", "iv": "vein", "intravenous": "vein", "intravenously": "vein", "central": "vein",
    "lumbar puncture": "lumbar puncture", "intrathecal": "lumbar puncture", "it": "lumbar puncture",
    "catheter": "catheter", "pump": "catheter",
}  # fmt: skip
SAID = {"mouth": "by mouth", "vein": "into a vein", "lumbar puncture": "by lumbar puncture", "catheter": "by catheter"}
MOST = {"mouth": 2e6, "vein": 1e5, "lumbar puncture": 1e3, "catheter": 1e4}  # ug at once
PAST = 240.0  # h of earlier doses that stand for a steady state


@dataclass(frozen=True, eq=False)
class Recorded:
    """A therapy that is a list of doses [h, ug]."""

    given: Doses

    def doses(self, until: float, **_: Any) -> Doses:
        """The doses up to `until` [h]."""
        return part(self.given, self.given.time <= until)

    @property
    def notes(self) -> tuple[Caution, ...]:
        """What a reader must know about these doses."""
        return ()

    @property
    def gap(self) -> float:
        """Usual time between doses [h]: the last one, or a day where there is only one dose."""
        times = np.unique(self.given.time)
        return float(np.diff(times)[-1]) if len(times) > 1 else 24.0

    @property
    def repeating(self) -> Repeating:
        """The last dose, and what was given with it, again and again at the usual interval."""
        return Repeating(part(self.given, self.given.time == self.given.time.max()), self.gap)

    def due(self, now: float) -> float:
        """When the next dose is due after `now` [h], in the rhythm of the last."""
        last = float(self.given.time.max())
        return last + self.gap * max(1.0, np.floor((now - last) / self.gap + 1e-9) + 1.0)

    def __str__(self) -> str:
        doses = "dose" if len(self.given) == 1 else "doses"
        return f"{len(self.given)} recorded {doses} of {said(self.given)}"


@dataclass(frozen=True, eq=False)
class Repeating:
    """The same doses every `gap` hours, from hour 0 on."""

    once: Doses
    gap: float

    def doses(self, until: float, **_: Any) -> Doses:
        """The doses up to `until` [h]."""
        times, g = np.arange(0.0, until + 1e-9, self.gap), self.once
        each = [Doses.of(CHANNELS[g.channel[i]], times, g.amount[i], g.duration[i]) for i in range(len(g))]
        return sum(each[1:], start=each[0])

    @property
    def notes(self) -> tuple[Caution, ...]:
        """What a reader must know about these doses."""
        return ()

    def __str__(self) -> str:
        return f"{said(self.once)} every {self.gap:g} h"


def part(doses: Doses, kept: NDArray[np.bool_]) -> Doses:
    """Some of the doses of everyone."""
    return Doses(doses.time[kept], doses.channel[kept], doses.amount[kept], doses.duration[kept])


def said(doses: Doses) -> str:
    """Amounts and routes in words."""
    routes = " and ".join(SAID[CHANNELS[c]] for c in np.unique(doses.channel))
    sizes = np.unique(doses.amount)
    return f"{' to '.join(mass_of(float(x)) for x in (sizes[[0, -1]] if len(sizes) > 1 else sizes))} {routes}"


def mass_of(amount: float) -> str:
    """An amount [ug] in words."""
    return f"{readable(amount / 1000)} mg" if amount >= 1000 else f"{readable(amount)} ug"


def recorded(rows: Sequence[tuple[Row, float]], unit: str, problems: Problems) -> Recorded | None:
    """The therapy of dose rows with their times [h] and the unit of bare amounts; faults go to `problems`."""
    known = [(replace(row, unit=row.unit or unit), time) for row, time in rows]
    lists = [doses for row, time in known if (doses := doses_of(row, time, problems)) is not None]
    return Recorded(sum(lists[1:], start=lists[0])) if lists else None


def doses_of(row: Row, time: float, problems: Problems) -> Doses | None:
    """The doses that one row stands for: itself, additional ones, and those before a steady state."""
    channel = ROUTES.get(row.route)
    amount = amount_of(row, problems)
    if channel is None:
        hint = nearest(row.route, ROUTES) if row.route != "rectal" else "Baclofen is not absorbed from the rectum."
        problems.add(f"row {row.number}, route", row.route, f"one of {', '.join(SAID)}", hint)
    if channel is None or amount is None:
        return None
    if not 0.0 < amount <= MOST[channel]:
        given = f"{row.value:g} {row.unit}" if isinstance(row.value, float | int) else row.value
        hint = "Is it in ug?" if amount > 0 else ""
        problems.add(f"row {row.number}, dose", given, f"more than 0 and at most {mass_of(MOST[channel])}", hint)
        return None
    if channel == "catheter" and row.rate == 0.0:
        problems.add(f"row {row.number}, RATE", None, "how fast the pump gives it, as RATE in a NONMEM-style table")
        return None
    past = int(np.ceil(PAST / max(row.interval, LEAST_INTERVAL))) if row.steady and row.interval else 0
    times = time + row.interval * np.arange(-past, row.additional + 1)
    return Doses.of(channel, times, amount, row.value / row.rate if row.rate else 0.0)


def amount_of(row: Row, problems: Problems) -> float | None:
    """The amount of a dose [ug]; None with the fault noted."""
    where = f"row {row.number}, dose"
    try:
        return read(row.value, "mass", where=where, default_unit=row.unit or None)
    except UnitError as error:
        problems.absorb(error)
        return None
