"""Adaptation and withdrawal: invariants, orders that pharmacology demands, and what was published."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from baclosim.body.transfers import assemble
from baclosim.body.whole import BLOOD_BODY
from baclosim.drugs.companions import COMPANIONS, LOADS
from baclosim.effects.adaptation import ADAPTATION, brain_felt_rate
from baclosim.effects.easing import EASING
from baclosim.effects.receptor import RECEPTOR
from baclosim.effects.rescue import RESCUES, SIGNS, TIERS, eased, tier
from baclosim.effects.tolerance import TOLERANCE
from baclosim.effects.whole import SITES
from baclosim.effects.withdrawal import WITHDRAWAL
from baclosim.engine.inputs import prepare
from baclosim.engine.march import march
from baclosim.engine.network import Network
from baclosim.errors import InputError
from baclosim.evidence.library import library
from baclosim.parameters import parameters, typical
from baclosim.patient import Patient, Patients, virtual_patients
from baclosim.quantities import QUANTITIES
from baclosim.scenario.prescribed import Therapy
from baclosim.simulate import simulate
from baclosim.therapy.alongside import alongside
from baclosim.therapy.doses import Doses
from baclosim.therapy.language import parse
from reference import integrate

DAY, MONTH, YEAR = 24.0, 730.5, 8760.0
MILD, MODERATE, SEVERE = typical(f"{name}_withdrawal" for name in TIERS[1:]).values()
SEVERITY = ("withdrawal", "cord_deficit", "brain_deficit")


@dataclass(frozen=True)
class Plan:
    """Doses as they are, for `simulate`."""

    given: Doses
    notes: tuple = ()

    def doses(self, until, **_):
        return self.given


def tablets(daily, start, end, per_day=4):
    """`daily` mg in equal doses from `start` until the last one at `end` [h]."""
    times = np.arange(end, start, -DAY / per_day)[::-1]
    return Doses.of("mouth", times, daily * 1000.0 / per_day)


def tapered(daily, start, weeks, per_day=4):
    """`daily` mg until time 0, then a little less each day."""
    times = np.arange(DAY / per_day, weeks * 7.0 * DAY, DAY / per_day)
    share = 1.0 - np.ceil(times / DAY) / (weeks * 7.0 + 1.0)
    return tablets(daily, start, 0.0, per_day) + Doses.of("mouth", times, share * daily * 1000.0 / per_day)


def pumped(daily, start, end):
    """`daily` ug from the catheter."""
    return Doses.of("catheter", start, daily / DAY * (end - start), end - start)


def course(given, until, before=YEAR, group=None, quantities=SEVERITY, **options):
    people = Patients.of(Patient()) if group is None else group
    options = {"step": "30 min", **options}
    shifted = replace(given, time=given.time + before)
    return simulate(people, Plan(shifted), until, before=before, quantities=quantities, **options)


def peak(given, until=8 * DAY, name="withdrawal", **options):
    return course(given, until, **options)[name].max(axis=1)[0]


def with_gain(group, factor):
    """The same patients, who feel a shortfall so many times as strongly."""
    gain = {"withdrawal_gain": group.parameters["withdrawal_gain"] * factor}
    return replace(group, parameters=group.parameters | gain)


def onset(values, time, threshold):
    """First time [h] at which each patient reaches the threshold, (n,); infinite where never."""
    reached = values >= threshold
    return np.where(reached.any(axis=1), time[reached.argmax(axis=1)], np.inf)


def test_no_withdrawal_without_drug_and_none_from_a_first_dose():
    names = (*SEVERITY, *SIGNS)
    untreated = course(Doses.none(), 10 * DAY, before=0.0, quantities=names)
    assert all(untreated[name].max() < 1e-12 for name in names)
    first = course(tablets(80.0, 0.0, 6.0), 3 * DAY, before=0.0, quantities=names)
    assert first["withdrawal"].max() < 0.1 * MILD


def test_steady_treatment_is_no_withdrawal_even_in_those_who_feel_it_most():
    strong = with_gain(Patients.of(Patient()), 10.0)
    for given in (tablets(80.0, -YEAR, 10 * DAY, per_day=3), pumped(350.0, -YEAR, 10 * DAY)):
        assert course(given, 10 * DAY, group=strong)["withdrawal"].max() < MILD


def test_deficits_and_probabilities_keep_their_limits_in_a_cohort():
    names = (*SEVERITY, *SIGNS, "rebound_tone", "creatine_kinase", "withdrawal_temperature")
    run = course(
        tablets(120.0, -YEAR, 0.0), 10 * DAY, group=virtual_patients(64, seed=3), quantities=names, every="4 h"
    )
    for name in names:
        low, high = QUANTITIES[name].limits
        assert run[name].min() >= low, name
        assert run[name].max() <= high, name


def test_slower_is_milder():
    peaks = [peak(tablets(80.0, -YEAR, 0.0))]
    peaks += [peak(tapered(80.0, -YEAR, weeks), (7 * weeks + 7) * DAY) for weeks in (1, 2, 4, 8)]
    assert peaks == sorted(peaks, reverse=True)
    assert peaks[0] > 1.1 * peaks[1]


def test_two_weeks_of_even_taper_keep_the_typical_patient_below_moderate():
    assert peak(tapered(80.0, -YEAR, 2), 21 * DAY) < MODERATE


def test_longer_use_and_larger_doses_make_it_worse_and_low_doses_are_not_nothing():
    months = [peak(tablets(60.0, -m * MONTH, 0.0), before=m * MONTH) for m in (0.5, 1.0, 2.5, 6.0, 12.0)]
    doses = [peak(tablets(d, -YEAR, 0.0)) for d in (15.0, 30.0, 60.0, 120.0)]
    rates = [peak(pumped(d, -YEAR, 0.0)) for d in (45.0, 123.0, 350.0, 800.0)]
    for row in (months, doses, rates):
        assert row == sorted(row)
        assert row[-1] > 1.2 * row[0] > 0.0


def test_usual_intrathecal_dosing_withdraws_worse_than_usual_tablets():
    assert peak(pumped(350.0, -YEAR, 0.0)) > peak(tablets(60.0, -YEAR, 0.0))


def ill_after_stop(given):
    """Patients with a gain that makes them just severely ill when they stop."""
    people = Patients.of(Patient())
    highest = peak(given)
    return with_gain(people, np.log1p(-1.1 * SEVERE) / np.log1p(-highest))


@pytest.mark.parametrize(
    ("stopped", "again"),
    [
        (tablets(80.0, -YEAR, 0.0), tablets(80.0, 3 * DAY, 8 * DAY)),
        (pumped(350.0, -YEAR, 0.0), pumped(350.0, 2 * DAY, 8 * DAY)),
    ],
    ids=["tablets", "pump"],
)
def test_a_restart_eases_within_three_days_but_not_at_once(stopped, again):
    restart = again.time[again.time > 0.0].min()
    run = course(stopped + again, 8 * DAY, group=ill_after_stop(stopped))
    left = run["withdrawal"][0, run.time >= restart]
    hours = run.time[run.time >= restart] - restart
    assert left[0] > MODERATE
    assert left[hours == 2.0][0] > 0.8 * left[0]
    assert left[hours >= 72.0].max() < MILD


def test_the_cord_alone_sets_no_mental_signs():
    known = {name: p.value for name, p in parameters().items()} | {"baseline_ashworth": 3.0}
    network = Network((ADAPTATION, EASING, *WITHDRAWAL, RECEPTOR, TOLERANCE), (*SITES, *LOADS))
    states = {s.name: s.start for s in network.states} | {"cord_felt": 0.9}
    values = network.evaluate({**known, **dict.fromkeys((*SITES, *LOADS), 0.0), **states, "withdrawal_gain": 3.0})
    assert values["withdrawal"] > MODERATE
    assert values["withdrawal_itching"] > 0.4
    assert values["withdrawal_hallucinations"] < 1e-12
    assert values["withdrawal_delirium"] < 1e-12
    assert tier(values["brain_deficit"]) == "none"


def test_what_is_felt_comes_faster_than_it_goes():
    """One rate for both cannot give 25 to 31 h until signs begin and 43 h until they have gone."""
    known = typical(("brain_withdrawal_rate", "withdrawal_recovery_rate"))
    assert known["brain_withdrawal_rate"] > 2.0 * known["withdrawal_recovery_rate"]
    up, down, level = *known.values(), 0.5
    assert brain_felt_rate(0.0, level, up, down) == pytest.approx(up * level)
    assert brain_felt_rate(level, 0.0, up, down) == pytest.approx(-down * level)
    assert brain_felt_rate(level, level, up, down) == 0.0
    assert brain_felt_rate(0.0, -level, up, down) == 0.0


def test_signs_of_the_cord_come_before_fever():
    run = course(pumped(350.0, -YEAR, 0.0), 3 * DAY, group=ill_after_stop(pumped(350.0, -YEAR, 0.0)), quantities=SIGNS)
    half = {name: onset(run[name], run.time, 0.5 * run[name].max())[0] for name in SIGNS}
    assert half["withdrawal_tachycardia"] < half["withdrawal_fever"] < half["withdrawal_rhabdomyolysis"]


def test_who_hallucinated_after_tablets_is_spared_after_a_low_intrathecal_dose():
    """withdrawal.case-oral.daleo-2007-pt1: 75 mg/day moderate, 123 ug/day for 72 h nothing."""
    people = Patients.of(Patient())
    highest = peak(tablets(75.0, -YEAR, 0.0), name="brain_deficit")
    same = with_gain(people, np.log1p(-1.05 * MODERATE) / np.log1p(-highest))
    assert peak(tablets(75.0, -YEAR, 0.0), name="brain_deficit", group=same) > MODERATE
    assert peak(pumped(123.0, -YEAR, 0.0), 72.0, name="brain_deficit", group=same) < MODERATE


def test_three_to_five_in_a_hundred_fall_severely_ill_when_a_pump_stops():
    dose = library().fact("dose.plateau.heetla-2009").value
    people = virtual_patients(1024, seed=9)
    run = course(pumped(dose, -YEAR, 0.0), 5 * DAY, group=people, every="4 h", step="1 h", quantities=("withdrawal",))
    severe = (run["withdrawal"].max(axis=1) >= SEVERE).mean()
    sampling = 2.0 * (0.04 * 0.96 / people.n) ** 0.5
    assert 0.03 - sampling < severe < 0.05 + sampling


def test_onset_after_tablets_among_those_who_would_have_been_reported():
    """One to three days, by two sources; single cases began at 25 and 31 h (docs/withdrawal.md)."""
    people = with_gain(virtual_patients(512, seed=9), 4.0)
    run = course(tablets(75.0, -YEAR, 0.0), 5 * DAY, group=people, step="1 h", quantities=("brain_deficit",))
    times = onset(run["brain_deficit"], run.time, MODERATE)
    middle = np.quantile(times[np.isfinite(times)], [0.1, 0.5, 0.9])
    assert 12.0 < middle[0] < middle[1] < middle[2] < 96.0


def test_the_fast_engine_equals_the_reference_to_second_order():
    network = Network((RECEPTOR, TOLERANCE, ADAPTATION, EASING, *WITHDRAWAL), (*SITES, *LOADS))
    group = with_gain(Patients.of(Patient()), 20.0)
    system = assemble(BLOOD_BODY, group.parameters)
    dosing = np.arange(0.0, 6 * DAY, 12.0)
    inputs = prepare(
        dosing, np.full(len(dosing), "mouth"), np.full(len(dosing), 50_000.0), np.zeros(len(dosing)),
        channels=BLOOD_BODY.channels, lag={}, patients=1,
    )  # fmt: skip
    times = np.arange(0.0, 9 * DAY + 1.0, 12.0)
    _, states = integrate(system, inputs, network, group.parameters, times, rtol=1e-8)
    truth = dict(zip([s.name for s in network.states], states, strict=True))
    mine = [s.name for part in (ADAPTATION, *WITHDRAWAL) for s in part.states]
    assert truth["muscle_damage"].max() > 0.01

    def error(step):
        fast = march(
            [(0.0, system)], inputs, network, group.parameters, until=9 * DAY, step=step, every=12.0, record=mine
        ).values
        return max(np.abs(fast[name][0] - truth[name]).max() / np.abs(truth[name]).max() for name in mine)

    assert error(0.25) < 1e-3
    assert error(0.125) < 0.35 * error(0.25)


def test_tiers_follow_their_thresholds():
    assert list(tier([0.0, 0.0999, 0.1, 0.3, 0.449, 0.45, 1.0])) == [
        "none", "none", "mild", "moderate", "moderate", "severe", "severe",
    ]  # fmt: skip
    assert tier(np.zeros((2, 3))).shape == (2, 3)


def test_a_rescue_drug_eases_what_it_acts_on_and_nothing_else():
    before = {sign: np.array([0.0, 0.3, 1.0]) for sign in SIGNS}
    for name, rescue in RESCUES.items():
        after = eased(before, [name])
        for sign in SIGNS:
            acts = sign.removeprefix("withdrawal_") in rescue.acts_on
            assert (after[sign][1] < 0.3) == acts, (name, sign)
            assert after[sign][0] == 0.0
            assert after[sign][2] == 1.0
        assert {f"withdrawal_{sign}" for sign in rescue.acts_on} <= set(SIGNS)


@pytest.mark.parametrize(
    "name", ["diazepam", "dantrolene", "cyproheptadine", "tizanidine", "dexmedetomidine", "propofol"]
)
def test_a_rescue_drug_beside_a_stop_eases_its_signs_as_at_that_load(name):
    """The run's equations and `eased` say the same where the load is 1."""
    drug = COMPANIONS[name]
    network = Network((EASING, *WITHDRAWAL), LOADS)
    known = dict.fromkeys(network.parameters, 0.5) | {p: v.value for p, v in parameters().items()} | {"cord_felt": 0.5}
    known |= {"baseline_ashworth": 3.0, "cord_deficit": 0.4, "brain_deficit": 0.4, "brain_felt": 0.5}
    states = {s.name: 0.1 for s in network.states}
    plain, loaded = (
        network.evaluate(known | states | {load: level * (load in drug.loads) for load in LOADS})
        for level in (0.0, 1.0)
    )
    for sign in set(SIGNS) - {"withdrawal_organ_failure"}:  # which is a share of muscle breakdown, eased with it
        assert loaded[sign] == pytest.approx(float(eased({sign: plain[sign]}, [name])[sign])), sign


