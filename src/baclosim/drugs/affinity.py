"""Who binds where: affinities of baclofen and its relatives, and how much of each receptor a dose occupies.

    occupancy("baclofen", "alpha2-delta", concentration=0.3)      a share, at 0.3 ug/mL of unbound drug
    table(weight=70.0)                                            every drug at its usual dose, every site

The affinities differ by tens of times between assays, so drugs are only compared within one assay ("riga" holds
baclofen and phenibut side by side). The table is `affinity.toml`; most of it is recalled, and each row says so.
"""

from __future__ import annotations

import functools
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from ..errors import InputError, Problem, nearest
from ..parameters import parameters

SITES = ("GABA-B", "alpha2-delta", "GHB")
PREFERRED = ("riga", "agonist", "other")
"""Assays in the order in which they are taken when none is asked for."""


@dataclass(frozen=True)
class Binding:
    """One form of a drug at one site: `dissociation` [umol/L], infinite where no binding was found."""

    form: str
    site: str
    dissociation: float
    grade: str
    facts: tuple[str, ...] = ()
    assay: str = ""
    note: str = ""


@dataclass(frozen=True)
class Drug:
    """A drug as it is taken.

    forms               form -> share of the substance
    molar_mass          g/mol
    usual_dose          mg a day
    unbound             share of the plasma concentration that is free
    apparent_clearance  CL/F [L/h]; None where `peak` is given, or where the model knows it (baclofen)
    peak                plasma peak after a usual single dose [ug/mL], for a drug that is not taken round the clock
    """

    name: str
    forms: Mapping[str, float]
    molar_mass: float
    usual_dose: float
    unbound: float
    grade: str
    facts: tuple[str, ...] = ()
    apparent_clearance: float | None = None
    peak: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Occupied:
    """A drug at its usual dose: dose by weight [mg/kg a day], unbound plasma [ug/mL], share of each site.

    recalled    whether the dose, the concentration or one of the affinities is recalled
    """

    drug: str
    dose_by_weight: float
    concentration: float
    occupancy: Mapping[str, float]
    recalled: bool


@functools.cache
def bindings() -> tuple[Binding, ...]:
    """Every affinity, in the order of the file."""
    return tuple(
        Binding(**{**row, "facts": tuple(row["facts"]), "dissociation": _dissociation(row["dissociation"])})
        for row in _file()["binding"]
    )


@functools.cache
def drugs() -> dict[str, Drug]:
    """Every drug by name."""
    return {name: _drug(name, row) for name, row in _file()["drug"].items()}


def drug(name: str) -> Drug:
    """A drug by name. Raises InputError with the nearest names."""
    found = drugs().get(name)
    if found is None:
        raise InputError(Problem("drug", name, f"one of {', '.join(drugs())}", nearest(name, drugs())))
    return found


def binding(form: str, site: str, assay: str | None = None) -> Binding | None:
    """Affinity of one form at one site, in the named assay or the preferred one; None where nothing is known.

    Raises InputError for a site that is not in the table.
    """
    if site not in SITES:
        raise InputError(Problem("site", site, f"one of {', '.join(SITES)}", nearest(site, SITES)))
    known = [b for b in bindings() if b.form == form and b.site == site and assay in (None, b.assay)]
    order = (*PREFERRED, "")
    return min(known, key=lambda b: order.index(b.assay), default=None)


def occupancy(name: str, site: str, concentration: float, assay: str | None = None) -> float:
    """Share of a site held by a drug at an unbound concentration [ug/mL]; its forms compete for the site.

    A form of which nothing is known at this site is taken not to bind. Raises InputError for an unknown drug or site.
    """
    substance = drug(name)
    bound = sum(
        molar(substance, concentration) * share / found.dissociation
        for form, share in substance.forms.items()
        if (found := binding(form, site, assay)) is not None
    )
    return bound / (1.0 + bound)


def molar(substance: Drug, concentration: float) -> float:
    """A concentration [ug/mL] in umol/L."""
    return concentration * 1000.0 / substance.molar_mass


def usual_concentration(name: str, dose: float | None = None) -> float:
    """Unbound plasma concentration [ug/mL]: mean of a daily dose [mg], or the peak of a drug taken now and then.

    Raises InputError for an unknown drug.
    """
    substance = drug(name)
    share = 1.0 if dose is None else dose / substance.usual_dose
    if substance.peak is not None:
        return substance.unbound * substance.peak * share
    clearance = substance.apparent_clearance or _baclofen_clearance()
    return substance.unbound * substance.usual_dose * share / 24.0 / clearance


def table(weight: float = 70.0, assay: str | None = None) -> tuple[Occupied, ...]:
    """Every drug at its usual dose in an adult of this weight [kg]."""
    return tuple(_occupied(substance, weight, assay) for substance in drugs().values())


def _occupied(substance: Drug, weight: float, assay: str | None) -> Occupied:
    concentration = usual_concentration(substance.name)
    found = (binding(form, site, assay) for form in substance.forms for site in SITES)
    grades = {substance.grade, *(b.grade for b in found if b is not None)}
    return Occupied(
        drug=substance.name,
        dose_by_weight=substance.usual_dose / weight,
        concentration=concentration,
        occupancy={site: occupancy(substance.name, site, concentration, assay) for site in SITES},
        recalled="recalled" in grades,
    )


def _baclofen_clearance() -> float:
    """CL/F [L/h] of the typical adult with a creatinine clearance of 110 mL/min."""
    known = parameters()
    renal = known["renal_per_creatinine"].value * 110.0 * 60.0
    return (renal + known["nonrenal_clearance"].value) / known["bioavailability"].value / 1000.0


def _drug(name: str, row: Mapping[str, Any]) -> Drug:
    known = {key: value for key, value in row.items() if key not in ("usual_dose_mg_per_day", "facts")}
    return Drug(name=name, usual_dose=row["usual_dose_mg_per_day"], facts=tuple(row["facts"]), **known)


def _dissociation(given: float | str) -> float:
    return math.inf if isinstance(given, str) else float(given)


@functools.cache
def _file() -> dict[str, Any]:
    text = (resources.files("baclosim") / "drugs" / "affinity.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
