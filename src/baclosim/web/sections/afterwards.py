"""What is asked of a study once it was run: arms compared, questions to its tables, observations over it, power."""

from __future__ import annotations

import re
from typing import Any

from nicegui import ui
from pydantic import ValidationError

from ...cohort.words import COMPARED, POWERED, power_rows
from ...errors import BaclosimError, InputError, Problem
from ...plan.asked import Reading
from ..elements.parts import chip, choice, entry, nothing, picture, plain, plain_table, refusal, soon, whole
from ..elements.upload import file_chip, into
from ..elements.working import Working
from ..live import Latest, Stale
from ..work.afterwards import LONGEST_DATA, Answer, Check, Compared, Comparison, PowerDone, Question, Trial
from ..work.aside import aside
from ..work.jobs import Job
from ..work.studying import StudyDone

ROWS = 200  # of an answer that are shown; the file holds them all
SIZES = "20, 50, 100, 200"
FIRST_QUESTION = "select arm, count(*) as patients, avg(age_years) as age from patients group by arm"


class Afterwards:
    """The forms below the results of a study, each closed until it is wanted but the first."""

    def __init__(self, done: StudyDone) -> None:
        self.done = done
        manifest = done.record.manifest
        self.arms = [arm["name"] for arm in manifest["arms"]]
        self.quantities = {q["name"]: q["label"] for q in manifest["quantities"]}
        self.units = {q["name"]: q["unit"] for q in manifest["quantities"]}
        self.endpoints = [entry["name"] for entry in manifest["endpoints"]]
        with done.results() as results:
            self.columns = results.columns()

    def fill(self) -> None:
        """All that can be asked; what needs two arms only where there are two."""
        if len(self.arms) > 1:
            with form("Compare the arms", is_open=True):
                self.comparison()
        with form("Ask its tables in SQL"):
            self.question()
        with form("Lay observations over it: visual predictive check"):
            self.check()
        if len(self.arms) > 1:
            with form("Power of a trial"):
                self.trial()

    def measures(self) -> dict[str, str]:
        """What can be measured: the endpoints first, then every column."""
        return {name: name for name in (*self.endpoints, *self.columns)}

    # --- arms against each other ------------------------------------------------------------------------------------

    def comparison(self) -> None:
        """Every arm less one of them, anew at every choice."""
        held: dict[str, Any] = {"reference": self.arms[0], "measures": []}
        requests = Latest(aside)

        def changed() -> None:
            soon(compute)

        with ui.element("div").classes("pair"):
            choice("Against the arm", self.arms, held, "reference", changed, needed=True)
            several = ui.select(self.measures(), label="Measures", multiple=True, with_input=True)
            several.props('outlined dense options-dense use-chips hint="the endpoints, unless others are chosen"')
        place = ui.element("div").props('aria-live="polite"')

        def chosen(event: Any) -> None:
            held["measures"] = list(event.value)
            changed()

        async def compute() -> None:
            try:
                found = await requests.run(Comparison.model_validate(held).drawn, self.done)
            except Stale:
                return
            except (ValidationError, BaclosimError) as error:
                place.clear()
                with place:
                    refusal(error)
                return
            place.clear()
            with place:
                show_compared(found)

        several.on_value_change(chosen)
        changed()

    # --- questions --------------------------------------------------------------------------------------------------

    def question(self) -> None:
        """A question to the tables, and what they answer."""
        held: dict[str, Any] = {"sql": FIRST_QUESTION}
        tables = "Tables: patients, visits, courses and bands, as far as the study has them. One SELECT, as for "
        plain(f"{tables}`baclosim cohort query`.", "p", "muted")
        entry("Question in SQL", held, "sql", nothing, lines=3).classes("code")
        with ui.expansion("Columns of the table patients").props("dense"):
            plain(", ".join(("draw", "arm", "patient", *self.columns)), "p", "muted")
        Working("Ask", lambda: Question.model_validate(held).job(self.done), lambda found: shown(found))
        place = ui.element("div").props('aria-live="polite"')

        def shown(found: Answer) -> None:
            place.clear()
            with place:
                show_answer(found)

    # --- observations -----------------------------------------------------------------------------------------------

    def check(self) -> None:
        """A table of observations, and the percentiles predicted behind it."""
        held: dict[str, Any] = {"data": "", "quantity": next(iter(self.quantities)), "arm": self.arms[0], "unit": ""}
        text = entry("Observations, as CSV", held, "data", nothing, lines=5, hint="time_h,value").classes("code")
        file_chip("Or take a file (CSV)", ".csv,.txt", LONGEST_DATA, into(text))
        with ui.element("div").classes("pair"):
            choice("What was measured", self.quantities, held, "quantity", nothing, needed=True)
            entry("Unit of the values", held, "unit", nothing, hint="the quantity's own")
            choice("In the arm", self.arms, held, "arm", nothing, needed=True)
        own = {unit for unit in self.units.values() if unit != "dimensionless"}
        plain(f"The quantities' own units: {', '.join(sorted(own))}; levels may be in ng/mL.", "p", "muted")
        Working("Draw it", lambda: Check.model_validate(held).job(self.done), lambda svg: shown(svg))
        place = ui.element("div")

        def shown(svg: str) -> None:
            place.clear()
            with place:
                picture(svg, f"Observations over the percentiles predicted for {held['arm']}")
                chip("Figure as SVG", False, lambda: ui.download(svg.encode(), "vpc.svg"))

    # --- power ------------------------------------------------------------------------------------------------------

    def trial(self) -> None:
        """Trials drawn from the simulated patients, and how many of them find a difference."""
        measures = self.measures()
        held: dict[str, Any] = {
            "endpoint": next(iter(measures)), "arm": self.arms[1], "reference": self.arms[0], "sizes": SIZES,
            "level": "0.05",
        }  # fmt: skip
        choice("Endpoint", measures, held, "endpoint", nothing, needed=True)
        with ui.element("div").classes("pair"):
            choice("The arm that is tried", self.arms, held, "arm", nothing, needed=True)
            choice("Against", self.arms, held, "reference", nothing, needed=True)
            entry("Patients in each arm", held, "sizes", nothing, hint=SIZES)
            entry("Level, two-sided", held, "level", nothing, hint="0.05")
        plain("Drawn from the patients simulated here: with few of them the power is only roughly known.", "p", "muted")
        Working("Try it", lambda: self.tried(held), lambda found: shown(found))
        place = ui.element("div").props('aria-live="polite"')

        def shown(found: PowerDone) -> None:
            place.clear()
            with place:
                plain_table(POWERED, power_rows(found.found))

    def tried(self, held: dict[str, Any]) -> Job[PowerDone]:
        """The trials of the form; raises InputError or ValidationError."""
        return Trial.model_validate({**held, "sizes": sizes(held["sizes"]), "level": level(held["level"])}).job(
            self.done
        )


