"""Paper: documents as PDF, under a name to save them by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from fastapi import Response

from ...report.document import Document

Paper = Literal["a4", "letter"]
_FILE = {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}
PDF: dict[int | str, dict[str, Any]] = {200: {"description": "The paper.", "content": _FILE}}
"""What a route that prints says of its answer."""


def pdf(document: Document, paper: Paper, name: str) -> Response:
    """A document as PDF, set beside the server's own threads."""
    from ...report.pdf import render

    return printed(lambda: render(document, paper), name)


def printed(make: Callable[[], bytes], name: str) -> Response:
    """A PDF that is made beside the server's own threads."""
    from ..live import pool

    headers = {"content-disposition": f'attachment; filename="{name}.pdf"'}
    return Response(pool().submit(make).result(), media_type="application/pdf", headers=headers)
