"""How far a controller may go: limits from published protocols, which can only be made stricter."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

from ..errors import InputError, Problems
from ..evidence.library import library
from ..patient import Covariates
from ..plan.protocol import RISES, daily_rise
from ..therapy.intrathecal.program import number

FALL = "titrate.decrease-for-side-effects.recalled"
MAXIMUM, LEAST_START = "dose.above-1000.label-us", "titrate.start-dose-survey.cmsc-2015"
FACTS = (RISES, FALL, MAXIMUM, LEAST_START)
STALE = 6.0
"""Hours without a reading after which the dose no longer rises; assumed."""

LOOSER = "Limits can only be made stricter."


@dataclass(frozen=True)
class Limits:
    """What holds whatever a controller asks for. Shares are of the dose rate, within any 24 hours.

    rise       largest rise
    fall       largest fall
    maximum    highest dose [ug/day]
    stop_from  the pump may be stopped once the dose has been at or below this for 24 h [ug/day]
    stale      after so many hours without a reading the dose does not rise
    """

    rise: float
    fall: float
    maximum: float
    stop_from: float
    stale: float = STALE

    def tightened(self, stricter: dict[str, float]) -> Limits:
        """These limits with some made stricter; raises InputError listing every one that would be looser."""
        problems, known = Problems(), asdict(self)
        for name, value in stricter.items():
            if name not in known:
                problems.add(f"limits.{name}", value, f"one of {', '.join(known)}")
            elif not 0.0 <= value <= known[name]:
                problems.add(
                    f"limits.{name}", value, f"0 to {number(known[name])}", "Limits can only be made stricter."
                )
        problems.raise_as(InputError)
        return Limits(**known | stricter)


def published_limits(person: Covariates) -> Limits:
    """The limits of published protocols (FACTS) for a person like this.

    A stop is allowed from the least dose that clinicians start with: it is then no greater a step than a start.
    """
    return Limits(
        rise=daily_rise(person)[1],
        fall=_end(FALL, max) / 100.0,
        maximum=_end(MAXIMUM, max),
        stop_from=_end(LEAST_START, min),
    )


def _end(fact: str, which: Callable[[Iterable[float]], float]) -> float:
    """The lower or upper end of what a fact says, in its own unit."""
    value = library().fact(fact).amount().value
    return which(value) if isinstance(value, tuple) else value
