"""Pages cannot drift: examples run, command lines can be typed, links lead somewhere, names and claims are covered."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path
from textwrap import indent

import pytest
import typer
from typer.testing import CliRunner

import baclosim
from baclosim.cli.app import app
from building import claims, commands, contents, names, rst

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
RUN_ELSEWHERE = {"dose-records.md", "therapy-language.md"}  # by tests of their own
BLOCK = re.compile(r"^( *)```(python|console)\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
TYPED = re.compile(r"^(?: {4}\$? ?|\$ )(?:\.venv/bin/)?(baclosim (?:.*\\\n)*.*)$", re.MULTILINE)
SHELL = re.compile(r"^```(?:sh|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
MAKE = re.compile(r"(?:^(?: {4})?|`)make (\w+)", re.MULTILINE)
GROUP = typer.main.get_command(app)


def blocks(page: Path) -> list[tuple[str, str]]:
    """Language and text of every block that runs."""
    found = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [(kind, "\n".join(line.removeprefix(indent) for line in text.split("\n"))) for indent, kind, text in found]


def run_commands(text: str) -> None:
    """Each command of a console block, as somebody would type it."""
    for line in text.replace("\\\n", " ").splitlines():
        name, *args = shlex.split(line)
        assert name == "baclosim", line
        done = CliRunner().invoke(app, args)
        assert done.exit_code == 0, f"{line}\n{done.output}"


@pytest.mark.parametrize("page", [p for p in PAGES if p.name not in RUN_ELSEWHERE and blocks(p)], ids=lambda p: p.name)
def test_blocks_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict = {"__name__": page.stem}
    for i, (kind, block) in enumerate(blocks(page), 1):
        if kind == "console":
            run_commands(block)
        else:
            exec(compile(block, f"{page.name}, block {i}", "exec"), names)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists() or target.startswith("reference/"), target


def test_every_page_is_on_the_first_one():
    listed = contents.LISTED.findall((ROOT / "docs/index.md").read_text(encoding="utf-8"))
    assert sorted(listed) == sorted(page.stem for page in PAGES if page.stem not in ("README", "index"))


def command_lines(page: Path) -> list[str]:
    """What a page tells people to type."""
    text = SHELL.sub(lambda block: indent(block[1], "    "), page.read_text(encoding="utf-8"))
    return [line.replace("\\\n", " ") for line in TYPED.findall(text)]


@pytest.mark.parametrize("page", [page for page in PAGES if command_lines(page)], ids=lambda page: page.name)
def test_command_lines_can_be_typed(page):
    for line in command_lines(page):
        typed(line)


@pytest.mark.parametrize("name", claims.shown())
def test_what_shows_a_claim_can_be_typed(name):
    typed(claims.shown()[name]["run"])


def typed(line: str) -> None:
    """Read a command line as the program does, without running it; raises what the program would say."""
    words = shlex.split(line, comments=True)[1:]
    left = words[: next((i for i, word in enumerate(words) if word in ("|", ">")), len(words))]
    command, parent = GROUP, None
    while left:
        context = command.make_context(command.name or "baclosim", left, parent=parent)
        if not hasattr(command, "commands"):
            return
        _, command, left = command.resolve_command(context, [*context._protected_args, *context.args])
        parent = context


def test_every_command_has_an_example():
    assert commands.lacking() == []


def test_every_claim_has_code_a_test_and_a_place():
    assert claims.lacking() == []
    assert {place["page"] for place in claims.shown().values()} <= {page.stem for page in PAGES}


@pytest.mark.parametrize("name", sorted({*baclosim.__all__} - {"__version__"}))
def test_every_public_name_is_shown_on_a_page(name):
    pattern = re.compile(rf"\b(?:bs|baclosim)\.{name}\b|import .*\b{name}\b")
    assert any(pattern.search(page.read_text(encoding="utf-8")) for page in PAGES)


def test_every_public_name_has_a_docstring_and_an_entry():
    package = names.package_page()
    assert all(f":: {name}" in package for name in baclosim.__all__ if name != "__version__")
    for room in ("cohort", "control", "individualise", "syndromes"):
        exported = names.module(room).__all__
        page = names.room_page(room)
        assert all(f":: {name}" in page or f":: {name}" in package for name in exported)


def test_a_docstring_keeps_its_words_and_its_rows():
    text = """What `x` does, 2 * x and x_.

    name    meaning that
            goes on
    other   `code`

    Raises InputError.
    """
    lines = rst.docstring(text).split("\n")
    assert lines[0] == "What \\ ``x``\\  does, 2 \\* x and x\\_."
    assert lines[2:6] == ["name", "   meaning that goes on", "other", "   \\ ``code``\\ "]
    assert lines[-1] == "Raises InputError."


def test_every_public_name_can_be_had():
    for name in baclosim.__all__:
        assert getattr(baclosim, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'simulat'"):
        _ = baclosim.simulat


def test_the_house_is_drawn_as_it_is_enforced():
    drawn = re.findall(
        r"^    ([a-z_ |]+?)(?:  +\S.*)?$", (ROOT / "docs" / "house.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    enforced = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    rooms = [{room.strip(" ()") for room in layer.split("|")} for layer in (*drawn, *enforced)]
    assert rooms[: len(drawn)] == rooms[len(drawn) :]


def test_whatever_make_is_said_to_do_it_can():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^(\w+):", makefile, re.MULTILINE))
    promised = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    pages = [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / ".ci" / "run"]
    asked = {name for page in pages for name in MAKE.findall(page.read_text(encoding="utf-8"))}
    assert promised
    assert asked <= targets == set(promised[1].split())
    assert asked >= {"run", "test", "check", "docs"}


def test_the_citation_names_this_version():
    cited = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {baclosim.__version__}\n" in cited
