"""Tables as people bring them: a data file, a Polars or pandas frame, a mapping of columns; numbers come out."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import Problems
from ...mistaken import TABLE, looks_like
from ...units import either_way
from . import clock
from .datafile import Layout, decoded, is_plain, lines_of, text_of

Array = NDArray[np.float64]

MISSING = (".", "", "NA", "NaN", "nan")
MOST_COLUMNS = 500
FORTRAN = re.compile(r"^([-+]?(?:\d+\.?\d*|\.\d+))[dD]([-+]?\d+)$")  # 1D3, as Fortran writes 1e3
EXACT = 2.0**53  # below it every whole number is one of its own
ROW = re.compile(r"^row (\d+)\b")


@dataclass(frozen=True)
class Table:
    """Columns of equal length, each a NumPy array (r,) as it came.

    lines  (r,) where in its file each record stands, from 1; empty where that is plain: one line of names, then records
    """

    columns: Mapping[str, NDArray[Any]]
    lines: Sequence[int] = ()

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()))) if self.columns else 0

    @classmethod
    def read(cls, source: object, problems: Problems, layout: Layout | None = None) -> Table:
        """Read any kind of table; what cannot be read is noted in `problems`. `layout` is of data files alone."""
        if isinstance(source, (str, Path, bytes)):
            is_text = isinstance(source, bytes)
            name = "the table" if is_text else str(source)
            text = decoded(source, name, problems) if is_text else text_of(Path(source), problems)
            return cls({}) if text is None else cls.from_text(text, name, problems, layout or Layout())
        if layout and layout != Layout():
            problems.add("columns", layout.columns or layout.ignore, "a data file, when columns or marks are named")
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
    def from_text(cls, text: str, name: str, problems: Problems, layout: Layout) -> Table:
        """Read the text of a data file; '.' is missing, and so are cells that a short line leaves out."""
        if hint := looks_like(text, TABLE):
            problems.add("events", name, "a CSV file with a line of names and then records", hint)
            return cls({})
        found = cls.from_csv(text, name, problems) if is_plain(text, layout) else cls.of(text, layout, problems)
        width = len(found.columns)
        if width > MOST_COLUMNS:
            problems.add("events", f"{width:,} columns", f"at most {MOST_COLUMNS} columns", "Is it on its side?")
            return cls({})
        return found

    @classmethod
    def of(cls, text: str, layout: Layout, problems: Problems) -> Table:
        """Read text in any of the forms of `datafile`."""
        found = lines_of(text, layout, problems)
        if found is None or problems.found:
            return cls({})
        columns = {name: [row[i] for row in found.cells] for i, name in enumerate(found.names)}
        return cls({name: numbers_or_text(cells) for name, cells in columns.items()}, found.numbers)

    @classmethod
    def from_csv(cls, text: str, name: str, problems: Problems) -> Table:
        """Read plain CSV with one line of names."""
        import polars as pl

        try:
            source = io.BytesIO(text.encode())
            frame = pl.read_csv(source, infer_schema=False, null_values=list(MISSING), truncate_ragged_lines=False)
        except pl.exceptions.PolarsError as error:
            reason = f"({str(error).splitlines()[0] if str(error) else type(error).__name__})"
            problems.add("events", name, "a CSV file with a line of names and then records", reason)
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
        return replace(self, columns=columns)

    def with_hours(self, problems: Problems, start: dt.datetime | None = None) -> Table:
        """The same table under standard names with dates and clock times as hours (see `clock`)."""
        labels = [name for name in clock.ORDERS if name in self.columns]
        if len(labels) > 1:
            problems.add(f"column {labels[1]}", labels[1], f"one column of dates, which {labels[0]} is")
        if "TIME" not in self.columns or not (labels or clock.is_clock(self.columns["TIME"])):
            return self
        label = labels[0] if labels else ""
        date = self.columns[label] if labels else None
        found = clock.hours(self.columns["TIME"], date, label, self.bounds("ID"), start, problems)
        return replace(self, columns={k: v for k, v in self.columns.items() if k not in labels} | {"TIME": found})

    def bounds(self, name: str) -> list[int]:
        """The first row of each run of equal cells of a column, then the number of rows."""
        cells = [str(cell) for cell in self.columns[name].tolist()] if name in self.columns else [""] * len(self)
        return [i for i in range(len(self)) if i == 0 or cells[i] != cells[i - 1]] + [len(self)]

    def locate(self, problems: Problems) -> None:
        """Say in each problem of a row on which line of the file it stands, where that is not plain."""
        if not any(line != row + 2 for row, line in enumerate(self.lines)):
            return
        for i, problem in enumerate(problems.found):
            if (row := ROW.match(problem.where)) and int(row[1]) <= len(self.lines):
                place = f"{row[0]} (line {self.lines[int(row[1]) - 1]})"
                problems.found[i] = replace(problem, where=place + problem.where[row.end() :])

    @staticmethod
    def where(row: int, column: str) -> str:
        """How a message names a cell; the first record is row 1."""
        return f"row {row + 1}, {column}"

    def plain(self, name: str, problems: Problems) -> NDArray[Any]:
        """A column (r,) of identifiers: whole numbers where it can be, otherwise text; missing cells are noted."""
        values = self.columns[name]
        numbers, wrong = parse(values, np.nan)
        if not wrong.any() and (numbers == np.round(numbers)).all() and (np.abs(numbers) < EXACT).all():
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
            cell = self.columns[name][row]
            problems.add(self.where(int(row), name), cell, "a number", either_way(cell))
        return np.where(wrong, 0.0, numbers)


def numeric_or_text(column: Any) -> NDArray[Any]:
    """A Polars column of text as numbers (r,) when every cell is one or missing, otherwise as it is."""
    import polars as pl

    numbers = column.cast(pl.Float64, strict=False)
    return (numbers if numbers.null_count() == column.null_count() else column).to_numpy()


def numbers_or_text(cells: list[str]) -> NDArray[Any]:
    """A column of text as numbers (r,) when every cell is one or missing, otherwise as it is, None where missing."""
    numbers = [np.nan if cell in MISSING else number_of(cell, 0.0, {}) for cell in cells]
    if None in numbers:
        return np.array([None if cell in MISSING else cell for cell in cells], dtype=object)
    return np.array(numbers, dtype=float)


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
        if "_" in text:
            return None
        cell = text
    try:
        number = float(cell)
    except (TypeError, ValueError):
        return fortran(cell)
    return missing if number != number else number


def fortran(cell: Any) -> float | None:
    """A cell as Fortran writes numbers, such as 1.5D3; None when it is none."""
    written = FORTRAN.match(cell) if isinstance(cell, str) else None
    return float(f"{written[1]}e{written[2]}") if written else None
