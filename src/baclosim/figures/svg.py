"""Figures as SVG text: the same figure gives the same bytes, small, and in a page's own colours and type."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from .style import INKS, THEME, dressed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_PROLOGUE = re.compile(r"^.*?(?=<svg)|\s*<metadata>.*?</metadata>", re.DOTALL)
_NAMESPACE = re.compile(r'\s+(?:xmlns(?::xlink)?|version)="[^"]*"')
_SIZE = re.compile(r'\s+(?:width|height)="[\d.]+pt"')
_GROUP_ID = re.compile(r'<g id="[^"]*"')
_COMMENT = re.compile(r"\s*<!--.*?-->", re.DOTALL)
_PATH = re.compile(r' (?:d|points)="[^"]*"')
_NUMBER = re.compile(r"(-?\d+\.\d)\d+")
_COORDINATE = re.compile(r'(="-?\d+\.\d\d)\d+"')
_GAP = re.compile(r"\s*\n\s*")


def to_svg(figure: Figure, name: str) -> str:
    """A stand-alone SVG file. `name` keeps the ids of several figures in one page apart."""
    stream = io.StringIO()
    with dressed({"svg.hashsalt": name, "svg.fonttype": THEME["svg.fonttype"]}):
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return stream.getvalue()


def inline(svg: str, label: str) -> str:
    """The SVG made ready to stand in a page: themed, short, no ids of groups, no outside names, read out as `label`."""
    from html import escape

    text = _NAMESPACE.sub("", _COMMENT.sub("", _PROLOGUE.sub("", svg)))
    text = _SIZE.sub("", text, count=2)
    text = _GROUP_ID.sub("<g", text)
    text = _PATH.sub(lambda path: _GAP.sub("", _NUMBER.sub(r"\1", path[0])), text)
    text = _COORDINATE.sub(r'\1"', text)
    text = _GAP.sub("\n", text)
    return themed(text).replace("<svg", f'<svg role="img" aria-label="{escape(label)}"', 1)


def themed(svg: str) -> str:
    """Colours and fonts of the palette replaced by CSS variables (--blue, --ink, ...), the light dress as fallback."""
    for name, ink in INKS.items():
        svg = svg.replace(ink.light, f"var(--{name},{ink.light})")
    return svg.replace("'DejaVu Sans', sans-serif", "var(--sans,sans-serif)").replace(
        "'DejaVu Sans'", "var(--sans,sans-serif)"
    )
