"""What came of the arms of a study: at a glance, as a table with differences, as a forest, over time, as events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import numpy as np

from ...cohort.drawing import about, bands_drawn, differences_of, events_drawn, outcomes_of, panels_of
from ...cohort.events import survival
from ...cohort.summary import NORMAL_95, Contrast, Row, scale
from ...figures.display import aligned
from ...figures.outcomes import Outcome, outcomes_figure
from ..document import Cell, Column, Paragraph, Picture, Rows, Section, Table, Tile, Tiles
from ..results import DEFICIT
from ..words import listed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ...cohort.results import Results

PANELS, FORESTS = 5, 7  # of a figure that a page of paper holds
LATE = 72.0  # h from which on a time is told in days
Numbers: TypeAlias = tuple[float, ...] | None
P = TypeVar("P")


def outcomes_section(results: Results, rows: Sequence[Row], less: Sequence[Contrast]) -> Section:
    """The first outcome at a glance, all of them as a table, and drawn."""
    blocks = (
        glance(rows),
        Paragraph(reading(results, rows, less)),
        outcome_table(rows, less),
        *forests(results, rows, less),
    )
    return Section("outcomes", "What came of it", blocks)


def glance(rows: Sequence[Row]) -> Tiles:
    """The outcome that the study names first, in every arm."""
    own = [row for row in rows if row.measure == rows[0].measure]
    factor, unit = scale(own[0])
    told = aligned([[factor * (x or 0.0) for x in about(row)] for row in own])
    what = "5 to 95 % of patients" if own[0].kind == "number" else "95 % interval"
    return Tiles(
        tuple(
            Tile(row.arm, value, unit, (row.label, f"{low} to {high}, {what}"))
            for row, (value, low, high) in zip(own, told, strict=True)
        )
    )


def reading(results: Results, rows: Sequence[Row], less: Sequence[Contrast]) -> str:
    """How the table is to be read: what its intervals hold and what they do not."""
    draws = results.manifest["draws"]
    chance = (
        "hold the chance of the simulation alone: they shrink with the number of virtual patients, which was chosen, "
        "so no test of significance is given"
        if draws == 1
        else f"are over {draws} draws of the typical values, so they hold what is not known of these"
    )
    said = [f"Means and shares with 95 % intervals, which {chance}."]
    said += ["Differences hold the chance of the simulation alone."] if draws > 1 and len(results.arms) > 1 else []
    if any(row.kind == "event" for row in rows):
        said.append("Of what happens or not: the share to whom it happens, and when it does.")
    if less:
        said.append(f"Differences are from {less[0].reference}{', within patients' * results.is_paired}.")
    if any(arm["drop_out"] for arm in results.manifest["arms"]) or "[design.drop_out]" in results.manifest["text"]:
        said.append("All patients are counted as if nobody had left.")
    return " ".join(said)


# --- the table --------------------------------------------------------------------------------------------------------


def outcome_table(rows: Sequence[Row], less: Sequence[Contrast]) -> Table:
    """Outcomes with the arms below each: means or shares, patients, differences from the reference."""
    by_arm = {(one.measure, one.arm): one for one in less}
    columns = [
        Column("Arm"),
        Column("Mean or share", "95 % interval", is_number=True),
        Column("Patients", "median, 5 to 95 %", is_number=True),
    ]
    if less:
        below = "; patients’ own, 5 to 95 %" if any(one.patients_low is not None for one in less) else ""
        columns.append(Column("Difference", f"95 % interval{below}", is_number=True))
    groups = []
    for measure in dict.fromkeys(row.measure for row in rows):
        own = [row for row in rows if row.measure == measure]
        found = [by_arm.get((measure, row.arm)) for row in own]
        groups.append(Rows(group_rows(own, found, len(columns)), titled(own[0])))
    return Table("Outcomes by arm", tuple(columns), tuple(groups))


def titled(row: Row) -> str:
    """An outcome with its unit."""
    _, unit = scale(row)
    return f"{row.label[:1].upper()}{row.label[1:]}{f', {unit}' if unit else ''}"


def group_rows(own: Sequence[Row], less: Sequence[Contrast | None], columns: int) -> tuple[tuple[Cell, ...], ...]:
    """The arms of one outcome, a row each with so many cells."""
    factor, _ = scale(own[0])
    means = in_brackets([mean(row, factor) for row in own])
    differences = in_brackets([difference(one, factor) for one in less])
    patients = in_brackets([spread(row, factor) for row in own]) if own[0].kind != "event" else [*map(when, own)]
    last = [Cell(said, themselves(one, factor)) for said, one in zip(differences, less, strict=True)]
    cells = zip((row.arm for row in own), means, patients, strict=True)
    return tuple((*map(Cell, row), end)[:columns] for row, end in zip(cells, last, strict=True))


def mean(row: Row, factor: float) -> Numbers:
    """A mean or share with its interval."""
    if row.mean is None:
        return None
    if row.kind != "number" or row.typical_low is not None:
        low, high = (row.typical_low, row.typical_high) if row.typical_low is not None else about(row)[1:]
    else:
        half = NORMAL_95 * (row.sd or 0.0) / np.sqrt(row.patients)
        low, high = row.mean - half, row.mean + half
    return tuple(factor * (x or 0.0) for x in (row.mean, low, high))


def spread(row: Row, factor: float) -> Numbers:
    """The median of the patients and 5 to 95 % of them; nothing of a yes or no."""
    told = (row.median, row.low, row.high)
    return None if None in told else tuple(factor * (x or 0.0) for x in told)


def when(row: Row) -> str:
    """When an event comes to those who have it."""
    if row.median is None or row.low is None or row.high is None:
        return "–"
    hours, unit = (1.0, "h") if row.median <= LATE else (24.0, "days")
    ((median, low, high),) = aligned([[x / hours for x in (row.median, row.low, row.high)]])
    return f"at {median} {unit} ({low} to {high})"


def difference(one: Contrast | None, factor: float) -> Numbers:
    """A difference with its interval; nothing of the reference."""
    if one is None or one.difference is None:
        return None
    return tuple(factor * (one.difference if x is None else x) for x in (one.difference, one.low, one.high))


def themselves(one: Contrast | None, factor: float) -> str:
    """The patients' own differences, where they are in both arms."""
    if one is None or one.patients_low is None or one.patients_high is None:
        return ""
    ((low, high),) = aligned([[factor * one.patients_low, factor * one.patients_high]])
    return f"{low} to {high}"


