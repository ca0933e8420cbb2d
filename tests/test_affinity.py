"""Who binds where: the law of mass action, the claims about baclofen and its relatives, marks on what is recalled."""

from __future__ import annotations

import math

import pytest

from baclosim.drugs.affinity import SITES, binding, bindings, drugs, occupancy, table, usual_concentration
from baclosim.errors import InputError
from baclosim.evidence.library import library
from baclosim.patient import Patient
from baclosim.simulate import simulate

ROWS = {row.drug: row for row in table()}
GRADES = {"measured in vitro", "secondary", "recalled", "fitted to people"}


def test_half_of_a_site_is_held_at_the_dissociation_constant():
    gabapentin, found = drugs()["gabapentin"], binding("gabapentin", "alpha2-delta")
    assert found is not None
    at = found.dissociation * gabapentin.molar_mass / 1000.0
    assert occupancy("gabapentin", "alpha2-delta", at) == pytest.approx(0.5)


def test_two_forms_compete_for_one_site():
    """1 umol/L of each form of phenibut: (1/23 + 1/39) / (1 + 1/23 + 1/39)."""
    bound = 1 / 23 + 1 / 39
    assert occupancy("phenibut", "alpha2-delta", 2 * 0.17922) == pytest.approx(bound / (1 + bound))


@pytest.mark.parametrize("name", drugs())
@pytest.mark.parametrize("site", SITES)
def test_occupancy_is_a_share_that_rises_with_concentration(name, site):
    shares = [occupancy(name, site, c) for c in (0.0, 0.01, 0.1, 1.0, 100.0, 1e6)]
    assert shares[0] == 0.0
    assert shares == sorted(shares)
    assert shares[-1] <= 1.0


def test_alpha2_delta_does_not_matter_at_80_mg_a_day():
    """Claim receptor.alpha2delta, both sites in one assay."""
    held = ROWS["baclofen"].occupancy
    assert held["alpha2-delta"] < 0.02
    assert held["GABA-B"] > 10.0 * held["alpha2-delta"]


def test_at_the_highest_level_of_a_day_too():
    course = simulate(Patient(), "20 mg by mouth every 6 h", until="5 days", every="15 min", quantities=("plasma",))
    peak = 0.65 * course["plasma"].max()
    assert occupancy("baclofen", "alpha2-delta", peak) < 0.02
    assert occupancy("baclofen", "GABA-B", peak) > 10.0 * occupancy("baclofen", "alpha2-delta", peak)


def test_phenibut_holds_alpha2_delta_more_than_gaba_b_at_a_far_larger_dose():
    phenibut, baclofen = ROWS["phenibut"], ROWS["baclofen"]
    assert phenibut.occupancy["alpha2-delta"] > phenibut.occupancy["GABA-B"]
    assert phenibut.occupancy["alpha2-delta"] > 20.0 * baclofen.occupancy["alpha2-delta"]
    assert phenibut.dose_by_weight > 5.0 * baclofen.dose_by_weight


def test_only_ghb_holds_the_ghb_receptor():
    assert [name for name, row in ROWS.items() if row.occupancy["GHB"] > 0.0] == ["GHB"]


def test_the_r_form_is_what_acts():
    """118 times the S-form in one assay."""
    r, s = (binding(f"{form}-baclofen", "GABA-B", "agonist") for form in "RS")
    assert r is not None
    assert s is not None
    assert s.dissociation / r.dissociation == pytest.approx(118.0, rel=0.01)


def test_the_mean_level_is_that_of_the_whole_model():
    course = simulate(Patient(), "20 mg by mouth every 6 h", until="6 days", every="15 min", quantities=("plasma",))
    mean = course["plasma"][0, -97:-1].mean()
    assert usual_concentration("baclofen", 80.0) == pytest.approx(0.65 * mean, rel=0.02)


def test_every_drug_and_site_has_an_entry_with_known_facts():
    forms = {form for drug in drugs().values() for form in drug.forms}
    assert all(binding(form, site) is not None for form in forms for site in SITES)
    for entry in (*bindings(), *drugs().values()):
        assert entry.grade in GRADES
        entries = [library().get(name) for name in entry.facts]
        assert all(fact.use != "check" for fact in entries)
        assert entry.grade == "recalled" or (entries and all(fact.is_verified for fact in entries))


def test_a_drug_whose_numbers_are_recalled_says_so():
    assert all(row.recalled for row in ROWS.values())
    assert all(b.dissociation == math.inf or b.dissociation > 0.0 for b in bindings())


def test_shares_of_the_forms_add_up():
    assert all(sum(drug.forms.values()) == pytest.approx(1.0) for drug in drugs().values())


def test_unknown_words_are_named_with_the_nearest():
    with pytest.raises(InputError, match="phenibut"):
        occupancy("fenibut", "GABA-B", 1.0)
    with pytest.raises(InputError, match="GABA-B"):
        occupancy("baclofen", "GABAB", 1.0)
