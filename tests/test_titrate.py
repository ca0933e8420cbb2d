"""Titration: the check before any dose, the published steps, what becomes of patients, and what cannot be had."""

from __future__ import annotations

import itertools
import json
import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import baclosim as bs
from baclosim.cli.app import app
from baclosim.errors import InputError, PatientError, PlanError
from baclosim.evidence.library import library
from baclosim.plan.plan import Plan
from baclosim.plan.protocol import RISES, daily_rise
from baclosim.plan.record import PlanRecord
from baclosim.plan.titrating.optimising import MORE_STOPPED, mean_days, searched
from baclosim.plan.titrating.prescribing import HISTORY, findings
from baclosim.plan.titrating.request import Request, request_for
from baclosim.plan.titrating.titrate import titrate
from baclosim.plan.titrating.titrate_pump import protocol_for, started
from baclosim.plan.titrating.titrate_tablets import ladder
from baclosim.plan.titrating.titration import follow
from baclosim.plan.titrating.titration_arms import oral_arms, oral_open, pump_arms, pump_open

STIFF = bs.Patient(age=43, weight=68, condition="multiple sclerosis", ashworth=3.2, spasms=2, creatinine_clearance=95)
INJURED = bs.Patient(condition="spinal cord injury", ashworth=4, spasms=3)
CHILD = bs.Patient(age=8, weight=25, condition="cerebral palsy", ashworth=3, spasms=1)
FEW = {"patients": 48, "seed": 2}


@pytest.fixture(scope="module")
def by_mouth() -> Plan:
    return titrate(request_for(STIFF, "oral", "ashworth below 2", drugs=("levodopa",), history=("epilepsy",), **FEW))


@pytest.fixture(scope="module")
def by_pump() -> Plan:
    return titrate(request_for(INJURED, "pump", "ashworth below 2", **FEW))


def test_the_ladder_by_mouth_is_the_label_s(by_mouth: Plan) -> None:
    """label.dose_range.us: 5 mg three times daily, 5 mg more per dose every three days, to 20 mg three times daily."""
    assert library().fact("label.dose_range.us").amount("mg/day").value == 80.0
    assert [step.daily_dose for step in by_mouth.steps] == pytest.approx([15e3, 30e3, 45e3, 60e3])
    assert [step.first_day for step in by_mouth.steps] == [1, 4, 7, 10]
    assert math.isinf(by_mouth.steps[-1].end)
    assert [take.amount for take in by_mouth.steps[1].takes] == pytest.approx([10e3] * 3)


def test_whom_nothing_ends_climbs_the_ladder_that_is_printed() -> None:
    arm = oral_arms(STIFF.covariates)[0]
    aim = request_for(STIFF, "oral", "ashworth below 1.1").aim
    tried = follow(arm, bs.virtual_patients(40, STIFF, seed=1), aim.words, ("coma",), seed=1, record=aim.record)
    free = tried.short
    assert free.any()
    told = [step.daily_dose for step in ladder(arm, aim, 68.0)]
    for dose in tried.log.dose[free]:
        assert list(dict.fromkeys(np.round(dose * 1e3).tolist())) == pytest.approx(told)


def test_the_pump_follows_the_published_boluses_and_rises(by_pump: Plan) -> None:
    boluses = library().table("screen.test-doses.drugscom")
    words = [f"{dose:g} ug intrathecally once" for dose in boluses.column("dose_ug")]
    assert [step.says for step in by_pump.steps[:3]] == words
    assert [step.start for step in by_pump.steps[:3]] == [0.0, 24.0, 48.0]
    doses = [step.daily_dose for step in by_pump.steps[3:]]
    assert doses[0] in (50.0, 100.0)
    rises = [later / sooner - 1.0 for sooner, later in pairwise(doses)]
    assert rises == pytest.approx([0.2] * len(rises))
    assert {step.end - step.start for step in by_pump.steps[3:-1]} == {24.0}


