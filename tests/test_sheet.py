"""The patient's sheet: words that anyone understands, type that can be read, doses that do not run into each other."""

from __future__ import annotations

import dataclasses
import functools
import io
import re

import pypdf
import pytest

from baclosim.patient import Patient
from baclosim.plan import advice
from baclosim.plan.converting import to_pump, to_tablets
from baclosim.plan.plan import Check, Step, Take
from baclosim.plan.rescuing import overdose_steps, rescue_steps
from baclosim.plan.safety import CALL, OVERDOSE, PUMP_WITHDRAWAL, WITHDRAWAL
from baclosim.plan.titrating import titrate_pump
from baclosim.plan.titrating.titration_arms import pump_arms
from baclosim.plan.trial_dose import published_protocol
from baclosim.report import follow_up, pdf
from baclosim.report.sheet import called, render, sheet_of
from small_plan import SMALL_PLAN

ADVICE = (
    *advice.during_taper(pumped=True, by_mouth=True),
    *advice.during_taper(pumped=False, by_mouth=True),
    *advice.raising_tablets("5 mg per dose", 36.0),
    *advice.raising_pump(("drowsiness", "weakness", "worse walking")),
    *advice.ONTO_A_PUMP,
    *advice.OFF_A_PUMP,
    *follow_up.CHECKS,
)
JARGON = (
    "ashworth", "bolus", "intrathecal", "withdrawal", "titrat", "taper", "prescriber", "median", "goal", "tier",
    "canal", "agitation", "tachycardia", "interruption", "baseline", "`",
)  # fmt: skip
SCHOOL_YEARS = 8.0
TIMES = ("08:00", "12:00", "18:00", "22:00")


def grade(text: str) -> float:
    """Years of school that a text asks for, after Flesch and Kincaid; groups of vowels count as syllables."""
    words = re.findall(r"[A-Za-z]+", text)
    sentences = max(1, len(re.findall(r"[.!?:]+(?:\s|$)", text)))
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", word.lower().removesuffix("e")))) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def said(check: Check) -> str:
    return f"{check.when}: {check.do} {check.then}"


def plan(steps: int, what: str = "2 × 10 mg + 5 mg", times=TIMES):
    takes = tuple(Take(time, what, 25e3) for time in times)
    weeks = tuple(Step(168.0 * i, 168.0 * (i + 1), "25 mg", 1e5, takes=takes) for i in range(steps))
    return dataclasses.replace(SMALL_PLAN, steps=(*weeks, SMALL_PLAN.steps[-1]), advice=ADVICE[:2])


def with_pump(steps: int):
    """A pump that goes down while tablets take over."""
    both = (Take("pump", "227.5 ug/day", 227.5), *(Take(time, "10 mg + 5 mg", 15e3) for time in TIMES))
    weeks = tuple(Step(96.0 * i, 96.0 * (i + 1), "both", 227.5, "intrathecal", both) for i in range(steps))
    return dataclasses.replace(SMALL_PLAN, steps=(*weeks, SMALL_PLAN.steps[-1]), emergencies=(PUMP_WITHDRAWAL,))


Run = tuple[str, float, float, float]  # text, left, height, size of its type [pt]


def note_run(runs: list[Run], text: str, page: list[float], line: list[float], _: object, size: float) -> None:
    if text.strip():
        x = line[4] * page[0] + line[5] * page[2] + page[4]
        runs.append((text.strip(), x, line[4] * page[1] + line[5] * page[3] + page[5], size * abs(line[0] * page[0])))


def runs_of(content: bytes) -> list[Run]:
    """Every run of text of the first page of a file."""
    page = pypdf.PdfReader(io.BytesIO(content)).pages[0]
    runs: list[Run] = []
    page.extract_text(visitor_text=functools.partial(note_run, runs))
    return runs


def width(text: str, size: float) -> float:
    from matplotlib.ft2font import FT2Font

    font = FT2Font(f"{pdf.fonts()}/DejaVuSans.ttf")
    font.set_size(size, 72.0)
    font.set_text(text)
    return font.get_width_height()[0] / 64.0


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", ADVICE, ids=lambda check: check.when[:30])
def test_advice_needs_no_more_than_eight_years_of_school(check):
    assert grade(said(check)) <= SCHOOL_YEARS
    assert not [word for word in JARGON if word in said(check).lower()]


def stepwise():
    """Every step of the plans for home that concern a pump, in the words of the clinic and of the patient."""
    protocol, patient = published_protocol(), Patient(age=40, condition="multiple sclerosis")
    (arm, *_) = pump_arms(patient.covariates, 100.0)
    return (
        *titrate_pump.steps(protocol, arm, arm.policy("ashworth below 2", ("drowsiness",)), 100.0),
        *to_pump.steps(patient, "60 mg/day by mouth in 3 doses", protocol, 100.0),
        *to_tablets.steps("350 ug/day intrathecally", 8e4, 2e4),
    )


def test_steps_with_a_pump_are_told_in_plain_words_on_the_sheet():
    sheet = sheet_of(dataclasses.replace(SMALL_PLAN, steps=stepwise(), advice=ADVICE[:1]))
    told = " ".join(f"{line.says} {line.do}" for line in sheet.lines).lower()
    assert not [word for word in (*JARGON, "lumbar puncture", "candidate", "respon") if word in told]
    for done in {step.home for step in stepwise() if step.home}:
        assert grade(done) <= SCHOOL_YEARS, done
    ward = " ".join(line.do for line in sheet_of(dataclasses.replace(SMALL_PLAN, steps=stepwise())).lines)
    assert "by lumbar puncture" in ward


