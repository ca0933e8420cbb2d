"""What tapers may be for this patient: rungs of tablets, of a pump, or of a pump that hands over to tablets.

The times and the sizes of steps are those of published rules. Source: taper.rules.machine-readable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...errors import InputError, Problems
from ..tablets import Supply, ladder
from ..treatment import DAY, LEAST_SINCE, Slot, Treatment, read_treatment
from .rules import rows
from .search import Rungs, Space, farthest

if TYPE_CHECKING:
    from .wish import Wish

MOST_DAYS = 364
USUAL_WEIGHT = 70.0  # kg, of the people whom rules in mg speak of
MOST_BY_MOUTH = 80_000.0  # ug/day, the label's (label.dose_range.us)
PUMP_GRAIN = 0.05  # of the first dose, by which the rungs of a pump lie apart


@dataclass(frozen=True)
class Bounds:
    """What published rules allow.

    least  days that a taper takes at least
    share  largest step as a share of the day's dose
    mass   ug/day that a step may take away in any case
    pump   (first, second) the same two of a pump, both as shares: of the present dose, of the first dose
    """

    least: int
    share: float
    mass: float
    pump: tuple[float, float]


def bounds(weight: float) -> Bounds:
    """What the published rules allow to somebody of this weight [kg]; steps in mg shrink below that of adults.

    At least as long as the longer end of the advice for everybody; steps as large as the largest absolute or the
    smallest relative step by mouth, and the two steps of the published removal of a pump.
    """
    by_name = {str(row["rule_id"]): row for row in rows()}

    def at(name: str, column: str) -> float:
        return float(str(by_name[name][column]))

    mass = 1000.0 * at("ansm-2017", "step_high") * min(1.0, weight / USUAL_WEIGHT)
    pump = (at("itb-removal-roth", "step_high"), at("itb-removal-roth", "step_low"))
    return Bounds(round(at("uk-csm", "total_day_max")), at("oral-after-itb", "step_low"), mass, pump)


def spaces_for(wish: Wish) -> tuple[Space, ...]:
    """What tapers may be, one space for each pattern of step days."""
    allowed = bounds(wish.patient.covariates.weight)
    treatment = wish.treatment
    if treatment.is_pump:
        rungs, lowers = pump_rungs(treatment, wish.pump_least, wish.bridge, wish.supply, allowed, wish.step_share)
    else:
        rungs = ladder(treatment.doses, wish.supply)
        lowers = tablet_steps(rungs, allowed, wish.step_share)
    most = MOST_DAYS if wish.within is None else wish.within
    return tuple(Space(rungs, lowers, gaps, allowed.least, most) for gaps in wish.patterns)


def tablet_steps(rungs: Rungs, allowed: Bounds, step_share: float | None) -> tuple[int, ...]:
    """The lowest rung that one step may reach from each."""
    return farthest(rungs, step_share or allowed.share, 0.0 if step_share else allowed.mass)


def pump_levels(dose: float, least: float) -> tuple[float, ...]:
    """Daily doses [ug] of a pump from the present one down to the least that it can give, then nothing."""
    count = round(1.0 / PUMP_GRAIN)
    levels = [round(dose * (1.0 - i * PUMP_GRAIN), 1) for i in range(count)]
    kept = [level for level in levels if level > least * (1.0 + 1e-9)]
    lowest = [least] if kept and 0.0 < least < kept[-1] else []
    return (dose, *kept[1:], *lowest, 0.0)


def pump_rungs(
    treatment: Treatment, least: float, bridge: Sequence[float], supply: Supply, allowed: Bounds,
    step_share: float | None,
) -> tuple[Rungs, tuple[int, ...]]:  # fmt: skip
    """Rungs of a pump, each with its share of the bridging tablets, then those of the tablets; and the longest steps.

    bridge  doses by mouth [ug] that have taken over when the pump gives nothing; none for no bridge
    """
    levels = pump_levels(treatment.doses[0], least)
    first, second = allowed.pump
    pump = [(level,) for level in levels]
    lowers = farthest(tuple(pump), step_share or first, 0.0 if step_share else second * levels[0])
    if not bridge:
        return tuple(pump), lowers
    tablets = ladder(bridge, supply)
    joint = tuple((level, *taken_over(1.0 - level / levels[0], tablets)) for level in levels)
    down = tuple((0.0, *doses) for doses in tablets[1:])
    after = tablet_steps(tablets, allowed, step_share)
    return (*joint, *down), (*lowers[:-1], *(len(levels) - 1 + rung for rung in after))


def taken_over(share: float, tablets: Rungs) -> tuple[float, ...]:
    """The doses by mouth that stand for this share of the whole bridge, rounded up to what tablets make."""
    whole = sum(tablets[0])
    return min((doses for doses in tablets if sum(doses) >= share * whole - 1e-6), key=sum)


def least_of_pump(name: str, concentration: str | None) -> float:
    """The least a pump of this model gives at this concentration before it stops [ug/day]; 0 when that is not known.

    Raises InputError for a pump or a concentration that does not exist.
    """
    from ...pump.device import device
    from ...therapy.intrathecal.reading import read_concentration

    problems = Problems()
    found = device(name)
    strength = 0.0 if concentration is None else read_concentration(concentration, "--concentration", problems)
    problems.raise_as(InputError)
    return found.flow_minimum * DAY * strength


def read_bridge(text: str, weight: float) -> Treatment:
    """The tablets that take over from a pump; raises InputError above what is given by mouth."""
    problems = Problems()
    try:
        found = read_treatment(text, LEAST_SINCE, weight)
    except InputError as error:
        problems.absorb(error, "--bridge")
        problems.raise_as(InputError)
        raise
    if found.is_pump or found.daily > MOST_BY_MOUTH * (1.0 + 1e-9):
        problems.add("--bridge", text, f"tablets of at most {MOST_BY_MOUTH / 1e3:g} mg a day")
    problems.raise_as(InputError)
    return found


def with_bridge(treatment: Treatment, bridge: Treatment) -> Treatment:
    """A pump's treatment with empty places for the tablets that take over from it."""
    slots = (*treatment.slots, *(Slot(slot.at, slot.hour) for slot in bridge.slots))
    return Treatment(treatment.says, slots, (*treatment.doses, *(0.0 for _ in bridge.slots)), treatment.since)
