"""What each fault does to the drug, and how often a cohort meets it."""

from __future__ import annotations

import numpy as np
import pytest

from baclosim.errors import TherapyError
from baclosim.parameters import parameters
from baclosim.pump.catheter import Catheter, read_catheter
from baclosim.pump.deliver import Delivery, deliver
from baclosim.pump.device import device
from baclosim.pump.faults import KINDS, SOUND, Fault, condition, episodes, read_faults
from baclosim.pump.hazards import CATHETER_SHARES, Hazard, published_hazards, sample_faults
from baclosim.pump.refill import refill
from baclosim.therapy.intrathecal.program import DAY, Program, ProgramEntry, RefillPlan, RefillVisit, SimpleContinuous

PUMP = device("synchromed-ii-20")
CATHETER = Catheter(0.15, "T10")
RATE = 400.0 / DAY
YEAR = 8766.0


def run(until: float, *faults: Fault, plan: RefillPlan | None = None, catheter: Catheter = CATHETER) -> Delivery:
    """A sound 20 mL pump with 1000 ug/mL at 400 ug/day, then the faults."""
    made = Program((ProgramEntry(0.0, SimpleContinuous(RATE)),), 1000.0, plan or RefillPlan("never"))
    result = deliver(made, PUMP, catheter, faults, until, flow_ratio=1.0)
    assert abs(result.balance.residue) < 1e-9
    return result


def fault(kind: str, at: float = 10.0, until: float = float("inf"), **settings: float | str) -> Fault:
    return Fault(kind, at, until, tuple(settings.items()))


def kinds(result: Delivery) -> list[str]:
    return [event.kind for event in result.log]


# --- catheter ---------------------------------------------------------------------------------------------


def test_a_disconnection_loses_all_drug_outside_and_the_device_sees_nothing() -> None:
    result = run(100.0, fault("catheter disconnection", 10.0, 60.0))
    assert result.delivered == pytest.approx(50.0 * RATE)
    assert result.balance.lost == pytest.approx(50.0 * RATE)
    assert result.alarms() == ()
    sound = run(100.0)
    assert result.pump.true_volume == pytest.approx(sound.pump.true_volume)


def test_an_occlusion_keeps_the_drug_in_the_reservoir_where_a_refill_finds_it() -> None:
    result = run(600.0, fault("catheter occlusion", 100.0, 500.0), plan=RefillPlan("every", 550.0))
    assert result.delivered == pytest.approx(200.0 * RATE)
    found = next(event for event in result.log if event.kind == "drawn back")
    gap = float(found.values["aspirated_volume"]) - float(found.values["expected_volume"])
    assert gap == pytest.approx(400.0 * RATE / 1000.0)
    assert found.priority == "non-critical"


def test_a_kink_lets_its_share_pass_and_a_leak_loses_its_share() -> None:
    kinked = run(110.0, fault("catheter kink", share=0.3))
    assert kinked.delivered == pytest.approx((10.0 + 0.3 * 100.0) * RATE)
    assert kinked.balance.lost == 0.0
    leaking = run(110.0, fault("catheter leak", share=0.3))
    assert leaking.delivered == pytest.approx((10.0 + 0.7 * 100.0) * RATE)
    assert leaking.balance.lost == pytest.approx(0.3 * 100.0 * RATE)


def test_a_micro_fracture_comes_and_goes() -> None:
    crack = fault("catheter micro-fracture", 10.0, 110.0, period=20.0, share=0.25)
    assert len(episodes(crack, 1000.0)) == 5
    assert run(200.0, crack).delivered == pytest.approx((200.0 - 25.0) * RATE)


def test_a_tip_can_move_to_another_level_or_out_of_the_fluid() -> None:
    result = run(100.0, fault("tip migration", 20.0, 70.0, tip="L2"))
    assert [(tip.time, tip.level, tip.space) for tip in result.tips] == [
        (0.0, "T10", "intrathecal"),
        (20.0, "L2", "intrathecal"),
        (70.0, "T10", "intrathecal"),
    ]
    assert result.delivered == pytest.approx(100.0 * RATE)
    for space in ("subdural", "epidural"):
        share = parameters()[f"{space}_share_to_canal"].value
        assert run(110.0, fault(f"{space} tip")).delivered == pytest.approx((10.0 + share * 100.0) * RATE)
        misplaced = read_catheter({"tip": "T10", "space": space})
        assert run(100.0, catheter=misplaced).delivered == pytest.approx(share * 100.0 * RATE)


