"""D. The pump: a test dose first, programs carried out, refills, battery, and the catheter in between."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..parameters import typical
from ..patient import Patient
from ..plan.trial_dose import published_protocol, screen
from ..pump.arithmetic import concentration_change, refill_dates
from ..pump.battery import battery_life
from ..pump.calendar import calendar, refill_entries
from ..pump.catheter import read_catheter
from ..pump.deliver import Delivery
from ..pump.device import device
from ..pump.log import replay
from ..pump.system import read_pump
from ..therapy.doses import CHANNELS
from .clinic import Clinic, spread
from .csf import cervical_share
from .findings import Finding, Spread, Table, at_least, at_most, between, disputed, measured, told

DAY, YEAR = 24.0, 24.0 * 365.25
MODEL = "synchromed-ii-40"
UNBIASED = between(0.855, 1.145)  # the maker's limits of flow error
PUNCTUAL = between(0.97, 1.03)
START = "2026-01-05 08:00"
ORIGINS = {"spinal": "spinal cord injury", "cerebral": "cerebral palsy"}

PROGRAMS: dict[str, dict[str, Any]] = {
    "simple continuous": {"dose": "350 ug/day"},
    "flex": {"steps": ["06:00-10:00 20 ug/h", "10:00-06:00 12 ug/h"]},
    "single bolus": {"dose": "50 ug", "duration": "10 min", "then": "stopped"},
    "periodic bolus": {"dose": "40 ug", "duration": "15 min", "every": "6 h", "background": "100 ug/day"},
    "patient bolus": {
        "dose": "20 ug", "duration": "10 min", "lock_out": "4 h", "per_day": 4, "background": "200 ug/day",
    },
    "minimum rate": {},
    "stopped": {},
}  # fmt: skip


def deliver(days: float, *program: dict[str, Any], **table: Any) -> Delivery:
    """What a typical pump of 2000 ug/mL gives under these entries; `table` adds to [therapy.pump]."""
    return read_pump(table_of(*program) | table, start=START).deliver(days * DAY, is_typical=True)


def table_of(*program: dict[str, Any]) -> dict[str, Any]:
    """The table [therapy.pump] of a pump of 2000 ug/mL with these entries."""
    return {
        "device": MODEL,
        "concentration": "2000 ug/mL",
        "catheter": {"length": "66 cm", "tip": "T10"},
        "program": list(program),
        "refill": "at low reservoir",
    }


def steady(dose: str = "350 ug/day") -> dict[str, Any]:
    """One rate from hour 0."""
    return {"at": "0 h", "mode": "simple continuous", "dose": dose}


def rate_at(delivery: Delivery, time: float) -> float:
    """Rate at which drug leaves the tip [ug/h] at a time [h]."""
    doses = delivery.doses
    now = (doses.channel == CHANNELS.index("catheter")) & (doses.time <= time) & (time < doses.time + doses.duration)
    return float((doses.amount[now] / doses.duration[now]).sum())


def alarm_time(delivery: Delivery, name: str) -> float:
    """When an alarm first sounds [h]; infinite when it never does."""
    return next((event.time for event in delivery.alarms() if event.values["alarm"] == name), np.inf)


def test_dose(clinic: Clinic) -> Iterator[Finding]:
    """Screening as it is prescribed, simulated in candidates whose spasticity is spinal or cerebral."""
    protocol = published_protocol()
    steps = ["screen.test-doses.drugscom", "screen.observation.drugscom", "screen.nonresponder.northampton"]
    for number, (dose, label) in enumerate(zip(protocol.doses_ug, (50.0, 75.0, 100.0), strict=True), 1):
        yield measured(f"test dose {number}", dose, "ug", between(label, label), facts=steps)
    rates = [
        "screen.response-rate.lioresal-web",
        "screen.response-rate.yoon-2017",
        "spasticity.itb-responder-rate.coffey-1993",
    ]
    for origin, condition in ORIGINS.items():
        result = screen(clinic.patients(clinic.n, Patient(condition=condition, weight=70.0)), protocol)
        for number, passed in enumerate((result.reached * result.passed).mean(axis=0), 1):
            yield measured(f"passes at dose {number}, {origin} origin", passed, "", between(0.0, 1.0))
        implanted = result.implanted.mean()
        yield measured(f"passes and gets a pump, {origin} origin", implanted, "", between(0.5, 0.999), facts=rates)
        yield measured(
            f"fails all three, path ends, {origin} origin", 1.0 - implanted, "", between(0.001, 0.5), facts=steps
        )
        rise = result.falls.mean(axis=0)[-1] - result.falls.mean(axis=0)[0]
        yield measured("fall of Ashworth, third dose minus first", rise, "points", at_least(1e-3))


def computer(clinic: Clinic) -> Iterator[Finding]:
    """Every program against what came out of it, and the log."""
    allowed = typical(("pump_flow_error_limit",))["pump_flow_error_limit"]
    facts = ["pump.flow-accuracy-spec.medtronic-2014"]
    for mode, settings in PROGRAMS.items():
        entry = {"at": "0 h", "mode": mode} | settings
        done = deliver(14.0, entry) if mode != "single bolus" else deliver(14.0, steady(), entry | {"at": "7 days"})
        balance = done.balance.delivered - done.programmed
        error = balance / done.programmed if done.programmed > 0.0 else done.delivered
        what = f"{mode}: delivered minus programmed, of {done.programmed:.6g} ug"
        yield measured(what, error, "", between(-allowed, allowed), facts=facts)
        yield measured(f"{mode}: drug unaccounted for", abs(done.balance.residue), "", at_most(1e-9))
    yield measured("delivered over programmed, pumps as they differ", pumps(clinic), "", UNBIASED, facts=facts)
    changes = [steady(), {"at": "3 days", "mode": "stopped"}, {"at": "4 days", "mode": "minimum rate"}]
    log = deliver(14.0, *changes).log
    heard = sum(event.kind == "programmed" for event in log)
    yield measured("programs in the log, of 3 entered", heard, "", at_least(3))
    yield told("the log replayed", replay(log).program, [], needs=("minimum rate",))


def pumps(clinic: Clinic) -> Spread:
    """Delivered over programmed dose of as many pumps as a cohort has, on 350 ug/day for a month."""
    system = read_pump(table_of(steady()), start=START)
    done = [system.deliver(30.0 * DAY, seed=clinic.seed, patient=i) for i in range(clinic.n)]
    return spread(np.array([one.delivered / one.programmed for one in done]))


def refill(clinic: Clinic) -> Iterator[Finding]:
    """The nurse's dates against the simulated pump; a change of concentration with its bridge; the calendar."""
    facts = ["refill.interval-formula.derived", "refill.margin-before-alarm.gillette"]
    model, filled = device(MODEL), dt.date(2026, 1, 5)
    dates = refill_dates(model, 2000.0, 350.0, filled_on=filled)
    for what, hours in (("refill by", dates.refill_by), ("alarm", dates.alarm), ("empty", dates.empty)):
        yield told(what, f"{dates.date(hours)}, {hours / DAY:.1f} days after the fill", facts)
    yield measured("alarm minus refill day", (dates.alarm - dates.refill_by) / DAY, "days", at_least(0.0), facts=facts)
    yield measured("empty minus alarm", (dates.empty - dates.alarm) / DAY, "days", at_least(0.0), facts=facts)
    done = deliver(dates.empty / DAY + 1.0, steady(), refill="never")
    for name, hours in (("low reservoir", dates.alarm), ("empty reservoir", dates.empty)):
        late = alarm_time(done, name) - hours
        yield measured(f"{name} alarm of the simulated pump minus that date", late, "h", between(-0.5, 0.5))
    yield from bridge()
    events = calendar(refill_entries(dates)).count(b"BEGIN:VEVENT")
    yield measured("entries in the calendar file", events, "", at_least(4))


