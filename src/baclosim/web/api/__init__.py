"""The REST interface: the same tables as the files go in, the same records as the command line's `--json` come out.

A mistake in what was sent is status 422 with every problem listed; a plan that no limits allow is 409; what takes long
is a job. Nothing is kept beyond jobs, and those only for an hour.

refusals  one shape for every error        the others  routes, one file for each kind of question
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI


def add_to(app: FastAPI) -> None:
    """Put every route on the application."""
    from . import answers, cohort, evidence, exchange, fit, jobs, plans, pump, refusals, simulate, studied

    refusals.add_to(app)
    for part in (simulate, exchange, plans, pump, cohort, studied, fit, jobs, answers, evidence):
        app.include_router(part.router, prefix="/api", responses=refusals.ALWAYS)
