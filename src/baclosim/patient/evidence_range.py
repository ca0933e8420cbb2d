"""Where a person lies outside the people whom the evidence describes."""

from __future__ import annotations

from collections.abc import Iterator

from ..cautions import Caution
from .course import KidneyChange
from .covariates import Covariates, heavy

ADULT_AGES = (18.0, 68.0)
CHILD_AGES = (2.0, 17.0)
ADULT_WEIGHTS = (42.0, 128.0)
KIDNEY_RANGE = (80.0, 130.0)
SEVERE = 30.0  # mL/min

ADULTS = ("oral.covariates.marsot-2014", "oral.model.imbert-2015", "oral.clearance.simon-2018")
CHILDREN = ("paediatric.clearance.he-2014", "paediatric.volume.he-2014")
KIDNEY = ("renal.clearance_relation.vlavonou-2014", "renal.mechanism.wuis-1989")
DANGER = ("renal.dose_advice.secondary", "renal.toxic_dose.el-husseini-2011", "renal.encephalopathy_risk.muanda-2019")


def cautions_for(known: Covariates, changes: tuple[KidneyChange, ...] = ()) -> tuple[Caution, ...]:
    """Every caution about one person, worst first."""
    return (*_kidneys(known, changes), *_age(known), *_weight(known), *_assumed(known))


def _kidneys(known: Covariates, changes: tuple[KidneyChange, ...]) -> Iterator[Caution]:
    lowest = min([known.creatinine_clearance, *(change.creatinine_clearance for change in changes)])
    if lowest < SEVERE:
        yield Caution(
            "creatinine clearance",
            f"At {lowest:.3g} mL/min baclofen accumulates and 20 mg a day has poisoned people; nephrologists advise "
            f"against it below {SEVERE:g} mL/min.",
            DANGER,
        )
    if lowest < KIDNEY_RANGE[0] and not known.is_child:
        yield Caution(
            "creatinine clearance",
            f"The clearances were fitted in people with normal kidneys ({KIDNEY_RANGE[0]:g} to "
            f"{KIDNEY_RANGE[1]:g} mL/min, assumed); at {lowest:.3g} they rest on a straight line that one study "
            "confirmed without printing its numbers.",
            KIDNEY,
        )


def _age(known: Covariates) -> Iterator[Caution]:
    if known.age < CHILD_AGES[0]:
        yield Caution("age", f"{known.age:.2g} years lies below the evidence on children, 2 to 17 years.", CHILDREN)
    elif known.age > ADULT_AGES[1]:
        yield Caution(
            "age",
            f"{known.age:.3g} years lies above the evidence on adults, up to {ADULT_AGES[1]:g} years; twelve elderly "
            "people after stroke eliminated more slowly.",
            (*ADULTS, "elderly.pk.hulme-1985"),
        )


def _weight(known: Covariates) -> Iterator[Caution]:
    low, high = ADULT_WEIGHTS
    if not known.is_child and not low <= known.weight <= high:
        says = f"{known.weight:.3g} kg lies outside the evidence on adults, {low:g} to {high:g} kg."
        yield Caution("weight", says, ADULTS)
    if heavy(known.age, known.weight, known.height):
        kilograms = known.weight * 0.45359
        says = f"{known.weight:.3g} kg is unusually heavy; if it is in pounds, write {kilograms:.0f} kg."
        yield Caution("weight", says)


ASSUMPTIONS = {
    "age": "{age:.3g} years",
    "weight": "{weight:.3g} kg",
    "height": "{height:.3g} cm",
    "creatinine_clearance": "{creatinine_clearance:.3g} mL/min, normal for the age",
}
SCORES = {"ashworth": "Ashworth score", "spasms": "spasm score"}


def _assumed(known: Covariates) -> Iterator[Caution]:
    for name, text in ASSUMPTIONS.items():
        if name in known.assumed and (name != "height" or known.is_child):
            about = name.replace("_", " ")
            yield Caution(about, "not given, assumed " + text.format(**vars(known)) + ".")
    missing = [SCORES[name] for name in SCORES if name in known.assumed]
    if missing and known.origin != "none":
        says = f"not given ({known.condition}); taken from trials of candidates for a pump, who are worse than most."
        yield Caution(" and ".join(missing), says, ("spasticity.itb-trials.fit-set", "spasticity.penn-sd.penn-1989"))
