"""Questions in SQL from people elsewhere: a process of its own answers each, and knows only the tables."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import polars as pl

from ..errors import InputError, Problem
from . import sql as room
from .results import TABLES, Results

MOST_ROWS, LARGEST = 10_000, 20_000_000  # of an answer: rows, and bytes
MEMORY = 3_000_000_000  # bytes of addresses, about 1 GB of which are there before anything is asked
SECONDS = 20
PAUSE = 0.05  # s between looks at the process


def query_apart(results: Results, sql: str, go_on: Callable[[], None] = lambda: None) -> tuple[pl.DataFrame, bool]:
    """The first MOST_ROWS rows of the answer, and whether there are more.

    go_on  is called now and then, and raises when the answer is no longer wanted

    Raises InputError when the question cannot be understood, reads files, needs more memory or time than it may, or has
    an answer beyond LARGEST, and on a system that cannot confine a process.
    """
    tables = {name: [str(file) for file in results.files(name)] for name in TABLES}
    asked = {
        "tables": {name: files for name, files in tables.items() if files}, "arms": results.arms, "sql": sql,
        "most": MOST_ROWS + 1, "largest": LARGEST, "memory": MEMORY, "seconds": SECONDS,
    }  # fmt: skip
    status, answer = ended(json.dumps(asked).encode(), go_on)
    if status:
        allowed = f"SQL over {', '.join(asked['tables'])}"
        raise InputError(Problem("query", sql, allowed, f"({why(status, answer)})"))
    found = pl.read_ipc(answer)
    return found.head(MOST_ROWS), len(found) > MOST_ROWS


def why(status: int, said: bytes) -> str:
    """Why there is no answer."""
    if status == room.REFUSED:
        return next(iter(said.decode("utf-8", "replace").splitlines()), "it cannot be computed")
    return f"it needs more than {SECONDS} s, or more memory than it may have"


def ended(asked: bytes, go_on: Callable[[], None]) -> tuple[int, bytes]:
    """Status and standard output of the process once it has ended; it never outlives this call.

    Its standard error is for nobody: warnings and panics of the engine tell where this program lies.
    """
    command, pipe = [sys.executable, "-I", room.__file__], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:
        try:
            for said in talk(process, asked):
                if said is not None:
                    return process.returncode, said
                go_on()
            return -1, b""
        finally:
            process.kill()


def talk(process: subprocess.Popen[bytes], asked: bytes) -> Iterator[bytes | None]:
    """None while the process computes, what it said at its end; nothing more when it takes three times as long."""
    end = time.monotonic() + 3.0 * SECONDS
    given: bytes | None = asked
    while time.monotonic() < end:
        try:
            yield process.communicate(given, timeout=PAUSE)[0]
            return
        except subprocess.TimeoutExpired:
            given = None  # what was given before is still being written
            yield None
