"""Notes as they are charted: what happened to drugs and pump, or did not, how much was taken, and failing kidneys."""

from __future__ import annotations

import pytest

from baclosim.patient import Patient
from baclosim.syndromes.case import exposures
from baclosim.syndromes.text.language import heard
from baclosim.syndromes.weighing.course import predicted
from baclosim.syndromes.weighing.likelihood import finding_chances


@pytest.mark.parametrize(
    ("text", "change", "told"),
    [
        ("overdose", "overdose", "baclofen overdose"),
        ("No fever, overdose last night, GCS 5", "overdose", "baclofen overdose 12 h ago"),
        ("Takes baclofen 60 mg/day. Overdosed 6 h ago; drowsy.", "overdose", "baclofen overdose 6 h ago"),
        ("54 year old man, overdose, baclofen pump, drowsy", "taken", "pump: excess"),
    ],
)
def test_an_overdose_is_one_of_baclofen_where_no_other_drug_is_named(text: str, change: str, told: str) -> None:
    read = heard(text)
    assert read.drugs["baclofen"].change == change
    assert told in read.understood
    assert not read.left


@pytest.mark.parametrize(
    ("text", "unclear"),
    [
        (
            "Sertraline 50 mg. Overdose, drowsy.",
            ["'Overdose': it is not said of which drug, so that it is not weighed"],
        ),
        ("Possible overdose; drowsy.", ["'overdose': not clear whether there was one"]),
        ("Overdose? Drowsy.", ["'Overdose': not clear whether there was one"]),
        ("No overdose. Drowsy.", []),
        ("Overdose of paracetamol. Drowsy.", ["'Overdose of paracetamol': of a drug that is not weighed here"]),
        ("Paracetamol overdose; takes no opioids.", ["'Paracetamol overdose': of a drug that is not weighed here"]),
        (
            "No fever, overdose yesterday of unknown tablets, GCS 9",
            ["'overdose': it is not said of which drug, so that it is not weighed"],
        ),
    ],
)
def test_an_overdose_that_is_open_denied_or_of_another_drug_is_none_of_baclofen(text: str, unclear: list[str]) -> None:
    read = heard(text)
    assert "baclofen" not in read.drugs
    assert read.unclear == unclear


def test_drowsy_is_told_back_as_drowsiness_and_speaks_for_too_much() -> None:
    read = heard("drowsy")
    assert read.understood == ["drowsiness"]
    row = finding_chances()["drowsiness"]
    assert row["baclofen_overdose"].mean > max(chance.mean for code, chance in row.items() if "withdrawal" in code)


def test_a_creatinine_by_itself_tells_no_clearance() -> None:
    read = heard("drowsy, creat 2.1")
    assert not read.patient
    assert not read.circumstances
    assert "told without age, sex, weight" in read.unclear[0]


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("54M 80 kg creat 2.1 mg/dL", ("54 years", "male", "80 kg", "2.1 mg/dL")),
        ("70 year old woman, 60 kg, creatinine 450 umol/L", ("70 years", "female", "60 kg", "450 umol/L")),
        ("A man of 66 years old, weighs 154 lb, SCr: 4.5", ("66 years", "male", "69.9 kg", "4.5 mg/dL")),
        ("58kg 71F Cr 186", ("71 years", "female", "58 kg", "186 umol/L")),
    ],
)
def test_a_creatinine_with_age_sex_and_weight_is_a_clearance_like_that_of_a_patient(
    text: str, about: tuple[str, str, str, str]
) -> None:
    age, sex, weight, creatinine = about
    person = Patient(age=age, sex=sex, weight=weight, serum_creatinine=creatinine)
    read = heard(f"{text}, confused")
    assert read.patient["creatinine_clearance"] == pytest.approx(person.covariates.creatinine_clearance, abs=0.051)
    assert "Cockcroft-Gault 1976 (creatinine " in " ".join(read.understood)


