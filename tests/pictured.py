"""Pictures of the page for the docs: made when they are asked for, and compared with what the page shows in every run.

    BACLOSIM_PICTURES=1 python -m pytest tests/test_web_journeys.py        (or: make pictures)

Numbers and pixels differ a little between machines; what stands beside a picture is therefore the outline of the page:
its headings, buttons, fields and columns, in order.
"""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

DOCS = Path(__file__).parent.parent / "docs"
HOME = DOCS / "screenshots"
OUTLINES = HOME / "outlines.json"
LARGEST = 200_000  # bytes
IS_ASKED = bool(os.environ.get("BACLOSIM_PICTURES"))
AGAIN = "it is no longer what the page shows; look at the page, then make it again: make pictures"

OUTLINE = """() => [...document.querySelectorAll(
  'h1, h2, h3, th, button:not([role=tab]), [role=tab][aria-selected=true], input, textarea'
)].filter(e => e.offsetParent !== null).map(e => {
  const name = e.getAttribute('aria-label') || e.labels?.[0]?.innerText || e.innerText || '';
  return `${e.tagName.toLowerCase()} ${name.replace(/\\d[\\d.,\\u202f]*/g, '#').replace(/\\s+/g, ' ').trim()}`;
})"""


def pictured(page: Page, name: str) -> None:
    """Make the picture of a page when it is asked for; judge that the one in the docs still shows the page."""
    from PIL import Image

    seen = page.evaluate(OUTLINE)
    path = HOME / f"{name}.png"
    if IS_ASKED:
        page.evaluate("document.activeElement?.blur()")
        page.mouse.move(1, 400)
        page.wait_for_timeout(500)
        HOME.mkdir(exist_ok=True)
        image = Image.open(io.BytesIO(page.screenshot()))
        image.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
        OUTLINES.write_text(json.dumps({**outlines(), name: seen}, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    assert f"screenshots/{name}.png" in (DOCS / "workbench.md").read_text(encoding="utf-8")
    assert path.stat().st_size <= LARGEST
    assert Image.open(path).size == tuple((page.viewport_size or {}).values())
    assert outlines()[name] == seen, AGAIN


def outlines() -> dict[str, list[str]]:
    """The outline of every picture."""
    return json.loads(OUTLINES.read_text(encoding="utf-8")) if OUTLINES.exists() else {}
