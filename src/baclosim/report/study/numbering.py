"""Tables and figures of a report numbered in the order in which they stand, as a paper has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count

from ..document import Block, Picture, Section, Table


def numbered(sections: Iterable[Section]) -> tuple[Section, ...]:
    """The sections with the number of each table and figure before its caption."""
    tables, figures = count(1), count(1)
    return tuple(
        replace(section, blocks=tuple(with_number(block, tables, figures) for block in section.blocks))
        for section in sections
    )


def with_number(block: Block, tables: Iterator[int], figures: Iterator[int]) -> Block:
    """A table or picture with the next number of its kind; anything else as it is."""
    if isinstance(block, Table):
        return replace(block, caption=f"Table {next(tables)}. {block.caption}")
    if isinstance(block, Picture):
        name = f"Figure {next(figures)}."
        parts = tuple(replace(part, caption=f"{name} {part.caption}") for part in block.parts)
        return replace(block, caption=f"{name} {block.caption}", parts=parts)
    return block