@pytest.mark.parametrize(
    ("patient", "group"), [(INJURED, "adult, spinal origin"), (CHILD, "child")], ids=["spinal", "child"]
)
def test_daily_rises_stay_within_the_published_range(patient: bs.Patient, group: str) -> None:
    row = next(row for row in library().table(RISES).rows if row[0] == group)
    assert daily_rise(patient.covariates) == (row[1] / 100.0, row[2] / 100.0)
    steps = sorted(float(arm.name.split()[0]) for arm in pump_arms(patient.covariates, 100.0))
    assert (steps[0], steps[-1]) == (row[1], row[2])


def test_the_first_dose_is_twice_the_bolus_or_the_bolus_where_its_effect_lasts() -> None:
    group = bs.virtual_patients(64, INJURED, seed=3)
    start = started(group, protocol_for(INJURED.covariates), seed=3, differs=True)
    boluses = np.array(start.screening.protocol.doses_ug)
    assert set(start.first.tolist()) <= {*boluses.tolist(), *(2.0 * boluses).tolist()}
    lasting = start.first[start.passed] <= boluses.max()
    assert lasting.any()
    again = started(group[16:64], protocol_for(INJURED.covariates), seed=3, differs=True)
    assert np.array_equal(again.first, start.first[16:])
    assert np.array_equal(again.passed, start.passed[16:])


def test_small_children_begin_with_25_ug() -> None:
    assert protocol_for(CHILD.covariates).doses_ug[0] == 25.0
    assert protocol_for(INJURED.covariates).doses_ug == (50.0, 75.0, 100.0)


def test_every_patient_has_one_fate() -> None:
    aim = request_for(STIFF, "oral").aim
    group = bs.virtual_patients(60, STIFF, seed=4)
    arms = [follow(a, group, aim.words, ("drowsiness", "weakness"), seed=4, record=aim.record)
            for a in oral_arms(STIFF.covariates)[:2]]  # fmt: skip
    for tried in arms:
        fates = tried.reached.astype(int) + tried.intolerant + tried.short
        assert (fates == 1).all()
        assert tried.log.dose.max() <= (60.0 if tried is arms[0] else 80.0) + 1e-9


def test_odds_are_shares_with_intervals_and_weaker_goals_are_reached_by_more(by_mouth: Plan) -> None:
    shares = {odds.says: odds.patients for odds in by_mouth.odds if odds.unit == "share"}
    for band in shares.values():
        assert 0.0 <= band.low <= band.value <= band.high <= 1.0
    easier = titrate(request_for(STIFF, "oral", "ashworth below 2.5", **FEW))
    seen = "seen at the goal at some visit"
    assert next(o.patients.value for o in easier.odds if o.says == seen) > shares[seen].value


LISTED = ("peptic ulcer", "porphyria", "epilepsy", "psychosis", "stroke", "Parkinson's disease", "pregnancy")
DRUGS = ("levodopa", "amitriptyline", "amlodipine", "morphine 10 mg twice daily", "diazepam 5 mg at night", "lithium")


def test_the_check_names_each_danger_with_its_facts() -> None:
    frail = bs.Patient(age=70, condition="multiple sclerosis", creatinine_clearance=45)
    found = findings(frail, "mouth", DRUGS, LISTED)
    assert {one.about for one in found} >= {*LISTED, *DRUGS, "kidneys", "age"}
    assert found[0].gravity == "refused"
    for one in found:
        assert one.facts
        for fact in one.facts:
            assert library().get(fact) is not None


@pytest.mark.parametrize("name", sorted(HISTORY))
def test_every_entry_of_the_history_rests_on_a_fact_that_names_it_or_asks_for_care(name: str) -> None:
    for fact in HISTORY[name].facts:
        assert library().get(fact) is not None


