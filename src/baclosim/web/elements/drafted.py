"""What every form on the draft has: it is applied when it can be read, otherwise what is wrong stands above it."""

from __future__ import annotations

from nicegui import ui

from ..bench import Bench
from .parts import problem_list


class Drafted:
    """A form on the draft of a bench; whoever fills it places `problems` where mistakes are to be told."""

    problems: ui.element

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    def changed(self) -> None:
        """Apply the draft if it can be read, or say what is wrong with it."""
        before = self.bench.study
        if self.bench.apply() and self.bench.study != before:
            self.bench.tell(by=self)
        self.show_problems()

    def show_problems(self) -> None:
        """What is wrong with the draft."""
        self.problems.clear()
        if self.bench.problems:
            with self.problems:
                problem_list(self.bench.problems)
