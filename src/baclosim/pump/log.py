"""What happened, in order: what the device wrote down, what people did, and what was true without anyone seeing it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ..therapy.intrathecal.program import number, span

Priority = Literal["critical", "non-critical", "information"]
Source = Literal["device", "person", "truth"]


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the log.

    time      h since the start of the simulation
    kind      short name: "alarm", "alarm ends", "programmed", "refilled", "fault", ...
    priority  "critical", "non-critical" or "information"
    text      one sentence, every number with its unit
    values    numbers and words a program can read: volumes in mL, concentrations in ug/mL
    source    who knows: the device's own log, a person, or nobody ("truth")
    """

    time: float
    kind: str
    priority: Priority
    text: str
    values: Mapping[str, float | str] = field(default_factory=dict)
    source: Source = "device"

    def __str__(self) -> str:
        mark = {"critical": "!!", "non-critical": "! ", "information": "  "}[self.priority]
        unseen = " (not seen by the device)" if self.source == "truth" else ""
        return f"{span(self.time):>12} {mark} {self.text}{unseen}"


@dataclass(frozen=True)
class Replayed:
    """What the log alone says about the pump at its last line.

    estimated_volume       [mL]
    entered_concentration  [ug/mL]
    program                the mode in force, as a sentence
    alarms                 the alarms raised and not ended
    """

    estimated_volume: float
    entered_concentration: float
    program: str
    alarms: frozenset[str]


def replay(log: Iterable[Event]) -> Replayed:
    """Go through the log from its first line and follow what the device knows of itself."""
    volume, concentration, program, alarms = 0.0, 0.0, "", set[str]()
    for event in log:
        values = event.values
        volume = float(values.get("estimated_volume", volume))
        concentration = float(values.get("entered_concentration", concentration))
        program = str(values.get("program", program))
        if event.kind == "alarm":
            alarms.add(str(values["alarm"]))
        elif event.kind == "alarm ends":
            alarms.discard(str(values["alarm"]))
    return Replayed(volume, concentration, program, frozenset(alarms))


def printed(log: Iterable[Event], *, truth: bool = True) -> str:
    """The log as lines of text; `truth=False` leaves out what no device and no person could see."""
    return "\n".join(str(event) for event in log if truth or event.source != "truth")


def millilitres(volume: float) -> str:
    """A volume [mL] as text."""
    return f"{number(round(volume, 4))} mL"
