"""Pages cannot drift: Python blocks and console commands run, links lead somewhere, public names exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from baclosim.cli.app import app

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
RUN_ELSEWHERE = {"dose-records.md", "therapy-language.md"}  # by tests of their own
BLOCK = re.compile(r"^( *)```(python|console)\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


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
        assert (page.parent / target).exists(), target


def test_every_public_name_can_be_had():
    import baclosim

    for name in baclosim.__all__:
        assert getattr(baclosim, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'simulat'"):
        _ = baclosim.simulat
