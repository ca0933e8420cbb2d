"""Text cut into words and numbers, each with its place, and a cursor that walks over them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from ...errors import Problem, Problems, TherapyError, UnitError
from ...units import number
from .words import FRACTIONS, NOISE, NUMBERS

T = TypeVar("T")

LONGEST_TEXT = 2000
_LONGEST_PHRASE = 5

_TOKEN = re.compile(
    r"""
    (?P<clock>[0-9]{1,2}:[0-9]{2})
  | (?P<ordinal>[0-9]{1,6}(?:st|nd|rd|th)\b)
  | (?P<hourly>q[0-9]{1,3}h\b)
  | (?P<ratio>(?:[0-9]{1,4}\ +)?[0-9]{1,4}/[0-9]{1,4}(?![0-9]))
  | (?P<number>(?:[0-9]+(?:[.,][0-9]+)*|[.,][0-9]+)(?:e[-+]?[0-9]+)?[½¼¾]?|[½¼¾])
  | (?P<area>(?:cm|m)(?:²|\^?2)(?![0-9]))
  | (?P<dotted>(?:[a-z]\.){2,})
  | (?P<word>[^\W\d_]+)
  | (?P<symbol>\S)
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Token:
    """A word, a number or a sign; `value` is the number it stands for, `place` where it begins in the text."""

    text: str
    place: int
    value: float | None = None
    kind: str = "word"


def tokenise(text: str, problems: Problems) -> list[Token]:
    """Cut text into tokens, noting what cannot be one; words that carry no meaning are left out."""
    found = []
    for match in _TOKEN.finditer(text.lower() if len(text.lower()) == len(text) else text):
        kind = match.lastgroup or "symbol"
        if match[0] not in NOISE:
            is_route = text[match.start() : match.end()] == "IT" and not text.isupper()  # not "take it"
            spelled = "intrathecal" if is_route else _spelling(match[0], kind)
            found.append(Token(spelled, match.start(), _value(match, kind, problems), kind))
    return found


def _spelling(text: str, kind: str) -> str:
    if kind == "area":
        return text.replace("²", "2").replace("^", "")
    if kind == "dotted":
        return text.replace(".", "")
    if kind == "symbol":
        return {"×": "x", "–": "-", "—": "-", "−": "-", "&": "and", "+": "plus"}.get(text, text)
    return text.replace("µ", "u").replace("μ", "u")


def _value(match: re.Match[str], kind: str, problems: Problems) -> float | None:
    text = match[0]
    if kind == "word":
        return NUMBERS.get(text)
    if kind == "ordinal":
        return float(text[:-2])
    if kind == "hourly":
        return float(text[1:-1])
    if kind == "clock":
        return _clock(text, match.start(), problems)
    if kind == "ratio":
        return _ratio(text, match.start(), problems)
    return _number(text, match.start(), problems) if kind == "number" else None


def _clock(text: str, place: int, problems: Problems) -> float:
    hours, minutes = (int(part) for part in text.split(":"))
    if hours > 23 or minutes > 59:
        problems.add(at(place), text, "a time from 00:00 to 23:59")
        return 0.0
    return hours + minutes / 60


def _ratio(text: str, place: int, problems: Problems) -> float:
    *whole, fraction = text.split()
    above, below = (int(part) for part in fraction.split("/"))
    if below == 0:
        problems.add(at(place), text, "a finite number")
        return 1.0
    return float(sum(int(part) for part in whole)) + above / below


def _number(text: str, place: int, problems: Problems) -> float:
    digits = text.rstrip("".join(FRACTIONS))
    try:
        value = number(digits or "0", at(place)) + FRACTIONS.get(text[-1], 0.0)
    except UnitError as error:
        problems.absorb(error)
        return 1.0
    if value > 1e9 or (0 < value < 1e-9):
        problems.add(at(place), text, "a number between 1e-9 and 1e9")
        return 1.0
    return value


def at(place: int) -> str:
    """How a place in the text is named."""
    return f"regimen at character {place + 1}"


def readable(text: object) -> str:
    """The text itself, checked; raises TherapyError when it is not text, empty, too long or has control characters."""
    if not isinstance(text, str):
        raise TherapyError(Problem("regimen", text, "a sentence such as '10 mg by mouth every 8 h'"))
    if not text.strip():
        raise TherapyError(Problem("regimen", text, "a sentence such as '10 mg by mouth every 8 h'", "It is empty."))
    if len(text) > LONGEST_TEXT:
        raise TherapyError(Problem("regimen", text, f"at most {LONGEST_TEXT} characters", f"It has {len(text)}."))
    for place, letter in enumerate(text):
        if unicodedata.category(letter)[0] == "C" and letter not in "\n\r\t":
            raise TherapyError(Problem(at(place), letter, "printable text", "It is a control character."))
    return text


@dataclass
class Cursor:
    """Walks over the tokens of one stretch of text; `end` is the place just after it."""

    tokens: list[Token]
    end: int
    position: int = field(default=0)
    _heard: tuple[int, Sequence[tuple[int, str]]] = field(default=(-1, ()), repr=False)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left."""
        return self.position >= len(self.tokens)

    @property
    def place(self) -> int:
        """Where the next token begins in the text."""
        return self.end if self.is_done else self.tokens[self.position].place

    def text(self, ahead: int = 0) -> str:
        """The next word, or the one some words ahead; empty past the end."""
        index = self.position + ahead
        return self.tokens[index].text if index < len(self.tokens) else ""

    def value(self, ahead: int = 0) -> float | None:
        """The next number, if the word there is one."""
        index = self.position + ahead
        return self.tokens[index].value if index < len(self.tokens) else None

    def kind(self, ahead: int = 0) -> str:
        """The kind of the next token; empty past the end."""
        index = self.position + ahead
        return self.tokens[index].kind if index < len(self.tokens) else ""

    def rest(self) -> str:
        """The next few words, for a message."""
        return " ".join(token.text for token in self.tokens[self.position : self.position + 6]) or "the end"

    def take(self) -> Token:
        """The next token, stepping over it."""
        self.position += 1
        return self.tokens[self.position - 1]

    def meaning(self, table: Mapping[str, T]) -> T | None:
        """What the longest phrase of the table that comes next stands for, stepping over it; None if none does."""
        for length, said in self._phrases():
            if said in table:
                self.position += length
                return table[said]
        return None

    def says(self, *phrases: str) -> bool:
        """Whether one of these phrases comes next, stepping over it."""
        for length, said in self._phrases():
            if said in phrases:
                self.position += length
                return True
        return False

    def _phrases(self) -> Sequence[tuple[int, str]]:
        """What may be read as one phrase from here on, the longest first, with its number of words."""
        here, known = self._heard
        if here != self.position:
            words = [token.text for token in self.tokens[self.position : self.position + _LONGEST_PHRASE]]
            known = [(length, " ".join(words[:length])) for length in range(len(words), 0, -1)]
            self._heard = self.position, known
        return known

    def stop(self, allowed: str, hint: str = "") -> TherapyError:
        """The error that names what comes next and what was expected there."""
        return TherapyError(Problem(at(self.place), self.rest(), allowed, hint))
