"""Outcomes of the arms of a study as a forest: a panel for each outcome on a scale of its own, a line for each arm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .cohort import ink_of, wrapped
from .display import aligned
from .style import FONT, colour, theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LINE, NARROW_LINE, TITLE, BELOW, BETWEEN = 0.2, 0.36, 0.15, 0.24, 0.13  # inches


@dataclass(frozen=True)
class Bar:
    """One arm of one outcome: a value with what lies about it, and the number of the arm, which has its colour."""

    arm: str
    number: int
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Outcome:
    """One panel: the outcome with its unit and what the lines are.

    reference  where nothing differs, or None;  least  the value from which its scale counts
    """

    title: str
    bars: tuple[Bar, ...]
    reference: float | None = None
    least: float = 0.0


def outcomes_figure(outcomes: Sequence[Outcome], width: float = 7.4) -> Figure:
    """Panels one below the other; each line has its numbers at the right, on a telephone above it with the arm."""
    from matplotlib.figure import Figure

    is_wide = width > 5
    line = LINE if is_wide else NARROW_LINE
    titles = [wrapped(outcome.title, width - 0.3) for outcome in outcomes]
    tops = [TITLE * (title.count("\n") + 1) + 0.1 for title in titles]
    heights = [line * len(outcome.bars) + 0.06 for outcome in outcomes]
    height = sum(tops) + sum(heights) + len(outcomes) * BELOW + (len(outcomes) - 1) * BETWEEN + 0.06
    said = [in_words(outcome.bars) for outcome in outcomes]
    left, right = (
        min(0.36 * width, 0.25 + 0.064 * letters) if is_wide else 0.15 for letters in longest(outcomes, said)
    )
    across = 1 - (left + right) / width
    with theme():
        figure = Figure(figsize=(width, height))
        floor = height
        for outcome, words, title, top, tall in zip(outcomes, said, titles, tops, heights, strict=True):
            floor -= top + tall
            axes = figure.add_axes((left / width, floor / height, across, tall / height))
            _draw(axes, outcome, words, line / tall, is_wide=is_wide)
            figure.text(
                0.15 / width, (floor + tall + 0.07) / height, title, va="bottom", fontweight="bold", fontsize=FONT,
                parse_math=False,
            )  # fmt: skip
            floor -= BELOW + BETWEEN
        return figure


def in_words(bars: Sequence[Bar]) -> list[str]:
    """The numbers of each line of a panel, with the same decimals."""
    numbers = aligned([(bar.value, bar.low, bar.high) for bar in bars])
    return [f"{value} ({low} to {high})" for value, low, high in numbers]


def longest(outcomes: Sequence[Outcome], said: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Letters of the longest name of an arm, and of the longest numbers."""
    return max(len(bar.arm) for outcome in outcomes for bar in outcome.bars), max(len(w) for some in said for w in some)


def _draw(axes: Axes, outcome: Outcome, words: Sequence[str], share: float, *, is_wide: bool) -> None:
    """The lines of a panel with their numbers; `share` is the height of one as a part of the panel."""
    if outcome.reference is not None:
        axes.axvline(outcome.reference, color=colour("muted"), linewidth=0.9, dashes=(2, 2))
    for row, bar in enumerate(outcome.bars):
        ink = ink_of(bar.number)
        axes.hlines(row, bar.low, bar.high, color=ink, linewidth=1.3)
        axes.plot([bar.value], [row], "s", color=ink, markersize=4.5)
    _write(axes, outcome.bars, words, is_wide=is_wide)
    lowest = len(outcome.bars) - (0.5 if is_wide else 0.7)
    axes.set_ylim(lowest, lowest - 1.0 / share)
    _set_values(axes, outcome)


def _write(axes: Axes, bars: Sequence[Bar], words: Sequence[str], *, is_wide: bool) -> None:
    """Which arm each line is, and its numbers: at both ends of the line, or above it."""
    place: Any = {"transform": axes.get_yaxis_transform(), "va": "center", "fontsize": FONT - 0.4, "parse_math": False}
    axes.set_yticks([])
    if is_wide:
        axes.set_yticks(range(len(bars)), labels=[bar.arm for bar in bars], parse_math=False)
    for row, (bar, said) in enumerate(zip(bars, words, strict=True)):
        x, y, text = (1.03, row, said) if is_wide else (0.0, row - 0.5, f"{bar.arm}: {said}")
        axes.text(x, y, text, **place)


def _set_values(axes: Axes, outcome: Outcome) -> None:
    """Limits of the values, which reach the beginning of their scale where that is near, and their grid."""
    edges = [edge for bar in outcome.bars for edge in (bar.low, bar.value, bar.high)]
    edges += [outcome.reference] if outcome.reference is not None else []
    low, high = min(edges), max(edges)
    low = outcome.least if outcome.least <= low < 0.5 * high else low
    room = 0.04 * (high - low) or 0.1 * abs(high) or 1.0
    axes.set_xlim(low - room, high + room)
    axes.locator_params(axis="x", nbins=6)
    axes.grid(False)
    axes.grid(True, axis="x")
