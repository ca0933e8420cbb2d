"""A study of many patients as a job: its size is judged, its folder is kept a while for what is asked afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...cohort.record import StudyRecord, record
from ...cohort.study import Study
from ...errors import Problem, ScenarioError
from .folders import Folder, Kept
from .jobs import Job, Progress

if TYPE_CHECKING:
    from ...cohort import Results
    from ...report.document import Document

MOST_PATIENTS = 20_000
MOST_PATIENT_YEARS = 4_000.0  # of all arms and draws, about half a minute on one core
STUDY = "study"  # name of the study's own folder in the temporary one


Said = tuple[str, Sequence[str], Sequence[Sequence[str]]]
"""A table in words: what it shows, its columns, its rows."""


@dataclass(frozen=True)
class StudyDone:
    """What came of a study: its record, and when it was to be drawn tables in words, figures as SVG, tables as CSV.

    kept  its folder, for what is asked afterwards
    """

    record: StudyRecord
    kept: Kept
    said: Sequence[Said] = ()
    figures: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, bytes] = field(default_factory=dict)

    @contextmanager
    def results(self) -> Iterator[Results]:
        """The results, which stay while they are read; raises InputError when they are no longer kept."""
        from ...cohort import open_results

        folder = self.kept.folder()
        yield open_results(folder.path / STUDY)
        del folder


def report_of(done: StudyDone) -> Document:
    """The report of a study; raises InputError when its tables are no longer kept."""
    from ...report.study import document_of

    with done.results() as results:
        return document_of(results)


def study_job(study: Study, *, drawn: bool = False) -> Job[StudyDone]:
    """The job of a study, with figures and tables when it is to be drawn; raises ScenarioError for one too large."""
    check_size(study)

    def work(progress: Progress) -> StudyDone:
        return computed(study, Folder(), progress, drawn)

    return Job("study", work, study.draws * study.patients, "patients")


def computed(study: Study, folder: Folder, progress: Progress, drawn: bool) -> StudyDone:
    """A study simulated into a folder, shard by shard in one thread, and what is read from it."""
    from ...cohort import open_results, run_study
    from ...cohort.summary import summary

    run_study(study, folder.path / STUDY, threads=1, progress=progress)
    results = open_results(folder.path / STUDY)
    told = record(results, summary(results))
    drawn_up = (tuple(said(results)), *drawings(results)) if drawn else ((), {}, {})
    return StudyDone(told, Kept(folder), *drawn_up)


def said(results: Results) -> Iterator[Said]:
    """The tables of a study in words, those that hold anything."""
    from ...cohort.summary import summary
    from ...cohort.words import PAIRED, SUMMED, pairings, summary_rows

    for title, columns, rows in (
        ("Arms", SUMMED, summary_rows(summary(results))),
        ("Beside what a trial found", PAIRED, pairings(results)),
    ):
        listed = tuple(rows)
        if listed:
            yield title, columns, listed


def drawings(results: Results) -> tuple[dict[str, str], dict[str, bytes]]:
    """Figures and tables of a study by their names."""
    from ...cohort.drawing import FIGURES, TABLES, write_all

    write_all(results)
    home = results.store.folder
    figures = {path.stem: path.read_text(encoding="utf-8") for path in sorted((home / FIGURES).glob("*.svg"))}
    return figures, {path.name: path.read_bytes() for path in sorted((home / TABLES).glob("*.csv"))}


def check_size(study: Study) -> None:
    """Raise ScenarioError for a study that is more than one job may be."""
    people = study.draws * study.patients
    arms = 1 if study.is_randomised else len(study.arms)
    years = people * arms * (study.duration + max(arm.before for arm in study.arms)) / 8766.0
    if people > MOST_PATIENTS:
        allowed = f"at most {MOST_PATIENTS:,} in one job, draws counted"
        raise ScenarioError(Problem("simulate.patients", people, allowed, "The command line has no such limit."))
    if years > MOST_PATIENT_YEARS:
        allowed = f"at most {MOST_PATIENT_YEARS:,.0f} patient-years in one job"
        raise ScenarioError(
            Problem("simulate", f"{years:,.0f} patient-years", allowed, "Take fewer or a shorter time.")
        )
