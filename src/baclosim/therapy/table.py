"""Tables as people bring them: a CSV file, a Polars or pandas frame, a mapping of columns; numbers come out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import Problems

Array = NDArray[np.float64]

MISSING = (".", "", "NA", "NaN", "nan")
MOST_COLUMNS = 500


@dataclass(frozen=True)
class Table:
    """Columns of equal length, each a NumPy array (r,) as it came."""

    columns: Mapping[str, NDArray[Any]]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()))) if self.columns else 0

    @classmethod
    def read(cls, source: object, problems: Problems) -> Table:
        """Read any kind of table; what cannot be read is noted in `problems`."""
        if isinstance(source, (str, Path)):
            return cls.from_csv(Path(source), problems)
        if isinstance(source, Mapping):
            columns = {str(k): np.atleast_1d(as_array(v)) for k, v in source.items()}
        elif hasattr(source, "columns") and hasattr(source, "__getitem__"):
            columns = {str(name): as_array(source[name]) for name in source.columns}  # type: ignore[index]
        else:
            problems.add(
                "events", type(source).__name__, "a CSV path, a Polars or pandas frame, or a mapping of columns"
            )
            return cls({})
        return cls(of_equal_length(columns, problems))

    @classmethod
    def from_csv(cls, path: Path, problems: Problems) -> Table:
        """Read a CSV file with one line of names; '.' is missing."""
        import polars as pl

        if not path.is_file():
            hint = "It is a folder." if path.is_dir() else "There is no such file."
            problems.add("events", str(path), "a CSV file with a line of names and then records", hint)
            return cls({})
        try:
            frame = pl.read_csv(path, infer_schema=False, null_values=list(MISSING), truncate_ragged_lines=False)
        except (OSError, pl.exceptions.PolarsError) as error:
            reason = f"({str(error).splitlines()[0] if str(error) else type(error).__name__})"
            problems.add("events", str(path), "a CSV file with a line of names and then records", reason)
            return cls({})
        if frame.width > MOST_COLUMNS:
            problems.add("events", f"{frame.width:,} columns", f"at most {MOST_COLUMNS} columns", "Is it on its side?")
            return cls({})
        return cls({name: numeric_or_text(frame[name]) for name in frame.columns})

    def renamed(self, standard: Callable[[str], str], problems: Problems) -> Table:
        """The same table under standard names; two columns of one name are noted."""
        columns: dict[str, NDArray[Any]] = {}
        for name, values in self.columns.items():
            new = standard(name)
            if new in columns:
                problems.add(f"column {name}", name, f"one column {new}, not two")
            columns[new] = values
        return Table(columns)

    @staticmethod
    def where(row: int, column: str) -> str:
        """How a message names a cell; the first record is row 1."""
        return f"row {row + 1}, {column}"

    def plain(self, name: str, problems: Problems) -> NDArray[Any]:
        """A column (r,) of identifiers: whole numbers where it can be, otherwise text; missing cells are noted."""
        values = self.columns[name]
        numbers, wrong = parse(values, np.nan)
        if not wrong.any() and (numbers == np.round(numbers)).all():
            return numbers.astype(np.int64)
        for row in np.flatnonzero([v is None or v != v or str(v).strip() in MISSING for v in values.tolist()]):
            problems.add(self.where(int(row), name), None, "an identifier")
        return np.array([str(v).strip() for v in values.tolist()], dtype=object)

    def numbers(
        self, name: str, problems: Problems, *, missing: float, words: Mapping[str, float] | None = None
    ) -> Array:
        """A column (r,) as numbers; missing cells, or a missing column, are `missing`; `words` have their number."""
        if name not in self.columns:
            return np.full(len(self), missing)
        numbers, wrong = parse(self.columns[name], missing, words)
        for row in np.flatnonzero(wrong):
            problems.add(self.where(int(row), name), self.columns[name][row], "a number")
        return np.where(wrong, 0.0, numbers)


def numeric_or_text(column: Any) -> NDArray[Any]:
    """A Polars column of text as numbers (r,) when every cell is one or missing, otherwise as it is."""
    import polars as pl

    numbers = column.cast(pl.Float64, strict=False)
    return (numbers if numbers.null_count() == column.null_count() else column).to_numpy()


def as_array(values: Any) -> NDArray[Any]:
    """Any column as a NumPy array; missing values of nullable types become None or NaN."""
    if hasattr(values, "to_numpy"):
        return np.asarray(values.to_numpy())
    return np.asarray(values)


def of_equal_length(columns: Mapping[str, NDArray[Any]], problems: Problems) -> dict[str, NDArray[Any]]:
    """Columns repeated to the common length; those that do not fit are noted."""
    length = max((len(values) for values in columns.values()), default=0)
    for name, values in columns.items():
        if values.ndim != 1 or len(values) not in (1, length):
            problems.add(f"column {name}", f"{values.shape} cells", f"{length} cells, or one for all rows")
    return {
        name: np.repeat(values, length) if len(values) == 1 else values
        for name, values in columns.items()
        if values.ndim == 1 and len(values) in (1, length)
    }


def parse(
    values: NDArray[Any], missing: float, words: Mapping[str, float] | None = None
) -> tuple[Array, NDArray[np.bool_]]:
    """Numbers (r,) and where a cell is none. Missing cells count as `missing`."""
    if values.dtype.kind in "iufb":
        numbers = values.astype(float)
        return np.where(np.isnan(numbers), missing, numbers), np.zeros(len(values), dtype=bool)
    parsed = [number_of(cell, missing, words or {}) for cell in values.tolist()]
    wrong = np.array([number is None for number in parsed], dtype=bool)
    return np.array([0.0 if number is None else number for number in parsed], dtype=float), wrong


def number_of(cell: Any, missing: float, words: Mapping[str, float]) -> float | None:
    """One cell as a number; None when it is not one."""
    if cell is None or type(cell).__name__ in ("NAType", "NaTType"):
        return missing
    if isinstance(cell, str):
        text = cell.strip()
        if text in words:
            return words[text]
        if text in MISSING:
            return missing
        cell = text
    try:
        number = float(cell)
    except (TypeError, ValueError):
        return None
    return missing if number != number else number
