"""The specification's claims on syndromes hold, and would not if the classifier knew nothing."""

from __future__ import annotations

import numpy as np
import pytest

from baclosim.claims import differential
from baclosim.claims.clinic import Clinic
from baclosim.claims.running import checks, chosen, run_check
from baclosim.evidence.library import library
from baclosim.syndromes import assessment
from baclosim.syndromes.weighing import calibration
from baclosim.syndromes.weighing.classifier import Evidence
from baclosim.syndromes.weighing.likelihood import states, tables

OURS = tuple(differential.CHECKS)


@pytest.mark.parametrize("name", OURS)
def test_they_hold(name: str) -> None:
    claim = chosen([name])[0]
    result = run_check(claim, checks()[name], Clinic(n=8))
    assert result.verdict in ("holds", "disagreement printed")
    assert result.facts
    assert all(fact in library() for fact in result.facts)


def test_a_classifier_that_weighs_nothing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def blind(evidence: Evidence, rows: slice = slice(None)) -> np.ndarray:
        return np.zeros((len(tables().prior[rows]), len(states())))

    monkeypatch.setattr(calibration, "log_posterior", blind)
    monkeypatch.setattr(assessment, "log_posterior", blind)
    claim = chosen(["syndrome.differential"])[0]
    assert run_check(claim, checks()[claim.id], Clinic(n=8)).verdict == "fails"