def test_the_measure_tells_hard_words_from_easy_ones():
    hard = "Restore intrathecal administration at the previously delivered dose without interruption of monitoring."
    assert grade(hard) > 2.0 * SCHOOL_YEARS
    assert grade("Call your doctor the same day. Do not stop.") < 4.0


def test_the_sheet_shows_the_advice_and_not_the_checks_of_the_clinic():
    sheet = sheet_of(dataclasses.replace(SMALL_PLAN, advice=ADVICE[:1]))
    assert sheet.checks == ADVICE[:1]
    assert (sheet.title, sheet.worse) == ("Coming off baclofen, step by step", "If you feel worse")
    assert SMALL_PLAN.title in sheet.about
    ward = sheet_of(SMALL_PLAN)
    assert (ward.checks, ward.title, ward.worse) == (SMALL_PLAN.checks, SMALL_PLAN.title, "If it goes wrong")


def test_no_sheet_tells_what_to_type():
    checks = (*to_pump.CHECKS, *to_tablets.CHECKS, *rescue_steps.CHECKS, *overdose_steps.CHECKS)
    assert not [check for check in checks if "`" in said(check)]
    done = (*(step.do for step in to_tablets.steps("350 ug/day", 8e4, 2e4)), rescue_steps.AFTER, overdose_steps.AGAIN)
    assert not [do for do in done if "`" in do]


def test_what_every_emergency_asks_for_is_said_once():
    calls, groups = called((WITHDRAWAL, OVERDOSE, PUMP_WITHDRAWAL))
    assert calls == (CALL,)
    assert [one.when for one in groups] == ["Too much baclofen", "Too little baclofen, or too little from the pump"]
    signs = [sign for one in groups for sign in one.signs]
    assert set(signs) == {*WITHDRAWAL.signs, *OVERDOSE.signs, *PUMP_WITHDRAWAL.signs}
    acts = [act for one in groups for act in one.act]
    assert {*calls, *acts} == {*WITHDRAWAL.act, *OVERDOSE.act, *PUMP_WITHDRAWAL.act}
    assert [act.startswith("Hospital staff") for act in groups[1].act] == [False, False, True, True]
    alone, (one,) = called((OVERDOSE,))
    assert (*alone, *one.act) == OVERDOSE.act
    page = render(dataclasses.replace(SMALL_PLAN, emergencies=(WITHDRAWAL, OVERDOSE, PUMP_WITHDRAWAL)))
    assert page.count(CALL) == 1


def test_what_several_steps_share_is_said_with_the_first():
    steps = tuple(Step(24.0 * i, 24.0 * (i + 1), "5 mg", 5e3, do=do) for i, do in enumerate(("", "a", "a", "a", "b")))
    lines = sheet_of(dataclasses.replace(SMALL_PLAN, steps=steps)).lines
    assert [line.do for line in lines] == ["", "a; the same for the next 2 steps", "", "", "b"]


def test_beside_a_pump_the_day_is_summed_over_the_tablets():
    sheet = sheet_of(with_pump(2))
    assert sheet.total == "Tablets in a day"
    assert [line.total for line in sheet.lines] == ["60 mg", "60 mg", "none"]
    assert sheet_of(plan(2)).total == "In a day"


def test_signs_in_a_dose_are_explained_where_they_occur():
    assert len(sheet_of(plan(2)).keys) == 2
    assert sheet_of(plan(2, "10 mg")).keys == ()
    assert "microgram" in "".join(sheet_of(dataclasses.replace(SMALL_PLAN, steps=stepwise())).keys)


# --- type -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", pdf.PAPERS)
@pytest.mark.parametrize(
    ("made", "least"), [(plan(3, "2 × 10 mg", TIMES[:3]), 12.0), (plan(12), 9.0), (plan(24), 9.0), (with_pump(10), 8.5)]
)
def test_type_can_be_read(paper, made, least):
    sizes = [size for text, _, _, size in runs_of(pdf.render_sheet(made, paper)) if "Never stop" in text]
    assert min(sizes) >= least - 0.01


@pytest.mark.parametrize("paper", pdf.PAPERS)
@pytest.mark.parametrize("made", [plan(3), plan(12), with_pump(10)])
def test_no_dose_runs_into_the_next(paper, made):
    doses = [run for run in runs_of(pdf.render_sheet(made, paper)) if re.search(r"\d ?(mg|ug)", run[0])]
    for text, x, y, size in doses:
        right = [left for other, left, height, _ in doses if abs(height - y) < 1.0 and left > x + 0.1 and other]
        assert x + width(text, size) <= min(right, default=1e9), text


def test_what_is_too_long_for_a_page_is_not_made_too_small_and_ends_with_its_advice():
    pages = pypdf.PdfReader(io.BytesIO(pdf.render_sheet(plan(40)))).pages
    assert len(pages) > 1
    last = pages[-1].extract_text()
    assert "If you feel worse" in last
    assert "signature" in last
    assert f"page {len(pages)} of {len(pages)}" in last
