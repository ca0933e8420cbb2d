"""The classifier: probability laws, the unknown, correlation, windows, gates, mixed states, information."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scipy.stats import beta, multivariate_normal, norm

from baclosim.evidence.library import library
from baclosim.syndromes import assess
from baclosim.syndromes.case import Case, Drug, Onset, exposures
from baclosim.syndromes.vignettes import NOT_SIGNS, vignettes
from baclosim.syndromes.vocabulary import findings, value_names
from baclosim.syndromes.weighing.calibration import calibrated, exact
from baclosim.syndromes.weighing.classifier import by_syndrome, evidence_of, log_posterior, normalised
from baclosim.syndromes.weighing.likelihood import (
    WORDS,
    finding_chances,
    method,
    of_range,
    rules,
    share_by_mouth,
    states,
    syndromes,
    tables,
    words,
)
from baclosim.syndromes.weighing.telling import entropy, questions
from baclosim.syndromes.weighing.timing import cumulative, windows

UNSHRUNK = (Phase.explicit, Phase.generate)  # shrinking takes minutes
CODES = (*syndromes(), "other")
WEIGHED = sorted(name for name in tables().finding if name in findings())


def probability(case: Case) -> dict[str, float]:
    mean = by_syndrome(normalised(log_posterior(evidence_of(case))))[1:].mean(axis=0)
    return dict(zip(CODES, mean.tolist(), strict=True))


def having(*names: str, absent: tuple[str, ...] = (), **more: object) -> Case:
    return Case(findings=dict.fromkeys(names, True) | dict.fromkeys(absent, False), **more)


# --- the tables come from the evidence ------------------------------------------------------------------------------


def test_every_row_of_the_matrix_is_used_and_every_syndrome_has_its_cell() -> None:
    rows = {str(row[0]) for row in library().table("differential.matrix.composite").rows}
    used = {*rules()["row"].values(), *(e["row"] for e in rules()["exposure"].values() if "row" in e)}
    assert used == rows
    assert all(set(row) == set(syndromes()) for row in finding_chances().values())
    assert len(syndromes()) == 13


def test_published_fractions_keep_their_value_and_words_their_range() -> None:
    row = finding_chances()["confusion"]
    assert row["serotonin_toxicity"].mean == pytest.approx(0.64)
    assert row["serotonin_toxicity"].grade == "published"
    for p, low, high in words().values():
        chance = of_range(p, low, high, "")
        assert chance.mean == pytest.approx(p)
        assert beta(chance.a, chance.b).std() == pytest.approx((high - low) / 3.92)


def test_numbers_written_by_hand_are_those_of_their_facts() -> None:
    table = dict(library().table(rules()["counts"]["serotonin_toxicity"]).rows)
    oral = dict(library().table(rules()["counts"]["oral_baclofen_withdrawal"]).rows)
    sepsis = dict(library().table(rules()["counts"]["sepsis_meningitis"]).rows)
    for name in ("shivering", "incoordination", "insomnia"):
        assert rules()["extra"][name]["serotonin_toxicity"] == table[name]
    assert rules()["extra"]["insomnia"]["oral_baclofen_withdrawal"] == oral["insomnia"]
    assert rules()["extra"]["rash"]["sepsis_meningitis"] == sepsis["rash"]


def test_no_held_out_fact_and_no_case_sets_a_likelihood() -> None:
    behind = {
        "differential.matrix.composite",
        WORDS,
        "differential.onset.windows",
    }
    behind |= set(rules()["counts"].values()) | {fact for entry in rules()["mixed"] for fact in entry["facts"]}
    for name in behind:
        assert library().get(name).use != "check"
        assert "vignette" not in name


def test_likelihoods_are_floored() -> None:
    for row in (*tables().finding.values(), *tables().exposure.values()):
        assert method("floor") <= row.min() <= row.max() <= 1.0 - method("floor")


# --- laws of probability --------------------------------------------------------------------------------------------

KNOWN = st.dictionaries(st.sampled_from(WEIGHED), st.booleans(), max_size=8)


@settings(max_examples=40, phases=UNSHRUNK)
@given(KNOWN)
def test_states_sum_to_one_and_no_syndrome_exceeds_it(known: dict[str, bool]) -> None:
    p = normalised(log_posterior(evidence_of(Case(findings=known))))
    assert p.sum(axis=1) == pytest.approx(1.0)
    assert np.isfinite(p).all()
    assert (p > 0.0).all()
    assert by_syndrome(p).max() <= 1.0 + 1e-12


@settings(max_examples=25, phases=UNSHRUNK)
@given(KNOWN, st.sampled_from(WEIGHED))
def test_not_knowing_is_the_mean_of_knowing(known: dict[str, bool], name: str) -> None:
    """The probability of the data, summed over what an unknown finding may be, is that without it."""
    case = Case(findings=known)
    evidence = evidence_of(case)
    if name not in [q.name for q in questions(case, evidence, ("nms",))]:
        return
    parts = [np.exp(log_posterior(evidence.with_finding(name, there))) for there in (True, False)]
    if "rigidity" in evidence.findings and name in ("lead_pipe_rigidity", "spasticity_increase"):
        return  # it replaces the vaguer finding
    dependants = {k for k, on in rules()["given"].items() if on.removeprefix("not ") == name}
    if dependants & evidence.findings.keys():
        return  # its rival's frequency was the marginal one
    assert np.allclose(parts[0] + parts[1], np.exp(log_posterior(evidence)), rtol=2e-3)  # that of the quadrature


def test_unknown_is_not_absent() -> None:
    unknown, absent = probability(having("rigidity")), probability(having("rigidity", absent=("hyperreflexia",)))
    assert unknown["itb_withdrawal"] > 1.2 * absent["itb_withdrawal"]
    nothing = probability(Case())
    assert max(nothing.values()) < 0.15
    assert nothing["nms"] == pytest.approx(nothing["stroke"], rel=0.1)


def test_order_of_telling_does_not_matter() -> None:
    names = ("tremor", "hyperthermia", "agitation", "clonus")
    assert probability(having(*names)) == pytest.approx(probability(having(*reversed(names))))


def test_findings_of_different_groups_are_plain_bayes() -> None:
    """Against Bayes' rule written out from the cells of the evidence, over the single syndromes."""
    matrix = {str(row[0]): row[1:] for row in library().table("differential.matrix.composite").rows}
    meaning = {str(w): float(str(p)) for w, p, *_ in library().table(WORDS).rows}

    def cells(row: str) -> np.ndarray:
        return np.array([meaning[str(c)] if str(c) in meaning else float(str(c)) for c in matrix[row]])

    yes, no = cells("pruritus without rash"), cells("headache")
    by_hand = yes * (1.0 - no)
    case = having("pruritus", absent=("headache",))
    ours = normalised(log_posterior(evidence_of(case), slice(0, 1)))[0, : len(syndromes())]
    assert ours / ours.sum() == pytest.approx(by_hand / by_hand.sum(), rel=1e-9)


