"""Gel on the skin: flux, area and time bound what gets in; the rest is accounted for."""

import numpy as np
import pytest

from baclosim.parameters import parameters
from baclosim.therapy.doses import CHANNELS
from baclosim.therapy.language import parse
from baclosim.therapy.topical import penetrating

FLUX = parameters()["topical_flux"].value


def test_a_large_amount_is_bounded_by_flux_area_and_time():
    given = parse("5 g of 2 % gel to 100 cm2 of skin once daily worn for 10 h").given(24.0)
    assert given.applied == pytest.approx([100e3])
    assert given.doses.amount == pytest.approx([FLUX * 100 * 10])
    assert given.doses.duration == pytest.approx([10.0])
    assert given.left_on_skin == pytest.approx(100e3 - FLUX * 1000)
    assert [CHANNELS[c] for c in given.doses.channel] == ["skin"]


def test_a_small_amount_gets_in_whole_and_sooner():
    given = parse("0.5 mg in gel to 200 cm2 of skin once daily").given(24.0)
    assert given.doses.amount == pytest.approx([500.0])
    assert given.doses.duration == pytest.approx([500.0 / (FLUX * 200)])
    assert given.left_on_skin == pytest.approx(0.0)


def test_an_application_is_worn_until_the_next_but_no_longer_than_a_day():
    twice = parse("5 g of 2 % gel to 100 cm2 twice daily").given(24.0)
    assert twice.doses.duration == pytest.approx([12.0, 12.0])
    once = parse("5 g of 2 % gel to 100 cm2 once").given(200.0)
    assert once.doses.duration == pytest.approx([24.0])


def test_a_hundred_square_centimetres_give_about_three_milligrams_a_day():
    per_day = parse("5 g of 2 % gel on 100 cm2 twice daily").doses(240.0).total("skin") / 10
    assert per_day == pytest.approx(3.1e3, rel=0.02)  # the note of topical.mean_flux.microneedle says about 3 mg


def test_each_patient_has_a_flux():
    flux = np.array([0.5, 1.0, 2.0])
    given = parse("5 g of 2 % gel to 100 cm2 once daily").given(24.0, patients=3, topical_flux=flux)
    np.testing.assert_allclose(given.doses.amount, flux * 2400)
    np.testing.assert_array_equal(given.doses.patient, [0, 1, 2])


def test_skin_that_lets_nothing_through():
    amount, duration = penetrating(1000.0, 0.0, 100.0, 12.0)
    assert (amount, duration) == (0.0, 12.0)


def test_other_routes_lose_nothing_before_the_body():
    given = parse("10 mg by mouth every 8 h").given(240.0)
    np.testing.assert_array_equal(given.applied, given.doses.amount)
    assert given.left_on_skin == 0.0


def test_skin_parameters_are_graded_as_weak():
    assert parameters()["topical_flux"].grade == "animal"
    assert parameters()["skin_absorption_rate"].is_weak
