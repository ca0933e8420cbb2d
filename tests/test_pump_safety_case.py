"""Every row of the safety case names a test, and that test exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from baclosim.pump.faults import KINDS

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "pump-safety-case.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if re.match(r"^\| H\d+ ", line)]
LINK = re.compile(r"\[(test_\w+)\]\(\.\./tests/(test_\w+\.py)\)")


def functions_of(file: str) -> set[str]:
    """Names of the test functions in a file."""
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)} | {
        target.id for node in tree.body if isinstance(node, ast.Assign) for target in node.targets
        if isinstance(target, ast.Name)
    }  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_a_row_has_hazard_cause_mitigation_and_a_test_that_exists(row: str) -> None:
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert len(cells) == 6
    assert all(cells)
    links = LINK.findall(cells[-1])
    assert links, "no test is linked"
    for name, file in links:
        assert name in functions_of(file), f"{file} has no {name}"


def test_there_are_rows_and_every_hazard_class_is_covered() -> None:
    assert len(ROWS) >= 25
    numbers = [int(re.match(r"^\| H(\d+)", row)[1]) for row in ROWS]  # type: ignore[index]
    assert numbers == list(range(1, len(ROWS) + 1))
    classes = {row.split("|")[2].strip() for row in ROWS}
    assert classes == {"operational", "environmental", "electrical", "hardware", "software", "mechanical",
                       "biological and chemical", "use"}  # fmt: skip


def test_every_kind_of_fault_appears_in_the_safety_case() -> None:
    assert [kind for kind in KINDS if f"`{kind}`" not in PAGE] == []
