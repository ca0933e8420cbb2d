"""What goes wrong: faults as scenario entries, and what each does to the flow of drug.

A fault either lasts (from `at` to `until`), happens at one moment, or waits for the next refill. `condition` folds
all lasting faults of a pump into the few numbers that the pump needs.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ..errors import Problems, TherapyError, UnitError, nearest
from ..parameters import typical
from ..therapy.intrathecal.program import span
from ..therapy.intrathecal.reading import tables
from ..units import read
from .catheter import Space, read_level

Lasts = Literal["lasts", "moment", "refill"]
Setting = float | str | bool


@dataclass(frozen=True)
class Kind:
    """A kind of fault: when it acts, what happens, and its settings (name -> kind of quantity, default parameter)."""

    lasts: Lasts
    says: str
    settings: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Fault:
    """One fault: `kind` (a key of KINDS) from `at` to `until` [h], or at refill number `refill`, with its settings."""

    kind: str
    at: float = 0.0
    until: float = math.inf
    settings: tuple[tuple[str, Setting], ...] = ()
    refill: int | None = None

    def get(self, name: str) -> Any:
        """A setting as given, else its default."""
        return dict(self.settings).get(name, defaults(self.kind).get(name))

    def __str__(self) -> str:
        when = f"at refill {self.refill}" if self.refill else f"at {span(self.at)}"
        until = "" if math.isinf(self.until) else f" until {span(self.until)}"
        with_ = ", ".join(f"{name} {self.said(name, value)}" for name, value in self.settings)
        return f"{self.kind} {when}{until}{f' ({with_})' if with_ else ''}"

    def said(self, name: str, value: Setting) -> str:
        """A setting in words: a time with its unit."""
        if not isinstance(value, float):
            return str(value)
        return span(value) if KINDS[self.kind].settings[name][0] == "time" else f"{value:g}"


NOTHING: Mapping[str, tuple[str, str]] = {}
KINDS: dict[str, Kind] = {
    "catheter disconnection": Kind("lasts", "the catheter comes off the pump: all drug is lost around it", NOTHING),
    "catheter occlusion": Kind("lasts", "the catheter is blocked: nothing flows, the reservoir stays full", NOTHING),
    "catheter kink": Kind("lasts", "only a share of the flow passes", {"share": ("share", "kink_flow_share")}),
    "catheter leak": Kind("lasts", "a share of the flow is lost outside", {"share": ("share", "leak_lost_share")}),
    "catheter micro-fracture": Kind(
        "lasts",
        "a crack that opens and closes: while open all drug is lost",
        {"share": ("share", "fracture_open_share"), "period": ("time", "fracture_period")},
    ),
    "tip migration": Kind("lasts", "the tip moves", {"tip": ("level", ""), "space": ("space", "")}),
    "subdural tip": Kind("lasts", "the tip lies under the dura, outside the fluid", NOTHING),
    "epidural tip": Kind("lasts", "the tip has slipped out of the dura", NOTHING),
    "motor stall": Kind("lasts", "the rotor stops", NOTHING),
    "feed-through short": Kind("lasts", "an electrical short stops the motor", NOTHING),
    "battery film": Kind("lasts", "the battery loses its power at a stroke", NOTHING),
    "overinfusion": Kind("lasts", "more is given than programmed", {"factor": ("factor", "overinfusion_factor")}),
    "flipped pump": Kind("lasts", "the pump has turned over: its port cannot be reached", NOTHING),
    "programming error": Kind("lasts", "a wrong dose is entered", {"factor": ("factor", "programming_error_factor")}),
    "warming": Kind("lasts", "body heat speeds a gas-driven pump", {"degrees": ("factor", "")}),
    "mri": Kind(
        "moment",
        "a scan in a strong magnet",
        {"duration": ("time", "mri_scan_duration"), "restart": ("time", "mri_restart_delay"), "emptied": ("flag", "")},
    ),
    "access-port injection": Kind(
        "moment",
        "injection into the side port without drawing back: the catheter's drug goes in at once",
        {"volume": ("volume", "")},
    ),
    "priming a full catheter": Kind("moment", "a priming bolus into a full catheter", {"volume": ("volume", "")}),
    "pocket fill": Kind("refill", "drug is injected beside the pump", {"share": ("share", "")}),
    "wrong concentration filled": Kind(
        "refill", "another strength is filled", {"concentration": ("concentration", "")}
    ),
    "wrong concentration entered": Kind(
        "refill", "another strength is entered", {"concentration": ("concentration", "")}
    ),
    "missed refill": Kind("refill", "the patient does not come", {"delay": ("time", "missed_refill_delay")}),
}
_NEEDED = {
    "wrong concentration filled": "concentration",
    "wrong concentration entered": "concentration",
    "warming": "degrees",
}


@functools.cache
def defaults(kind: str) -> Mapping[str, float]:
    """Default settings of a kind of fault, from its parameters."""
    named = {name: parameter for name, (_, parameter) in KINDS[kind].settings.items() if parameter}
    values = typical(named.values())
    return {name: values[parameter] for name, parameter in named.items()}


def read_faults(given: object) -> tuple[Fault, ...]:
    """Faults from scenario entries such as { at = "45 days", kind = "catheter disconnection" }.

    Raises TherapyError listing every unknown kind, unknown setting and unreadable value.
    """
    problems = Problems()
    found = [read_fault(table, where, problems) for where, table in tables(given, "faults", problems)]
    problems.raise_as(TherapyError)
    return tuple(fault for fault in found if fault)


def read_fault(table: Mapping[str, Any], where: str, problems: Problems) -> Fault | None:
    """One fault, or None with its problems noted."""
    name = str(table.get("kind", "")).strip().lower()
    if name not in KINDS:
        problems.add(f"{where}.kind", table.get("kind"), f"one of {', '.join(KINDS)}", nearest(name, KINDS))
        return None
    known = ("at", "kind", "until", "refill", *KINDS[name].settings)
    for key in [k for k in table if k not in known]:
        problems.add(f"{where}.{key}", table[key], f"one of {', '.join(known)}", nearest(key, known))
    needed = _NEEDED.get(name)
    if needed and table.get(needed) is None:
        problems.add(f"{where}.{needed}", None, f"this key to be present with {name}")
    settings = tuple(
        (key, _setting(table[key], unit, f"{where}.{key}", problems))
        for key, (unit, _) in KINDS[name].settings.items()
        if table.get(key) is not None
    )
    at = _setting(table.get("at", "0 h"), "time", f"{where}.at", problems)
    until = _setting(table["until"], "time", f"{where}.until", problems) if table.get("until") is not None else math.inf
    if float(until) <= float(at):
        problems.add(f"{where}.until", table["until"], f"later than its beginning, {table.get('at')}")
    number = table.get("refill")
    if number is not None and (isinstance(number, bool) or not isinstance(number, int) or number < 1):
        problems.add(f"{where}.refill", number, "the number of a refill, counted from 1")
    return Fault(name, float(at), float(until), settings, number)


def _setting(given: object, kind: str, where: str, problems: Problems) -> Any:
    if kind == "flag":
        return given is True
    if kind == "level":
        return read_level(given, where, problems)
    if kind == "space":
        if given not in ("intrathecal", "subdural", "epidural"):
            problems.add(where, given, "intrathecal, subdural or epidural")
        return str(given)
    try:
        value = read(given, "fraction" if kind in ("share", "factor") else kind, where=where)
    except UnitError as error:
        problems.absorb(error)
        return 0.0
    if value < 0.0 or (kind == "share" and value > 1.0):
        problems.add(where, given, "0 to 1" if kind == "share" else "a value that is not negative")
        return 0.0
    return value


@dataclass(frozen=True)
class Condition:
    """The state that all lasting faults together leave a pump in.

    flow         true flow relative to that of a sound system (a blocked catheter 0, an overinfusing pump above 1)
    lost         share of the flow lost at the connector
    canal        share of what leaves the tip that reaches the spinal fluid
    tip, space   where the tip lies, None = where it was put
    dose         programmed dose relative to the prescribed one
    heat         degrees above usual body temperature
    is_stalled, is_powered, is_reachable   whether the rotor stands, the battery works, the port can be reached
    """

    flow: float = 1.0
    lost: float = 0.0
    canal: float = 1.0
    tip: str | None = None
    space: Space | None = None
    dose: float = 1.0
    heat: float = 0.0
    is_stalled: bool = False
    is_powered: bool = True
    is_reachable: bool = True


SOUND = Condition()


def condition(faults: Iterable[Fault]) -> Condition:
    """Fold lasting faults into one condition: shares multiply, the last tip wins."""
    active = tuple(faults)
    if not active:
        return SOUND
    kinds = {fault.kind for fault in active}

    def product(kind: str, setting: str) -> float:
        return math.prod(float(fault.get(setting)) for fault in active if fault.kind == kind)

    passes = product("catheter kink", "share") * product("overinfusion", "factor")
    leaks = math.prod(1.0 - fault.get("share") for fault in active if fault.kind == "catheter leak")
    tip, space = _tip(active)
    return Condition(
        flow=0.0 if "catheter occlusion" in kinds else passes,
        lost=1.0 if "catheter disconnection" in kinds else 1.0 - leaks,
        canal=share_to_canal(space or "intrathecal"),
        tip=tip,
        space=space,
        dose=product("programming error", "factor"),
        heat=sum(fault.get("degrees") for fault in active if fault.kind == "warming"),
        is_stalled=bool(kinds & {"motor stall", "feed-through short"}),
        is_powered="battery film" not in kinds,
        is_reachable="flipped pump" not in kinds,
    )


def _tip(active: Sequence[Fault]) -> tuple[str | None, Any]:
    """Level and space of the tip after all that moved it, in order; None where it was put."""
    tip, space = None, None
    for fault in active:
        if fault.kind == "tip migration":
            tip, space = fault.get("tip") or tip, fault.get("space") or space
        elif fault.kind in ("subdural tip", "epidural tip"):
            space = fault.kind.removesuffix(" tip")
    return tip, space


@functools.cache
def share_to_canal(space: str) -> float:
    """Share of what leaves a tip in this space that reaches the spinal fluid."""
    if space == "intrathecal":
        return 1.0
    return typical((f"{space}_share_to_canal",))[f"{space}_share_to_canal"]


def episodes(fault: Fault, until: float) -> tuple[Fault, ...]:
    """A micro-fracture as the openings it shows before `until` [h]; any other fault as itself."""
    if fault.kind != "catheter micro-fracture":
        return (fault,)
    period, share = float(fault.get("period")), float(fault.get("share"))
    end = min(fault.until, until)
    starts = np.arange(fault.at, end, period) if period > 0.0 else np.empty(0)
    return tuple(
        Fault("catheter disconnection", t, min(t + share * period, end)) for t in starts.tolist() if share > 0.0
    )
