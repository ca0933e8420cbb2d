"""Paper read back: its pages, its text, and how far down each page is written on."""

from __future__ import annotations

import functools
import io
import re

import pypdf


def opened(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


def written(content: bytes) -> str:
    """All text without its spaces: lines break where they must."""
    return bare("".join(page.extract_text() for page in opened(content).pages))


def bare(text: str) -> str:
    return re.sub(r"[\s\u200b\u00ad]", "", text)


def note_height(heights: list[float], text: str, page: list[float], line: list[float], *_: object) -> None:
    if text.strip():
        heights.append(line[4] * page[1] + line[5] * page[3] + page[5])


def filled(content: bytes) -> list[float]:
    """For each page the share of its height, between header and footer, above which something is written."""
    shares = []
    for page in opened(content).pages:
        heights: list[float] = []
        page.extract_text(visitor_text=functools.partial(note_height, heights))
        top = float(page.mediabox[3])
        body = [top - height for height in heights if 60.0 < top - height < top - 57.0]
        shares.append(max(body, default=60.0) / (top - 57.0))
    return shares
