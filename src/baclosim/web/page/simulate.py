"""The tab where a patient is described, treated and followed: the form on the left, the curves on the right."""

from __future__ import annotations

from nicegui import ui

from ..bench import Bench
from ..elements.parts import soon
from ..sections.bringing import Bringing
from ..sections.form import Form
from ..sections.results import Results
from ..sections.taking import Taking


def panel(bench: Bench) -> None:
    """Build the tab."""
    with ui.element("div").classes("split"):
        with ui.element("section").classes("form").props('aria-label="Patient and therapy"'):
            bringing = Bringing(bench)
            bringing.fill()
            place = ui.element("div").style("display:contents")
            Taking(bench).fill()
        with ui.element("section").classes("results").props('aria-label="Results"') as right:
            pass
    results = Results(bench, right)
    form = Form(bench, place, results.preview, lambda: soon(results.compute))
    bench.listeners += [form.told, results.told]
    form.fill()
    results.fill()
    ui.timer(0.0, lambda: soon(results.compute), once=True)  # once the page is there
