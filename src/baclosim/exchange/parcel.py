"""What an export is: files made in memory, so that they can be written all or none, or read back at once."""

from __future__ import annotations

from dataclasses import dataclass


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
