"""A case assessed: probabilities with reasons, criteria, the next question, what is urgent, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..cautions import Caution
from .actions import Action, actions
from .case import Case
from .criteria import Judgement, judged
from .load import Load, load_of
from .weighing.classifier import Evidence, by_syndrome, evidence_of, log_posterior, normalised
from .weighing.course import Predicted, predicted
from .weighing.likelihood import CODES, MATRIX, OTHER, WORDS, rules, states, syndromes
from .weighing.telling import Question, Reason, questions, reasons
from .weighing.timing import BACLOFEN_LESS, WINDOWS, triggers

EXPLAINED = 3  # syndromes whose reasons are told, when they are at least PLAUSIBLE
PLAUSIBLE = 0.05
LEADERS = 3  # between which the next question should decide
NOTICE = (
    "For research and education only; not a medical device. Never stop or change baclofen without the supervision of a "
    "prescriber: stopping abruptly can be fatal."
)
NONE_OF_THESE = "none of these"
WORTH_A_WORD = 0.1
UNTOLD = "it would need an exposure of which nothing was told; ask for it, or say that every drug is listed."
BARE = "nothing in this case could be weighed: these are the priors"


@dataclass(frozen=True)
class Chance:
    """How probable it is that a syndrome is there, alone or with another: mean and 90 % interval of what is known."""

    code: str
    name: str
    probability: float
    low: float
    high: float


@dataclass(frozen=True)
class State:
    """One of the states that exclude each other, a mixed one among them; their probabilities sum to 1."""

    of: tuple[str, ...]
    name: str
    probability: float


@dataclass(frozen=True)
class Assessment:
    """What is known of a case and what follows.

    ranking    every syndrome and "none of these", the most probable first; a mixed state counts for both of its parts,
               so that the sum may exceed 1
    states     exclusive states, the most probable first
    reasons    code -> what speaks for and against it, for the leading syndromes
    questions  what to ask, examine or test next, the most telling first
    weighed    names of what was weighed; unweighed: findings that no table holds
    """

    case: Case
    actions: tuple[Action, ...]
    ranking: tuple[Chance, ...]
    states: tuple[State, ...]
    reasons: Mapping[str, tuple[Reason, ...]]
    questions: tuple[Question, ...]
    criteria: tuple[Judgement, ...]
    load: Load
    predicted: tuple[Predicted, ...]
    weighed: tuple[str, ...]
    unweighed: tuple[str, ...]
    cautions: tuple[Caution, ...]

    @property
    def probability(self) -> dict[str, float]:
        """Probability of each syndrome by code."""
        return {chance.code: chance.probability for chance in self.ranking}

    def facts(self) -> tuple[str, ...]:
        """Ids of the facts it rests on."""
        cited = [fact for action in self.actions for fact in action.facts]
        cited += [fact for judgement in self.criteria for fact in judgement.facts]
        tables = (MATRIX, WORDS, CODES, WINDOWS, *rules()["counts"].values())
        return tuple(dict.fromkeys((*tables, *cited, *self.load.facts)))


def assess(case: Case, *, simulate: bool = True) -> Assessment:
    """Assess a case.

    simulate  whether the simulator's prediction of withdrawal or overdose informs the prior, where a dose is told
    """
    courses = predicted(case) if simulate else ()
    evidence = evidence_of(case, {course.syndrome: course.factor for course in courses})
    posterior = normalised(log_posterior(evidence))
    ranking = ranked(posterior[1:])
    load = load_of(case)
    leaders = tuple(chance.code for chance in ranking if chance.code != OTHER)[:LEADERS]
    return Assessment(
        case=case,
        actions=actions(case, {chance.code: chance.probability for chance in ranking}, load),
        ranking=ranking,
        states=exclusive(posterior[1:]),
        reasons={code: reasons(evidence, code) for code in explained(ranking)},
        questions=questions(case, evidence, leaders),
        criteria=judged(case),
        load=load,
        predicted=courses,
        weighed=evidence.pieces,
        unweighed=unweighed(case, evidence),
        cautions=tuple(cautions(case, evidence, courses, ranking)),
    )


def explained(ranking: tuple[Chance, ...]) -> tuple[str, ...]:
    """The syndromes whose reasons are worth telling: the first, and others that are not far-fetched."""
    named = [chance for chance in ranking if chance.code != OTHER][:EXPLAINED]
    return tuple(c.code for i, c in enumerate(named) if i == 0 or c.probability >= PLAUSIBLE)


def ranked(posterior: np.ndarray) -> tuple[Chance, ...]:
    """The syndromes by probability; posterior (draws, states)."""
    marginal = by_syndrome(posterior)
    mean, (low, high) = marginal.mean(axis=0), np.quantile(marginal, (0.05, 0.95), axis=0)
    names = {**syndromes(), OTHER: NONE_OF_THESE}
    found = [Chance(code, names[code], float(mean[i]), float(low[i]), float(high[i])) for i, code in enumerate(names)]
    return tuple(sorted(found, key=lambda chance: -chance.probability))


def exclusive(posterior: np.ndarray) -> tuple[State, ...]:
    """The states by probability; posterior (draws, states)."""
    names = {**syndromes(), OTHER: NONE_OF_THESE}
    found = [
        State(state, " with ".join(names[code] for code in state), float(p))
        for state, p in zip(states(), posterior.mean(axis=0), strict=True)
    ]
    return tuple(sorted(found, key=lambda state: -state.probability))


def unweighed(case: Case, evidence: Evidence) -> tuple[str, ...]:
    """Findings that were told but have no frequencies; criteria may still use them."""
    known = case.known()
    tone = {
        "rigidity",
        "clonus",
        "spontaneous_clonus",
        "inducible_clonus",
        "rhabdomyolysis",
        "urinary_retention",
        "incontinence",
    }
    return tuple(n for n in known if n not in evidence.findings and n not in tone and n not in rules()["given"])


def hangs_in_the_air(chance: Chance, evidence: Evidence) -> bool:
    """Whether a syndrome that is not far-fetched rests on an exposure of which nobody spoke."""
    trigger = triggers().get(chance.code)
    by_baclofen = chance.code in BACLOFEN_LESS and "baclofen_lowered" in evidence.exposures
    told = trigger is None or trigger in evidence.exposures or by_baclofen
    return bool(evidence.pieces) and not told and chance.probability >= WORTH_A_WORD


def cautions(
    case: Case, evidence: Evidence, courses: tuple[Predicted, ...], ranking: tuple[Chance, ...]
) -> list[Caution]:
    """What the reader must know about this result."""
    found = [
        Caution(
            "probabilities",
            "all syndromes were taken as equally common before anything was known; most frequencies are words turned "
            "into ranges by assumption, and published ones come from selected cases.",
            (WORDS,),
        )
    ]
    if not evidence.pieces:
        found.append(Caution("case", f"{BARE}."))
    found += [Caution(chance.name, UNTOLD) for chance in ranking if hangs_in_the_air(chance, evidence)]
    if any(course.syndrome == "baclofen_overdose" for course in courses):
        found.append(Caution("simulated course", "below 200 mg the model overstates coma and clouding."))
    elif any(course.syndrome == "oral_baclofen_withdrawal" for course in courses):
        found.append(
            Caution("simulated course", "the model begins withdrawal from tablets later than published cases did.")
        )
    if 0.0 < case.patient.get("age", 40.0) < 1.0:
        found.append(Caution("age", "the frequencies are of adults and older children; newborns differ."))
    return found
