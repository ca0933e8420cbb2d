"""G. Harm: what is common, what sedatives add, overdose by mouth and through the pump."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..drugs.interaction import INTERACTIONS, under
from ..effects.adverse import reported
from ..effects.overdose import signs
from ..evidence.library import library
from ..scenario.prescribed import Therapy
from ..therapy.alongside import alongside
from ..therapy.language import parse
from ..trajectory import Trajectory
from .clinic import Array, Clinic, adult, first_time, hours_above, one, shares, spread
from .findings import Finding, Table, at_least, at_most, between, disputed, measured, told

LIKELY = 0.5
THERAPEUTIC = 0.4  # ug/mL, the usual upper end of the therapeutic range (overdose.serum-range.perry-1998)
EARLY = 14.0  # h after swallowing at which the level was compared with ventilation (overdose.level-vs-vent.perry-1998)
DOSES = (60.0, 100.0, 190.0, 400.0, 700.0, 1000.0, 2000.0)  # mg at once
DEEP = ("coma", "ventilation", "plasma")


def common(clinic: Clinic) -> Iterator[Finding]:
    """Drowsiness and weakness by dose against placebo, then the labels' tables by route."""
    facts = [
        "sedation.drowsiness-drug.fda-label",
        "sedation.drowsiness-placebo.fda-label",
        "adverse.oral-frequency.fda-label",
    ]
    found: dict[str, list[float]] = {"drowsiness": [], "weakness": []}
    for dose in (0.0, 30.0, 60.0, 80.0):
        course = clinic.cohort(by_mouth(dose), "7 days", *found, every="2 h")
        for name, values in found.items():
            values.append(shares(course, name) if dose else float(course[name][:, 0].mean()))
            of = f"{dose:g} mg/day" if dose else "placebo"
            yield measured(f"{name} ever reported within a week, {of}", values[-1], "", between(0.0, 1.0), facts=facts)
    for name, values in found.items():
        yield measured(f"{name}: least rise from dose to dose", float(np.diff(values).min()), "", at_least(1e-3))
    for route in ("mouth", "intrathecal"):
        rows = tuple((r.event, r.setting, f"{r.low:g} to {r.high:g} %", r.fact) for r in reported(route))
        table = Table(("event", "setting", "reported", "fact"), rows)
        yield told(
            f"as reported, {route}", f"{len(rows)} frequencies", [*dict.fromkeys(r[3] for r in rows)], table=table
        )


def by_mouth(dose: float) -> str:
    """A daily dose [mg] in words; of nothing, the least that can be said."""
    return f"{dose:g} mg/day by mouth in 3 doses" if dose else "30 mg/day by mouth in 3 doses"


def sedatives(clinic: Clinic) -> Iterator[Finding]:
    """Baclofen, diazepam, and both, under each named interaction."""
    facts = [fact for model in INTERACTIONS.values() for fact in model.facts]
    effects = {name: with_diazepam(Clinic(under(name, clinic.table), n=50, seed=clinic.seed)) for name in INTERACTIONS}
    alone, other, _ = effects["additive"]
    yield measured("drowsiness on 60 mg/day, highest of a day", alone[0], "", between(0.0, 1.0))
    yield measured("drowsiness on diazepam 10 mg three times daily", other[0], "", between(0.0, 1.0))
    for name, (_, _, both) in effects.items():
        says = INTERACTIONS[name].says
        bound = at_least(max(alone[0], other[0]) - 1e-6)
        yield measured(f"drowsiness with both, {name} ({says})", both[0], "", bound, facts=INTERACTIONS[name].facts)
        yield measured(f"respiratory drive with both, {name}, lowest", both[1], "", between(0.0, 1.0))
    added = effects["greater"][2][0] - effects["none"][2][0]
    yield measured("what the model of interaction makes of drowsiness", added, "", at_least(1e-3))
    yield measured(
        "respiratory drive, both minus baclofen alone", effects["additive"][2][1] - alone[1], "", at_most(0.0)
    )
    yield disputed("the evidence", "; ".join(f"{m.name}: {', '.join(m.facts)}" for m in INTERACTIONS.values()), facts)


