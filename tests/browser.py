"""A real server, a real browser and a visit to the page, for the tests of the page."""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
WAIT = 120.0  # s, on a busy machine
SLOW = 90_000  # ms
SHOTS = Path(__file__).parent.parent / "out" / "page"
LAPTOP, TELEPHONE = (1280, 860), (380, 780)


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
def served(folder: Path, port: int | None = None, program: tuple[str, ...] = ()) -> Iterator[str]:
    """The address of a server that is ended afterwards; of another program than `baclosim` where one is given."""
    port = port or free_port()
    command = [*(program or (str(Path(sys.executable).parent / "baclosim"),)), "serve", "--port", str(port)]
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
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(f"{address}/api/examples", timeout=5).close()
            return
        time.sleep(0.1)
    raise AssertionError("the server does not answer")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server for the tests of a module."""
    with served(tmp_path_factory.mktemp("server")) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for the tests of a module."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=SLOW)
    with sync_playwright() as tool:
        made = tool.chromium.launch(executable_path=program(), args=list(FLAGS))
        yield made
        made.close()


class Visit:
    """A page, what it complained of and whom it asked."""

    def __init__(self, context: BrowserContext) -> None:
        self.page = page = context.new_page()
        self.complaints: list[str] = []
        self.asked: set[str] = set()
        page.set_default_timeout(SLOW)
        page.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: self.complaints.append(str(e)))
        page.on("request", lambda r: self.asked.add(r.url.split("/")[2] if "://" in r.url else ""))


@contextlib.contextmanager
def visiting(browser: Browser, address: str, size: tuple[int, int] = LAPTOP, dress: str = "light") -> Iterator[Visit]:
    """A visitor with a screen of this size in px and a system in this dress; nothing may be complained of, and nobody
    but the server may be asked."""
    screen = {"width": size[0], "height": size[1]}
    context = browser.new_context(viewport=screen, color_scheme=dress, reduced_motion="reduce")  # type: ignore[arg-type]
    made = Visit(context)
    made.page.goto(address)
    settled(made.page)
    yield made
    assert not made.complaints
    assert made.asked <= {address.removeprefix("http://"), ""}
    context.close()


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """A visitor at a laptop."""
    with visiting(browser, address) as made:
        yield made


def settled(page: Page) -> None:
    """Wait until the curves shown are those of what is applied."""
    from playwright.sync_api import expect

    expect(page.get_by_role("status").first).to_contain_text("Medians of", timeout=SLOW)
    expect(page.locator(".pending")).to_have_count(0, timeout=SLOW)


def shot(page: Page, name: str) -> None:
    """Keep what the page looks like."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


def number(page: Page, what: str) -> float:
    """The number of a tile."""
    tile = page.locator(".tile", has_text=what).first
    return float(re.findall(r"[\d.]+", tile.locator(".number").inner_text().replace("\u202f", ""))[0])


def retype(page: Page, label: str, text: str) -> None:
    """Type something else into a field and leave it."""
    field = page.get_by_label(label, exact=True)
    field.fill(text)
    field.blur()


def taken(page: Page, button: str, folder: Path) -> Path:
    """A PDF that a button hands out."""
    with page.expect_download() as asked:
        page.get_by_role("button", name=button, exact=True).click()
    path = folder / asked.value.suggested_filename
    asked.value.save_as(path)
    assert path.read_bytes().startswith(b"%PDF")
    return path
