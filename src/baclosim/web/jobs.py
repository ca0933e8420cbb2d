"""Work that takes long: a study of many patients beside the server, with its progress, cancelled at any time.

A job lives in this process only: its folder is temporary, its result is the summary, and both are gone an hour after
it has ended.
"""

from __future__ import annotations

import secrets
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ..cohort.record import StudyRecord
from ..cohort.study import Study
from ..errors import BaclosimError, Problem, ScenarioError

AT_ONCE, WAITING = 1, 4  # studies computed at once, one core each; and jobs that are not done, those included
KEPT = 3600.0  # s after the end
MOST_PATIENTS = 20_000
MOST_PATIENT_YEARS = 4_000.0  # of all arms and draws, about half a minute on one core

State = Literal["waiting", "running", "done", "failed", "cancelled"]


class Full(BaclosimError):
    """As many jobs as there may be are not done yet."""


class Cancelled(Exception):
    """The job is no longer wanted."""


@dataclass
class Job:
    """One study under way, or what came of it."""

    study: Study
    id: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    state: State = "waiting"
    done: int = 0
    total: int = 0
    error: str = ""
    result: StudyRecord | None = None
    ended: float | None = None
    unwanted: threading.Event = field(default_factory=threading.Event)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.ended is not None

    def run(self) -> None:
        """Compute the study in a folder that is gone afterwards, and keep its summary."""
        try:
            self.progress(0, self.total)
            self.state = "running"
            with tempfile.TemporaryDirectory(prefix="baclosim-") as folder:
                self.result = computed(self, Path(folder) / "study")
            self.state = "done"
        except Cancelled:
            self.state = "cancelled"
        except BaclosimError as error:
            self.state, self.error = "failed", str(error)
        except Exception:
            self.state, self.error = "failed", "the study could not be computed"
            raise
        finally:
            self.ended = time.monotonic()

    def progress(self, done: int, total: int) -> None:
        """Note how far it is; raises Cancelled when it is no longer wanted."""
        self.done, self.total = done, total
        if self.unwanted.is_set():
            raise Cancelled


def computed(job: Job, folder: Path) -> StudyRecord:
    """The summary of a study that is simulated into a folder, shard by shard in one thread."""
    from ..cohort import open_results, run_study
    from ..cohort.record import record
    from ..cohort.summary import summary

    run_study(job.study, folder, threads=1, progress=job.progress)
    results = open_results(folder)
    return record(results, summary(results))


class Jobs:
    """The jobs of one server."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="study")

    def begin(self, study: Study) -> Job:
        """Begin a study, or let it wait for its turn; raises ScenarioError for one too large, Full for one too many."""
        check_size(study)
        job = Job(study, total=study.draws * study.patients)
        with self._lock:
            self._forget()
            if sum(not other.is_over for other in self._jobs.values()) >= WAITING:
                raise Full(f"{WAITING} studies are not done yet; wait for one of them, or cancel it")
            self._jobs[job.id] = job
        self._pool.submit(job.run)
        return job

    def find(self, name: str) -> Job | None:
        """The job of that name, unless it is forgotten."""
        with self._lock:
            self._forget()
            return self._jobs.get(name)

    def cancel(self, job: Job) -> None:
        """Let a job end at its next shard, or forget it when it has ended."""
        job.unwanted.set()
        if job.is_over:
            with self._lock:
                self._jobs.pop(job.id, None)

    def cancel_all(self) -> None:
        """Let every job end at its next shard, so that the server can end."""
        for job in list(self._jobs.values()):
            job.unwanted.set()

    def _forget(self) -> None:
        """Drop the jobs that ended long ago."""
        now = time.monotonic()
        old = [name for name, job in self._jobs.items() if job.ended is not None and now - job.ended > KEPT]
        for name in old:
            del self._jobs[name]


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
