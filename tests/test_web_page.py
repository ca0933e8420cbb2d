"""The page in a real browser: what a newcomer does, what goes wrong, who can use it."""

from __future__ import annotations

import re

import pypdf
import pytest
from playwright.sync_api import expect

from browser import SLOW, free_port, number, retype, served, settled, shot, taken


def test_a_newcomer_changes_a_dose_sees_it_and_undoes_it(visit):
    page = visit.page
    before = number(page, "Plasma, highest")
    retype(page, "By mouth, in plain words", "5 mg every 8 h")
    expect(page.get_by_label("Dose", exact=True).first).to_have_value("5 mg", timeout=SLOW)
    expect(page.locator(".says")).to_have_text("5 mg by mouth every 8 h", timeout=SLOW)
    settled(page)
    assert number(page, "Plasma, highest") < 0.5 * before
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("By mouth, in plain words")).to_have_value(re.compile("then 20 mg"), timeout=SLOW)
    expect(page.locator(".says")).to_contain_text("then 20 mg", timeout=SLOW)
    settled(page)
    assert number(page, "Plasma, highest") == pytest.approx(before, rel=0.02)
    page.get_by_role("button", name="Redo").click()
    expect(page.get_by_label("By mouth, in plain words")).to_have_value("5 mg every 8 h", timeout=SLOW)


def test_a_dose_is_dragged_and_curves_follow(visit):
    page = visit.page
    said, status = page.locator(".says"), page.get_by_role("status").first
    slider = page.get_by_role("slider", name="Last dose in mg")
    track = slider.bounding_box()
    across = track["y"] + track["height"] / 2
    page.mouse.move(track["x"] + track["width"] * 19 / 59, across)  # 20 mg, of 1 to 60
    page.mouse.down()
    for mg in (25, 30, 35, 40):
        page.mouse.move(track["x"] + track["width"] * (mg - 1) / 59, across)
        page.wait_for_timeout(150)
    expect(said).to_contain_text("then 40 mg", timeout=SLOW)
    expect(status).to_contain_text("While you drag")
    expect(page.locator(".tiles.pending")).to_have_count(1)
    page.mouse.move(track["x"] + track["width"] * 29 / 59, across)
    page.mouse.up()  # at once: what it is let go at counts, whatever was told before
    expect(page.get_by_label("By mouth, in plain words")).to_have_value(re.compile("then 30 mg"), timeout=SLOW)
    expect(page.get_by_label("Dose", exact=True).last).to_have_value("30 mg", timeout=SLOW)
    expect(said).to_contain_text("then 30 mg", timeout=SLOW)
    settled(page)
    expect(page.locator(".tiles.pending")).to_have_count(0)


def test_the_table_changes_the_sentence(visit):
    page = visit.page
    dose = page.get_by_label("Dose", exact=True).last
    dose.fill("15 mg")
    dose.blur()
    expect(page.get_by_label("By mouth, in plain words")).to_have_value(re.compile("then 15 mg"), timeout=SLOW)


def test_a_wrong_unit_is_said_and_changes_no_curve(visit):
    page = visit.page
    before = number(page, "Plasma, highest")
    retype(page, "Weight", "68 furlongs")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("furlongs", timeout=SLOW)
    expect(alert).to_contain_text("Not applied yet")
    assert number(page, "Plasma, highest") == before
    shot(page, "wrong-unit")
    retype(page, "Weight", "68 kg")
    expect(page.get_by_role("alert")).to_have_count(0, timeout=SLOW)


def test_a_link_holds_the_whole_study_and_two_people_share_nothing(visit, browser, address):
    page = visit.page
    retype(page, "Age", "71 years")
    page.wait_for_url(re.compile(r"s="))
    settled(page)
    link = page.url
    other = browser.new_context().new_page()
    other.goto(link)
    expect(other.get_by_label("Age", exact=True)).to_have_value("71 years", timeout=SLOW)
    other.get_by_label("Age", exact=True).fill("25 years")
    other.get_by_label("Age", exact=True).blur()
    settled(other)
    expect(page.get_by_label("Age", exact=True)).to_have_value("71 years")
    other.goto(f"{address}/?s=cut-off-address")
    expect(other.get_by_role("alert")).to_contain_text("address", timeout=SLOW)
    other.context.close()


def test_therapies_are_compared(visit):
    page = visit.page
    page.get_by_role("button", name="Compare another").click()
    retype(page, "By mouth, in plain words", "10 mg every 12 h")
    settled(page)
    expect(page.locator(".says")).to_have_count(2, timeout=SLOW)
    shot(page, "compare")


