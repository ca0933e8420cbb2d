"""Who the patients with a condition are: age, sex, height, weight and kidneys, drawn together.

Sex comes first and sets height and serum creatinine; weight follows height by the body mass index; a child has the
usual share of a grown person's height and weight. Creatinine clearance follows from age, weight, sex and creatinine
(Cockcroft-Gault; in children a normal filtration for the body surface). So age, weight, sex and kidneys hang
together, and the canal follows height. Spinal fluid and baseline scores have a spread of their own among the
parameters. The numbers are in `values/populations`.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Callable
from dataclasses import replace
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..cautions import Caution
from ..parameters import Parameter, load, parameters
from ..streams import per_patient, uniform
from . import kidney
from .covariates import ADULT_HEIGHT, ADULT_WEIGHT, CHILD_BELOW, QUANTITIES, usual_height, usual_weight
from .many import Patients, with_covariates
from .one import Patient
from .spread import Table, between

Array = NDArray[np.float64]

BODIES = (
    "height_men", "height_women", "body_mass_index", "child_mass_index_spread", "serum_creatinine_men",
    "serum_creatinine_women",
)  # fmt: skip
GROWN = 21.0  # years, from which height and weight are those of an adult


@functools.cache
def populations() -> dict[str, Parameter]:
    """Every distribution of a covariate by name, such as "age_multiple_sclerosis" or "height_women"."""
    folder = resources.files("baclosim") / "values" / "populations"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    tables: dict[str, Any] = {}
    for file in files:
        tables |= tomllib.loads(file.read_text(encoding="utf-8"))
    return load(tables, {})


def distributions_of(condition: str) -> tuple[Parameter, ...]:
    """The distributions from which people with a condition are drawn."""
    key = condition.lower().replace("'s", "").replace(" ", "_")
    return tuple(populations()[name] for name in (f"age_{key}", f"women_{key}", *BODIES))


def population(n: int, like: Patient, seed: int = 0, first: int = 0, table: Table | None = None) -> Patients:
    """n people with the condition of `like`: what was said of `like` they share, everything else is drawn.

    first   number of the first person: person 417 is the same however a cohort is cut
    table   parameters to use instead of `parameters()`
    """
    chosen = parameters() if table is None else table
    own = covariates(n, like, seed, first)
    drawn = {name: between(p, n, seed, first) for name, p in chosen.items()}
    return replace(with_covariates(like, drawn, own), first=first, notes=_notes(like, tuple(own)))


def covariates(n: int, like: Patient, seed: int, first: int) -> dict[str, Array]:
    """The covariates that are drawn, name -> (n,): age [years], female, height [cm], weight [kg], kidneys [mL/min]."""
    age_of, women, *_ = distributions_of(like.covariates.condition)
    body = {name: between(populations()[name], n, seed, first) for name in BODIES}
    said = like.covariates
    age = between(age_of, n, seed, first) if like.age is None else np.full(n, said.age)
    if like.sex is None:
        female = per_patient(seed, "population/sex", first, n, uniform) < women.value
    else:
        female = np.full(n, said.sex == "female")
    height = _height(age, female, body) if like.height is None else np.full(n, said.height)
    weight = _weight(age, height, body) if like.weight is None else np.full(n, said.weight)
    found = {"age": age, "female": female.astype(float), "height": height, "weight": weight}
    if like.creatinine_clearance is None and like.serum_creatinine is None:
        found["creatinine_clearance"] = _kidneys(age, weight, height, female, body)
    given = {"female": like.sex, "age": like.age, "height": like.height, "weight": like.weight}
    return {name: values for name, values in found.items() if given.get(name) is None}


def _height(age: Array, female: NDArray[np.bool_], body: dict[str, Array]) -> Array:
    """Height [cm]: a grown person's, and in childhood the usual share of it."""
    grown = np.where(female, body["height_women"], body["height_men"])
    return grown * _usual(usual_height, age, ADULT_HEIGHT) / ADULT_HEIGHT


def _weight(age: Array, height: Array, body: dict[str, Array]) -> Array:
    """Weight [kg] for the height; below 18 years the usual weight for the age with a spread of its own."""
    grown = body["body_mass_index"] * (height / 100.0) ** 2
    usual = _usual(usual_weight, age, ADULT_WEIGHT) * (height / _usual(usual_height, age, ADULT_HEIGHT)) ** 2
    child = usual * body["child_mass_index_spread"]
    return np.clip(np.where(age < CHILD_BELOW, child, grown), *QUANTITIES["weight"][2])


def _usual(law: Callable[[float], float], age: Array, adult: float) -> Array:
    """What is usual at each age [years], where everyone of GROWN years and more is an adult."""
    found = np.full(len(age), adult)
    for i in np.flatnonzero(age < GROWN):
        found[i] = law(float(age[i]))
    return found


def _kidneys(age: Array, weight: Array, height: Array, female: NDArray[np.bool_], body: dict[str, Array]) -> Array:
    """Creatinine clearance [mL/min]: Cockcroft-Gault, or a child's normal filtration for the body surface."""
    creatinine = np.where(female, body["serum_creatinine_women"], body["serum_creatinine_men"])
    typical = np.where(female, *(populations()[f"serum_creatinine_{who}"].value for who in ("women", "men")))
    grown = kidney.cockcroft_gault(age, weight, creatinine, female)
    surface = kidney.body_surface(weight, height)
    child = kidney.own(kidney.NORMAL_CHILD, surface) * typical / creatinine
    low, high = QUANTITIES["creatinine_clearance"][2]
    return np.clip(np.where(age < CHILD_BELOW, child, grown), low, high)


def _notes(like: Patient, drawn: tuple[str, ...]) -> tuple[Caution, ...]:
    """The cautions of `like` about what was said of it, and from where the rest was drawn."""
    names = {"sex" if name == "female" else name.replace("_", " ") for name in drawn}
    kept = tuple(caution for caution in like.cautions if caution.about not in names)
    if not names:
        return kept
    used = distributions_of(like.covariates.condition)
    weak = ", ".join(p.name.replace("_", " ") for p in used if p.is_weak)
    says = f"{', '.join(sorted(names))} are drawn for {like.covariates.condition}"
    says += f"; these distributions are assumed or recalled: {weak}." if weak else "."
    return (*kept, Caution("population", says, tuple(dict.fromkeys(f for p in used for f in p.facts))))
