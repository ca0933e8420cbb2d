"""Every tab: estimates and studies as people ask for them, the keyboard alone, contrast and names judged by axe."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from baclosim.figures.style import INKS
from browser import LAPTOP, TELEPHONE, retype, settled, shot, taken, visiting

TABS = ("Simulate", "Pump", "Spine", "Plan", "Fit", "Studies", "Assess", "Ask", "Evidence", "Claims")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
MOST_KEYS = 150


def to_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def violations(page: Page) -> list[tuple[str, object, str]]:
    """What axe finds fault with, nothing being focused: what is has keys of its own, and keeps them a moment after."""
    page.evaluate("document.activeElement?.blur()")
    page.wait_for_function("document.querySelector('[role=tab][tabindex=\"0\"]')")
    found = Axe().run(page, options=RULES).response["violations"]
    return [(v["id"], node["target"], node["html"][:90]) for v in found for node in v["nodes"]]


@pytest.mark.parametrize("dress", ["light", "dark"])
@pytest.mark.parametrize("size", [LAPTOP, TELEPHONE], ids=["laptop", "telephone"])
def test_everybody_can_read_every_tab(browser: Browser, address, size, dress):
    with visiting(browser, address, size, dress) as visit:
        page = visit.page
        if dress == "dark":
            page.wait_for_timeout(500)
            settled(page)
        for name in TABS:
            to_tab(page, name)
            page.wait_for_timeout(150)
            assert not violations(page), name
            assert page.evaluate("document.documentElement.scrollWidth") <= size[0], name
            shot(page, f"{name.lower()}-{size[0]}-{dress}")


def test_curves_wear_the_dress_of_the_visitors_system(browser: Browser, address):
    title = "getElement(document.querySelector('.nicegui-echart').id.slice(1)).chart.getOption().title[0]"
    for dress in ("light", "dark"):
        with visiting(browser, address, dress=dress) as visit:
            visit.page.wait_for_timeout(500)
            settled(visit.page)
            assert visit.page.evaluate(f"{title}.textStyle.color") == getattr(INKS["ink"], dress)


def test_a_person_is_estimated_and_handed_to_the_planner(visit, tmp_path):
    page = visit.page
    to_tab(page, "Fit")
    page.get_by_role("button", name="Estimate").click()
    expect(page.get_by_role("heading", name="Observations")).to_be_visible()
    assert not violations(page)
    shot(page, "fit")
    assert taken(page, "Report as PDF", tmp_path).name == "estimate.pdf"
    with page.expect_download() as kept:
        page.get_by_role("button", name="Estimate to keep").click()
    kept.value.save_as(tmp_path / "estimate.zip")
    page.get_by_role("button", name="Plan a taper for this person").click()
    expect(page.get_by_text("For the very person whom the Fit tab estimated")).to_be_visible()
    expect(page.get_by_label("Taken now", exact=True)).to_have_value("10 mg by mouth every 8 h")
    page.get_by_role("button", name="For people like the patient of the Simulate tab instead").click()
    expect(page.get_by_text("For the patient of the Simulate tab.").first).to_be_visible()
    page.get_by_label("Taken now", exact=True).fill("")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Or open a kept estimate").click()
    chooser.value.set_files(tmp_path / "estimate.zip")
    expect(page.get_by_text("For the very person whom the Fit tab estimated")).to_be_visible()
    expect(page.get_by_label("Taken now", exact=True)).to_have_value("10 mg by mouth every 8 h")


def test_a_table_is_uploaded_and_what_is_wrong_with_it_is_said_by_its_rows(visit, tmp_path):
    page = visit.page
    to_tab(page, "Fit")
    file = tmp_path / "levels.csv"
    file.write_text("time;what;value;unit\n74 h;plasma;lots;ng/mL\n", encoding="utf-8")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Or take a file (CSV)").click()
    chooser.value.set_files(file)
    expect(page.get_by_label("Levels, scores, diary: one thing a line")).to_have_value(file.read_text())
    page.get_by_role("button", name="Estimate").click()
    expect(page.get_by_role("alert")).to_contain_text("row 1, value")


def test_a_study_is_run_and_another_cancelled(visit):
    page = visit.page
    to_tab(page, "Studies")
    page.get_by_role("button", name="Run it").click()
    expect(page.get_by_role("heading", name="Beside what a trial found")).to_be_visible()
    expect(page.locator(".figure svg").first).to_be_visible()
    assert not violations(page)
    shot(page, "study")
    with page.expect_download() as table:
        page.get_by_role("button", name="summary.csv").click()
    assert table.value.suggested_filename == "summary.csv"
    retype(page, "Patients", "20,000")
    page.get_by_role("button", name="Run it").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Cancelled.")).to_be_visible()
    retype(page, "Patients", "many")
    page.get_by_role("button", name="Run it").click()
    expect(page.get_by_role("alert")).to_contain_text("a whole number up to 20,000")


# --- the keyboard alone -------------------------------------------------------------------------------------------

CONTROLS = """() => {
  const all = [...document.querySelectorAll('a[href], button, input, textarea, [tabindex]')];
  window.order = all.filter(e => e.tabIndex >= 0 && !e.disabled && e.getClientRects().length &&
    getComputedStyle(e).visibility !== 'hidden' && !e.closest('.disabled,[aria-disabled=true]'));
  return window.order.length;
}"""
FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const style = getComputedStyle(e);
  const field = e.closest('.q-field--focused');
  const ring = parseFloat(style.outlineWidth) >= 1 && style.outlineStyle !== 'none';
  return {place: window.order.indexOf(e), seen: ring || !!field,
          html: e.outerHTML.slice(0, 90)};
}"""


