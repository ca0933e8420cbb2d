"""Pages cannot drift: every Python block runs, every link leads somewhere, every public name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
RUN_ELSEWHERE = {"dose-records.md", "therapy-language.md"}  # by tests of their own
BLOCK = re.compile(r"^( *)```python\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


def blocks(page: Path) -> list[str]:
    found = BLOCK.findall(page.read_text(encoding="utf-8"))
    return ["\n".join(line.removeprefix(indent) for line in text.split("\n")) for indent, text in found]


@pytest.mark.parametrize("page", [p for p in PAGES if p.name not in RUN_ELSEWHERE and blocks(p)], ids=lambda p: p.name)
def test_python_blocks_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict = {"__name__": page.stem}
    for i, block in enumerate(blocks(page), 1):
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
