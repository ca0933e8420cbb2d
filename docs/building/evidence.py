"""Every fact and table of the evidence, a page by file, each with an anchor of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from baclosim.evidence.library import Entry, library
from baclosim.evidence.records import USES, Fact, Series
from baclosim.parameters import parameters

from . import rst

TITLES = {
    "systemic_pk": "Blood and body",
    "intrathecal_pk": "Spinal fluid",
    "pharmacodynamics": "What baclofen does",
    "pump_and_practice": "Pumps and practice",
    "withdrawal_and_taper": "Withdrawal and tapers",
    "serotonin": "Serotonin",
    "differential": "What withdrawal is mistaken for",
    "reward_and_indications": "Reward, and other uses",
    "populations": "Who the patients are",
}


def pages() -> Iterator[tuple[str, str]]:
    """Name and text of each file's page, and of the page that lists them."""
    by_file: dict[str, list[Entry]] = defaultdict(list)
    for entry in library().entries:
        by_file[entry.file].append(entry)
    yield "evidence/index.rst", index(by_file)
    setting = set_by()
    for file, entries in by_file.items():
        listed = "".join(shown(entry, setting.get(entry.id, [])) for entry in entries)
        yield f"evidence/{file}.rst", rst.title(title_of(file)) + listed


def title_of(file: str) -> str:
    """The heading of a file's page."""
    return TITLES.get(file, file.replace("_", " ").capitalize())


def index(by_file: dict[str, list[Entry]]) -> str:
    """The page that lists the files."""
    total = sum(map(len, by_file.values()))
    rows = [
        (f":doc:`{title_of(file)} <{file}>`", *(str(sum(entry.use == use for entry in entries)) for use in USES))
        for file, entries in by_file.items()
    ]
    return (
        rst.title("The evidence")
        + f"All {total} facts and tables, each with what was read. *fit* may set a parameter, *check* is held out to\n"
        "test the model, *context* does neither. In the terminal: ``baclosim evidence WORDS``.\n\n"
        + rst.table(("file", *USES), rows)
        + rst.directive("toctree", body="\n".join(by_file), options=("hidden:",))
    )


def set_by() -> dict[str, list[str]]:
    """Names of the parameters that rest on each fact."""
    found: dict[str, list[str]] = defaultdict(list)
    for parameter in parameters().values():
        for fact in parameter.facts:
            found[fact].append(parameter.name)
    return found


def shown(entry: Entry, sets: list[str]) -> str:
    """One entry in full, under its id."""
    source = "; ".join(map(linked, library().cite(entry.id)))
    rows = {
        "found": numbers(entry) if isinstance(entry, Fact) else "",
        "quantity": rst.plain(entry.quantity),
        "in whom": rst.plain(", ".join(str(x) for x in (entry.population, entry.n and f"n = {entry.n}") if x)),
        "species": rst.plain(entry.species) if entry.species != "human" else "",
        "use": entry.use,
        "sets": ", ".join(map(rst.code, sets)),
        "where": rst.plain(entry.where),
        "note": rst.plain(entry.note),
        "source": source,
    }
    body = rst.plain(entry.statement) + "\n\n"
    body += "\n".join(f":{name}: {text}" for name, text in rows.items() if text) + "\n"
    if isinstance(entry, Series):
        body += "\n" + rst.table(
            [rst.plain(c) for c in entry.columns],
            ([rst.plain("" if cell is None else str(cell)) for cell in row] for row in entry.rows),
        )
    return rst.directive("fact", entry.id, body)


def numbers(fact: Fact) -> str:
    """Value, unit and interval of a fact."""
    if fact.value is None:
        return ""
    values = fact.value if isinstance(fact.value, tuple) else (fact.value,)
    text = ", ".join(f"{value:g}" for value in values) + f" {fact.unit}".replace(" dimensionless", "")
    if fact.low is not None or fact.high is not None:
        ends = " to ".join("?" if end is None else f"{end:g}" for end in (fact.low, fact.high))
        text += f" ({ends}{', ' + fact.interval if fact.interval else ''})"
    return rst.plain(text)


def linked(reference: str) -> str:
    """A reference line whose addresses can be followed."""
    words = [f"`{word} <{word}>`__" if word.startswith("http") else rst.plain(word) for word in reference.split()]
    return " ".join(words)
