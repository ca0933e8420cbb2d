"""What a reader of a result must know: a covariate outside the evidence, a value that is assumed, a note."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Caution:
    """One warning that travels with a result.

    about     what it concerns: a covariate, a parameter, a therapy
    says      one sentence; out-of-range covariates name the range of the evidence
    evidence  ids of the facts that set that range, or ()
    """

    about: str
    says: str
    evidence: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.about}: {self.says}"
