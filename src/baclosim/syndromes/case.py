"""A case: what is there, what is not, what was measured, and what was given or stopped when.

Whatever is not told is unknown, never absent. Two states of knowledge are kept apart from each other by being in a
mapping or not: `case.findings.get("clonus")` is True, False or None.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import inf
from typing import Literal

from ..drugs.serotonergic import listed
from .measured import findings_from
from .medicines import classes_of
from .vocabulary import findings
from .words import hours_in_words

Change = Literal["started", "raised", "taken", "lowered", "stopped", "overdose"]
Status = Literal["", "none", "working", "interrupted", "excess"]
STATUSES: tuple[str, ...] = ("none", "working", "interrupted", "excess")
GIVEN = ("started", "raised", "taken", "overdose")
LESS = ("lowered", "stopped")
FAILING_KIDNEYS = 30.0  # mL/min
WINDOW = 120.0  # h; five days, where no half-life is known: what was stopped longer ago no longer counts


@dataclass(frozen=True)
class Drug:
    """One drug of the history.

    name    generic name; change: the last thing that happened to it
    ago     h from that change to the presentation, None when not told
    dose    as written, before the change when it was lowered or stopped; since: h for which it had been taken
    route   "oral", "intrathecal", "" when not told
    """

    name: str
    change: Change = "taken"
    ago: float | None = None
    dose: str = ""
    since: float | None = None
    route: str = ""

    def __str__(self) -> str:
        when = "" if self.ago is None else f" {hours_in_words(self.ago)} ago"
        return " ".join(word for word in (self.name, self.route, self.dose, self.change) if word) + when


@dataclass(frozen=True)
class Onset:
    """Hours from the change of a drug to the first signs: more than `low`, at most `high`."""

    low: float
    high: float

    def __str__(self) -> str:
        if self.low == 0.0:
            return f"within {hours_in_words(self.high)}"
        if self.low == self.high:
            return hours_in_words(self.low)
        return f"{hours_in_words(self.low)} to {hours_in_words(self.high)}"


@dataclass(frozen=True)
class Case:
    """One patient at presentation.

    findings     name -> whether it is there; what is not named is unknown
    values       name -> number in the unit of the vocabulary
    drugs        the history, as far as it is told
    circumstances  exposures that are no drug: name -> whether
    pump         "none", "working", "interrupted" (less than programmed comes out), "excess", "" when not told
    pump_ago     h since the pump's trouble began
    onset        h from the change that is blamed to the first signs
    signs_for    h for which there have been signs
    complete     whether every drug of the last weeks is listed, so that other classes are known to be absent
    patient      age, weight and kidneys, as far as they are told: name -> number
    """

    title: str = ""
    findings: Mapping[str, bool] = field(default_factory=dict)
    values: Mapping[str, float] = field(default_factory=dict)
    drugs: tuple[Drug, ...] = ()
    circumstances: Mapping[str, bool] = field(default_factory=dict)
    pump: Status = ""
    pump_ago: float | None = None
    onset: Onset | None = None
    signs_for: float | None = None
    complete: bool = False
    patient: Mapping[str, float] = field(default_factory=dict)

    def known(self) -> dict[str, bool]:
        """Every finding that is known, those that numbers and other findings imply included."""
        known = dict(findings_from(self.values)) | dict(self.findings)
        known |= dict.fromkeys(implied(known), True)
        if "clonus" not in known and known.get("spontaneous_clonus") is known.get("inducible_clonus") is False:
            known["clonus"] = False
        if known.get("clonus") is False:
            known |= {"spontaneous_clonus": False, "inducible_clonus": False}
        if known.get("rigidity") is False:
            known |= {"lead_pipe_rigidity": False, "spasticity_increase": False}
        disturbed = [known[name] for name in ("urinary_retention", "incontinence") if name in known]
        if any(disturbed) or len(disturbed) == 2:
            known["urinary_disturbance"] = any(disturbed)
        return known

    def baclofen(self) -> tuple[Drug, ...]:
        """What is told of baclofen."""
        return tuple(drug for drug in self.drugs if drug.name == "baclofen")


def implied(known: Mapping[str, bool]) -> Iterator[str]:
    """Findings that must be there because others are."""
    for name, is_there in known.items():
        if is_there and name in findings():
            for other in findings()[name].implies:
                yield other
                yield from implied({other: True})


@dataclass(frozen=True)
class Exposed:
    """Whether a patient was exposed, when that is known: h from the exposure to presentation, and to what."""

    there: bool
    ago: float | None = None
    to: str = ""


def exposures(case: Case) -> dict[str, Exposed]:
    """Every exposure that is known, by name; `baclofen_lowered` is one whose route was not told."""
    known: dict[str, Exposed] = {}
    for drug in sorted(case.drugs, key=newest):
        for name in exposures_of(drug):
            known.setdefault(name, Exposed(True, drug.ago, str(drug)))
    known |= pump_exposures(case)
    known = {
        name: exposed if lasts(name, exposed, case) else replace(exposed, there=False)
        for name, exposed in known.items()
    }
    for name, there in case.circumstances.items():
        known[name] = Exposed(there)
    if kidneys_fail(case) and any(d.change in GIVEN and d.route != "intrathecal" for d in case.baclofen()):
        known.setdefault("baclofen_excess", Exposed(True, to="baclofen with failing kidneys"))
    if case.complete:
        known = {**dict.fromkeys(unlisted(known), Exposed(False, to="not among the drugs listed")), **known}
    return known


LASTS = {
    "itb_interrupted": 336.0,
    "oral_baclofen_lowered": 336.0,
    "baclofen_lowered": 336.0,
    "alcohol_stopped": 336.0,
    "benzodiazepine_stopped": 1008.0,
    "baclofen_excess": 168.0,
    "anaesthetic": 72.0,
    "anticholinergic": 72.0,
}
"""h after which an exposure no longer explains signs that begin; assumed. One untreated withdrawal lasted 9 days."""


def lasts(name: str, exposed: Exposed, case: Case) -> bool:
    """Whether an exposure can still explain the signs: always, when the time from it to them is told."""
    if exposed.ago is None or case.onset is not None:
        return True
    return exposed.ago - (case.signs_for or 0.0) <= LASTS.get(name, inf)


def newest(drug: Drug) -> tuple[bool, float]:
    """Drugs by how lately they changed; one that is merely taken comes last."""
    return drug.change == "taken", inf if drug.ago is None else drug.ago


def kidneys_fail(case: Case) -> bool:
    """Whether the kidneys are told to fail."""
    clearance = case.patient.get("creatinine_clearance", FAILING_KIDNEYS)
    return bool(case.circumstances.get("kidney_failure")) or clearance < FAILING_KIDNEYS


OF_DRUGS = ("serotonergic", "dopamine_blocker", "anaesthetic", "anticholinergic", "alcohol_stopped",
            "benzodiazepine_stopped", "itb_interrupted", "oral_baclofen_lowered", "baclofen_excess")  # fmt: skip


def unlisted(known: Mapping[str, Exposed]) -> Iterator[str]:
    """Exposures that a complete list of drugs rules out; not a route of baclofen that was left open."""
    for name in OF_DRUGS:
        if not ("baclofen_lowered" in known and name in ("itb_interrupted", "oral_baclofen_lowered")):
            yield name


def pump_exposures(case: Case) -> dict[str, Exposed]:
    """What the pump's state says about intrathecal baclofen."""
    if case.pump == "interrupted":
        return {"itb_interrupted": Exposed(True, case.pump_ago, "pump or catheter fails")}
    if case.pump == "excess":
        return {
            "baclofen_excess": Exposed(True, case.pump_ago, "pump gives too much"),
            "itb_interrupted": Exposed(False, to="pump gives too much"),
        }
    if case.pump in ("working", "none"):
        return {"itb_interrupted": Exposed(False, to="no pump" if case.pump == "none" else "pump works")}
    return {}


