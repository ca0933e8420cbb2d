"""Predictions beside published numbers as a job, computed once: a server's model does not change while it runs."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .jobs import Job, Progress

if TYPE_CHECKING:
    from ...claims.validation.comparing import Comparison


@dataclass(frozen=True)
class ValidationDone:
    """Every comparison, and what `baclosim validate --out` writes: file -> content."""

    rows: tuple[Comparison, ...]
    files: Mapping[str, bytes]

    def record(self) -> list[dict[str, Any]]:
        """The rows as JSON."""
        from ...claims.validation.writing import record

        return [record(row) for row in self.rows]


_known: list[ValidationDone] = []


def known() -> ValidationDone | None:
    """What was computed before on this server."""
    return _known[-1] if _known else None


def validation_job() -> Job[ValidationDone]:
    """The job of all comparisons; done at once when they are known."""
    from ...claims.validation import ROOMS

    return Job("validation", lambda progress: known() or computed(progress), len(ROOMS), "rooms of the model")


def computed(progress: Progress) -> ValidationDone:
    """Every comparison, with its files, remembered."""
    from ...claims.validation import comparisons
    from ...claims.validation.writing import write

    rows = comparisons(progress=progress)
    with tempfile.TemporaryDirectory(prefix="baclosim-") as folder:
        files = {path.name: path.read_bytes() for path in write(rows, Path(folder))}
    _known[:] = [ValidationDone(rows, files)]
    return _known[-1]
