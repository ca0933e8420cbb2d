"""The one document model: what a report says, as data, before anyone decides on HTML or PDF.

Document -> Section -> Paragraph | Pairs | Notices | Tiles | Table | Picture | References | Listing | Blanks
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from .citing import with_numbers
from .words import NOTICE

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Paragraph:
    """Plain text; `small` for asides."""

    text: str
    small: bool = False
    kind: str = field(default="paragraph", init=False)


@dataclass(frozen=True)
class Pairs:
    """Short labels with their texts, such as the covariates of a patient."""

    rows: tuple[tuple[str, str], ...]
    kind: str = field(default="pairs", init=False)


@dataclass(frozen=True)
class Notice:
    """One thing the reader must know: about what, in a sentence, on which evidence."""

    about: str
    says: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Notices:
    """A list of notices; `grave` ones stand out."""

    items: tuple[Notice, ...]
    grave: bool = True
    kind: str = field(default="notices", init=False)


@dataclass(frozen=True)
class Tile:
    """One result at a glance: what, the number, its unit, and lines that say what the number's ranges are."""

    label: str
    number: str
    unit: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tiles:
    """Results at a glance, side by side."""

    items: tuple[Tile, ...]
    kind: str = field(default="tiles", init=False)


@dataclass(frozen=True)
class Cell:
    """A cell of a table: text, a smaller second line, a badge (a grade of evidence), numbers of references."""

    text: str = ""
    note: str = ""
    badge: str = ""
    cites: tuple[int, ...] = ()


@dataclass(frozen=True)
class Column:
    """A column: its title, a smaller line below it, and whether it holds numbers."""

    title: str
    note: str = ""
    is_number: bool = False


@dataclass(frozen=True)
class Rows:
    """Rows that belong together under a heading, with a note on what they lean on."""

    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    note: str = ""


@dataclass(frozen=True)
class Table:
    """A table; every row has one cell for each column."""

    caption: str
    columns: tuple[Column, ...]
    groups: tuple[Rows, ...]
    kind: str = field(default="table", init=False)


@dataclass(frozen=True, eq=False)
class Picture:
    """A figure that can be drawn at any width [inches]; `alt` says in words what it shows, `caption` explains it.

    One that is too tall for a page of paper has `parts`, which show the same one after the other.
    """

    name: str
    caption: str
    alt: str
    draw: Callable[[float], Figure]
    parts: tuple[Picture, ...] = ()
    kind: str = field(default="picture", init=False)
    _drawn: dict[float, str] = field(default_factory=dict, init=False, repr=False)

    def svg(self, width: float) -> str:
        """A stand-alone SVG file `width` inches wide, drawn once."""
        from ..figures.svg import to_svg

        if width not in self._drawn:
            self._drawn[width] = to_svg(self.draw(width), f"{self.name} {width:g}")
        return self._drawn[width]


@dataclass(frozen=True)
class Reference:
    """A source: its number in this report, its line, addresses, what was read of it, and the ids of its facts."""

    number: int
    text: str
    links: tuple[str, ...]
    read: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class References:
    """The sources that a report rests on."""

    items: tuple[Reference, ...]
    kind: str = field(default="references", init=False)


@dataclass(frozen=True)
class Listing:
    """Text to be shown as it was typed."""

    text: str
    kind: str = field(default="listing", init=False)


@dataclass(frozen=True)
class Blanks:
    """Lines to be filled in by hand: rows of labels, at most three side by side."""

    rows: tuple[tuple[str, ...], ...]
    kind: str = field(default="blanks", init=False)


Block: TypeAlias = Paragraph | Pairs | Notices | Tiles | Table | Picture | References | Listing | Blanks


@dataclass(frozen=True)
class Section:
    """A part of a report; `name` is its anchor."""

    name: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """A whole report. `lead` is what it is about in a sentence or two, `notice` what every reader must be told.

    is_dense  whether it is set closely on paper, because it is meant to be short
    """

    title: str
    kicker: str
    lead: tuple[str, ...]
    notice: str
    sections: tuple[Section, ...]
    footer: str = ""
    is_dense: bool = False

    @classmethod
    def of(
        cls, title: str, kind: str, lead: tuple[str, ...], sections: Iterable[Section], *, is_dense: bool = False
    ) -> Document:
        """A report of this kind, with what every reader must be told; sections without anything are left out.

        Ids of facts in brackets become the numbers of the sources that the report ends with.
        """
        kept = tuple(section for section in sections if section.blocks)
        listed = (b for section in kept for b in section.blocks if isinstance(b, References))
        numbers = {fact: item.number for block in listed for item in block.items for fact in item.facts}
        kept = with_numbers(kept, numbers)
        return cls(title, f"baclosim · {kind}", lead, NOTICE, kept, NOTICE, is_dense)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Every picture, in order."""
        return tuple(b for section in self.sections for b in section.blocks if isinstance(b, Picture))
