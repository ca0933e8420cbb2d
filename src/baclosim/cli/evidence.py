"""`baclosim evidence`: list, search and show the facts that everything rests on."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InputError, Problem
from .output import AsJson, console, print_json, say, table

if TYPE_CHECKING:
    from ..evidence.library import Entry, Fact, Series

SHOWN = 25


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("evidence")(show_evidence)


def show_evidence(
    words: Annotated[list[str] | None, typer.Argument(help="An id, or words to search for.")] = None,
    topic: Annotated[str | None, typer.Option(help="Only this topic, such as 'oral'.")] = None,
    use: Annotated[str | None, typer.Option(help="Only fit, check or context.")] = None,
    seen: Annotated[
        str | None, typer.Option(help="Only full-text, abstract, label, review, secondary, recalled.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help=f"List every entry found, not the best {SHOWN}.")] = False,
    as_json: AsJson = False,
) -> None:
    """Search the evidence, or show one entry with its source."""
    from ..evidence.library import library

    asked = " ".join(words or [])
    if asked in library():
        entry = library().get(asked)
        print_json(asdict(entry)) if as_json else console().print(card(entry), markup=False, soft_wrap=True)
        return
    check_filters(topic, use, seen)
    found = library().find(asked, topic=topic, use=use, seen=seen)
    if not found:
        raise InputError(nothing_found(asked))
    shown = found if every or as_json else found[:SHOWN]
    if as_json:
        print_json([asdict(entry) for entry in shown])
        return
    rows = ((entry.id, entry.statement, entry.use) for entry in shown)
    console().print(table(("id", "statement", "use"), rows))
    say(f"{len(shown)} of {len(found)} entries; `baclosim evidence ID` shows one in full")


def nothing_found(asked: str) -> Problem:
    """What to say when no entry holds the words."""
    from ..evidence.library import library
    from ..evidence.search import closest_ids

    near = closest_ids(asked, (entry.id for entry in library().entries)) if asked else []
    hint = f"Near it: {', '.join(near)}. " if near else ""
    return Problem(
        "evidence", asked, "an id, or words that an entry holds", f"{hint}`baclosim evidence --all` lists all."
    )


def check_filters(topic: str | None, use: str | None, seen: str | None) -> None:
    """Raise InputError when a filter names nothing that exists."""
    from ..evidence.library import library
    from ..evidence.records import SEEN, USES

    entries = (*library().facts.values(), *library().series.values())
    topics = sorted({entry.topic for entry in entries} | {entry.file for entry in entries})
    known = {"topic": (topic, topics), "use": (use, USES), "seen": (seen, SEEN)}
    problems = [
        Problem(f"--{name}", given, f"one of {', '.join(allowed)}")
        for name, (given, allowed) in known.items()
        if given is not None and given not in allowed
    ]
    if problems:
        raise InputError(problems)


def card(entry: Entry) -> str:
    """One entry in full: what it says, its numbers, whom it is about, where it was read."""
    from ..evidence.library import library
    from ..evidence.records import Fact

    lines = [entry.id, f"  {entry.statement}"]
    lines += number_lines(entry) if isinstance(entry, Fact) else []
    about = {
        "quantity": entry.quantity,
        "people": ", ".join(str(x) for x in (entry.population, entry.n and f"n = {entry.n}") if x),
        "species": entry.species,
        "use": entry.use,
        "where": entry.where,
        "note": entry.note,
        "source": "; ".join(library().cite(entry.id)),
    }
    lines += [f"  {name:<9} {text}" for name, text in about.items() if text]
    return "\n".join(lines if isinstance(entry, Fact) else [*lines, "", series_text(entry)])


def number_lines(fact: Fact) -> list[str]:
    """The value, interval and spread of a fact, each on a line; none when it is qualitative."""
    if fact.value is None:
        return []
    values = fact.value if isinstance(fact.value, tuple) else (fact.value,)
    unit = "" if fact.unit == "dimensionless" else f" {fact.unit}"
    lines = [f"  value     {', '.join(f'{value:g}' for value in values)}{unit}"]
    if fact.interval:
        lines.append(f"  interval  {fact.low:g} to {fact.high:g}{unit} ({fact.interval})")
    if fact.between_subject_cv is not None:
        lines.append(f"  spread    CV {fact.between_subject_cv:.0%} between people")
    return lines


def series_text(series: Series) -> str:
    """The rows of a table as aligned text."""
    rows = [series.columns, *(tuple("" if c is None else f"{c}" for c in row) for row in series.rows)]
    widths = [min(40, max(len(row[i]) for row in rows)) for i in range(len(series.columns))]
    return "\n".join("  " + "  ".join(f"{c:<{w}}" for c, w in zip(row, widths, strict=True)).rstrip() for row in rows)