def test_a_pump_is_implanted_breaks_and_is_undone(visit):
    page = visit.page
    page.get_by_role("tab", name="Pump").click()
    page.get_by_role("button", name="Implant a pump").click()
    expect(page.locator(".tile", has_text="Into the spinal fluid")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Let it happen").click()
    expect(page.get_by_text("catheter disconnection begins")).to_be_visible(timeout=SLOW)
    lost = page.locator(".tile", has_text="Into the spinal fluid").locator(".range").inner_text()
    assert "lost outside" in lost
    assert "lost outside 0 ug" not in lost
    shot(page, "pump")
    page.get_by_role("tab", name="Spine").click()
    expect(page.get_by_text("Press play")).to_be_visible(timeout=SLOW)
    page.wait_for_timeout(600)
    shot(page, "spine")


def test_the_day_strip_is_moved_by_keys(visit):
    page = visit.page
    page.get_by_role("tab", name="Pump").click()
    page.get_by_role("button", name="Implant a pump").click()
    page.get_by_label("Mode", exact=True).click()
    page.get_by_role("option", name="flex").click()
    bar = page.get_by_role("slider", name="06:00")
    expect(bar).to_have_attribute("aria-valuetext", "20 ug/h", timeout=SLOW)
    bar.focus()
    bar.press("ArrowUp")
    expect(bar).to_have_attribute("aria-valuetext", "20.5 ug/h", timeout=SLOW)
    bar.blur()
    expect(page.locator(".form p.muted")).to_contain_text("06:00-07:00 20.5 ug/h", timeout=SLOW)
    expect(page.get_by_text("programmed: flex")).to_be_visible(timeout=SLOW)
    shot(page, "flex")


def test_evidence_is_searched_and_a_claim_is_computed(visit):
    page = visit.page
    page.get_by_role("tab", name="Evidence").click()
    retype(page, "Search the facts", "milk")
    expect(page.locator(".fact").first).to_contain_text(re.compile("milk", re.I), timeout=SLOW)
    shot(page, "evidence")
    page.get_by_role("tab", name="Claims").click()
    claim = page.locator("section[aria-label='body.half-life']")
    claim.get_by_role("button", name="Compute").click()
    expect(claim.locator(".grade")).to_have_text("holds", timeout=SLOW)
    shot(page, "claims")


def test_it_fits_a_telephone(browser, address):
    page = browser.new_context(viewport={"width": 380, "height": 780}).new_page()
    page.goto(address)
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 380
    shot(page, "telephone")
    page.context.close()


def test_a_taper_is_planned_and_its_sheet_printed(visit, tmp_path):
    page = visit.page
    page.get_by_role("tab", name="Plan").click()
    page.get_by_role("button", name="Plan it").click()
    expect(page.get_by_role("heading", name="Against the published rules")).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("Call for emergency help")).to_be_visible()
    shot(page, "plan")
    with page.expect_download() as sheet:
        page.get_by_role("button", name="Sheet to print").click()
    sheet.value.save_as(tmp_path / "sheet.html")
    assert "Never stop baclofen suddenly" in (tmp_path / "sheet.html").read_text(encoding="utf-8")
    assert taken(page, "Sheet as PDF", tmp_path).name == "taper-sheet.pdf"
    retype(page, "Since", "8 furlongs")
    page.get_by_role("button", name="Plan it").click()
    expect(page.get_by_role("alert")).to_contain_text("furlongs", timeout=SLOW)


def test_what_is_simulated_can_be_taken_along(visit, tmp_path):
    text = "".join(page.extract_text() for page in pypdf.PdfReader(taken(visit.page, "Report as PDF", tmp_path)).pages)
    assert "What it rests on" in text
    with visit.page.expect_download() as asked:
        visit.page.get_by_role("button", name="Report as page").click()
    assert asked.value.suggested_filename == "report.html"


def test_a_case_is_assessed_by_words_and_by_clicks(visit, tmp_path):
    page = visit.page
    page.get_by_role("tab", name="Assess").click()
    retype(page, "The case in plain English", "Pump refill missed 3 days ago. Fever 39.8 C, rigid, itching. No clonus.")
    expect(page.locator(".chance").first).to_contain_text("intrathecal baclofen withdrawal", timeout=SLOW)
    expect(page.get_by_role("button", name="clonus of a limb: not there")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="wide pupils: not known").click()
    expect(page.get_by_role("button", name="wide pupils: there")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("heading", name="Urgent")).to_be_visible()
    shot(page, "assess")
    assert taken(page, "Report as PDF", tmp_path).name == "assessment.pdf"


def test_a_question_is_answered_with_what_is_urgent_first(visit):
    page = visit.page
    page.get_by_role("tab", name="Ask").click()
    question = page.get_by_label("Your question")
    question.fill("how long until withdrawl if a pump at 400 ug/day stops?")
    question.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("The model, for"))).to_be_visible(timeout=SLOW)
    expect(page.locator(".urgent").last).to_contain_text("emergency")
    shot(page, "ask")


def test_a_server_that_goes_away_and_comes_back_brings_the_study_back(browser, tmp_path):
    port = free_port()
    page = browser.new_context().new_page()
    page.set_default_timeout(SLOW)
    with served(tmp_path, port) as address:
        page.goto(address)
        settled(page)
        retype(page, "Age", "71 years")
        page.wait_for_url(re.compile(r"s="))
        settled(page)
    expect(page.get_by_text("Connection lost")).to_be_visible(timeout=SLOW)
    with served(tmp_path, port):
        settled(page)
        expect(page.get_by_text("Connection lost")).to_be_hidden(timeout=SLOW)
        expect(page.get_by_label("Age", exact=True)).to_have_value("71 years", timeout=SLOW)
        retype(page, "Age", "72 years")
        settled(page)
        assert number(page, "Plasma, highest") > 0.0
        page.context.close()
