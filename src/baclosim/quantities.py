"""Every quantity a run can report: its name, label, unit and kind, so that all rooms speak of it in the same words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["concentration", "site", "amount", "effect", "score", "probability", "state", "rate"]


@dataclass(frozen=True)
class Quantity:
    """A named output: `label` for people, `unit` for axes, `limits` when it can never leave them."""

    name: str
    label: str
    unit: str
    kind: Kind
    limits: tuple[float, float] = (0.0, float("inf"))


def _table(*rows: tuple[str, str, str, Kind] | tuple[str, str, str, Kind, tuple[float, float]]) -> dict[str, Quantity]:
    return {row[0]: Quantity(*row) for row in rows}


SHARE = (0.0, 1.0)

QUANTITIES: dict[str, Quantity] = _table(
    ("plasma", "Plasma", "ug/mL", "concentration"),
    ("csf_lumbar", "Lumbar CSF", "ug/mL", "concentration"),
    ("csf_thoracic", "Thoracic CSF", "ug/mL", "concentration"),
    ("csf_cervical", "Cervical CSF", "ug/mL", "concentration"),
    ("csf_cisternal", "Cisternal CSF", "ug/mL", "concentration"),
    ("csf_cranial", "Cranial CSF", "ug/mL", "concentration"),
    ("lumbar_fast", "Lumbar cord, fast site", "ug/mL", "site"),
    ("lumbar_slow", "Lumbar cord, slow site", "ug/mL", "site"),
    ("cervical_fast", "Cervical cord, fast site", "ug/mL", "site"),
    ("cervical_slow", "Cervical cord, slow site", "ug/mL", "site"),
    ("brain_fast", "Brain, fast site", "ug/mL", "site"),
    ("brain_slow", "Brain, slow site", "ug/mL", "site"),
    ("gut", "In the gut", "ug", "amount"),
    ("unabsorbed", "Not absorbed", "ug", "amount"),
    ("skin", "In the skin", "ug", "amount"),
    ("pocket", "In the tissue around the pump", "ug", "amount"),
    ("central", "In blood", "ug", "amount"),
    ("peripheral", "In tissues", "ug", "amount"),
    ("urine", "In urine, unchanged", "ug", "amount"),
    ("metabolised", "Metabolised", "ug", "amount"),
    ("dialysate", "Dialysed", "ug", "amount"),
    ("monosynaptic_effect", "Monosynaptic effect", "dimensionless", "effect", SHARE),
    ("polysynaptic_effect", "Polysynaptic effect", "dimensionless", "effect", SHARE),
    ("arm_effect", "Effect on the arms", "dimensionless", "effect", SHARE),
    ("hm_ratio", "H/M ratio", "dimensionless", "score", SHARE),
    ("flexor_reflex", "Flexor reflex, share of baseline", "dimensionless", "score", SHARE),
    ("ashworth", "Ashworth score, legs", "dimensionless", "score", (1.0, 5.0)),
    ("arm_ashworth", "Ashworth score, arms", "dimensionless", "score", (1.0, 5.0)),
    ("spasm_score", "Spasm frequency score", "dimensionless", "score", (0.0, 4.0)),
    ("strength", "Strength of the legs, share of baseline", "dimensionless", "effect", SHARE),
    ("drowsiness", "Probability of drowsiness", "dimensionless", "probability", SHARE),
)


def known(name: str) -> Quantity:
    """The quantity of this name; raises KeyError listing near names."""
    from .errors import nearest

    try:
        return QUANTITIES[name]
    except KeyError:
        raise KeyError(f"no quantity is called {name!r}. {nearest(name, QUANTITIES)}".strip()) from None
