"""`baclosim cohort`: studies of many patients, run into a folder, summed up, compared and asked."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from .output import AsJson, Quiet, Seed, console, print_json, printable, say, table

if TYPE_CHECKING:
    from ..cohort.results import Results
    from ..cohort.running import Progress
    from ..cohort.study import Study
    from ..cohort.summary import Contrast, Row

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder that a study was run into.")]
Asked = Annotated[list[str] | None, typer.Option("--measure", help="An endpoint or a column; may be given again.")]


class Cohort(TyperGroup):
    """Takes the name of a study in the place of a command: `baclosim cohort STUDY` runs it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put `run` in front of a study."""
        known = {*self.commands, "-h", "--help"}
        return super().parse_args(ctx, ["run", *args] if args and args[0] not in known else args)


group = typer.Typer(
    cls=Cohort,
    help="Studies of many patients: `baclosim cohort STUDY` runs one, the commands below read what came of it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(group, name="cohort")


@group.command("run")
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
    from ..cohort import load_study, open_results, run_study
    from .run import announce_compiling

    planned = load_study(study, patients=patients, seed=seed)
    folder = out or Path("reports") / Path(planned.name).stem
    announce_compiling(quiet)
    with progress_of(planned, quiet) as progress:
        run_study(
            planned, folder, resume=resume, workers=workers or usual_workers(planned), scheduler=scheduler,
            progress=progress, say=lambda message: say(message, quiet),
        )  # fmt: skip
    tell(open_results(folder), as_json, None)
    say(f"results: {folder}", quiet or as_json)


def usual_workers(study: Study) -> int:
    """One process for each core, as far as there are shards to share."""
    from ..engine.march import available_cores

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

        def tell(done: int, total: int) -> None:
            before[:] = before or [done]
            rate = (done - before[0]) / max(time.monotonic() - began, 1e-9)
            bar.update(task, completed=done, total=total, rate=f"{rate:,.0f} a second" if rate else "")

        before.clear()
        yield tell


@group.command("summary")
def summary_of(folder: Folder, measure: Asked = None, as_json: AsJson = False) -> None:
    """Sum up every arm: of each endpoint the mean, and the median with 90 % of the patients."""
    from ..cohort import open_results

    tell(open_results(folder), as_json, measure)


@group.command("compare")
def compare_arms(
    folder: Folder,
    reference: Annotated[str | None, typer.Option(help="The arm to compare with; the first when left out.")] = None,
    measure: Asked = None,
    as_json: AsJson = False,
) -> None:
    """Compare every arm with one of them."""
    from ..cohort import open_results
    from ..cohort.summary import compare

    results = open_results(folder)
    found = compare(results, reference, measure or ())
    if as_json:
        print_json([asdict(row) for row in found])
        return
    console().print(
        table(("measure", "arm", "against", "difference", "95 %", "of the patients 90 %"), contrasts(found), numbers=3)
    )
    remind(results)


@group.command("query")
def ask(
    folder: Folder,
    sql: Annotated[str, typer.Argument(help='Such as "select arm, avg(age_years) from patients group by arm".')],
    as_json: AsJson = False,
) -> None:
    """Answer a question in SQL over the tables patients, visits, courses and bands."""
    from ..cohort import open_results
    from ..cohort.summary import query

    found = query(open_results(folder), sql)
    if as_json:
        print_json(found.to_dicts())
    else:
        console().print(table(found.columns, found.rows()))


@group.command("studies")
def list_studies(
    name: Annotated[str | None, typer.Argument(help="Print this study, to save and change.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the bundled studies, or print one to begin your own."""
    import tomllib

    from ..cohort import studies
    from ..errors import InputError, Problem, nearest

    bundled = studies()
    if name is None:
        titles = {key: tomllib.loads(text)["title"] for key, text in bundled.items()}
        print_json(titles) if as_json else console().print(table(("study", "title"), titles.items()))
    elif name in bundled:
        print_json({"name": name, "text": bundled[name]}) if as_json else typer.echo(bundled[name], nl=False)
    else:
        raise InputError(Problem("study", name, f"one of {', '.join(bundled)}", nearest(name, bundled)))


def tell(results: Results, as_json: bool, measure: list[str] | None) -> None:
    """The summary of a study, as a table or as JSON."""
    from ..cohort.summary import summary

    rows = summary(results, measure or ())
    if as_json:
        print_json(
            {"manifest": results.manifest, "complete": results.is_complete, "summary": [asdict(r) for r in rows]}
        )
        return
    screen = console()
    screen.print(printable(results.manifest["title"]), style="bold", markup=False)
    columns = ("measure", "arm", "unit", "patients", "mean", "median (90 % of patients)")
    screen.print(table(columns, lines(rows), numbers=3))
    remind(results)


def lines(rows: tuple[Row, ...]) -> Iterator[tuple[str, ...]]:
    """The rows of a summary as people read them; concentrations in ng/mL, shares in percent."""
    for row in rows:
        factor, unit = scale(row.unit, row.kind)
        mean = number(row.mean, factor if row.kind == "number" else 100.0)
        mean = mean if row.kind == "number" else f"{mean} %"
        if row.typical_low is not None:
            own = factor if row.kind == "number" else 100.0
            mean += f" ({number(row.typical_low, own)}–{number(row.typical_high, own)})"
        spread = (
            ""
            if row.median is None
            else f"{number(row.median, factor)} ({number(row.low, factor)}–{number(row.high, factor)})"
        )
        yield row.label, row.arm, unit, f"{row.patients:,}", mean, spread


def contrasts(rows: tuple[Contrast, ...]) -> Iterator[tuple[str, ...]]:
    """The rows of a comparison as people read them."""
    for row in rows:
        factor, unit = scale(row.unit, row.kind)
        own = factor if row.kind == "number" else 100.0
        unit = unit if row.kind == "number" else "%"
        spread = (
            "" if row.patients_low is None else f"{number(row.patients_low, own)} to {number(row.patients_high, own)}"
        )
        label = f"{row.label}, {unit}" if unit else row.label
        yield (
            label,
            row.arm,
            row.reference,
            number(row.difference, own),
            f"{number(row.low, own)} to {number(row.high, own)}",
            spread,
        )


def scale(unit: str, kind: str) -> tuple[float, str]:
    """By what a number is multiplied to be shown, and the unit then."""
    if unit.startswith("ug/mL"):
        return 1e3, "ng/mL" + unit.removeprefix("ug/mL")
    return 1.0, "%, h" if kind == "event" else unit


def number(value: float | None, factor: float = 1.0) -> str:
    """A number with three significant digits; a dash where there is none."""
    from ..figures.display import readable

    return "–" if value is None else readable(value * factor)


def remind(results: Results) -> None:
    """What a reader must know: what is missing, what the numbers lean on, and that this is no medical device."""
    from ..outcome.record import DISCLAIMER

    screen, manifest = console(), results.manifest
    if not results.is_complete:
        screen.print(
            f"! only {len(results.shards)} of {manifest['shards']} shards are done; --resume goes on", markup=False
        )
    for caution in manifest["cautions"]:
        screen.print(f"! {caution['about']}: {caution['says']}", markup=False, soft_wrap=True)
    screen.print(DISCLAIMER, style="dim", markup=False, soft_wrap=True)
