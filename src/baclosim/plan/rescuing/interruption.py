"""A group whose treatment has stopped: how long is left, what tablets cover, and how the ways to go on compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...patient import Patients
from ...therapy.alongside import Alongside
from ...trajectory import Trajectory
from ..equivalence import PLACES, answers, highest_by_mouth
from ..onset import levels, onset
from ..plan import Comparison
from ..switch import PAUSE, Held, gone_on, held, route_of
from ..treatment import DAY, Treatment
from .restart import Fate, Way, fate, followed, holidays

Array = NDArray[np.float64]

HORIZON = 14.0 * DAY
"""Hours after the end for which withdrawal is followed."""
AWAY = (1.0, 7.0, 28.0)
"""Days off in the table of restarts."""
TRIED = 100
"""Virtual patients in that table."""
COLUMNS = (
    "way", "moderate or worse, %", "severe, %", "until below mild, h", "coma, %", "weak legs, %", "least breathing, %",
)  # fmt: skip


@dataclass(frozen=True)
class Interrupted:
    """One group after the end of its treatment; `untreated` is its course when nothing is done."""

    held: Held
    untreated: Trajectory

    @property
    def treatment(self) -> Treatment:
        """What has ended."""
        return self.held.treatment

    def left(self, tier: str, off: float) -> Array:
        """Hours left until a tier when drug has been away `off` hours, (n,): 0 when passed, infinite if never."""
        return np.maximum(onset(self.untreated, "withdrawal", levels()[tier]) - off, 0.0)

    def covered(self) -> dict[str, Array]:
        """What the highest dose by mouth gives of the lost effect, as a ratio, (n,) for each place."""
        own = answers(self.held, route_of(self.treatment), (self.treatment.daily,))
        tablets = answers(self.held, "mouth", (highest_by_mouth(self.held.group.like.covariates),))
        return {place: tablets.effects[place][:, 0] / own.effects[place][:, 0] for place in PLACES}

    def before(self) -> Fate:
        """What the treatment itself does, from a day on after it has been missed for an hour."""
        way = Way("as before", self.treatment.says)
        return fate(followed(self.held, way, 2.0 * PAUSE, 2.0 * DAY), DAY)


def interrupted(group: Patients, treatment: Treatment, beside: tuple[Alongside, ...] = ()) -> Interrupted:
    """The group after its treatment has ended and nothing has followed but the other drugs, which go on."""
    now = held(group, treatment, canal=treatment.is_pump, beside=beside)
    return Interrupted(now, gone_on(now, (), HORIZON, ("withdrawal",), every=0.5))


def courses(stopped: Interrupted, ways: Sequence[Way], off: float) -> list[Trajectory]:
    """The patients under each way, when it begins after `off` hours."""
    return [followed(stopped.held, way, off) for way in ways]


def ways_table(ways: Sequence[Way], found: Sequence[Fate], off: str) -> Comparison:
    """The ways to go on side by side."""
    rows = tuple((way.name, *_numbers(one)) for way, one in zip(ways, found, strict=True))
    return Comparison(
        f"What follows {off} without, on the same virtual patients",
        COLUMNS,
        rows,
        (
            "Share who pass a tier of withdrawal from now on; median hours until it stays below mild, of those at it "
            "who clear within five days; mean of each patient's highest chance of coma and of weak legs, and of the "
            "lowest drive to breathe.",
        ),
    )


def holiday_table(stopped: Interrupted, three: Sequence[Way], tried: int = TRIED) -> Comparison:
    """Overdose by restart after days away: chance of coma and of weak legs in the two days after it."""
    few = min(tried, stopped.held.group.n)
    rows = [
        (f"{days:g}", *(round(100.0 * value, 2) for one in found for value in (one.coma, one.weak)))
        for days, found in holidays(stopped.held[:few], three, AWAY)
    ]
    titles = ("at once", "half", "from the start")
    return Comparison(
        "Too much at the restart, after so many days off",
        ("days off", *(f"{title}: {what}, %" for title in titles for what in ("coma", "weak"))),
        tuple(rows),
        (f"Mean of the highest chance in two days, {few} virtual patients.",),
    )


def _numbers(one: Fate) -> tuple[float | None, ...]:
    shares = (one.moderate, one.severe, one.coma, one.weak, one.breathing)
    moderate, severe, coma, weak, breathing = (round(100.0 * share, 2) for share in shares)
    return moderate, severe, None if np.isnan(one.clears) else round(one.clears, 1), coma, weak, breathing
