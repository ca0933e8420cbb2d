"""`baclosim serve`: the workbench in the browser and the REST interface behind it, on one port."""

from __future__ import annotations

from typing import Annotated

import typer

from ..errors import BaclosimError, InputError, Problem
from .output import Quiet, say


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("serve")(serve)


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; anything but loopback needs a token.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8731,
    token: Annotated[
        str | None, typer.Option(envvar="BACLOSIM_TOKEN", help="What visitors must know; made up when left out.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Open the workbench in the browser. Simulate, compare, plan and ask."""
    check_port(host, port)
    try:
        from ..web.server import serve, token_for
    except ModuleNotFoundError as error:
        raise missing(error) from None
    known = token_for(host, token)
    say(f"baclosim is at http://{host}:{port}/{f'?token={known}' if known else ''}  (Ctrl+C ends it)", quiet)
    serve(host, port, known)


def missing(error: ModuleNotFoundError) -> BaclosimError:
    """What to install."""
    return BaclosimError(f"the workbench needs {error.name}: pip install 'baclosim[web]'")


def check_port(host: str, port: int) -> None:
    """Raise InputError when the address cannot be listened on, before anything heavy is loaded."""
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise InputError(
                Problem("address", f"{host}:{port}", "a free port of this machine", f"({reason}; try --port)")
            ) from None
