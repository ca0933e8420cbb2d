"""The dress of the site: formulas as MathML, the colours of the figures, quoted names that lead to their entries."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from latex2mathml.converter import convert
from pygments.lexers.special import TextLexer
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.transforms import SphinxTransform

from baclosim.evidence.library import library
from baclosim.figures.style import INKS
from baclosim.parameters import parameters
from baclosim.quantities import QUANTITIES

from .commands import commands
from .write import write

NAMED = {"fact": "evidence", "parameter": "number of the model", "claim": "claim", "command": "command"}
"""Kinds of entries that have a directive and a role of their own, with what the index calls them."""
FETCHED = re.compile(r"<(?:script|img|iframe|link)\b[^>]*\b(?:src|href)=\"(?:https?:)?//[^\"]*\"")
OURS = ("regimen", "refused", "policy")  # languages of code blocks that only this project knows


def setup(app: Sphinx) -> dict[str, Any]:
    """What Sphinx calls when it begins."""
    app.connect("builder-inited", lambda app: write())
    app.connect("build-finished", nothing_from_elsewhere)
    for name, called in NAMED.items():
        app.add_object_type(name, name, indextemplate=f"pair: %s; {called}")
    app.add_html_math_renderer("mathml", (inline_formula, None), (formula, None))
    app.add_post_transform(QuotedNames)
    for language in OURS:
        app.add_lexer(language, TextLexer)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def nothing_from_elsewhere(app: Sphinx, exception: Exception | None) -> None:
    """Raises SphinxError when a page would fetch a script, a style or a picture from another place."""
    pages = [] if exception else sorted(Path(app.outdir).rglob("*.html"))
    found = [f"{page.name}: {tag}" for page in pages for tag in FETCHED.findall(page.read_text(encoding="utf-8"))]
    if found:
        raise SphinxError("the site would need a network: " + "; ".join(found[:5]))


def inline_formula(translator: Any, node: nodes.Element) -> None:
    """A formula within a line, as MathML that every browser draws by itself."""
    translator.body.append(convert(node.astext()))
    raise nodes.SkipNode


def formula(translator: Any, node: nodes.Element) -> None:
    """A formula on a line of its own."""
    drawn = convert(node.astext(), display="block")
    translator.body.append(f'<div class="formula">{drawn}</div>\n')
    raise nodes.SkipNode


class QuotedNames(SphinxTransform):
    """Makes `oral.clearance.simon-2018`, a parameter, a claim or a command in quotes lead to its entry."""

    default_priority = 5  # before references are resolved

    def apply(self, **_: Any) -> None:
        """Wrap each literal that names an entry in a reference to it."""
        for literal in list(self.document.findall(nodes.literal)):
            kind = kind_of(literal.astext())
            if kind and not isinstance(literal.parent, (pending_xref, nodes.reference, nodes.title)):
                target = command_in(literal.astext()) if kind == "command" else literal.astext()
                link = pending_xref("", refdomain="std", reftype=kind, reftarget=target, refexplicit=True)
                link["refdoc"] = self.env.docname
                literal.replace_self(link)
                link += literal


def kind_of(text: str) -> str:
    """What kind of entry a quoted text names; empty when it names none."""
    if text in library():
        return "fact"
    if text in parameters() and text not in QUANTITIES:
        return "parameter"
    if text in claim_names():
        return "claim"
    return "command" if command_in(text) else ""


def command_in(text: str) -> str:
    """The longest command that a quoted line begins with."""
    words = text.split()
    if words[:1] != ["baclosim"]:
        return ""
    return next((line for line in (" ".join(words[:3]), " ".join(words[:2])) if line in command_names()), "")


@functools.cache
def command_names() -> frozenset[str]:
    """Every command as it is typed."""
    return frozenset(f"baclosim {path}" for path, _ in commands())


@functools.cache
def claim_names() -> frozenset[str]:
    """The id of every claim."""
    return frozenset(claim.id for claim in library().claims())


def colours(dress: str) -> dict[str, str]:
    """The theme's variables in the light or the dark dress of the figures."""
    ink = {name: getattr(ink, dress) for name, ink in INKS.items()}
    return {
        **ink,
        "font-stack": "system-ui, -apple-system, 'Segoe UI', sans-serif",
        "font-stack--monospace": "ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', monospace",
        "color-brand-primary": ink["blue"],
        "color-brand-content": ink["blue"],
        "color-brand-visited": ink["blue"],
        "color-foreground-primary": ink["ink"],
        "color-foreground-secondary": ink["muted"],
        "color-foreground-muted": ink["muted"],
        "color-background-primary": ink["paper"],
        "color-background-secondary": ink["shade"],
        "color-background-border": ink["rule"],
        "color-background-hover": ink["shade"],
        "color-background-hover--transparent": ink["shade"] + "00",
        "color-code-background": ink["shade"],
        "color-inline-code-background": ink["shade"],
        "color-api-background": ink["shade"],
        "color-table-border": ink["rule"],
    }
