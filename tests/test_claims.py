"""The specification is covered or said not to be; bounds are kept; and a check can fail."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from baclosim.claims.clinic import Clinic, spread
from baclosim.claims.findings import (
    VERDICTS,
    Bound,
    at_least,
    at_most,
    between,
    disputed,
    measured,
    missing,
    told,
    verdict_of,
)
from baclosim.claims.running import checks, chosen, run_check, run_checks
from baclosim.cli.app import app
from baclosim.errors import InputError
from baclosim.evidence.library import library
from baclosim.parameters import parameters

KNOWN = {claim.id: claim for claim in library().claims()}


def clinic(**changed: float) -> Clinic:
    """A small clinic, some of whose typical values are false."""
    table = dict(parameters())
    for name, value in changed.items():
        table[name] = replace(table[name], value=value, interval=(value, value))
    return Clinic(table=table, n=24)


def verdict(name: str, where: Clinic) -> str:
    return run_check(KNOWN[name], checks()[name], where).verdict


# --- bounds and verdicts ------------------------------------------------------------------------------------


def test_a_bound_holds_its_ends_and_nothing_that_is_no_number() -> None:
    assert between(1.0, 2.0).contains(1.0)
    assert between(1.0, 2.0).contains(2.0)
    assert not at_most(2.0).contains(2.1)
    assert not at_least(2.0).contains(1.9)
    assert not Bound().contains(float("nan"))


def test_verdicts() -> None:
    good, bad = measured("a", 1.0, "", at_least(0.0)), measured("b", 1.0, "", at_most(0.0))
    shown, both = measured("c", 1.0), disputed("d", "one says yes, another no", ["oral.food.peterson-1985"])
    assert verdict_of([good, shown]) == "holds"
    assert verdict_of([good, bad]) == "fails"
    assert verdict_of([good, both]) == "disagreement printed"
    assert verdict_of([bad, both]) == "fails"
    assert verdict_of([good, missing("e", "not there")]) == "not yet covered"
    assert verdict_of([bad, missing("e", "not there")]) == "fails"
    assert verdict_of([shown]) == "fails"
    assert verdict_of([]) == "fails"


def test_words_hold_only_with_all_that_they_need() -> None:
    assert told("a", "Racemate of R and S", [], needs=("racemate", "S")).holds
    assert told("a", "Racemate", [], needs=("racemate", "R active")).holds is False
    assert told("a", "Racemate", []).holds is None


def test_a_spread_is_the_median_with_nine_tenths_of_the_patients() -> None:
    found = spread(np.linspace(0.0, 100.0, 101))
    assert (found.low, found.value, found.high) == pytest.approx((5.0, 50.0, 95.0))


# --- the specification --------------------------------------------------------------------------------------


def test_every_claim_appears_exactly_once_covered_or_not() -> None:
    ids = [claim.id for claim in chosen(())]
    assert ids == list(KNOWN)
    assert len(ids) == len(set(ids)) == 51
    assert set(checks()) <= set(ids)
    uncovered = run_check(chosen(ids[:1])[0], None, clinic())
    assert (uncovered.verdict, uncovered.findings) == ("not yet covered", ())


def test_an_unknown_claim_is_named_with_the_nearest() -> None:
    with pytest.raises(InputError, match=r"body\.kidney"):
        chosen(["body.kidny"])
    assert {claim.id for claim in chosen(["csf"])} == {"csf.hundredth", "csf.fewer-side-effects", "csf.gradient"}


@pytest.fixture(scope="module")
def results() -> dict[str, str]:
    return {result.claim.id: result.verdict for result in run_checks(["drug", "body", "csf", "pump"])}


@pytest.mark.parametrize("name", [c for c in KNOWN if c.split(".")[0] in ("drug", "body", "csf", "pump")])
def test_drug_body_fluid_and_pump_hold(name: str, results: dict[str, str]) -> None:
    assert results[name] in ("holds", "disagreement printed")


def test_cited_facts_exist_and_verdicts_are_known() -> None:
    for result in run_checks(["drug", "body", "receptor"], clinic()):
        assert result.verdict in VERDICTS
        assert all(fact in library() for fact in result.facts)


# --- checks can fail ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("body.excretion", {"renal_per_creatinine": 0.1}),
        ("body.absorption", {"absorption_rate": 0.02}),
        ("body.half-life", {"renal_per_creatinine": 0.1, "nonrenal_clearance": 100.0}),
        ("body.kidney", {"renal_per_creatinine": 0.01, "nonrenal_clearance": 9000.0}),
        ("csf.hundredth", {"spinal_loss_rate": 20.0}),
        ("csf.gradient", {"dispersion_lumbar": 1e5, "dispersion_neck": 1e5}),
        ("csf.fewer-side-effects", {"brain_csf_weight": 20.0}),
        ("receptor.reflexes", {"cord_slow_rate": 5.0, "cord_fast_rate": 0.05}),
        ("harm.ventilation", {"coma_half_effective": 500.0}),
        ("withdrawal.rate", {"withdrawal_gain": 0.0}),
    ],
)
def test_a_false_parameter_makes_a_check_fail(name: str, changed: dict[str, float]) -> None:
    assert verdict(name, clinic(**changed)) == "fails"


def test_a_false_fact_makes_an_answer_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    book = library()
    false = replace(book.facts["regulatory.identity"], statement="C10H13ClNO2, a racemate; R active.")
    swapped = replace(book, facts={**book.facts, false.id: false})
    monkeypatch.setattr("baclosim.claims.drug.library", lambda: swapped)
    assert verdict("drug.identity", clinic()) == "fails"


def test_a_result_names_what_it_rests_on() -> None:
    result = run_check(KNOWN["body.excretion"], checks()["body.excretion"], clinic())
    assert "oral.fraction_unchanged.wuis-1989" in result.facts
    assert "absorption_lag" in result.weak
    assert not any(name.startswith("pump") for name in result.weak)


# --- what people type ---------------------------------------------------------------------------------------


def test_the_command_prints_numbers_bounds_and_evidence() -> None:
    done = CliRunner().invoke(app, ["claims", "body.excretion", "drug.history"])
    assert done.exit_code == 0
    assert "body.excretion: HOLDS" in done.stdout
    assert "[wanted: 0.65 to 0.9]" in done.stdout
    assert "drug.history: HOLDS" in done.stdout


def test_the_command_as_json() -> None:
    done = CliRunner().invoke(app, ["claims", "drug.history", "--json"])
    (record,) = json.loads(done.stdout)
    assert record["id"] == "drug.history"
    assert record["verdict"] == "holds"
    assert {"what", "value", "unit", "interval", "bound", "holds", "facts"} <= set(record["findings"][0])


def test_results_and_figures_in_a_folder(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["claims", "drug.misuse-trend", "--out", str(tmp_path / "new")])
    assert done.exit_code == 0
    names = {path.name for path in (tmp_path / "new").iterdir()}
    pictures = ("misuse-trend", "alcohol-ratios", "alcohol-differences", "withdrawal-cases")
    assert names == {"claims.json", *(f"{name}.svg" for name in pictures)}
    assert json.loads((tmp_path / "new" / "claims.json").read_text())[0]["verdict"] == "holds"


def test_a_claim_that_does_not_exist_is_bad_input() -> None:
    done = CliRunner().invoke(app, ["claims", "body.kidny"])
    assert done.exit_code == 2
    assert "Traceback" not in done.output
