"""What stands beside the predictions of a study: what a trial reported, what was observed, and the power of a trial."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...cohort.reported import Pairing, side_by_side
from ...cohort.summary import scale, summary
from ...figures.display import aligned, alike
from ..document import Cell, Column, Paragraph, Picture, Rows, Section, Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ...cohort.power import Power
    from ...cohort.results import Results

VERDICTS = {None: "–", True: "agrees", False: "differs"}
FITTED = "fitted to it"


@dataclass(frozen=True)
class Check:
    """Observations over what an arm predicts: how many of what in which arm, ready to be drawn at a width [inches].

    is_mean  whether what is predicted is each patient's 24 h mean, as it is in long studies
    """

    count: int
    what: str
    arm: str
    is_mean: bool
    draw: Callable[[float], Figure]


# --- reported ---------------------------------------------------------------------------------------------------------


def reported_section(results: Results) -> Section:
    """What a real trial reported beside what is predicted for a trial of that size; empty where none is named."""
    pairs = side_by_side(results)
    if not pairs:
        return Section("reported", "", ())
    intro = Paragraph(
        "Predicted is the mean or share of all simulated patients, with the range in which 95 % of trials of the "
        "reported size would find it. Agreement with what the model was fitted to proves little; disagreement tells "
        "more."
    )
    return Section("reported", "Beside what a trial reported", (intro, reported_table(results, pairs)))


def reported_table(results: Results, pairs: Sequence[Pairing]) -> Table:
    """Reported and predicted, outcome by outcome, in the unit of the outcome table."""
    columns = (
        Column("Outcome"),
        Column("Reported", is_number=True),
        Column("Predicted", "95 % of such trials", is_number=True),
        Column("", ""),
        Column("Model"),
        Column("Source"),
    )
    units = {row.label: scale(row) for row in summary(results, [pair.reported.endpoint for pair in pairs])}
    rows = tuple(reported_row(pair, *units[pair.reported.endpoint]) for pair in pairs)
    return Table("Reported and predicted", columns, (Rows(rows),))


def reported_row(pair: Pairing, factor: float, unit: str) -> tuple[Cell, ...]:
    """One outcome."""
    told = pair.reported
    numbers = [told.value, pair.predicted, *(x for x in (pair.low, pair.high) if x is not None)]
    reported, predicted, *edges = alike(*(factor * number for number in numbers))
    about = [f"n {told.n}"] if told.n else []
    if told.low is not None and told.high is not None:
        about.append(f"{' to '.join(alike(factor * told.low, factor * told.high))} ({told.interval})")
    return (
        Cell(f"{pair.label}{f', {unit}' if unit else ''}"),
        Cell(reported, ", ".join(about)),
        Cell(f"{predicted} ({' to '.join(edges)})" if edges else predicted),
        Cell(VERDICTS[pair.is_within]),
        Cell(FITTED if told.use == "fit" else "not fitted to it"),
        Cell(f"[{told.fact}]"),
    )


# --- observed ---------------------------------------------------------------------------------------------------------


def vpc_section(checks: Sequence[Check]) -> Section:
    """Observations over the percentiles predicted; empty where none were given."""
    blocks = tuple(vpc_picture(number, check) for number, check in enumerate(checks, 1))
    return Section("check", "Beside what was observed", blocks)


def vpc_picture(number: int, check: Check) -> Picture:
    """One visual predictive check."""
    caption = (
        f"Visual predictive check: {check.count} observations of {check.what} over what the arm {check.arm} predicts. "
        "Line and tint: median and 90 % of the virtual patients, without errors of measurement. Broken lines: 5, 50 "
        "and 95 % of what was observed, in bins of equal numbers."
    )
    if check.is_mean:
        caption += " What is predicted is each patient’s 24 h mean, about which single values rise and fall."
    return Picture(
        f"vpc-{number}", caption, f"Observations of {check.what} over the percentiles predicted.", check.draw
    )


# --- power ------------------------------------------------------------------------------------------------------------


def power_section(powers: Sequence[Power]) -> Section:
    """How often trials of each size would find a difference; empty where none was asked for."""
    if not powers:
        return Section("power", "", ())
    intro = Paragraph(
        "Share of 2,000 trials, each drawn from the virtual patients, in which the difference is found (two-sided). "
        "Endpoints are the model’s own: errors of reading and responses to placebo would lower the power."
    )
    columns = (
        Column("Outcome"),
        Column("Patients", "in each arm", is_number=True),
        Column("Test"),
        Column("Power", "95 % interval", is_number=True),
    )
    told = aligned([[100.0 * x for x in (one.found, one.low, one.high)] for one in powers])
    rows = tuple(
        (
            Cell(one.measure, f"{one.arm} against {one.reference}"),
            Cell(f"{one.patients:,}"),
            Cell(one.test),
            Cell(f"{found} % ({low} to {high})"),
        )
        for one, (found, low, high) in zip(powers, told, strict=True)
    )
    return Section("power", "Power of a trial", (intro, Table("Power", columns, (Rows(rows),))))
