"""`baclosim assess`: which syndrome a case is, why, what to look for next, and what is urgent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError, Problem
from .output import AsJson, PaperSize, Pdf, Quiet, console, print_json, printable, say, table, working

if TYPE_CHECKING:
    from rich.console import Console

    from ..syndromes.assessment import Assessment, Chance
    from ..syndromes.reading import Reading

SHOWN = 6  # syndromes in the terminal
ASKED = 3  # questions in the terminal
BAR = 24  # letters of a bar that is certain
EVERYTHING_READ = 200_000  # bytes of --text -


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("assess")(assess)


def assess(
    case: Annotated[
        str | None, typer.Argument(metavar="[CASE|EXAMPLE]", help="A case file, an example, or - .")
    ] = None,
    text: Annotated[str, typer.Option("--text", help='The case in plain English; "-" reads standard input.')] = "",
    finding: Annotated[list[str] | None, typer.Option("--finding", "-f", help="A finding that is there.")] = None,
    absent: Annotated[list[str] | None, typer.Option("--absent", "-n", help="One that is not there.")] = None,
    value: Annotated[list[str] | None, typer.Option("--value", help='Such as "temperature 39.5 C".')] = None,
    drug: Annotated[list[str] | None, typer.Option("--drug", help='Such as "sertraline started 2 days ago".')] = None,
    pump: Annotated[str, typer.Option("--pump", help="none, working, interrupted or excess, or in words.")] = "",
    onset: Annotated[str, typer.Option("--onset", help='From change to signs: "24 h", "within 24 h".')] = "",
    example: Annotated[str | None, typer.Option("--example", help="A bundled case by name.")] = None,
    examples: Annotated[bool, typer.Option("--examples", help="List the bundled cases.")] = False,
    vocabulary: Annotated[bool, typer.Option("--vocabulary", help="List every finding and value.")] = False,
    calibration: Annotated[bool, typer.Option("--calibration", help="How well published cases are told.")] = False,
    simulate: Annotated[
        bool, typer.Option("--simulate/--no-simulate", help="Let the simulated course of baclofen inform the prior.")
    ] = True,
    as_json: AsJson = False,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for a report and JSON.")] = None,
    pdf: Pdf = False,
    paper: PaperSize = None,
    quiet: Quiet = False,
) -> None:
    """Rank the syndromes that a case could be. Withdrawal, serotonin syndrome, NMS, infection and others."""
    if examples or vocabulary:
        listing(examples, as_json)
        return
    if calibration:
        show_calibration(as_json)
        return
    from ..syndromes.reading import load_case
    from ..syndromes.typed import case_from_options, refuse_empty
    from .folder import paper_for

    if case and example:
        raise InputError(Problem("--example", example, "either a case or an example, not both"))
    given = case or example
    typed = (text, finding, absent, value, drug, pump, onset)
    if not given and not any(typed):
        allowed = "a case file, an example, --text, --finding, --value or --drug"
        raise InputError(Problem("case", None, allowed, "`baclosim assess --examples` lists cases to try."))
    reading = case_from_options(
        load_case(given) if given else None,
        text=written_text(text),
        present=finding or (),
        absent=absent or (),
        values=value or (),
        drugs=drug or (),
        pump=pump,
        onset=onset,
    )
    refuse_empty(reading)
    printed = paper_for(pdf, paper, out)
    finish(reading, simulate=simulate, as_json=as_json, folder=out, paper=printed, quiet=quiet)


def written_text(text: str) -> str:
    """The text of an option; "-" reads standard input."""
    if text != "-":
        return text
    import sys

    read = sys.stdin.buffer.read(EVERYTHING_READ + 1)
    return read.decode("utf-8", errors="replace")


def finish(
    reading: Reading, *, simulate: bool, as_json: bool, folder: Path | None, paper: str | None, quiet: bool
) -> None:
    """Assess, write the folder when there is one, and print the result."""
    from ..syndromes import assess as assessed
    from .folder import check_target

    if folder:
        check_target(folder)
    with working("assessing", quiet):
        found = assessed(reading.case, simulate=simulate)
    files = written(found, reading, folder, paper, quiet) if folder else ()
    if as_json:
        from ..syndromes.record import record

        typer.echo(record(found, reading, files).model_dump_json())
        return
    show(found, reading)
    if folder:
        say(f"report: {folder / 'report.html'}", quiet)


def written(found: Assessment, reading: Reading, folder: Path, paper: str | None, quiet: bool) -> tuple[str, ...]:
    """Write report, figures and record to the folder, all or none; returns the files."""
    from .. import report
    from ..syndromes.record import record
    from .folder import whole_folder

    with working("writing the report", quiet), whole_folder(folder) as scratch:
        report.write_assessment(found, scratch, paper)
        names = sorted({*(file.name for file in scratch.iterdir()), "assessment.json"})
        files = tuple(str(folder / name) for name in names)
        text = record(found, reading, files).model_dump_json(indent=1)
        (scratch / "assessment.json").write_text(text, encoding="utf-8")
    return files


# --- on the terminal -----------------------------------------------------------------------------------------------


def show(found: Assessment, reading: Reading) -> None:
    """What is urgent, the probabilities, why, what next, the criteria, the drugs, and what to be careful about."""
    from ..syndromes.assessment import NOTICE

    screen = console()
    if found.case.title:
        screen.print(printable(found.case.title), style="bold", markup=False)
    section(screen, "", heard_lines(reading))
    section(screen, "URGENT", urgent_lines(found), "red")
    screen.print()
    screen.print(ranking_table(found))
    section(screen, "Why", reason_lines(found))
    section(screen, "Look for next", question_lines(found))
    section(screen, "Criteria", criteria_lines(found))
    section(screen, "Serotonergic drugs", load_lines(found))
    section(screen, "Simulated", (p.says for p in found.predicted))
    section(screen, "", (f"! {caution}" for caution in found.cautions))
    if found.unweighed:
        screen.print(
            f"Without published frequency, not weighed: {worded(found.unweighed)}.", markup=False, soft_wrap=True
        )
    screen.print(NOTICE, style="dim", markup=False, soft_wrap=True)


def section(screen: Console, title: str, lines: Iterator[str], style: str = "") -> None:
    """Some lines under a title; nothing when there are none."""
    found = list(lines)
    if found and title:
        screen.print(f"\n{title}", style=f"bold {style}".strip(), markup=False)
    for line in found:
        screen.print(printable(line), markup=False, soft_wrap=True)


def worded(names: tuple[str, ...]) -> str:
    """Names of findings in words."""
    return ", ".join(name.replace("_", " ") for name in names)


def heard_lines(reading: Reading) -> Iterator[str]:
    """What a text told, what it left open, and what was not understood."""
    heard = reading.heard
    if heard is None:
        return
    yield f"Understood: {'; '.join(heard.understood) or 'nothing'}."
    if heard.unclear:
        yield f"Unclear, not used: {'; '.join(heard.unclear)}."
    if heard.left:
        yield f"Not understood: {'; '.join(repr(part) for part in heard.left[:5])}."
    yield "Whatever was not said is unknown, not absent."


def urgent_lines(found: Assessment) -> Iterator[str]:
    """What to do now, and why."""
    yield from (f"  {action.says} ({action.why})" for action in found.actions)


def ranking_table(found: Assessment) -> Any:
    """The syndromes with bars, probabilities and intervals; the likeliest mixed state below."""
    from ..syndromes.words import percent

    rows = [
        (c.name, bar(c), f"{percent(c.probability)}", f"{percent(c.low)} to {percent(c.high)}")
        for c in found.ranking[:SHOWN]
    ]
    made = table(("syndrome", "", "probability", "90 % interval"), rows, numbers=2)
    mixed = [state for state in found.states if len(state.of) > 1 and state.probability >= 0.02]
    together = "; ".join(f"{state.name} {percent(state.probability)}" for state in mixed[:3])
    made.caption = "alone or with another, so that the sum may exceed 100 %" + (
        f"\nat once: {together}" if together else ""
    )
    made.caption_justify = "left"
    return made


def bar(chance: Chance) -> str:
    """A probability as a bar, its interval as a lighter one."""
    filled, reach = round(BAR * chance.probability), round(BAR * chance.high)
    return "█" * filled + "░" * max(reach - filled, 0)


def reason_lines(found: Assessment) -> Iterator[str]:
    """For each leading syndrome what speaks for it and against it."""
    names = {chance.code: chance.name for chance in found.ranking}
    for code, reasons in found.reasons.items():
        for title, sign in (("for", 1.0), ("against", -1.0)):
            told = [f"{r.says} (×{2 ** abs(r.bits):.2g})" for r in reasons if sign * r.bits > 0.0]
            if told:
                yield f"  {title} {names[code]}: {'; '.join(told)}"
    yield "  (×: by what each changes the odds, given everything else)"


def question_lines(found: Assessment) -> Iterator[str]:
    """The most telling questions: how many bits they are expected to give, and what each answer would do."""
    from ..syndromes.words import percent

    names = {chance.code: chance.name for chance in found.ranking}
    for question in found.questions[:ASKED]:
        answers = [(c, percent(p), percent(question.if_not[c])) for c, p in list(question.if_there.items())[:2]]
        moves = [
            f"{names[c]} {there} if it is there, {absent} if not" for c, there, absent in answers if there != absent
        ]
        told = "; ".join(moves) or "moves neither of the two likeliest"
        yield f"  {question.how}: {question.says} ({question.bits:.2f} bits): {told}"


def criteria_lines(found: Assessment) -> Iterator[str]:
    """Each set of criteria with its verdict and why."""
    yield from (f"  {judgement.name}: {judgement.verdict.upper()}; {judgement.reason}" for judgement in found.criteria)


def load_lines(found: Assessment) -> Iterator[str]:
    """The serotonergic drugs and dangerous pairs."""
    for item in found.load.items:
        if item.counts or (item.counts is None and item.action):
            mark = "" if item.counts else " (not counted: disputed, or when it was stopped is not known)"
            yield f"  {item.name}, {item.kind}: {item.says}{mark}"
    yield from (f"  {p.danger.upper()}: {p.first} with {p.second}: {p.says}" for p in found.load.pairs)


def listing(examples: bool, as_json: bool) -> None:
    """The bundled cases, or the vocabulary."""
    from ..syndromes.reading import examples as bundled
    from ..syndromes.words import VOCABULARY, vocabulary_rows

    if examples:
        print_json(bundled()) if as_json else console().print(table(("example", "case"), bundled().items()))
        return
    rows = vocabulary_rows()
    if as_json:
        print_json([dict(zip(("name", "label", "called"), row, strict=True)) for row in rows])
    else:
        console().print(table(VOCABULARY, rows))


def show_calibration(as_json: bool) -> None:
    """How well the published cases of the evidence are told, each judged without itself."""
    import dataclasses

    from ..syndromes.weighing.calibration import CALIBRATED, CASES, bin_rows, calibrated, case_rows

    known = calibrated()
    if as_json:
        intervals = {"first": known.within(1), "first_three": known.within(3)}
        shares = {name: dataclasses.asdict(share) for name, share in intervals.items()}
        print_json({**dataclasses.asdict(known), **shares})
        return
    screen = console()
    screen.print(table(CASES, case_rows(known), numbers=2))
    screen.print(table(CALIBRATED, bin_rows(known)))
    screen.print(f"published diagnosis first: {known.within(1)}", markup=False)
    screen.print(f"among the first three: {known.within(3)}", markup=False)
    screen.print(f"log score: {known.log_score:.2f} bits per case", markup=False)
