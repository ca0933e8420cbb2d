"""`baclosim cohort`: studies of many patients, run into a folder, summed up, compared and asked."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
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
    from ..cohort.drawing import write_all
    from .run import announce_compiling

    planned = load_study(study, patients=patients, seed=seed)
    folder = out or Path("reports") / Path(planned.name).stem
    announce_compiling(quiet)
    with progress_of(planned, quiet) as progress:
        run_study(
            planned, folder, resume=resume, workers=workers or usual_workers(planned), scheduler=scheduler,
            progress=progress, say=lambda message: say(message, quiet),
        )  # fmt: skip
    results = open_results(folder)
    write_all(results)
    tell(results, as_json, None)
    say(f"results, tables and figures: {folder}", quiet or as_json)


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
    from ..cohort.summary import as_row, compare

    results = open_results(folder)
    found = compare(results, reference, measure or ())
    if as_json:
        print_json([as_row(row) for row in found])
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
        print_json(record(results, rows))
        return
    screen = console()
    screen.print(printable(results.manifest["title"]), style="bold", markup=False)
    columns = ("measure", "arm", "unit", "patients", "mean or share", "median (90 % of patients)")
    screen.print(table(columns, lines(rows), numbers=3))
    beside = tuple(pairings(results))
    if beside:
        columns = ("what a trial found", "reported", "predicted (95 % of such trials)", "")
        screen.print(table(columns, beside, numbers=3))
        screen.print("\n".join(sources(results)), markup=False, soft_wrap=True)
    remind(results)


def pairings(results: Results) -> Iterator[tuple[str, ...]]:
    """What a real trial reported beside what is predicted for a trial of its size."""
    from ..cohort.reported import side_by_side

    for pair in side_by_side(results):
        size = f" (n {pair.reported.n})" if pair.reported.n else ""
        spread = "" if pair.low is None else f" ({number(pair.low)} to {number(pair.high)})"
        verdict = {None: "", True: "agrees", False: "differs"}[pair.is_within]
        yield f"{pair.label}{size}", number(pair.reported.value), f"{number(pair.predicted)}{spread}", verdict


def sources(results: Results) -> Iterator[str]:
    """The facts that hold what was reported, and whether the model was fitted to them."""
    for entry in {e["fact"]: e for e in results.manifest["reported"]}.values():
        fitted = "the model was fitted to it" if entry["use"] == "fit" else "the model was not fitted to it"
        yield f"  {entry['fact']}: {fitted}"


def record(results: Results, rows: tuple[Row, ...]) -> dict[str, Any]:
    """A study and its summary as JSON."""
    from ..cohort.reported import side_by_side
    from ..cohort.summary import as_row

    return {
        "manifest": results.manifest,
        "complete": results.is_complete,
        "summary": [as_row(row) for row in rows],
        "reported": [pair.as_row() for pair in side_by_side(results)],
    }


def lines(rows: tuple[Row, ...]) -> Iterator[tuple[str, ...]]:
    """The rows of a summary as people read them; of an event, the share who have it and when."""
    from ..cohort.summary import scale

    for row in rows:
        factor, unit = scale(row)
        mean = number(row.mean, factor)
        if row.typical_low is not None:
            mean += f" ({number(row.typical_low, factor)}–{number(row.typical_high, factor)})"
        within = 1.0 if row.kind == "event" else factor
        spread = "" if row.median is None else spread_of(row.median, row.low, row.high, within)
        yield row.label, row.arm, unit, f"{row.patients:,}", mean, f"at {spread} h" if row.kind == "event" else spread


def spread_of(median: float | None, low: float | None, high: float | None, factor: float) -> str:
    """A median with the range about it."""
    return f"{number(median, factor)} ({number(low, factor)}–{number(high, factor)})"


def contrasts(rows: tuple[Contrast, ...]) -> Iterator[tuple[str, ...]]:
    """The rows of a comparison as people read them."""
    from ..cohort.summary import scale

    for row in rows:
        factor, unit = scale(row)
        own = "" if row.patients_low is None else between(row.patients_low, row.patients_high, factor)
        label = f"{row.label}, {unit}" if unit else row.label
        interval = between(row.low, row.high, factor)
        yield label, row.arm, row.reference, number(row.difference, factor), interval, own


def between(low: float | None, high: float | None, factor: float) -> str:
    """A range in words."""
    return f"{number(low, factor)} to {number(high, factor)}"


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


@group.command("power")
def power_of(
    folder: Folder,
    endpoint: Annotated[str, typer.Option(help="An endpoint of the study, or a column.")],
    arm: Annotated[str, typer.Option(help="The arm that is tried.")],
    reference: Annotated[str, typer.Option(help="The arm that it is compared with.")],
    size: Annotated[list[int], typer.Option("--size", help="Patients in each arm; may be given again.")],
    level: Annotated[float, typer.Option(help="Level of significance, two-sided.")] = 0.05,
    as_json: AsJson = False,
) -> None:
    """Say how often a trial of so many patients would find a difference between two arms."""
    from ..cohort import open_results
    from ..cohort.power import power
    from ..cohort.summary import as_row

    found = power(open_results(folder), endpoint, arm, reference, size, level=level)
    if as_json:
        print_json([as_row(row) for row in found])
        return
    rows = (
        (str(row.patients), row.test, f"{100 * row.found:.1f} %", f"{between(row.low, row.high, 100.0)} %")
        for row in found
    )
    title = f"{endpoint}: {arm} against {reference}, level {level:g}"
    console().print(table(("patients in each arm", "test", "power", "95 %"), rows, title, numbers=2))


@group.command("vpc")
def check_against(
    folder: Folder,
    data: Annotated[Path, typer.Argument(metavar="DATA", help="CSV or Parquet with columns time_h and value.")],
    quantity: Annotated[str, typer.Option(help="What was measured, such as plasma; values in its unit.")] = "plasma",
    arm: Annotated[str | None, typer.Option(help="The arm that was measured; the first when left out.")] = None,
    out: Annotated[Path, typer.Option(help="The figure to write.")] = Path("vpc.svg"),
) -> None:
    """Draw a visual predictive check: observations over the percentiles that an arm predicts."""
    from ..cohort import open_results
    from ..cohort.drawing import draw_vpc, observations
    from ..figures.svg import to_svg

    results = open_results(folder)
    figure = draw_vpc(results, quantity, arm or results.arms[0], observations(data))
    out.write_text(to_svg(figure, "vpc"), encoding="utf-8")
    say(f"figure: {out}")
