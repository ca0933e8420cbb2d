"""Rescue: time left, what tablets cover, ways back, overdose; the laws that any numbers must obey."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from typer.testing import CliRunner

import baclosim as bs
from baclosim.cli.app import app
from baclosim.errors import InputError, TherapyError
from baclosim.plan.onset import TIERS, cleared, levels, onset
from baclosim.plan.record import record
from baclosim.plan.rescuing import restart
from baclosim.plan.rescuing.delivered import last_dose
from baclosim.plan.rescuing.easing import RANKING, easing
from baclosim.plan.rescuing.interruption import interrupted
from baclosim.plan.rescuing.overdose import overdose, taken_in
from baclosim.plan.rescuing.rescue import rescue
from baclosim.plan.rescuing.restart import Fate, chosen, fate, followed, ways
from baclosim.plan.switch import PAUSE, Switched, gone_on, held, later
from baclosim.plan.treatment import read_treatment
from baclosim.pump.system import read_pump
from baclosim.trajectory import Trajectory

YEAR = 365 * 24.0
PERSON = bs.Patient(condition="spinal cord injury", age=45, weight="70 kg", creatinine_clearance="100 mL/min")
PUMP, TABLETS = "500 ug/day intrathecally", "20 mg four times daily"
FEW = {"patient": PERSON, "patients": 32, "draws": 6, "since": YEAR}


@pytest.fixture(scope="module", params=[PUMP, TABLETS])
def stopped(request):
    return interrupted(bs.virtual_patients(32, PERSON, seed=2), read_treatment(request.param, YEAR, 70.0))


# --- reading a course ------------------------------------------------------------------------------------


def course(*rows: list[float]) -> Trajectory:
    values = np.array(rows)
    return Trajectory(np.arange(values.shape[1]) * 2.0, {"withdrawal": values})


def test_onset_lies_between_the_records_and_never_is_infinite():
    found = onset(course([0.0, 0.1, 0.3, 0.0], [0.5, 0.0, 0.0, 0.0], [0.0, 0.0, 0.1, 0.15]), "withdrawal", 0.2)
    assert found.tolist() == [3.0, 0.0, np.inf]


def test_cleared_counts_from_the_last_time_above():
    seen = course([0.3, 0.3, 0.1, 0.3, 0.1], [0.0, 0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, 0.3])
    assert cleared(seen, "withdrawal", 0.2, 2.0).tolist() == [6.0, 0.0, np.inf]


# --- time left -------------------------------------------------------------------------------------------


def test_longer_without_never_leaves_more_time(stopped):
    for tier in TIERS:
        left = np.stack([stopped.left(tier, off) for off in (1.0, 6.0, 18.0, 40.0, 100.0)])
        assert (left[1:] <= left[:-1]).all()
        assert (left >= 0.0).all()


def test_a_worse_tier_never_comes_first(stopped):
    mild, moderate, severe = (stopped.left(tier, 1.0) for tier in TIERS)
    assert (mild <= moderate).all()
    assert (moderate <= severe).all()


def test_going_on_from_the_end_is_one_run(stopped):
    now = stopped.held
    words = now.treatment.says
    direct = gone_on(now, ((30.0, words),), 60.0, ("withdrawal",))
    resumed = gone_on(later(now, 20.0), ((30.0, words),), 60.0, ("withdrawal",))
    assert np.abs(direct.at("withdrawal", 59.0) - resumed.at("withdrawal", 59.0)).max() < 1e-3
    whole = bs.simulate(
        now.group, Switched(now.treatment, ((30.0, words),)), now.therapy.ended + 60.0, quantities=("withdrawal",)
    )
    assert np.abs(direct["withdrawal"][:, -1] - whole.at("withdrawal", now.therapy.ended + 59.5)).max() < 5e-3


def test_the_treatment_may_be_simulated_in_coarser_steps():
    group, treatment = bs.virtual_patients(8, PERSON, seed=4), read_treatment(PUMP, YEAR, 70.0)
    coarse = held(group, treatment)
    end = coarse.therapy.ended + PAUSE
    fine = bs.simulate(group, coarse.therapy, end, every=end, step=0.25, quantities=("withdrawal",)).final
    assert np.abs(coarse.present.effects - fine.effects).max() < 1e-3


# --- ways back -------------------------------------------------------------------------------------------


def test_a_restart_helps_and_the_former_dose_helps_soonest(stopped):
    three = ways(stopped.treatment, PERSON.covariates)
    off = 24.0
    found = [fate(followed(stopped.held, way, off), off) for way in (restart.Way("nothing", ""), *three)]
    assert found[0].moderate >= max(f.moderate for f in found[1:])
    assert found[1].moderate <= found[2].moderate <= found[3].moderate
    assert found[1].coma >= found[2].coma >= found[3].coma


def test_the_longer_away_the_more_careful_the_way():
    harmless = [Fate(0, 0, 0, 0.0, 0, 1)] * 3
    assert [chosen(days, harmless, harmless[0]) for days in (0.5, 2.0, 3.0, 7.0, 28.0)] == [0, 0, 1, 2, 2]


def test_coma_makes_the_way_more_careful_and_never_bolder():
    before = Fate(0, 0, 0, 0.001, 0, 1)
    fates = [Fate(0, 0, 0, coma, 0, 1) for coma in (0.2, 0.05, 0.001)]
    assert [chosen(days, fates, before) for days in (0.5, 3.0, 28.0)] == [2, 2, 2]


@pytest.mark.parametrize("words", [TABLETS, "25 mg three times daily", "5 mg three times daily", "10 mg twice daily"])
def test_oral_ways_are_whole_tablets_and_never_above_the_former_dose(words):
    treatment = read_treatment(words, YEAR, 70.0)
    for way in ways(treatment, PERSON.covariates):
        given = bs.parse(way.words).doses(60 * 24.0)
        per_day = given.amount[given.time >= 59 * 24.0].sum()
        assert per_day == pytest.approx(treatment.daily)
        assert (given.amount % 2.5e3 == 0.0).all()
        daily = [given.amount[(given.time >= 24.0 * d) & (given.time < 24.0 * (d + 1))].sum() for d in range(59)]
        assert max(daily) <= treatment.daily + 1e-6


# --- plans -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pump_plan():
    return rescue(PUMP, off=18.0, **FEW)


def test_emergency_comes_first_and_nothing_says_stop_alone(pump_plan):
    assert [e.kind for e in pump_plan.emergencies] == ["pump withdrawal", "overdose"]
    assert pump_plan.warnings[0].about == "never alone"
    assert pump_plan.steps[0].says == "emergency department"


def test_tablets_are_a_bridge_within_the_label_and_their_share_is_told(pump_plan):
    bridge = next(step for step in pump_plan.steps if step.route == "mouth" and step.daily_dose)
    assert bridge.daily_dose == 80e3
    covers = {o.says: o.patients.value for o in pump_plan.odds if "covers" in o.says}
    assert covers["effect on tone that 80 mg/day by mouth covers"] < 60.0
    assert covers["effect on the brain that 80 mg/day by mouth covers"] > 100.0
    text = record(pump_plan).model_dump_json()
    assert not [m for m in re.findall(r"(\d+(?:\.\d+)?) ?mg(?:/day)?", text) if float(m) > 80.0]


def test_children_get_no_adult_dose_by_mouth():
    child = bs.Patient(age=9, weight="28 kg", condition="cerebral palsy")
    plan = rescue("200 ug/day intrathecally", off=12.0, **{**FEW, "patient": child})
    assert not [step for step in plan.steps if step.route == "mouth" and step.daily_dose]


def test_after_a_repair_the_dose_is_the_one_that_was_delivered():
    plan = rescue("700 ug/day intrathecally", off=12.0, delivered="350 ug/day intrathecally", **FEW)
    again = next(step for step in plan.steps if step.route == "intrathecal" and step.daily_dose)
    assert again.daily_dose == 350.0
    weak = {row[0]: row[5] for row in plan.comparisons[0].rows}
    assert weak["the programmed 700 ug/day at once"] > weak["the former dose at once"]
    assert any("delivered" in reason for reason in plan.reasons)


def test_drugs_are_ranked_with_their_evidence_and_ease_only_their_signs(pump_plan):
    assert [one.drug for one in RANKING][:2] == ["benzodiazepine", "cyproheptadine"]
    rows = {row[0]: row[1:] for row in easing().rows}
    for drug, cells in rows.items():
        assert all(cell is None or cell <= none for cell, none in zip(cells, rows["none"], strict=True)), drug
    assert rows["dantrolene"][4] is None  # no seizure is stopped by it
    assert set(pump_plan.cited()) >= {fact for one in RANKING for fact in one.facts}


def test_what_cannot_be_planned_is_refused_at_once():
    with pytest.raises(bs.InputError, match=r"--off.*\n.*--delivered"):
        rescue(PUMP, off=1000.0, delivered="900 ug/day intrathecally", **FEW)


# --- too much --------------------------------------------------------------------------------------------


def rows_of(plan):
    return {row[0]: row[1:] for row in plan.comparisons[0].rows}


def test_more_swallowed_is_longer_in_coma_and_dialysis_spares_some():
    small, great = (overdose(TABLETS, f"{mg} mg by mouth once", ago=3.0, **FEW) for mg in (300, 1200))
    assert rows_of(great)["support alone"][1] > rows_of(small)["support alone"][1]
    for plan in (small, great):
        rows = rows_of(plan)
        assert rows["haemodialysis for 4 h"][1] <= rows["support alone"][1]
        assert plan.emergencies[0].kind == "overdose"


def test_a_session_more_spares_coma_to_somebody_who_has_sessions_planned():
    patient = bs.Patient(age=68, weight=72, creatinine_clearance=5, dialysis="4 h at 24 h, 4 h at 72 h")
    plan = overdose("none", "1500 mg by mouth once", ago=6.0, **{**FEW, "patient": patient})
    rows = rows_of(plan)
    assert rows["haemodialysis for 4 h"][1] < rows["support alone"][1]


def test_sessions_planned_from_now_count_as_much_however_long_the_treatment_had_gone_on():
    patient = bs.Patient(age=68, weight=72, creatinine_clearance=5, dialysis="4 h at 1 h")
    plan = overdose("none", "1500 mg by mouth once", ago=6.0, **{**FEW, "patient": patient})
    rows = rows_of(plan)  # the session that is offered is the one that is planned
    assert rows["haemodialysis for 4 h"] == rows["support alone"]


def test_tablets_beside_the_pump_of_a_scenario_are_refused_not_ignored(tmp_path):
    text = CliRunner().invoke(app, ["examples", "pump-catheter-disconnection"]).stdout
    file = tmp_path / "both.toml"
    file.write_text(text.replace("[therapy.pump]", '[therapy]\noral = "10 mg every 8 h"\n\n[therapy.pump]', 1))
    result = CliRunner().invoke(app, ["rescue", str(file), "--at", "15 days"])
    assert result.exit_code == 2
    assert "10 mg" in result.stderr
    assert "a pump alone" in result.stderr


def test_drugs_beside_the_pump_of_a_scenario_go_on_and_are_told(tmp_path):
    text = CliRunner().invoke(app, ["examples", "pump-catheter-disconnection"]).stdout
    file = tmp_path / "both.toml"
    beside = '[therapy]\nalongside = ["diazepam 10 mg three times daily"]\n\n[therapy.pump]'
    file.write_text(text.replace("[therapy.pump]", beside, 1))
    args = ("--at", "15 days", "--patients", "20", "--json")
    plain, eased = (
        json.loads(CliRunner().invoke(app, ["rescue", name, *args]).stdout)
        for name in ("pump-catheter-disconnection", str(file))
    )
    assert eased["before"].endswith("diazepam 10 mg three times daily goes on")
    assert any(warning["about"] == "diazepam" for warning in eased["warnings"])
    sleepy = [
        plan["comparisons"][0]["rows"][0][plan["comparisons"][0]["columns"].index("coma, %")] for plan in (plain, eased)
    ]
    assert plain["comparisons"][0]["rows"] != eased["comparisons"][0]["rows"]
    assert sleepy[1] >= sleepy[0]


def test_an_interruption_has_no_hour_for_dialysis_at_set_times():
    with pytest.raises(InputError, match=r"patient\.dialysis"):
        rescue(TABLETS, since=8766.0, off=24.0, patient=bs.Patient(dialysis="4 h at 24 h"))


def test_the_withdrawal_that_follows_is_told_and_mended_by_giving_the_drug_again():
    plan = overdose(PUMP, "5000 ug/day intrathecally", ago=12.0, **FEW)
    rows = rows_of(plan)
    again = next(name for name in rows if name.startswith("former dose again"))
    assert rows[again][4] <= rows["pump stopped, support"][4]
    assert rows["30 mL of fluid drawn"][1] <= rows["pump stopped, support"][1]
    assert any("mild withdrawal" in o.says and o.patients.value > 0.2 for o in plan.odds)
    assert plan.steps[0].says == "the pump is stopped"


def test_somebody_never_treated_has_no_withdrawal_and_is_not_given_the_drug():
    plan = overdose("none", "600 mg by mouth once", ago=4.0, **FEW)
    assert rows_of(plan)["support alone"][4] == 0.0
    assert not [step for step in plan.steps if step.daily_dose]


@pytest.mark.parametrize(
    ("taken", "ago", "where"),
    [
        ("300 mg three times daily", 3.0, "--overdose"),
        ("3500 ug/day intrathecally", 3.0, "--overdose"),
        ("600 mg by mouth once", 200.0, "--ago"),
    ],
)
def test_an_overdose_must_be_one_amount_of_late(taken, ago, where):
    with pytest.raises(bs.InputError, match=where):
        overdose(TABLETS, taken, ago=ago, **FEW)


def test_levels_are_those_of_the_model():
    assert list(levels()) == list(TIERS)
    assert list(levels().values()) == sorted(levels().values())


# --- what a pump really gave -------------------------------------------------------------------------------


def delivery(days: float, *faults: dict, dose: str = "400 ug/day"):
    table = {
        "device": "synchromed-ii-40", "concentration": "2000 ug/mL", "catheter": {"length": "66 cm", "tip": "T10"},
        "program": [{"at": "0 h", "mode": "simple continuous", "dose": dose}], "faults": list(faults),
    }  # fmt: skip
    return read_pump(table).deliver(24.0 * days, is_typical=True)


def test_a_leak_is_told_as_the_dose_that_was_left():
    leak = {"at": "10 days", "until": "99 days", "kind": "catheter leak", "share": "60 %"}
    found = last_dose(delivery(30.0, leak))
    assert found.programmed == pytest.approx(400.0)
    assert found.delivered == pytest.approx(160.0, rel=1e-6)
    assert found.fell_short
    assert found.off == pytest.approx(0.0, abs=1e-6)


def test_a_break_is_told_as_time_without():
    found = last_dose(delivery(30.0, {"at": "29 days", "until": "99 days", "kind": "catheter disconnection"}))
    assert found.off == pytest.approx(24.0)
    assert found.delivered == pytest.approx(400.0, rel=1e-6)
    assert not found.fell_short


# --- on the terminal ---------------------------------------------------------------------------------------


def run(*words: str):
    return CliRunner().invoke(app, [*words])


def test_the_command_writes_a_sheet_a_calendar_and_json(tmp_path):
    out = tmp_path / "plan"
    done = run("rescue", PUMP, "--off", "18 h", "--patients", "8", "--out", str(out), "--json", "--start", "2026-11-30")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert told["kind"] == "rescue"
    assert told["emergencies"][0]["kind"] == "pump withdrawal"
    names = {path.name for path in out.iterdir()}
    assert {"sheet.html", "report.html", "plan.csv", "plan.ics", "plan.json", "ways.svg"} <= names
    assert "Call the emergency number" in (out / "sheet.html").read_text(encoding="utf-8")


def test_a_scenario_with_a_failing_pump_tells_the_case_itself():
    done = run("rescue", "pump-catheter-disconnection", "--at", "15 days", "--patients", "8", "--json", "--quiet")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["title"] == "Rescue: 400 ug/day intrathecally, interrupted 24 h ago"


def test_a_moment_that_cannot_be_read_is_one_problem():
    done = CliRunner().invoke(app, ["rescue", "pump-catheter-disconnection", "--at", "x"])
    assert done.exit_code == 2
    assert done.output.count("is not allowed") == 1


def test_slips_are_listed_together_without_a_traceback():
    done = run("rescue", PUMP, "--ago", "2 h", "--delivered", "1 ug/day intrathecally", "--since", "0 h")
    assert done.exit_code == 2
    for said in ("--ago", "--off", "--since"):
        assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert run("rescue", "sci-80-mg", "--at", "2 days").exit_code == 2
    assert run("convert", "10 mg rectally twice daily").exit_code == 2


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("800mg", "800 mg by mouth once"),
        ("0,8 g po", "800 mg by mouth once"),
        ("90 ug ITB", "90 ug intrathecally once"),
    ],
)
def test_an_overdose_without_a_frequency_was_taken_at_once(said, meant):
    assert taken_in(said) == taken_in(meant)


def test_an_overdose_by_the_day_is_still_asked_about():
    with pytest.raises(TherapyError, match="in how many doses"):
        taken_in("800 mg/day")
