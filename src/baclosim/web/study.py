"""What a page holds: one patient and up to four therapies to compare, as the tables of a scenario file.

A study is plain data, so that it fits into the address of the page, can be undone, and is judged by the same reader as
a file. `History` keeps what was applied; a draft with a mistake never replaces it.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from dataclasses import dataclass, field, replace
from typing import Any

from ..errors import InputError, Problem
from ..scenario import Scenario
from ..scenario.checking import checked
from ..scenario.reading import Source, examples, parsed

MOST_THERAPIES = 4
LONGEST_ADDRESS = 6000  # characters; browsers and proxies cut longer ones
LARGEST = 200_000  # bytes of a study once unpacked

Raw = dict[str, Any]


@dataclass(frozen=True)
class Study:
    """The tables of a scenario: `patient`, `simulate`, and one `therapies` table for each therapy compared."""

    patient: Raw
    therapies: tuple[Raw, ...]
    simulate: Raw
    title: str = ""

    def scenario(self, number: int = 0, **simulate: Any) -> Scenario:
        """One therapy as a scenario, with changes to how it is simulated; raises ScenarioError with every mistake."""
        return checked(Source("page", "", self.raw(number, **simulate)))

    def raw(self, number: int = 0, **simulate: Any) -> Raw:
        """The same as the tables of a scenario file."""
        return {
            "title": self.title,
            "patient": self.patient,
            "therapy": self.therapies[number],
            "simulate": {**self.simulate, **simulate},
        }

    def scenarios(self, **simulate: Any) -> tuple[Scenario, ...]:
        """Every therapy as a scenario; raises ScenarioError with every mistake of the first faulty one."""
        return tuple(self.scenario(i, **simulate) for i in range(len(self.therapies)))

    def with_therapy(self, number: int, therapy: Raw) -> Study:
        """The study with one therapy changed, or a further one added."""
        changed = [*self.therapies]
        changed[number : number + 1] = [therapy]
        return replace(self, therapies=tuple(changed[:MOST_THERAPIES]))

    def without_therapy(self, number: int) -> Study:
        """The study with one therapy less; the last one stays."""
        rest = self.therapies[:number] + self.therapies[number + 1 :]
        return replace(self, therapies=rest or self.therapies)


def from_example(name: str) -> Study:
    """The study of a bundled example; raises KeyError for a name that is none."""
    raw = parsed(name, examples()[name]).raw
    return Study(raw.get("patient", {}), (raw.get("therapy", {}),), raw.get("simulate", {}), raw.get("title", name))


def to_address(study: Study) -> str:
    """The study as a word that can stand in an address.

    >>> study = from_example("oral-titration-ms")
    >>> from_address(to_address(study)) == study
    True
    """
    plain = {"p": study.patient, "t": study.therapies, "s": study.simulate, "n": study.title}
    text = json.dumps(plain, separators=(",", ":"), ensure_ascii=False, sort_keys=True, default=str)
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")


def from_address(word: str) -> Study:
    """The study that a word stands for; raises InputError for one that was cut or made up."""
    fault = InputError(Problem("address", word[:40], "a shared address of the workbench, whole"))
    if len(word) > LONGEST_ADDRESS:
        raise fault
    try:
        packed = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
        unpacker = zlib.decompressobj()
        text = unpacker.decompress(packed, LARGEST)
        plain = json.loads(text)
    except (ValueError, binascii.Error, zlib.error, RecursionError):
        raise fault from None
    if unpacker.unconsumed_tail or not _is_study(plain):
        raise fault
    return Study(plain["p"], tuple(plain["t"]), plain["s"], plain["n"])


def _is_study(plain: Any) -> bool:
    return (
        isinstance(plain, dict)
        and set(plain) == {"p", "t", "s", "n"}
        and all(isinstance(plain[key], dict) for key in "ps")
        and isinstance(plain["n"], str)
        and isinstance(plain["t"], list)
        and 1 <= len(plain["t"]) <= MOST_THERAPIES
        and all(isinstance(therapy, dict) for therapy in plain["t"])
    )


@dataclass
class History:
    """What was applied, with what can be undone and redone."""

    present: Study
    past: list[Study] = field(default_factory=list)
    future: list[Study] = field(default_factory=list)

    def apply(self, study: Study) -> None:
        """Make a study the present one; what was undone before is forgotten."""
        if study != self.present:
            self.past.append(self.present)
            self.present = study
            self.future.clear()

    def undo(self) -> bool:
        """Go back by one; whether there was anything to undo."""
        return self._step(self.past, self.future)

    def redo(self) -> bool:
        """Go forward by one; whether there was anything to redo."""
        return self._step(self.future, self.past)

    def _step(self, source: list[Study], target: list[Study]) -> bool:
        if not source:
            return False
        target.append(self.present)
        self.present = source.pop()
        return True
