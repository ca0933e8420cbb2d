"""B. The body: absorbed, excreted unchanged, gone in hours, held back by failing kidneys, rubbed on."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..body.summary import Blood
from ..body.whole import BLOOD_BODY
from ..evidence.library import library
from ..trajectory import Trajectory
from .clinic import Array, Clinic, adult, first_time, hours_above, last_day, spread, swing
from .findings import Finding, at_least, at_most, between, disputed, measured, told

TABLET = 20e3  # ug
LIKELY = 0.5  # probability from which something is called likely
DIALYSED = adult(creatinine_clearance=5.0)  # somebody who lives by dialysis, between two sessions


def absorption(clinic: Clinic) -> Iterator[Finding]:
    """A 20 mg tablet peaks early, and the drug spreads beyond the extracellular fluid."""
    course = clinic.cohort("20 mg by mouth once", "12 h", "plasma", every="15 min")
    peak = course.time[np.argmax(course["plasma"], axis=1)]
    yield measured("time of the plasma peak of 20 mg", spread(peak), "h", between(0.5, 3.0), facts=["label.tmax.mims"])
    height = spread(course["plasma"].max(axis=1) * 1000.0)
    yield measured("plasma peak of 20 mg", height, "ng/mL", facts=["label.cmax_auc.swiss"])
    volume = spread(Blood.of(clinic.patients(clinic.n).parameters).steady_state_volume / 70.0 / 1000.0)
    yield measured("steady-state volume of distribution", volume, "L/kg", at_least(0.4), facts=["label.volume.swiss"])


def excretion(clinic: Clinic) -> Iterator[Finding]:
    """Where a swallowed dose has gone when all of it has gone, and that nothing is lost on the way."""
    facts = ["oral.fraction_unchanged.wuis-1989", "label.renal_recovery.swiss", "oral.mass_balance.faigle-1972"]
    course = clinic.cohort("20 mg by mouth once", "20 days", "urine", "metabolised", every="24 h")
    urine, metabolised = (course[name][:, -1] for name in ("urine", "metabolised"))
    share = urine / (urine + metabolised)
    yield measured("unchanged in urine, of the absorbed dose", spread(share), "", between(0.65, 0.90), facts=facts)
    yield measured("metabolised, of the absorbed dose", spread(1.0 - share), "", between(0.10, 0.35), facts=facts)
    yield measured("unchanged in urine, of the swallowed dose", spread(urine / TABLET), facts=facts)
    halfway = clinic.cohort("20 mg by mouth once", "6 h", "urine", every="6 h")
    worst = max(unaccounted(halfway), unaccounted(course))
    yield measured("dose unaccounted for after 6 h and 20 days", worst, "", at_most(1e-9))


def unaccounted(course: Trajectory) -> float:
    """Largest share of one tablet that is in no compartment at the end, of any patient."""
    held = course.final.amounts[:, : len(BLOOD_BODY.compartments)].sum(axis=1)
    return float(np.abs(held / TABLET - 1.0).max())


def half_life(clinic: Clinic) -> Iterator[Finding]:
    """Terminal half-life, and how much less blood and tone swing when the day's dose is divided."""
    alone = clinic.cohort("20 mg by mouth once", "24 h", "plasma", every="1 h")
    late = spread(12.0 * np.log(2.0) / np.log(alone.at("plasma", 12.0) / alone.at("plasma", 24.0)))
    facts = ["oral.half_life.wuis-1989", "oral.half_life.agarwal-2015", "label.half_life.fleqsuvy"]
    yield measured("terminal half-life", late, "h", between(3.0, 7.0), facts=facts)
    swings = {often: swings_of(clinic, f"60 mg/day by mouth in {often} doses") for often in (1, 3, 4)}
    for often, (plasma, tone) in swings.items():
        yield measured(f"swing of plasma on 60 mg/day in {often} doses", spread(plasma * 1000.0), "ng/mL")
        yield measured(f"swing of tone on 60 mg/day in {often} doses", spread(tone), "points (Ashworth)")
    for often in (3, 4):
        for name, once, divided in zip(("plasma", "tone"), swings[1], swings[often], strict=True):
            ratio = spread(once / divided)
            yield measured(f"swing of {name} once a day over {often} times a day", ratio, "", at_least(1.0))


def swings_of(clinic: Clinic, therapy: str) -> tuple[Array, Array]:
    """Highest minus lowest plasma and Ashworth score on the seventh day, (n,) each."""
    course = clinic.cohort(therapy, "7 days", "plasma", "ashworth", every="30 min")
    return swing(course, "plasma"), swing(course, "ashworth")


