"""From a question to its answer: read, warn, find the topic or search, compute, compose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..errors import BaclosimError
from ..evidence.library import Entry, library
from .answer import ANOTHER, Answer, strength_of
from .calculation import Calculation, calculation_in
from .safety import Emergency, asks_for_a_dose, emergencies_in, other_drugs, refusal, warning
from .sentences import Sentence, composed, fact_sentence
from .topics import Topic, topics
from .understanding import Question, understood

SURE = 0.4  # likeness from which a topic is what was asked
COVERED = 0.5  # more than this share of the question's terms, by rarity, a topic must meet
MET = 0.8  # the same of the nearest fact of a search
TELLING = 2.0  # rarity from which a term tells what is asked
NAMED = 5.0  # weight from which a term stands in the id or the quantity of a fact besides its text
CLOSE = 0.2  # likeness by which a topic may trail and still be meant, when the numbers of the question speak for it
FOUND = 3  # facts shown from a search
NEAR, NEARLY = 3, 0.3  # topics named when the answer is not held, and the share of the question that each must meet


def ask(question: str, *, compute: bool = True) -> Answer:
    """Answer a question in plain English from the evidence.

    compute  whether the model may be run for what it can compute

    Raises InputError for a question without a word, or with too many letters.
    """
    asked = understood(question)
    drugs = other_drugs(asked.words)
    wanted = calculation_in(asked.text, asked.terms) if compute and not drugs else None
    urgent = emergencies_in(asked.text, asked.words)
    topic = topic_of(asked, drugs) or (topics().named(urgent[0].topic) if urgent else None)
    if wanted:
        topic = beside(wanted, asked, topic)
    answer = from_topic(asked, topic) if topic else elsewhere(asked, drugs)
    answer = with_warnings(answer, asked, topic, urgent)
    return with_computed(answer, wanted) if wanted and topic and wanted.quantity in topic.computes else answer


def with_warnings(answer: Answer, asked: Question, topic: Topic | None, urgent: Sequence[Emergency]) -> Answer:
    """The answer with what goes before it: emergency advice, or else a general warning, and no personal dose."""
    advice = tuple(emergency.advice for emergency in urgent)
    general = warning(topic.urgent) if topic else ""
    return replace(
        answer,
        urgent=advice or ((Sentence(general),) if general else ()),
        refusal=refusal() if asks_for_a_dose(asked.text) else "",
        facts=unique([*answer.facts, *(fact for sentence in advice for fact in sentence.facts)]),
    )


def topic_of(asked: Question, drugs: Sequence[str]) -> Topic | None:
    """The topic that a question is surely about, or None.

    A question about another drug is only met by a topic that answers for other drugs too.
    """
    for score, topic in topics().ranked(asked.terms)[:1]:
        if score >= SURE and topics().covered(topic, asked.terms) > COVERED and (topic.beside or not drugs):
            return topic
    return None


def near(asked: Question) -> tuple[str, ...]:
    """Titles of the topics that could be meant."""
    ranked = [topic for _, topic in topics().ranked(asked.terms)[:NEAR]]
    return tuple(topic.title for topic in ranked if topics().covered(topic, asked.terms) >= NEARLY)


def beside(wanted: Calculation, asked: Question, topic: Topic | None) -> Topic | None:
    """The topic whose cited answer stands beside a calculation: the likeliest that has one.

    The topic itself, when it is far likelier.
    """
    ranked = topics().ranked(asked.terms)
    score, own = next((score, own) for score, own in ranked if wanted.quantity in own.computes)
    return own if topic is None or score >= ranked[0][0] - CLOSE else topic


def from_topic(asked: Question, topic: Topic) -> Answer:
    """The curated answer, its numbers taken from the facts now."""
    evidence = library()
    says = tuple(composed(template, evidence) for template in topic.says)
    against = tuple(composed(template, evidence) for template in topic.disagreement)
    said = [fact for sentence in (*says, *against) for fact in sentence.facts]
    facts = unique([*topic.facts, *said] if set(topic.facts[:1]) & set(said) else [*said, *topic.facts])
    return Answer(
        asked.text, "answer", topic.title, asked.read_as,
        says=says, disagreement=against, strength=strength_of([evidence.get(f) for f in facts], bool(against)),
        facts=facts, table=topic.table, see=topic.see,
    )  # fmt: skip


def elsewhere(asked: Question, drugs: Sequence[str]) -> Answer:
    """What a search finds when no topic fits; or that it is about another drug, or not in the evidence."""
    if drugs:
        return Answer(asked.text, "another drug", ANOTHER.format(drugs=" and ".join(drugs)), asked.read_as)
    found = searched(asked.terms)
    if not found:
        return Answer(asked.text, "not in the evidence", read_as=asked.read_as, near=near(asked))
    says = tuple(Sentence(fact_sentence(entry), (entry.id,)) for entry in found)
    facts = tuple(entry.id for entry in found)
    return Answer(
        asked.text, "found by search", read_as=asked.read_as, says=says, strength=strength_of(found, False), facts=facts
    )


def searched(terms: Sequence[str]) -> list[Entry]:
    """The facts nearest to the terms, if the nearest is about them; none otherwise."""
    evidence = library()
    scores = evidence.index.scores(terms)
    best = sorted(scores, key=lambda place: (-scores[place], place))[:FOUND]
    return [evidence.entries[place] for place in best] if best and is_about(best[0], terms) else []


def is_about(place: int, terms: Sequence[str]) -> bool:
    """Whether a fact meets most of the terms, and at least two that tell; one is enough where it names the fact."""
    index = library().index
    weights = {term: index.weight(place, term) for term in terms}
    met = sum(index.rarity(term) for term, weight in weights.items() if weight)
    telling = [weight for term, weight in weights.items() if weight and index.rarity(term) >= TELLING]
    most = met >= MET * sum(map(index.rarity, terms))
    return most and (len(telling) >= 2 or any(weight >= NAMED for weight in telling))


def with_computed(answer: Answer, wanted: Calculation) -> Answer:
    """The answer with what the model computes, or with the reason why it cannot."""
    from .computed import computed

    try:
        return replace(answer, computed=computed(wanted))
    except BaclosimError as error:
        return replace(answer, not_computed=str(error))


def unique(names: Sequence[str]) -> tuple[str, ...]:
    """Each once, in order."""
    return tuple(dict.fromkeys(names))