@pytest.mark.parametrize(
    ("text", "fail", "lacks"),
    [
        ("creat 4.5", True, "without age, sex, weight"),
        ("70 yo F creat 2.1", True, "without weight"),
        ("creat 3.2", False, "without age, sex, weight"),  # a man of 40 years and 70 kg clears 30.4 mL/min
        ("creat 3.3", True, "without age, sex, weight"),  # 29.5
        ("40 yo man, creatinine 1.1", False, "without weight"),
        ("8 yo boy 25 kg creatinine 2.0", False, "below 18 years"),
        ("70F 60 kg creatinine 60 mg/dL", False, "0.1 to 25 mg/dL"),
        ("eGFR 60, creat 5", False, "the clearance is told"),
    ],
)
def test_a_creatinine_without_all_of_them_tells_what_is_missing_and_counts_when_it_is_plainly_high(
    text: str, fail: bool, lacks: str
) -> None:
    read = heard(text)
    assert read.circumstances.get("kidney_failure", False) is fail
    assert lacks in read.unclear[0]


def test_a_slow_release_tablet_is_no_creatinine() -> None:
    assert not heard("paroxetine CR 25 mg daily").unclear


OF_OVERDOSE = [
    ("Overdose of baclofen.", True),
    ("Took an overdose of her baclofen.", True),
    ("AMS 2/2 baclofen OD", True),
    ("No fever after overdose of baclofen.", True),
    ("No fever, overdose of baclofen.", True),
    ("Not febrile, overdosed on baclofen.", True),
    ("Denies SI, took 40 tabs baclofen 20 mg.", True),
    ("Baclofen 800 mg taken 3 h ago, no fever.", True),
    ("On baclofen 60 mg/day. Overdose of her tablets.", True),
    ("No overdose of baclofen.", False),
    ("Denies overdose of baclofen.", False),
    ("Denies fever, seizures, baclofen overdose.", False),
    ("He denies having taken an overdose of baclofen.", False),
    ("Did not overdose on baclofen.", False),
    ("DIDNT OVERDOSE ON BACLOFEN", False),
    ("Never overdosed on baclofen.", False),
    ("Overdose of baclofen was excluded.", False),
    ("Baclofen overdose was ruled out.", False),
    ("Baclofen overdose denied.", False),
    ("There is no evidence of a baclofen overdose.", False),
    ("On baclofen 20 mg tid, without overdose.", False),
    ("Denies taking 800 mg of baclofen.", False),
    ("Never took more than 60 mg of baclofen.", False),
    ("Possible baclofen overdose.", None),
    ("?baclofen overdose", None),
    ("Baclofen overdose?", None),
    ("Rule out baclofen overdose.", None),
    ("Baclofen overdose cannot be excluded.", None),
    ("Overdose not excluded.", None),
    ("Baclofen overdose unlikely.", None),
    ("No h/o baclofen overdose", None),
]


@pytest.mark.parametrize(("text", "there"), OF_OVERDOSE, ids=[o[0] for o in OF_OVERDOSE])
def test_an_overdose_is_denied_and_doubted_as_findings_are(text: str, there: bool | None) -> None:
    read = heard(text)
    overdosed = [drug for drug in read.drugs.values() if drug.change == "overdose"]
    assert bool(overdosed) is (there is True)
    assert any("no overdose" in says for says in read.understood) is (there is False)
    assert any("not clear whether there was" in says for says in read.unclear) is (there is None)
    assert (exposures(read.case()).get("baclofen_excess") is not None) is (there is True)


@pytest.mark.parametrize(
    "text",
    [
        "Baclofen was not stopped.",
        "Denies stopping baclofen.",
        "Has not missed any baclofen doses.",
        "On baclofen, not stopped.",
    ],
)
def test_baclofen_that_was_not_stopped_is_taken(text: str) -> None:
    read = heard(text)
    assert read.drugs["baclofen"].change == "taken"
    assert "baclofen not stopped" in read.understood
    assert not read.left


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        ("not taking his baclofen for 3 days", 72.0),
        ("no baclofen x 2 days", 48.0),
        ("hasn't had baclofen since Tues", None),
        ("baclofen held x3d for AKI", 72.0),
        ("62F h/o MS on PO baclofen 20 TID ran out 2d ago p/w AMS", 48.0),
        ("s/p fall, h/o CVA, on baclofen 80mg/d, stopped 3d PTA, rigid", 72.0),
        ("AMS 2/2 baclofen w/d", None),
    ],
)
def test_baclofen_that_is_taken_no_more_was_stopped(text: str, ago: float | None) -> None:
    drug = heard(text).drugs["baclofen"]
    assert (drug.change, drug.ago) == ("stopped", ago)