def exposures_of(drug: Drug) -> Iterator[str]:
    """Names of the exposures that one drug of the history is."""
    classes = classes_of(drug.name)
    if drug.name == "baclofen":
        yield from baclofen_exposures(drug)
    if "serotonergic" in classes and (drug.change in GIVEN or counts_still(drug)):
        yield "serotonergic"
    if drug.change in GIVEN:
        yield from (name for name in ("dopamine_blocker", "anaesthetic", "anticholinergic") if name in classes)
    if drug.change in LESS:
        yield from (f"{name}_stopped" for name in ("alcohol", "benzodiazepine") if name in classes)
        if "dopamine_agonist" in classes:
            yield "dopamine_blocker"
        if "antiseizure" in classes:
            yield "epilepsy"


def baclofen_exposures(drug: Drug) -> Iterator[str]:
    """Names of the exposures that a change of baclofen is."""
    if drug.change == "overdose":
        yield "baclofen_excess"
    elif drug.change in LESS:
        yield {"intrathecal": "itb_interrupted", "oral": "oral_baclofen_lowered"}.get(drug.route, "baclofen_lowered")


def counts_still(drug: Drug) -> bool:
    """Whether a stopped or lowered serotonergic drug is still in the body, as far as that is known."""
    agent = listed(drug.name)
    window = agent.window if agent and agent.window else WINDOW
    return drug.change == "lowered" or drug.ago is None or drug.ago <= window
