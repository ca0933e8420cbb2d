"""Days and moments as they are written, ISO 8601, within the years of people who take baclofen.

A calendar ends at the year 9999 and a run must not reach it, so a day beyond `LAST_YEAR` is refused where it is read.
"""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

Moment = TypeVar("Moment", bound=dt.date)

FIRST_YEAR, LAST_YEAR = 1900, 2199


def day(text: str) -> dt.date:
    """A day such as 2026-01-05; raises ValueError for anything else, and for years before 1900 or after 2199."""
    return within(dt.date.fromisoformat(text))


def moment(text: str) -> dt.datetime:
    """A day, with or without a clock time, as the clock there shows it.

    Raises ValueError for anything else, and for years before 1900 or after 2199.
    """
    return within(dt.datetime.fromisoformat(text).replace(tzinfo=None))


def within(found: Moment) -> Moment:
    """The same day or moment; raises ValueError for years before 1900 or after 2199."""
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(f"a year from {FIRST_YEAR} to {LAST_YEAR}")
    return found