@pytest.mark.parametrize(
    "text", ["Takes baclofen 60 mg/day. Overdosed 6 h ago.", "Baclofen 60 mg/day, overdosed 6 h ago."]
)
def test_a_daily_dose_is_not_the_amount_of_an_overdose(text: str) -> None:
    read = heard(text)
    assert (read.drugs["baclofen"].change, read.drugs["baclofen"].dose) == ("overdose", "")
    assert "of how much is not said" in read.unclear[-1]
    assert "60 mg/day" in " ".join((*read.understood, *read.unclear))
    assert not predicted(read.case())


@pytest.mark.parametrize(
    ("text", "dose"),
    [
        ("took 30 tablets of baclofen 10 mg two hours ago", "300 mg"),
        ("pt took ~40 tabs baclofen 20 mg each at 2200", "800 mg"),
        ("swallowed baclofen 20 mg x40", "800 mg"),
        ("takes 2 tablets of baclofen 10 mg tid", "30 mg/day"),
        ("baclofen 5mg bid", "10 mg/day"),
        ("baclofen 20 mg q6h", "80 mg/day"),
        ("baclofen 10 mg three times a day", "30 mg/day"),
    ],
)
def test_tablets_taken_at_once_and_doses_a_day_are_worked_out(text: str, dose: str) -> None:
    drug = heard(text).drugs["baclofen"]
    assert drug.dose == dose
    assert (drug.change == "overdose") is (not dose.endswith("day"))


@pytest.mark.parametrize(
    ("text", "pump", "says"),
    [
        ("No pump alarm, no stall.", "", "pump: no 'alarm'"),
        ("denies fever, pump stalled 3 d ago", "interrupted", "pump: interrupted since 3 days"),
        ("Possible pump failure.", "", "'failure' of the pump: not clear whether that is so"),
        ("nurse gave 10x dose of ITB at refill 2h ago", "excess", "pump: excess since 2 h"),
    ],
)
def test_what_is_denied_of_a_pump_is_told_as_that(text: str, pump: str, says: str) -> None:
    read = heard(text)
    assert read.pump == pump
    assert says in (*read.understood, *read.unclear)


CHARTED = [
    ("haldol 5mg IV given yesterday now stiff febrile 39.8 CK 12k confused", "rigidity hyperthermia confusion", ""),
    ("DENIES ETOH, NO FEVER, AAOX3", "", "hyperthermia confusion drowsiness coma"),
    ("62F h/o MS on PO baclofen ran out 2d ago p/w AMS, tremors, VH", "confusion tremor hallucinations", ""),
    ("Denies that he has had seizures", "", "seizure"),
    ("No seizures since baclofen was stopped", "", "seizure"),
    ("Seizure unlikely", "", ""),
    ("PUPILS PINPOINT, AREFLEXIC", "miosis hyporeflexia", ""),
]


@pytest.mark.parametrize(("text", "there", "absent"), CHARTED, ids=[c[0] for c in CHARTED])
def test_notes_as_they_are_charted(text: str, there: str, absent: str) -> None:
    assert heard(text).findings == dict.fromkeys(there.split(), True) | dict.fromkeys(absent.split(), False)


def test_twelve_thousand_written_with_a_k() -> None:
    assert heard("CK 12k, WBC 18k").values == {"ck": 12000.0, "white_cells": 18000.0}


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("GCS 3 after OD of baclofen", "overdose"),
        ("OD'd on baclofen 3 h ago", "overdose"),
        ("overdosed on baclofen yesterday", "overdose"),
        ("intentional od baclofen 800 mg", "overdose"),
        ("baclofen 10 mg OD with meals", "taken"),
        ("takes baclofen 10mg od on Mondays", "taken"),
    ],
)
def test_od_is_an_overdose_unless_it_follows_a_dose(text: str, change: str) -> None:
    assert heard(text).drugs["baclofen"].change == change


@pytest.mark.parametrize("words", ["ESRD on HD", "AKI", "on dialysis", "stage 5 CKD"])
def test_failing_kidneys_as_clinicians_write_them(words: str) -> None:
    assert heard(f"{words}, baclofen 5 mg tid, confused").circumstances["kidney_failure"]
