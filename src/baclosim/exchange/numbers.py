"""Where each number of the model comes from, in words that every way out shares: notes of SBML, equations in print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..parameters import GRADES, Parameter, parameters

if TYPE_CHECKING:
    from ..patient import Patients

DERIVED: dict[str, tuple[str, str]] = {
    "renal_clearance": ("Clearance by the kidneys, after creatinine clearance.", "mL/h"),
    "dialysis_clearance": ("Clearance by haemodialysis, while a session runs.", "mL/h"),
    "brain_resistance": (
        "How many times the usual concentration acts alike in this brain; above 1 in those who drink.",
        "",
    ),
    "baseline_ashworth": ("Mean Ashworth score of the legs without drug.", ""),
    "baseline_spasms": ("Spasm frequency score without drug.", ""),
    "removable_share": ("Share of the excess tone that the drug can take away, after the origin of spasticity.", ""),
    "arm_share": ("Excess tone of the arms over that of the legs, after the origin of spasticity.", ""),
    "csf_removal_rate": ("Spinal fluid drawn, while it is.", "mL/h"),
    "charcoal_given": ("1 while activated charcoal binds, else 0.", ""),
}
"""What a patient or a therapy settles rather than a table of parameters: what it is, and its unit."""


@dataclass(frozen=True)
class Known:
    """One number of the model.

    says   what it is
    base   the parameters with facts of their own that it rests on; itself, for most
    """

    name: str
    says: str
    unit: str
    base: tuple[Parameter, ...]

    @property
    def facts(self) -> tuple[str, ...]:
        """Ids of the facts behind it, each once."""
        return tuple(dict.fromkeys(fact for parameter in self.base for fact in parameter.facts))

    @property
    def grade(self) -> str:
        """The grade of everything behind it, the weakest last; nothing where the patient or the therapy settles it."""
        return ", ".join(sorted({p.grade for p in self.base}, key=GRADES.index))

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences: what it is, the table's value with its uncertainty, the grade, the evidence."""
        found = [self.says]
        for p in self.base:
            unit = "" if p.unit == "dimensionless" else f" {p.unit}"
            whose = "" if p.name == self.name else f"{p.name}: "
            spread = f"; spread between people {p.spread:g} ({p.distribution})" if p.spread else ""
            low, high = p.interval
            value = f"{whose}typical value {p.value:g}{unit}, {low:g} to {high:g} ({p.interval_is}){spread}."
            found.append(f"{value} Grade: {p.grade}.")
        if self.facts:
            found.append(f"Evidence: {', '.join(self.facts)}.")
        return tuple(found)


def known(name: str, group: Patients) -> Known:
    """What is known of a parameter of these patients. Raises KeyError for one that nobody settles."""
    table = parameters()
    own = table.get(name)
    says, unit = (own.says, own.unit) if own else DERIVED[name]
    base = tuple(table[each] for each in group.behind((name,)) if each in table)
    return Known(name, says, unit or "dimensionless", base)
