"""Work that takes long, on the page: a button that begins it, how far it is, and a button that cancels it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from nicegui import ui
from pydantic import ValidationError

from ...errors import BaclosimError
from ..work.jobs import Job, jobs
from .parts import plain, refusal, soon

T = TypeVar("T")
PAUSE = 0.2  # s between looks at a job


class Working(Generic[T]):
    """The buttons and the progress of one kind of job.

    label  what the button says
    begin  reads the form into a job; raises ValidationError or InputError
    show   is given what came of it
    """

    def __init__(self, label: str, begin: Callable[[], Job[T]], show: Callable[[T], None]) -> None:
        self.begin, self.show = begin, show
        self.job: Job[T] | None = None
        self.problems = ui.element("div")
        with ui.element("div").classes("chips"):
            self.button = ui.button(label, on_click=lambda: soon(self.run)).classes("main").props("unelevated")
            self.stop = ui.button("Cancel", on_click=self.cancel).props("outline")
        self.bar = ui.linear_progress(0.0, show_value=False).props('aria-label="Progress"')
        self.status = plain("", "div", "status").props('role="status" aria-live="polite"')
        self.idle()
        ui.context.client.on_delete(self.cancel)

    def idle(self) -> None:
        """Nothing is under way."""
        self.button.set_enabled(True)
        self.stop.set_visibility(False)
        self.bar.set_visibility(False)

    def cancel(self) -> None:
        """Let the job under way end."""
        if self.job is not None:
            jobs.cancel(self.job)

    async def run(self) -> None:
        """Begin a job, follow it, and show what came of it."""
        self.problems.clear()
        try:
            self.job = jobs.begin(await asyncio.to_thread(self.begin))
        except (ValidationError, BaclosimError) as error:
            with self.problems:
                refusal(error)
            return
        self.button.set_enabled(False)
        self.stop.set_visibility(True)
        self.bar.set_visibility(True)
        try:
            await self.follow(self.job)
        finally:
            jobs.cancel(self.job)  # nobody else asks for what the page has shown
            self.idle()

    async def follow(self, job: Job[T]) -> None:
        """Tell how far a job is until it is over."""
        while not job.is_over:
            waits = "Waiting for its turn… " if job.state == "waiting" else ""
            self.status.text = f"{waits}{job.done:,} of {job.total:,} {job.unit}"
            self.bar.set_value(job.done / max(job.total, 1))
            await asyncio.sleep(PAUSE)
        self.status.text = {"done": "Done.", "cancelled": "Cancelled."}.get(job.state, f"It failed: {job.error}")
        if job.state == "done" and job.result is not None:
            self.show(job.result)
