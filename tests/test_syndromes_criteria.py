"""Criteria against hand evaluation, written out; and the laws of three-valued logic."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baclosim.syndromes.case import Case, Drug
from baclosim.syndromes.criteria import Judgement, both, either, judged, reached
from baclosim.syndromes.vignettes import vignettes
from baclosim.syndromes.vocabulary import findings

SERTRALINE = (Drug("sertraline", "started", 24.0),)
HALOPERIDOL = (Drug("haloperidol", "raised", 48.0),)


def case(there: str = "", absent: str = "", drugs: tuple[Drug, ...] = SERTRALINE, **more: object) -> Case:
    known = dict.fromkeys(there.split(), True) | dict.fromkeys(absent.split(), False)
    return Case(findings=known, drugs=drugs, **more)


def judgement(name: str, of: Case) -> Judgement:
    return next(j for j in judged(of) if j.name == name)


# --- logic ----------------------------------------------------------------------------------------------------------

KNOWN = st.sampled_from([True, False, None])


@given(st.lists(KNOWN, min_size=1, max_size=8), st.integers(0, 9))
def test_a_verdict_is_what_every_completion_of_the_unknown_agrees_on(parts: list[bool | None], least: int) -> None:
    unknown = [i for i, part in enumerate(parts) if part is None]
    completions = []
    for bits in range(2 ** len(unknown)):
        whole = list(parts)
        for place, i in enumerate(unknown):
            whole[i] = bool(bits >> place & 1)
        completions.append(whole)
    for ours, truth in ((both(parts), all), (either(parts), any)):
        outcomes = {truth(c) for c in completions}
        assert ours == (outcomes.pop() if len(outcomes) == 1 else None)
    counts = {sum(map(bool, c)) >= least for c in completions}
    assert reached(parts, least) == (counts.pop() if len(counts) == 1 else None)


# --- Hunter: Dunkley 2003. Any row, given a serotonergic drug -------------------------------------------------------

HUNTER = [
    ("spontaneous_clonus", "", "met"),  # row 1
    ("inducible_clonus agitation", "", "met"),  # row 2
    ("inducible_clonus diaphoresis", "", "met"),
    ("ocular_clonus agitation", "", "met"),  # row 3
    ("ocular_clonus diaphoresis", "", "met"),
    ("tremor hyperreflexia", "", "met"),  # row 4
    ("rigidity hyperthermia ocular_clonus", "agitation diaphoresis", "met"),  # row 5
    ("rigidity hyperthermia inducible_clonus", "agitation diaphoresis", "met"),
    ("tremor", "", "could still be met"),
    ("hyperreflexia", "tremor spontaneous_clonus inducible_clonus ocular_clonus", "not met"),
    ("rigidity hyperthermia", "clonus ocular_clonus tremor", "not met"),  # hypertonia alone never suffices
    ("agitation diaphoresis tremor", "clonus ocular_clonus hyperreflexia", "not met"),
    ("inducible_clonus", "agitation diaphoresis spontaneous_clonus ocular_clonus tremor rigidity", "not met"),
    ("inducible_clonus", "agitation diaphoresis spontaneous_clonus ocular_clonus tremor", "could still be met"),
]


@pytest.mark.parametrize(("there", "absent", "verdict"), HUNTER)
def test_hunter_by_hand(there: str, absent: str, verdict: str) -> None:
    assert judgement("Hunter", case(there, absent)).verdict == verdict


def test_hunter_names_the_rows_that_fired_and_those_still_open() -> None:
    found = judgement(
        "Hunter", case("tremor hyperreflexia inducible_clonus", "agitation ocular_clonus spontaneous_clonus")
    )
    assert [line.name for line in found.fired] == ["row 4"]
    assert [line.name for line in found.open] == ["row 2b", "row 5a"]
    assert {line.name: line.unknown for line in found.open}["row 2b"] == ("diaphoresis",)
    assert "tremor and hyperreflexia" in found.reason


def test_without_a_serotonergic_drug_hunter_does_not_apply_but_says_what_would_hold() -> None:
    found = judgement("Hunter", case("tremor hyperreflexia", drugs=()))
    assert (found.verdict, found.signs) == ("not applicable", "met")
    assert "no serotonergic drug is known" in found.reason
    assert judgement("Hunter", case("tremor hyperreflexia", drugs=(), complete=True)).verdict == "not applicable"


def test_a_serotonergic_drug_long_gone_is_no_exposure() -> None:
    gone = (Drug("sertraline", "stopped", 30 * 24.0),)
    lasting = (Drug("fluoxetine", "stopped", 30 * 24.0),)
    assert judgement("Hunter", case("tremor hyperreflexia", drugs=gone)).verdict == "not applicable"
    assert judgement("Hunter", case("tremor hyperreflexia", drugs=lasting)).verdict == "met"


# --- Sternbach 1991: three of ten, a new drug, no other cause, no neuroleptic ---------------------------------------

EXCLUDED = {"other_causes_excluded": True, "dopamine_blocker": False}


@pytest.mark.parametrize(
    ("there", "absent", "more", "verdict"),
    [
        ("tremor diaphoresis diarrhoea", "", EXCLUDED, "met"),
        ("tremor diaphoresis diarrhoea", "", {}, "could still be met"),  # other causes are not excluded yet
        ("tremor diaphoresis diarrhoea", "", {"other_causes_excluded": False}, "not met"),
        ("tremor diaphoresis diarrhoea", "", {**EXCLUDED, "dopamine_blocker": True}, "not met"),
        ("tremor diaphoresis", "", EXCLUDED, "could still be met"),
        (
            "tremor diaphoresis",
            "confusion elevated_mood agitation myoclonus hyperreflexia shivering diarrhoea incoordination hyperthermia",
            EXCLUDED,
            "not met",
        ),
    ],
)
def test_sternbach_by_hand(there: str, absent: str, more: dict[str, bool], verdict: str) -> None:
    assert judgement("Sternbach", case(there, absent, circumstances=more)).verdict == verdict


def test_a_drug_taken_for_years_leaves_sternbach_and_radomski_open() -> None:
    taken = (Drug("sertraline"),)
    signs = "tremor diaphoresis hyperreflexia myoclonus"
    assert judgement("Sternbach", case(signs, drugs=taken, circumstances=EXCLUDED)).verdict == "could still be met"
    assert judgement("Radomski", case(signs, drugs=taken)).verdict == "could still be met"
    assert judgement("Hunter", case(signs, drugs=taken)).verdict == "met"


# --- Radomski 2000: four major, or three major and two minor --------------------------------------------------------

ALL_MAJOR = (
    "confusion drowsiness mutism elevated_mood coma myoclonus tremor shivering rigidity hyperreflexia hyperthermia "
    "diaphoresis"
)
ALL_MINOR = (
    "agitation insomnia incoordination mydriasis akathisia tachycardia tachypnoea diarrhoea hypertension hypotension"
)


def but(names: str, *kept: str) -> str:
    return " ".join(name for name in names.split() if name not in kept)


@pytest.mark.parametrize(
    ("there", "absent", "verdict"),
    [
        ("tremor myoclonus hyperthermia diaphoresis", "", "met"),
        ("tremor myoclonus hyperthermia tachycardia diarrhoea", "", "met"),
        ("tremor myoclonus hyperthermia tachycardia", "", "could still be met"),
        (
            "tremor myoclonus hyperthermia tachycardia",
            f"{but(ALL_MAJOR, 'tremor', 'myoclonus', 'hyperthermia')} {but(ALL_MINOR, 'tachycardia')}",
            "not met",
        ),
        ("tachycardia diarrhoea mydriasis agitation", ALL_MAJOR, "not met"),  # minor signs alone never suffice
    ],
)
def test_radomski_by_hand(there: str, absent: str, verdict: str) -> None:
    assert judgement("Radomski", case(there, absent)).verdict == verdict


# --- NMS consensus (Gurrera 2011): points 20 18 17 13 10 10 7 5, cut-off 74 -----------------------------------------


def test_nms_points_by_hand() -> None:
    signs = "fever_twice rigidity confusion raised_ck diaphoresis incontinence"
    found = judgement("NMS consensus", case(signs, drugs=HALOPERIDOL))
    assert found.score == (20 + 18 + 17 + 13 + 10 + 10, 100)  # work-up and hypermetabolism open
    assert found.verdict == "met"


def test_nms_counts_only_what_the_source_asks_for() -> None:
    once = judgement("NMS consensus", case("hyperthermia rigidity confusion", drugs=HALOPERIDOL))
    assert once.score == (20 + 17 + 13, 100)  # fever must be measured twice
    assert once.verdict == "could still be met"
    limp = judgement("NMS consensus", case("confusion", "rigidity hyperthermia", drugs=HALOPERIDOL))
    assert limp.score == (33, 65)
    assert limp.verdict == "not met"


# --- the published cases of the evidence ----------------------------------------------------------------------------

APART = {
    "bzd-alprazolam-33m": (
        "not met there, as its note tells of serotonergic drugs and absent Hunter signs; neither is among its findings"
    )
}


@pytest.mark.parametrize("name", list(vignettes()))
def test_hunter_on_published_cases_agrees_with_the_evidence(name: str) -> None:
    vignette = vignettes()[name]
    wanted = {"indeterminate": "could still be met"}.get(vignette.hunter, vignette.hunter)
    if name in APART:
        assert judgement("Hunter", vignette.case).verdict == "not applicable" != wanted
    else:
        assert judgement("Hunter", vignette.case).verdict == wanted


def test_the_case_apart_is_not_met_once_its_note_is_told() -> None:
    told = vignettes()["bzd-alprazolam-33m"].case
    signs = {**told.findings, "clonus": False, "ocular_clonus": False}
    whole = replace(told, findings=signs, drugs=(*told.drugs, Drug("buspirone", "started", 12.0)))
    assert judgement("Hunter", whole).verdict == "not met"


# --- invariants -----------------------------------------------------------------------------------------------------

SIGNS = st.dictionaries(st.sampled_from(sorted(findings())), st.booleans(), max_size=14)


@given(SIGNS, st.sampled_from(sorted(findings())), st.booleans())
def test_learning_more_never_turns_a_settled_verdict(known: dict[str, bool], name: str, there: bool) -> None:
    before = Case(findings=known, drugs=SERTRALINE)
    if name in before.known():
        return
    after = Case(findings={**known, name: there}, drugs=SERTRALINE)
    if any(after.known().get(n, v) != v for n, v in before.known().items()):
        return  # it contradicts what is known
    for old, new in zip(judged(before), judged(after), strict=True):
        if old.verdict in ("met", "not met"):
            assert new.verdict == old.verdict
