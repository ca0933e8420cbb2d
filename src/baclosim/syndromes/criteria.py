"""Hunter, Sternbach, Radomski and the NMS consensus, exactly as published, in three-valued logic.

True is present, False absent, None unknown. A rule is met when it holds whatever the unknown turns out to be, not met
when it fails whatever it turns out to be, and open in between. Three begin with an exposure: without a drug of the
right kind being known Hunter, Sternbach and Radomski do not apply, but what would hold if there were one is told; the
NMS points count the exposure as one item among others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ..evidence.library import library
from .case import Case, Exposed, exposures
from .medicines import classes_of

Known: TypeAlias = bool | None
Verdict = Literal["met", "not met", "could still be met", "not applicable"]

HUNTER = "serotonin.hunter.rule.dunkley-2003"
STERNBACH = "serotonin.sternbach.items.sternbach-1991"
RADOMSKI = "serotonin.radomski.items.radomski-2000"
NMS = "differential.nms.iec-points.gurrera-2011"
NMS_CUTOFF = "differential.nms.iec-cutoff.gurrera-2017"


@dataclass(frozen=True)
class Line:
    """One line of a rule: what it asks for, whether it holds, what of it is unknown, and its points if it has some."""

    name: str
    asks: str
    holds: Known
    unknown: tuple[str, ...] = ()
    points: float = 0.0


@dataclass(frozen=True)
class Judgement:
    """A set of criteria on one case.

    verdict   of the whole; `signs`: of the signs alone, were the exposure given
    lines     in the order of the source; `reason` says in words why
    score     lowest and highest number of points or items that is possible, None where nothing is counted
    """

    name: str
    verdict: Verdict
    signs: Verdict
    reason: str
    lines: tuple[Line, ...]
    facts: tuple[str, ...]
    score: tuple[float, float] | None = None

    @property
    def fired(self) -> tuple[Line, ...]:
        """Lines that hold."""
        return tuple(line for line in self.lines if line.holds is True)

    @property
    def open(self) -> tuple[Line, ...]:
        """Lines that could still hold."""
        return tuple(line for line in self.lines if line.holds is None)


# --- logic ---------------------------------------------------------------------------------------------------------


def both(parts: Iterable[Known]) -> Known:
    """And: False when any is, else unknown when any is."""
    found = tuple(parts)
    return False if False in found else None if None in found else True


def either(parts: Iterable[Known]) -> Known:
    """Or: True when any is, else unknown when any is."""
    found = tuple(parts)
    return True if True in found else None if None in found else False


def opposite(part: Known) -> Known:
    """Not."""
    return None if part is None else not part


def reached(parts: Sequence[Known], least: int) -> Known:
    """Whether at least so many hold."""
    sure, possible = parts.count(True), parts.count(True) + parts.count(None)
    return True if sure >= least else None if possible >= least else False


def verdict_of(holds: Known) -> Verdict:
    """A truth value as a verdict."""
    return "met" if holds is True else "not met" if holds is False else "could still be met"


# --- the four ------------------------------------------------------------------------------------------------------


def judged(case: Case) -> tuple[Judgement, ...]:
    """Every set of criteria on a case."""
    known, exposed = case.known(), exposures(case)
    new = newly(case, exposed)
    return (hunter(known, exposed), sternbach(known, exposed, new), radomski(known, exposed, new), nms(known, exposed))


def newly(case: Case, exposed: Mapping[str, Exposed]) -> Known:
    """Whether a serotonergic drug was started, raised or overdosed; None when one is taken, nobody said since when."""
    changes = {drug.change for drug in case.drugs if "serotonergic" in classes_of(drug.name)}
    return True if changes & {"started", "raised", "overdose"} else None if changes else told(exposed, "serotonergic")


HUNTER_SIGNS = {"hypertonia": "rigidity", "temperature_over_38": "hyperthermia"}


def hunter(known: Mapping[str, bool], exposed: Mapping[str, Exposed]) -> Judgement:
    """The Hunter rule: any one row wholly true, given a serotonergic drug."""
    table = library().table(HUNTER)
    lines = []
    for name, *cells in table.rows:
        asked = [HUNTER_SIGNS.get(sign, sign) for sign, cell in zip(table.columns[1:], cells, strict=True) if cell]
        lines.append(line_of(f"row {name}", asked, known))
    signs = either(line.holds for line in lines)
    return concluded("Hunter", signs, told(exposed, "serotonergic"), exposed, lines, (HUNTER,))


STERNBACH_SIGNS = {
    "mental status change (confusion, hypomania)": ("confusion", "elevated_mood"),
    "agitation": ("agitation",), "myoclonus": ("myoclonus",), "hyperreflexia": ("hyperreflexia",),
    "diaphoresis": ("diaphoresis",), "shivering": ("shivering",), "tremor": ("tremor",), "diarrhoea": ("diarrhoea",),
    "incoordination": ("incoordination",), "fever": ("hyperthermia",),
}  # fmt: skip


def sternbach(known: Mapping[str, bool], exposed: Mapping[str, Exposed], new: Known) -> Judgement:
    """Three of ten items after a new or raised drug, no other cause, and no neuroleptic started or raised before."""
    lines = [any_of(item, STERNBACH_SIGNS[item], known) for item in items(STERNBACH)]
    counted = [line.holds for line in lines]
    conditions = [
        Line("no other cause", "other causes are ruled out", told(exposed, "other_causes_excluded")),
        Line("no neuroleptic", "no neuroleptic was started or raised", opposite(told(exposed, "dopamine_blocker"))),
    ]  # fmt: skip
    signs = both([reached(counted, 3), *(c.holds for c in conditions)])
    score = (float(counted.count(True)), float(counted.count(True) + counted.count(None)))
    return concluded("Sternbach", signs, new, exposed, [*lines, *conditions], (STERNBACH,), score)


RADOMSKI_SIGNS = {
    "impaired consciousness": ("confusion", "drowsiness", "mutism"), "elevated mood": ("elevated_mood",),
    "semicoma or coma": ("coma",),
    "restlessness": ("agitation",), "insomnia": ("insomnia",), "myoclonus": ("myoclonus",), "tremor": ("tremor",),
    "shivering": ("shivering",), "rigidity": ("rigidity",), "hyperreflexia": ("hyperreflexia",),
    "incoordination": ("incoordination",), "dilated pupils": ("mydriasis",), "akathisia": ("akathisia",),
    "fever": ("hyperthermia",), "sweating": ("diaphoresis",), "tachycardia": ("tachycardia",),
    "tachypnoea or dyspnoea": ("tachypnoea",), "diarrhoea": ("diarrhoea",),
    "hyper- or hypotension": ("hypertension", "hypotension"),
}  # fmt: skip


def radomski(known: Mapping[str, bool], exposed: Mapping[str, Exposed], new: Known) -> Judgement:
    """Four major, or three major and two minor, after a new or raised serotonergic drug."""
    rows = [(str(item), str(weight)) for _, item, weight in library().table(RADOMSKI).rows]
    lines = [any_of(item, RADOMSKI_SIGNS[item], known, f"{item} ({weight})") for item, weight in rows]
    major = [line.holds for line, (_, weight) in zip(lines, rows, strict=True) if weight == "major"]
    minor = [line.holds for line, (_, weight) in zip(lines, rows, strict=True) if weight == "minor"]
    signs = either([reached(major, 4), both([reached(major, 3), reached(minor, 2)])])
    score = (float(major.count(True)), float(major.count(True) + major.count(None)))
    return concluded("Radomski", signs, new, exposed, lines, (RADOMSKI,), score)


def nms(known: Mapping[str, bool], exposed: Mapping[str, Exposed]) -> Judgement:
    """The consensus points for the neuroleptic malignant syndrome against their cut-off."""
    points = [(str(text), float(str(value))) for text, value in library().table(NMS).rows]
    cutoff = float(str(library().fact(NMS_CUTOFF).value))
    holds = nms_items(known, exposed)
    lines = tuple(
        Line(text.split(" (")[0].split(":")[0], text, value, () if value is not None else (text,), worth)
        for (text, worth), value in zip(points, holds, strict=True)
    )
    low = sum(line.points for line in lines if line.holds)
    high = sum(line.points for line in lines if line.holds is not False)
    signs: Known = True if low >= cutoff else False if high < cutoff else None
    reason = f"{low:g} points are certain and {high:g} possible; the cut-off is {cutoff:g} (recalled)"
    verdict = verdict_of(signs)
    return Judgement("NMS consensus", verdict, verdict, reason, lines, (NMS, NMS_CUTOFF), (low, high))


def nms_items(known: Mapping[str, bool], exposed: Mapping[str, Exposed]) -> tuple[Known, ...]:
    """Whether each criterion holds, in the order of the source; what needs a baseline is unknown unless it is told."""
    twice = known.get("fever_twice")
    unstable = ("pressure_up_quarter", "pressure_fluctuates", "diaphoresis", "incontinence")
    lability = [known.get(name) for name in unstable]
    return (
        told(exposed, "dopamine_blocker"),
        False if known.get("hyperthermia") is False else twice,
        known.get("rigidity"),
        either(known.get(name) for name in ("confusion", "drowsiness", "coma", "mutism")),
        known.get("raised_ck"),
        reached(lability, 2),
        told(exposed, "other_causes_excluded"),
        both([known.get("heart_rate_up_quarter"), known.get("breathing_up_half")]),
    )


# --- parts ---------------------------------------------------------------------------------------------------------


def told(exposed: Mapping[str, Exposed], name: str) -> Known:
    """Whether there was that exposure, None when nobody said."""
    return exposed[name].there if name in exposed else None


def items(series: str) -> tuple[str, ...]:
    """The items of a list of criteria."""
    return tuple(str(row[0]) for row in library().table(series).rows)


def line_of(name: str, asked: Sequence[str], known: Mapping[str, bool]) -> Line:
    """A line that asks for all of some findings."""
    unknown = tuple(sign for sign in asked if sign not in known)
    return Line(name, " and ".join(worded(sign) for sign in asked), both(known.get(s) for s in asked), unknown)


def any_of(name: str, asked: Sequence[str], known: Mapping[str, bool], asks: str = "") -> Line:
    """A line that asks for any of some findings."""
    unknown = tuple(sign for sign in asked if sign not in known)
    return Line(name, asks or name, either(known.get(sign) for sign in asked), unknown)


def worded(sign: str) -> str:
    """A finding as a rule writes it."""
    return {"hyperthermia": "temperature above 38 °C", "rigidity": "hypertonia"}.get(sign, sign.replace("_", " "))


def concluded(
    name: str, signs: Known, drug: Known, exposed: Mapping[str, Exposed], lines: Sequence[Line], facts: tuple[str, ...],
    score: tuple[float, float] | None = None,
) -> Judgement:  # fmt: skip
    """The verdict where a serotonergic drug of the right kind is known; otherwise the rule does not apply."""
    alone, reason = verdict_of(signs), reasoned(signs, lines)
    there = told(exposed, "serotonergic")
    if there is True and drug is not False:
        verdict = verdict_of(both([drug, signs]))
        reason = reason if drug else f"whether the drug is new or raised is not known; {reason}"
        return Judgement(name, verdict, alone, reason, tuple(lines), facts, score)
    why = "no serotonergic drug is known" if there is None else "there was no serotonergic drug"
    reason = f"{why}; with one it would be: {alone} ({reason})"
    return Judgement(name, "not applicable", alone, reason, tuple(lines), facts, score)


def reasoned(signs: Known, lines: Sequence[Line]) -> str:
    """Why in words: the lines that hold, or those still open."""
    held = [line.asks for line in lines if line.holds]
    still = [line.asks for line in lines if line.holds is None]
    if signs is None:
        return f"open: {'; '.join(still[:4])}{' …' if len(still) > 4 else ''}"
    if signs:
        return f"by {'; '.join(held)}"
    return f"only {'; '.join(held)}" if held else "none of its lines holds"
