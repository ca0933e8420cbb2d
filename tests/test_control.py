"""The pump as a control environment: Gymnasium's contract, the physics of one run, a safety layer that holds."""

from __future__ import annotations

import itertools
import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from hypothesis import given
from hypothesis import strategies as st

import baclosim as bs
from baclosim.body.whole import WHOLE_BODY
from baclosim.control import (
    Limits,
    Proportional,
    PublishedProtocol,
    PumpEnv,
    Reward,
    SafetyLayer,
    Sensor,
    published_limits,
    rollout,
)
from baclosim.control.environment import FELT
from baclosim.control.plant import Given, Plant
from baclosim.patient import Patients
from baclosim.pump.device import device
from baclosim.pump.system import read_pump
from baclosim.therapy.doses import Doses
from baclosim.therapy.intrathecal.program import DAY

PERSON = bs.Patient(condition="spinal cord injury", ashworth=3.5)
STEPS = 36
QUANTITIES = (*FELT, "csf_lumbar")
MODEL = device("synchromed-ii-40")


def env(**more) -> PumpEnv:
    return PumpEnv(PERSON, **{"before": "10 days", "duration": "3 days", **more})


def episode(seed: int, actions, **more):
    e = env(**more)
    observation, _ = e.reset(seed=seed)
    seen, rewards, infos = [observation], [], []
    for action in actions:
        observation, reward, ended, done, info = e.step(np.array([action], np.float32))
        seen.append(observation)
        rewards.append(reward)
        infos.append(info)
        if ended or done:
            break
    return e, seen, rewards, infos


# --- Gymnasium -------------------------------------------------------------------------------------------


def test_gymnasium_finds_nothing_to_complain_of():
    made = gymnasium.make("baclosim/Pump-v0", patient=PERSON, before="2 days", duration="1 day")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(made.unwrapped)


def test_a_seed_decides_everything():
    actions = np.random.default_rng(0).uniform(0.0, 0.3, STEPS)
    (_, one, gains, _), (_, same, again, _) = (episode(7, actions) for _ in range(2))
    assert gains == again
    assert all(np.array_equal(a[k], b[k]) for a, b in zip(one, same, strict=True) for k in a)
    _, other, _, _ = episode(8, actions)
    assert any(not np.array_equal(a["tone"], b["tone"]) for a, b in zip(one, other, strict=True))


def test_typical_patients_differ_only_by_noise():
    (_, _, _, one), (_, _, _, other) = (episode(seed, [0.1] * 5, differs=False) for seed in (1, 2))
    assert [i["hidden"] for i in one] == [i["hidden"] for i in other]


def test_an_observation_holds_nothing_hidden():
    e, seen, _, _ = episode(1, [0.1] * 3)
    assert set(seen[0]) == {"tone", "activity", "reading_age", "clock", "reservoir", "alarm", "rates"}
    assert all(o in e.observation_space for o in seen)


# --- the same physics ------------------------------------------------------------------------------------


def plant(rate: float, hours: float) -> Plant:
    table = {
        "device": MODEL.name, "concentration": "500 ug/mL", "catheter": {"length": "66 cm", "tip": "T10"},
        "program": [{"at": "0 h", "mode": "simple continuous", "dose": f"{rate * DAY} ug/day"}],
    }  # fmt: skip
    system = read_pump(table)
    return Plant(Patients.of(PERSON), system, hours, before=240.0, step=0.25, quantities=QUANTITIES, seed=None)


def test_steps_make_the_same_course_as_one_run():
    rates = [5.0, 5.0, 6.0, 6.0, 4.0, 8.0]
    stepped = plant(5.0, 12.0)
    for rate in rates:
        stepped.run(rate, 2.0)
    times, amounts = np.array([0.0, *range(240, 252, 2)]), np.array([1200.0, *(2.0 * r for r in rates)])
    prescribed = Given(Doses.of("catheter", times, amounts, amounts / [5.0, *rates]), ((0.0, "T10"),))
    whole = bs.simulate(PERSON, prescribed, 252.0, every=0.25, quantities=QUANTITIES)
    for name in ("csf_lumbar", "ashworth", "withdrawal"):
        steps = stepped.course()[name][0]
        one = whole[name][0, whole.time > 240.0]
        assert np.allclose(steps, one, rtol=1e-7, atol=1e-9), name


