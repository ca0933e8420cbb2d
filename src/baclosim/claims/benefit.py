"""F. Benefit: spasticity by condition, those whom tablets fail, alcohol, and the other uses."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ..effects.bedside import outcome, responded
from ..evidence.library import library
from ..patient import Patient
from ..streams import per_patient, uniform
from ..trajectory import Trajectory
from .answers import answered
from .clinic import Array, Clinic, adult, last_day
from .findings import Finding, Table, at_least, between, disputed, measured, told

CONDITIONS = ("spinal cord injury", "multiple sclerosis", "cerebral palsy")
TITRATION = (50.0, 100.0, 200.0, 400.0, 800.0)  # ug/day
SCORES = ("ashworth", "spasm_score")
NAMED = ("ashworth", "spasm_score", "drowsiness", "weakness")


def spasticity(clinic: Clinic) -> Iterator[Finding]:
    """What titrated pumps and tablets do in each condition, beside the published falls."""
    trials = "spasticity.itb-trials.fit-set"
    falls = {
        str(row[0]): (float(str(row[3])) - float(str(row[4])), float(str(row[5])) - float(str(row[6])))
        for row in library().table(trials).rows
        if "infusion" in str(row[1])
    }
    low, high = (min(f[i] for f in falls.values()) for i in (0, 1)), (max(f[i] for f in falls.values()) for i in (0, 1))
    published = dict(zip(SCORES, zip(low, high, strict=True), strict=True))
    for condition in CONDITIONS:
        like = candidate(condition)
        tablets = settled(clinic, "20 mg by mouth every 8 h", like)
        for score in SCORES:
            best = best_fall(clinic, like, score)
            least, most = published[score]
            bound = between(least - 0.5, most + 0.5) if condition != "cerebral palsy" else at_least(0.5)
            yield measured(
                f"{condition}: fall of {score}, titrated pump, mean",
                float(best.mean()),
                "points",
                bound,
                facts=[trials],
            )
            fall = float((start(clinic, like, score) - last_day(tablets, score)).mean())
            yield measured(
                f"{condition}: fall of {score}, 60 mg/day by mouth, mean",
                fall,
                "points",
                at_least(0.05),
                facts=["spasticity.oral-trials.set"],
            )
    yield from cautions()


def candidate(condition: str) -> Patient:
    """Somebody as bad as those in the trials of pumps: scores drawn about those of candidates."""
    return adult(condition=condition)


def settled(clinic: Clinic, therapy: str, like: Patient) -> Trajectory:
    """A cohort on a month of treatment."""
    return clinic.cohort(therapy, "31 days", *NAMED, like=like)


def start(clinic: Clinic, like: Patient, score: str) -> Array:
    """Score before treatment, (n,)."""
    name = {"ashworth": "ashworth", "spasm_score": "spasms"}[score]
    return clinic.patients(clinic.n, like).covariates[name]


def best_fall(clinic: Clinic, like: Patient, score: str) -> Array:
    """Largest fall of a score among the doses of a titration, (n,)."""
    scores = [last_day(settled(clinic, f"{dose:g} ug/day intrathecally", like), score) for dose in TITRATION]
    return start(clinic, like, score) - np.min(scores, axis=0)


def cautions() -> Iterator[Finding]:
    """Whether a patient after stroke, or with Parkinson's disease, is warned of tablets and not of a pump."""
    series = library().table("regulatory.cautions.uk")
    listed = "; ".join(str(row[0]) for row in series.rows)
    yield told("conditions that the UK label cautions about", listed, [series.id], needs=("stroke", "Parkinson"))
    for condition in ("stroke", "Parkinson's disease"):
        yield told(
            f"caution for {condition} by mouth",
            shown(condition, "10 mg by mouth every 8 h"),
            [series.id],
            needs=(condition[:6],),
        )


def shown(condition: str, therapy: str) -> str:
    """The cautions of a course that name this condition, or why there are none."""
    from ..errors import InputError
    from ..simulate import simulate

    try:
        course = simulate(adult(condition=condition), therapy, "1 h", quantities=("plasma",))
    except InputError as error:
        return f"no such patient can be described ({error})".replace(condition, "...")
    return "; ".join(c.says for c in course.cautions if "regulatory.cautions.uk" in c.evidence) or "none is shown"


