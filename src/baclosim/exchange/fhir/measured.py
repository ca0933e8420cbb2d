"""From Observations to covariates: for each the newest that counts, in the unit in which it was reported."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ...errors import Problems
from ...patient import covariates, kidney
from .account import Account, shortly
from .amount import is_divided
from .bundle import Resource
from .codes import codings, meaning, reading_unit, shown
from .when import Zero

COUNTS = ("final", "amended", "corrected")
WAITS = ("registered", "preliminary")
SCORES = ("ashworth", "modified_ashworth", "spasms")
KIDNEYS = ("creatinine_clearance", "serum_creatinine", "filtration_rate")  # of one day the first counts
TAG = {"system": "urn:baclosim", "code": "simulated", "display": "Simulated, not measured"}
_ARM = re.compile(r"\b(arm|elbow|wrist|finger|hand|shoulder|upper)", re.IGNORECASE)
_SCORE = re.compile(r"\s*(\d(?:\.\d+)?)(\+?)\s*(?:[-:(/].*)?")
PER_SURFACE = "mL/min/1.73m2"


@dataclass(frozen=True)
class Finding:
    """One measurement: what it is, when [h from hour 0], its number and unit, and whether it is preliminary."""

    name: str
    resource: Resource
    time: float
    value: float
    unit: str
    waits: bool = False

    @property
    def text(self) -> str:
        """As it was reported: "68 kg"."""
        return f"{shortly(self.value)} {self.unit}".strip()


def is_simulated(resource: Resource) -> bool:
    """Whether a resource says that it was predicted by this program."""
    meta = resource.get("meta") or {}
    return any((tag.get("system"), tag.get("code")) == (TAG["system"], TAG["code"]) for tag in meta.get("tag") or ())


def findings(observations: Iterable[Resource], zero: Zero, account: Account) -> Iterator[Finding]:
    """The observations that may enter the scenario; the others are accounted for."""
    for resource in observations:
        found = meaning("measurement", resource.get("code"))
        if found is None:
            continue
        why = excluded(resource)
        if why:
            account.leave(resource.name, f"{found.name.replace('_', ' ')}: {why}")
            continue
        finding = _finding(found.name, resource, zero, account)
        if finding:
            yield finding


def excluded(resource: Resource) -> str:
    """Why an observation does not count whatever it says; "" when it may."""
    status = resource.get("status")
    if is_simulated(resource):
        return "predicted by a simulation, not measured"
    if status not in (*COUNTS, *WAITS):
        return f"its status is {status}"
    if _ARM.search(shown(resource.get("bodySite"))):
        return f"of the arms ({shown(resource.get('bodySite'))}); the legs count"
    return ""


def _finding(name: str, resource: Resource, zero: Zero, account: Account) -> Finding | None:
    time = _time(resource, zero, account)
    number = _number(name, resource, account)
    if time is None or number is None:
        return None
    if time > 0.0:
        _later(resource, zero, time, account)
        return None
    return Finding(name, resource, time, *number, waits=resource.get("status") in WAITS)


def _later(resource: Resource, zero: Zero, time: float, account: Account) -> None:
    if zero.is_chosen or time <= 24.0:
        account.leave(resource.name, f"later than {zero.moment:%Y-%m-%d %H:%M}, to which the bundle is read")
        return
    allowed = f"a date up to {zero.moment:%Y-%m-%d}, to which the bundle is read"
    account.refuse(resource.name, f"{zero.at(time):%Y-%m-%d}", allowed, "It lies in the future.")


def _time(resource: Resource, zero: Zero, account: Account) -> float | None:
    """When it was measured [h from hour 0]; None, accounted for, where that is not said."""
    span = resource.get("effectivePeriod") or {}
    text = resource.get("effectiveDateTime") or resource.get("effectiveInstant") or span.get("end") or span.get("start")
    text = text or resource.get("issued")
    if not text:
        account.leave(resource.name, "no date says when it was measured")
        return None
    try:
        return zero.hours(str(text))
    except ValueError:
        account.refuse(f"{resource.name}.effectiveDateTime", text, "a date, such as 2026-01-05")
        return None


def _number(name: str, resource: Resource, account: Account) -> tuple[float, str] | None:
    """Number and unit of an observation; None, accounted for, where it has none that can be used."""
    if name in SCORES:
        return _score(resource, account)
    quantity = resource.get("valueQuantity") or {}
    value, comparator = quantity.get("value"), quantity.get("comparator")
    if value is None:
        account.leave(resource.name, f"{name.replace('_', ' ')}: no number ({_why_absent(resource)})")
        return None
    if comparator:
        account.leave(resource.name, f"{name.replace('_', ' ')}: {comparator}{value} is a bound, no value")
        return None
    unit = quantity.get("code") or quantity.get("unit")
    if not unit:
        account.refuse(f"{resource.name}.valueQuantity", shortly(value), "a unit as well, such as " + UNITS[name])
        return None
    if is_divided(quantity, KINDS.get(name, "clearance")):
        allowed = f"one unit: its code is {quantity['code']}, its unit {quantity['unit']}"
        account.refuse(f"{resource.name}.valueQuantity", shortly(value), allowed)
        return None
    return float(value), reading_unit(str(unit))


KINDS = {"weight": "weight", "height": "height", "serum_creatinine": "creatinine"}
UNITS = {
    "weight": "kg or [lb_av]",
    "height": "cm or [in_i]",
    "serum_creatinine": "mg/dL or umol/L",
    "creatinine_clearance": "mL/min",
    "filtration_rate": "mL/min/{1.73_m2}",
}


def _why_absent(resource: Resource) -> str:
    reason = resource.get("dataAbsentReason")
    return shown(reason) if reason else "components are not read" if resource.get("component") else "none is given"


def _score(resource: Resource, account: Account) -> tuple[float, str] | None:
    """A score as a number without a unit: of a quantity, a whole number, or a text such as "1+"."""
    quantity = resource.get("valueQuantity") or {}
    given: Any = quantity.get("value", resource.get("valueInteger", resource.get("valueString")))
    if given is None and resource.get("valueCodeableConcept"):
        given = shown(resource.get("valueCodeableConcept"))
    match = _SCORE.fullmatch(str(given))
    if match is None:
        account.leave(resource.name, f"a score that is no number ({given if given else _why_absent(resource)})")
        return None
    return float(match[1]) + 0.5 * bool(match[2]), ""


def untreated(found: list[Finding], treated: list[tuple[float, float]], account: Account) -> list[Finding]:
    """The findings, of scores only those without baclofen if there are any: a scenario's scores are the baseline.

    treated  start and end [h from hour 0] of every time in which baclofen was taken
    """
    kept = [finding for finding in found if finding.name not in SCORES]
    for names in (SCORES[:2], SCORES[2:]):
        own = [finding for finding in found if finding.name in names]
        free = [finding for finding in own if not any(start < finding.time <= end for start, end in treated)]
        kept += free or own
        for finding in own:
            if not free:
                account.note(finding.resource.name, "measured while baclofen was taken: without it the score is higher")
            elif finding not in free:
                account.leave(finding.resource.name, f"{_label(finding)}: measured while baclofen was taken")
    return kept


def _label(finding: Finding) -> str:
    return f"{finding.name.replace('_', ' ')} {finding.text}"


def covariates_of(found: list[Finding], account: Account) -> dict[str, tuple[Finding, str | float]]:
    """The newest of each kind, as a covariate's name, where it is from and what to write."""
    chosen: dict[str, tuple[Finding, str | float]] = {}
    for name in ("weight", "height", "spasms"):
        newest = _newest([f for f in found if f.name == name], account)
        if newest:
            chosen[name] = (newest, newest.text if newest.unit else newest.value)
    ashworth = _ashworth([f for f in found if f.name in SCORES[:2]], account)
    if ashworth:
        chosen["ashworth"] = ashworth
    kidneys = _newest([f for f in found if f.name in KIDNEYS], account)
    if kidneys:
        is_creatinine = kidneys.name == "serum_creatinine"
        chosen["serum_creatinine" if is_creatinine else "creatinine_clearance"] = (kidneys, kidneys.text)
    return {name: one for name, one in chosen.items() if _is_possible(name, *one, account)}