def held(present) -> float:
    """Drug in every compartment, urine and what was metabolised included; effect sites hold none."""
    return present.amounts[0, : len(WHOLE_BODY.compartments)].sum()


def test_no_drug_is_lost_between_steps():
    stepped = plant(5.0, 48.0)
    for rate in itertools.islice(itertools.cycle((5.0, 6.0, 0.0, 2.0)), 24):
        stepped.run(rate, 2.0)
    amounts = held(stepped.present) - held(stepped.marched[0].final)
    pump = stepped.agenda.pump
    after = sum(a.sum() for t, a in zip(pump.canal.times, pump.canal.amounts, strict=True) if t[0] >= 2.0)
    assert amounts == pytest.approx(after, rel=1e-8)
    assert pump.residue == pytest.approx(0.0, abs=1e-6)


# --- the safety layer ------------------------------------------------------------------------------------

ASKED = st.one_of(st.floats(0.0, 60.0), st.sampled_from([0.0, 1e9, -5.0, float("nan"), float("inf"), -float("inf")]))


@given(
    st.lists(st.tuples(ASKED, st.floats(0.25, 30.0), st.sampled_from([0.0, 0.0, 12.0])), min_size=1, max_size=60),
    st.floats(1.2, 40.0),
    st.sampled_from([20.0, 500.0, 2000.0]),
    st.sampled_from(["spinal cord injury", "cerebral palsy"]),
)
def test_whatever_is_asked_for_the_limits_hold(asked, start, concentration, condition):
    limits = published_limits(bs.Patient(condition=condition).covariates)
    start = min(max(start, MODEL.flow_minimum * concentration), MODEL.flow_maximum * concentration)
    guard = SafetyLayer(limits, MODEL, concentration, start)
    bottom, time, ran = limits.stop_from / DAY, 0.0, [(-np.inf, start)]
    for rate, gap, age in asked:
        before = guard.rate
        vetted = guard.vet(rate, time, age)
        assert np.isfinite(vetted.rate)
        assert vetted.rate == 0.0 or guard.slowest * (1 - 1e-9) <= vetted.rate <= guard.fastest * (1 + 1e-9)
        if not np.isfinite(rate):
            assert vetted.rate == before
        if age >= limits.stale:
            assert vetted.rate <= before * (1 + 1e-9)
        ends = [t for t, _ in ran[1:]] + [time]
        recent = [r for (_, r), end in zip(ran, ends, strict=True) if end > time - DAY + 1e-6] or [before]
        assert vetted.rate <= max(min(recent) * (1 + limits.rise), bottom) * (1 + 1e-6)
        if max(recent) > bottom:
            assert vetted.rate >= min(max(recent) * (1 - limits.fall), guard.fastest) * (1 - 1e-6)
            assert vetted.rate > 0.0
        ran.append((time, vetted.rate))
        time += gap


def test_a_taper_may_end_in_a_stop_and_only_a_taper():
    guard = SafetyLayer(published_limits(PERSON.covariates), MODEL, 20.0, 100.0 / DAY)
    rates = [guard.vet(0.0, 24.0 * day).rate * DAY for day in range(12)]
    assert rates[0] == pytest.approx(80.0)
    stopped = rates.index(0.0)
    assert 0.0 < rates[stopped - 1] <= 25.0
    assert all(b >= 0.8 * a - 1e-9 for a, b in itertools.pairwise(rates[:stopped]))


def test_a_pump_too_strong_to_be_tapered_is_never_stopped():
    guard = SafetyLayer(published_limits(PERSON.covariates), MODEL, 2000.0, 200.0 / DAY)
    rates = {guard.vet(0.0, 6.0 * k).rate for k in range(100)}
    assert min(rates) == guard.slowest


def test_hostile_actions_cannot_get_past_the_layer():
    actions = np.random.default_rng(5).choice([0.0, 1.0, np.nan, 0.02, -1.0, 5.0], STEPS)
    e, _, _, infos = episode(3, actions, dose="100 ug/day")
    rates = np.array([info["rate"] for info in infos]) * DAY
    assert rates.max() <= 130.0 * (1 + 1e-6)
    assert rates.min() >= 80.0 * (1 - 1e-6)
    assert all(info["safety"] for info, asked in zip(infos, actions, strict=True) if not 0.08 <= asked <= 0.13)
    assert e._plant.agenda.pump.running.mode.daily_dose == pytest.approx(rates[-1])