# --- correlated findings --------------------------------------------------------------------------------------------


def test_a_pair_of_one_group_has_the_probability_of_a_bivariate_normal() -> None:
    from baclosim.syndromes.weighing.classifier import log_group

    rho = tables().correlation[0]
    for there in (True, False):
        known = {"tremor": there, "hyperreflexia": True}
        ours = np.exp(log_group(["tremor", "hyperreflexia"], known, slice(0, 1)))[0]
        for place in (0, 4, 9):
            a, b = (norm.ppf(tables().finding[n][0, place]) for n in ("tremor", "hyperreflexia"))
            joint = multivariate_normal([0, 0], [[1, rho], [rho, 1]]).cdf([a, b])
            assert ours[place] == pytest.approx(joint if there else norm.cdf(b) - joint, rel=2e-3)


def test_the_third_sign_of_a_group_says_less_than_the_first() -> None:
    place = CODES.index("serotonin_toxicity")

    def odds(*names: str) -> float:
        p = by_syndrome(normalised(log_posterior(evidence_of(having(*names)), slice(0, 1))))[0, place]
        return float(np.log(p / (1.0 - p)))

    alone = odds("myoclonus") - odds()
    after = odds("tremor", "clonus", "myoclonus") - odds("tremor", "clonus")
    assert 0.0 < after < alone


def test_one_fact_told_twice_counts_once() -> None:
    said = probability(having("hyperthermia"))
    measured = Case(findings={"hyperthermia": True}, values={"temperature": 39.0})
    warm = probability(measured)
    only = probability(Case(values={"temperature": 39.0}))
    assert warm == pytest.approx(only)
    assert abs(warm["nms"] - said["nms"]) < 0.1
    assert probability(having("rhabdomyolysis")) == pytest.approx(probability(having("raised_ck")))
    twice = having("spasticity_increase", "rigidity")
    assert probability(twice) == pytest.approx(probability(having("spasticity_increase")))


