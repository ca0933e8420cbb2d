"""What each kind of plan is asked for: the usual entries in sight, the rest behind "More"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nicegui import ui

from ...errors import InputError, Problem
from ...pump.device import DEVICES
from ..bench import Bench
from ..elements.parts import choice, entry, more, nothing, numbered, plain

Table = dict[str, Any]
TOLD, RUN = "in words", "from the run of the Simulate tab"
TAPER: Table = {"treatment": "25 mg three times daily", "since": "8 months", "tablets": "10, 5", "tier": "moderate"}
TITRATE: Table = {"route": "oral", "goal": "ashworth below 2"}
RESCUE: Table = {"how": TOLD, "treatment": "350 ug/day intrathecally", "since": "2 years", "off": "18 h"}
OVERDOSE: Table = {"treatment": "none", "taken": "800 mg by mouth once", "ago": "3 h"}
CONVERT: Table = {"treatment": "60 mg/day by mouth in 3 doses", "since": "6 months"}


@dataclass(frozen=True)
class Form:
    """One kind of plan: its label, what stands in it at first, the usual entries, and those behind "More"."""

    label: str
    first: Table
    usual: Callable[[Table, Callable[[], None]], None]
    rest: Callable[[Table], None]


def fill(form: Form, table: Table, again: Callable[[], None]) -> None:
    """The entries of a plan; `again` builds them anew when another entry decides which are needed."""
    with ui.element("div").classes("stack"):
        form.usual(table, again)
        entry("First day", table, "begins", nothing, hint="2026-01-05")
    with more():
        form.rest(table)
        with ui.element("div").classes("pair"):
            entry("Virtual patients", table, "patients", nothing, hint="200")
            entry("Seed", table, "seed", nothing, hint="1")


def taper(table: Table, _: Callable[[], None]) -> None:
    """What is tapered, of what tablets, within what."""
    entry("Taken now", table, "treatment", nothing, hint="25 mg three times daily")
    entry("Since", table, "since", nothing, hint="8 months")
    with ui.element("div").classes("pair"):
        entry("Tablets at hand, mg", table, "tablets", nothing, hint="10, 5")
        entry("Within", table, "within", nothing, hint="the soonest")
    choice("Withdrawal stays below", ["mild", "moderate", "severe"], table, "tier", nothing, needed=True)
    check("Tablets may be halved", table, "halves")


def taper_rest(table: Table) -> None:
    """Other limits and steps, a liquid, a pump and what takes over from it."""
    with ui.element("div").classes("pair"):
        entry("In this share of patients", table, "probability", nothing, hint="95 %")
        entry("Largest step", table, "largest_step", nothing, hint="25 %")
        entry("A step every", table, "every", nothing, hint="twice a week")
        entry("A liquid, measured in", table, "liquid", nothing, hint="0.5 mg")
    plain("Of a pump", "p", "muted")
    choice("Pump", list(DEVICES), table, "device", nothing)
    entry("Concentration in it", table, "concentration", nothing, hint="2000 ug/mL")
    entry("Tablets that take over", table, "bridge", nothing, hint="20 mg 4 times daily")


def titrate(table: Table, _: Callable[[], None]) -> None:
    """By which route, to what."""
    choice("Route", ["oral", "pump"], table, "route", nothing, needed=True)
    entry("Goal", table, "goal", nothing, hint="ashworth below 2")
    lines("Other drugs, one a line", table, "drugs", "levodopa")
    lines("History, one a line", table, "history", "epilepsy")
    check("Search the best way within published limits", table, "optimise")


def titrate_rest(table: Table) -> None:
    """What must hold across the patients, what is overruled, whether somebody walks."""
    lines("Limits across the patients, one a line", table, "limits", "drowsiness below 70 % in 80 % of patients")
    lines("Refusals overruled, one a line", table, "despite", "kidneys")
    check("Walks: by pump, weakness and worse walking end it too", table, "walks")


def rescue(table: Table, again: Callable[[], None]) -> None:
    """What was interrupted, for how long; told in words, or by the run of a pump that fails."""
    choice("What happened", [TOLD, RUN], table, "how", again, needed=True)
    if table["how"] == RUN:
        plain("The pump of the Simulate tab, with the faults of the Pump tab.", "p", "muted")
        entry("Time of its run that is now", table, "at", nothing, hint="15 days")
        return
    entry("Prescribed", table, "treatment", nothing, hint="350 ug/day intrathecally")
    entry("Since", table, "since", nothing, hint="2 years")
    entry("Time without drug", table, "off", nothing, hint="18 h")
    entry("Really delivered until then", table, "delivered", nothing, hint="as prescribed")


def overdose(table: Table, _: Callable[[], None]) -> None:
    """What was taken, when, on top of what."""
    entry("Taken", table, "taken", nothing, hint="800 mg by mouth once")
    entry("Ago", table, "ago", nothing, hint="3 h")
    entry("Usual treatment", table, "treatment", nothing, hint="none")
    entry("Since", table, "since", nothing, hint="1 year")


def convert(table: Table, _: Callable[[], None]) -> None:
    """What is given now."""
    entry("Given now", table, "treatment", nothing, hint="60 mg/day by mouth in 3 doses")
    entry("Since", table, "since", nothing, hint="6 months")


def none(_: Table) -> None:
    """Nothing that is seldom needed."""


FORMS = {
    "taper": Form("Taper", TAPER, taper, taper_rest),
    "titrate": Form("Begin and raise", TITRATE, titrate, titrate_rest),
    "rescue": Form("Interrupted", RESCUE, rescue, none),
    "overdose": Form("Overdose", OVERDOSE, overdose, none),
    "convert": Form("Tablets ↔ pump", CONVERT, convert, none),
}


def said(kind: str, table: Table, bench: Bench) -> Table:
    """What the form says of a plan, in the keys of the interface; a run is that of the therapy shown in Simulate.

    Raises InputError where that therapy has no pump.
    """
    given = numbered(table, "patients", "seed")
    if kind != "rescue":
        return given
    if given.pop("how") == TOLD:
        return {key: value for key, value in given.items() if key != "at"}
    study, number = bench.study, min(bench.chosen, len(bench.study.therapies) - 1)
    if "pump" not in study.therapies[number]:
        hint = "The Pump tab implants one, and breaks it."
        raise InputError(Problem("run of the Simulate tab", "no pump", "a pump that fails in it", hint))
    kept = {key: value for key, value in given.items() if key in ("at", "begins", "patients", "seed")}
    return {**kept, "scenario": study.raw(number)}


def check(label: str, table: Table, key: str) -> None:
    """Whether something holds."""
    ui.checkbox(label, value=bool(table.get(key))).bind_value(table, key)


def lines(label: str, table: Table, key: str, hint: str) -> None:
    """A list, one entry a line."""
    held = {"lines": "\n".join(table.get(key, []))}

    def store() -> None:
        table[key] = [line.strip() for line in held["lines"].splitlines() if line.strip()]

    entry(label, held, "lines", store, hint=hint, lines=2)
