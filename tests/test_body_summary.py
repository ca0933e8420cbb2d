"""Secondary kinetic quantities against the linear system itself and against textbook limits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.linalg import expm

from baclosim.body.summary import Blood
from baclosim.body.systemic import BLOOD
from baclosim.body.transfers import assemble
from baclosim.patient import Patient, Patients, virtual_patients

GROUP = Patients.of(Patient())
TYPICAL = Blood.of(Patient().parameters())


def test_the_curves_are_those_of_the_body():
    """Closed form against the matrix exponential of the assembled transfers."""
    system = assemble(BLOOD, GROUP.parameters)
    plasma = system.C[0, system.outputs.index("plasma")]
    for channel, curve, lag in (
        ("mouth", TYPICAL.after_tablet, TYPICAL.absorption_lag),
        ("vein", TYPICAL.after_injection, 0.0),
    ):
        entry = system.B[0, :, system.channels.index(channel)]
        for hour in (0.25, 1.0, 4.0, 24.0):
            exact = plasma @ expm(system.A[0] * hour) @ entry
            assert curve(hour + lag) == pytest.approx(exact, rel=1e-11)


def test_what_is_excreted_is_what_the_body_collects():
    system = assemble(BLOOD, GROUP.parameters)
    end = expm(system.A[0] * 2000.0) @ system.B[0, :, system.channels.index("mouth")]
    assert end[system.states.index("urine")] == pytest.approx(TYPICAL.fraction_unchanged, rel=1e-9)
    assert end[system.states.index("metabolised")] == pytest.approx(TYPICAL.fraction_metabolised, rel=1e-9)


factors = st.floats(0.2, 5.0)


@settings(max_examples=40, deadline=None)
@given(factors, factors, factors, factors, factors)
def test_area_peak_and_phases_hold_for_any_person(central, peripheral, exchange, renal, gut):
    person = Blood(23e3 * central, 28e3 * peripheral, 13e3 * exchange, 6500 * renal, 1500, 1.3 * gut, 0.2, 0.8)
    area = sum(
        quad(person.after_tablet, a, b, epsabs=0, epsrel=1e-9, limit=200)[0]
        for a, b in ((0.2, 5.0), (5.0, 50.0), (50.0, 5000.0))
    )
    assert area == pytest.approx(1.0 / person.apparent_clearance, rel=1e-6)
    times = np.linspace(0.2, 48.0, 20_001)
    curve = person.after_tablet(times)
    assert person.peak >= curve.max() * (1 - 1e-12)
    assert person.time_of_peak == pytest.approx(times[curve.argmax()], abs=0.003)
    alpha, beta = person.rates
    assert alpha > person.clearance / person.central_volume > beta
    assert person.terminal_volume > person.steady_state_volume > person.central_volume


def test_without_tissue_it_is_one_compartment():
    person = Blood(50e3, 1e-3, 1.0, 6000.0, 2000.0, 1.5, 0.0, 1.0)
    elimination = 8000.0 / 50e3
    assert person.half_life == pytest.approx(np.log(2) / elimination, rel=1e-6)
    assert person.time_of_peak == pytest.approx(np.log(1.5 / elimination) / (1.5 - elimination), rel=1e-6)


def test_equal_rates_are_legal():
    """Gut and disposition with one rate: the partial fractions need care, the curve does not jump."""
    alpha = TYPICAL.rates[0]
    at, near = (
        Blood.of({**Patient().parameters(), "absorption_rate": rate}).after_tablet(2.0)
        for rate in (alpha, alpha * (1 + 1e-4))
    )
    assert at == pytest.approx(near, rel=1e-3)


def test_patients_ride_together():
    group = virtual_patients(50, Patient())
    together = Blood.of(group.parameters)
    alone = Blood.of({name: values[7] for name, values in group.parameters.items()})
    for quantity in ("half_life", "time_of_peak", "peak", "apparent_clearance"):
        assert getattr(together, quantity).shape == (50,)
        assert getattr(together, quantity)[7] == pytest.approx(getattr(alone, quantity), rel=1e-12)
