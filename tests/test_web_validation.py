"""Predictions beside published numbers on the page: computed once for everybody, by verdict, with their files."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from browser import TELEPHONE, served, shot, visiting
from test_web_tabs import to_tab, violations

VERDICTS = ("agrees", "near", "misses")
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


def compared(page: Page) -> int:
    """The tab of the claims with the table, computed unless somebody did so before; how many comparisons there are."""
    to_tab(page, "Claims")
    everything = page.get_by_role("button", name=re.compile(r"^All \d+$"))
    page.get_by_role("button", name="Compare with published numbers").wait_for()
    if not everything.is_visible():
        page.get_by_role("button", name="Compare with published numbers").click()
    expect(everything).to_be_visible(timeout=LONG)
    return int(everything.inner_text().removeprefix("All "))


def test_comparisons_are_shown_by_verdict_and_handed_out(browser, address):
    with visiting(browser, address) as visit:
        page = visit.page
        total = compared(page)
        verdicts = [page.get_by_role("button", name=re.compile(rf"^\S \d+ {v}$")) for v in VERDICTS]
        counts = [int(chip.inner_text().split()[1]) for chip in verdicts]
        assert 0 < sum(counts) <= total
        with page.expect_download() as table:
            page.get_by_role("button", name="validation.csv").click()
        rows = list(csv.DictReader(table.value.path().read_text(encoding="utf-8").splitlines()))
        assert len(rows) == total
        assert [sum(row["verdict"] == v for row in rows) for v in VERDICTS] == counts
        verdicts[0].click()
        expect(page.locator("table.plain tbody tr", has_text="✓ agrees")).to_have_count(counts[0])
        expect(page.locator("table.plain tbody tr", has_text="not predicted")).to_have_count(0)
        shot(page, "validation")


def test_everybody_can_read_the_comparisons_on_a_dark_telephone(browser, address):
    with visiting(browser, address, TELEPHONE, "dark") as visit:
        page = visit.page
        compared(page)
        expect(page.locator(".figure svg").first).to_be_visible()
        assert not violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE[0]
        shot(page, "validation-dark")
