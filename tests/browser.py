"""A real server and a real browser for the tests of the page."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
WAIT = 60.0  # s


def program() -> str:
    """The browser of this machine; the Makefile installs it."""
    found = [path for path in map(shutil.which, PROGRAMS) if path]
    assert found, "the tests of the page need Chromium: `make browser` installs it"
    return found[0]


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def served(folder: Path, port: int | None = None) -> Iterator[str]:
    """The address of a server that is ended afterwards."""
    port = port or free_port()
    command = [str(Path(sys.executable).parent / "baclosim"), "serve", "--port", str(port)]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        address = f"http://127.0.0.1:{port}"
        try:
            ready(address, process)
            yield address
        finally:
            process.terminate()
            process.wait(20)


def ready(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers."""
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        assert process.poll() is None, "the server ended at once"
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(f"{address}/api/examples", timeout=5).close()
            return
        time.sleep(0.1)
    raise AssertionError("the server does not answer")
