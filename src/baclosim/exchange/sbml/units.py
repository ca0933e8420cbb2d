"""Units of the model as units of SBML: `ug/mL`, `1/h`, `cm^2/h` become definitions over gram, litre, second, metre."""

from __future__ import annotations

import re
from dataclasses import dataclass

ATOMS: dict[str, tuple[str, int, float]] = {
    "h": ("second", 0, 3600.0),
    "min": ("second", 0, 60.0),
    "ug": ("gram", -6, 1.0),
    "mL": ("litre", -3, 1.0),
    "L": ("litre", 0, 1.0),
    "cm": ("metre", -2, 1.0),
    "umol": ("mole", -6, 1.0),
    "U": ("katal", -6, 1.0 / 60.0),
    "delta_degC": ("kelvin", 0, 1.0),
}
"""Each unit that parameters and quantities use: kind in SBML, power of ten, multiplier."""
SPELLINGS = {"hour": "h", "dimensionless": ""}
WORDS = {"delta_degC": "degree", "/": "_per_"}
_ATOM = re.compile(r"([A-Za-z_]+|1)(?:(?:\*\*|\^)(\d+))?")


@dataclass(frozen=True)
class Part:
    """One factor of a unit: (multiplier x 10^scale x kind)^exponent."""

    kind: str
    exponent: int
    scale: int
    multiplier: float


def parts(unit: str) -> tuple[Part, ...]:
    """The factors of a unit; none when it is dimensionless. Raises KeyError for a unit that the model does not use."""
    above, *below = (side.strip("()") for side in unit.split("/"))
    return (*_factors(above, 1), *(part for side in below for part in _factors(side, -1)))


def _factors(text: str, sign: int) -> tuple[Part, ...]:
    found = []
    for name, power in _ATOM.findall(text):
        name = SPELLINGS.get(name, name)
        if name and name != "1":
            kind, scale, multiplier = ATOMS[name]
            found.append(Part(kind, sign * int(power or 1), scale, multiplier))
    return tuple(found)


def unit_id(unit: str) -> str:
    """The name of a unit in the model: "ug/mL" is `ug_per_mL`, "1/h" is `per_h`; "dimensionless" is SBML's own."""
    if not parts(unit):
        return "dimensionless"
    above, *below = (re.sub(r"\*\*|\^", "", side) for side in unit.split("/"))
    sides = ["" if above == "1" else SPELLINGS.get(above, above), *(SPELLINGS.get(side, side) for side in below)]
    return "_per_".join(sides).lstrip("_")


INTERNAL = {"substance": "ug", "extent": "ug", "time": "h", "volume": "mL", "area": "cm^2", "length": "cm"}
"""What the whole model is counted in."""