def _newest(found: list[Finding], account: Account) -> Finding | None:
    """The newest that is verified, else the newest preliminary one; the others are accounted for."""
    if not found:
        return None
    newest = max(found, key=lambda f: (not f.waits, f.time, -_rank(f)))
    if newest.waits:
        account.note(newest.resource.name, "only a preliminary value was found, and it was used")
    for other in found:
        if other is not newest:
            why = "preliminary" if other.waits else "not the newest" if other.time < newest.time else "of the same day"
            account.leave(other.resource.name, f"{_label(other)}: {why}")
    return newest


def _rank(finding: Finding) -> int:
    return KIDNEYS.index(finding.name) if finding.name in KIDNEYS else 0


def _ashworth(found: list[Finding], account: Account) -> tuple[Finding, float] | None:
    """Ashworth score of the legs on the scale of 1 to 5: the mean over the muscles of the newest day."""
    newest = _newest(found, Account()) if found else None
    if newest is None:
        return None
    same = [f for f in found if f.name == newest.name and f.waits == newest.waits and newest.time - f.time < 12.0]
    for other in found:
        if other not in same:
            account.leave(other.resource.name, f"{_label(other)}: not the newest")
    mean = sum(f.value for f in same) / len(same)
    if newest.name == "modified_ashworth":
        says = f"modified Ashworth {shortly(round(mean, 2))} of 0 to 4 is {shortly(round(mean + 1, 2))} of 1 to 5"
        account.note(newest.resource.name, says)
        mean += 1.0
    for other in same:
        if other is not newest:
            account.use(other.resource.name, f"{_label(other)}, in the mean of {len(same)}")
    return newest, round(mean, 4)


def _is_possible(name: str, finding: Finding, given: str | float, account: Account) -> bool:
    """Whether the patient's room takes this value; faults go to the account."""
    if finding.unit == PER_SURFACE:
        return True
    problems = Problems()
    covariates.read_number(name, given, problems)
    for problem in problems.found:
        account.refuse(f"{finding.resource.name}.value", given, problem.allowed, problem.hint)
    return not problems.found


def own_clearance(finding: Finding, weight: float, height: float | None) -> str:
    """A filtration rate per 1.73 m2 as this person's own clearance, for weight [kg] and perhaps height [cm]."""
    own = kidney.own(finding.value, kidney.body_surface(weight, height))
    return f"{own:.4g} mL/min"


def is_per_surface(finding: Finding) -> bool:
    """Whether a clearance is per 1.73 m2 of body surface: by its unit, or because that is what its code means."""
    return finding.unit == PER_SURFACE or finding.name == "filtration_rate"


def coded(resource: Resource) -> str:
    """The first code of an observation, for people."""
    return " ".join(next(iter(codings(resource.get("code"))), ("", ""))).strip()
