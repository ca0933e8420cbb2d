"""What a newcomer does without having read anything, by the words on the page alone; the docs show where it leads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Browser, Page, expect

from browser import LAPTOP, TELEPHONE, Visit, number, settled, shot, taken, visiting
from pictured import pictured


@pytest.fixture(params=[(LAPTOP, "light"), (TELEPHONE, "dark")], ids=["laptop", "telephone"])
def newcomer(request, browser: Browser, address: str) -> Iterator[Visit]:
    size, dress = request.param
    with visiting(browser, address, size, dress) as made:
        if dress == "dark":
            settled(made.page)
        yield made
        assert made.page.evaluate("document.documentElement.scrollWidth") <= size[0]


def arrived(page: Page, name: str) -> None:
    """Where a journey ended: a picture of the docs on a laptop, an artefact on a telephone."""
    if page.viewport_size == {"width": LAPTOP[0], "height": LAPTOP[1]}:
        pictured(page, name)
    else:
        shot(page, f"{name}-telephone")


def to_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def test_a_newcomer_simulates_a_taper(newcomer):
    page = newcomer.page
    page.get_by_label("Start from an example").click()
    page.locator(".q-menu").evaluate("menu => { menu.scrollTop = menu.scrollHeight; }")
    page.get_by_role("option", name=re.compile("tapered evenly over four weeks")).click()
    expect(page.locator(".says")).to_contain_text("reduce by", timeout=60_000)
    settled(page)
    assert 0.0 < number(page, "Withdrawal, worst") < 100.0
    arrived(page, "taper")


def test_a_newcomer_breaks_a_pump(newcomer):
    page = newcomer.page
    to_tab(page, "Pump")
    page.get_by_role("button", name="Implant a pump").click()
    expect(page.get_by_text("All that was programmed reached the spinal fluid")).to_be_visible()
    page.get_by_role("button", name="Let it happen").click()
    expect(page.get_by_text("catheter disconnection begins")).to_be_visible()
    assert number(page, "Into the spinal fluid") < 0.6 * number(page, "Programmed")
    page.wait_for_timeout(300)
    arrived(page, "pump")


def test_a_newcomer_assesses_a_case(newcomer):
    page = newcomer.page
    to_tab(page, "Assess")
    case = page.get_by_label("The case in plain English")
    case.fill("Pump refill missed 3 days ago. Fever 39.8 C, rigid, itching. No clonus.")
    case.blur()
    expect(page.locator(".chance").first).to_contain_text("intrathecal baclofen withdrawal")
    expect(page.get_by_role("button", name="clonus of a limb: not there")).to_be_visible()
    expect(page.get_by_text("Call the team that looks after the pump").first).to_be_visible()
    arrived(page, "assess")


def test_a_newcomer_prints_a_sheet(newcomer, tmp_path):
    page = newcomer.page
    to_tab(page, "Plan")
    first = page.get_by_label("First day", exact=True)
    first.fill("2026-03-02")
    first.blur()
    page.get_by_role("button", name="Plan it").click()
    expect(page.get_by_role("heading", name="Against the published rules")).to_be_visible()
    arrived(page, "plan")
    paper = pypdf.PdfReader(taken(page, "Sheet as PDF", tmp_path))
    assert len(paper.pages) == 1
    assert "Never stop baclofen suddenly" in " ".join(paper.pages[0].extract_text().split())
    sheet = page.context.new_page()
    sheet.goto(saved(page, "Sheet to print", tmp_path).as_uri())
    expect(sheet.get_by_text("Mon", exact=False).first).to_be_visible()
    arrived(sheet, "sheet")
    sheet.close()


def saved(page: Page, button: str, folder: Path) -> Path:
    """A file that a button hands out."""
    with page.expect_download() as asked:
        page.get_by_role("button", name=button, exact=True).click()
    path = folder / asked.value.suggested_filename
    asked.value.save_as(path)
    return path