def with_diazepam(clinic: Clinic) -> list[tuple[float, float]]:
    """Highest drowsiness and lowest drive to breathe of a day, mean of patients: baclofen, diazepam, both."""
    drug, other = "20 mg by mouth every 8 h", "diazepam 10 mg three times daily"
    little = "0.1 mg by mouth once"
    therapies = [
        Therapy((parse(drug),)),
        Therapy((parse(little),), beside=(alongside(other),)),
        Therapy((parse(drug),), beside=(alongside(other),)),
    ]
    found = []
    for therapy in therapies:
        course = clinic.cohort(therapy, "3 days", "drowsiness", "respiratory_drive", every="1 h")
        found.append((shares(course, "drowsiness"), float(course["respiratory_drive"].min(axis=1).mean())))
    return found


def overdose(clinic: Clinic) -> Iterator[Finding]:
    """Dose against coma and ventilation, and the signs."""
    facts = ["overdose.threshold.leung-2006", "overdose.toxic-doses.poisoning-handbook", "overdose.signs.leung-2006"]
    for dose in DOSES:
        course = swallowed(clinic, dose)
        for name in ("coma", "ventilation"):
            bound = at_most(0.1) if dose < 200.0 else at_least(0.5) if dose >= 1000.0 else None
            yield measured(f"probability of {name} after {dose:g} mg", shares(course, name), "", bound, facts=facts)
    coma = [shares(swallowed(clinic, dose), "coma") for dose in DOSES]
    yield measured("least rise of coma from dose to dose", float(np.diff(coma).min()), "", at_least(0.0))
    yield from beside_people(clinic)
    rows = tuple((s.name, *counts(s.counts), round(s.in_coma, 2), round(s.without, 2)) for s in signs().values())
    columns = ("sign", "perry-1998", "leung-2006", "in coma", "without")
    series = ["overdose.signs.perry-1998", "overdose.signs.leung-2006", "overdose.npds-effects.hinchman-2020"]
    yield measured(
        "signs with published frequencies", len(rows), "", at_least(8), facts=series, table=Table(columns, rows)
    )


SERIES = (
    ("overdose.signs.leung-2006", "coma", "8 of 23", (630.0, 730.0, 80.0, 2500.0)),
    ("overdose.intubated-fraction.perry-1998", "ventilation", "9 of 14", (330.0, 156.0, 60.0, 600.0)),
    ("overdose.coma_rate.poland-2005", "coma", "53.8 % of 52", (444.8, 317.8, 100.0, 1500.0)),
    ("overdose.coma_rate.poland-2005", "ventilation", "34.6 % of 52", (444.8, 317.8, 100.0, 1500.0)),
)
"""What people showed; mean, SD, least, most [mg] of what they took. The second gives a range only: even doses."""


def beside_people(clinic: Clinic) -> Iterator[Finding]:
    """Published series beside the model: adults without tolerance who took the doses of that series."""
    shown = {name: [shares(swallowed(clinic, dose), name) for dose in DOSES] for name in ("coma", "ventilation")}
    rows: list[tuple[object, ...]] = []
    for fact, name, people, doses in SERIES:
        model = np.interp(np.log(taken(*doses)), np.log(DOSES), shown[name]).mean()
        rows.append((fact, f"{doses[2]:g} to {doses[3]:g} mg", name, people, f"{model:.2f}"))
    drinkers, held = adult(condition="alcohol use disorder"), "overdose.mild-dose.franchitto-2014"
    course = clinic.cohort("340 mg by mouth once", "10 days", *DEEP, like=drinkers, every="1 h")
    rows.append((held, "340 mg, drinkers", "coma", "0 of 9 without benzodiazepines", f"{shares(course, 'coma'):.2f}"))
    table = Table(("series", "doses", "what", "people", "model"), tuple(rows))
    facts = list(dict.fromkeys(str(row[0]) for row in rows))
    likely = float(np.exp(np.interp(LIKELY, shown["coma"], np.log(DOSES))))
    yield measured("dose that brings half of adults into coma", likely, "mg", facts=facts, table=table)
    yield from below_threshold(shown["coma"])


