"""`baclosim cohort run | studies`: a study of many patients, run into a folder, and those that come along."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..output import AsJson, Quiet, Seed, console, print_json, say, table
from .results import tell

if TYPE_CHECKING:
    from ...cohort.running import Progress
    from ...cohort.study import Study

FEW = 256  # patients of the smallest shard, which one process computes


def add_to(group: typer.Typer) -> None:
    """Register the commands."""
    group.command("run")(run)
    group.command("studies")(list_studies)


def run(
    study: Annotated[str, typer.Argument(metavar="STUDY", help="A study file, a bundled study, or - .")],
    patients: Annotated[int | None, typer.Option("--patients", min=1, help="Number of virtual patients.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the results; by default reports/NAME.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a study that was cut off.")] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes on this machine; by default one for each core.")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help='Address of a Dask scheduler, such as "tcp://10.0.0.5:8786", or "local".')
    ] = None,
    seed: Seed = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Simulate a study into a folder; `cohort STUDY` is the same."""
    from ...cohort.processes import begin

    if scheduler is None and workers != 1 and (patients is None or patients > FEW):
        begin()
    from ...cohort import load_study, open_results, run_study
    from ...cohort.drawing import write_all
    from ..folder import load_meanwhile
    from ..run import announce_compiling

    planned = load_study(study, patients=patients, seed=seed)
    folder = out or Path("reports") / Path(planned.name).stem
    announce_compiling(quiet)
    load_meanwhile()
    with progress_of(planned, quiet) as progress:
        run_study(
            planned, folder, resume=resume, workers=workers or usual_workers(planned), scheduler=scheduler,
            progress=progress, say=lambda message: say(message, quiet),
        )  # fmt: skip
    results = open_results(folder)
    write_all(results)
    tell(results, as_json, None)
    say(f"results, tables and figures: {folder}; on paper: baclosim cohort report {folder}", quiet or as_json)


def usual_workers(study: Study) -> int:
    """One process for each core, as far as there are shards to share."""
    from ...engine.march import available_cores

    return max(1, min(available_cores(), study.shards))


@contextmanager
def progress_of(study: Study, quiet: bool) -> Iterator[Progress | None]:
    """A bar with patients a second and the time left, on a terminal; otherwise nothing."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f} patients, {task.fields[rate]}"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("simulating", total=study.patients * study.draws, rate="")
        began, before = time.monotonic(), [0]

        def advanced(done: int, total: int) -> None:
            before[:] = before or [done]
            rate = (done - before[0]) / max(time.monotonic() - began, 1e-9)
            bar.update(task, completed=done, total=total, rate=f"{rate:,.0f} a second" if rate else "")

        before.clear()
        yield advanced


def list_studies(
    name: Annotated[str | None, typer.Argument(help="Print this study, to save and change.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the bundled studies, or print one to begin your own."""
    import tomllib

    from ...cohort import studies
    from ...errors import InputError, Problem, nearest

    bundled = studies()
    if name is None:
        titles = {key: tomllib.loads(text)["title"] for key, text in bundled.items()}
        print_json(titles) if as_json else console().print(table(("study", "title"), titles.items()))
    elif name in bundled:
        print_json({"name": name, "text": bundled[name]}) if as_json else typer.echo(bundled[name], nl=False)
    else:
        raise InputError(Problem("study", name, f"one of {', '.join(bundled)}", nearest(name, bundled)))
