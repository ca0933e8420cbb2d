"""The report of an individual estimate: what the data say of a person, how far to trust it, what comes next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..figures.curves import Course
from ..figures.display import readable, time_in_words
from ..figures.fitted import FittedCourse, Seen, draw_fit
from .document import (
    Cell,
    Column,
    Document,
    Notice,
    Notices,
    Pairs,
    Paragraph,
    Picture,
    Rows,
    Section,
    Table,
)  # fmt: skip
from .evidence import cautioned, resting_on
from .planning import steps_section
from .words import patient_rows, sentence

if TYPE_CHECKING:
    from ..individualise import Forecast, Individual, Observation
    from ..plan.plan import Plan

LIMITS = (
    "It is about one person as far as these data reach. What they do not inform stays that of people like this one.",
    "The bands hold neither errors in the recorded doses nor a body that changes while it is observed.",
    "Levels scatter by about a quarter around the model (Simon 2018); one level moves an estimate only so far.",
)


def document_of(individual: Individual, ahead: Forecast, plan: Plan) -> Document:
    """Warnings, figure, what follows, estimates, observations, limits, evidence."""
    person = individual.person
    cautions = tuple(dict.fromkeys((*individual.cautions, *ahead.cautions)))
    limits = Notices(tuple(Notice("", line) for line in LIMITS), grave=False)
    sections = (
        Section("warnings", "Before you read the numbers", cautioned(cautions)),
        Section(
            "course", "What was seen, and what comes", (Paragraph(summary(individual)), picture(individual, ahead))
        ),
        replace(steps_section(plan), title="What to do next"),
        Section("estimates", "What the data say of this person", (estimates_table(individual),)),
        Section("observations", "Each observation", (observations_table(individual),)),
        Section("person", "Who", (Pairs((*patient_rows(person.patient), ("therapy", str(person.therapy)))),)),
        Section("limits", "What this cannot tell", (limits,)),
        *evidence_sections(individual, ahead),
    )
    lead = (sentence(person.therapy), f"{len(person.observations)} observations until {time_in_words(person.last)}.")
    return Document.of(f"{person.name or 'One person'}: individual estimate", "individual estimate", lead, sections)


def summary(individual: Individual) -> str:
    """How well data and model agree, and what the draws are worth."""
    draws, p = individual.draws, individual.conflict.overall
    agree = f"In {readable(100 * p, 2)} % of people like this one the data would be at least as unusual as these."
    worth = f"{draws.n} weighted draws of who the person may be are worth {readable(draws.effective)} independent ones."
    return f"{agree} {worth}"


def picture(individual: Individual, ahead: Forecast) -> Picture:
    """The figure of the course with the data."""
    told = fitted_course(individual, ahead)
    caption = (
        "Points and bars are what was observed: a bar holds all the readings that would have been written down so. "
        "Tints hold 90 % of who this person may be after the data, dashes 90 % of people like this one before. "
        "The upright line is the end of the data."
    )
    alt = "Course over time with the observations; the tables hold the numbers."
    return Picture("fit", caption, alt, lambda width: draw_fit(told, width))


def fitted_course(individual: Individual, ahead: Forecast) -> FittedCourse:
    """What the figure shows."""
    seen = [seen_of(observation) for observation in individual.person.observations]
    expected: Course = ahead.expected
    return FittedCourse(ahead.unchanged, seen, ahead.now, expected, ahead.change, ahead.changed)


def seen_of(observation: Observation) -> Seen:
    """An observation as it is drawn: yes at 1 and no at 0, everything else by its interval."""
    is_symptom = observation.kind.scale == "yes or no"
    value = observation.value or 0.0
    low, high = (value, value) if is_symptom else observation.interval
    return Seen(observation.time, observation.kind.quantity, low, high)


def estimates_table(individual: Individual) -> Table:
    """Every estimated parameter before and after the data."""
    from ..individualise.words import estimate_words

    columns = (
        Column("Parameter"),
        Column("People like this one", "median (90 %)", is_number=True),
        Column("This person", "median (90 %)", is_number=True),
        Column("Most probable", is_number=True),
        Column("Left of the spread", "100 % where the data say nothing", is_number=True),
    )
    words = map(estimate_words, individual.estimates)
    rows = tuple(
        (Cell(name, unit), Cell(before), Cell(after), Cell(best), Cell(left))
        for name, unit, before, after, best, left in words
    )
    return Table("Estimates, as of a 70 kg adult before weight and kidneys act", columns, (Rows(rows),))


def observations_table(individual: Individual) -> Table:
    """Every observation with what was expected and what is believed."""
    from ..individualise.words import observation_words

    columns = (
        Column("Observed"),
        Column("Expected", "median (90 %)", is_number=True),
        Column("This person", "median (90 %)", is_number=True),
        Column("Distance", "from expected, SD", is_number=True),
    )
    rows = tuple(tuple(Cell(text, note) for text, note in cells) for cells in observation_words(individual))
    return Table("Observations", columns, (Rows(rows),))


def evidence_sections(individual: Individual, ahead: Forecast) -> tuple[Section, Section]:
    """Parameters with their grades, and the sources behind them."""
    course = ahead.unchanged
    return resting_on(course.parameters, (*course.facts(), *(f for c in individual.cautions for f in c.evidence)))
