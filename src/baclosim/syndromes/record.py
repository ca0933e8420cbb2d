"""What `assess --json` prints: one pydantic model, from which its JSON Schema is published."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ..evidence.library import library
from .assessment import NOTICE, Assessment
from .case import exposures
from .criteria import Verdict
from .reading import Reading


class Part(BaseModel):
    """A part that is read off an object of the same fields."""

    model_config = ConfigDict(from_attributes=True, extra="forbid")


class HeardRecord(Part):
    """What a text told."""

    understood: list[str]
    unclear: list[str] = Field(description="named, but left open: not used")
    left: list[str] = Field(description="parts of the text in which nothing was recognised")


class CaseRecord(Part):
    """The case as it was taken; what is not named is unknown."""

    title: str
    present: list[str]
    absent: list[str]
    values: dict[str, float] = Field(description="in the units of `baclosim assess --vocabulary`")
    exposures: dict[str, bool]
    drugs: list[str]
    pump: str
    onset: str


class ChanceRecord(Part):
    """One syndrome."""

    code: str
    name: str
    probability: float = Field(description="that it is there, alone or with another; these may sum to more than 1")
    low: float = Field(description="5 % of what uncertain frequencies and priors allow")
    high: float = Field(description="95 %")


class StateRecord(Part):
    """One state; the states exclude each other."""

    of: tuple[str, ...]
    name: str
    probability: float


class ReasonRecord(Part):
    """One piece of evidence on a syndrome."""

    name: str
    says: str
    bits: float = Field(description="by how much it raises the log-odds; negative speaks against")


class QuestionRecord(Part):
    """Something not yet known."""

    name: str
    says: str
    how: str
    bits: float = Field(description="of information that knowing it is expected to give")
    chance: float = Field(description="probability that it is there")
    if_there: dict[str, float]
    if_not: dict[str, float]


class LineRecord(Part):
    """One line of a set of criteria."""

    name: str
    asks: str
    holds: bool | None = Field(description="null when it is open")
    points: float


class CriteriaRecord(Part):
    """One set of criteria."""

    name: str
    verdict: Verdict
    signs: Verdict = Field(description="of the signs alone, were the exposure given")
    reason: str
    lines: list[LineRecord]
    score: tuple[float, float] | None = Field(description="least and most that is possible")


class ActionRecord(Part):
    """Something to do now."""

    says: str
    why: str
    facts: list[str]


class DrugRecord(Part):
    """One drug of the medication list."""

    name: str
    kind: str
    action: str
    says: str
    left: float | None = Field(description="share still in the body")
    gone: float | None = Field(description="h: five half-lives")
    counts: bool | None = Field(description="as a serotonergic exposure now; null when disputed or not known")


class PairRecord(Part):
    """Two drugs that are dangerous together."""

    first: str
    second: str
    danger: str
    says: str


class PredictedRecord(Part):
    """What the simulator predicted."""

    syndrome: str
    therapy: str
    hours: float
    share: float
    now: float
    factor: float
    says: str


class AssessmentRecord(Part):
    """An assessment as JSON."""

    notice: str
    case: CaseRecord
    text: HeardRecord | None
    urgent: list[ActionRecord]
    ranking: list[ChanceRecord]
    states: list[StateRecord]
    reasons: dict[str, list[ReasonRecord]]
    next: list[QuestionRecord]
    criteria: list[CriteriaRecord]
    serotonergic: list[DrugRecord]
    serotonergic_pairs: list[PairRecord]
    simulated: list[PredictedRecord]
    unweighed: list[str] = Field(description="findings that were told but have no frequencies")
    cautions: list[str]
    facts: list[str]
    sources: list[str]
    files: list[str] = []


def record(found: Assessment, reading: Reading, files: tuple[str, ...] = ()) -> AssessmentRecord:
    """An assessment as plain data."""
    whole: dict[str, Any] = {
        "notice": NOTICE,
        "case": _told(found),
        "text": reading.heard,
        "urgent": found.actions,
        "ranking": found.ranking,
        "states": found.states,
        "reasons": found.reasons,
        "next": found.questions,
        "criteria": found.criteria,
        "serotonergic": found.load.items,
        "serotonergic_pairs": found.load.pairs,
        "simulated": found.predicted,
        "unweighed": found.unweighed,
        "cautions": [str(caution) for caution in found.cautions],
        "facts": found.facts(),
        "sources": library().cite(*found.facts()),
        "files": files,
    }
    return AssessmentRecord.model_validate(whole)


def _told(found: Assessment) -> dict[str, Any]:
    case, known = found.case, found.case.known()
    return {
        "title": case.title,
        "present": [name for name, there in known.items() if there],
        "absent": [name for name, there in known.items() if not there],
        "values": case.values,
        "exposures": {name: exposed.there for name, exposed in exposures(case).items()},
        "drugs": [str(drug) for drug in case.drugs],
        "pump": case.pump,
        "onset": str(case.onset or ""),
    }
