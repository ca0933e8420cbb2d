"""Plain words to a regimen: "5 mg every 8 h for 3 days, then 10 mg three times daily".

The text is cut into words; misspelt ones are reported with the nearest word that is known and read as that, so that
one slip does not hide the next. Steps, parted by "then", are read one by one, each clause in whatever order it comes;
what cannot be read is reported with its place, and reading goes on at the next step.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field, replace
from itertools import pairwise

from ...errors import Problem, Problems, TherapyError
from ..checks import step_slips
from ..regimen import Regimen
from ..steps import Adherence, Dosing, Nothing, Step, Until
from .amount_words import starts_amount, whole
from .changes import ramp
from .clauses import CLAUSES, period
from .draft import Draft, Period
from .tokens import Cursor, Token, at, readable, tokenise
from .words import BRANCHING, MISSING, NO_ROUTE, NUMBERS, OTHER_DRUGS, PAUSES, STEPS, STOPS, vocabulary

_SIGNS = frozenset(",;.:/-%()x")
_JOINTS = (",", "and", "plus", ":", "(", ")", "but")
_MOST_PROBLEMS = 12
_KNOWN_SLIPS = {
    **dict.fromkeys(("ml", "millilitre", "milliliter", "litre"), "Give the mass of baclofen, not a volume."),
    **dict.fromkeys(("nan", "inf", "infinity"), "A dose is a finite number."),
}


def parse(text: str) -> Regimen:
    """The regimen that a sentence prescribes; `str` of it is the same regimen in one normalised sentence.

    Raises TherapyError listing every problem with its place in the text, what is allowed there and the likely slip.
    """
    return _parse(readable(text))


@functools.lru_cache(maxsize=256)
def _parse(text: str) -> Regimen:
    problems = Problems()
    tokens = tokenise(text, problems)
    refuse_branches(text, tokens)
    reading = Reading(text)
    for chunk in steps_apart(spelt(tokens, problems)):
        try:
            reading.read(chunk)
        except TherapyError as error:
            problems.absorb(error)
    if problems.found:
        problems.found += reading.slips()
        del problems.found[_MOST_PROBLEMS:]
        problems.raise_as(TherapyError)
    if not reading.steps:
        raise TherapyError(Problem(at(0), text.strip(), "a dose, such as '10 mg by mouth every 8 h'"))
    return reading.regimen()


def refuse_branches(text: str, tokens: list[Token]) -> None:
    """Raise TherapyError when the text asks for a decision on what is observed: that needs visits."""
    for token, following in pairwise([*tokens, Token("", len(text))]):
        waits = token.text in ("until", "till") and following.kind == "word" and following.value is None
        plain = following.text in ("day", "end", "zero", "stopped")
        if token.text in BRANCHING or (waits and not plain):
            said = text[token.place : token.place + 40]
            hint = "Give fixed steps here, such as 'increase by 5 mg every 3 days up to 20 mg'."
            raise TherapyError(Problem(at(token.place), said, "steps that do not depend on what is observed, "
                                       "because a decision needs visits at which to observe", hint))  # fmt: skip


def spelt(tokens: list[Token], problems: Problems, words: frozenset[str] | None = None) -> list[Token | None]:
    """The tokens with misspelt words mended; None where a word is not known at all. Both are noted.

    words  what may be said, those of a regimen by default
    """
    known = vocabulary() if words is None else words
    mended: list[Token | None] = []
    for token in tokens:
        if token.text in known or token.text in _SIGNS or token.value is not None or token.kind == "area":
            mended.append(token)
            continue
        near = _nearest(token.text, known) if len(problems.found) < _MOST_PROBLEMS else None
        problems.add(at(token.place), token.text, "a word of the dosing language", _about(token.text, near))
        mended.append(replace(token, text=near, value=NUMBERS.get(near), kind="word") if near else None)
    return mended


def _nearest(word: str, known: frozenset[str]) -> str | None:
    if len(word) > 30 or not word.isalpha() or word in OTHER_DRUGS or word in _KNOWN_SLIPS:
        return None
    import difflib

    close = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.7)
    return close[0] if close else None


def _about(word: str, near: str | None) -> str:
    if word in OTHER_DRUGS:
        return "Other drugs are given under 'alongside'."
    return _KNOWN_SLIPS.get(word, f"Did you mean {near!r}?" if near else "")


def steps_apart(tokens: list[Token | None]) -> list[list[Token]]:
    """Cut at "then" and full stops; a stretch that holds an unknown word is left out, as it is reported already."""
    chunks: list[list[Token | None]] = [[]]
    for i, token in enumerate(tokens):
        if token is not None and (token.text in ("then", ";", ".") or (token.text == "followed")):
            chunks.append([])
        elif token is None or not (token.text == "by" and i and getattr(tokens[i - 1], "text", "") == "followed"):
            chunks[-1].append(token)
    return [[t for t in chunk if t is not None] for chunk in chunks if chunk and None not in chunk]


@dataclass
class Reading:
    """The steps read so far, each with where it begins and ends in the text."""

    text: str
    steps: list[Step] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)
    adherence: Adherence = field(default_factory=Adherence)

    def regimen(self) -> Regimen:
        """The regimen, its problems named by place instead of by step."""
        try:
            return Regimen(tuple(self.steps), self.adherence)
        except TherapyError as error:
            raise TherapyError([self._placed(problem) for problem in error.problems]) from None

    def slips(self) -> list[Problem]:
        """What is wrong with single steps, for a text that has other problems already."""
        return [
            self._placed(Problem(f"step {number}", *slip))
            for number, step in enumerate(self.steps, 1)
            for slip in step_slips(step)
        ]

    def _placed(self, problem: Problem) -> Problem:
        """A problem of a step, named by its place and shown as it was typed."""
        word, _, number = problem.where.partition(" ")
        if word != "step" or not number.isdigit() or int(number) > len(self.places):
            return problem
        start, end = self.places[int(number) - 1]
        return replace(problem, where=f"step {number}, {at(start)}", given=self.text[start:end].strip(" ,;"))

    def read(self, tokens: list[Token]) -> None:
        """Read one stretch between two "then"; raises TherapyError at the first thing that cannot be read."""
        c = Cursor(tokens, tokens[-1].place + len(tokens[-1].text))
        while not c.is_done:
            if c.text() in _JOINTS:
                c.take()
                continue
            place, missed = c.place, missing(c, self.adherence)
            if missed is not None:
                self.adherence = missed
                continue
            self.steps.append(self._step(c))
            self.places.append((place, c.place))

    def _step(self, c: Cursor) -> Step:
        upward = c.meaning(STEPS)
        if upward is not None:
            return ramp(c, upward, self.steps[-1] if self.steps else None)
        if c.says(*STOPS):
            return nothing(c, stops=True)
        return nothing(c) if c.says(*PAUSES) else dosing(c, self.text)


def nothing(c: Cursor, stops: bool = False) -> Nothing:
    """What follows "nothing" or "stop": for how long, from which day."""
    p = Period()
    while c.says("on day", "from day", "after day"):
        after = c.tokens[c.position - 2].text == "after"
        p.from_day = whole(c, "a day") + after
    while period(c, p) or (c.text(1) in ("for", "until", "from") and c.says(",")):
        pass
    if stops and p.span is not None:
        raise c.stop("'nothing' instead of 'stop' when doses go on afterwards")
    if not c.is_done and c.text() not in _JOINTS:
        raise c.stop("'nothing for 2 days' or 'stop'")
    return Nothing(p.span, p.from_day)


def dosing(c: Cursor, text: str) -> Dosing:
    """One or more intakes at once, joined by "and", and the time that they last."""
    shared = Period()
    intakes = []
    while True:
        start, draft = c.place, Draft(c.place, shared)
        read_intake(c, draft)
        draft.said = text[start : c.place].strip(" ,;")
        intakes.append(draft.finished())
        if not joined(c, shared):
            break
    dose = Dosing(tuple(intakes), shared.span, shared.from_day)
    is_one_day = isinstance(dose.span, Until) and dose.from_day is not None and dose.is_single
    return replace(dose, span=None) if is_one_day else dose


def read_intake(c: Cursor, draft: Draft) -> None:
    """Read clauses until a new intake or step begins; raises TherapyError at a word that belongs to no clause."""
    while not c.is_done:
        if c.text() in _JOINTS:
            if draft.amount is not None and begins_something(c):
                return
            c.take()
        elif draft.amount is not None and (_begins_step(c, 0) or says_adherence(c, 0)):
            return
        elif not any(clause(c, draft) for clause in CLAUSES):
            raise c.stop("an amount, a route, how often, or how long", _known_hint(c))


def _known_hint(c: Cursor) -> str:
    if c.text() in ("twice", "thrice") or c.text(1) in ("week", "weekly"):
        return "For doses on some days of the week, name the days: 'on Mondays and Fridays'."
    return NO_ROUTE.get(c.text(), "")


def begins_something(c: Cursor) -> bool:
    """Whether a new intake or a new step begins after the comma or "and" that comes next."""
    ahead = 1
    while c.text(ahead) in _JOINTS:
        ahead += 1
    named_day = c.text(ahead) in ("day", "days", "week", "weeks") and c.value(ahead + 1) is not None
    single = c.text(ahead) == "single" or (c.text(ahead), c.text(ahead + 1)) == ("a", "single")
    return starts_amount(c, ahead) or _begins_step(c, ahead) or says_adherence(c, ahead) or named_day or single


def _begins_step(c: Cursor, ahead: int) -> bool:
    first, both = c.text(ahead), f"{c.text(ahead)} {c.text(ahead + 1)}"
    return any(words in table for words in (first, both) for table in (STEPS, STOPS, PAUSES))


def joined(c: Cursor, shared: Period) -> bool:
    """Whether another intake of the same step follows, stepping over what joins it.

    A comma after "for 3 days" begins a new step; "and" there is refused, because it could mean either.
    """
    start, words = c.position, []
    while c.text() in _JOINTS:
        words.append(c.take().text)
    if not starts_amount(c, 0) or (shared.span is not None and words == [","]):
        c.position = start
        return False
    if shared.span is not None:
        raise c.stop("'then' before the next step, or how long all of them last at the very end")
    return True


def says_adherence(c: Cursor, ahead: int) -> bool:
    """Whether missed doses are told some words ahead."""
    ahead += c.text(ahead) in ("with", "at")
    is_share = c.value(ahead) is not None and c.text(ahead + 1) in ("%", "percent")
    return c.text(ahead) in MISSING or c.text(ahead) == "adherence" or (is_share and c.text(ahead + 2) == "adherence")


def missing(c: Cursor, before: Adherence) -> Adherence | None:
    """`missing 10 % of doses at random`, `80 % adherence`, `missing the 3rd and 5th doses`; None if not next."""
    if not says_adherence(c, 0):
        return None
    c.says("with", "at")
    takes = c.text() not in MISSING
    c.says(*MISSING, "adherence")
    c.says("dose", "doses", "a", "an")
    if c.value() is None:
        raise c.stop("which doses, such as 'missing the 3rd dose' or 'missing 10 % of doses at random'")
    if c.text(1) not in ("%", "percent"):
        return replace(before, numbers=tuple(sorted({*before.numbers, *_numbers(c)})))
    share = (c.take().value or 0.0) / 100
    c.take()
    c.says("adherence")
    c.says("dose", "doses")
    c.says("at random", "randomly", "random")
    return replace(before, random=float(f"{1 - share if takes else share:.12g}"))


def _numbers(c: Cursor) -> list[int]:
    found = [whole(c, "the number of a dose")]
    while c.text() in (",", "and") and (c.value(1) is not None or c.text(1) == "and"):
        if starts_amount(c, 1):
            break
        c.take()
        c.says("and")
        found.append(whole(c, "the number of a dose"))
    c.says("dose", "doses")
    return found
