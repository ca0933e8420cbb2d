"""What a pump did before hour 0: the program that it begins with had been going on."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from ..therapy.intrathecal.program import DAY, Program, ProgramEntry, RefillPlan
from .system import PumpSystem


def earlier(system: PumpSystem, hours: float) -> PumpSystem:
    """The same pump that many hours before hour 0: on its first program, refilled in time, without faults."""
    first = replace(system.program.entries[0], at=0.0)
    return replace(system, program=begun_earlier(system.program, first, hours), faults=(), hazards=())


def begun_earlier(program: Program, first: ProgramEntry, hours: float) -> Program:
    """A program of one entry whose hour 0 lies that many hours before that of another."""
    alone = replace(program, entries=(first,), refill=RefillPlan(), volume=None)
    if program.start_clock is None:
        return alone
    days, clock = divmod(program.start_clock - hours, DAY)
    date = program.start_date + dt.timedelta(days=days) if program.start_date else None
    return replace(alone, start_clock=clock, start_date=date)