# --- exposures and onset --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "code"),
    [(n, e["defines"]) for n, e in rules()["exposure"].items() if "defines" in e],
)
def test_an_exposure_gates_the_syndrome_that_it_defines(name: str, code: str) -> None:
    base = probability(having("agitation"))[code]
    there = probability(having("agitation", circumstances={name: True}))[code]
    absent = probability(having("agitation", circumstances={name: False}))[code]
    assert absent < 0.25 * base < base < there


def test_a_route_that_nobody_told_is_shared_as_interruptions_are() -> None:
    assert 0.8 < share_by_mouth() < 0.95
    untold = probability(having("confusion", drugs=(Drug("baclofen", "stopped"),)))
    assert untold["oral_baclofen_withdrawal"] > untold["itb_withdrawal"] > 0.01
    told = probability(having("confusion", drugs=(Drug("baclofen", "stopped", route="intrathecal"),)))
    assert told["itb_withdrawal"] > told["oral_baclofen_withdrawal"]


def test_windows_keep_the_evidence_of_their_quantiles() -> None:
    for window in windows().values():
        median = np.array([window.median])
        shares = [float(cumulative(h, median, window)[0]) for h in (window.low, window.median, window.high)]
        assert shares == pytest.approx([0.05, 0.5, 0.95], abs=1e-3)


def test_onset_in_the_window_of_a_syndrome_speaks_for_it() -> None:
    drugs = (Drug("sertraline", "started"), Drug("haloperidol", "started"))
    fast = probability(having("rigidity", "hyperthermia", drugs=drugs, onset=Onset(3.0, 3.0)))
    slow = probability(having("rigidity", "hyperthermia", drugs=drugs, onset=Onset(120.0, 120.0)))
    assert fast["serotonin_toxicity"] > slow["serotonin_toxicity"]
    assert fast["nms"] < slow["nms"]


def test_each_syndrome_is_timed_from_its_own_trigger() -> None:
    def toxicity(sertraline: float, haloperidol: float) -> float:
        drugs = (Drug("sertraline", "started", sertraline), Drug("haloperidol", "started", haloperidol))
        return probability(having("rigidity", drugs=drugs, signs_for=1.0))["serotonin_toxicity"]

    assert toxicity(4.0, 150.0) > toxicity(150.0, 150.0)
    assert toxicity(4.0, 150.0) < toxicity(4.0, 3.0)  # too soon for haloperidol


def test_what_was_stopped_a_year_ago_explains_no_signs_that_begin_now() -> None:
    recent, old = (having("agitation", drugs=(Drug("baclofen", "stopped", h, route="oral"),)) for h in (48.0, 8000.0))
    assert probability(recent)["oral_baclofen_withdrawal"] > 0.3
    assert probability(old)["oral_baclofen_withdrawal"] < 0.05
    lasting = replace(old, signs_for=7970.0)
    assert probability(lasting)["oral_baclofen_withdrawal"] > 0.3


def test_a_complete_list_of_drugs_rules_the_others_out() -> None:
    open_list = having("rigidity", "hyperthermia", drugs=(Drug("haloperidol", "raised"),))
    assert "serotonergic" not in exposures(open_list)
    complete = replace(open_list, complete=True)
    assert not exposures(complete)["serotonergic"].there
    assert probability(complete)["serotonin_toxicity"] < 0.3 * probability(open_list)["serotonin_toxicity"]


def test_withdrawal_and_infection_can_both_be_there() -> None:
    case = having("hyperthermia", "spasticity_increase", "pruritus", "neck_stiffness", "headache", pump="interrupted")
    found = assess(replace(case, circumstances={"infection": True}), simulate=False)
    assert found.states[0].of == ("itb_withdrawal", "sepsis_meningitis")
    assert found.probability["itb_withdrawal"] > 0.5 < found.probability["sepsis_meningitis"]


# --- the simulator informs the prior --------------------------------------------------------------------------------


def test_a_small_dose_stopped_makes_withdrawal_less_likely_than_a_large_one() -> None:
    def stopped(dose: str) -> Case:
        return having("agitation", "tachycardia", drugs=(Drug("baclofen", "stopped", 48.0, dose, 5000.0, "oral"),))

    small, large = assess(stopped("5 mg/day")), assess(stopped("120 mg/day"))
    assert small.predicted[0].share < 0.2 < large.predicted[0].share
    assert small.probability["oral_baclofen_withdrawal"] < large.probability["oral_baclofen_withdrawal"]
    least, most = method("simulated")
    assert all(least <= p.factor <= most for p in (*small.predicted, *large.predicted))