def refractory(clinic: Clinic) -> Iterator[Finding]:
    """A cohort at 80 mg/day, split; and those whom tablets failed, on a titrated pump."""
    like = candidate("spinal cord injury")
    tablets = settled(clinic, "20 mg four times daily by mouth", like)
    fates = outcome(helped(clinic, like, tablets), stopped(clinic, tablets))
    hedley = "spasticity.oral-hedley.hedley-1975"
    for fate in ("responder", "non-responder", "intolerant"):
        yield measured(
            f"on 80 mg/day by mouth: {fate}", float((fates == fate).mean()), "", between(0.02, 0.96), facts=[hedley]
        )
    seen = [f"{row[0]}: {row[1]:g} of {row[2]:g}" for row in library().table(hedley).rows]
    yield told("as published", "; ".join(seen), [hedley])
    failed = fates != "responder"
    pump = responded(best_fall(clinic, like, "ashworth"), best_fall(clinic, like, "spasm_score"))
    rate = float(pump[failed].mean()) if failed.any() else float("nan")
    facts = [
        "spasticity.itb-responder-rate.coffey-1993",
        "spasticity.itb-success.creedon-1997",
        "screen.response-rate.lioresal-web",
    ]
    yield measured("of those, respond to a titrated pump", rate, "", between(0.85, 1.0), facts=facts)


def helped(clinic: Clinic, like: Patient, course: Trajectory) -> NDArray[np.bool_]:
    """Whether a score fell by a point or more, (n,)."""
    tone, spasms = (start(clinic, like, score) - last_day(course, score) for score in SCORES)
    return responded(tone, spasms)


def stopped(clinic: Clinic, course: Trajectory) -> NDArray[np.bool_]:
    """Whether each leaves because of weakness, or of drowsiness beyond that on placebo and bad enough, (n,).

    Half of the drowsy are taken to leave: assumed. Each patient's luck is one draw.
    """
    luck = per_patient(clinic.seed, "claims/leaves", 0, clinic.n, uniform)
    chance = 1.0 - (1.0 - last_day(course, "weakness")) * (1.0 - 0.5 * last_day(course, "drowsiness"))
    return luck < chance


def alcohol(clinic: Clinic) -> Iterator[Finding]:
    """Trials and meta-analyses side by side, and the French approvals."""
    trials, metas, law = (
        library().table(name) for name in ("aud.trials.table", "aud.meta.table", "aud.regulation.france")
    )
    yield told("trials", f"{len(trials.rows)} results", [trials.id], table=Table(trials.columns, trials.rows))
    yield measured(
        "randomised trials in the table", len({row[0] for row in trials.rows}), "", at_least(5), facts=[trials.id]
    )
    dutch = next(row for row in trials.rows if "Beraha" in str(row[0]))
    yield told(
        "the Dutch trial",
        f"{dutch[2]}, {dutch[3]} mg/day: {dutch[-4]}, p {dutch[-2]}",
        [trials.id],
        needs=("Netherlands",),
    )
    yield told("meta-analyses", f"{len(metas.rows)} estimates", [metas.id], table=Table(metas.columns, metas.rows))
    counts = [sum(helps(row) is side for row in metas.rows) for side in (True, False)]
    text = f"{counts[0]} estimates favour baclofen with an interval that excludes no effect, {counts[1]} do not"
    yield measured("estimates whose interval excludes no effect", counts[0], "", at_least(1), facts=[metas.id])
    yield measured("estimates whose interval includes no effect", counts[1], "", at_least(1), facts=[metas.id])
    yield disputed("whether it helps", text, [metas.id, trials.id])
    dates = "; ".join(f"{row[0]} {row[1]}" for row in law.rows)
    yield told("French approvals", dates, [law.id], needs=("2014", "2018-10"))


def helps(row: tuple[object, ...]) -> bool:
    """Whether an estimate's interval excludes no effect: 1 for ratios, 0 for differences."""
    none = 1.0 if row[5] in ("RR", "OR", "HR") else 0.0
    low, high = float(str(row[7])), float(str(row[8]))
    return not low <= none <= high


USES = {
    "hiccups": ("can baclofen stop hiccups", ("10 mg three times daily", "placebo")),
    "spasms near the end of life": (
        "baclofen for muscle spasm near the end of life",
        ("5 mg three times daily", "100 mg"),
    ),
    "painful erections in sleep": (
        "baclofen for sleep related painful erections",
        ("most useful agent", "case series"),
    ),
    "opioid withdrawal": ("baclofen in opioid withdrawal", ("40 mg/day", "clonidine")),
    "cocaine use": ("baclofen for cocaine dependence", ("60 mg/day", "no difference")),
    "Charcot-Marie-Tooth disease": ("baclofen with naltrexone and sorbitol in Charcot-Marie-Tooth", ("6 mg", "-0.37")),
}
"""Question about each use, and what its answer must say: the dose studied and the outcome."""


def other(clinic: Clinic) -> Iterator[Finding]:
    """One answer for each use that the claim names, as anybody would ask for it, with its strength."""
    for use, (question, needs) in USES.items():
        yield from answered(use, question, needs)


CHECKS = {
    "benefit.spasticity": spasticity,
    "benefit.refractory": refractory,
    "benefit.alcohol": alcohol,
    "benefit.other": other,
}
