"""The bundled study of three ways to stop, run as a user would, to the page, the figures and the table of the docs.

    python bench/withdrawal_strategies.py               20,000 patients in three arms: some minutes
    python bench/withdrawal_strategies.py --from DIR    the page alone, from a folder in which the study was run

Writes docs/withdrawal-strategies.md, docs/figures/strategies-*.svg and, after a run, results/withdrawal_strategies.csv.
The page and the figures are the same bytes whenever the model is the same.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from baclosim.cohort import open_results
from baclosim.cohort.drawing import write_all
from baclosim.cohort.results import Results
from baclosim.cohort.summary import Contrast, Row, compare, scale, summary
from baclosim.report.study.design import planned
from baclosim.report.study.outcomes import difference, in_brackets, mean, spread, when
from baclosim.report.study.resting import behind
from cohort import WORKERS, watched
from measuring import keep

STUDY = "withdrawal-strategies"
DOCS = Path(__file__).parents[1] / "docs"
FIGURES = {"bands": "bands", "events-moderate_withdrawal_or_worse": "events", "outcomes": "outcomes"}
"""Figures of the study -> their names in the docs."""
REFERENCE = "at once"
PAGE = """# Three ways to stop, in {patients} virtual patients

{title}. The same people with multiple sclerosis are in every arm, so that arms differ by the taper alone, and all were
treated for a year before ([studies](cohort.md), `baclosim cohort {study}`). Research and education only: baclofen is
never stopped or tapered without the prescriber.

![Share of patients who have had moderate withdrawal](figures/strategies-events.svg)

Share of patients in whom the severity of withdrawal has passed 0.30, where mental signs begin; the tint is the 95 %
interval from the number of simulated patients alone.

{table}

Medians with 5 to 95 % of patients in brackets; shares with their 95 % interval, again of the simulation alone; times
are those of the patients to whom it happens.

| against stopping {reference} | {contrasts} |
| --- | {rule} |
{differences}

![Bands of the three arms](figures/strategies-bands.svg)

![Outcomes of the three arms](figures/strategies-outcomes.svg)

## How far to trust it

The intervals hold the chance of the simulation only. What the typical patient is like is uncertain as well (`draws`
under `[design]` adds it), and people ill enough to be written about are not typical: see [withdrawal](withdrawal.md)
and [credibility](credibility.md). The model's withdrawal after tablets is milder than some published cases.
{weak}
"""


def main() -> None:
    """Run or open the study, write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="folder", type=Path, help="a folder in which the study was run")
    folder = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as scratch:
        if folder is None:
            folder = Path(scratch) / "study"
            row = {"study": STUDY, **watched([STUDY, "--out", folder, "--workers", WORKERS])}
            print(f"written to {keep('withdrawal_strategies', [row])}: {row}")
        for path in write_page(open_results(folder)):
            print(f"written to {path}")


def write_page(results: Results) -> Iterator[Path]:
    """The page and its figures, drawn anew."""
    write_all(results)
    for name, new in FIGURES.items():
        target = DOCS / "figures" / f"strategies-{new}.svg"
        yield Path(shutil.copyfile(results.store.folder / "figures" / f"{name}.svg", target))
    page = DOCS / "withdrawal-strategies.md"
    page.write_text(page_of(results), encoding="utf-8")
    yield page


def page_of(results: Results) -> str:
    """The page as Markdown."""
    rows, against = summary(results), compare(results, reference=REFERENCE)
    arms = [arm for arm in results.arms if arm != REFERENCE]
    labels = dict.fromkeys(contrast.label for contrast in against)
    groups = [[one for one in against if one.label == label] for label in labels]
    differences = [f"| {named(own[0], 'points')} | {' | '.join(said(own))} |" for own in groups]
    study = planned(results)
    leaning = behind(study) if study else ()
    weak = ", ".join(sorted(p.name.replace("_", " ") for p in leaning if p.is_weak))
    return PAGE.format(
        patients=f"{rows[0].patients:,}", title=results.manifest["title"], study=STUDY, reference=REFERENCE,
        table=table(results.arms, rows), contrasts=" | ".join(arms), rule=" | ".join("---:" for _ in arms),
        differences="\n".join(differences), weak=f"\nAssumed or recalled values behind it: {weak}.",
    )  # fmt: skip


def table(arms: list[str], rows: tuple[Row, ...]) -> str:
    """Endpoints down, arms across."""
    lines = [f"| | {' | '.join(arms)} |", f"| --- | {' | '.join('---:' for _ in arms)} |"]
    for label in dict.fromkeys(row.label for row in rows):
        own = [row for row in rows if row.label == label]
        lines.append(f"| {named(own[0])} | {' | '.join(cells(own))} |")
        if own[0].kind == "event":
            lines.append(f"| … at | {' | '.join(when(row).removeprefix('at ') for row in own)} |")
    return "\n".join(lines)


def named(row: Row | Contrast, points: str = "%") -> str:
    """A measure with its unit; differences of shares are told in points."""
    unit = scale(row)[1]
    unit = points if unit == "%" else unit
    return f"{row.label}, {unit}" if unit else row.label


def cells(own: list[Row]) -> list[str]:
    """A share with its interval, or the median of the patients with 5 to 95 %, of every arm."""
    factor, _ = scale(own[0])
    return in_brackets([spread(row, factor) if row.kind == "number" else mean(row, factor) for row in own])


def said(own: list[Contrast]) -> list[str]:
    """The differences of a measure with their intervals."""
    factor, _ = scale(own[0])
    return in_brackets([difference(one, factor) for one in own])


if __name__ == "__main__":
    main()
