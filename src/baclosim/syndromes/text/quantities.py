"""Numbers and times in a text: "39.5 C", "BP 180/110", "CK 15,200", "two days ago", "24 h after"."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...errors import InputError, Problems
from ..measured import number_in, read_value
from .grammar import fragments, grammar

NUMBER = r"(\d{1,3}(?:[,']\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)"
RANGE = rf"{NUMBER}(?:\s*(?:-|–|to)\s*{NUMBER})?"
THOUSANDS = 100.0  # white cells below this, without a unit, are thousands
COLDEST_BARE = 90.0  # a bare "62F" is the age of a woman; from here on it is a temperature

WORDS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
         "nine": 9, "ten": 10, "twelve": 12, "several": 4, "few": 3, "a few": 3, "half an": 0.5}  # fmt: skip
HOURS = {
    "min": 1 / 60,
    "h": 1.0,
    "hr": 1.0,
    "hour": 1.0,
    "day": 24.0,
    "d": 24.0,
    "week": 168.0,
    "month": 730.5,
    "year": 8766.0,
    "wk": 168.0,
    "mo": 730.5,
    "yr": 8766.0,
}
_COUNT = rf"\d+(?:\.\d+)?|half an|a few|{'|'.join(word for word in WORDS if ' ' not in word)}"
_UNIT = r"min(?:ute)?s?|h(?:ou)?rs?|h|hrs?|days?|d|weeks?|wks?|months?|mos?|years?|yrs?"
TIME = re.compile(
    rf"(?:\b|(?<=\bx))(?P<number>{_COUNT})(?P<unit>(?<=\d)(?:{_UNIT})|[\s-]+(?:{_UNIT}))\b(?!-old|\s+old)",
    re.IGNORECASE,
)
BESIDE = 120  # letters on either side of a length of time that can tell what it is about
MOMENTS = {"yesterday": 24.0, "today": 8.0, "this morning": 8.0, "last night": 12.0, "last week": 168.0}


@dataclass(frozen=True)
class Number:
    """A value read in a text: name, number in its unit, and where it stands."""

    name: str
    number: float
    start: int
    end: int
    words: str


@dataclass(frozen=True)
class Time:
    """A length of time in a clause [h], with the words beside it: what stands before, and what follows."""

    hours: float
    start: int
    end: int
    before: str
    after: str


@functools.cache
def patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """What each value looks like in a text: number and range in groups 1 and 2, the unit in group 3."""
    link = rf"\s*(?:{'|'.join(fragments('measured', 'link'))}|\s)*\s*"
    pressure = rf"(?:\b(?:bp|(?:blood )?pressure)\b{link})?\b{NUMBER}\s*/\s*{NUMBER}\s*(?:mm\s?hg)?"
    found = [("pressure", pressure)]
    for name, entry in grammar()["measured"].items():
        if isinstance(entry, dict):
            found.append((name, rf"\b(?:{'|'.join(entry['named'])}){link}{RANGE}\s*({entry['unit']})?"))
            if "alone" in entry:
                found.append((name, rf"(?<![\w.]){RANGE}\s*({entry['alone']})"))
    return tuple((name, re.compile(expression, re.IGNORECASE)) for name, expression in found)


def numbers(text: str, problems: Problems) -> Iterator[Number]:
    """Every value of a text; those that are impossible go to `problems`."""
    taken: list[tuple[int, int]] = []
    for name, pattern in patterns():
        for match in pattern.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in taken) or is_age(match):
                continue
            found = list(_pressure(match, problems) if name == "pressure" else _value(name, match, problems))
            taken += [(match.start(), match.end())] if found else []
            yield from found


def is_age(match: re.Match[str]) -> bool:
    """Whether a number with a bare F, as in "62F with a pump", is the age of a woman and no temperature."""
    return bool(re.fullmatch(r"\d+\s*F", match[0])) and float(match[1]) < COLDEST_BARE


def _pressure(match: re.Match[str], problems: Problems) -> Iterator[Number]:
    upper, lower = number_in(match[1]), number_in(match[2])
    named = re.match(r"bp|blood|pressure", match[0].strip(), re.IGNORECASE) or "hg" in match[0].lower()
    if not named and not (40 <= lower < upper <= 300):
        return
    for name, number in (("systolic", upper), ("diastolic", lower)):
        yield from _judged(name, number, "", match, problems)


def _value(name: str, match: re.Match[str], problems: Problems) -> Iterator[Number]:
    number = max(number_in(part) for part in (match[1], match[2]) if part)
    unit = re.sub(r"deg(?:rees?)? ?|elsius|ahrenheit|\s", "", (match[3] or "").lower())
    if name == "white_cells" and not unit and number < THOUSANDS:
        unit = "k/ul"
    if unit == "k":
        unit = "ku/l" if name == "ck" else "k/ul"
    yield from _judged(name, number, unit, match, problems)


def _judged(name: str, number: float, unit: str, match: re.Match[str], problems: Problems) -> Iterator[Number]:
    try:
        inside = read_value(name, f"{number:.10g} {unit}".strip(), f"text, {match[0].strip()!r}")
    except InputError as error:
        problems.absorb(error)
        return
    yield Number(name, inside, match.start(), match.end(), match[0].strip())


def times(clause: str) -> Iterator[Time]:
    """Every length of time of a clause."""
    for match in TIME.finditer(clause):
        word = match["number"].lower()
        count = WORDS[word] if word in WORDS else float(word)
        unit = match["unit"].lower().strip(" -\n\t").rstrip("s")
        hours = HOURS["min" if unit.startswith("min") else unit] * count
        yield Time(hours, match.start(), match.end(), *beside(clause, match))
    for words, hours in MOMENTS.items():
        for match in re.finditer(rf"\b{words}\b", clause, re.IGNORECASE):
            yield Time(hours, match.start(), match.end(), beside(clause, match)[0], " ago")


def beside(clause: str, match: re.Match[str]) -> tuple[str, str]:
    """The words just before and just after a match; no more, so that a long text is not searched anew for each."""
    return clause[: match.start()][-BESIDE:].lower(), clause[match.end() :][:BESIDE].lower()


def blanked(text: str, spans: Iterator[tuple[int, int]] | list[tuple[int, int]]) -> str:
    """The text with some of it replaced by blanks, so that nothing is read twice."""
    made = list(text)
    for start, end in spans:
        made[start:end] = " " * (end - start)
    return "".join(made)
