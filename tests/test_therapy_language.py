"""The dosing language: sentences to exact doses, back to one sentence, and errors that say where and what."""

import re
from math import ceil
from pathlib import Path

import numpy as np
import pytest

from baclosim.errors import TherapyError
from baclosim.therapy.doses import CHANNELS
from baclosim.therapy.language import parse

DAY = 24.0


def mg(text, until=10 * DAY, **arguments):
    """(time h, amount mg) of each dose."""
    doses = parse(text).doses(until, **arguments)
    return [(round(float(t), 6), round(float(a) / 1000, 6)) for t, a in zip(doses.time, doses.amount, strict=True)]


def every(interval, amount, start=0.0, end=10 * DAY):
    return [(round(start + i * interval, 6), amount) for i in range(ceil((end - start) / interval))]


EXACT = {
    "10 mg by mouth every 8 h": every(8, 10),
    "10 mg every 8 hours": every(8, 10),
    "take baclofen 10mg p.o. q8h": every(8, 10),
    "10 mg 8-hourly": every(8, 10),
    "20 mg tds": every(8, 20),
    "20 mg t.i.d.": every(8, 20),
    "20 mg 3 times a day": every(8, 20),
    "20 mg 3x daily": every(8, 20),
    "20 mg bd": every(12, 20),
    "20 mg twice a day": every(12, 20),
    "20 mg qid": every(6, 20),
    "20 mg qds": every(6, 20),
    "20 mg once daily": every(24, 20),
    "20 mg daily": every(24, 20),
    "20 mg at night": every(24, 20, start=14),
    "20 mg in the morning": every(24, 20),
    "20 mg at 8 pm": every(24, 20, start=12),
    "10 mg every other day": every(48, 10),
    "10 mg every third day for 6 days": [(0, 10), (72, 10)],
    "10 mg once a week": [(0, 10), (168, 10)],
    "60 mg/day in 3 doses": every(8, 20),
    "60 mg daily in three divided doses": every(8, 20),
    "2 tablets of 10 mg every 8 h": every(8, 20),
    "2 x 10 mg tds": every(8, 20),
    "half a 10 mg tablet twice daily": every(12, 5),
    "one and a half tablets of 10 mg twice daily": every(12, 15),
    "½ tablet of 10 mg twice daily": every(12, 5),
    "2,5 mg every 12 h": every(12, 2.5),
    "200 mg once": [(0, 200)],
    "a single dose of 500 mg": [(0, 500)],
    "200 mg once on day 3": [(48, 200)],
    "100 mg every hour for 5 doses": every(1, 100, end=5),
    "5 doses of 100 mg every hour": every(1, 100, end=5),
    "10 mg every 30 minutes for 2 h": every(0.5, 10, end=2),
    "10 mg at 08:00, 14:00 and 22:00 for 1 day": [(0, 10), (6, 10), (14, 10)],
    "10 mg at 08:00 and 20 mg at 22:00 for 2 days": [(0, 10), (14, 20), (24, 10), (38, 20)],
    "5 mg in the morning, 5 mg at noon and 10 mg at night for 1 day": [(0, 5), (4, 5), (14, 10)],
    "10 mg at 07:00 for 3 days": [(23, 10), (47, 10), (71, 10)],
    "10 mg on Mondays, Wednesdays and Fridays": [(0, 10), (48, 10), (96, 10), (168, 10), (216, 10)],
    "10 mg at night on Tuesdays": [(38, 10), (206, 10)],
    "10 mg twice daily on weekends": [(120, 10), (132, 10), (144, 10), (156, 10)],
    "10 mg at night every other day for 5 days": [(14, 10), (62, 10), (110, 10)],
    "10 mg three times daily until day 2": every(8, 10, end=48),
    "10 mg three times daily from day 9": every(8, 10, start=192),
    "5 mg every 8 h for 1 day, then 10 mg three times daily for 1 day, then stop": every(8, 5, end=24)
    + every(8, 10, 24, 48),
    "5 mg every 8 h for 3 days, then 10 mg three times daily, then stop": every(8, 5, end=72) + every(8, 10, 72),
    "5 mg tds for 1 day, 10 mg tds": every(8, 5, end=24) + every(8, 10, 24),
    "days 1-3: 5 mg tds; days 4-6: 10 mg tds; from day 7: 15 mg tds": every(8, 5, end=72)
    + every(8, 10, 72, 144)
    + every(8, 15, 144),
    "5 mg tds, then 10 mg tds from day 3": every(8, 5, end=48) + every(8, 10, 48),
    "10 mg tds for 2 days, then nothing for 3 days, then 10 mg tds": every(8, 10, end=48) + every(8, 10, 120),
    "20 mg as a loading dose, then 5 mg every 6 h for 1 day": [(0, 20), (6, 5), (12, 5), (18, 5), (24, 5)],
    "20 mg once, then nothing for 5 h, then 10 mg once": [(0, 20), (5, 10)],
    "5 mg tds, increase by 5 mg every 3 days up to 20 mg three times daily": every(8, 5, end=72)
    + every(8, 10, 72, 144)
    + every(8, 15, 144, 216)
    + every(8, 20, 216),
    "5 mg three times daily, increase by 15 mg/day every day up to 15 mg three times daily": every(8, 5, end=24)
    + every(8, 10, 24, 48)
    + every(8, 15, 48),
    "20 mg twice daily for 2 days, then reduce by 20 mg/day every 2 days to zero": every(12, 20, end=48)
    + every(12, 10, 48, 96),
    "20 mg twice daily, taper to zero by 20 mg/day every 2 days": every(12, 20, end=48) + every(12, 10, 48, 96),
    "10 mg in the morning and 20 mg at night for 1 day, reduce by 15 mg/day every day to 15 mg/day, then stop": [
        (0, 10), (14, 20), (24, 5), (38, 10),
    ],
    "40 mg once daily, reduce by 50 % every day down to 5 mg for 2 days, then stop": [
        (0, 40), (24, 20), (48, 10), (72, 5), (96, 5),
    ],
    "10 mg once on day 1, 20 mg once on day 2, 30 mg once on day 4": [(0, 10), (24, 20), (72, 30)],
    "10 mg morning, noon and night for 1 day": [(0, 10), (4, 10), (14, 10)],
    "10 mg every 8 h for 1 day, missing the 2nd dose": [(0, 10), (16, 10)],
    "10 mg every 8 h for 2 days, missing the 2nd, 3rd and 5th doses": [(0, 10), (24, 10), (40, 10)],
    "10 mg every 8 h for 1 day, missing 100 % of doses at random": [],
}  # fmt: skip


