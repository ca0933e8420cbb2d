"""The numbers of a run: results at a glance, the summary table, the figure of the course."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..effects.rescue import TIERS, tier
from ..evidence.library import library
from ..figures.curves import Course, Reference, Tiers, window
from ..figures.display import Display, alike, axis_title, display, readable
from ..figures.doses import Given
from ..figures.stack import Story, parted
from ..outcome.summary import felt, worst
from ..parameters import typical
from ..quantities import DANGERS, known
from .document import Cell, Column, Picture, Rows, Table, Tile, Tiles
from .words import listed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..outcome import Outcome
    from ..outcome.summary import Measure, Row
    from ..parameters import Parameter
    from ..therapy.doses import Doses
    from ..trajectory import Trajectory
    from .leaning import Leaning

A_PAGE = 6  # panels of a course that a page of paper holds in type that can be read
LAB_RANGE = "tdm.therapeutic_range.perry-1998"
DEFICIT = (
    " A deficit is the inhibition by the drug that cord or brain has adapted to and now misses: "
    "0 % when nothing is missing."
)
_MEASURES = {
    "highest": "highest of the whole run",
    "lowest": "lowest of the whole run",
    "peak": "highest",
    "trough": "lowest",
    "average": "average",
    "final": "at the end",
}
# What people look for first: quantity, measure, and how the tile calls it.
_GLANCE: tuple[tuple[str, Measure, str], ...] = (
    ("plasma", "highest", "Plasma, highest"),
    ("csf_lumbar", "average", "Lumbar CSF, last day"),
    ("ashworth", "average", "Ashworth, last day"),
    ("drowsiness", "highest", "Drowsiness, highest"),
)
_GLANCE_DANGERS = (
    ("withdrawal", "Withdrawal, worst"),
    ("syndrome_signs", "Serotonin syndrome, of those who fall ill"),
    ("coma", "Coma, highest chance"),
    ("ventilation", "Ventilation, highest chance"),
    ("respiratory_drive", "Drive to breathe, lowest"),
)


def shown(row: Row) -> Display:
    """Scale and unit of a row of the summary."""
    return display(row.unit, known(row.quantity).kind, row.high)


def decimals(row: Row) -> int:
    """The most decimals that a quantity is shown with: a score or a percentage one, other shares two."""
    quantity = known(row.quantity)
    if quantity.kind == "score" and quantity.limits[1] > 1.0:
        return 1
    return 1 if shown(row).unit == "%" else 2 if quantity.limits[1] <= 1.0 else 6


def with_range(value: float, low: float, high: float, scale: Display, most: int) -> tuple[str, str]:
    """A value and its range in the unit shown, with the same decimals, of which there are at most so many."""
    middle, lower, upper = alike(*(x * scale.factor for x in (value, low, high)), decimals=most)
    return middle, f"{lower} to {upper}"


def at_a_glance(outcome: Outcome) -> Tiles:
    """A few results, dangers that are felt among them, each with both of its ranges named."""
    found = felt(outcome.summary)
    keys = [(found[name][measure], label) for name, measure, label in _GLANCE if name in found]
    keys += [(worst(found[name]), label) for name, label in _GLANCE_DANGERS if name in found]
    when = at_the_start(outcome)
    return Tiles(
        tuple(
            _tile(row, label, float(outcome.typical[row.quantity][0, 0]), when.get((row.quantity, row.measure), ""))
            for row, label in keys
        )
    )


def at_the_start(outcome: Outcome) -> dict[tuple[str, Measure], str]:
    """Extremes that most patients have at hour 0 already, after treatment before it, and how to say so.

    Returns (quantity, "highest" or "lowest") -> words; what hardly differs from the last day is left out.
    """
    study = outcome.scenario
    if not study.before:
        return {}
    words = "at the start, still on the earlier dose" if study.therapy.earlier else "at the start, as treated before"
    rows = {(row.quantity, row.measure): row for row in outcome.summary}
    sides: tuple[tuple[Measure, Measure], ...] = (("highest", "peak"), ("lowest", "trough"))
    return {
        (name, whole): words
        for name in dict.fromkeys(row.quantity for row in outcome.summary)
        for whole, day in sides
        if not _same(rows[name, whole], rows[name, day]) and _begins_with(outcome.patients, name, whole)
    }


def _begins_with(course: Trajectory, name: str, measure: Measure) -> bool:
    """Whether most patients have their highest or lowest value no later than hour 0."""
    values = course[name]
    place = values.argmax(axis=1) if measure == "highest" else values.argmin(axis=1)
    return float(np.mean(course.time[place] <= 0.0)) > 0.5


def _remarks(quantity: str) -> tuple[str, ...]:
    """What helps to read a tile: the tiers of withdrawal, drowsiness without drug."""
    if quantity == "withdrawal":
        levels = tiers_of_withdrawal()["withdrawal"].levels
        return (", ".join(f"{name} from {readable(at)} %" for at, name in levels),)
    if quantity == "drowsiness":
        return (f"{readable(100.0 * typical(('drowsiness_placebo',))['drowsiness_placebo'])} % on dummy tablets",)
    return ()


def _unit(row: Row, at_start: float) -> str:
    """What stands beside the number of a tile: its unit, where a score began, the tier of withdrawal."""
    scale = shown(row)
    if known(row.quantity).kind == "score":
        return f"from {with_range(at_start, row.low, row.high, scale, decimals(row))[0]}"
    if row.quantity == "withdrawal":
        reached = str(tier(row.median))
        return f"{scale.unit}, {f'below {TIERS[1]}' if reached == TIERS[0] else reached}"
    return scale.unit


def mean_of_all(row: Row) -> str:
    """The mean of the virtual patients, in the unit shown."""
    scale = shown(row)
    return f"mean of all {alike(scale.factor * row.mean, decimals=decimals(row))[0]}"


def _tile(row: Row, label: str, at_start: float, when: str) -> Tile:
    scale = shown(row)
    median, spread = with_range(row.median, row.low, row.high, scale, decimals(row))
    own, uncertainty = with_range(row.typical, row.typical_low, row.typical_high, scale, decimals(row))
    lines = (f"{spread} in 90 % of patients", f"typical patient {own}, uncertain from {uncertainty}")
    mean = [f"{mean_of_all(row)} {scale.unit}"] if row.is_chance else []
    more = (*mean, *([when] if when else []), *_remarks(row.quantity))
    return Tile(label, median, _unit(row, at_start), (*lines, *more))


def summary_table(rows: Sequence[Row], basis: Leaning, when: Mapping[tuple[str, Measure], str] | None = None) -> Table:
    """Measures of the last day; the spread between patients and the uncertainty of the typical one each in a column.

    when  (quantity, measure) -> words on when an extreme occurs
    """
    by_quantity = felt(rows)
    columns = (
        Column("On the last day"),
        Column("Patients", "median (5 to 95 % of them)", is_number=True),
        Column("Typical patient", "value (95 % uncertainty)", is_number=True),
    )
    notes = leaning_notes({name: [p for p in basis.behind(name) if p.is_weak] for name in by_quantity})
    groups = tuple(_quantity_rows(name, some, notes[name], when or {}) for name, some in by_quantity.items())
    return Table("Summary", columns, groups)


def _quantity_rows(name: str, found: Mapping[Measure, Row], note: str, when: Mapping[tuple[str, Measure], str]) -> Rows:
    kept = [worst(found), found["final"]] if name in DANGERS else _kept(name, found)
    scale = shown(kept[0])
    return Rows(tuple(_summary_row(r, scale, when.get((name, r.measure), "")) for r in kept), _title(name, scale), note)


def _title(name: str, scale: Display) -> str:
    """A quantity with its unit, or with its scale where it is a score of several steps."""
    limits = known(name).limits
    is_rated = known(name).kind == "score" and limits[1] > 1.0
    return axis_title(known(name).label, scale.unit, limits if is_rated else (0.0, float("inf")))


def _kept(name: str, found: Mapping[Measure, Row]) -> list[Row]:
    is_over = found["peak"].high <= 1e-3 * found["highest"].high
    is_steady = is_over or abs(found["peak"].median - found["trough"].median) <= 0.02 * abs(found["peak"].median)
    order: list[Measure] = ["average"] if is_steady else ["peak", "trough", "average"]
    if known(name).kind in ("concentration", "probability") and not _same(found["highest"], found["peak"]):
        order.append("highest")
    return [found[measure] for measure in order]


def _same(one: Row, other: Row) -> bool:
    return abs(one.median - other.median) <= 0.05 * abs(one.median)


def leaning_notes(weak: Mapping[str, Sequence[Parameter]]) -> dict[str, str]:
    """The assumed and recalled values that each result leans on; what an earlier result has named is not repeated.

    weak  quantity -> the weak parameters behind it, in the order of reading
    """
    notes: dict[str, str] = {}
    for name, some in weak.items():
        own = {p.name for p in some}
        earlier = [n for n in notes if len(weak[n]) > 2 and {p.name for p in weak[n]} <= own]
        base = max(earlier, key=lambda n: len(weak[n]), default="")
        named = {p.name for p in weak[base]} if base else set()
        parts = [f"the same values as “{known(base).label}”"] if base else []
        parts += _by_grade([p for p in some if p.name not in named])
        notes[name] = f"leans on {'; and on '.join(parts)}" if parts else ""
    return notes


def _by_grade(weak: Sequence[Parameter]) -> list[str]:
    """Parameters by name, those of one grade together."""
    grades = dict.fromkeys(p.grade for p in weak)
    return [f"{grade}: {listed(p.name.replace('_', ' ') for p in weak if p.grade == grade)}" for grade in grades]


def _summary_row(row: Row, scale: Display, when: str) -> tuple[Cell, ...]:
    middle, spread = with_range(row.median, row.low, row.high, scale, decimals(row))
    return (
        Cell(_MEASURES[row.measure], when),
        Cell(middle, f"{spread}; {mean_of_all(row)}" if row.is_chance else spread),
        Cell(*with_range(row.typical, row.typical_low, row.typical_high, scale, decimals(row))),
    )


def course_picture(outcome: Outcome, doses: Given | None) -> Picture:
    """The course over time with both kinds of band, doses below."""
    from ..figures.stack import draw, story

    patients, known = (from_start(course) for course in (outcome.patients, outcome.uncertainty))
    told = story(patients, (), known, {**laboratory_ranges(outcome), **tiers_of_withdrawal()}, doses)
    names = listed([panel.title for panel in told.whole.panels])
    caption = (
        "Lines are the median of the virtual patients, tints hold 50 and 90 % of them. Dashes hold the typical patient "
        "with 95 % probability: they show how sure the evidence is, not how people differ."
    )
    if told.day:
        caption += (
            " The long view shows each patient’s 24 h mean, since single doses would blur;"
            " a wide page shows one day in full beside it."
        )
    if any("deficit" in curve.name for panel in told.whole.panels for curve in panel.curves):
        caption += DEFICIT
    alt = f"Course over time of {names}, with bands; the summary table holds the numbers."
    return Picture("course", caption, alt, lambda width: draw(told, width), course_parts(told, caption))


def course_parts(told: Story, caption: str) -> tuple[Picture, ...]:
    """The figure of the course for paper, where it is too tall for a page; the last part explains them all."""
    some = parted(told, A_PAGE)
    if len(some) == 1:
        return ()
    said = [*(f"Part {place} of {len(some)}." for place in range(1, len(some))), caption]
    names = [listed(panel.title for panel in part.whole.panels) for part in some]
    return tuple(
        Picture(f"course-{place}", one, f"Course of {name}.", lambda width, part=part: draw_course(part, width))
        for place, (part, one, name) in enumerate(zip(some, said, names, strict=True), 1)
    )


def draw_course(told: Story, width: float) -> Figure:
    """A part of the course, `width` inches wide."""
    from ..figures.stack import draw

    return draw(told, width)


def from_start(course: Trajectory) -> Course:
    """The course from hour 0 on, without the time before during which the therapy had gone on."""
    return course if course.time[0] >= 0 else window(course, course, 0.0, float(course.time[-1]))


def laboratory_ranges(outcome: Outcome) -> dict[str, Reference]:
    """The laboratory range of plasma, where plasma comes near it."""
    amount = library().fact(LAB_RANGE).amount("ug/mL")
    if amount.low is None or amount.high is None:
        return {}
    scale = display("ug/mL", "concentration")
    low, high = (scale.factor * x for x in (amount.low, amount.high))
    if scale.factor * float(np.max(outcome.band("plasma"))) < low:
        return {}
    return {
        "plasma": Reference(low, high, f"laboratory range of plasma, {readable(low)} to {readable(high)} {scale.unit}")
    }


def tiers_of_withdrawal() -> dict[str, Tiers]:
    """From which severity withdrawal is called mild, moderate, severe, in the unit shown."""
    names = ("mild", "moderate", "severe")
    values = typical(f"{name}_withdrawal" for name in names).values()
    factor = display("dimensionless", known("withdrawal").kind).factor
    levels = tuple((factor * value, name) for value, name in zip(values, names, strict=True))
    return {name: Tiers(levels) for name in ("withdrawal", "brain_deficit")}


def strip(doses: Doses, patients: int) -> Given | None:
    """The doses of the busiest route, listed for so many patients, for the strip below the figure; None without any."""
    from ..therapy.doses import CHANNELS

    if not len(doses):
        return None
    channel = int(np.bincount(doses.channel).argmax())
    on = (doses.channel == channel) & (doses.time + doses.duration >= 0)
    if not doses.amount[on].any():
        return None
    share = patients if doses.patient is not None else 1
    words = {"mouth": "by mouth", "skin": "through the skin", "vein": "into a vein", "catheter": "from the catheter"}
    route = words.get(CHANNELS[channel], f"by {CHANNELS[channel]}")
    return Given(f"Baclofen {route}", doses.time[on], doses.amount[on], doses.duration[on], share)
