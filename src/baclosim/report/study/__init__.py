"""The report of a study on paper: what was asked and how, who took part, what came of it, and how far to trust it.

design    the question, the arms, the outcomes, in words
people    who the patients are, as a first table of a paper has them
outcomes  what came of the arms: at a glance, as a table, as a forest, over time, as events
beside    what was reported or observed beside what is predicted, and the power of a trial
resting   how to run it again, what it cannot tell, and the evidence
numbering numbers of tables and figures

What is read from the tables of the study is read at once: the document can be printed when they are gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...cohort.summary import compare, summary
from ..document import Document, Section
from .beside import Check, power_section, reported_section, vpc_section
from .design import design_section, lead, planned
from .numbering import numbered
from .outcomes import events_section, outcomes_section, time_section
from .people import people_section
from .resting import evidence_sections, limits_section, run_section, warnings

if TYPE_CHECKING:
    from ...cohort.power import Power
    from ...cohort.results import Results

__all__ = ["Check", "document_of"]


def document_of(
    results: Results, reference: str | None = None, checks: Sequence[Check] = (), powers: Sequence[Power] = ()
) -> Document:
    """The report of a study.

    reference  the arm that the others are compared with, the first when left out
    checks     observations, each to be laid over what an arm predicts;  powers  of trials that were asked for

    Raises InputError for a reference that is no arm, and when no shard of the study is done.
    """
    study = planned(results)
    rows = summary(results)
    less = compare(results, reference) if len(results.arms) > 1 else ()
    sections = (
        Section("warnings", "Before you read the numbers", warnings(results)),
        design_section(results, study),
        people_section(results, study),
        outcomes_section(results, rows, less),
        time_section(results),
        events_section(results),
        reported_section(results),
        vpc_section(checks),
        power_section(powers),
        limits_section(results),
        run_section(results),
        *evidence_sections(results, study),
    )
    return Document.of(results.manifest["title"], "study report", lead(results, study), numbered(sections))
