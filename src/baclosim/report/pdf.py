"""Paper: a document as PDF, set by Typst. What people typed is handed over as data, so that none of it can be markup.

The fonts are those that Typst and Matplotlib bring along and no date is written, so that one document gives the same
bytes on every machine.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import math
import unicodedata
from importlib import resources
from typing import TYPE_CHECKING, Any

from ..errors import InputError, Problem, nearest
from ..figures.stack import WIDE
from ..figures.style import INKS
from .document import Block, Document, Listing, Picture, References, Table
from .html import host, tied, web

if TYPE_CHECKING:
    from ..plan.plan import Plan

PAPERS = {"a4": ("a4", 297.0), "letter": ("us-letter", 279.4)}
"""Name of a paper -> its name in Typst, and its height [mm]."""
ROOM = 114  # letters that fit beside each other in a table
SHORT = 8  # letters of a title that stays on one line
LONGEST = 64  # letters of a cell beyond which it is wrapped anyway
SMALL = 0.84  # size of notes beside that of text
WHITE = "#ffffff"
LACKING = "\ufffd"
LACKS = "\ufffd stands for a character that the fonts of this paper do not hold; the report as a page shows it."


def render(document: Document, paper: str = "a4") -> bytes:
    """A document as PDF; the same document gives the same bytes."""
    return compiled("report.typ", as_data(document), paper)


def render_sheet(plan: Plan, paper: str = "a4") -> bytes:
    """The sheet of a plan for the patient as PDF, on one page in the largest type that fits."""
    from .sheet import sheet_of

    sheet = sheet_of(plan)
    plain = {field.name: getattr(sheet, field.name) for field in dataclasses.fields(sheet) if field.name != "plan"}
    listed = {name: list(map(dataclasses.asdict, plain[name])) for name in ("emergencies", "lines", "checks")}
    return compiled("sheet.typ", texts({**plain, **listed, "never": sheet.never, "worse": sheet.worse}), paper)


def check_paper(paper: str) -> None:
    """Raise InputError for a paper that is not among `PAPERS`."""
    if paper not in PAPERS:
        raise InputError(Problem("--paper", paper, f"one of {', '.join(PAPERS)}", nearest(paper, list(PAPERS))))


def compiled(template: str, data: dict[str, Any], paper: str) -> bytes:
    """A template of this room with its data as PDF; raises InputError for an unknown paper."""
    import typst

    check_paper(paper)
    size, height = PAPERS[paper]
    inks = {name: ink.light for name, ink in INKS.items()}
    said = json.dumps({**data, "paper": size, "height": height, "inks": inks}, ensure_ascii=False)
    given = {"data": said, "lacks": LACKS if LACKING in said else ""}
    with resources.as_file(resources.files("baclosim.report") / "templates") as room:
        return typst.compile(
            str(room / template),
            root=str(room),
            font_paths=[fonts()],
            ignore_system_fonts=True,
            sys_inputs=given,
            timestamp=0,
        )


@functools.cache
def fonts() -> str:
    """The folder of Matplotlib's fonts; Typst holds its own."""
    import matplotlib

    return f"{matplotlib.get_data_path()}/fonts/ttf"


# --- the document as data ---------------------------------------------------------------------------------------------


def as_data(document: Document) -> dict[str, Any]:
    """A document as what JSON knows."""
    head = {name: texts(getattr(document, name)) for name in ("title", "kicker", "lead", "notice")}
    parts = [
        {"title": texts(section.title), "blocks": [block_data(one) for b in section.blocks for one in on_paper(b)]}
        for section in document.sections
    ]
    return {**head, "dense": document.is_dense, "sections": parts}


def on_paper(block: Block) -> tuple[Block, ...]:
    """A block as it goes on paper: a picture too tall for a page in its parts."""
    return (block.parts if isinstance(block, Picture) else ()) or (block,)