@pytest.mark.parametrize("text", EXACT)
def test_sentence_means_exactly_these_doses(text):
    assert mg(text) == EXACT[text]


@pytest.mark.parametrize("text", EXACT)
def test_sentence_prints_and_reads_back(text):
    regimen = parse(text)
    assert parse(str(regimen)) == regimen
    assert str(parse(str(regimen))) == str(regimen)


NORMAL = {
    "20 mg tds": "20 mg by mouth three times daily",
    "0,025 g tds": "25 mg by mouth three times daily",
    "2,5 mg tds": "2.5 mg by mouth three times daily",
    "1,000,000 ug once": "1000 mg by mouth once",
    "half a 10 mg tablet twice daily": "half a tablet of 10 mg by mouth twice daily",
    "2 % gel, 5 g on 100 cm2 twice daily": "5 g of 2 % gel to 100 cm2 of skin twice daily",
    "100 mg by gel to 200 cm2 for 12 h each day": "100 mg in gel to 200 cm2 of skin worn for 12 h once daily",
    "0.35 mg/day intrathecally": "350 ug/day intrathecally",
    "350 µg/d by pump": "350 ug/day intrathecally",
    "50 ug bolus intrathecally": "50 ug intrathecally once",
    "50 mcg by lumbar puncture": "50 ug intrathecally once",
    "15 mg intravenously over 10 minutes": "15 mg intravenously over 10 minutes once",
    "5 mg/h iv": "120 mg/day intravenously",
    "10 mg tds on weekdays after meals": "10 mg by mouth three times daily on weekdays with food",
    "10 mg tds with 80 % adherence": "10 mg by mouth three times daily, missing 20 % of doses at random",
    "350 ug/day intrathecally, increase by 15 % every day up to 600 ug/day": (
        "350 ug/day intrathecally, then increase by 15 % every day up to 600 ug/day"
    ),
}


@pytest.mark.parametrize("text", NORMAL)
def test_normalised_sentence(text):
    assert str(parse(text)) == NORMAL[text]


