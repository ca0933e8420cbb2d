"""Numbers as people write them: every reader agrees on which commas are certain, and refuses the others by name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baclosim.errors import InputError
from baclosim.exchange.fhir.amount import strength_of
from baclosim.individualise import read_persons
from baclosim.linear import one_compartment_oral, solve
from baclosim.patient import Patient
from baclosim.plan.goals import read_goal
from baclosim.pump.asked import Asked
from baclosim.scenario import loads
from baclosim.syndromes.text.history import dose_in
from baclosim.therapy.alongside import alongside
from baclosim.therapy.language import parse
from baclosim.units import number, read
from baclosim.web.dosetable import Row, sentence_of

CERTAIN = {
    "0,5": 0.5, "2,5": 2.5, "12,50": 12.5, "0,025": 0.025, ",5": 0.5, "1234,567": 1234.567,
    "1,000.5": 1000.5, "1.000,5": 1000.5, "12,500.25": 12500.25, "1,000,000": 1e6, "1.000.000": 1e6,
    "1.000": 1.0, "12.500": 12.5, "-0,5": -0.5, "2,5e3": 2500.0,
}  # fmt: skip
EITHER = ("1,000", "12,500", "350,000", "-1,000", "1,000e3")
NONE = ("1,00,0", "1.2.3", "1,000.5.2", "1.5,000.2")


@pytest.mark.parametrize("digits", CERTAIN)
def test_a_certain_number_is_read(digits: str):
    assert number(digits, "here") == CERTAIN[digits]
    assert read(f"{digits} ug/h", "dose rate") == CERTAIN[digits]


@pytest.mark.parametrize("digits", EITHER)
def test_a_number_that_is_one_or_a_thousand_is_refused_with_both_spellings(digits: str):
    with pytest.raises(InputError, match="thousands separator") as refused:
        read(f"{digits} ug/h", "dose rate", where="--dose")
    for spelled in (digits.replace(",", ""), digits.replace(",", ".")):
        assert f"'{spelled} ug/h'" in str(refused.value)


@pytest.mark.parametrize("digits", NONE)
def test_what_is_no_number_is_refused(digits: str):
    with pytest.raises(InputError, match="a number"):
        number(digits, "here")


@given(st.integers(0, 10**9), st.integers(1, 99))
def test_grouped_thousands_with_a_decimal_point_are_what_they_say(whole: int, cents: int):
    assert number(f"{whole:,}.{cents:02d}", "here") == float(f"{whole}.{cents:02d}")


SCENARIO = '[patient]\nweight = "{}"\n[[therapy]]\noral = "10 mg every 8 h"\n[simulate]\nuntil = "1 day"\n'


def observed(level: str) -> object:
    table = {"time": ["20 h"], "what": ["plasma"], "value": [level], "unit": ["ng/mL"]}
    return read_persons(table, therapy="10 mg by mouth every 8 h")


def recorded(amount: str) -> object:
    table = {"id": [1, 1], "time": [0.0, 1.0], "amt": [amount, "."], "evid": [1, 0]}
    return solve(one_compartment_oral(), table)


def daily_dose(text: str) -> None:
    asked = Asked()
    asked.daily_dose(text)
    asked.done()


READERS: dict[str, tuple[Callable[[str], object], str]] = {
    "language": (parse, "{} ug/day intrathecally"),
    "table of doses": (lambda amount: parse(sentence_of((Row(amount, "every 8 h"),))), "{} mg"),
    "scenario": (lambda weight: loads(SCENARIO.format(weight)), "{} kg"),
    "patient": (lambda weight: Patient(age=40, weight=weight), "{} kg"),
    "creatinine": (lambda given: Patient(age=40, sex="female", serum_creatinine=given), "{} umol/L"),
    "drugs alongside": (alongside, "gabapentin {} mg at night"),
    "goal": (read_goal, "plasma below {} ng/mL"),
    "options of the pump": (daily_dose, "{} ug/day"),
    "a fit's records": (observed, "{}"),
    "dose records": (recorded, "{}"),
}


@pytest.mark.parametrize("name", READERS)
def test_every_reader_refuses_what_may_be_a_thousandfold(name: str):
    reads, text = READERS[name]
    with pytest.raises(InputError) as refused:
        reads(text.format("1,000"))
    assert "Write '1000" in str(refused.value)
    assert "or '1.000" in str(refused.value)


PUMPS = {
    "2,000 mcg/mL": 2000.0, "1,000 ug/ml": 1000.0, "10,000 mcg/20 mL": 500.0, "40,000 mcg / 20 mL": 2000.0,
    "1,500 mg/mL": 1500.0, "0,500 mg/mL": 500.0,
}  # fmt: skip


@pytest.mark.parametrize("words", PUMPS)
def test_a_concentration_is_read_where_pumps_are_filled_with_one_of_its_two_readings(words: str):
    found = strength_of(None, {"text": f"Baclofen {words} intrathecal"})
    assert found.per_ml == pytest.approx(PUMPS[words])
    assert bool(found.note) == (not words.startswith("0"))


@pytest.mark.parametrize("words", ["20,000 mcg/mL", "500,000 mcg/1,000 mL", "10,000 mcg", "5,000 mcg/mL"])
def test_a_strength_of_which_pumps_know_none_or_both_is_not_used_and_says_why(words: str):
    found = strength_of(None, {"text": f"Baclofen {words}"})
    assert (found.per_ml, found.per_piece) == (None, None)
    assert "not used, because" in found.note
    assert f"Write '{words.replace(',', '')}'" in found.note


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from(["ug", "mg", "g"]), st.integers(1, 50))
def test_at_most_one_reading_of_a_concentration_is_one_of_pumps(many: int, rest: int, unit: str, volume: int):
    found = strength_of(None, {"text": f"{many},{rest:03d} {unit}/{volume} mL"})
    assert found.note
    scale = {"ug": 1.0, "mg": 1e3, "g": 1e6}[unit] / volume
    inside = [one for one in (many * 1000 + rest, many + rest / 1e3) if 50 <= one * scale * (1 + 1e-12) <= 4000]
    assert len(inside) < 2
    if found.per_ml is not None:
        assert found.per_ml == pytest.approx(inside[0] * scale)


def test_a_history_in_prose_reads_english_thousands_and_decimal_commas():
    assert dose_in("baclofen 1,000 mg")[1] == "1000 mg"
    assert dose_in("baclofen 22,5 mg a day")[0] == "22.5 mg/day"
    assert dose_in("took 0,5 g of baclofen")[1] == "0.5 g"
