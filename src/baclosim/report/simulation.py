"""The report of a simulated scenario: what is said, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..figures.display import time_in_words
from ..patient import Patients
from ..patient.speech import patient_sentence
from ..simulate.legs import as_decided
from .canal import canal_picture
from .document import Document, Listing, Notice, Notices, Pairs, Paragraph, Section
from .evidence import cautioned, resting_on
from .leaning import Leaning, leaning
from .pump import events_picture, log_table
from .results import at_a_glance, at_the_start, course_picture, strip, summary_table
from .visits import visits_blocks
from .words import limits, patient_rows, run_rows, sentence

if TYPE_CHECKING:
    from ..outcome import Outcome
    from ..therapy.doses import Doses


GRADES = (
    "The grade is that of the weakest link. Intervals are about the typical value; spread is between patients "
    "(coefficient of variation where no other scale is named). Numbers in the last column are sources below."
)
SHOWN = 20  # patients whose doses are averaged for the strip below the figure


def document_of(outcome: Outcome) -> Document:
    """Warnings, results, scenario, limits, how to run it again, and the evidence last."""
    study = outcome.scenario
    doses = doses_of(outcome)
    basis = leaning(outcome, doses)
    sections = (
        Section("warnings", "Before you read the numbers", cautioned(outcome.cautions)),
        results_section(outcome, doses, basis),
        Section("visits", "What was decided at visits", tuple(visits_blocks(outcome))),
        canal_section(outcome),
        pump_section(outcome),
        scenario_section(outcome),
        limits_section(outcome, basis),
        run_section(outcome),
        *evidence_sections(outcome, basis),
    )
    told = (patient_sentence(study.patient), *([study.therapy] if str(study.therapy) != study.title else []))
    lead = tuple(map(sentence, told))
    return Document.of(study.title or study.name, "simulation report", lead, sections)


def doses_of(outcome: Outcome) -> Doses:
    """What was given over the run, times counted from its start [h]; with visits, to the typical patient."""
    import dataclasses

    study = outcome.scenario
    if outcome.typical.decisions:
        typical = Patients.of(study.patient)
        return as_decided(study.therapy.typical(), outcome.typical.decisions, study.duration, study.before, typical)
    weight = study.patient.covariates.weight
    doses = study.therapy.doses(study.duration + study.before, patients=SHOWN, seed=study.seed, weight=weight)
    return dataclasses.replace(doses, time=doses.time - study.before)


def results_section(outcome: Outcome, doses: Doses, basis: Leaning) -> Section:
    """Figures and the summary."""
    after = time_in_words(outcome.scenario.duration)
    crowd = outcome.patients.patients
    intro = f"The median of {crowd} virtual patients like this one, followed for {after}."
    blocks = (
        Paragraph(intro),
        at_a_glance(outcome),
        course_picture(outcome, strip(doses, 1 if outcome.typical.decisions else SHOWN)),
        summary_table(outcome.summary, basis, at_the_start(outcome)),
    )
    return Section("results", "What happens", blocks)


def canal_section(outcome: Outcome) -> Section:
    """How the drug lies along the canal; nothing when none is given into it."""
    blocks = (canal_picture(outcome),) if outcome.scenario.therapy.enters_canal else ()
    return Section("canal", "Along the canal", blocks)


def pump_section(outcome: Outcome) -> Section:
    """What the pump did and said; nothing without a pump."""
    delivery = outcome.delivery
    if delivery is None:
        return Section("pump", "The pump", ())
    log = [event for event in delivery.log if event.time <= outcome.scenario.duration]
    return Section("pump", "The pump", (events_picture(log, outcome.scenario.duration), log_table(log)))


def scenario_section(outcome: Outcome) -> Section:
    """Who and what was simulated, with what was assumed."""
    study = outcome.scenario
    rows = (
        *patient_rows(study.patient),
        ("therapy", str(study.therapy)),
        ("followed for", time_in_words(study.duration)),
    )
    return Section("scenario", "Who and what was simulated", (Pairs(rows),))


def limits_section(outcome: Outcome, basis: Leaning) -> Section:
    """What this run cannot tell."""
    items = tuple(Notice("", line) for line in limits(outcome.patients, basis.parameters))
    return Section("limits", "What this run cannot tell", (Notices(items, grave=False),))


def evidence_sections(outcome: Outcome, basis: Leaning) -> tuple[Section, Section]:
    """Parameters with their grades, and the sources behind them."""
    facts = (*basis.facts, *(fact for c in outcome.cautions for fact in c.evidence))
    return resting_on(basis.parameters, facts, GRADES)


def run_section(outcome: Outcome) -> Section:
    """What is needed to run it again."""
    text = outcome.scenario.text.strip()
    blocks = (Pairs(run_rows(outcome)), *((Listing(text),) if text else ()))
    return Section("run", "Run it again", blocks)
