"""Companions: read from words, marched with the body, joined by a named interaction; unknown ones never ignored."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from baclosim import Patient, simulate
from baclosim.drugs.companions import COMPANIONS, KNOWN, LOADS
from baclosim.drugs.interaction import INTERACTIONS, under
from baclosim.drugs.serotonergic import agents
from baclosim.errors import InputError
from baclosim.evidence.library import library
from baclosim.patient import Patients
from baclosim.therapy.alongside import alongside
from baclosim.therapy.doses import CHANNELS
from baclosim.therapy.language import parse

QUANTITIES = ("sedative_load", "drowsiness", "coma", "respiratory_drive", "plasma")


@dataclass(frozen=True)
class Both:
    """Two therapies at once."""

    parts: tuple

    @property
    def notes(self):
        return tuple(note for part in self.parts for note in part.notes)

    def doses(self, until, **known):
        first, *rest = (part.doses(until, **known) for part in self.parts)
        return sum(rest, start=first)


TABLETS = parse("20 mg by mouth every 8 h")
ALCOHOL = alongside("alcohol 40 g at 20:00")


def run(*parts, model: str = "additive"):
    return simulate(Patients.of(Patient(), under(model)), Both(parts), "3 days", quantities=QUANTITIES)


@pytest.mark.parametrize(
    ("text", "time", "amount"),
    [
        ("diazepam 5 mg at night", [14.0, 38.0], [1.0, 1.0]),
        ("3 drinks of wine at 20:00", [12.0, 36.0], [1.05, 1.05]),
        ("lorazepam 0.5 mg twice daily for 1 day", [0.0, 12.0], [0.5, 0.5]),
    ],
)
def test_words_become_loads(text: str, time: list, amount: list):
    found = alongside(text)
    doses = found.doses(48.0)
    assert doses.time == pytest.approx(time)
    assert doses.amount * found.drug.unit / found.drug.usual == pytest.approx(amount)
    assert {CHANNELS[i] for i in doses.channel} == {found.drug.name}


def test_an_unknown_drug_is_named_with_near_matches():
    with pytest.raises(InputError, match="diazepam"):
        alongside("diazpam 5 mg at night")


@pytest.mark.parametrize("text", ["lorazepam", "", "5 mg", "diazepam 3 drinks at night", "lorazepam 1 mg"])
def test_what_cannot_be_read_is_refused(text: str):
    with pytest.raises(InputError):
        alongside(text)


def test_a_drug_without_a_model_is_a_caution_and_never_ignored():
    found = alongside("amitriptyline 25 mg at night")
    assert len(found.doses(48.0)) == 0
    assert "no quantitative evidence" in found.notes[0].says
    assert found.notes[0] in run(TABLETS, found).cautions


def test_the_disagreement_travels_with_the_result():
    assert any("disputed" in caution.says for caution in run(TABLETS, ALCOHOL).cautions)


def test_both_together_sedate_more_than_each_and_breathe_less():
    each, other, both = run(TABLETS), run(ALCOHOL), run(TABLETS, ALCOHOL)
    assert both["drowsiness"].max() > max(each["drowsiness"].max(), other["drowsiness"].max())
    assert both["respiratory_drive"].min() < min(each["respiratory_drive"].min(), other["respiratory_drive"].min())
    np.testing.assert_allclose(both["plasma"], each["plasma"], rtol=1e-9)


def test_the_models_of_interaction_are_in_order():
    none, additive, greater = (run(TABLETS, ALCOHOL, model=name)["drowsiness"].max() for name in INTERACTIONS)
    alone = max(run(part)["drowsiness"].max() for part in (TABLETS, ALCOHOL))
    assert none == pytest.approx(alone, abs=1e-6)
    assert none < additive < greater


def test_an_opioid_weighs_on_breathing():
    morphine = alongside("morphine 30 mg every 6 h")
    assert run(TABLETS, morphine)["respiratory_drive"].min() < run(TABLETS)["respiratory_drive"].min()


@pytest.mark.parametrize("name", COMPANIONS)
def test_kinetics_put_the_peak_where_the_table_says(name: str):
    drug = COMPANIONS[name]
    assert drug.onset_rate > drug.phases[0][1]
    hours = np.linspace(0.0, 24.0, 24001)
    assert hours[np.argmax([drug.level(hour) for hour in hours])] == pytest.approx(drug.peak, abs=2e-3)


@pytest.mark.parametrize("name", COMPANIONS)
def test_a_load_of_one_is_the_highest_level_of_the_usual_regimen(name: str):
    drug = COMPANIONS[name]
    every, days = 24.0 / drug.a_day, max(30.0, 8.0 * max(drug.half_life, drug.metabolite_half_life) / 24.0)
    taken = np.arange(0.0, days * 24.0, every)
    late = np.linspace(taken[-1], taken[-1] + every, 400)
    levels = drug.levels(taken, np.full(len(taken), drug.usual / drug.unit), late)
    assert levels.max() == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("name", COMPANIONS)
def test_the_body_carries_the_level_that_the_formula_gives(name: str):
    """Depots, phases and metabolites as compartments against the sum of exponentials, for every load of the drug."""
    drug = COMPANIONS[name]
    loads = tuple(load for load in LOADS if load in drug.loads)
    little, beside = parse("0.1 mg by mouth once"), alongside(f"{name} {drug.usual:g} mg every {24.0 / drug.a_day:g} h")
    given = beside.doses(72.0)
    course = simulate(Patient(), Both((little, beside)), "72 h", quantities=loads)
    expected = drug.levels(given.time, given.amount, course.time)
    for load in loads:
        np.testing.assert_allclose(course[load][0], expected, atol=1e-9)


def test_fluoxetine_leaves_with_its_metabolite():
    """What is left after long use, against drug and metabolite solved as two rates (half-lives of the US label)."""
    drug, hours = COMPANIONS["fluoxetine"], np.array([0.0, 72.0, 336.0, 840.0])
    k, m, share = np.log(2.0) / 120.0, np.log(2.0) / 223.0, 0.5
    parent = np.exp(-k * hours)
    metabolite = (k * np.exp(-m * hours) - m * parent) / (k - m)
    np.testing.assert_allclose(drug.remaining(hours), (1.0 - share) * parent + share * metabolite, rtol=1e-12)


def test_half_lives_are_those_of_the_evidence():
    """Fluoxetine's are the label's, of long use; all others stand in the table of half-lives."""
    listed = {agent.name: agent.half_life for agent in agents().values() if agent.half_life}
    for name, drug in COMPANIONS.items():
        if drug.is_serotonergic and name != "fluoxetine":
            assert drug.half_life == pytest.approx(listed[name], rel=0.05), name


def alone(text: str, days: int = 7):
    """A companion beside next to nothing, nobody's reading of two drugs mattering."""
    little = parse("0.1 mg by mouth once")
    wanted = ("sedation", "drowsiness", "respiratory_drive", "coma", "sedative_load", "opioid_load")
    group = Patients.of(Patient(), under("none"))
    return simulate(group, Both((little, alongside(text))), f"{days} days", every="15 min", quantities=wanted)


