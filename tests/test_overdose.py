"""Overdose: what the gut holds back, dose against coma, how long it lasts, kidneys and machines, signs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import spearmanr

from baclosim import Patient, simulate
from baclosim.effects.overdose import signs
from baclosim.errors import Problems, ScenarioError
from baclosim.outcome.running import run_scenario
from baclosim.patient import virtual_patients
from baclosim.patient.peritoneal import peritoneal_dialysis
from baclosim.scenario import loads
from baclosim.scenario.prescribed import Therapy
from baclosim.therapy.alongside import alongside
from baclosim.therapy.charcoal import CAUTION, Charcoal, read_charcoal
from baclosim.therapy.doses import Doses
from baclosim.therapy.language import parse
from baclosim.therapy.overdose import held_back

QUANTITIES = ("plasma", "encephalopathy", "coma", "respiratory_drive", "ventilation")


def share(dose: int, quantity: str, n: int = 96) -> float:
    group = virtual_patients(n, Patient(), seed=4)
    course = simulate(group, f"{dose} mg by mouth once", "5 days", quantities=(quantity,))[quantity]
    return float((course.max(axis=1) > 0.5).mean())


def test_therapy_is_not_held_back():
    doses = Doses.of("mouth", np.arange(0.0, 72.0, 8.0), 60e3)
    assert held_back(doses, 100e3) is doses


def test_what_is_held_back_adds_up_to_what_was_swallowed():
    doses = Doses.of("mouth", [0.0, 1.0, 2.0, 30.0], [80e3, 80e3, 80e3, 80e3])
    found = held_back(doses, 100e3)
    assert found.total() == pytest.approx(doses.total())
    assert found.total("clump") == pytest.approx(140e3)


def test_each_patient_has_an_own_gut():
    doses = Doses(np.zeros(2), np.zeros(2, dtype=np.int64), np.full(2, 90e3), np.zeros(2), np.array([0, 1]))
    assert held_back(doses, 100e3) is doses


def test_a_staggered_overdose_is_like_one_at_once():
    once = simulate(Patient(), "600 mg by mouth once", "4 days", quantities=("coma",))["coma"].max()
    words = "200 mg by mouth every 1 h for 3 h, then stop"
    assert simulate(Patient(), words, "4 days", quantities=("coma",))["coma"].max() == pytest.approx(once, abs=0.05)


def test_an_overdose_is_audited_to_the_swallowed_dose():
    course = simulate(Patient(), "800 mg by mouth once", "2 days", quantities="all")
    kept = ("gut", "clump", "unabsorbed", "central", "peripheral", "urine", "metabolised", "dialysate")
    assert sum(course[name][0, -1] for name in kept) == pytest.approx(800e3, rel=0.01)


def test_coma_and_ventilation_are_rare_below_200_mg_and_usual_far_above():
    coma = [share(dose, "coma") for dose in (100, 200, 800, 1500)]
    assert coma[0] < 0.1
    assert coma == sorted(coma)
    assert coma[2] > 0.8
    assert share(100, "ventilation") < 0.1
    assert share(1500, "ventilation") > 0.8


def test_coma_begins_within_hours():
    course = simulate(Patient(), "1000 mg by mouth once", "24 h", every="15 min", quantities=("encephalopathy", "coma"))
    assert course.time[(course["encephalopathy"][0] > 0.5).argmax()] <= 2.0
    assert course.time[(course["coma"][0] > 0.5).argmax()] <= 6.0


def test_early_level_goes_with_hours_of_ventilation_and_recovery_outlasts_serum():
    group = virtual_patients(160, Patient(), seed=9)
    doses = np.exp(np.random.default_rng(2).normal(np.log(600), 0.6, group.n))
    level, hours, late = [], [], []
    for dose in np.unique(np.round(doses, -2)):
        own = np.flatnonzero(np.round(doses, -2) == dose)
        run = simulate(
            group[own[0] : own[0] + len(own)], f"{dose:g} mg by mouth once", "10 days", quantities=QUANTITIES
        )
        for p, v, c in zip(run["plasma"], run["ventilation"], run["coma"], strict=True):
            level.append(p[14])
            hours.append((v > 0.5).sum())
            if min(v.max(), c.max()) > 0.5:
                late.append(np.flatnonzero(c > 0.5)[-1] > np.flatnonzero(p > 0.4).max(initial=0))
    assert spearmanr(level, hours)[0] > 0.5
    assert np.mean(late) > 0.5


def with_charcoal(at: float | None, until: str = "4 days", quantities: Any = "all"):
    """400 mg at once, with charcoal so many hours later."""
    given = () if at is None else (Charcoal(at),)
    return simulate(Patient(), Therapy((parse("400 mg by mouth once"),), charcoal=given), until, quantities=quantities)


def test_charcoal_binds_what_is_still_in_the_gut_and_is_audited():
    spared = {}
    for at in (0.5, 1.0, 2.0, 3.0, 24.0):
        course = with_charcoal(at)
        kept = ("gut", "clump", "bound", "unabsorbed", "central", "peripheral", "urine", "metabolised", "dialysate")
        assert sum(course[name][0, -1] for name in kept) == pytest.approx(400e3, rel=0.01)
        spared[at] = float(course["bound"][0, -1]) / 400e3
    assert list(spared.values()) == sorted(spared.values(), reverse=True)
    assert 0.5 < spared[0.5] < 0.8
    assert spared[24.0] < 0.05


def test_charcoal_spares_coma_the_sooner_the_more_and_says_what_is_not_known():
    coma = [with_charcoal(at, "3 days", ("coma",)) for at in (None, 6.0, 1.0)]
    highest = [float(course["coma"].max()) for course in coma]
    assert highest == sorted(highest, reverse=True)
    assert highest[2] < 0.7 * highest[0]
    assert CAUTION in coma[2].cautions
    assert CAUTION not in coma[0].cautions


def test_charcoal_is_refused_where_it_makes_no_sense_and_never_ignored():
    problems = Problems()
    assert read_charcoal([{"at": "-1 h"}, {}, {"at": "soon"}], "therapy.charcoal", problems) == ()
    assert len(problems.found) == 3
    assert "charcoal = [{ at" in alongside("activated charcoal 50 g once").notes[0].says


def test_failing_kidneys_cloud_the_mind_within_days_and_a_machine_clears_it():
    words = "10 mg by mouth every 12 h for 3 days, then stop"
    alone, machine, belly = (
        simulate(Patient(creatinine_clearance=5, dialysis=d), words, "8 days", quantities=("encephalopathy",))[
            "encephalopathy"
        ][0]
        for d in (None, "4 h at 72 h", peritoneal_dialysis(48.0, 192.0))
    )
    assert alone[:97].max() > 0.5
    assert alone[:24].max() < 0.5
    assert machine[110] < alone[110]
    assert belly[110] < alone[110]
    healthy = simulate(Patient(), words, "8 days", quantities=("encephalopathy",))["encephalopathy"]
    assert healthy.max() < 0.05


def test_dialysis_shortens_coma():
    def hours(dialysis: str | None) -> int:
        person = Patient(creatinine_clearance=20, dialysis=dialysis)
        run = simulate(person, "400 mg by mouth once", "12 days", quantities=("coma",))
        return int((run["coma"][0] > 0.5).sum())

    assert hours("6 h at 6 h, 6 h at 24 h") < hours(None)


def test_signs_follow_the_published_counts():
    known = signs()
    brady = known["sinus bradycardia"]
    assert brady.probability(7 / 8) == pytest.approx(5 / 8, abs=0.02)
    assert brady.probability(8 / 23) == pytest.approx(6 / 23, abs=0.02)
    assert brady.in_coma > brady.without
    for sign in known.values():
        assert np.all((sign.probability(np.linspace(0, 1, 5)) >= 0) & (sign.probability(1.0) <= 1))
        for series, (seen, of) in sign.counts.items():
            low, high = sign.interval(series)
            assert low <= seen / of <= high


def test_charcoal_and_peritoneal_dialysis_are_entries_of_a_scenario():
    text = """
    title = "t"
    [patient]
    age = "60 years"
    weight = "70 kg"
    creatinine_clearance = "6 mL/min"
    dialysis = "4 h at 12 h, peritoneal from 24 h to 3 days"
    [therapy]
    oral = "400 mg once"
    charcoal = [{ at = "1 h" }]
    [simulate]
    duration = "4 days"
    patients = 2
    """
    scenario = loads(text)
    assert [s.end - s.start for s in scenario.patient.dialysis_sessions] == [4.0, 24.0, 24.0]
    assert scenario.patient.dialysis_sessions[1].clearance < 600.0  # mL/h, far below a machine's
    outcome = run_scenario(scenario)
    assert "charcoal_binding_rate" in {p.name for p in outcome.typical.weak_parameters()}
    assert "activated charcoal" in str(scenario.therapy)
    for wrong in ("peritoneal from 72 h to 24 h", "peritoneal from soon to 3 days"):
        with pytest.raises(ScenarioError):
            loads(text.replace("peritoneal from 24 h to 3 days", wrong))
