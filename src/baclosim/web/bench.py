"""The state behind one open page: what is applied, what is being typed, how curves look. Never shared."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..errors import InputError, Problem
from .charts.parts import Look
from .live import Latest
from .study import History, Raw, Study

if TYPE_CHECKING:
    from ..plan.people import Known


@dataclass(frozen=True)
class Estimated:
    """A person as their data tell, the table of the patient that was known beside them, and what they take."""

    known: Known
    patient: Raw
    therapy: str


@dataclass
class Bench:
    """One page of one visitor.

    history   what was applied
    draft     what the form says; it becomes applied only when it can be read
    problems  what is wrong with the draft
    look      how curves are drawn
    chosen    number of the therapy that the form shows
    curves    the requests for curves of this page
    listeners are told when something else is applied, and who did it
    estimated the person whom the Fit tab hands over, or a kept file, and `takers` are told of it
    go        shows another tab
    """

    history: History
    draft: Raw = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    look: Look = field(default_factory=Look)
    chosen: int = 0
    curves: Latest = field(default_factory=Latest)
    listeners: list[Callable[[object], Any]] = field(default_factory=list)
    estimated: Estimated | None = None
    takers: list[Callable[[], Any]] = field(default_factory=list)
    go: Callable[[str], Any] = lambda _: None

    def __post_init__(self) -> None:
        self.reset()

    @property
    def study(self) -> Study:
        """What was applied last."""
        return self.history.present

    @property
    def is_pending(self) -> bool:
        """Whether the form says something that could not be applied."""
        return bool(self.problems)

    def reset(self) -> None:
        """Let the form say what is applied."""
        present = self.study
        self.draft = copy.deepcopy(
            {
                "title": present.title,
                "patient": present.patient,
                "therapies": list(present.therapies),
                "simulate": present.simulate,
            }
        )
        self.problems = ()
        self.chosen = min(self.chosen, len(present.therapies) - 1)

    def therapy(self) -> Raw:
        """The table of the therapy that the form shows."""
        return self.draft["therapies"][self.chosen]

    def apply(self) -> bool:
        """Make the draft the present study if it can be read; otherwise note what is wrong and leave the rest alone."""
        study = self.drafted()
        try:
            study.scenarios()
        except InputError as error:
            self.problems = error.problems or (Problem("study", "", str(error)),)
            return False
        self.problems = ()
        self.history.apply(study)
        return True

    def drafted(self) -> Study:
        """The study that the form describes, entries left empty taken out."""
        therapies = tuple(without_empty(t) for t in self.draft["therapies"])
        return Study(
            without_empty(self.draft["patient"]), therapies, without_empty(self.draft["simulate"]), self.draft["title"]
        )

    def undo(self) -> None:
        """Back by one; the form follows."""
        self._moved(self.history.undo())

    def redo(self) -> None:
        """Forward by one; the form follows."""
        self._moved(self.history.redo())

    def open(self, study: Study) -> None:
        """Another study altogether, which can be undone."""
        self.history.apply(study)
        self.chosen = 0
        self._moved(True)

    def tell(self, by: object = None) -> None:
        """Tell everybody on the page that something else is shown; `by` is who changed it."""
        for listener in self.listeners:
            listener(by)

    def hand_over(self, person: Estimated | None) -> None:
        """Let the planners plan for this very person, or again for people like the patient."""
        self.estimated = person
        for taker in self.takers:
            taker()

    def _moved(self, moved: bool) -> None:
        if moved:
            self.reset()
            self.tell()


def without_empty(table: Raw) -> Raw:
    """A table without entries that say nothing."""
    kept: Raw = {}
    for key, value in table.items():
        cleaned = without_empty(value) if isinstance(value, dict) else value
        if isinstance(cleaned, str):
            cleaned = cleaned.strip()
        if cleaned not in ("", None, {}, []):
            kept[key] = copy.deepcopy(cleaned)
    return kept
