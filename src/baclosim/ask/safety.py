"""What goes before any answer: does a question come from an emergency, ask for a personal dose, or mean another drug?

The rules are data, `safety.toml`. They err on the side of warning: a warning too many costs a line.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..evidence.words import words_of
from .calculation import plain_numbers
from .sentences import Sentence
from .topics import compiled

RULES = Path(__file__).parent / "safety.toml"
TOO_MANY = {"t": 5.0, "p": 5.0, "c": 5.0, "m": 100.0, "g": 0.1}
"""Tablets, pills, capsules, milligrams, grams, by first letter: so much at once is treated as too much."""
_AMOUNT = re.compile(
    r"(\d+(?:\.\d+)?)\s*(?:x\s*)?(mg|milligrams?|g|grams?|tablets?|pills?|capsules?)\b"
    r"(?!\s*(?:/|a|per|each|every)?\s*(?:day|daily))"
)


@dataclass(frozen=True)
class Emergency:
    """One kind of emergency.

    topic   id of the topic that is answered after the advice, where the question itself names none
    needs   rules, one of which must be met: names of word lists, each of which must be
    advice  what is said, and the facts behind it
    """

    kind: str
    topic: str
    needs: tuple[str, ...]
    advice: Sentence


@functools.cache
def emergencies() -> tuple[Emergency, ...]:
    """Every kind, the most pressing first."""
    return tuple(
        Emergency(table["kind"], table["topic"], tuple(table["needs"]), Sentence(table["says"], tuple(table["facts"])))
        for table in compiled()["safety"]["emergency"]
    )


def emergencies_in(question: str, words: Sequence[str]) -> tuple[Emergency, ...]:
    """The emergencies that a question sounds like; `words` are those of the question, spelled right."""
    said = {*words_of(question), *words, *(["amount"] if is_too_much(question) else [])}
    met = Counter({name: len(matching(name, said)) for name in {*lists(), "amount"}})
    return tuple(e for e in emergencies() if any(_is_met(rule, met, said) for rule in e.needs))


def _is_met(rule: str, met: Counter[str], said: set[str]) -> bool:
    wanted = Counter(rule.split())
    return all(met[name] >= count if name in met else name in said for name, count in wanted.items())


def lists() -> dict[str, str]:
    """The word lists by name."""
    return compiled()["safety"]["words"]


def matching(name: str, said: set[str]) -> set[str]:
    """Words of a question that a list holds; a list's name that is no list stands for itself."""
    pattern = _pattern(lists().get(name, name))
    return {word for word in said if pattern.fullmatch(word)}


@functools.cache
def _pattern(words: str) -> re.Pattern[str]:
    return re.compile("|".join(word.replace("*", "[a-z]*") for word in words.split()))


def is_too_much(question: str) -> bool:
    """Whether an amount is named that is too much at once, and not as a daily dose."""
    return any(float(figure) >= TOO_MANY[unit[0]] for figure, unit in _AMOUNT.findall(plain_numbers(question.lower())))


def warning(kind: str) -> str:
    """What is told before an answer about this kind of emergency; nothing for none."""
    return compiled()["safety"]["warnings"].get(kind, "")


def asks_for_a_dose(question: str) -> bool:
    """Whether a personal dose is asked for."""
    said = " ".join(words_of(question))
    return any(re.search(pattern, said) for pattern in compiled()["safety"]["instruction"]["patterns"])


def refusal() -> str:
    """What is said instead of a personal dose."""
    return compiled()["safety"]["instruction"]["says"]


@functools.cache
def brands() -> frozenset[str]:
    """Names under which baclofen is sold."""
    return frozenset(compiled()["safety"]["drugs"]["brands"].split())


def other_drugs(words: Sequence[str]) -> tuple[str, ...]:
    """Drugs named in a question that is not about baclofen; none when baclofen or a pump is named too."""
    drugs = compiled()["safety"]["drugs"]
    if set(words) & {*drugs["baclofen"].split(), *brands()}:
        return ()
    return tuple(dict.fromkeys(word for word in words if word in set(drugs["others"].split())))
