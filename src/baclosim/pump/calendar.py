"""Dates for a calendar: refill, alarm and empty dates, and the replacement of the pump, as an .ics file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from ..errors import Problem, TherapyError
from ..therapy.intrathecal import DAY
from .arithmetic import RefillDates
from .battery import battery, battery_life

Entry = tuple[dt.date, str, str]  # day, title, description


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
    return [(dates.filled_on + dt.timedelta(days=int(hours / DAY)), title, why) for hours, title in planned]


def replacement_entries(flow: float, implanted_on: dt.date) -> list[Entry]:
    """Calendar entries of the battery at a constant flow [mL/h]."""
    life = battery_life(flow)
    due = life - battery().warning
    why = (
        f"At {flow * DAY:.4g} mL/day the battery lasts {life / DAY / 365.25:.1f} years; the signal comes 90 days ahead."
    )
    planned = ((due, "Pump: replacement due"), (life, "Pump: end of service, delivery stops"))
    return [(implanted_on + dt.timedelta(days=int(hours / DAY)), title, why) for hours, title in planned]


def calendar(entries: Sequence[Entry], *, made_on: dt.date | None = None) -> bytes:
    """Entries as the bytes of an .ics file; `made_on` stamps it (None = the earliest entry's day)."""
    from icalendar import Calendar, Event

    stamp_day = made_on or min(day for day, _, _ in entries)
    stamp = dt.datetime.combine(stamp_day, dt.time(), dt.UTC)
    file = Calendar()
    file.add("prodid", "-//baclosim//pump//EN")
    file.add("version", "2.0")
    for i, (day, title, why) in enumerate(sorted(entries), 1):
        event = Event()
        event.add("uid", f"{day:%Y%m%d}-{i}@baclosim")
        event.add("dtstamp", stamp)
        event.add("dtstart", day)
        event.add("summary", title)
        event.add("description", why)
        file.add_component(event)
    return file.to_ical()
