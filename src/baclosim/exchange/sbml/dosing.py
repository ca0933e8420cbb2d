"""Doses, infusion rates and changes of the body as events of SBML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...simulate.parts import LAGGED
from ..numbers import known
from .document import sid

if TYPE_CHECKING:
    from .repeats import Repeat
    from .writing import Writing

ROUTES = {
    "mouth": "by mouth",
    "clump": "held back in the gut",
    "skin": "through the skin",
    "vein": "into a vein",
    "subcutaneous": "into tissue",
    "catheter": "through the catheter",
    "lumbar puncture": "by lumbar puncture",
}


def write_doses(writing: Writing) -> None:
    """One event for each run of equal doses or equal rates, which counts down how many are left."""
    for number, repeat in enumerate(writing.course.given, 1):
        _write_repeat(writing, f"given_{number}", repeat)


def _write_repeat(writing: Writing, name: str, repeat: Repeat) -> None:
    doc, again = writing.document, repeat.times > 1
    doc.parameter(f"{name}_amount", _unit(repeat), repeat.value, label=sentence(repeat))
    doc.parameter(f"{name}_time", "h", repeat.start, constant=not again, label="When it is due next")
    due = f"{name}_time + absorption_lag" if repeat.channel in LAGGED else f"{name}_time"
    trigger, assigned = f"time >= {due}", _assigned(writing, name, repeat)
    if again:
        doc.parameter(f"{name}_every", "h", repeat.every, label="From one to the next")
        doc.parameter(f"{name}_left", "dimensionless", float(repeat.times), constant=False, label="How many are left")
        trigger = f"{trigger} && {name}_left > 0 dimensionless"
        assigned[f"{name}_time"] = f"{name}_time + {name}_every"
        assigned[f"{name}_left"] = f"{name}_left - 1 dimensionless"
    doc.event(name, sentence(repeat), trigger, assigned)


def _assigned(writing: Writing, name: str, repeat: Repeat) -> dict[str, object]:
    if repeat.kind == "rate":
        return {sid(f"rate_{repeat.channel}"): f"{name}_amount"}
    targets = [entry.target for entry in writing.body.entries if entry.channel == repeat.channel]
    return {
        (amount := writing.amounts[target]): f"{amount} + {writing.share(repeat.channel, target)} * {name}_amount"
        for target in targets
    }


def _unit(repeat: Repeat) -> str:
    if repeat.channel not in ROUTES:
        return "dimensionless" if repeat.kind == "dose" else "1/h"
    return "ug" if repeat.kind == "dose" else "ug/h"


def sentence(repeat: Repeat) -> str:
    """A repeat in words: "10 mg by mouth, 42 times, every 8 h"."""
    where = ROUTES.get(repeat.channel, f"of {repeat.channel} (usual doses)")
    amount = f"{repeat.value:g}" if repeat.channel not in ROUTES else _amount(repeat)
    often = f", {repeat.times} times, every {repeat.every:g} h" if repeat.times > 1 else ""
    return f"{amount} {where}{often}"


def _amount(repeat: Repeat) -> str:
    per = "/h" if repeat.kind == "rate" else ""
    return f"{repeat.value / 1e3:g} mg{per}" if repeat.value >= 1e3 else f"{repeat.value:g} ug{per}"


def write_changes(writing: Writing) -> None:
    """Kidneys, dialysis, catheter tip, fluid drawn, charcoal: an event sets the parameters that change."""
    doc = writing.document
    for number, change in enumerate(writing.course.changes, 1):
        name = f"change_{number}"
        doc.parameter(f"{name}_time", "h", change.time, label="When it changes")
        assigned: dict[str, object] = {}
        for parameter, value in change.values.items():
            doc.parameter(f"{name}_{parameter}", known(parameter, writing.course.group).unit, value)
            assigned[parameter] = f"{name}_{parameter}"
        doc.event(name, f"Changed: {', '.join(change.values)}", f"time >= {name}_time", assigned)
