"""Why a request is refused: one shape for every reason, documented for every route."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from ...errors import BaclosimError, InputError, PlanError, Problem, shortened
from ...mistaken import allowed_shape
from ..work.jobs import Full

if TYPE_CHECKING:
    from fastapi import FastAPI


class Mistake(BaseModel):
    """One thing that is wrong with a request."""

    where: str = Field(description="key of the body, or name of the parameter")
    given: str
    allowed: str
    hint: str = Field("", description="the likely slip")


class Refusal(BaseModel):
    """Why a request is refused, with everything that is wrong with it."""

    error: str
    problems: list[Mistake] = []


Documented = dict[int | str, dict[str, Any]]


def documented(*statuses: int) -> Documented:
    """What a route that may answer so says of it."""
    return {status: {"model": Refusal, "description": SAYS[status]} for status in statuses}


SAYS = {
    400: "The body cannot be read.",
    401: "A server that is bound elsewhere than to loopback wants its token: Authorization: Bearer, or ?token= once.",
    403: "A page of another origin may not use this server.",
    404: "Nothing is called so.",
    409: "No plan satisfies the limits.",
    413: "The body is larger than a million bytes.",
    421: "The server is not called so.",
    422: "Something given is wrong; every problem is listed.",
    429: "Too many requests, or too many jobs at once.",
}
ALWAYS = documented(400, 401, 403, 413, 421, 422, 429)


def add_to(app: FastAPI) -> None:
    """Let every error of the application speak in this shape."""
    app.add_exception_handler(BaclosimError, of_baclosim)
    app.add_exception_handler(RequestValidationError, of_shape)
    app.add_exception_handler(HTTPException, of_http)


async def of_baclosim(_: Request, error: Exception) -> JSONResponse:
    """An error of baclosim, in the words of the command line."""
    found = error.problems if isinstance(error, InputError) else ()
    status = 409 if isinstance(error, PlanError) else 429 if isinstance(error, Full) else 422
    return refusal(status, str(error), found)


async def of_shape(_: Request, error: Exception) -> JSONResponse:
    """A request whose shape is wrong."""
    assert isinstance(error, RequestValidationError)
    found = [Problem(place(e["loc"]), e["input"], allowed_shape(e)) for e in error.errors()]
    return refusal(422, str(InputError(found)), found)


async def of_http(_: Request, error: Exception) -> JSONResponse:
    """Whatever else the server refuses."""
    assert isinstance(error, HTTPException)
    answer = refusal(error.status_code, error.detail or HTTPStatus(error.status_code).phrase, ())
    answer.headers.update(error.headers or {})
    return answer


def refusal(status: int, words: str, problems: Iterable[Problem]) -> JSONResponse:
    """A refusal as an answer."""
    listed = [Mistake(where=p.where, given=shortened(p.given), allowed=p.allowed, hint=p.hint) for p in problems]
    return JSONResponse(Refusal(error=words, problems=listed).model_dump(), status)


def place(keys: tuple[int | str, ...]) -> str:
    """Where in a request something is: 'therapy.pump.program[1].dose'."""
    inner = keys[1:] or keys
    return "".join(f"[{k + 1}]" if isinstance(k, int) else f".{k}" for k in inner).removeprefix(".")


class Readable(Request):
    """A request whose text can be written again: half a character (a lone surrogate) is refused."""

    async def json(self) -> Any:
        """The body; raises HTTPException when it holds what is no text."""
        found = await super().json()
        try:
            json.dumps(found, ensure_ascii=False).encode()
        except (UnicodeEncodeError, RecursionError):
            raise HTTPException(400, "the body holds what is no text") from None
        return found


class Route(APIRoute):
    """A route that takes only what is text."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of FastAPI, given such a request."""
        handle = super().get_route_handler()

        async def handler(request: Request) -> Response:
            return await handle(Readable(request.scope, request.receive))

        return handler
