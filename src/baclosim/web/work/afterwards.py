"""What can be asked of a study that was run, for the page and the interface alike: arms compared, questions in SQL, a
visual predictive check, the power of a trial."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from .jobs import Job, Progress

if TYPE_CHECKING:
    from polars import DataFrame

    from ...cohort.power import Power
    from ...cohort.summary import Contrast
    from .studying import StudyDone

LONGEST_QUESTION, LONGEST_DATA = 5_000, 200_000  # characters
MOST_SIZES = 12
Name = Field(max_length=200)


class Wanted(BaseModel):
    """Something that is asked of a study."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Comparison(Wanted):
    """Every arm against one of them."""

    reference: str | None = Field(None, max_length=200, description="an arm; the first when left out")
    measures: list[str] = Field([], max_length=40, description="endpoints or columns; the endpoints when left out")

    def contrasts(self, done: StudyDone) -> tuple[Contrast, ...]:
        """The differences; raises InputError for names that the study has not."""
        from ...cohort.summary import compare

        with done.results() as results:
            return compare(results, self.reference or None, self.measures)

    def drawn(self, done: StudyDone) -> Compared:
        """The differences as people read them, drawn, and as a file."""
        import polars as pl

        from ...cohort.drawing import differences_of
        from ...cohort.summary import as_row
        from ...cohort.words import contrasts
        from ...figures.outcomes import outcomes_figure
        from ...figures.svg import to_svg

        found = self.contrasts(done)
        arms = [arm["name"] for arm in done.record.manifest["arms"]]
        less = differences_of(found, arms)
        svg = to_svg(outcomes_figure(less), "differences") if less else ""
        return Compared(tuple(contrasts(found)), svg, pl.DataFrame([as_row(row) for row in found]).write_csv().encode())


@dataclass(frozen=True)
class Compared:
    """Arms against one of them: rows in words, the figure as SVG (empty where nothing differs), and all as CSV."""

    rows: tuple[tuple[str, ...], ...]
    figure: str
    csv: bytes


class Question(Wanted):
    """A question in SQL over the tables patients, visits, courses and bands."""

    sql: str = Field(
        max_length=LONGEST_QUESTION, examples=["select arm, avg(age_years) as age from patients group by arm"]
    )

    def answer(self, done: StudyDone, go_on: Callable[[], None] = lambda: None) -> Answer:
        """The answer, computed by a process that sees these tables and nothing else; raises InputError."""
        from ...cohort.apart import query_apart

        with done.results() as results:
            found, has_more = query_apart(results, self.sql, go_on)
        return Answer(tuple(found.columns), found, has_more)

    def job(self, done: StudyDone) -> Job[Answer]:
        """The job of this question."""
        return Job("question", lambda progress: self.answer(done, lambda: progress(0, 1)), 1, "questions")


@dataclass(frozen=True)
class Answer:
    """What a question came to: its first rows, and whether there are more."""

    columns: tuple[str, ...]
    found: DataFrame
    has_more: bool

    def rows(self) -> list[list[Any]]:
        """The rows as JSON knows them."""
        return [[plain(cell) for cell in row] for row in self.found.rows()]

    def csv(self) -> bytes:
        """The rows as CSV."""
        import csv
        import io

        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(self.rows())
        return text.getvalue().encode()


def plain(cell: Any) -> Any:
    """A cell as JSON knows it: no number is None, whatever is neither number nor text is told as text."""
    if isinstance(cell, float) and not math.isfinite(cell):
        return None
    return cell if cell is None or isinstance(cell, str | int | float | bool) else str(cell)


class Check(Wanted):
    """What was observed, to be laid over what an arm predicts."""

    data: str = Field(
        max_length=LONGEST_DATA, examples=["time_h,value\n2,310\n8,120"], description="CSV: time_h and value"
    )
    quantity: str = Field("plasma", max_length=200)
    unit: str = Field("", max_length=40, description="of the values, such as ng/mL; the quantity's own when left out")
    arm: str | None = Field(None, max_length=200, description="the arm that was measured; the first when left out")

    def figure(self, done: StudyDone) -> str:
        """The visual predictive check as SVG; raises InputError for everything that does not fit."""
        from ...cohort.drawing import draw_vpc, seen_in
        from ...figures.svg import to_svg

        seen = seen_in(self.data.encode(), "what was observed")
        with done.results() as results:
            return to_svg(draw_vpc(results, self.quantity, self.arm or results.arms[0], seen, self.unit), "vpc")

    def job(self, done: StudyDone) -> Job[str]:
        """The job of this figure."""
        return Job("check", lambda _: self.figure(done), 1, "figures")


class Trial(Wanted):
    """A trial of which the power is asked."""

    endpoint: str = Name
    arm: str = Field(max_length=200, description="the arm that is tried")
    reference: str = Field(max_length=200, description="the arm that it is compared with")
    sizes: list[int] = Field(min_length=1, max_length=MOST_SIZES, description="patients in each arm: 2 to 100,000")
    level: float = Field(0.05, gt=0.0, lt=1.0, description="of significance, two-sided")

    def job(self, done: StudyDone) -> Job[PowerDone]:
        """The job of the trials; raises InputError at once for names that the study has not."""
        from ...cohort.power import TRIALS, check

        with done.results() as results:
            check(results, self.endpoint, self.arm, self.reference, self.sizes, self.level)
        return Job("power", lambda progress: self.tried(done, progress), TRIALS * len(self.sizes), "trials")

    def tried(self, done: StudyDone, progress: Progress) -> PowerDone:
        """The power at each size."""
        from ...cohort.power import power

        with done.results() as results:
            return PowerDone(power(
                results, self.endpoint, self.arm, self.reference, self.sizes, level=self.level, progress=progress
            ))  # fmt: skip


@dataclass(frozen=True)
class PowerDone:
    """The power of a trial at every size that was asked."""

    found: tuple[Power, ...]
