"""`baclosim cohort summary | compare | query | power | vpc`: what came of a study, as tables, JSON or a figure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..output import AsJson, console, print_json, printable, say, table

if TYPE_CHECKING:
    from ...cohort.results import Results

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder that a study was run into.")]
Asked = Annotated[list[str] | None, typer.Option("--measure", help="An endpoint or a column; may be given again.")]


def add_to(group: typer.Typer) -> None:
    """Register the commands beside those that run a study."""
    for name, command in (
        ("summary", summary_of), ("compare", compare_arms), ("query", ask), ("power", power_of), ("vpc", check_against),
    ):  # fmt: skip
        group.command(name)(command)


def summary_of(folder: Folder, measure: Asked = None, as_json: AsJson = False) -> None:
    """Sum up every arm, endpoint by endpoint. The mean, and the median with 90 % of the patients."""
    from ...cohort import open_results

    tell(open_results(folder), as_json, measure)


def compare_arms(
    folder: Folder,
    reference: Annotated[str | None, typer.Option(help="The arm to compare with; the first when left out.")] = None,
    measure: Asked = None,
    as_json: AsJson = False,
) -> None:
    """Compare every arm with one of them."""
    from ...cohort import open_results
    from ...cohort.summary import as_row, compare
    from ...cohort.words import COMPARED, contrasts

    results = open_results(folder)
    found = compare(results, reference, measure or ())
    if as_json:
        print_json([as_row(row) for row in found])
        return
    console().print(table(COMPARED, contrasts(found), numbers=3))
    remind(results)


def ask(
    folder: Folder,
    sql: Annotated[str, typer.Argument(help='Such as "select arm, avg(age_years) from patients group by arm".')],
    as_json: AsJson = False,
) -> None:
    """Answer a question in SQL over the tables of a study. They are patients, visits, courses and bands."""
    from ...cohort import open_results
    from ...cohort.summary import query

    found = query(open_results(folder), sql)
    if as_json:
        print_json(found.to_dicts())
    else:
        console().print(table(found.columns, found.rows()))


def tell(results: Results, as_json: bool, measure: list[str] | None) -> None:
    """The summary of a study, as a table or as JSON."""
    from ...cohort.summary import summary
    from ...cohort.words import PAIRED, SUMMED, pairings, summary_rows

    rows = summary(results, measure or ())
    if as_json:
        from ...cohort.record import record

        print_json(record(results, rows).model_dump())
        return
    screen = console()
    screen.print(printable(results.manifest["title"]), style="bold", markup=False)
    screen.print(table(SUMMED, summary_rows(rows), numbers=3))
    beside = tuple(pairings(results))
    if beside:
        screen.print(table(PAIRED, beside, numbers=3))
        screen.print("\n".join(sources(results)), markup=False, soft_wrap=True)
    for arm in [arm for arm in results.arms if arm not in {row.arm for row in rows}]:
        screen.print(f"! no patient was allocated to {arm!r}; take more patients", markup=False)
    remind(results)


def sources(results: Results) -> Iterator[str]:
    """The facts that hold what was reported, and whether the model was fitted to them."""
    for entry in {e["fact"]: e for e in results.manifest["reported"]}.values():
        fitted = "the model was fitted to it" if entry["use"] == "fit" else "the model was not fitted to it"
        yield f"  {entry['fact']}: {fitted}"


def remind(results: Results) -> None:
    """What a reader must know: what is missing, what the numbers lean on, and that this is no medical device."""
    from ...outcome.record import DISCLAIMER

    screen, manifest = console(), results.manifest
    if not results.is_complete:
        screen.print(
            f"! only {len(results.shards)} of {manifest['shards']} shards are done; --resume goes on", markup=False
        )
    for caution in manifest["cautions"]:
        screen.print(f"! {caution['about']}: {caution['says']}", markup=False, soft_wrap=True)
    screen.print(DISCLAIMER, style="dim", markup=False, soft_wrap=True)


def power_of(
    folder: Folder,
    endpoint: Annotated[str, typer.Option(help="An endpoint of the study, or a column.")],
    arm: Annotated[str, typer.Option(help="The arm that is tried.")],
    reference: Annotated[str, typer.Option(help="The arm that it is compared with.")],
    size: Annotated[list[int], typer.Option("--size", help="Patients in each arm; may be given again.")],
    level: Annotated[float, typer.Option(help="Level of significance, two-sided.")] = 0.05,
    as_json: AsJson = False,
) -> None:
    """Say how often a trial would find a difference. For so many patients, between two arms."""
    from ...cohort import open_results
    from ...cohort.power import power
    from ...cohort.summary import as_row
    from ...cohort.words import POWERED, power_rows

    found = power(open_results(folder), endpoint, arm, reference, size, level=level)
    if as_json:
        print_json([as_row(row) for row in found])
        return
    title = f"{endpoint}: {arm} against {reference}, level {level:g}"
    console().print(table(POWERED, power_rows(found), title, numbers=2))


def check_against(
    folder: Folder,
    data: Annotated[Path, typer.Argument(metavar="DATA", help="CSV or Parquet with columns time_h and value.")],
    quantity: Annotated[str, typer.Option(help="What was measured, such as plasma.")] = "plasma",
    unit: Annotated[str, typer.Option(help="Of the values, such as ng/mL; else the quantity's own.")] = "",
    arm: Annotated[str | None, typer.Option(help="The arm that was measured; the first when left out.")] = None,
    out: Annotated[Path, typer.Option(help="The figure to write.")] = Path("vpc.svg"),
) -> None:
    """Draw a visual predictive check. Observations over the percentiles that an arm predicts."""
    from ...cohort import open_results
    from ...cohort.drawing import draw_vpc, observations
    from ...figures.svg import to_svg

    results = open_results(folder)
    figure = draw_vpc(results, quantity, arm or results.arms[0], observations(data), unit)
    out.write_text(to_svg(figure, "vpc"), encoding="utf-8")
    say(f"figure: {out}")
