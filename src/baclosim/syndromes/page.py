"""The tables of docs/syndromes.md, out of the evidence: `python -m baclosim.syndromes.page docs/syndromes.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from .weighing.calibration import Blind, Calibration, calibrated
from .weighing.likelihood import Chance, exposure_chances, finding_chances, method, rules, syndromes
from .weighing.telling import exposure_label, label
from .weighing.timing import windows
from .words import hours_in_words, percent

TABLES = "## The tables"
SHORT = {
    "serotonin_toxicity": "serotonin",
    "nms": "NMS",
    "malignant_hyperthermia": "MH",
    "anticholinergic": "anti-cholinergic",
    "itb_withdrawal": "pump withdrawal",
    "oral_baclofen_withdrawal": "oral withdrawal",
    "baclofen_overdose": "overdose",
    "sepsis_meningitis": "infection",
    "autonomic_dysreflexia": "dysreflexia",
    "alcohol_withdrawal": "alcohol",
    "benzodiazepine_withdrawal": "benzo-diazepine",
    "status_epilepticus": "status",
    "stroke": "stroke",
    "other": "none",
}
MARKS = {"published": "**", "word of the evidence": "", "assumed": "*", "by definition": "*"}


def page() -> str:
    """Everything below the heading of the tables."""
    return "\n".join([TABLES, *_lines()])


def rewrite(path: Path) -> None:
    """Replace what stands below that heading in a page; what stands above is kept."""
    above = path.read_text(encoding="utf-8").split(TABLES)[0]
    path.write_text(f"{above}{page()}\n", encoding="utf-8")


def _lines() -> Iterator[str]:
    yield ""
    yield "Written by `python -m baclosim.syndromes.page docs/syndromes.md` out of the evidence, and by nothing else."
    yield from part(
        "How often each finding is there",
        "per cent; bold published, upright a word of the evidence, italic a word assumed here",
        findings_table(),
    )
    yield from part(
        "How often there was each exposure",
        "in the same marks; a syndrome that an exposure defines has it by definition",
        exposures_table(),
    )
    yield from part("When signs begin after the trigger", "`differential.onset.windows`", windows_table())
    yield from part("Findings that share a latent liability", "a minus turns the sign", groups_table())
    yield from part("Two at once", "each with its share of the prior of the first", mixed_table())
    yield from part("Numbers of the method", "all assumed; `likelihoods.toml` says what each is", method_table())
    yield from calibration_lines(calibrated())


def part(title: str, note: str, rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table under its title; the first row is its head."""
    head, *body = rows
    yield from ("", f"### {title}", "", f"({note})", "")
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in body)


def cell(chance: Chance) -> str:
    """A probability in per cent, marked by where it comes from."""
    mark = MARKS[chance.grade]
    return f"{mark}{100 * chance.mean:.0f}{mark}"


def findings_table() -> Iterator[Sequence[str]]:
    """Findings by syndrome."""
    yield ("finding", *(SHORT[code] for code in syndromes()))
    for name, row in finding_chances().items():
        yield (label(name), *(cell(row[code]) for code in syndromes()))


def exposures_table() -> Iterator[Sequence[str]]:
    """Exposures by syndrome."""
    yield ("exposure", *(SHORT[code] for code in syndromes()))
    for name, row in exposure_chances().items():
        yield (exposure_label(name), *(cell(row[code]) for code in syndromes()))


def windows_table() -> Iterator[Sequence[str]]:
    """Onset by syndrome."""
    yield ("syndrome", "5 %", "median", "95 %")
    for code, window in windows().items():
        yield (syndromes()[code], *(hours_in_words(h) for h in (window.low, window.median, window.high)))


def groups_table() -> Iterator[Sequence[str]]:
    """Groups of findings."""
    yield ("group", "findings")
    for group, members in rules()["group"].items():
        yield (group, ", ".join(f"{'−' if m.startswith('-') else ''}{label(m.removeprefix('-'))}" for m in members))


def mixed_table() -> Iterator[Sequence[str]]:
    """Mixed states."""
    yield ("state", "share", "why", "source")
    for entry in rules()["mixed"]:
        names = " with ".join(syndromes()[code] for code in entry["of"])
        yield (names, percent(entry["share"]), entry["why"], ", ".join(f"`{f}`" for f in entry["facts"]) or "assumed")


def method_table() -> Iterator[Sequence[str]]:
    """Numbers of the method."""
    yield ("number", "value")
    for name in rules()["method"]:
        value = method(name)
        yield (name.replace("_", " "), ", ".join(f"{x:g}" for x in (value if isinstance(value, list) else [value])))


def calibration_lines(known: Calibration) -> Iterator[str]:
    """How well published cases are told."""
    names = {**syndromes(), "other": "none of these"}
    yield from ("", "## Published cases", "")
    yield f"- published diagnosis first: {known.within(1)}"
    yield f"- among the first three: {known.within(3)}"
    blinds: tuple[tuple[Blind, str], ...] = (
        ("exposures", "from findings alone"),
        ("findings", "from exposures and times alone"),
    )
    for blind, says in blinds:
        other = calibrated(blind_to=blind)
        yield f"- {says}: first {other.within(1)}, among the first three {other.within(3)}"
    yield f"- log score: {known.log_score:.2f} bits per case ({known.tempered:.2f} when sharpened by the other cases)"
    rows = [
        (f"`{c.name}`", names[c.diagnosis], names[c.first], str(c.rank), percent(c.probability)) for c in known.cases
    ]
    yield from part(
        "Case by case",
        "each judged without itself",
        [("case", "published", "first answer", "rank", "its probability"), *rows],
    )
    bins = [(f"{percent(b.low)} to {percent(b.high)}", f"{100 * b.claimed:.0f} %", str(b.true)) for b in known.bins]
    yield from part(
        "Reliability", "every claim about every syndrome of every case", [("claimed", "on average", "came true"), *bins]
    )
    confused = [(names[a], names[b], str(n)) for (a, b), n in known.confusion().items()]
    yield from part(
        "Confusion", "published diagnosis against first answer", [("published", "first answer", "cases"), *confused]
    )


if __name__ == "__main__":
    rewrite(Path(sys.argv[1]))