def in_brackets(rows: Sequence[Numbers]) -> list[str]:
    """Numbers with their ranges, all with the same decimals; a dash where there are none.

    >>> in_brackets([(58.3, 54.3, 62.2), None])
    ['58.3 (54.3 to 62.2)', '–']
    """
    told = iter(aligned([row for row in rows if row is not None]))
    words = [None if row is None else next(told) for row in rows]
    return ["–" if word is None else f"{word[0]} ({word[1]} to {word[2]})" for word in words]


# --- pictures ---------------------------------------------------------------------------------------------------------


def forests(results: Results, rows: Sequence[Row], less: Sequence[Contrast]) -> tuple[Picture, ...]:
    """The outcomes of the arms, and the differences from the reference."""
    caption = "Outcomes. Squares: share or median. Lines: 95 % interval of a share, else 5 to 95 % of the patients."
    alt = "Outcomes of the arms with their ranges; the table holds the numbers."
    pictures = [forest("outcomes", caption, alt, outcomes_of(rows, results.arms))]
    if apart := differences_of(less, results.arms):
        line = (
            f"Differences: each arm less {less[0].reference}, with 95 % intervals. At the broken line nothing differs."
        )
        alt = "Differences between the arms; the table holds the numbers."
        pictures.append(forest("differences", line, alt, apart))
    return tuple(pictures)


def forest(name: str, caption: str, alt: str, outcomes: Sequence[Outcome]) -> Picture:
    """A forest, in parts where it is too tall for a page."""
    draws = [partial(outcomes_figure, some) for some in cut(outcomes, FORESTS)]
    return Picture(name, caption, alt, partial(outcomes_figure, outcomes), parts(name, caption, alt, draws))


def time_section(results: Results) -> Section:
    """The bands of the arms over time."""
    panels = panels_of(results)
    day = ", of each patient’s 24 h mean" if results.manifest["band_is_mean"] else ""
    intro = Paragraph("What was recorded, in every arm: the typical patient, and how far others lie from it.")
    caption = f"Over time. Strong lines: median of the patients of an arm. Tints: 5 to 95 % of them{day}."
    if any(entry["name"].endswith("deficit") for entry in results.manifest["quantities"]):
        caption += DEFICIT
    alt = f"Course over time of {listed(panel.title for panel in panels)} in every arm."
    draws = [partial(bands_drawn, results, some) for some in cut(panels, PANELS)]
    picture = Picture("bands", caption, alt, partial(bands_drawn, results, panels), parts("bands", caption, alt, draws))
    return Section("course", "Over time", (intro, picture))


def events_section(results: Results) -> Section:
    """The curves of every outcome that happens or not."""
    names = [entry["name"] for entry in results.manifest["endpoints"] if entry["is_event"]]
    return Section("events", "When it happens", tuple(events_picture(results, name) for name in names))


def events_picture(results: Results, name: str) -> Picture:
    """The curves of one outcome."""
    found = survival(results, name)
    caption = (
        f"Kaplan-Meier curves of {name}. Tints: 95 % interval of the simulation (Greenwood, log-log scale). At risk: "
        "still followed, and have not had it."
    )
    alt = f"Share of the patients of each arm who have had {name}, over time; the table holds the numbers."
    return Picture(f"events-{name}", caption, alt, partial(events_drawn, results, name, found))


def parts(name: str, caption: str, alt: str, draws: Sequence[Callable[[float], Figure]]) -> tuple[Picture, ...]:
    """The parts of a picture for paper, none where it is one; the last explains them all."""
    count = len(draws)
    if count == 1:
        return ()
    said = [*(f"Part {place} of {count}." for place in range(1, count)), caption]
    return tuple(
        Picture(f"{name}-{place}", one, alt, draw) for place, (one, draw) in enumerate(zip(said, draws, strict=True), 1)
    )


def cut(panels: Sequence[P], most: int) -> list[Sequence[P]]:
    """Panels in as few parts as hold at most so many each, evenly.

    >>> cut("abcde", 3), cut("ab", 3)
    (['ab', 'cde'], ['ab'])
    """
    count = max(1, -(-len(panels) // most))
    ends = [round(len(panels) * i / count) for i in range(count + 1)]
    return [panels[first:last] for first, last in pairwise(ends)]