def bridge() -> Iterator[Finding]:
    """From 500 to 2000 ug/mL at 350 ug/day, with and without the bridge bolus."""
    facts = ["catheter.bridge-bolus.derived"]
    answer = concentration_change(device(MODEL), read_catheter({"length": "66 cm"}), 500.0, 2000.0, 350.0).bridge
    yield measured("bridge bolus", answer.dose, "ug", at_least(1.0), facts=facts)
    yield measured("over", answer.duration, "h", at_least(1.0), facts=facts)
    doses = {}
    for is_bridged in (True, False):
        visit = {"at": "20 days", "concentration": "2000 ug/mL", "bridge": is_bridged}
        done = deliver(40.0, steady(), concentration="500 ug/mL", refills=[visit])
        doses[is_bridged] = rate_at(done, 20.0 * DAY + answer.duration / 2.0) * DAY
    yield measured(
        "dose while the old drug runs out, bridged", doses[True], "ug/day", between(300.0, 400.0), facts=facts
    )
    yield measured("the same without a bridge", doses[False], "ug/day", at_most(300.0), facts=facts)


def life(clinic: Clinic) -> Iterator[Finding]:
    """Battery life against flow, and the end as the patient meets it."""
    facts = [
        "pump.battery-life-range.recalled",
        "pump.automatic-shutoff.medtronic-uk",
        "pump.design-life.medtronic-2011",
    ]
    flows = (0.05, 0.1, 0.175, 0.25, 0.5, 1.0)
    years = [battery_life(flow / DAY) / YEAR for flow in flows]
    rows = Table(("flow_mL_per_day", "life_years"), tuple((f, round(y, 2)) for f, y in zip(flows, years, strict=True)))
    yield measured("shortest life", min(years), "years", between(5.0, 7.0), facts=facts, table=rows)
    yield measured("longest life", max(years), "years", at_most(7.0), facts=facts)
    yield measured("largest rise of life with flow", float(np.diff(years).max()), "years", at_most(0.0))
    done = deliver(300.0, steady(), age="6.4 years")
    due, end = (alarm_time(done, name) for name in ("replacement due", "end of service"))
    warned = ["pump.eri-to-eos.medtronic"]
    yield measured(
        "replacement-due alarm ahead of the end", (end - due) / DAY, "days", between(80.0, 100.0), facts=warned
    )
    after = rate_at(done, end + DAY) if np.isfinite(end) else np.nan
    yield measured("delivered a day after the end of service", after, "ug/h", at_most(0.0), facts=warned)