def test_limits_are_only_ever_made_stricter():
    limits = env(limits={"maximum": 600.0, "rise": 0.1}).limits
    assert (limits.maximum, limits.rise) == (600.0, 0.1)
    with pytest.raises(bs.InputError) as error:
        env(limits={"maximum": 2000.0, "fall": 0.9, "off": 1.0})
    assert [p.where for p in error.value.problems] == ["limits.maximum", "limits.fall", "limits.off"]


def test_children_and_cerebral_origin_rise_more_slowly():
    people = ({"condition": "spinal cord injury"}, {"condition": "cerebral palsy"}, {"age": 9, "weight": "30 kg"})
    assert [published_limits(bs.Patient(**who).covariates).rise for who in people] == [0.3, 0.15, 0.15]


# --- faults, sensors, rewards -------------------------------------------------------------------------------


def test_a_stall_sounds_and_is_felt():
    stalled = {"pump": {"faults": [{"at": "2 h", "kind": "motor stall"}]}, "dose": "200 ug/day", "duration": "4 days"}
    healthy, ill = (episode(1, [0.2] * 90, differs=False, **more)[1] for more in ({"dose": "200 ug/day"}, stalled))
    tones = [np.mean([o["tone"][0] for o in seen[20:60]]) for seen in (healthy, ill)]
    assert tones[1] > tones[0] + 0.1
    sounding = [[bool(o["alarm"][0]) for o in seen] for seen in (healthy, ill)]
    assert not any(sounding[0])
    assert sounding[1] == [False] * 3 + [True] * (len(ill) - 3)  # found half an hour after the rotor stops


def test_without_readings_the_dose_does_not_rise():
    blind = Sensor(dropouts=((0.0, 100.0),))
    _, seen, _, infos = episode(1, [1.0] * 12, sensor=blind)
    assert {info["rate"] for info in infos} == {infos[0]["rate"]}
    assert infos[0]["rate"] * DAY == pytest.approx(100.0)
    assert "no reading" in infos[-1]["safety"][0]
    assert seen[-1]["reading_age"][0] > 6.0


def test_the_reward_is_the_sum_of_its_stated_parts():
    _, _, rewards, infos = episode(1, [0.1, 0.13])
    for reward, info in zip(rewards, infos, strict=True):
        assert reward == pytest.approx(sum(info["reward_parts"].values()))
        assert all(part <= 0.0 for part in info["reward_parts"].values())
    free = Reward(stiffness=0.0, weakness=0.0, drowsiness=0.0, withdrawal=0.0, breathing=0.0, change=0.0)
    assert sum(episode(1, [0.1, 0.13], reward=free)[2]) == 0.0


def test_both_controllers_loosen_a_stiff_patient_and_stay_within_the_limits():
    e = env(dose="50 ug/day", duration="6 days", interval="2 h")
    for controller in (PublishedProtocol.of(e.limits, per_day=12), Proportional(gain=0.1)):
        found = rollout(e, controller, seed=3)
        tone = found.course["ashworth"][0]
        assert tone[-1] < tone[0] - 0.2
        assert found.rates.max() <= e.limits.maximum / DAY
        assert not found.ended_in_danger


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"dose": "350 mg/day"}, "program[1].dose"),
        ({"dose": "1200 ug/day"}, "dose"),
        ({"pump": {"device": "constant-flow-20"}}, "pump.device"),
        ({"pump": {"program": []}}, "pump.program"),
        ({"interval": "7 min"}, "interval"),
        ({"duration": "90 min"}, "duration"),
    ],
)
def test_bad_settings_are_refused_by_name(given, where):
    with pytest.raises(bs.InputError, match="not allowed") as error:
        env(**given)
    assert where in {p.where for p in error.value.problems} or given["pump"]["device"] == "constant-flow-20"


def test_settings_of_sensor_and_reward_are_checked_at_once():
    with pytest.raises(bs.InputError, match=r"sensor\.noise.*\n.*sensor\.dropouts"):
        Sensor(noise=3.0, dropouts=((5.0, 2.0),))
    with pytest.raises(bs.InputError, match=r"reward\.target.*\n.*reward\.change"):
        Reward(target=9.0, change=-1.0)
    assert isinstance(published_limits(PERSON.covariates), Limits)
