"""An assessment on two pages: what is urgent, what it could be and why, what to look for next, what it rests on.

The whole report holds more of each; this is for the file of a patient and for the colleague who takes over.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING

from ..parameters import parameters
from ..syndromes.words import percent
from .assessment import LEAD, case_section, load_section, ranking_picture, urgent_section
from .document import Document, Pairs, Paragraph, Section
from .evidence import cautioned, sources

if TYPE_CHECKING:
    from ..syndromes.assessment import Assessment
    from ..syndromes.criteria import Judgement

SYNDROMES, REASONS, QUESTIONS = 5, 5, 4  # in all; of a syndrome; in all
MORE = "The whole report tells every piece of evidence, each line of the criteria, and every number behind the course."


def document_of(found: Assessment) -> Document:
    """The summary of an assessment."""
    sections = (
        urgent_section(found),
        Section("probabilities", "What it could be", (ranking_picture(found, SYNDROMES),)),
        reasons_section(found),
        questions_section(found),
        Section("criteria", "Published criteria", (Pairs(verdicts(found.criteria)),)),
        load_section(found),
        Section("simulated", "What the simulator predicts", tuple(Paragraph(p.says) for p in found.predicted)),
        case_section(found),
        Section("cautions", "Before you use it", cautioned(found.cautions, grave=False)),
        evidence_section(found),
    )
    return Document.of(found.case.title or "A case", "assessment, in short", (LEAD,), sections, is_dense=True)


def reasons_section(found: Assessment) -> Section:
    """What weighs most for and against the leading syndromes."""
    names = {chance.code: chance.name for chance in found.ranking}
    rows = []
    for code, reasons in found.reasons.items():
        heaviest = sorted(reasons, key=lambda reason: -abs(reason.bits))[:REASONS]
        signs = {
            "for": [r.says for r in heaviest if r.bits > 0.0],
            "against": [r.says for r in heaviest if r.bits <= 0.0],
        }
        rows += [(f"{names[code]}, {sign}", "; ".join(said)) for sign, said in signs.items() if said]
    return Section("reasons", "Why", (Pairs(tuple(rows)),) if rows else ())


def verdicts(criteria: Iterable[Judgement]) -> tuple[tuple[str, str], ...]:
    """Each verdict with the criteria that come to it."""
    by_verdict: dict[str, list[str]] = {}
    for one in criteria:
        by_verdict.setdefault(one.verdict, []).append(one.name)
    return tuple((verdict, ", ".join(names)) for verdict, names in by_verdict.items())


def questions_section(found: Assessment) -> Section:
    """What to ask, examine or test next, and what it would make of the leading syndrome."""
    first = found.ranking[0]
    telling = islice((q for q in found.questions if first.code in q.if_there), QUESTIONS)
    rows = tuple(
        (f"{q.how}: {q.says}", f"{percent(q.if_there[first.code])} if there, {percent(q.if_not[first.code])} if not")
        for q in telling
    )
    now = f"What each would make of {first.name}, now at {percent(first.probability)}."
    return Section("next", "Look for next", (Paragraph(now), Pairs(rows)) if rows else ())


def evidence_section(found: Assessment) -> Section:
    """The sources, and the grades of what the course was simulated with, in a sentence."""
    table = parameters()
    behind = [table[name] for name in dict.fromkeys(n for p in found.predicted for n in p.parameters) if name in table]
    weak = sum(p.is_weak for p in behind)
    grades = (f"The course was simulated with {len(behind)} parameters, {weak} of them assumed or recalled.",)
    said = Paragraph(" ".join((*(grades if behind else ()), MORE)), small=True)
    return Section("sources", "What it rests on", (said, *sources(found.facts())))
