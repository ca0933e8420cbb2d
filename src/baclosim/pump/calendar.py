"""Dates for a calendar: refill, alarm and empty dates, and the replacement of the pump, as an .ics file."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from ..errors import Problem, TherapyError
from ..therapy.intrathecal.program import DAY
from .arithmetic import RefillDates, date_after
from .battery import battery, battery_life


class Entry(NamedTuple):
    """One day in a calendar; `begun` is the day from which it is counted, `series` all that tells one pump's apart."""

    day: dt.date
    title: str
    description: str
    begun: dt.date
    series: str

    @property
    def uid(self) -> str:
        """The same for the same fill of the same pump, another for any other."""
        return hashlib.sha256(f"{self.series}; {self.title}".encode()).hexdigest()[:32] + "@baclosim"


def _entries(planned: Sequence[tuple[float, str]], why: str, begun: dt.date, series: str) -> list[Entry]:
    """One entry for each time [h] after the day `begun` that ever comes."""
    days = [(date_after(begun, hours), title) for hours, title in planned]
    return [Entry(day, title, why, begun, series) for day, title in days if day]


def refill_entries(dates: RefillDates) -> list[Entry]:
    """Calendar entries of one fill; raises TherapyError when the date of the fill is unknown."""
    if dates.filled_on is None:
        raise TherapyError(Problem("filled_on", None, "the date of the fill, such as 2026-01-05, for a calendar"))
    why = "\n".join((*dates.working, *dates.warnings))
    planned = (
        (dates.refill_by, "Pump refill"),
        (dates.alarm, "Pump: low-reservoir alarm expected"),
        (dates.empty_earliest, "Pump: empty at the earliest"),
        (dates.empty, "Pump: empty if the flow is exact"),
    )
    series = f"{dates.device}; {dates.concentration!r} ug/mL; {dates.daily_dose!r} ug/day; {dates.volume!r} mL"
    return _entries(planned, why, dates.filled_on, f"{series}; {dates.filled_on}")


def replacement_entries(flow: float, implanted_on: dt.date) -> list[Entry]:
    """Calendar entries of the battery at a constant flow [mL/h]."""
    life = battery_life(flow)
    due = life - battery().warning
    why = (
        f"At {flow * DAY:.4g} mL/day the battery lasts {life / DAY / 365.25:.1f} years; the signal comes 90 days ahead."
    )
    planned = ((due, "Pump: replacement due"), (life, "Pump: end of service, delivery stops"))
    return _entries(planned, why, implanted_on, f"{flow!r} mL/h; {implanted_on}")


def calendar(entries: Sequence[Entry], *, made_on: dt.date | None = None, about: str = "pump") -> bytes:
    """Entries as the bytes of an .ics file; `made_on` stamps it (None = the day from which each is counted)."""
    from icalendar import Calendar, Event

    file = Calendar()
    file.add("prodid", f"-//baclosim//{about}//EN")
    file.add("version", "2.0")
    for entry in sorted(entries):
        event = Event()
        event.add("uid", entry.uid)
        event.add("dtstamp", dt.datetime.combine(made_on or entry.begun, dt.time(), dt.UTC))
        event.add("dtstart", entry.day)
        event.add("summary", entry.title)
        event.add("description", entry.description)
        file.add_component(event)
    return file.to_ical()
