"""The program itself: its commands, its exit codes and what it says when something goes wrong.

Exit codes: 0 done, 2 bad input, 3 no plan satisfies the limits, 4 could not finish, 130 interrupted.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import traceback
from typing import Annotated, Any

import typer

from ..errors import BaclosimError
from . import (
    ask,
    assess,
    claims,
    cohort,
    evidence,
    export,
    fit,
    importing,
    parameters,
    pump,
    run,
    schema,
    serve,
    simulate,
    validate,
)
from .line import Commands, Group
from .planning import convert, rescue, taper, titrate

YOUNG = 50_000  # objects made before Python looks for cycles among them: at its own 700, loading takes a tenth longer


class Program(Group):
    """A group of commands that turns every error into a message on stderr and an exit code."""

    def make_context(self, *given: Any, **settings: Any) -> Any:
        """Read the line up to the command; a slip there is told as those of commands are."""
        try:
            return super().make_context(*given, **settings)
        except BaclosimError as error:
            raise refusal(str(error), error.exit_code) from error

    def invoke(self, ctx: Any) -> Any:
        """Run the command; bad input never shows a traceback."""
        try:
            return super().invoke(ctx)
        except BaclosimError as error:
            raise refusal(str(error), error.exit_code) from error
        except BrokenPipeError:
            raise ended_early() from None
        except (typer.TyperException, typer.Exit, typer.Abort):
            raise
        except Exception as error:
            if ctx.params.get("debug"):
                traceback.print_exc()
            raise refusal(unexpected(error), BaclosimError.exit_code) from error


def refusal(message: str, code: int) -> typer.Exit:
    """Say on stderr why, and how the program ends."""
    typer.echo(f"baclosim: {message}", err=True)
    return typer.Exit(code)


def ended_early() -> typer.Exit:
    """The end of a program whose reader, such as `head`, has enough: without a word, and nothing is wrong."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return typer.Exit(0)


def unexpected(error: Exception) -> str:
    """One line about an error that nobody foresaw."""
    reason = " ".join(str(error).split())[:200]
    return f"could not finish: {type(error).__name__}: {reason} (`baclosim --debug …` shows where)"


def show_version(wanted: bool) -> None:
    """Print the version and stop."""
    if wanted:
        from importlib.metadata import version

        typer.echo(version("baclosim"))
        raise typer.Exit


def root(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an unexpected error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=show_version, help="Show the version.")
    ] = False,
) -> None:
    """Baclofen in silico: blood, spinal fluid, muscle, pump. Research and education, no medical device."""


app = Commands(
    name="baclosim",
    cls=Program,
    callback=root,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for room in (
    run,
    simulate,
    titrate,
    taper,
    rescue,
    convert,
    fit,
    cohort,
    pump,
    export,
    assess,
    ask,
    evidence,
    claims,
    validate,
    importing,
    parameters,
    schema,
    serve,
):
    room.add_to(app)


def main() -> None:
    """Run the program with the arguments of the process; being told to end cleans up like an interrupt."""
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    app(prog_name="baclosim")