# --- what people do ---------------------------------------------------------------------------------------


def test_an_access_port_injection_pushes_the_catheters_drug_in_at_once() -> None:
    result = run(20.0, fault("access-port injection"))
    at_once = result.doses.amount[result.doses.duration == 0.0]
    assert at_once == pytest.approx([CATHETER.volume * 1000.0])
    refilling = CATHETER.volume / (RATE / 1000.0)  # then saline, until drug has come through again
    assert result.delivered == pytest.approx(10.0 * RATE + 150.0 + max(0.0, 10.0 - refilling) * RATE)


def test_priming_a_full_catheter_is_a_bolus() -> None:
    result = run(20.0, fault("priming a full catheter"))
    assert result.delivered == pytest.approx(20.0 * RATE + CATHETER.volume * 1000.0)
    assert result.pump.estimated_volume == pytest.approx(result.pump.true_volume - PUMP.residual_volume)


def test_a_programming_error_gives_ten_times_the_dose_and_the_device_believes_it() -> None:
    result = run(30.0, fault("programming error", 10.0, 20.0))
    assert result.delivered == pytest.approx((20.0 + 10.0 * 10.0) * RATE)
    assert result.programmed == pytest.approx(result.delivered)
    fast = run(20.0, fault("programming error", 10.0, 20.0, factor=1e6))
    assert fast.delivered == pytest.approx(10.0 * RATE + 10.0 * PUMP.flow_maximum * 1000.0)


def test_a_wrong_strength_scales_the_true_dose() -> None:
    plan = RefillPlan("never", 0.0, (RefillVisit(100.0),))
    late = 400.0  # h, when the new fill has come through
    rest = PUMP.residual_volume
    stronger = run(late, fault("wrong concentration filled", 0.0, concentration=2000.0), plan=plan)
    mixed = (rest * 1000.0 + 20.0 * 2000.0) / (rest + 20.0)
    assert last_rate(stronger) == pytest.approx(RATE * mixed / 1000.0)
    entered = run(late, fault("wrong concentration entered", 0.0, concentration=500.0), plan=plan)
    assert last_rate(entered) == pytest.approx(RATE * 2.0)


def last_rate(result: Delivery) -> float:
    """Rate at which drug last reached the canal [ug/h]."""
    return float(result.doses.amount[-1] / result.doses.duration[-1])


def test_a_pocket_fill_puts_the_fill_under_the_skin_and_leaves_a_full_estimate() -> None:
    plan = RefillPlan("never", 0.0, (RefillVisit(100.0),))
    result = run(300.0, fault("pocket fill", 0.0), plan=plan)
    assert result.balance.lost == pytest.approx(20.0 * 1000.0)
    assert result.pump.is_dry
    assert result.pump.estimated_volume > 15.0


def test_a_missed_refill_comes_late_and_the_pump_runs_dry_in_between() -> None:
    plan = RefillPlan("at low reservoir", 24.0)
    result = run(1700.0, fault("missed refill", 0.0, delay=336.0), plan=plan)
    assert kinds(result).count("refill missed") == 1
    assert kinds(result).count("empty") == 1
    refilled = next(event.time for event in result.log if event.kind == "refilled")
    assert refilled == pytest.approx(1080.0 + 24.0 + 336.0)


def test_a_flipped_pump_cannot_be_refilled_until_it_is_turned() -> None:
    plan = RefillPlan("every", 800.0)
    result = run(1500.0, fault("flipped pump", 100.0, 1000.0), plan=plan)
    times = {event.kind: event.time for event in result.log}
    assert times["refill failed"] == 968.0
    assert times["refilled"] == 800.0 + 2 * 168.0


def test_a_pocket_fill_can_wait_for_a_refill_of_a_given_number() -> None:
    result = run(3000.0, Fault("pocket fill", refill=2), plan=RefillPlan("every", 900.0))
    pocket = next(event.time for event in result.log if event.kind == "pocket fill")
    assert pocket == 1800.0


def test_a_refill_above_capacity_is_refused() -> None:
    pump = run(100.0).pump
    with pytest.raises(TherapyError, match="at most 20 mL"):
        refill(pump, 25.0)


# --- reading and folding ----------------------------------------------------------------------------------