def test_long_after_an_overdose_the_drug_no_longer_explains_coma() -> None:
    def taken(hours: float) -> Case:
        return having("coma", drugs=(Drug("baclofen", "overdose", hours, "800 mg"),))

    early, late = assess(taken(6.0)), assess(taken(20.0 * 24.0))
    assert early.predicted[0].share > 0.5 > late.predicted[0].share
    assert early.probability["baclofen_overdose"] > late.probability["baclofen_overdose"]


def test_nothing_is_simulated_without_dose_route_or_time() -> None:
    assert assess(having("agitation", drugs=(Drug("baclofen", "stopped", 48.0),))).predicted == ()
    assert assess(having("agitation", drugs=(Drug("baclofen", "stopped", 48.0, "60 mg/day"),))).predicted == ()
    assert (
        assess(having("agitation", drugs=(Drug("baclofen", "stopped", None, "60 mg/day", route="oral"),))).predicted
        == ()
    )


# --- reasons and questions ------------------------------------------------------------------------------------------


def test_expected_information_is_never_negative_and_bounded_by_the_question() -> None:
    case = having("hyperthermia", "rigidity", "confusion")
    found = questions(case, evidence_of(case), ("nms", "itb_withdrawal"))
    assert len(found) > 30
    for question in found:
        p = question.chance
        assert -1e-9 <= question.bits <= entropy(np.array([p, 1.0 - p])) + 1e-9
    assert [q.bits for q in found] == sorted((q.bits for q in found), reverse=True)


def test_answers_average_to_what_is_believed_now() -> None:
    case = having("hyperthermia", "rigidity", "confusion")
    evidence = evidence_of(case)
    now = by_syndrome(normalised(log_posterior(evidence, slice(0, 1))))[0, CODES.index("nms")]
    for question in questions(case, evidence, ("nms",))[:20]:
        if question.name in ("lead_pipe_rigidity", "spasticity_increase"):
            continue  # they replace the vaguer finding
        mean = question.chance * question.if_there["nms"] + (1.0 - question.chance) * question.if_not["nms"]
        assert mean == pytest.approx(now, abs=0.01), question.name


def test_nothing_known_is_asked_again() -> None:
    case = having("clonus", absent=("headache",), values={"temperature": 39.0}, circumstances={"infection": False})
    asked = {q.name for q in assess(case, simulate=False).questions}
    assert not asked & {"clonus", "headache", "hyperthermia", "hypothermia", "hyperpyrexia", "infection"}


def test_reasons_for_and_against_have_their_signs() -> None:
    found = assess(having("pruritus", "spasticity_increase", absent=("agitation",), pump="interrupted"), simulate=False)
    bits = {reason.name: reason.bits for reason in found.reasons["itb_withdrawal"]}
    assert bits["pruritus"] > 1.0 < bits["itb_interrupted"]


# --- published cases ------------------------------------------------------------------------------------------------


def test_every_finding_of_the_evidence_can_be_held() -> None:
    tables = ("differential.vocabulary.findings", *(vignette.fact for vignette in vignettes().values()))
    for name in {str(row[0]) for table in tables for row in library().table(table).rows}:
        assert name in (*NOT_SIGNS, *findings()) or name.lower() in value_names(), name


def test_published_diagnoses_lead() -> None:
    found = calibrated()
    assert len(found.cases) == 14
    assert found.within(1).hits >= 11
    assert found.within(3).hits >= 13
    assert sum(found.confusion().values()) == 14
    assert sum(b.true.n for b in found.bins) == 14 * 14


def test_exact_intervals() -> None:
    found = exact(13, 14)
    assert (found.low, found.high) == pytest.approx((beta.ppf(0.025, 13, 2), beta.ppf(0.975, 14, 1)))
    assert exact(0, 5).low == 0.0
    assert exact(5, 5).high == 1.0
    with pytest.raises(ValueError, match="no share"):
        exact(3, 0)


def test_states_are_single_none_or_mixed() -> None:
    assert ("other",) in states()
    assert ("itb_withdrawal", "sepsis_meningitis") in states()
    assert len(states()) == 14 + len(rules()["mixed"])
