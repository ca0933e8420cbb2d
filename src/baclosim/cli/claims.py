"""`baclosim claims`: the specification claim by claim, each computed, with its evidence and its verdict."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .output import AsJson, Quiet, clean, console, print_json, say

if TYPE_CHECKING:
    from ..claims.findings import Finding, Table
    from ..claims.running import Result

MARKS = {True: "yes", False: "NO", None: "-"}
CITED = 12  # facts named in the terminal; --json names all


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("claims")(show_claims)


def show_claims(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID...]", help="A claim, or a section: body.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Also write the results (JSON) and figures (SVG) to this folder.")
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Compute what the source documents claim. Each with whether it holds."""
    from ..claims.running import record, run_checks
    from .folder import check_target

    if out:
        check_target(out)

    results = []
    for number, result in enumerate(run_checks(ids or ())):
        results.append(result)
        if not as_json:
            console().print(("\n" if number else "") + card(result), markup=False, soft_wrap=True)
    if as_json:
        print_json([record(result) for result in results])
    if out:
        write(results, out)
        say(f"written to {out}", quiet)
    tally = Counter(result.verdict for result in results)
    say(", ".join(f"{count} {verdict}" for verdict, count in tally.items()), quiet)


def write(results: list[Result], target: Path) -> None:
    """The results and the figures of those answers that are series, whole or not at all."""
    from ..claims.pictures import pictures
    from ..claims.running import record
    from ..figures.svg import to_svg
    from .folder import whole_folder

    with whole_folder(target) as folder:
        text = json.dumps(clean([record(result) for result in results]), ensure_ascii=False, indent=2)
        (folder / "claims.json").write_text(text + "\n", encoding="utf-8")
        for name, figure in pictures():
            (folder / f"{name}.svg").write_text(to_svg(figure, name), encoding="utf-8")


def card(result: Result) -> str:
    """One claim in words: what it says, what was computed, the evidence, the verdict."""
    return "\n".join(lines(result))


def lines(result: Result) -> Iterator[str]:
    """The lines of a card."""
    yield f"{result.claim.id}: {result.verdict.upper()}"
    yield f"  {result.claim.says}"
    for finding in result.findings:
        yield f"  {MARKS[finding.holds]:<4}{sentence(finding)}"
        if finding.table:
            yield from table_lines(finding.table)
    if result.facts:
        more = f" and {len(result.facts) - CITED} more" if len(result.facts) > CITED else ""
        yield f"  evidence: {', '.join(result.facts[:CITED])}{more}"
    if result.weak:
        yield f"  leans on assumed or recalled values: {', '.join(result.weak)}"


def sentence(finding: Finding) -> str:
    """One finding: what, how much, over whom, against which bound."""
    if isinstance(finding.value, str):
        said = f"{finding.what}: {finding.value}"
        mark = "[disputed] " if finding.disagreement else "[not yet] " if finding.missing else ""
        return mark + said
    unit = f" {finding.unit}" if finding.unit else ""
    parts = [f"{finding.what}: {finding.value:.{digits(finding)}g}{unit}"]
    if finding.interval:
        parts.append(f"({finding.interval[0]:.3g} to {finding.interval[1]:.3g}, {finding.interval_is})")
    if finding.bound:
        parts.append(f"[wanted: {finding.bound}]")
    return " ".join(parts)


def digits(finding: Finding) -> int:
    """Significant digits to show: three, or as many as a narrow bound needs."""
    bound = finding.bound
    return 5 if bound and bound.high - bound.low < 0.01 * abs(bound.high) else 3


def table_lines(table: Table) -> Iterator[str]:
    """Rows of a table as indented text."""
    rows = [table.columns, *(tuple("" if c is None else f"{c}" for c in row) for row in table.rows)]
    widths = [min(48, max(len(str(row[i])) for row in rows)) for i in range(len(table.columns))]
    for row in rows:
        yield "        " + "  ".join(f"{c!s:<{w}}" for c, w in zip(row, widths, strict=True)).rstrip()
