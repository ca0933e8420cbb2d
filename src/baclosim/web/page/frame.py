"""The frame of the page: mark, tabs, undo and redo, sharing, light and dark, and the notice that stays in sight."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from importlib import resources
from typing import Any

from nicegui import app, ui

from ...errors import InputError
from ...figures.style import INKS
from ..bench import Bench
from ..elements.opening import panels_of
from ..elements.parts import plain
from ..study import History, Study, from_address, from_example, to_address
from . import ask, assess, claims, evidence, fit, plan, pump, simulate, spine, studies

FIRST = "oral-titration-ms"
TABS: dict[str, Callable[[Bench], Any]] = {
    "Simulate": simulate.panel,
    "Pump": pump.panel,
    "Spine": spine.panel,
    "Plan": plan.panel,
    "Fit": fit.panel,
    "Studies": studies.panel,
    "Assess": assess.panel,
    "Ask": ask.panel,
    "Evidence": evidence.panel,
    "Claims": claims.panel,
}
NOTICE = (
    "Research and education, not a medical device.",
    "Never stop baclofen, or change its dose, without the prescriber: stopping suddenly can be fatal.",
)
SCRIPTS = ("hover", "reach")
LINE = {"light": "#8a9199", "dark": "#6c757e"}  # edges of fields: 3:1 against the paper


def register() -> None:
    """The one page of the workbench, and its style."""
    app.add_static_files("/static", str(resources.files("baclosim.web") / "static"))
    app.config.quasar_config["loadingBar"]["skipHijack"] = True  # it has no name for those who listen
    ui.page("/", title="baclosim")(workbench)


def workbench(s: str = "", tab: str = "Simulate") -> None:
    """Build the page of one visitor; `s` is a shared study, `tab` what to show first."""
    ui.add_css(style())
    ui.add_head_html("".join(f'<script src="/static/{name}.js"></script>' for name in SCRIPTS))
    bench, fault = opened(s)
    dark = ui.dark_mode(None)
    with ui.element("header"):
        tabs = header(bench, dark, tab)
        with ui.element("div").classes("notice").props('role="note"'):
            plain(NOTICE[0], "b")
            plain(" " + NOTICE[1])
    with ui.element("div") as main:
        if fault:
            plain(f"{fault} The first example is shown instead.", "p", "problems").props('role="alert"')
        panels_of(tabs, TABS, bench)
    ui.skip_link("Skip to the content", target=main)
    ui.timer(0.0, lambda: follow_system(bench), once=True)

    def remember(_: object = None) -> None:
        ui.navigate.history.replace(address(bench.study, str(tabs.value)))

    bench.go = tabs.set_value
    bench.listeners.append(remember)
    tabs.on_value_change(remember)


def opened(word: str) -> tuple[Bench, str]:
    """A bench with the shared study, or with the first example and what was wrong with the address."""
    first = from_example(FIRST)
    if not word:
        return Bench(History(first)), ""
    try:
        study = from_address(word)
        study.scenarios()
    except InputError as error:
        return Bench(History(first)), str(error)
    return Bench(History(study)), ""


def address(study: Study, tab: str) -> str:
    """Where this study can be found again."""
    return f"/?tab={tab}&s={to_address(study)}"


def header(bench: Bench, dark: ui.dark_mode, tab: str) -> ui.tabs:
    """Mark, tabs and tools."""
    with ui.element("div").classes("bar"):
        with ui.element("a").classes("brand").props('href="/"'):
            ui.element("img").props('src="/static/mark.svg" alt=""')
            plain("baclosim")
        with ui.tabs().props('dense no-caps align="left" outside-arrows') as tabs:
            for name in TABS:
                ui.tab(name)
        tabs.set_value(tab if tab in TABS else next(iter(TABS)))
        with ui.element("div").classes("tools"):
            tool("undo", "Undo", bench.undo)
            tool("redo", "Redo", bench.redo)
            tool("link", "Copy a link to this study", lambda: share(bench, tabs))
            tool("contrast", "Light or dark", lambda: turn(bench, dark))
    keys = {"z": bench.undo, "y": bench.redo}

    def pressed(event: Any) -> None:
        if event.action.keydown and event.modifiers.ctrl and event.key.name in keys:
            keys[event.key.name]()

    ui.keyboard(on_key=pressed, ignore=["input", "textarea"])  # fields keep an undo of their own
    return tabs


def tool(icon: str, label: str, clicked: Callable[[], Any]) -> None:
    """A button of the header with its name for those who hover or listen."""
    ui.button(icon=icon, on_click=clicked).props(f'flat round dense aria-label="{label}"').tooltip(label)


def share(bench: Bench, tabs: ui.tabs) -> None:
    """Put the address of the study into the clipboard."""
    where = address(bench.study, str(tabs.value))
    ui.run_javascript(f"navigator.clipboard?.writeText(location.origin + {where!r})")
    ui.notify("The link holds the whole study; nothing is stored on the server.", position="top")


def turn(bench: Bench, dark: ui.dark_mode) -> None:
    """Change between light and dark."""
    bench.look = replace(bench.look, dark=not bench.look.dark)
    dark.set_value(bench.look.dark)
    bench.tell()


async def follow_system(bench: Bench) -> None:
    """Draw curves in the dress that the visitor's system wears, as the page around them does."""
    if await ui.run_javascript("matchMedia('(prefers-color-scheme: dark)').matches", timeout=10.0):
        bench.look = replace(bench.look, dark=True)
        bench.tell()


@functools.cache
def style() -> str:
    """The style sheet with the palette of the figures in both dresses."""
    text = (resources.files("baclosim.web") / "static" / "page.css").read_text(encoding="utf-8")
    dresses = {dress: "".join(f"--{n}:{getattr(ink, dress)};" for n, ink in INKS.items()) for dress in LINE}
    rules = "".join(
        f"body.body--{dress}{{{inks}--line:{LINE[dress]};color-scheme:{dress}}}" for dress, inks in dresses.items()
    )
    return text.replace("/*inks*/", rules)
