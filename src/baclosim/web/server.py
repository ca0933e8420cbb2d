"""The application: page and interface on one port, behind the guard."""

from __future__ import annotations

import secrets
import sys
from importlib import resources
from importlib.metadata import version
from typing import TYPE_CHECKING

from .guard import LOOPBACK, Guard

if TYPE_CHECKING:
    from fastapi import FastAPI

HOST, PORT = "127.0.0.1", 8731
MOST_CONNECTIONS = 200
TURN = 1e-3  # s after which a thread that simulates lets the server's own go on; Python's own 5 ms hold up events


def application(hosts: tuple[str, ...] = (), token: str | None = None) -> Guard:
    """The whole server as an ASGI application; hosts and token as for `Guard`."""
    from fastapi import FastAPI
    from nicegui import ui

    from . import page
    from .later import SideBySide

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    page.register()
    ui.run_with(
        app, title="baclosim", dark=None, tailwind=False, show_welcome_message=False, reconnect_timeout=30.0,
        message_history_length=200, favicon=favicon(), language="en-US",
    )  # fmt: skip
    return Guard(SideBySide(app, "/api", interface), hosts, token)


def interface() -> FastAPI:
    """The REST interface alone."""
    from fastapi import FastAPI

    from . import api

    app = FastAPI(
        title="baclosim",
        version=version("baclosim"),
        summary="An in-silico clinic for baclofen: simulate, plan, assess, ask. Research and education only.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        license_info={"name": "Apache-2.0"},
    )
    api.add_to(app)
    return app


def favicon() -> str:
    """The mark of the program, as SVG."""
    return (resources.files("baclosim.web") / "static" / "mark.svg").read_text(encoding="utf-8")


def serve(host: str = HOST, port: int = PORT, token: str | None = None) -> None:
    """Serve until interrupted. Anywhere but on loopback a token is needed; one is made up when none is given."""
    import gc
    import signal

    import uvicorn

    from .work.jobs import jobs

    signal.signal(signal.SIGTERM, ended)  # what uvicorn calls again when it has shut down
    app = application((host,), token_for(host, token))
    gc.freeze()  # what was loaded stays: no collection need look at it again while somebody waits
    sys.setswitchinterval(TURN)
    uvicorn.run(
        app, host=host, port=port, log_level="warning", access_log=False, limit_concurrency=MOST_CONNECTIONS,
        ws_max_size=1 << 20, ws_per_message_deflate=host not in LOOPBACK, server_header=False,
    )  # fmt: skip
    jobs.cancel_all()


def ended(number: int, _: object) -> None:
    """End as the signal wants it, but leave no folder behind."""
    import signal

    from .work.folders import remove_all

    remove_all()
    signal.signal(number, signal.SIG_DFL)
    signal.raise_signal(number)


def token_for(host: str, token: str | None) -> str | None:
    """The token that requests must carry when bound to this host; None on loopback."""
    if token is None and host not in LOOPBACK:
        return secrets.token_urlsafe(24)
    return token
