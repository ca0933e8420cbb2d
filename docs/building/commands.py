"""Every command: its help, and one example with what it prints."""

from __future__ import annotations

import contextlib
import os
import shlex
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from . import rst

EXAMPLES = Path(__file__).with_name("examples.toml")
NOT_RUN = "Not run here: it takes long, or does not end.\n\n"
LONGEST = 32  # lines of an example's output that are shown


def pages() -> Iterator[tuple[str, str]]:
    """Name and text of the one page; raises ValueError naming every command without an example."""
    known = read()
    if lacking():
        raise ValueError(f"commands without an example: {', '.join(lacking())}")
    printed = run_all()
    parts = [
        rst.title("Commands"),
        "Results go to stdout, messages to stderr. Exit codes: 0 done, 2 bad input, 3 no plan satisfies the limits, 4\n"
        "could not finish, 130 interrupted. Each example was run when this page was made, or says that it was not.\n\n",
    ]
    for path, command in commands():
        name = f"baclosim {path}"
        parts += [rst.title(name, "-"), rst.directive("command", name, rst.block(help_of(path)))]
        if path in known["shown"]:
            parts += [rst.block(f"$ {known['shown'][path]}", "console"), NOT_RUN]
        elif is_leaf(command):
            parts += [rst.block(f"$ {known['example'][path]}", "console"), rst.block(shortened(printed[path]))]
    yield "commands.rst", "".join(parts)


def lacking() -> list[str]:
    """Commands that have no example."""
    known = read()["example"] | read()["shown"]
    return [path for path, command in commands() if is_leaf(command) and path not in known]


def read() -> Mapping[str, dict[str, str]]:
    """Examples that are run, those that are only shown, and the files that they need."""
    return tomllib.loads(EXAMPLES.read_text(encoding="utf-8"))


def run_all() -> dict[str, str]:
    """What each example prints, by command: run in the order of the file, in an empty folder that holds its files."""
    known = read()
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for name, text in known["file"].items():
            Path(name).write_text(text, encoding="utf-8")
        return {path: output(line) for path, line in known["example"].items()}


def commands() -> Iterator[tuple[str, Any]]:
    """Path and command of all that can be typed, such as "pump refill", groups before what they hold."""
    import typer

    from baclosim.cli.app import app

    yield from below(typer.main.get_command(app), ())


def below(group: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """What a group holds."""
    for name, command in group.commands.items():
        yield " ".join((*path, name)), command
        if not is_leaf(command):
            yield from below(command, (*path, name))


def is_leaf(command: Any) -> bool:
    """Whether a command holds no others."""
    return not hasattr(command, "commands")


def help_of(path: str) -> str:
    """What `--help` prints."""
    return output(f"baclosim {path} --help").rstrip()


def shortened(printed: str) -> str:
    """The beginning of what a command printed."""
    lines = printed.rstrip().split("\n")
    rest = len(lines) - LONGEST
    return "\n".join([*lines[:LONGEST], "", f"... and {rest} more lines"] if rest > 3 else lines)


def output(line: str) -> str:
    """What a command line prints on stdout; raises RuntimeError when it does not end well."""
    from typer.testing import CliRunner

    from baclosim.cli.app import app

    with set_to("COLUMNS", "100"):
        result = CliRunner().invoke(app, shlex.split(line)[1:], prog_name="baclosim")
    if result.exit_code:
        raise RuntimeError(f"`{line}` ended with {result.exit_code}: {result.output}")
    return result.stdout


@contextlib.contextmanager
def set_to(name: str, value: str) -> Iterator[None]:
    """An environment variable with this value for a while."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        os.environ.pop(name) if before is None else os.environ.update({name: before})
