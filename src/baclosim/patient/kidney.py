"""Kidney function from serum creatinine, with the formula named.

Cockcroft and Gault, Nephron 1976;16:31-41 (adults); CKD-EPI 2021, Inker, N Engl J Med 2021;385:1737-1749 (adults, on
request); bedside Schwartz, J Am Soc Nephrol 2009;20:629-637 (children). The last two speak of 1.73 m2 of body
surface (Mosteller, N Engl J Med 1987;317:1098) and are turned back into the person's own mL/min, which is what
clears the drug.
"""

from __future__ import annotations

from typing import Any

MICROMOLAR_PER_MG_DL = 88.4  # creatinine, 113.12 g/mol
STANDARD_SURFACE = 1.73  # m2
NORMAL_ADULT = 110.0  # mL/min, the typical adult of this model
NORMAL_CHILD = 120.0  # mL/min per 1.73 m2, from 2 years on
LOSS_PER_YEAR = 0.9  # mL/min from the age of 40, recalled: about 1 mL/min a year
LOWEST_NORMAL = 40.0  # mL/min


def cockcroft_gault(age: Any, weight: Any, creatinine: Any, female: Any) -> Any:
    """Creatinine clearance [mL/min] from years, kg and mg/dL; numbers or arrays."""
    return (140.0 - age) * weight / (72.0 * creatinine) * (1.0 - 0.15 * female)


def ckd_epi_2021(age: float, creatinine: float, female: bool) -> float:
    """Estimated filtration rate [mL/min per 1.73 m2] from years and mg/dL."""
    kappa, alpha, sex = (0.7, -0.241, 1.012) if female else (0.9, -0.302, 1.0)
    relative = creatinine / kappa
    return 142.0 * min(relative, 1.0) ** alpha * max(relative, 1.0) ** -1.2 * 0.9938**age * sex


def schwartz_bedside(height: float, creatinine: float) -> float:
    """Estimated filtration rate [mL/min per 1.73 m2] of a child from cm and mg/dL."""
    return 0.413 * height / creatinine


def body_surface(weight: Any, height: Any) -> Any:
    """Body surface [m2] from kg and cm (Mosteller), or from weight alone (Costeff) when height is None."""
    if height is None:
        return (4.0 * weight + 7.0) / (weight + 90.0)
    return (weight * height / 3600.0) ** 0.5


def own(filtration: Any, surface: Any) -> Any:
    """A rate per 1.73 m2 as this person's own mL/min."""
    return filtration * surface / STANDARD_SURFACE


def normal_for(age: float, weight: float, height: float | None) -> float:
    """Creatinine clearance [mL/min] to assume when nothing is known about the kidneys."""
    if age < 18:
        return own(NORMAL_CHILD, body_surface(weight, height))
    return max(NORMAL_ADULT - LOSS_PER_YEAR * max(age - 40.0, 0.0), LOWEST_NORMAL)
