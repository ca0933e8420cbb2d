"""Dopamine: what is evoked falls with dose, what flows at rest hardly does, alcohol's drive with and without."""

from __future__ import annotations

import numpy as np
import pytest

from baclosim import simulate
from baclosim.effects.dopamine import DOPAMINE
from baclosim.engine.network import Network
from baclosim.evidence.library import library
from baclosim.patient import Patient, virtual_patients
from baclosim.quantities import QUANTITIES

ALONE = Network((DOPAMINE,), drives=("brain_fast",))
PERSON = Patient().parameters()
CONCENTRATIONS = np.geomspace(1e-4, 30.0, 50)


def seen(concentration: float, **other: float) -> dict[str, float]:
    """Every quantity at this concentration in the brain [ug/mL]."""
    return ALONE.evaluate({**PERSON, "brain_fast": concentration, **other})


def test_without_drug_all_is_as_it_was():
    none = seen(0.0)
    assert none["evoked_dopamine"] == none["basal_dopamine"] == 1.0
    assert none["alcohol_rise"] == PERSON["alcohol_dopamine_rise"]
    assert none["alcohol_dopamine"] == 1.0 + PERSON["alcohol_dopamine_rise"]


@pytest.mark.parametrize("name", ["evoked_dopamine", "basal_dopamine", "alcohol_rise", "alcohol_dopamine"])
def test_more_drug_takes_more_away(name):
    course = np.array([seen(c)[name] for c in CONCENTRATIONS])
    assert np.all(np.diff(course) < 0.0)


@pytest.mark.parametrize("concentration", [0.0, 0.03, 1.0, 1e3, 1e6])
def test_nothing_leaves_its_limits(concentration):
    group = virtual_patients(4, seed=5).parameters
    for i in range(4):
        for name, value in seen(concentration, **{k: float(v[i]) for k, v in group.items()}).items():
            low, high = QUANTITIES[name].limits
            assert low - 1e-12 <= value <= high + 1e-12, name


def test_what_is_evoked_falls_far_more_than_what_flows_at_rest():
    """As in rats at 1.25 and 2.5 mg/kg: reward.nac-da.baclofen-dose and reward.nac-da.basal.fadda-2003."""
    usual = seen(0.03)
    assert usual["evoked_dopamine"] < 0.8
    assert usual["basal_dopamine"] > 0.97
    assert all(seen(c)["basal_dopamine"] >= 1.0 - PERSON["basal_dopamine_reach"] for c in CONCENTRATIONS)


def test_half_is_evoked_at_the_concentration_that_halves_firing():
    found = library().fact("reward.vta-firing.ec50.chen-2005").value
    assert seen(found * 0.21366)["evoked_dopamine"] == pytest.approx(0.5, abs=0.01)


def test_the_other_side_of_the_evidence_leaves_alcohols_drive_alone():
    """Mice bred to be stirred by alcohol kept their dopamine response under baclofen."""
    assert seen(0.1, alcohol_baclofen_share=0.0)["alcohol_rise"] == PERSON["alcohol_dopamine_rise"]
    assert seen(0.1)["alcohol_rise"] < 0.5 * PERSON["alcohol_dopamine_rise"]


def test_a_higher_dose_dampens_alcohols_rise_further():
    rises = []
    for dose in (5, 10, 20):
        course = simulate(Patient(), f"{dose} mg by mouth every 8 h", "4 days", quantities=["alcohol_rise"])
        rises.append(course["alcohol_rise"][0, -8:].mean())
    assert PERSON["alcohol_dopamine_rise"] > rises[0] > rises[1] > rises[2] > 0.1