def kidney(clinic: Clinic) -> Iterator[Finding]:
    """Accumulation, encephalopathy, the advice, and what haemodialysis takes out."""
    normal, failing = (average_plasma(clinic, clearance) for clearance in (110.0, 20.0))
    relation = ["renal.clearance_relation.vlavonou-2014", "renal.mechanism.wuis-1989"]
    yield measured(
        "exposure at 20 mL/min over that at 110", spread(failing / normal), "", at_least(2.0), facts=relation
    )
    course = clinic.typical("10 mg by mouth twice daily", "4 days", "encephalopathy", "plasma", like=DIALYSED)
    cases = ["renal.toxic_dose.el-husseini-2011", "renal.encephalopathy_risk.muanda-2019"]
    chance = course["encephalopathy"].max()
    what = "highest probability of encephalopathy within 4 days, 10 mg twice daily at 5 mL/min"
    yield measured(what, chance, "", at_least(LIKELY), facts=cases)
    when = float(first_time(course, "encephalopathy", LIKELY)[0])
    yield measured("when it becomes likely", when, "h", at_most(96.0), facts=cases)
    advice = next(c for c in adult(creatinine_clearance=20.0).cautions if "below 30" in c.says)
    yield told("advice", advice.says, advice.evidence, needs=("against it below 30 mL/min",))
    says = library().fact("renal.dose_advice.secondary")
    yield told("its source", says.statement, [says.id], needs=("below 30",))
    yield from dialysis(clinic)


def average_plasma(clinic: Clinic, clearance: float) -> Array:
    """Average plasma on the tenth day of 10 mg twice daily at a creatinine clearance [mL/min], (n,) ug/mL."""
    like = adult(creatinine_clearance=clearance)
    return last_day(clinic.cohort("10 mg by mouth twice daily", "10 days", "plasma", like=like), "plasma")


def dialysis(clinic: Clinic) -> Iterator[Finding]:
    """The same overdose of a dialysis patient with and without one session."""
    facts = ["dialysis.hd_clearance.brvar-2007", "dialysis.hd_course.wu-2005", "renal.toxic_dose.el-husseini-2011"]
    treated = adult(creatinine_clearance=5.0, dialysis="4 h at 12 h")
    without, after = (
        clinic.typical("200 mg by mouth once", "8 days", "coma", "dialysate", "plasma", like=like)
        for like in (DIALYSED, treated)
    )
    removed = after["dialysate"][0, -1] / 1000.0
    yield measured("taken out by 4 h of haemodialysis, 12 h after 200 mg", removed, "mg", at_least(1.0), facts=facts)
    hours = [float(hours_above(course, "coma", LIKELY)[0]) for course in (without, after)]
    yield measured("coma without dialysis", hours[0], "h", facts=facts)
    yield measured("coma with that session", hours[1], "h", facts=facts)
    yield measured("coma spared by the session", hours[0] - hours[1], "h", at_least(1.0), facts=facts)


def topical(clinic: Clinic) -> Iterator[Finding]:
    """Gel against the same mass swallowed; why that says little; and the study that disagrees."""
    gel, swallowed = "2 % gel, 5 g on 100 cm2 twice daily", "100 mg by mouth twice daily"
    course = clinic.cohort(gel, "7 days", "plasma", "skin")
    tablets = clinic.cohort(swallowed, "7 days", "plasma")
    levels = [last_day(c, "plasma") * 1000.0 for c in (course, tablets)]
    flux = ["topical.mean_flux.microneedle", "topical.passive_permeation.microneedle"]
    yield measured("plasma on 2 % gel, 5 g on 100 cm2 twice daily", spread(levels[0]), "ng/mL", facts=flux)
    yield measured("plasma with the same 100 mg twice daily swallowed", spread(levels[1]), "ng/mL")
    yield measured("gel over swallowed", spread(levels[0] / levels[1]), "", at_most(1.0), facts=flux)
    weak = next(c for c in course.cautions if c.about == "skin")
    yield told("how weak the evidence is", weak.says, weak.evidence, needs=("pig ear skin", "film study"))
    film = library().fact("topical.film_bioavailability.iraq")
    yield disputed("a study that disagrees", film.statement, [film.id, *flux])


CHECKS = {
    "body.absorption": absorption,
    "body.excretion": excretion,
    "body.half-life": half_life,
    "body.kidney": kidney,
    "body.topical": topical,
}