def form(title: str, *, is_open: bool = False) -> ui.element:
    """The inside of one of the forms, which its title opens and closes."""
    with ui.expansion(title, value=is_open).props("dense").classes("further"):
        return ui.element("div").classes("stack whole")


def show_compared(found: Compared) -> None:
    """Differences as a table and drawn."""
    plain_table(COMPARED, found.rows)
    if found.figure:
        picture(found.figure, "Differences between the arms")
    chip("Comparison as CSV", False, lambda: ui.download(found.csv, "comparison.csv"))


def show_answer(found: Answer) -> None:
    """The first rows of an answer, and all that were computed as a file."""
    rows = found.rows()
    more = f"{len(rows):,} rows" + (" and more; put a LIMIT or sum them up" if found.has_more else "")
    plain(more + (f"; the first {ROWS} are shown." if len(rows) > ROWS else "."), "p", "muted")
    plain_table(found.columns, [["–" if cell is None else readable_cell(cell) for cell in row] for row in rows[:ROWS]])
    chip("Answer as CSV", False, lambda: ui.download(found.csv(), "answer.csv"))


def readable_cell(cell: Any) -> str:
    """A cell with at most six significant digits."""
    return f"{cell:.6g}" if isinstance(cell, float) else str(cell)


def sizes(given: str) -> list[int]:
    """Numbers of patients that were typed; raises InputError, also for "2,500", which may be one size or two."""
    words = [word.strip(",") for word in re.split(r"[;\s]+", given or "")]
    either = next((word for word in words if "," in word and whole(word) is not None), "")
    found = [whole(part) for word in words for part in word.split(",") if part]
    known = [size for size in found if size is not None]
    if either or not known or len(known) < len(found):
        hint = (
            f"Write {either.replace(',', '')!r} or {either.replace(',', ', ')!r}, whichever is meant." if either else ""
        )
        raise InputError(Problem("patients in each arm", given, f"whole numbers such as {SIZES}", hint))
    return known


def level(given: str) -> float:
    """A level of significance that was typed, as a number or in per cent; raises InputError."""
    read = Reading()
    found = read.part("level", given or "0.05")
    read.done()
    return found
