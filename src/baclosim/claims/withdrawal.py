"""H. Tolerance, withdrawal, taper: a year of treatment, then an end of it, fast or slow, by mouth or by pump."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..effects.rescue import SIGNS, TIERS, tier
from ..evidence.library import library
from ..parameters import typical
from ..trajectory import Trajectory
from .clinic import Array, Clinic, first_time, spread
from .findings import Finding, Table, at_least, at_most, between, disputed, measured, told
from .holding import POLICY, by_policy, held
from .planning import taper_plan, unsupervised
from .restarting import restart
from .stopping import FELT, TABLETS, YEAR, ended

WEEKS = (1, 2, 4, 8)
BROKEN = (45.0, 123.0, 300.0, 520.0)  # ug/day


def peak(course: Trajectory, name: str = "withdrawal") -> Array:
    """Highest severity of each patient."""
    return course[name].max(axis=1)


def taper(weeks: int) -> str:
    """An even taper of 80 mg a day over so many weeks, in words."""
    return f"reduce by {80.0 / (7 * weeks):.4g} mg/day every day to zero"


def signs(clinic: Clinic) -> Iterator[Finding]:
    """Each sign over time after 80 mg/day by mouth and 350 ug/day by pump are stopped; what was published."""
    psychiatric = "withdrawal.sign-frequency-psychiatric.leo-2005"
    for therapy in (TABLETS, "350 ug/day intrathecally"):
        course = ended(clinic, therapy, YEAR, "stop", 10.0, *SIGNS)
        times = (0.0, 12.0, 24.0, 48.0, 72.0, 120.0, 240.0)
        rows = tuple((sign_name(sign), *(f"{at(course, sign, t):.3f}" for t in times)) for sign in SIGNS)
        table = Table(("sign, mean of patients", *(f"{t:g} h" for t in times)), rows)
        rises = [float((course[sign].max(axis=1) - course[sign][:, 0]).mean()) for sign in SIGNS]
        yield measured(
            f"{therapy}: least rise of any sign", min(rises), "", at_least(1e-6), facts=[psychiatric], table=table
        )
        most = max(float(course[sign].max()) for sign in SIGNS)
        yield measured(f"{therapy}: highest probability of any patient", most, "", between(0.0, 1.0))
    series = library().table(psychiatric)
    yield told("in published cases", series.statement, [series.id], table=Table(series.columns, series.rows))


def at(course: Trajectory, name: str, hours: float) -> float:
    """Mean of patients at a time after the end."""
    return float(course[name][:, np.argmin(np.abs(course.time - hours))].mean())


def sign_name(name: str) -> str:
    """A sign in words."""
    return name.removeprefix("withdrawal_").replace("_", " ")


def route_duration(clinic: Clinic) -> Iterator[Finding]:
    """Severity by months, by dose, by route."""
    facts = ["withdrawal.dose-duration-dependence.greenberg-handbook", "withdrawal.risk-duration.baclofentreatment"]
    oral = "20 mg three times daily by mouth"
    by_months = [peak(ended(clinic, oral, days, "stop", 7.0, *FELT)) for days in (14.0, 90.0, YEAR)]
    doses = ("15 mg/day", "30 mg/day", "60 mg/day", "90 mg/day")
    by_dose = [peak(ended(clinic, f"{dose} by mouth in 3 doses", YEAR, "stop", 7.0, *FELT)) for dose in doses]
    for label, rows in ((("2 weeks", "3 months", "12 months"), by_months), (doses, by_dose)):
        for name, values in zip(label, rows, strict=True):
            yield measured(f"peak severity, by mouth, {name}", spread(values), "", at_least(1e-4), facts=facts)
        rise = float(np.diff([np.median(values) for values in rows]).min())
        yield measured("least rise", rise, "", at_least(1e-4), facts=facts)
    pump = peak(ended(clinic, "350 ug/day intrathecally", YEAR, "stop", 7.0, *FELT))
    yield measured(
        "peak severity, 350 ug/day by pump", spread(pump), facts=["withdrawal.oral-vs-it-severity.baclofentreatment"]
    )
    usual = float(np.median(pump) - np.median(by_months[-1]))
    yield measured("350 ug/day by pump minus 60 mg/day by mouth, median", usual, "", at_least(0.0), facts=facts)
    equal = peak(ended(clinic, "45 ug/day intrathecally", YEAR, "stop", 7.0, *FELT))
    yield measured("45 ug/day by pump, whose relief equals that of 60 mg/day", spread(equal))


def rate(clinic: Clinic) -> Iterator[Finding]:
    """80 mg/day for a year, stopped at once or tapered."""
    facts = ["withdrawal.gradual-no-hallucination.daleo-2007", "taper.oral.uk-csm"]
    ends = {"abrupt": ("stop", 10.0)} | {f"{w} weeks": (taper(w), 7.0 * w + 10.0) for w in WEEKS}
    peaks = {name: peak(ended(clinic, TABLETS, YEAR, after, lasts, *FELT)) for name, (after, lasts) in ends.items()}
    for name, values in peaks.items():
        tiers = tier(values)
        rows = tuple((t, f"{float((tiers == t).mean()):.3f}") for t in TIERS)
        yield measured(f"peak severity, {name}", spread(values), facts=facts, table=Table(("tier", "share"), rows))
    fall = float(np.diff([np.median(values) for values in peaks.values()]).max())
    yield measured("largest rise of the median from faster to slower", fall, "", at_most(-1e-4), facts=facts)
    after, lasts = ends["2 weeks"]
    alone = float(peak(ended(clinic, TABLETS, YEAR, after, lasts, *FELT, who="typical"))[0])
    least = typical(("moderate_withdrawal",))["moderate_withdrawal"]
    yield measured("typical patient on an even two-week taper", alone, "", at_most(least), facts=facts)


def from_pump(clinic: Clinic) -> Iterator[Finding]:
    """Catheter break, empty reservoir, stall, end of service; the cases; what tablets cover."""
    tiers = typical(("mild_withdrawal", "severe_withdrawal"))
    facts = [
        "withdrawal.cases.onset-summary-shared",
        "withdrawal.onset-itb.barcelona-2009",
        "withdrawal.incidence-severe-itb.greenberg-handbook",
    ]
    stops = (*((f"catheter break at {dose:g} ug/day", dose) for dose in BROKEN),)
    for name, dose in stops:
        course = ended(clinic, f"{dose:g} ug/day intrathecally", YEAR, "stop", 7.0, *FELT)
        yield measured(
            f"{name}: cord deficit, peak", spread(peak(course, "cord_deficit")), "", at_least(1e-4), facts=facts
        )
        for label, quantity, level in (
            ("first signs", "cord_deficit", tiers["mild_withdrawal"]),
            ("severe", "withdrawal", tiers["severe_withdrawal"]),
        ):
            when = first_time(course, quantity, level)
            come = np.isfinite(when)
            yield measured(f"{name}: {label} in", float(come.mean()), "", between(0.0, 1.0), facts=facts)
            if come.any():
                yield measured(f"{name}: {label} after", spread(when[come]), "h", facts=facts)
    yield from device_stops()
    cases = library().table("withdrawal.cases.onset-summary-shared")
    yield told("published timelines", cases.statement, [cases.id], table=Table(cases.columns, cases.rows))
    bare = peak(ended(clinic, "350 ug/day intrathecally", YEAR, "stop", 7.0, *FELT))
    covered = peak(ended(clinic, "350 ug/day intrathecally", YEAR, "20 mg every 6 h by mouth", 7.0, *FELT))
    spared = spread(1.0 - covered / np.maximum(bare, 1e-9))
    yield measured(
        "severity spared by 80 mg/day by mouth",
        spared,
        "",
        between(0.01, 0.99),
        facts=["rescue.it-to-oral-pairs.shared"],
    )


def device_stops() -> Iterator[Finding]:
    """When each fault of the device ends delivery, on 350 ug/day: from there on the course is that of a break."""
    from .pump import DAY, deliver, rate_at, steady

    stories = {
        "empty reservoir": deliver(300.0, steady(), refill="never"),
        "motor stall at 10 days": deliver(20.0, steady(), faults=[{"at": "10 days", "kind": "motor stall"}]),
        "catheter disconnection at 10 days": deliver(
            20.0, steady(), faults=[{"at": "10 days", "kind": "catheter disconnection"}]
        ),
        "end of service": deliver(400.0, steady(), age="6.4 years"),
    }
    for name, done in stories.items():
        ends = float(done.doses.time.max() + 0.0) / DAY
        yield measured(
            f"{name}: rate at the end of the run", rate_at(done, done.pump.time - 1.0), "ug/h", at_most(1e-9)
        )
        heard = ", ".join(str(event.values["alarm"]) for event in done.alarms()) or "none"
        yield told(
            f"{name}: alarms", f"{heard}; last drug record at {ends:.1f} days", ["pump.alarm-conditions.gillette"]
        )


def tolerance(clinic: Clinic) -> Iterator[Finding]:
    """The dose that holds tone, raised at a visit every three months for four years."""
    facts = ["tolerance.plateau-time.heetla-2009", "tolerance.first-year.akman-1993", "tolerance.incidence.heetla-2009"]
    doses, rising = held(clinic, visits=16)
    steady = np.logical_not(rising)
    by_month = {3 * i: dose for i, dose in enumerate(doses.T)}
    rows = tuple((m, round(float(np.median(d[steady])), 1), round(float(np.median(d)), 1)) for m, d in by_month.items())
    columns = ("month", "median ug/day of those who level", "median ug/day of all")
    growth = spread(by_month[18][steady] / by_month[0][steady])
    yield measured(
        "dose after 18 months over that at the start, of those who level",
        growth,
        "",
        at_least(1.1),
        facts=facts,
        table=Table(columns, rows),
    )
    late = spread(by_month[48][steady] / by_month[18][steady])
    yield measured(
        "dose after 48 months over that after 18, of those who level", late, "", between(0.95, 1.10), facts=facts
    )
    per_year = (by_month[48] - by_month[18]) / 2.5
    yield measured(
        "share whose dose goes on rising by over 100 ug/day a year",
        float((per_year > 100.0).mean()),
        "",
        between(0.10, 0.30),
        facts=facts,
    )
    yield from tolerance_at_visits(clinic, facts)
    sides = (facts[-1], "dose.tolerance-label.recalled", "withdrawal.spasticity-return-oral.roussan-1985")
    yield disputed("how many", "; ".join(library().fact(name).statement for name in sides), sides)


def tolerance_at_visits(clinic: Clinic, facts: list[str]) -> Iterator[Finding]:
    """The same under a policy that sees scores: titrated in the first months, then rising with tolerance."""
    log, tone = by_policy(clinic)
    months = {m: log.dose[:, int(np.searchsorted(log.time, m * 30.4375 * 24.0))] for m in (6, 12, 18, 24, 36, 48)}
    rows = tuple((m, *np.quantile(dose, (0.05, 0.5, 0.95)).round(0).tolist()) for m, dose in months.items())
    columns = ("month", "5 %", "median ug/day", "95 %")
    early, late = (np.median(months[b] / months[a]) for a, b in ((6, 18), (18, 48)))
    yield measured(
        "by policy: dose after 18 months over that after 6, median",
        float(early), "", at_least(1.1), facts=facts, table=Table(columns, rows),
    )  # fmt: skip
    yield measured("by policy: dose after 48 months over that after 18, median", float(late), "", facts=facts)
    per_year = (months[48] - months[18]) / 2.5
    share = float((per_year > 100.0).mean())
    yield measured("by policy: share rising by over 100 ug/day a year", share, "", between(0.10, 0.30), facts=facts)
    held_tone = float((tone < 2.5).mean())
    yield measured("by policy: share with an Ashworth score below 2.5 at the end", held_tone, "", at_least(0.8))
    yield told("the policy", POLICY, [])


CHECKS = {
    "withdrawal.signs": signs,
    "withdrawal.route-duration": route_duration,
    "withdrawal.rate": rate,
    "withdrawal.restart": restart,
    "withdrawal.intrathecal": from_pump,
    "withdrawal.unsupervised": unsupervised,
    "taper.plan": taper_plan,
    "tolerance.exists": tolerance,
}
