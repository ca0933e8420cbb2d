"""What has been read of one step so far, and how it becomes an intake once the step is read to its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ...errors import Problem, TherapyError
from ..amounts import Gel, Mass, MassPerWeight, Tablets, tidy
from ..steps import Food, Intake, Route, Span
from ..timing import Continuous, Days, Divided, Every, EveryNthDay, Once, TimesADay, Timing
from .tokens import Cursor, at


@dataclass
class Period:
    """When a step runs."""

    span: Span | None = None
    from_day: int | None = None


@dataclass
class Draft:
    """One intake as far as it has been read; `rate` is the time [h] in "per time", `daily` a plain "daily"."""

    place: int
    period: Period
    amount: Mass | MassPerWeight | Tablets | None = None
    rate: float | None = None
    gel: float | None = None
    in_gel: bool | None = None
    timing: Timing | None = None
    daily: bool | None = None
    divided: int | None = None
    bolus: bool | None = None
    route: Route | None = None
    days: Days | None = None
    food: Food | None = None
    over: float | None = None
    area: float | None = None
    wear: float | None = None
    said: str = field(default="")

    def put(self, name: str, value: Any, cursor: Cursor) -> None:
        """Note one thing; raises TherapyError when it was already said and differs."""
        once(self, name, value, cursor)

    def finished(self) -> Intake:
        """The intake; raises TherapyError naming what is missing."""
        if self.amount is None:
            raise self._wrong("an amount, such as '10 mg'")
        amount = self.amount
        if self.gel is not None:
            if not isinstance(amount, Mass):
                raise self._wrong("a mass of gel, such as '5 g of 2 % gel'")
            amount = Gel(tidy(amount.amount / 1e6), tidy(self.gel))
        route = self._route()
        timing = self._timing(route)
        if self.rate is not None and not isinstance(timing, Divided | Continuous):
            raise self._wrong("an amount per day with 'in 3 doses', or an amount per dose with how often")
        if self.rate is not None:
            amount = amount.scaled(24.0 / self.rate)
        return Intake(
            amount=amount,
            timing=timing,
            route=route,
            days=None if isinstance(timing, Every) and self.timing is None else self.days,
            food=self.food or "",
            over=tidy(self.over or 0.0),
            area=self.area,
            wear=self.wear,
        )

    def _route(self) -> Route:
        on_skin = self.gel is not None or bool(self.in_gel) or self.area is not None
        if on_skin and self.route not in (None, "skin"):
            raise self._wrong("one route; a gel and an area belong to the skin")
        return "skin" if on_skin else self.route or "mouth"

    def _timing(self, route: Route) -> Timing:
        if self.divided is not None:
            return self._divided(self.divided)
        if self.timing is not None:
            if self.daily and self.timing.gap > 24.0:
                raise self._wrong("one pattern of days", "For some days of the week, name them: 'on Mondays'.")
            return self.timing
        if (
            route in ("vein", "intrathecal")
            and not self.bolus
            and (self.rate or (self.daily and route == "intrathecal"))
        ):
            return Continuous()
        if self.rate is not None:
            raise self._wrong(
                "in how many doses the daily amount is taken, such as 'in 3 doses'",
                "Only into a vein or intrathecally does drug flow all day: say 'intrathecally' if that is meant.",
            )
        if isinstance(self.days, EveryNthDay) and not self.daily:
            return Every(24.0 * self.days.n)
        if self.daily or self.days is not None or (self.wear is not None):
            return TimesADay(1)
        if self.bolus or self.over or route in ("vein", "intrathecal"):
            return Once()
        raise self._wrong("how often, such as 'every 8 h', 'twice daily', 'at 08:00' or 'once'")

    def _divided(self, count: int) -> Timing:
        if self.timing is not None:
            raise self._wrong("either a daily amount 'in 3 doses' or an amount per dose with how often")
        if self.rate is None and not self.daily:
            raise self._wrong("a daily amount before 'in 3 doses', such as '60 mg/day in 3 doses'")
        return Divided(count)

    def _wrong(self, allowed: str, hint: str = "") -> TherapyError:
        return TherapyError(Problem(at(self.place), self.said, allowed, hint))


def once(target: object, name: str, value: Any, cursor: Cursor) -> None:
    """Set a field that may be said once; raises TherapyError when it was said before and differs."""
    before = getattr(target, name)
    if before is not None and before != value:
        word = {"from_day": "first day", "span": "time that it lasts", "days": "pattern of days"}.get(name, name)
        hint = "Join two doses with 'and', two steps with 'then'." if name == "amount" else ""
        raise TherapyError(Problem(at(cursor.place), f"a second {word}", f"one {word} for each dose", hint))
    setattr(target, name, value)
