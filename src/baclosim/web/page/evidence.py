"""The tab of the evidence: search what is known, and see what stands behind every number of the model."""

from __future__ import annotations

from nicegui import ui

from ...evidence.library import Entry, library
from ...evidence.mirrors import is_mirror
from ...evidence.records import Fact
from ...parameters import Parameter, parameters
from ..bench import Bench
from ..elements.parts import plain, plain_table

SHOWN = 30


def panel(_: Bench) -> None:
    """Build the tab."""
    with ui.element("div").classes("sheet"):
        plain("What is known", "h2")
        plain(f"{len(library().facts)} facts and {len(library().series)} tables, each with its source.", "p", "muted")
        with ui.element("div").classes("pair"):
            words = ui.input("Search the facts", placeholder="kidney half life").props(
                "outlined dense clearable stack-label"
            )
            names = ui.input("Search the model's numbers", placeholder="clearance").props(
                "outlined dense clearable stack-label"
            )
        found = ui.element("div")

    def facts() -> None:
        entries = library().find(words.value or "")
        found.clear()
        with found:
            which = "best" if (words.value or "").strip() else "first"
            rest = f", the {which} {SHOWN} shown" if len(entries) > SHOWN else ""
            plain(f"{len(entries)} entries{rest}", "p", "muted")
            for entry in entries[:SHOWN]:
                card(entry)

    def numbers() -> None:
        word = (names.value or "").strip().lower().replace(" ", "_")
        chosen = [p for name, p in parameters().items() if word in name]
        found.clear()
        with found:
            plain(f"{len(chosen)} parameters", "p", "muted")
            for parameter in chosen[:SHOWN]:
                parameter_card(parameter)

    words.on("change", facts)
    words.on("keydown.enter", facts)
    names.on("change", numbers)
    names.on("keydown.enter", numbers)
    facts()


def card(entry: Entry) -> None:
    """One fact or table, closed until it is opened."""
    with ui.expansion(entry.statement).props("dense header-class=text-left").classes("fact"):
        plain(entry.id, "code", "muted")
        rows = [(name, text) for name, text in about(entry) if text]
        plain_table(("", ""), rows)
        if not isinstance(entry, Fact):
            plain_table(entry.columns, ([("" if c is None else c) for c in row] for row in entry.rows))
        for line in library().cite(entry.id):
            reference(line)


def about(entry: Entry) -> tuple[tuple[str, str], ...]:
    """What there is to know of an entry, in order."""
    value = ""
    if isinstance(entry, Fact) and entry.value is not None:
        values = entry.value if isinstance(entry.value, tuple) else (entry.value,)
        unit = "" if entry.unit == "dimensionless" else f" {entry.unit}"
        value = ", ".join(f"{v:g}" for v in values) + unit
        value += f" ({entry.low:g} to {entry.high:g}, {entry.interval})" if entry.interval else ""
    people = ", ".join(str(x) for x in (entry.population, entry.n and f"n = {entry.n}") if x)
    return (
        ("value", value), ("people", people), ("species", entry.species), ("use", entry.use), ("read", entry.seen),
        ("note", entry.note or ""),
    )  # fmt: skip


def parameter_card(parameter: Parameter) -> None:
    """One number of the model with its grade, interval and facts."""
    low, high = parameter.interval
    with ui.expansion(f"{parameter.name}: {parameter.value:.4g} {parameter.unit}").props("dense").classes("fact"):
        plain(parameter.says, "p")
        rows = [
            ("interval", f"{low:.4g} to {high:.4g} ({parameter.interval_is})"),
            ("spread between patients", f"{parameter.spread:.3g} ({parameter.distribution})"),
            ("grade", parameter.grade),
        ]
        if parameter.script:
            rows.append(("fitted by", f"calibration/{parameter.script}.py"))
        plain_table(("", ""), rows)
        for line in library().cite(*parameter.facts):
            reference(line)


def reference(line: str) -> None:
    """A reference whose address can be followed."""
    words = line.split(" ")
    with ui.element("p").classes("muted"):
        for word in words:
            if word.startswith(("https://", "http://")) and not is_mirror(word):
                with ui.element("a").props(
                    f'href="{word.replace(chr(34), "")}" rel="noreferrer noopener" target="_blank"'
                ):
                    plain(word)
                plain(" ")
            else:
                plain(word + " ")
