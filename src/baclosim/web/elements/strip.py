"""The day strip: 24 bars to drag with a finger or the mouse, or to move with the arrow keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nicegui import ui

from ..daystrip import HOURS, Rates, rates_of, steps_of, with_rate
from .parts import plain

DRAG = """(e) => {
  if (e.buttons !== 1) return;
  const r = e.currentTarget.getBoundingClientRect();
  emit([(e.clientX - r.left) / r.width, 1 - (e.clientY - r.top) / r.height]);
}"""
LEAST = 20.0  # ug/h, the height of the strip at least


class Strip:
    """The bars of one program; `changed` is called when a drag or a key has ended."""

    def __init__(self, table: dict[str, Any], changed: Callable[[], Any]) -> None:
        self.table, self.changed = table, changed
        rates = rates_of(table.get("steps", []))
        if rates is None:
            plain("; ".join(table.get("steps", [])), "p", "muted")
            return
        self.rates: Rates = rates
        self.most = max(LEAST, 1.5 * max(rates))
        with (
            ui.element("div").classes("strip").props('role="group" aria-label="Rate of each hour of the day"') as strip
        ):
            self.bars = [self.bar(hour) for hour in range(HOURS)]
        strip.on("pointerdown", self.dragged, js_handler=DRAG)
        strip.on("pointermove", self.dragged, js_handler=DRAG, throttle=0.04)
        strip.on("pointerup", self.end)
        strip.on("pointerleave", self.end)
        self.words = plain("", "p", "muted")
        self.show()

    def bar(self, hour: int) -> ui.element:
        """One hour."""
        made = ui.element("div").classes("hour").props(f'role="slider" tabindex="0" aria-label="{hour:02d}:00"')
        made.on("keydown.up.prevent", lambda: self.moved(hour, 0.5))
        made.on("keydown.down.prevent", lambda: self.moved(hour, -0.5))
        made.on("blur", self.end)
        return made

    def dragged(self, event: Any) -> None:
        """A bar follows the pointer."""
        across, up = event.args
        hour = min(max(int(across * HOURS), 0), HOURS - 1)
        self.rates = with_rate(self.rates, hour, 0.5 * round(2.0 * up * self.most))
        self.show()

    def moved(self, hour: int, change: float) -> None:
        """A bar follows a key."""
        self.rates = with_rate(self.rates, hour, self.rates[hour] + change)
        self.show()

    def end(self) -> None:
        """The program is what the bars say."""
        steps = steps_of(self.rates)
        if steps != self.table.get("steps"):
            self.table["steps"] = steps
            self.changed()

    def show(self) -> None:
        """Heights, words for those who listen, and the sum of the day."""
        for rate, bar in zip(self.rates, self.bars, strict=True):
            bar.style(f"height:{100.0 * min(rate / self.most, 1.0):.1f}%")
            bar.props(f'aria-valuenow="{rate:g}" aria-valuetext="{rate:g} ug/h" aria-valuemin="0"')
        self.words.text = f"{sum(self.rates):g} ug/day: " + "; ".join(steps_of(self.rates))