def test_a_refusal_ends_the_plan_unless_it_is_overruled() -> None:
    failing = bs.Patient(condition="multiple sclerosis", creatinine_clearance=20)
    with pytest.raises(PlanError, match="no tablets below 30 mL/min"):
        titrate(request_for(failing, "oral", **FEW))
    with pytest.raises(PlanError, match="peptic ulceration"):
        titrate(request_for(STIFF, "oral", history=("ulcer",), **FEW))
    plan = titrate(request_for(STIFF, "oral", history=("ulcer",), despite=("peptic ulcer",), **FEW))
    assert any("contraindicated" in warning.says for warning in plan.warnings)
    assert all(one.gravity != "refused" for one in findings(failing, "intrathecal"))


def test_everything_that_cannot_be_read_is_listed_at_once() -> None:
    with pytest.raises(InputError) as caught:
        request_for(STIFF, "rectal", "plasma below 3", ("foo below 2",), ("xyzzy",), ("peptik ulcer",))
    with pytest.raises(InputError, match="Did you mean 'kidneys'"):
        request_for(STIFF, "oral", despite=("kidnys",))
    message = str(caught.value)
    assert len(caught.value.problems) == 5
    assert "route.rectal.kriel-1997" in message
    assert "Did you mean 'peptic ulcer'?" in message
    with pytest.raises(PatientError, match="a condition with spasticity"):
        titrate(Request(bs.Patient(condition="healthy"), "mouth", request_for(STIFF, "oral").aim))


def test_goals_that_cannot_be_had_together_name_what_binds_and_what_comes_nearest() -> None:
    wanted = request_for(
        STIFF, "oral", "ashworth below 1.5 in 90 % of patients", ("drowsiness below 40 % in 95 % of patients",), **FEW
    )
    with pytest.raises(PlanError) as caught:
        titrate(wanted)
    assert caught.value.exit_code == 3
    assert "what binds: drowsiness below 40 % throughout in 95 % of patients: holds in 0 %" in str(caught.value)
    assert str(caught.value).count("nearest that works") == 2


def test_weak_kidneys_and_children_get_less() -> None:
    weak = bs.Patient(condition="multiple sclerosis", creatinine_clearance=45, ashworth=3)
    aim = request_for(weak, "oral").aim
    tops = [list(ladder(arm, aim, 70.0))[-1].daily_dose for arm in oral_arms(weak.covariates)]
    assert max(top or 0.0 for top in tops) <= 30e3
    for arm in (*oral_arms(weak.covariates), *oral_arms(STIFF.covariates)):
        assert all(take.amount % 5e3 == 0.0 for step in ladder(arm, aim, 70.0) for take in step.takes), arm.name
    for arm in oral_arms(CHILD.covariates):
        doses = [step.daily_dose or 0.0 for step in ladder(arm, aim, 25.0)]
        assert doses == sorted(doses)
        assert doses[-1] <= 2.0 * 25e3 + 1e-6


def test_the_command_prints_json_of_the_published_shape_and_writes_a_sheet(tmp_path: Path) -> None:
    who = tmp_path / "who.toml"
    who.write_text('[patient]\ncondition = "multiple sclerosis"\nashworth = 3.2\nspasms = 2\n')
    out = tmp_path / "plan"
    run = CliRunner().invoke(
        app, ["titrate", "--patient", str(who), "--patients", "30", "--json", "--out", str(out), "--with", "levodopa"]
    )
    assert run.exit_code == 0, run.output
    kept = PlanRecord.model_validate(json.loads(run.stdout))
    assert kept.kind == "titration"
    assert kept.emergencies
    assert any(warning.about == "levodopa" for warning in kept.warnings)
    assert {"sheet.html", "plan.ics", "plan.csv", "plan.json"} <= {file.name for file in out.iterdir()}
    refused = CliRunner().invoke(app, ["titrate", "--history", "peptic ulcer"])
    assert refused.exit_code == 3


