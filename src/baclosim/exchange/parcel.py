"""What an export is: files made in memory, so that they can be written all or none, or read back at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class File:
    """One file: its name, what it holds in a few words, and its bytes."""

    name: str
    holds: str
    content: bytes = b""


@dataclass(frozen=True)
class Parcel:
    """What one export comes to.

    form    the format, such as "netcdf"
    source  the scenario, plan or file it was made from
    files   the first is the one people open
    notes   what a reader of the files must know, one sentence each: what was left out, what was assumed
    facts   ids of the evidence that the numbers rest on
    """

    form: str
    source: str
    files: tuple[File, ...]
    notes: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> bytes:
        """The bytes of a file by its name; raises KeyError."""
        return {file.name: file.content for file in self.files}[name]


def together(form: str, source: str, parcels: Iterable[Parcel]) -> Parcel:
    """Several parcels as one: all of their files, numbered where two have one name; each note and fact once."""
    each = tuple(parcels)
    return Parcel(
        form,
        source,
        tuple(told_apart([file for parcel in each for file in parcel.files])),
        tuple(dict.fromkeys(note for parcel in each for note in parcel.notes)),
        tuple(dict.fromkeys(fact for parcel in each for fact in parcel.facts)),
    )


def told_apart(files: Sequence[File]) -> Iterator[File]:
    """The files, those whose name has come before with a number before the ending."""
    seen: Counter[str] = Counter()
    for file in files:
        seen[file.name] += 1
        stem, dot, ending = file.name.rpartition(".")
        yield file if seen[file.name] == 1 else replace(file, name=f"{stem}-{seen[file.name]}{dot}{ending}")
