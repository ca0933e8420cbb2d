"""Cautions: what the reader of a result must know, kept beside the result."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Caution:
    """One caution: what it is about, what it says, and the facts behind it."""

    about: str
    says: str
    facts: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.about}: {self.says}"
