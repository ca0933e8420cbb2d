"""The text of a data file, as NM-TRAN reads it, into cells: separators, names, comments, repeated lines of names.

    commas, semicolons, tabs or blanks between cells; quotes where a cell holds a comma
    lines that begin with # are comments; so is whatever `Layout.ignore` marks, and C in a first column named C
    one line of names, or `Layout.columns` as $INPUT has them: ID TIME DROP CONC=DV WT

A line that is left out is one that the file marks so; every other line is a record.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...errors import Problems
from ...units import either_way

LARGEST = 500_000_000  # bytes
DROPPED = ("DROP", "SKIP")
STANDARD = ("ID", "TIME", "DATE", "DAT1", "DAT2", "DAT3", "DV", "AMT", "RATE", "EVID", "MDV", "CMT", "SS", "II", "ADDL")
_DECIMAL_COMMA = re.compile(r"(?:^|;)\s*([-+]?\d*,\d+)\s*(?:;|$)")
MARK = "C"  # first column in which a C makes a record a comment


@dataclass(frozen=True)
class Layout:
    """What a data file does not say itself.

    columns  names of the columns in order, as $INPUT gives them: X=DROP leaves one out, CONC=DV names one DV; then a
             line of names in the file is left out
    ignore   the marks of $DATA's IGNORE, one character: lines that begin with it are comments; @ stands for any letter
    """

    columns: str = ""
    ignore: str = ""


@dataclass(frozen=True)
class Lines:
    """Cells of a file: `names` (c,), `cells` (r, c) as text, and `numbers` (r,), the line of each record from 1."""

    names: tuple[str, ...]
    cells: Sequence[Sequence[str]]
    numbers: Sequence[int]


def text_of(path: Path, problems: Problems) -> str | None:
    """The text of a file with plain line ends; None with the fault noted."""
    allowed = "a CSV file with a line of names and then records"
    if not path.is_file():
        hint = "It is a folder." if path.is_dir() else "There is no such file."
        problems.add("events", str(path), allowed, hint)
        return None
    try:
        content = path.read_bytes() if path.stat().st_size <= LARGEST else None
    except OSError as error:
        problems.add("events", str(path), allowed, f"({error.strerror})")
        return None
    if content is None:
        problems.add("events", str(path), f"a file of at most {LARGEST // 1_000_000} MB")
        return None
    return decoded(content, str(path), problems)


def decoded(content: bytes, name: str, problems: Problems) -> str | None:
    """Bytes as text: UTF-8 with or without its mark, or UTF-16 with it; None with the fault noted."""
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        problems.add("events", name, "text in UTF-8", f"(byte {error.start} is none; save the file as CSV in UTF-8.)")
        return None
    if "\0" in text:
        problems.add("events", name, "text", "It holds zero bytes: is it a workbook? Save it as CSV.")
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def is_plain(text: str, layout: Layout) -> bool:
    """Whether a file is one that any CSV reader understands: names once, commas, nothing marked as a comment."""
    first, _, rest = text.partition("\n")
    return (
        layout == Layout()
        and "," in first
        and "\n\n" not in text.rstrip("\n")
        and not first.startswith("#")
        and "\n#" not in text
        and f"\n{first}\n" not in f"\n{rest}\n"
        and first.split(",")[0].strip().upper() != MARK
        and are_words(first.replace('"', "").split(","))
    )


def lines_of(text: str, layout: Layout, problems: Problems) -> Lines | None:
    """Cells of the records; None with the fault noted where the columns have no names or a name twice."""
    kept = list(spoken(text, layout))
    if comma := decimal_comma(kept, text):
        hint = either_way(comma) or f"Write {comma.replace(',', '.')!r}, and so in the whole file."
        problems.add("events", comma, "decimal points", hint)
        return None
    names = named(layout.columns) if layout.columns else names_in(kept, problems)
    if names is None:
        return None
    begins = [cell.strip().upper() for cell in (kept[0][1] if kept else ())]
    heading = begins if layout.columns == "" or is_heading(begins) else None
    records = [(number, row) for number, row in kept if [cell.strip().upper() for cell in row] != heading]
    names = [DROPPED[0], *names[1:]] if is_mark(names, [row for _, row in records]) else names
    if names[0] == DROPPED[0]:
        records = [(number, row) for number, row in records if row[0].strip().upper() != MARK]
    for number, row in records:
        if len(row) > len(names) and any(cell.strip() for cell in row[len(names) :]):
            problems.add(f"line {number}", f"{len(row)} cells", f"at most {len(names)}, one for each of the columns")
    chosen = [i for i, name in enumerate(names) if name.upper() not in DROPPED]
    check_names([names[i] for i in chosen], problems)
    cells = [[row[i].strip() if i < len(row) else "" for i in chosen] for _, row in records]
    return Lines(tuple(names[i] for i in chosen), cells, [number for number, _ in records])


def decimal_comma(kept: Sequence[tuple[int, list[str]]], text: str) -> str:
    """The first number with a decimal comma in a file with semicolons between cells, as many spreadsheets save it."""
    lines = text.split("\n") if ";" in text else []
    if not lines or not kept or ";" not in lines[kept[0][0] - 1]:
        return ""
    found = (_DECIMAL_COMMA.search(lines[number - 1]) for number, _ in kept if ";" in lines[number - 1])
    return next((match[1] for match in found if match), "")


def is_mark(names: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first column only marks comments: it is named C and holds a C, or nothing."""
    return names[0].upper() == MARK and all(row[0].strip().upper() in (MARK, ".", "") for row in rows)


