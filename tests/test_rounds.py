"""What "morning, afternoon, night" on a plan means: the same hours in the language, the plan, its sheet and FHIR."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from baclosim.exchange.fhir import read
from baclosim.exchange.fhir.codes import tables
from baclosim.exchange.fhir.plans import WHEN
from baclosim.exchange.fhir.plans import export as export_plan
from baclosim.exchange.fhir.scenarios import patient as person_of
from baclosim.exchange.fhir.when import Zero
from baclosim.patient import Patient
from baclosim.plan.record import record
from baclosim.plan.tapering.taper import taper
from baclosim.therapy.language import parse
from baclosim.therapy.language.words import PARTS_OF_DAY
from baclosim.therapy.rounds import ROUNDS, at_rounds, rounds
from baclosim.therapy.timing import START_CLOCK, Every, TimesADay


@pytest.mark.parametrize("count", ROUNDS)
def test_rounds_are_what_the_language_says_of_their_names(count: int):
    said = " and ".join(f"{'at' if name in ('midday', 'night') else 'in the'} {name}" for name in ROUNDS[count])
    counted = at_rounds(parse(f"{10 * count} mg/day in {count} doses"))
    assert counted == parse(f"10 mg {said}")
    assert counted.doses(48.0).amount.sum() == 2 * count * 1e4


def test_an_interval_keeps_its_hours():
    assert rounds(Every(8.0)) == {}
    assert rounds(TimesADay(6)) == {}
    assert at_rounds(parse("10 mg every 8 h")) == parse("10 mg every 8 h")


@pytest.mark.parametrize("name", WHEN)
def test_fhir_reads_and_writes_the_same_hours(name: str):
    assert tables()["when"][WHEN[name]]["hours"] == [PARTS_OF_DAY[name]]


@pytest.mark.parametrize("count", [2, 3, 4])
def test_sheet_simulation_and_fhir_of_a_taper_agree(count: int):
    today = dt.date(2026, 11, 30)
    plan = record(taper(f"{20 * count} mg/day in {count} doses", "8 months", Patient(), patients=20, begins=today))
    first = plan.steps[0]
    named = [(PARTS_OF_DAY[take.at], take.amount_ug) for take in first.takes if take.amount_ug]
    simulated = parse(first.says).doses(24.0)
    hours = (START_CLOCK + simulated.time) % 24.0
    assert list(zip(hours.tolist(), simulated.amount.tolist(), strict=True)) == named
    content = export_plan(plan, "plan.json", person_of(Patient(), Zero(dt.datetime(2026, 11, 30, 8)))).files[0].content
    back = read(content, "plan", today=today, proposals=True).scenario.therapy.doses(24.0)
    assert np.allclose(back.time, simulated.time)
    assert np.allclose(back.amount, simulated.amount)
