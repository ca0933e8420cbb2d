"""Several rooms behind one tab: chips choose, and a room is built when it is first entered."""

from __future__ import annotations

from collections.abc import Mapping

from nicegui import ui

from ..bench import Bench
from .opening import Panel
from .parts import chip


class Rooms:
    """The rooms of a tab by the names on their chips; the first is open."""

    def __init__(self, bench: Bench, rooms: Mapping[str, Panel], label: str) -> None:
        self.bench, self.rooms = bench, rooms
        self.chips = ui.element("div").classes("chips rooms").props(f'role="group" aria-label="{label}"')
        self.places: dict[str, ui.element] = {name: ui.element("div").style("width:100%") for name in rooms}
        self.built: set[str] = set()
        self.enter(next(iter(rooms)))

    def enter(self, name: str) -> None:
        """Show one room alone."""
        self.chips.clear()
        with self.chips:
            for other in self.rooms:
                chip(other, other == name, lambda other=other: self.enter(other))
        for other, place in self.places.items():
            place.set_visibility(other == name)
        if name not in self.built:
            self.built.add(name)
            with self.places[name]:
                self.rooms[name](self.bench)