WRONG = {
    "": "It is empty",
    "10 every 8 h": "Did you mean '10 mg'?",
    "10 mg": "how often",
    "60 mg/day": "in how many doses",
    "0 mg every 8 h": "an amount above zero",
    "-5 mg every 8 h": "an amount above zero",
    "nan mg every 8 h": "finite number",
    "5-10 mg every 8 h": "not a range",
    "1,000 mg once": "Write '1000' or '1.000', whichever is meant",
    "10 mg evry 8 h": "Did you mean 'every'?",
    "10 ml every 8 h": "not a volume",
    "10 mg every 0 h": "an interval from a minute",
    "10 mg every 8": "a unit of time",
    "10 mg at 25:00": "00:00 to 23:59",
    "10 mg at 08:75": "00:00 to 23:59",
    "10 mg twice a week": "name the days",
    "350 mg/day intrathecally": "Did you mean 350 ug/day?",
    "50 mg bolus intrathecally": "Did you mean 50 ug?",
    "20 ug by mouth every 8 h": "Did you mean 20 mg?",
    "25 g by mouth once": "Did you mean 25 mg?",
    "10 g by mouth every 8 h": "Did you mean 10 mg?",
    "350 mg every 8 h": "at most 1000 mg/day by mouth for more than a day. Did you mean 35 mg?",
    "30 g/day in 3 doses": "Did you mean 30 mg/day?",
    "10 g every 8 h for 2 days, then stop": "Did you mean 10 mg?",
    "600 mg tds and 600 mg at night": "at most 1000 mg/day",
    "20 tablets of 20 mg tds": "at most 1000 mg/day",
    "50 mg/kg twice daily": "at most 20 mg/kg/day",
    "10 mg tds, increase by 100 mg every day up to 900 mg": "at most 1000 mg/day",
    "5000 mg tablets three times daily": "tablets of at most 50 mg",
    "20 mg rectally twice daily": "route.rectal.kriel-1997",
    "20 mg subcutaneously twice daily": "no evidence",
    "10 mg intravenously twice daily with food": "food only",
    "5 g of 2 % gel twice daily": "the area",
    "5 g of 80 % gel on 10 cm2 twice daily": "at most 50 %",
    "5 g of 2 % gel on 100 cm2 twice daily worn for 20 h": "before the next application",
    "10 mg on 100 cm2 intravenously once": "one route",
    "diazepam 5 mg at night": "alongside",
    "10 mg tds, then 20 mg tds": "how long it lasts",
    "10 mg once, then 20 mg once": "a pause",
    "stop, then 10 mg tds": "nothing for 2 days",
    "increase by 5 mg every 3 days up to 20 mg": "a dose before it",
    "5 mg tds, increase by 5 mg every 3 days up to 60 mg/day": "one dose or of the whole day",
    "5 mg tds, increase by 5 mg up to 20 mg": "how often it changes",
    "5 mg tds, increase by 5 mg every day": "where it ends",
    "5 mg tds, increase by 5 mg every day to zero": "Did you mean 'reduce'?",
    "20 mg tds, reduce by 5 mg every day to 30 mg": "Did you mean 'increase'?",
    "20 mg tds, reduce by 10 % every day to zero": "never reaches zero",
    "5 mg tds, increase by 5 mg every day up to 20 mg twice daily": "same times of day",
    "5 mg tds, increase by 1 ug every day up to 20 mg": "1000 changes",
    "5 mg tds for 10 days, then 10 mg tds from day 3": "a start after the step before it ends",
    "10 mg tds from day 5 until day 3": "an end after its start",
    "10 mg tds for 3 days and 20 mg at night": "'then'",
    "20 mg qds, reduce by 10 mg every week to zero": "one dose or of the whole day",
    "10 mg daily for 5 days a week": "name the days",
    "10 mg daily every week": "one pattern of days",
    "10 mg, 20 mg and 10 mg at 08:00, 14:00 and 22:00": "how often",
    "10 mg 3 to 4 times daily": "a unit of mass",
    "10 mg up to three times daily": "how often",
    "1 tablet at night": "strength",
    "10 mg and 350 ug/day intrathecally, increase by 5 mg/day every day up to 60 mg/day": "how often",
    "10 mg tds and 350 ug/day intrathecally, increase by 5 mg/day every day up to 60 mg/day": "by one route",
    "10 mg 20 mg tds": "Join two doses",
    "10 mg tds 20 mg bd": "'and'",
    "raise by 15 % every 24 h until ashworth below 2 or drowsiness": "needs visits",
    "10 mg tds if spasms return": "needs visits",
    "10 mg as needed": "needs visits",
    "350 ug/day intrathecally, missing the 3rd dose": "A continuous flow has none",
    "10 mg tds, missing 120 % of doses": "0 to 100 %",
    "10 mg every 8 h\x00": "control character",
    "10 mg every 8 h " * 200: "at most 2000 characters",
    "hello world": "a word of the dosing language",
    "then": "a dose, such as",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_said(text):
    with pytest.raises(TherapyError, match=re.escape(WRONG[text])):
        parse(text)


def test_every_problem_is_listed_with_its_place():
    with pytest.raises(TherapyError) as caught:
        parse("10 mg evry 8 h for 3 days, then 10 every 8 h for 2 days, then 20 ug tds, then 5 mg dialy")
    text = "10 mg evry 8 h for 3 days, then 10 every 8 h for 2 days, then 20 ug tds, then 5 mg dialy"
    places = [int(re.findall(r"character (\d+)", p.where)[0]) for p in caught.value.problems]
    assert places == [text.index(said) + 1 for said in ("evry", "dialy", "10 every", "20 ug")]


@pytest.mark.parametrize("text", ["10 mg tree times daily", "10 mg three tmes daily", "tree tablets of 10 mg tds"])
def test_a_slip_is_listed_once(text):
    with pytest.raises(TherapyError) as caught:
        parse(text)
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    "text", ["10 g once", "a single dose of 500 mg", "200 mg every hour for 5 doses", "350 mg every 8 h for 1 day"]
)
def test_an_overdose_that_ends_is_allowed(text):
    assert parse(text).doses(48.0).total("mouth") >= 500e3