def test_a_rescue_drug_alongside_is_seen_in_the_run():
    """withdrawal by 80 mg/day stopped, with and without diazepam from the second day on."""
    quantities = ("withdrawal", "withdrawal_rigidity", "withdrawal_hallucinations")
    text = "20 mg four times daily by mouth for 90 days, then stop"
    rescue = alongside("diazepam nothing for 91 days, then 10 mg every 8 h for 4 days, then stop")
    alone, helped = (
        simulate(Patients.of(Patient()), Therapy((parse(text),), beside=beside), "96 days", quantities=quantities)
        for beside in ((), (rescue,))
    )
    at = alone.time == 92.5 * DAY
    assert helped["withdrawal_rigidity"][0, at] < 0.9 * alone["withdrawal_rigidity"][0, at]
    np.testing.assert_allclose(helped["withdrawal_hallucinations"], alone["withdrawal_hallucinations"], rtol=1e-9)
    np.testing.assert_allclose(helped["withdrawal"], alone["withdrawal"], rtol=1e-9)


def test_drugs_of_one_class_count_once_and_classes_add():
    before = {"withdrawal_rigidity": 0.6}
    one = eased(before, ["diazepam"])["withdrawal_rigidity"]
    assert eased(before, ["Lorazepam", "diazepam"])["withdrawal_rigidity"] == one
    assert eased(before, ["diazepam", "dantrolene"])["withdrawal_rigidity"] < one
    assert eased(before, [])["withdrawal_rigidity"] == pytest.approx(0.6)


def test_every_unknown_drug_and_sign_is_named_at_once():
    with pytest.raises(InputError) as caught:
        eased({"withdrawal_fevr": 0.1}, ["dantrolen", "baclofen"])
    text = str(caught.value)
    assert all(word in text for word in ("withdrawal_fever", "dantrolene", "simulate the restart"))