HTML = "i => window.order[i].outerHTML.slice(0, 120)"


def walked(page: Page) -> list[dict]:
    """What has the focus, key by key, from the top of the page until it leaves it or begins anew."""
    found: list[dict] = []
    for _ in range(MOST_KEYS):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUS)
        if here is None or (found and here["place"] <= found[0]["place"] and len(found) > 1):
            break
        found.append(here)
    return found


def test_every_tab_is_walked_by_keys(visit, address):
    page = visit.page
    for name in TABS:
        page.goto(f"{address}/?tab={name}")
        expect(page.get_by_role("tab", name=name, exact=True)).to_have_attribute("aria-selected", "true")
        page.wait_for_timeout(1200)
        count = page.evaluate(CONTROLS)
        found = walked(page)
        places = [here["place"] for here in found]
        assert not [here for here in found if not here["seen"]], name
        assert places == sorted(places), name
        missed = [i for i in range(count) if i not in places]
        assert len(set(places)) >= min(count, MOST_KEYS), (name, [page.evaluate(HTML, i) for i in missed])


def test_tabs_and_the_day_strip_are_moved_by_keys(visit):
    page = visit.page
    page.get_by_role("tab", name="Simulate", exact=True).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("tab", name="Pump", exact=True)).to_have_attribute("aria-selected", "true")
    page.get_by_role("button", name="Implant a pump").focus()
    page.keyboard.press("Enter")
    mode = page.get_by_label("Mode", exact=True)
    expect(mode).to_be_visible()
    mode.focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("option", name="flex").wait_for()
    while not page.get_by_role("option", name="flex").evaluate(
        "e => e.classList.contains('q-manual-focusable--focused')"
    ):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    bar = page.get_by_role("slider", name="06:00")
    expect(bar).to_have_attribute("aria-valuetext", "20 ug/h")
    bar.focus()
    for _ in range(2):
        page.keyboard.press("ArrowUp")
    expect(bar).to_have_attribute("aria-valuetext", "21 ug/h")
    page.keyboard.press("Tab")
    expect(page.get_by_text("programmed: flex")).to_be_visible()
    expect(page.locator(".form p.muted")).to_contain_text("06:00-07:00 21 ug/h")


def test_on_a_telephone_a_calendar_is_a_list_that_needs_no_scrolling_sideways(browser: Browser, address):
    with visiting(browser, address, TELEPHONE) as visit:
        to_tab(visit.page, "Plan")
        visit.page.get_by_role("button", name="Plan it").click()
        calendar = visit.page.locator("table.calendar")
        expect(calendar).to_be_visible()
        assert calendar.evaluate("t => t.parentElement.scrollWidth <= t.parentElement.clientWidth")
        assert calendar.locator("td.empty:visible").count() == 0
        assert not violations(visit.page)


def test_the_canal_is_shown_when_it_is_full_with_its_scale_where_there_is_room(visit):
    page = visit.page
    to_tab(page, "Pump")
    page.get_by_role("button", name="Implant a pump").click()
    expect(page.get_by_text("All that was programmed reached the spinal fluid")).to_be_visible()
    to_tab(page, "Spine")
    expect(page.get_by_text("when it holds most")).to_be_visible()
    chart = "getElement([...document.querySelectorAll('.nicegui-echart')].find(e => e.offsetParent).id.slice(1)).chart"
    page.wait_for_function(f"() => {chart}.getOption().series[0].data.length > 0")
    assert page.evaluate(f"{chart}.getOption().visualMap[0].show")
    assert min(page.evaluate(f"{chart}.getOption().series[0].data")) > 0.0