@pytest.mark.parametrize("text", ["diazepam 5 mg three times daily", "diazepam 10 mg three times daily"])
def test_usual_diazepam_makes_sleepy_and_lets_breathe(text: str):
    course = alone(text, days=14)
    assert course["respiratory_drive"].min() > 0.9
    assert 0.5 < course["drowsiness"].max() < 0.85
    assert course["coma"].max() < 0.01


@pytest.mark.parametrize("name", [name for name, drug in COMPANIONS.items() if drug.kind == "opioid"])
def test_a_usual_opioid_lets_breathe(name: str):
    drug = COMPANIONS[name]
    course = alone(f"{name} {drug.usual:g} mg every {24.0 / drug.a_day:g} h", days=14)
    assert 0.85 < course["respiratory_drive"].min() < 1.0


@pytest.mark.parametrize("dose", [40, 80])
def test_alcohol_adds_little_to_single_doses(dose: int):
    """interaction.alcohol-no-synergy.evans-2009: 0.75 g/kg 2.5 h after baclofen, mostly no worse than either alone."""
    drug, drink = parse(f"{dose} mg by mouth once"), alongside("alcohol 52.5 g at 10:30")

    def effect(*parts, model: str = "additive") -> float:
        group = Patients.of(Patient(weight=70.0), under(model))
        return simulate(group, Both(parts), "1 day", every="15 min", quantities=("sedation",))["sedation"].max()

    more, less = sorted((effect(drug), effect(drink)), reverse=True)
    assert effect(drug, drink, model="none") == pytest.approx(more, abs=1e-6)
    assert more < effect(drug, drink) < more + 0.5 * less


def test_every_fact_behind_a_companion_exists():
    facts = {fact for drug in KNOWN.values() for fact in drug.facts}
    facts |= {fact for model in INTERACTIONS.values() for fact in model.facts}
    assert all(fact in library() for fact in facts)
    assert all(library().get(fact).use != "check" for fact in facts)


def test_an_unknown_interaction_is_refused():
    with pytest.raises(InputError, match="additive"):
        under("addititive")
