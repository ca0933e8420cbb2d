"""Dates and times of FHIR on the time axis of a scenario, whose hour 0 is the day to which a bundle is read."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from math import inf

from ... import moments

HOUR = dt.timedelta(hours=1)
START = dt.time(8)  # a day without a clock time begins where simulations begin
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True)
class Zero:
    """Hour 0: a date and clock time, with the offset in which clock times are read if there is one.

    is_chosen  whether a person chose it, so that what is later is merely not known yet
    """

    moment: dt.datetime
    zone: dt.tzinfo | None = None
    is_chosen: bool = False

    def hours(self, text: str, *, is_end: bool = False) -> float:
        """Hours from here to a date or dateTime; the end of a day is the same clock time a day later."""
        return (self.local(text, is_end=is_end) - self.moment) / HOUR

    def local(self, text: str, *, is_end: bool = False) -> dt.datetime:
        """A date or dateTime as clock time here; raises ValueError for text that is none."""
        partial = _DATE.fullmatch(text)
        if partial:
            year, month, day = (int(part) if part else None for part in partial.groups())
            first = dt.datetime.combine(moments.within(dt.date(year or 1, month or 1, day or 1)), self.moment.time())
            if not is_end:
                return first
            return first + dt.timedelta(days=1) if day else _next(first, month is not None)
        found = moments.within(dt.datetime.fromisoformat(text))
        if found.tzinfo is None:
            return found
        return (found.astimezone(self.zone) if self.zone else found).replace(tzinfo=None)

    def at(self, hours: float) -> dt.datetime:
        """The date and clock time at some hours from here."""
        return self.moment + dt.timedelta(hours=hours)

    def written(self, hours: float) -> str:
        """Some hours from here as a FHIR dateTime."""
        return f"{self.at(hours).isoformat(timespec='seconds')}+00:00"


def _next(first: dt.datetime, is_month: bool) -> dt.datetime:
    """The first moment after a month or a year."""
    if not is_month:
        return first.replace(year=first.year + 1)
    return first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)


def zero(text: str | None, timestamp: str | None, today: dt.date) -> Zero:
    """Hour 0: as asked for, else when the bundle was made, else today. Raises ValueError for text that is no date."""
    if text is not None:
        return _of(text, is_chosen=True)
    return _of(timestamp, is_chosen=False) if timestamp else Zero(dt.datetime.combine(today, START))


def _of(text: str, *, is_chosen: bool) -> Zero:
    if _DATE.fullmatch(text):
        return Zero(dt.datetime.combine(moments.day(text), START), None, is_chosen)
    found = moments.within(dt.datetime.fromisoformat(text).replace(second=0, microsecond=0))
    return Zero(found.replace(tzinfo=None), found.tzinfo, is_chosen)


def period(given: dict, zero: Zero) -> tuple[float | None, float]:
    """Start and end of a Period in hours; None for no start, infinite for no end. Raises ValueError."""
    start, end = given.get("start"), given.get("end")
    if end and int(end[:4]) > moments.LAST_YEAR:
        end = None  # 9999-12-31 is often written for no end
    return (zero.hours(start) if start else None), (zero.hours(end, is_end=True) if end else inf)
