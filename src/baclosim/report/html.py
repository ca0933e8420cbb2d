"""A document as one self-contained page: style and figures inline, nothing fetched, everything typed is escaped."""

from __future__ import annotations

import functools
import re
from importlib import resources
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..evidence.mirrors import is_mirror
from ..figures.stack import NARROW, WIDE
from ..figures.style import INKS
from ..figures.svg import inline
from .document import Document, Picture

_NUMBER_UNIT = re.compile(r"(?<=\d) (?=(?:%|mg|ug|kg|g|h|min|mL|cm|ng|days?|weeks?|months?|years?)(?![\w]))")

if TYPE_CHECKING:
    from jinja2 import Environment, Template
    from markupsafe import Markup


def render(document: Document) -> str:
    """The page as text; the same document gives the same bytes."""
    return page().render(document=document, style=style())


@functools.cache
def page() -> Template:
    """The compiled template."""
    return environment().get_template("report.html.j2")


def environment() -> Environment:
    """Jinja with escaping on for everything, and undefined names as errors."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    jinja = Environment(
        loader=PackageLoader("baclosim.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    jinja.filters |= {"figure": figure, "host": host, "web": web, "slug": slug, "tied": tied}
    return jinja


@functools.cache
def style() -> Markup:
    """The style sheet with the palette of the figures in both dresses."""
    from markupsafe import Markup

    text = (resources.files("baclosim.report") / "templates" / "report.css").read_text(encoding="utf-8")
    light = "".join(f"--{name}:{ink.light};" for name, ink in INKS.items())
    dark = "".join(f"--{name}:{ink.dark};" for name, ink in INKS.items())
    return Markup(text.replace("/*light*/", light).replace("/*dark*/", dark))


def figure(picture: Picture, size: str) -> Markup:
    """A picture as inline SVG, "wide" for a page or "narrow" for a telephone."""
    from markupsafe import Markup

    return Markup(inline(picture.svg(NARROW if size == "narrow" else WIDE), picture.alt))


def web(link: str) -> bool:
    """Whether an address is one that a page may link to."""
    return urlsplit(link).scheme in ("http", "https") and not is_mirror(link)


def host(link: str) -> str:
    """Where a link leads, for people."""
    parts = urlsplit(link)
    return f"doi {parts.path.strip('/')}" if parts.netloc == "doi.org" else parts.netloc.removeprefix("www.")


def tied(text: str) -> str:
    """Numbers tied to their units by spaces that do not break."""
    return _NUMBER_UNIT.sub("\u00a0", text)


def slug(text: str) -> str:
    """A word that is safe as a class name."""
    return re.sub(r"[^a-z]+", "-", text.lower()).strip("-")