def site(clinic: Clinic) -> Iterator[Finding]:
    """The dead volume delays every change of drug; the tip sets the profile."""
    facts = ["catheter.volume-per-length.ascenda-recalled", "pump.internal-tubing-volume.recalled"]
    flow = 350.0 / 2000.0 / DAY
    for length in ("30 cm", "66 cm", "100 cm"):
        catheter = {"length": length, "tip": "T10"}
        dead = read_catheter(catheter).volume
        found = first_drug(catheter)
        yield measured(f"first drug from an empty {length} catheter", found, "h", facts=facts)
        yield measured("its delay over volume divided by flow", found * flow / dead, "", PUNCTUAL, facts=facts)
        dead += device(MODEL).tubing_volume
        found = change_of_drug(catheter)
        flow_after = 350.0 / 1000.0 / DAY
        yield measured(f"another concentration through {length} and the pump's tubing", found, "h", facts=facts)
        yield measured("its delay over volume divided by flow", found * flow_after / dead, "", PUNCTUAL, facts=facts)
    same = deliver(4.0, steady("200 ug/day"), {"at": "2 days", "mode": "simple continuous", "dose": "300 ug/day"})
    at_once = rate_at(same, 48.1) / rate_at(same, 47.9)
    text = (
        "the column of fluid moves as one, so a change of rate with the same solution reaches the tip at once "
        f"(here times {at_once:.3g} within 12 minutes); only another concentration, or a first fill, waits"
    )
    yield disputed("a change of rate", text, ["catheter.transition-mixing.medtronic-patent", *facts])
    low, high = (cervical_share(clinic, tip) for tip in ("T10", "T1"))
    yield measured("cervical over lumbar CSF, tip at T10", low)
    yield measured("cervical over lumbar CSF, tip at T1", high)
    yield measured("change with the tip", high - low, "", at_least(0.05), facts=["tip.midthoracic.grabb-1999"])


def first_drug(catheter: dict[str, Any]) -> float:
    """When drug first leaves the tip [h] of a system that is not primed, on 350 ug/day of 2000 ug/mL."""
    doses = deliver(10.0, steady(), catheter=catheter, primed=False).doses
    return float(doses.time[doses.amount > 0.0].min())


def change_of_drug(catheter: dict[str, Any]) -> float:
    """How long after a refill the tip first gives the new drug [h], 350 ug/day from 2000 to 1000 ug/mL, unbridged."""
    visit = {"at": "2 days", "concentration": "1000 ug/mL", "bridge": False}
    done = deliver(9.0, steady(), catheter=catheter, refills=[visit])
    rate_of_old = rate_at(done, 49.0)
    waited = np.arange(1.0, 120.0, 0.01)
    return float(next(h for h in waited if rate_at(done, 48.0 + h) < 0.95 * rate_of_old))


CHECKS = {
    "pump.test-dose": test_dose,
    "pump.computer": computer,
    "pump.refill": refill,
    "pump.battery": life,
    "pump.site": site,
}
