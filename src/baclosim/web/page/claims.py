"""The tab of the claims: the specification, each claim computed on the spot when it is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

from ...claims.findings import Finding
from ...claims.running import Result, run_checks
from ...evidence.library import library
from ...evidence.records import Claim
from ..bench import Bench
from ..elements.parts import chip, plain, plain_table
from ..sections import validation
from ..work.aside import aside

MARKS = {True: "✓", False: "✗", None: "–"}


def panel(_: Bench) -> None:
    """Build the tab."""
    with ui.element("div").classes("sheet"):
        validation.panel()
        plain("What the program claims, and whether it holds", "h2")
        plain(
            "Each claim comes from the two documents behind the program. Computing one runs the model now; "
            "where the evidence disagrees, both sides are printed.",
            "p",
            "muted",
        )
        for claim in library().claims():
            row(claim)


def row(claim: Claim) -> None:
    """One claim with a button that computes it."""
    with ui.element("section").classes("claim").props(f'aria-label="{claim.id}"'):
        with ui.element("div").classes("chips"):
            plain(claim.id, "b")
            verdict = plain("", "span", "grade")
            verdict.set_visibility(False)
            place: list[ui.element] = []
            chip("Compute", False, computing(claim, verdict, place))
        plain(claim.says, "p")
        place.append(ui.element("div"))


def computing(claim: Claim, verdict: TextElement, place: list[ui.element]) -> Callable[[], object]:
    """What the button of a claim does."""

    async def compute() -> None:
        verdict.text = "computing…"
        verdict.set_visibility(True)
        loop = asyncio.get_running_loop()
        result = await loop.run_in_executor(aside(), lambda: next(iter(run_checks((claim.id,)))))
        verdict.text = result.verdict
        place[0].clear()
        with place[0]:
            findings(result)

    return compute


def findings(result: Result) -> None:
    """What a check found, with its tables and the facts behind it."""
    plain_table(("finding",), [(f"{MARKS[f.holds]} {said(f)}",) for f in result.findings])
    for finding in result.findings:
        if finding.table:
            plain_table(finding.table.columns, ([("" if c is None else c) for c in r] for r in finding.table.rows))
    if result.weak:
        plain(f"Leans on assumed or recalled values: {', '.join(result.weak)}.", "p", "muted")


def said(finding: Finding) -> str:
    """A finding in words."""
    if isinstance(finding.value, str):
        return f"{finding.what}: {finding.value}"
    interval = f" ({finding.interval[0]:.3g} to {finding.interval[1]:.3g})" if finding.interval else ""
    bound = f"; wanted {finding.bound}" if finding.bound else ""
    return f"{finding.what}: {finding.value:.3g} {finding.unit}{interval}{bound}".replace(" ;", ";")
