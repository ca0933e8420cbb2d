"""Work that takes long: beside the server, with its progress, cancelled at any time.

A job lives in this process only; what came of it is gone an hour after it has ended.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from ...engine.stopping import asking
from ...errors import BaclosimError

AT_ONCE, WAITING = 1, 4  # jobs computed at once, one core each; and jobs that are not done, those included
KEPT = 3600.0  # s after the end

State = Literal["waiting", "running", "done", "failed", "cancelled"]
Progress = Callable[[int, int], None]
"""Told how many are done, and of how many; raises Cancelled when they are no longer wanted."""
T = TypeVar("T", covariant=True)


class Full(BaclosimError):
    """As many jobs as there may be are not done yet."""


class Cancelled(Exception):
    """The job is no longer wanted."""


@dataclass
class Job(Generic[T]):
    """Work under way, or what came of it.

    kind   what is asked for, "study" or "fit"
    work   does it, telling its progress, and gives the result
    total  how many there are to be done, of `unit`
    """

    kind: str
    work: Callable[[Progress], T]
    total: int
    unit: str
    id: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    state: State = "waiting"
    done: int = 0
    error: str = ""
    result: T | None = None
    ended: float | None = None
    unwanted: threading.Event = field(default_factory=threading.Event)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.ended is not None

    def run(self) -> None:
        """Do the work and keep its result."""
        try:
            self.progress(0, self.total)
            self.state = "running"
            with asking(self.go_on):
                self.result = self.work(self.progress)
            self.progress(self.total, self.total)
            self.state = "done"
        except Cancelled:
            self.state, self.result = "cancelled", None
        except BaclosimError as error:
            self.state, self.error = "failed", str(error)
        except Exception:
            self.state, self.error = "failed", f"the {self.kind} could not be computed"
            raise
        finally:
            self.ended = time.monotonic()

    def progress(self, done: int, total: int) -> None:
        """Note how far it is; raises Cancelled when it is no longer wanted."""
        self.done, self.total = done, total
        self.go_on()

    def go_on(self) -> None:
        """Raise Cancelled when it is no longer wanted."""
        if self.unwanted.is_set():
            raise Cancelled


class Jobs:
    """The jobs of one server."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job[object]] = {}
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="job")

    def begin(self, job: Job[T]) -> Job[T]:
        """Begin a job, or let it wait for its turn; raises Full for one too many."""
        with self._lock:
            self._forget()
            if sum(not other.is_over for other in self._jobs.values()) >= WAITING:
                raise Full(f"{WAITING} jobs are not done yet; wait for one of them, or cancel it")
            self._jobs[job.id] = job
        self._pool.submit(job.run)
        return job

    def find(self, name: str) -> Job[object] | None:
        """The job of that name, unless it is forgotten."""
        with self._lock:
            self._forget()
            return self._jobs.get(name)

    def cancel(self, job: Job[object]) -> None:
        """Let a job end at its next step, or forget it when it has ended."""
        job.unwanted.set()
        if job.is_over:
            with self._lock:
                self._jobs.pop(job.id, None)

    def cancel_all(self) -> None:
        """Let every job end at its next step, so that the server can end."""
        for job in list(self._jobs.values()):
            job.unwanted.set()

    def _forget(self) -> None:
        """Drop the jobs that ended long ago."""
        now = time.monotonic()
        old = [name for name, job in self._jobs.items() if job.ended is not None and now - job.ended > KEPT]
        for name in old:
            del self._jobs[name]


jobs = Jobs()
"""The jobs of this server, whoever asks for them."""
