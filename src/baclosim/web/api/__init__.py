"""The REST interface: the same tables as the files go in, the same records as the command line's `--json` come out.

A mistake in what was sent is status 422 with every problem listed; a plan that no limits allow is 409; what takes long
is a job. Nothing is kept beyond jobs, and those only for an hour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Request
from fastapi.responses import JSONResponse

from ...errors import BaclosimError, InputError, PlanError

if TYPE_CHECKING:
    from fastapi import FastAPI


def add_to(app: FastAPI) -> None:
    """Put every route on the application."""
    from . import answers, evidence, plans, simulate

    app.add_exception_handler(BaclosimError, refused)
    for part in (simulate, plans, answers, evidence):
        app.include_router(part.router, prefix="/api")


async def refused(_: Request, error: Exception) -> JSONResponse:
    """An error of baclosim as a message; the same words as on the command line."""
    problems = getattr(error, "problems", ())
    listed = [{"where": p.where, "given": str(p.given), "allowed": p.allowed, "hint": p.hint} for p in problems]
    status = 422 if isinstance(error, InputError) else 409 if isinstance(error, PlanError) else 422
    return JSONResponse({"error": str(error), "problems": listed}, status_code=status)
