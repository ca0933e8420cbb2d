"""Predictions beside published numbers on the page: computed once for everybody, by verdict, with their files."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from browser import TELEPHONE, served, shot, visiting
from test_web_tabs import to_tab, violations

LONG = 240_000  # ms, on a busy machine
FEW = """
from baclosim.claims import validation
from baclosim.claims.clinic import Clinic

whole, validation.ROOMS = validation.comparisons, validation.ROOMS[:1]
validation.comparisons = lambda progress: whole(Clinic(n=24), progress)

from baclosim.cli import main

main()
"""
"""The program with one room of the model and few patients: what is compared takes seconds."""


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("server"), program=(sys.executable, "-c", FEW)) as found:
        yield found


def test_comparisons_are_computed_shown_by_verdict_and_known_to_the_next_visitor(browser, address):
    with visiting(browser, address) as visit:
        page = visit.page
        to_tab(page, "Claims")
        page.get_by_role("button", name="Compare with published numbers").click()
        everything = page.get_by_role("button", name=re.compile(r"^All \d+$"))
        expect(everything).to_be_visible(timeout=LONG)
        total = int(everything.inner_text().removeprefix("All "))
        verdicts = [page.get_by_role("button", name=re.compile(rf"^\S \d+ {v}$")) for v in ("agrees", "near", "misses")]
        counts = [int(chip.inner_text().split()[1]) for chip in verdicts]
        assert 0 < sum(counts) <= total
        with page.expect_download() as table:
            page.get_by_role("button", name="validation.csv").click()
        rows = list(csv.DictReader(table.value.path().read_text(encoding="utf-8").splitlines()))
        assert len(rows) == total
        assert [sum(row["verdict"] == v for row in rows) for v in ("agrees", "near", "misses")] == counts
        verdicts[0].click()
        expect(page.locator("table.plain tbody tr", has_text="✓ agrees")).to_have_count(counts[0])
        expect(page.locator("table.plain tbody tr", has_text="not predicted")).to_have_count(0)
        assert not violations(page)
        shot(page, "validation")
    with visiting(browser, address, TELEPHONE, "dark") as other:
        page = other.page
        to_tab(page, "Claims")
        expect(page.get_by_role("button", name=f"All {total}", exact=True)).to_be_visible()
        expect(page.locator(".figure svg").first).to_be_visible()
        assert not violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE[0]
        shot(page, "validation-dark")