def test_faults_fold_into_one_condition() -> None:
    assert condition(()) == SOUND
    both = condition((fault("catheter leak", share=0.5), fault("catheter leak", share=0.2), fault("overinfusion")))
    assert both.lost == pytest.approx(1.0 - 0.5 * 0.8)
    assert both.flow == parameters()["overinfusion_factor"].value


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_fault_runs_balances_and_says_itself(kind: str) -> None:
    needed = {"concentration": 500.0, "degrees": 2.0}
    settings = tuple((key, value) for key, value in needed.items() if key in KINDS[kind].settings)
    result = run(1500.0, Fault(kind, 200.0, 700.0, settings), plan=RefillPlan("every", 900.0))
    assert result.delivered > 0.0
    assert str(Fault(kind, 200.0)).startswith(kind)
    assert len(KINDS[kind].says) > 10


def test_faults_read_from_a_scenario() -> None:
    read = read_faults(
        [
            {"at": "45 days", "kind": "catheter disconnection", "until": "46 days"},
            {"at": "10 days", "kind": "catheter leak", "share": 0.2},
            {"at": "12 days", "kind": "tip migration", "tip": "L1"},
            {"at": "13 days", "kind": "mri", "duration": "30 min"},
        ]
    )
    assert read[0] == Fault("catheter disconnection", 45 * DAY, 46 * DAY)
    assert [f.get(s) for f, s in zip(read[1:], ("share", "tip", "duration"), strict=True)] == [0.2, "L1", 0.5]
    with pytest.raises(TherapyError, match="concentration"):
        read_faults([{"at": "1 day", "kind": "wrong concentration filled"}])


# --- how often --------------------------------------------------------------------------------------------


def test_a_cohort_meets_faults_at_the_published_rates() -> None:
    patients, years = 3000, 6.0
    met = [f for i in range(patients) for f in sample_faults(None, years * YEAR, 11, i)]
    counts = {kind: sum(f.kind == kind for f in met) for kind in KINDS}
    for hazard in published_hazards():
        if hazard.per == "year":
            expected = hazard.rate * patients * years
            assert abs(counts[hazard.kind] - expected) < 4.0 * np.sqrt(expected) + 1.0, hazard.kind
    stalled = {i for i in range(patients) for f in sample_faults(None, years * YEAR, 11, i) if "stall" in f.kind}
    free = 1.0 - len(stalled) / patients / (1.0 - parameters()["feedthrough_share_of_stalls"].value)
    assert free == pytest.approx(0.973, abs=0.012)  # fault.motor-stall-survival-labelled.medtronic-2017


def test_shares_of_catheter_faults_make_a_whole() -> None:
    shares = [parameters()[f"{name}_share_of_catheter_faults"].value for name in CATHETER_SHARES.values()]
    assert sum(shares) == pytest.approx(1.0, abs=1e-9)


def test_draws_depend_on_seed_kind_and_patient_alone() -> None:
    often = [Hazard("motor stall", "year", 2.0), Hazard("catheter leak", "year", 2.0)]
    both = sample_faults(often, YEAR, 1, 300)
    stalls = sample_faults(often[:1], YEAR, 1, 300)
    assert [f for f in both if f.kind == "motor stall"] == list(stalls)
    assert sample_faults(often, YEAR, 1, 301) != both
    assert sample_faults(often, YEAR / 2.0, 1, 300) == tuple(f for f in both if f.at < YEAR / 2.0)


def test_hazards_of_age_and_of_refills() -> None:
    window = [Hazard("battery film", "pump", 1.0, 1000.0, 2000.0)]
    times = [f.at for i in range(200) for f in sample_faults(window, 5000.0, 2, i, age=500.0)]
    assert len(times) == 200
    assert min(times) >= 500.0
    assert max(times) <= 1500.0
    tenth = [Hazard("pocket fill", "refill", 0.1)]
    numbers = [f.refill for i in range(2000) for f in sample_faults(tenth, 5000.0, 2, i)]
    assert np.mean(numbers) == pytest.approx(10.0, rel=0.1)  # type: ignore[arg-type]


def test_a_delay_is_told_with_its_unit():
    (fault,) = read_faults([{"kind": "missed refill", "refill": 1, "delay": "12 days"}])
    assert str(fault) == "missed refill at refill 1 (delay 12 days)"