def block_data(block: Block) -> dict[str, Any]:
    """A block as what JSON knows: pictures drawn, addresses checked, widths of columns weighed."""
    if isinstance(block, Picture):
        said = texts({"alt": block.alt, "caption": block.caption})
        return {"kind": block.kind, "svg": block.svg(WIDE).replace(INKS["paper"].light, WHITE), **said}
    if isinstance(block, Listing):
        return {"kind": block.kind, "text": whole(block.text)}
    made = texts(dataclasses.asdict(block))
    if isinstance(block, Table):
        made["widths"] = widths(block)
    if isinstance(block, References):
        for item in made["items"]:
            item["links"] = [(link, host(link)) for link in item["links"] if web(link)]
    return made


def texts(value: Any) -> Any:
    """The value with every text in it made ready: numbers tied to their units, no half characters."""
    if isinstance(value, str):
        return tied(whole(value))
    if isinstance(value, dict):
        return {key: texts(inner) for key, inner in value.items()}
    return [texts(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def whole(text: str) -> str:
    """Text in which a half character, or one that no font of the paper holds, is replaced by a mark that is."""
    return text if text.isascii() else "".join(c if is_held(c) else LACKING for c in text)


def is_held(character: str) -> bool:
    """Whether the fonts of the paper have a glyph for a character, or it needs none."""
    kind = unicodedata.category(character)
    return ord(character) in glyphs() or (kind[0] in "CZ" and kind not in ("Cs", "Co", "Cn"))


@functools.cache
def glyphs() -> frozenset[int]:
    """Code points that DejaVu Sans holds, in which everything can be set: Latin, Greek, Cyrillic, Arabic and more."""
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(f"{fonts()}/DejaVuSans.ttf").get_charmap())


def widths(table: Table) -> list[int]:
    """How wide each column is in letters, or 0 for what it needs where all fit beside each other.

    Every column gets what its longest word takes, one of numbers what its longest number does; what is left of the page
    goes to those that would like to be wider, the more the more is written in them.
    """
    least = [narrowest(table, i) for i in range(len(table.columns))]
    liked = [max(low, min(widest(table, i), LONGEST)) for i, low in enumerate(least)]
    if sum(liked) + 6 * len(liked) <= ROOM:
        return [0] * len(liked)
    weights = [written(table, i) for i in range(len(table.columns))]
    return shared(least, liked, weights, max(ROOM - sum(least), 0))


def shared(least: list[int], liked: list[int], weights: list[float], spare: float) -> list[int]:
    """Widths from the least on, what is spare given by weight, none wider than is liked.

    >>> shared([10, 10], [14, 60], [1.0, 1.0], 20)
    [14, 26]
    """
    wide = list(map(float, least))
    while spare > 0.5 and (some := [i for i, most in enumerate(liked) if wide[i] < most]):
        total = sum(weights[i] for i in some)
        given = {i: min(spare * weights[i] / total, liked[i] - wide[i]) for i in some}
        wide = [width + given.get(i, 0.0) for i, width in enumerate(wide)]
        spare -= sum(given.values())
    return list(map(round, wide))


def written(table: Table, place: int) -> float:
    """How much a column holds: the root of the letters of its average cell, those of notes counted as they are set."""
    cells = [row[place] for group in table.groups for row in group.rows]
    return math.sqrt(1.0 + sum(len(cell.text) + SMALL * len(cell.note) for cell in cells) / max(len(cells), 1))


def narrowest(table: Table, place: int) -> int:
    """Letters that a column takes at least: its longest word or grade, and of numbers the longest whole."""
    column = table.columns[place]
    cells = [row[place] for group in table.groups for row in group.rows]
    words = [word for said in (column.title, *(cell.text for cell in cells)) for word in tied(said).split(" ")]
    kept = [cell.text for cell in cells if column.is_number] + [f"{cell.badge} " for cell in cells if cell.badge]
    kept += [column.title] if len(column.title) <= SHORT else []
    return min(max(map(len, (*words, *kept)), default=0), LONGEST // 2) + 2


def widest(table: Table, place: int) -> int:
    """Letters that a column takes when nothing in it is wrapped."""
    column = table.columns[place]
    cells = [row[place] for group in table.groups for row in group.rows]
    notes = [SMALL * len(note) for note in (column.note, *(cell.note for cell in cells))]
    return round(max(len(column.title), *notes, *(len(cell.text) for cell in cells))) + 2