def test_the_search_finds_what_trying_everything_finds() -> None:
    aim, group = request_for(STIFF, "oral").aim, bs.virtual_patients(80, STIFF, seed=6)  # of forty one person decides
    left, tried = oral_open(STIFF.covariates), {}

    def try_out(arm):
        if arm.name not in tried:
            signs = ("drowsiness", "weakness")
            tried[arm.name] = follow(arm, group, aim.words, signs, seed=6, record=aim.record)
        return tried[arm.name]

    found = searched(left, try_out, lambda _: True)
    few = len(tried)
    every = [try_out(left.arm(*way)) for way in itertools.product(*left.choices.values())]
    most = try_out(left.arm(*left.published)).intolerant.mean() + MORE_STOPPED
    best = min(mean_days(one, left.days) for one in every if one.intolerant.mean() <= most)
    assert few < len(every) / 2
    assert mean_days(found, left.days) <= best + 1.0
    assert mean_days(found, left.days) <= mean_days(try_out(left.arm(*left.published)), left.days)


def test_what_a_protocol_leaves_open_stays_within_it() -> None:
    low, high = daily_rise(INJURED.covariates)
    left = pump_open(INJURED.covariates, 100.0)
    assert (min(left.choices["rise"]), max(left.choices["rise"])) == (100.0 * low, 100.0 * high)
    assert min(left.choices["every"]) == 24.0
    assert left.published == (50.0 * (low + high), 24.0)
    weak = bs.Patient(condition="multiple sclerosis", creatinine_clearance=45, ashworth=3)
    assert max(oral_open(weak.covariates).choices["most"]) == 30.0
    assert min(oral_open(STIFF.covariates).choices["every"]) == 3.0
    assert max(oral_open(CHILD.covariates).choices["most"]) == pytest.approx(2.0)


def test_no_way_of_a_search_adds_more_in_a_time_than_the_label_and_a_larger_start_is_said() -> None:
    left, label = oral_open(STIFF.covariates), 15.0
    aim = request_for(STIFF, "oral", **FEW).aim
    for way in itertools.product(*left.choices.values()):
        arm = left.arm(*way)
        first, *_ = steps = list(ladder(arm, aim, 68.0))
        for one, later in itertools.pairwise(steps):
            rise = (later.daily_dose - one.daily_dose) / 1e3
            assert rise / ((one.end - one.start) / 24.0) <= label / 3.0 + 1e-9
        assert first.daily_dose / 1e3 == label or "where the label begins with 15" in arm.assumed


def test_a_plan_can_be_optimised_and_is_drawn(by_mouth: Plan) -> None:
    plan = titrate(request_for(STIFF, "oral", "ashworth below 2", optimise=True, **FEW))
    assert "Searched" in " ".join(plan.reasons)
    for one in (plan, by_mouth):
        (chart,) = one.charts
        assert chart.draw(7.4).axes[1].lines


def test_drugs_with_an_amount_are_simulated_and_the_others_named() -> None:
    request = request_for(STIFF, "oral", drugs=("diazepam 5 mg three times daily", "levodopa"), **FEW)
    assert [str(other) for other in request.beside] == ["diazepam 5 mg three times daily"]
    plan, alone = titrate(request), titrate(request_for(STIFF, "oral", **FEW))
    told = " ".join(plan.reasons)
    assert "take diazepam 5 mg three times daily as well" in told
    assert "not simulated: levodopa" in told
    stopped = "stopped by drowsiness or weakness before it"
    with_it, without = (next(o.patients.value for o in p.odds if o.says == stopped) for p in (plan, alone))
    assert with_it > without


def test_no_pump_is_planned_for_a_newborn() -> None:
    newborn = bs.Patient(age="10 days", weight=3.4, condition="cerebral palsy", ashworth=3)
    with pytest.raises(PlanError, match="age: labels speak of pumps"):
        titrate(request_for(newborn, "pump", **FEW))
    (finding,) = (one for one in findings(bs.Patient(age=3, weight=14), "intrathecal") if one.about == "age")
    assert finding.gravity == "avoid"
    assert not [one for one in findings(newborn, "mouth") if one.about == "age"]
    assert request_for(newborn, "pump", despite=("age",)).despite == ("age",)
