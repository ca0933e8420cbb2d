"""What the evidence is made of.

A fact is one finding, a series a table or time course, a claim something that the software must show.
Plain frozen records. NumPy, Polars and pint are loaded only by the methods that need them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from ..errors import EvidenceError, Problem, UnitError
from ..errors import nearest as nearest_known

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

Seen = Literal["full-text", "abstract", "label", "review", "secondary", "recalled"]
Use = Literal["fit", "check", "context"]
SEEN: tuple[str, ...] = get_args(Seen)
USES: tuple[str, ...] = get_args(Use)
Cell: TypeAlias = str | bool | int | float | None
Value: TypeAlias = float | tuple[float, ...]
MISSING = (None, "nr")  # cells that hold no number: not given, not applicable, not reported


@dataclass(frozen=True)
class Amount:
    """A fact's value with its interval in one unit; `low` and `high` are None where the source gives none."""

    value: Value
    low: float | None
    high: float | None
    unit: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where an entry comes from: common to facts and series.

    file   the topic file that holds it, without ending
    seen   what was read: the paper, its abstract, a label, a review, a secondary page, or nothing (recalled)
    use    fit: may set a parameter; check: held out to test the model; context: neither
    where  the place on the page
    """

    id: str
    statement: str
    species: str
    source: str
    seen: Seen
    use: Use
    file: str = ""
    quantity: str = ""
    population: str = ""
    n: int | None = None
    doi: str = ""
    url: str = ""
    where: str = ""
    note: str = ""

    @property
    def topic(self) -> str:
        """First word of the id."""
        return self.id.split(".", 1)[0]

    @property
    def origin(self) -> str:
        """What tells its source from others: the DOI, or else the reference."""
        return self.doi or self.source

    @property
    def is_verified(self) -> bool:
        """Whether somebody saw a page that says so; False when it was only recalled."""
        return self.seen != "recalled"


@dataclass(frozen=True, kw_only=True)
class Fact(Source):
    """One finding; `value`, `unit` and `quantity` are empty when it is purely qualitative.

    interval            what `low` and `high` are: "95% CI", "range", "SD", ...
    between_subject_cv  coefficient of variation between people, a fraction
    """

    value: Value | None = None
    unit: str = ""
    low: float | None = None
    high: float | None = None
    interval: str = ""
    between_subject_cv: float | None = None

    def amount(self, unit: str = "") -> Amount:
        """Value and interval in another unit of the same dimension; without `unit`, as published.

        Raises EvidenceError when the fact has no value and UnitError when the dimensions differ.
        """
        if self.value is None:
            raise EvidenceError(Problem(self.id, None, "a fact with a value", "This one is qualitative."))
        to = unit or self.unit
        if isinstance(self.value, tuple):
            value = tuple(self._in(to, x) for x in self.value)
        else:
            value = self._in(to, self.value)
        low, high = (None if x is None else self._in(to, x) for x in (self.low, self.high))
        return Amount(value, low, high, to)

    def _in(self, unit: str, number: float) -> float:
        if unit == self.unit:
            return number
        from ..units import convert

        try:
            return float(convert(number, self.unit, unit))
        except Exception as error:  # pint raises many unrelated classes
            raise UnitError(Problem(self.id, unit, f"a unit that {self.unit} converts to")) from error


@dataclass(frozen=True, kw_only=True)
class Series(Source):
    """A table or time course: `rows` of cells under named `columns`; a column's unit is the end of its name.

    An empty cell is None, or "nr" where the source does not report it.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def cells(self, name: str) -> tuple[Cell, ...]:
        """One column as it was written down. Raises EvidenceError with the nearest name."""
        if name not in self.columns:
            hint = nearest_known(name, self.columns)
            raise EvidenceError(Problem(self.id, name, f"one of {', '.join(self.columns)}", hint))
        at = self.columns.index(name)
        return tuple(row[at] for row in self.rows)

    def column(self, name: str) -> NDArray[Any]:
        """One column, shape (rows,): float64 with NaN where there is no number, bool, or text.

        Text is what a column becomes when words are mixed in.
        Raises EvidenceError with the nearest name.
        """
        import numpy as np

        return np.array(_uniform(self.cells(name)))

    def to_polars(self) -> pl.DataFrame:
        """The whole table as a Polars frame, null where there is no number."""
        import polars as pl

        columns = {name: _uniform(self.cells(name), missing=None) for name in self.columns}
        return pl.DataFrame(columns)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One row of the specification: what a source document says and the least that the software must show.

    kind  simulate: a run shows it; answer: the evidence answers it; tool: a person can do it
    """

    id: str
    says: str
    kind: Literal["simulate", "answer", "tool"]
    shows: str
    documents: tuple[str, ...]


def _uniform(cells: tuple[Cell, ...], missing: float | None = float("nan")) -> list[Any]:
    """Cells of one kind: all bool, all float with `missing` where there is no number, or all text."""
    given = [c for c in cells if c not in MISSING]
    if given and len(given) == len(cells) and all(isinstance(c, bool) for c in given):
        return given
    if all(isinstance(c, (int, float)) and not isinstance(c, bool) for c in given):
        return [float(c) if isinstance(c, (int, float)) else missing for c in cells]
    return ["" if c is None else str(c) for c in cells]