GOING_ON = {
    "20 mg every 8 h for 20 h, then 10 mg every 8 h": [(0, 20), (8, 20), (16, 20), (24, 10), (32, 10)],
    "20 mg every 8 h for 20 h, then 10 mg every 6 h": [(0, 20), (8, 20), (16, 20), (22, 10), (28, 10), (34, 10)],
    "20 mg every 12 h for 18 h, then 10 mg every 8 h for 1 dose, then stop": [(0, 20), (12, 20), (20, 10)],
    "20 mg every 8 h for 20 h, then nothing for 2 h, then 10 mg every 8 h": [
        (0, 20), (8, 20), (16, 20), (24, 10), (32, 10),
    ],
    "20 mg every 8 h for 20 h, then nothing for 10 h, then 10 mg tds": [(0, 20), (8, 20), (16, 20), (30, 10)],
    "20 mg every 8 h for 20 h, then 50 mg once, then 10 mg every 8 h": [(0, 20), (8, 20), (16, 20), (20, 50), (28, 10)],
}  # fmt: skip


@pytest.mark.parametrize("text", GOING_ON)
def test_doses_go_on_in_their_rhythm_where_a_step_ends_between_two(text):
    assert mg(text, until=36.0) == GOING_ON[text]


def test_problems_of_meaning_are_all_listed():
    with pytest.raises(TherapyError) as caught:
        parse("20 ug tds for 3 days, then 25 g tds")
    assert [p.given for p in caught.value.problems] == ["20 ug tds for 3 days", "25 g tds"]


@pytest.mark.parametrize("given", [None, 10, 2.5, b"10 mg", ["10 mg"]])
def test_what_is_not_text_is_refused(given):
    with pytest.raises(TherapyError):
        parse(given)


def test_channels_and_durations():
    text = "15 mg intravenously over 10 minutes once"
    infusion = parse(text).doses(24)
    assert [CHANNELS[c] for c in infusion.channel] == ["vein"]
    assert infusion.duration == pytest.approx([1 / 6])
    flow = parse("240 ug/day intrathecally for 2 days, then 480 ug/day intrathecally").doses(72)
    assert [CHANNELS[c] for c in flow.channel] == ["catheter", "catheter"]
    np.testing.assert_allclose(flow.amount, [480, 480])
    np.testing.assert_allclose(flow.duration, [48, 24])
    bolus = parse("50 ug bolus intrathecally").doses(24)
    assert [CHANNELS[c] for c in bolus.channel] == ["lumbar puncture"]


def test_start_clock_moves_clock_times_and_weekdays_only():
    assert mg("20 mg at night for 1 day", start_clock=0.0) == [(22, 20)]
    assert mg("20 mg every 8 h for 1 day", start_clock=0.0) == every(8, 20, end=24)
    tuesday = 24.0 + 8.0
    assert mg("20 mg on Wednesdays", until=72, start_clock=tuesday) == [(24, 20)]


