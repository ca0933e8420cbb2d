"""Runs the checks: one result for every claim of the specification, covered or not."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ..errors import InputError, Problems, nearest
from ..evidence.library import library
from ..evidence.records import Claim
from ..parameters import Parameter, parameters
from .clinic import Clinic
from .findings import Finding, Verdict, verdict_of

Check = Callable[[Clinic], Iterator[Finding]]
SECTIONS = (
    "drug", "body", "csf", "pump", "receptor", "benefit", "harm", "withdrawal", "serotonin", "differential", "faq",
)  # fmt: skip
"""Modules of this folder in the order of the specification; each has CHECKS, check by claim id."""


@dataclass(frozen=True)
class Result:
    """One claim with what its check found.

    facts   evidence cited and behind the parameters of the runs, each once
    weak    assumed or recalled parameters that the runs lean on
    """

    claim: Claim
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    facts: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()


def checks() -> dict[str, Check]:
    """Every check by claim id. Raises ValueError for a claim that has two, or that the specification lacks."""
    found: dict[str, Check] = {}
    for section in SECTIONS:
        own: Mapping[str, Check] = importlib.import_module(f".{section}", __package__).CHECKS
        twice = found.keys() & own.keys()
        if twice:
            raise ValueError(f"checked twice: {', '.join(sorted(twice))}")
        found |= own
    unknown = found.keys() - {claim.id for claim in library().claims()}
    if unknown:
        raise ValueError(f"no such claim: {', '.join(sorted(unknown))}")
    return found


def chosen(ids: Sequence[str]) -> tuple[Claim, ...]:
    """The claims of these ids, or of these sections ("body"); all when none is named. Raises InputError."""
    claims = library().claims()
    problems = Problems()
    sections = tuple(dict.fromkeys(claim.id.split(".")[0] for claim in claims))
    known = {claim.id for claim in claims} | {*sections}
    for name in ids:
        if name not in known:
            hint = f"{nearest(name, known)} Known sections: {', '.join(sections)}.".lstrip()
            problems.add("claim", name, "the id of a claim, or a section of them", hint)
    problems.raise_as(InputError)
    return tuple(c for c in claims if not ids or c.id in ids or c.id.split(".")[0] in ids)


def run_checks(ids: Sequence[str] = (), clinic: Clinic | None = None) -> Iterator[Result]:
    """The result of each claim, in the order of the specification. Raises InputError for an unknown id."""
    known, where = checks(), clinic or Clinic()
    return (run_check(claim, known.get(claim.id), where) for claim in chosen(ids))


def run_check(claim: Claim, check: Check | None, clinic: Clinic) -> Result:
    """One claim's check, in this clinic; without a check the claim is not yet covered."""
    if check is None:
        return Result(claim, "not yet covered")
    with clinic.noting() as names:
        findings = tuple(check(clinic))
    rests = [behind for name, behind in parameters().items() if name in names]
    cited = [fact for finding in findings for fact in finding.facts]
    return Result(
        claim, verdict_of(findings), findings, unique([*cited, *facts_of(rests)]),
        tuple(p.name for p in rests if p.is_weak),
    )  # fmt: skip


def facts_of(rests: Sequence[Parameter]) -> list[str]:
    """Ids of the facts behind parameters."""
    return [fact for parameter in rests for fact in parameter.facts]


def unique(names: Sequence[str]) -> tuple[str, ...]:
    """Each once, in order."""
    return tuple(dict.fromkeys(names))


def record(result: Result) -> dict[str, Any]:
    """A result as plain data: claim, verdict, findings, facts, weak parameters."""
    flat = asdict(result)
    return {**flat.pop("claim"), **flat}
