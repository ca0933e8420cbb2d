"""The one place for colours and type: a colour-blind-safe palette after Okabe and Ito, in a light and a dark dress.

Figures are drawn with the light colours; `svg.themed` then lets a page swap in the dark ones.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Ink:
    """One colour on light and on dark paper, as #rrggbb."""

    light: str
    dark: str


INKS: Mapping[str, Ink] = {
    "paper": Ink("#fdfdfb", "#15181c"),
    "ink": Ink("#1d2126", "#e6e8ea"),
    "muted": Ink("#596068", "#a4adb6"),
    "rule": Ink("#e1e2dd", "#30363d"),
    "shade": Ink("#eef0ec", "#22272d"),
    "blue": Ink("#0a6aa8", "#5bb4ea"),
    "green": Ink("#0a775b", "#37c79b"),
    "vermilion": Ink("#b34707", "#ff8f57"),
    "purple": Ink("#a14a82", "#e79ac9"),
    "violet": Ink("#5b52b5", "#a7a0f5"),
    "ochre": Ink("#835800", "#e8b23e"),
    "sky": Ink("#1a7591", "#62cbe6"),
    "alarm": Ink("#b3261e", "#ff8a80"),
}
PAPER_INKS = ("paper", "rule", "shade")  # surfaces and hairlines; all others are drawn or written on them
SERIES = ("blue", "vermilion", "green", "purple", "ochre", "sky", "violet")

_BY_QUANTITY = {
    "plasma": "blue",
    "csf_lumbar": "green",
    "csf_thoracic": "ochre",
    "csf_cervical": "sky",
    "csf_cisternal": "violet",
    "cerebral": "purple",
    "ashworth": "vermilion",
    "arm_ashworth": "ochre",
    "spasm_score": "ochre",
    "drowsiness": "purple",
    "strength": "sky",
    "withdrawal": "alarm",
    "brain_deficit": "violet",
    "cord_deficit": "ochre",
    "withdrawal_rigidity": "ochre",
    "withdrawal_hallucinations": "violet",
    "withdrawal_fever": "vermilion",
    "withdrawal_seizures": "alarm",
    "syndrome_signs": "ochre",
    "syndrome_moderate": "vermilion",
    "syndrome_severe": "alarm",
    "reuptake_block": "green",
    "mao_block": "blue",
    "encephalopathy": "sky",
    "coma": "violet",
    "ventilation": "alarm",
    "respiratory_drive": "sky",
}
_BY_KIND = {"site": "violet", "amount": "blue", "effect": "vermilion", "score": "vermilion", "probability": "purple"}


def colour(ink: str) -> str:
    """The light dress of a named ink, #rrggbb; the dark one is swapped in by `svg.themed`."""
    return INKS[ink].light


def colour_of(quantity: str, kind: str = "") -> str:
    """The colour that a quantity has in every figure, #rrggbb."""
    return colour(_BY_QUANTITY.get(quantity) or _BY_KIND.get(kind, "blue"))


FONT = 8.2  # points, on a figure that is shown about 1.4 times as large
THEME: Mapping[str, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": FONT,
    "text.color": colour("ink"),
    "figure.facecolor": colour("paper"),
    "axes.facecolor": "none",
    "axes.edgecolor": colour("rule"),
    "axes.labelcolor": colour("ink"),
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "axes.labelsize": FONT,
    "axes.formatter.useoffset": False,
    "grid.color": colour("rule"),
    "grid.linewidth": 0.7,
    "xtick.color": colour("rule"),
    "ytick.color": colour("rule"),
    "xtick.labelcolor": colour("muted"),
    "ytick.labelcolor": colour("muted"),
    "xtick.labelsize": FONT - 0.4,
    "ytick.labelsize": FONT - 0.4,
    "xtick.major.size": 3.0,
    "ytick.major.size": 0.0,
    "xtick.minor.size": 0.0,
    "ytick.minor.size": 0.0,
    "ytick.major.pad": 4.0,
    "lines.linewidth": 1.5,
    "lines.solid_capstyle": "round",
    "lines.solid_joinstyle": "round",
    "hatch.linewidth": 0.5,
    "path.simplify_threshold": 0.2,
    "svg.fonttype": "none",
}


_DRAWING = threading.RLock()


def theme() -> AbstractContextManager[None]:
    """Matplotlib in this style while figures are drawn."""
    return dressed(THEME)


@contextmanager
def dressed(settings: Mapping[str, Any]) -> Iterator[None]:
    """Matplotlib with these settings, for one thread at a time: they are global, and two would mix theirs."""
    import matplotlib

    given: Any = dict(settings)
    with _DRAWING, matplotlib.rc_context(given):
        yield
