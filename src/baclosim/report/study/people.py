"""Who the patients of a study are: the first table of a paper, arm by arm where they are different people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...cohort.baseline import COVARIATES, EVERYBODY, OF_THE_CANAL, Baseline, Spread, baseline
from ...figures.display import alike
from ..document import Cell, Column, Paragraph, Rows, Section, Table
from .design import share_of

if TYPE_CHECKING:
    from ...cohort.results import Results
    from ...cohort.study import Study


def people_section(results: Results, study: Study | None) -> Section:
    """The covariates of the patients at the start."""
    found = baseline(results)
    shown = dict(COVARIATES)
    if study is None or any(arm.therapy.enters_canal for arm in study.arms):
        shown |= OF_THE_CANAL
    same = "The same patients are in every arm. " if results.is_paired and len(results.arms) > 1 else ""
    intro = Paragraph(
        f"{same}Median with 5 to 95 % of the patients, and the whole range below it, which widens with their number."
    )
    return Section("patients", "Who the patients are", (intro, people_table(found, shown)))


def people_table(found: tuple[Baseline, ...], shown: dict[str, tuple[str, str]]) -> Table:
    """Covariates down, arms across."""
    heads = tuple(Column(titled(one.arm, len(found)), f"n = {one.patients:,}", is_number=True) for one in found)
    women = (Cell("women"), *(Cell(share_of(one.women, one.patients)) for one in found))
    rows = tuple(
        (Cell(f"{name}, {unit}" if unit else name), *(spread_cell(one.spreads[column]) for one in found))
        for column, (name, unit) in shown.items()
    )
    return Table("Patients at the start", (Column(""), *heads), (Rows((women, *rows)),))


def titled(arm: str, columns: int) -> str:
    """The title of the column of an arm."""
    return "All patients" if arm == EVERYBODY or columns == 1 else arm


def spread_cell(spread: Spread) -> Cell:
    """A covariate as it is spread, or its one value."""
    if spread.least == spread.most:
        return Cell(alike(spread.median)[0], "the same in all")
    median, low, high, least, most = alike(spread.median, spread.low, spread.high, spread.least, spread.most)
    return Cell(f"{median} ({low} to {high})", f"range {least} to {most}")