def below_threshold(coma: list[float]) -> Iterator[Finding]:
    """Coma at the least dose at which a series saw it; how likely those who took less are to have shown none."""
    threshold = library().fact("overdose.threshold.leung-2006")
    least, doses = one(threshold), taken(*SERIES[0][3])
    at = float(np.interp(np.log(least), np.log(DOSES), coma))
    yield measured(f"coma at {least:g} mg, below which a series saw none", at, "", facts=[threshold.id])
    share = float(np.interp(np.log(doses[doses < least]), np.log(DOSES), coma).mean())
    few = round((threshold.n or 0) * float((doses < least).mean()))
    yield measured(f"coma of those of that series who took less than {least:g} mg", share, "", facts=[threshold.id])
    yield measured(f"probability that such a series sees none in {few} of them", (1.0 - share) ** few, "")


def taken(mean: float, deviation: float, least: float, most: float) -> Array:
    """Evenly probable doses [mg] of a lognormal distribution cut to its range, (99,)."""
    from scipy.special import ndtr, ndtri

    spread_log = np.sqrt(np.log1p((deviation / mean) ** 2))
    middle = np.log(mean) - spread_log**2 / 2.0
    low, high = ndtr((np.log([least, most]) - middle) / spread_log)
    return np.exp(middle + spread_log * ndtri(low + (high - low) * np.arange(1, 100) / 100.0))


def counts(seen: dict[str, tuple[int, int]]) -> tuple[str, str]:
    """Counts of a sign in the two series, as text."""
    names = ("overdose.signs.perry-1998", "overdose.signs.leung-2006")
    return tuple(f"{seen[n][0]} of {seen[n][1]}" if n in seen else "" for n in names)  # type: ignore[return-value]


def swallowed(clinic: Clinic, dose: float) -> Trajectory:
    """Ten days after a dose [mg] taken at once by people without tolerance."""
    return clinic.cohort(f"{dose:g} mg by mouth once", "10 days", *DEEP, every="1 h")


def ventilation(clinic: Clinic) -> Iterator[Finding]:
    """Across doses and patients: early level and hours, recovery and the return of serum to its range."""
    from scipy.stats import spearmanr

    courses = [swallowed(clinic, dose) for dose in (400.0, 700.0, 1000.0, 2000.0)]
    early = np.concatenate([course.at("plasma", EARLY) for course in courses])
    hours = np.concatenate([hours_above(course, "ventilation", LIKELY) for course in courses])
    comatose = np.concatenate([hours_above(course, "coma", LIKELY) for course in courses])
    on = hours > 0.0
    facts = [
        "overdose.level-vs-vent.perry-1998",
        "overdose.ventilation_time.poland-2004",
        "overdose.vent-duration.perry-1998",
    ]
    yield measured("hours of ventilation of those who need it", spread(hours[on]), "h", facts=facts)
    rank = float(np.asarray(spearmanr(early[on], hours[on]))[0]) if on.sum() > 2 else np.nan
    yield measured(
        "rank correlation of the level at 14 h with hours of ventilation", rank, "", at_least(0.5), facts=facts
    )
    ill = comatose > 0.0
    awake = np.concatenate([last_time(course, "coma", LIKELY) for course in courses])
    cleared = np.concatenate([last_time(course, "plasma", THERAPEUTIC) for course in courses])
    later = float((awake[ill] > cleared[ill]).mean()) if ill.any() else np.nan
    facts = ["overdose.cns_lag.secondary", "overdose.prolonged_coma.sullivan-2012"]
    yield measured("comatose who wake after serum is back in its range", later, "", at_least(0.5), facts=facts)
    yield measured("how much later", spread((awake - cleared)[ill]), "h", facts=facts)


def last_time(course: Trajectory, quantity: str, level: float) -> Array:
    """When a quantity is last at or above a level [h], 0 where it never is, (n,)."""
    above = course[quantity] >= level
    return np.where(above.any(axis=1), course.time[above.shape[1] - 1 - np.argmax(above[:, ::-1], axis=1)], 0.0)


STEADY = "350 ug/day intrathecally"
EVENTS = ("weakness", "coma", "ventilation", "withdrawal")