def test_dose_per_weight_needs_a_weight():
    regimen = parse("2 mg/kg/day in 4 doses")
    assert regimen.needs_weight
    assert regimen.doses(24, weight=20.0).total("mouth") == pytest.approx(40e3)
    each = regimen.doses(24, patients=2, weight=np.array([20.0, 40.0]))
    assert [each.amount[each.patient == i].sum() for i in (0, 1)] == pytest.approx([40e3, 80e3])
    with pytest.raises(TherapyError, match="body weight"):
        regimen.doses(24)


def test_totals():
    assert parse("20 mg four times daily, then reduce by 10 mg/day every week to zero").doses(1e4).total() == (
        pytest.approx(1000 * 7 * (80 + 70 + 60 + 50 + 40 + 30 + 20 + 10))
    )
    assert parse("350 ug/day intrathecally").doses(30 * DAY).total("catheter") == pytest.approx(30 * 350)


def test_nothing_before_the_start():
    assert len(parse("10 mg every 8 h").doses(0.0)) == 0
    assert len(parse("10 mg every 8 h from day 5").doses(48.0)) == 0


def test_too_many_doses_are_refused():
    with pytest.raises(TherapyError, match="at most"):
        parse("10 mg every 1 minute").doses(1e8)


def test_random_misses_are_a_patients_own():
    regimen = parse("10 mg every 8 h, missing 20 % of doses at random")
    many = regimen.doses(30 * DAY, patients=600, seed=3)
    assert len(many) / (600 * 90) == pytest.approx(0.8, abs=0.01)
    part = regimen.doses(30 * DAY, patients=10, seed=3, first=300)
    for i in range(10):
        np.testing.assert_array_equal(part.time[part.patient == i], many.time[many.patient == 300 + i])
    longer = regimen.doses(60 * DAY, patients=600, seed=3)
    mine = longer.time[(longer.patient == 5) & (longer.time < 30 * DAY)]
    np.testing.assert_array_equal(mine, many.time[many.patient == 5])
    other = regimen.doses(30 * DAY, patients=600, seed=4)
    assert len(other.time) != len(many.time) or not np.array_equal(other.time, many.time)


def test_a_flow_is_never_missed():
    both = parse("350 ug/day intrathecally and 10 mg by mouth every 8 h, missing 100 % of doses")
    assert set(both.doses(48).channel) == {CHANNELS.index("catheter")}


NOTED = {
    "10 mg tds with food": ("oral.food.peterson-1985",),
    "30 mg tds": ("label.dose_range.us",),
    "1500 ug/day intrathecally": ("dose.above-1000.recalled",),
    "30 mg intravenously": ("iv.tolerance.schmitz-2017",),
    "5 g of 2 % gel on 100 cm2 twice daily": (
        "topical.mean_flux.microneedle",
        "topical.film_bioavailability.iraq",
        "topical.bakplo_systemic.barton-2011",
    ),
    "200 ug bolus intrathecally": (),
    "10 mg tds, then stop": (),
}


@pytest.mark.parametrize("text", NOTED)
def test_notes_carry_their_evidence(text):
    assert [note.evidence for note in parse(text).notes] == [NOTED[text]]


def test_ordinary_doses_have_no_notes():
    for text in (
        "20 mg four times daily",
        "350 ug/day intrathecally",
        "5 mg intravenously",
        "50 ug bolus intrathecally",
    ):
        assert parse(text).notes == ()


def test_every_fact_named_exists():
    folder = Path(__file__).parents[1] / "src" / "baclosim" / "evidence" / "facts"
    known = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.toml"))
    for text in NOTED:
        for note in parse(text).notes:
            assert all(f'id = "{fact}"' in known for fact in note.evidence)


@pytest.mark.parametrize(
    "given",
    ["350 mcg/d IT", "350mcg/day ITB", "350 ug/day via pump", "350 ug/day by the ITB pump"],
)
def test_intrathecal_in_short(given):
    assert parse(given) == parse("350 ug/day intrathecally")


def test_what_is_taken_is_no_route():
    """IT is intrathecal, "it" is what is taken: "take it 10 mg q8h" would be a thousandfold overdose."""
    for given in ("take it 10 mg q8h", "TAKE IT 10 MG Q8H"):
        with pytest.raises(TherapyError, match="'it"):
            parse(given)


def test_by_a_tube_is_by_mouth():
    assert parse("10 mg tid via PEG") == parse("10 mg by mouth three times daily")
