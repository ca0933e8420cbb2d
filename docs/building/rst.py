"""Words as reStructuredText: what people wrote in plain English keeps its meaning and loses none of its characters."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Sequence

SPECIAL = re.compile(r"([\\*|`])|(?<=\w)(_)(?=\W|$)|(?<!\w)(_)(?=\w)")
CODE = re.compile(r"(``?[^`]+``?)")
ROW = re.compile(r"^(\S(?:.*?\S)?) {2,}(\S.*)$")


def plain(text: str) -> str:
    """Text with nothing left that reStructuredText would read as markup."""
    return escaped(" ".join(text.split()))


def escaped(text: str) -> str:
    """Text whose special characters are plain ones, its spaces as they are."""
    return SPECIAL.sub(r"\\\g<0>", text)


def prose(text: str) -> str:
    """Text in which `quoted` words are code, and nothing else is markup."""
    pieces = CODE.split(" ".join(text.split()))
    return "".join(code(p.strip("`")) if i % 2 else escaped(p) for i, p in enumerate(pieces))


def code(text: str) -> str:
    """Words as they are typed, as a piece of reStructuredText that may touch its neighbours."""
    return f"\\ ``{text.strip()}``\\ "


def title(text: str, mark: str = "=") -> str:
    """A heading."""
    return f"{plain(text)}\n{mark * (len(text) + 8)}\n\n"


def directive(name: str, argument: str = "", body: str = "", options: Sequence[str] = ()) -> str:
    """A directive with its body."""
    head = "".join(f"   :{option}\n" for option in options)
    return f".. {name}:: {argument}\n{head}\n{indented(body)}\n\n"


def indented(text: str, by: int = 3) -> str:
    """Each line moved to the right."""
    return "\n".join(" " * by + line if line.strip() else "" for line in text.rstrip("\n").split("\n"))


def block(text: str, language: str = "text") -> str:
    """Lines as they are."""
    return directive("code-block", language, text)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], widths: str = "auto") -> str:
    """A table whose cells are reStructuredText."""
    lines = [f":header-rows: 1\n:widths: {widths}\n"]
    for row in (columns, *rows):
        lines += [f"{'* -' if i == 0 else '  -'} {cell or chr(160)}" for i, cell in enumerate(row)]
    return ".. list-table::\n" + indented("\n".join(lines)) + "\n\n"


def docstring(text: str) -> str:
    """A docstring: paragraphs, `name   meaning` rows as a list, examples and other indented lines as they are."""
    return "\n\n".join(part for part in map(paragraph, paragraphs(inspect.cleandoc(text))) if part)


def paragraphs(text: str) -> Iterator[list[str]]:
    """Runs of lines that are alike: sentences at the margin, rows of names and meanings, and indented lines."""
    run: list[str] = []
    for line in text.split("\n"):
        if run and (not line.strip() or begins_anew(line, run)):
            yield run
            run = []
        if line.strip():
            run.append(line)
    if run:
        yield run


def begins_anew(line: str, run: Sequence[str]) -> bool:
    """Whether a line is of another kind than those before it; a row's meaning goes on in indented lines."""
    if run[0].startswith(">>>"):
        return False
    if ROW.match(run[0]):
        return not (line.startswith(" ") or ROW.match(line))
    return line.startswith(" ") != run[-1].startswith(" ") or bool(ROW.match(line) and not line.startswith(" "))


def paragraph(lines: Sequence[str]) -> str:
    """One run of lines as reStructuredText."""
    inner = inspect.cleandoc("\n" + "\n".join(lines)).split("\n")
    if inner[0].startswith(">>>"):
        return "\n".join(inner)
    rows = definitions(inner)
    if rows:
        return "\n".join(f"{plain(name)}\n   {prose(meaning)}" for name, meaning in rows)
    if lines[0].startswith(" "):
        return "::\n\n" + indented("\n".join(inner))
    return prose(" ".join(inner))


def definitions(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Rows of `name   meaning`, each meaning with the lines that go on with it; none when that is not what they are."""
    if not ROW.match(lines[0]):
        return []
    found: list[tuple[str, str]] = []
    for line in lines:
        row = ROW.match(line)
        if row:
            found.append((row[1], row[2]))
        elif line.startswith("  "):
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
        else:
            return []
    return found


def first_sentence(text: str) -> str:
    """What a docstring says first."""
    head = " ".join(inspect.cleandoc(text).split("\n\n")[0].split())
    return re.split(r"(?<=[.:!?]) (?=[A-Z`])", head)[0]