def intrathecal(clinic: Clinic) -> Iterator[Finding]:
    """Three ways to give too much through a pump, and what stopping, drawing fluid and restarting do."""
    facts = [
        "overdose.itb-events.delhaas-1991",
        "overdose.toxic-doses.poisoning-handbook",
        "tolerance.holiday-overdose.delhaas-1991",
    ]
    tenfold = "350 ug/day intrathecally for 90 days, then 3500 ug/day intrathecally for 24 h, then stop"
    holiday = "500 ug/day intrathecally for 365 days, then nothing for 28 days, then 500 ug/day intrathecally"
    stories: tuple[tuple[str, Any, float, float], ...] = (
        ("tenfold error, stopped after 24 h", tenfold, 90.0 * 24.0, 10.0 * 24.0),
        ("1.5 mg bolus", "1500 ug once intrathecally", 0.0, 10.0 * 24.0),
        ("500 ug/day restarted after four weeks", holiday, 393.0 * 24.0, 10.0 * 24.0),
    )
    for name, therapy, begins, lasts in stories:
        course = clinic.cohort(therapy, begins + lasts, *EVENTS, every="1 h")
        yield from story(name, course, begins, facts)
    fixed = clinic.cohort(holiday, "403 days", *EVENTS, every="1 h")
    before, after = (weakest(fixed, *window) for window in ((300.0, 365.0), (393.0, 403.0)))
    yield measured(
        "weakness after the restart minus before the holiday", after - before, "", at_least(0.0), facts=facts[2:]
    )
    yield from stopping(clinic)


def story(name: str, course: Trajectory, begins: float, facts: list[str]) -> Iterator[Finding]:
    """How many are weak, comatose, ventilated, in withdrawal; and when, from the event on."""
    late = course.time >= begins
    own = Trajectory(course.time[late] - begins, {key: course[key][:, late] for key in EVENTS})
    for quantity in EVENTS[:3]:
        reached = first_time(own, quantity, LIKELY)
        ill = np.isfinite(reached)
        yield measured(f"{name}: {quantity} likely in", float(ill.mean()), "", between(0.0, 1.0), facts=facts)
        if ill.any():
            yield measured(f"{name}: {quantity} from", spread(reached[ill]), "h")
            yield measured(f"{name}: {quantity} for", spread(hours_above(own, quantity, LIKELY)[ill]), "h")
    peak = own["withdrawal"].max(axis=1)
    yield measured(f"{name}: severity of withdrawal that follows", spread(peak), "", between(0.0, 1.0))


def weakest(course: Trajectory, start: float, end: float) -> float:
    """Highest probability of weakness between two days, mean of patients."""
    inside = (course.time >= start * 24.0) & (course.time <= end * 24.0)
    return float(course["weakness"][:, inside].max(axis=1).mean())


def stopping(clinic: Clinic) -> Iterator[Finding]:
    """A tenfold error found after 12 h: the pump stopped, and 30 mL of fluid drawn as well."""
    facts = ["overdose.csf-drainage.fpnotebook", "overdose.itb-events.delhaas-1991"]
    wrong = "3500 ug/day intrathecally"
    found = f"{wrong} for 12 h, then stop"
    hours = {}
    for label, therapy in (("goes on", wrong), ("stopped at 12 h", found), ("stopped, 30 mL drawn", drawn(found))):
        course = clinic.cohort(therapy, "5 days", "total_depression", every="1 h")
        hours[label] = np.asarray(np.trapezoid(course["total_depression"], course.time, axis=1))
        yield measured(
            f"depression of the brain over five days, {label}", spread(hours[label]), "h x edge of coma", facts=facts
        )
    spared = 1.0 - hours["stopped at 12 h"] / hours["goes on"]
    yield measured("spared by stopping the pump", spread(spared), "", at_least(0.05), facts=facts)
    spared = 1.0 - hours["stopped, 30 mL drawn"] / hours["stopped at 12 h"]
    yield measured("spared besides by drawing 30 mL", spread(spared), "", at_least(0.001), facts=facts)


def drawn(therapy: str) -> Therapy:
    """The therapy with 30 mL of spinal fluid drawn at 12 h."""
    from ..therapy.removal import Removal

    return Therapy((parse(therapy),), removed=(Removal(12.0, 30.0),))


CHECKS = {
    "harm.common": common,
    "harm.sedatives": sedatives,
    "harm.overdose": overdose,
    "harm.ventilation": ventilation,
    "harm.overdose-intrathecal": intrathecal,
}
