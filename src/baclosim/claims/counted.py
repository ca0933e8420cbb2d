"""The counts that pages of the docs state in their sentences, taken from what the code and the comparisons know."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..evidence.library import library
from ..parameters import GRADES, parameters
from .compared import COMPARED, errors

HELD_OUT = re.compile(r"^### Held out\n\n[^\n]*\n(?P<tally>[^\n]*)\.$", re.MULTILINE)
VERDICTS = {"agrees": "agree", "near": "near", "misses": "miss", "too wide to tell": "too wide to tell"}
PAGES = {
    "verification.md": ("weak values", "facts", "held out", "claims", "plasma"),
    "model-card.md": ("grades", "facts", "share held out"),
}
"""Page -> the counts that it states."""
STATED = {
    "grades": re.compile(r"\d+ parameters: \d+ [a-z]+(?: [a-z]+)*(?:, \d+ [a-z]+(?: [a-z]+)*)*"),
    "weak values": re.compile(r"\d+ of \d+ are assumed or recalled"),
    "facts": re.compile(r"\d+ facts and tables"),
    "share held out": re.compile(r"1 in \d+ is held out"),
    "held out": re.compile(r"held out \d+ rows that could be predicted: [^(]*(?= \()"),
    "claims": re.compile(r"\d+ statements of the source documents"),
    "plasma": re.compile(r"(?<=\| plasma, adults \| )\d+ comparisons"),
}
"""How each count is stated."""


def counts(validation: str) -> dict[str, str]:
    """Each count as its sentence states it; `validation` is the text of docs/validation.md."""
    values, entries = parameters().values(), library().entries
    by_grade = ", ".join(f"{sum(value.grade == grade for value in values)} {grade}" for grade in GRADES)
    held = sum(entry.use == "check" for entry in entries)
    plasma = sum(e.fact.startswith(COMPARED["plasma"]) and not e.is_fitted for e in errors(validation))
    return {
        "grades": f"{len(values)} parameters: {by_grade}",
        "weak values": f"{sum(value.is_weak for value in values)} of {len(values)} are assumed or recalled",
        "facts": f"{len(entries)} facts and tables",
        "share held out": f"1 in {round(len(entries) / held)} is held out",
        "held out": held_out(validation),
        "claims": f"{len(library().claims())} statements of the source documents",
        "plasma": f"{plasma} comparisons",
    }


def held_out(validation: str) -> str:
    """How the held-out rows fare, from the line that counts them; raises ValueError where there is none."""
    found = HELD_OUT.search(validation)
    if found is None:
        raise ValueError("docs/validation.md counts no held-out rows")
    tally = {what: int(count) for count, what in (part.split(" ", 1) for part in found["tally"].split(", "))}
    told = {said: tally.get(verdict, 0) for verdict, said in VERDICTS.items()}
    said = ", ".join(f"{count} {what}" for what, count in told.items())
    return f"held out {sum(told.values())} rows that could be predicted: {said}"


def counted(page: str, names: tuple[str, ...], known: Mapping[str, str]) -> str:
    """The page with these counts as they are now; raises ValueError where it states one of them no longer."""
    for name in names:
        page, found = STATED[name].subn(known[name], page)
        if not found:
            raise ValueError(f"the page no longer states the count {name!r}")
    return page