def check_names(names: Sequence[str], problems: Problems) -> None:
    """No name twice."""
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        problems.add(f"column {name}", name, "each name once", "Leave one of them out, or call it DROP.")


def spoken(text: str, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Each line (its number from 1, its cells) that is neither blank nor a comment."""
    for number, line in enumerate(text.split("\n"), 1):
        begin = line.lstrip()[:1]
        is_letter = layout.ignore == "@" and (begin == "@" or begin.isalpha())
        if begin and begin != "#" and begin != layout.ignore and not is_letter:
            yield number, split(line)


def split(line: str) -> list[str]:
    """The cells of a line: between commas where there is one, else between semicolons or tabs, else between blanks."""
    if "," in line or ";" in line:
        mark = "," if "," in line else ";"
        is_quoted = '"' in line and len(line) < csv.field_size_limit()
        return next(csv.reader([line], skipinitialspace=True, delimiter=mark)) if is_quoted else line.split(mark)
    return line.split("\t") if "\t" in line.strip() else line.split()


def names_in(kept: Sequence[tuple[int, list[str]]], problems: Problems) -> list[str] | None:
    """The names on the first line that speaks; None with the fault noted where there is no such line."""
    if not kept:
        problems.add("events", "no line", "a line of names and then records", "The file is empty.")
        return None
    number, first = kept[0]
    if not are_words(first):
        hint = "Name the columns as $INPUT does: columns='ID TIME AMT DV' (--columns)."
        problems.add(f"line {number}", ", ".join(first), "the names of the columns", hint)
        return None
    return [cell.strip() for cell in first]


def are_words(cells: Sequence[str]) -> bool:
    """Whether a line may hold names: all its cells begin with a letter."""
    return all(cell.strip()[:1].isalpha() or cell.strip()[:1] in ("_", "") for cell in cells)


def is_heading(cells: Sequence[str]) -> bool:
    """Whether a line holds names for sure: one of them is a usual name."""
    return are_words(cells) and any(cell.strip().upper() in STANDARD for cell in cells)


def named(columns: str) -> list[str]:
    """The names that $INPUT gives: of two for one column the standard one; DROP for what is left out.

    >>> named("$INPUT ID TIME CONC=DV AMT SEX=DROP, WT")
    ['ID', 'TIME', 'DV', 'AMT', 'DROP', 'WT']
    """
    words = [word for word in columns.replace(",", " ").split() if not word.startswith("$")]
    found = []
    for word in words:
        both = [part for part in word.split("=") if part]
        dropped = next((part.upper() for part in both if part.upper() in DROPPED), None)
        standard = next((part.upper() for part in both if part.upper() in STANDARD), both[0])
        found.append(dropped or standard)
    return found
