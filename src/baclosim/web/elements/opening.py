"""Tabs that are built when they are first opened: a page of all of them at once would keep everybody waiting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nicegui import ui

from ..bench import Bench

Panel = Callable[[Bench], Any]


def panels_of(tabs: ui.tabs, panels: Mapping[str, Panel], bench: Bench) -> None:
    """The panels of all tabs below each other, of which the one that is open is built at once."""
    with ui.tab_panels(tabs, value=tabs.value).props("animated=false keep-alive"):
        waiting = {name: ui.tab_panel(name) for name in panels}

    def build() -> None:
        place = waiting.pop(str(tabs.value), None)
        if place is not None:
            with place:
                panels[str(tabs.value)](bench)

    build()
    tabs.on_value_change(build)
