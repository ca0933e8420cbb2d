"""What charts say where the pointer is, in a real browser: quantity, number, unit, and the bands beside it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from browser import LAPTOP, SHOTS, TELEPHONE, visiting

SOURCE = "getElement(document.querySelector('.nicegui-echart').id.slice(1)).chart.getOption().dataset[0].source"
CELLS = "t => [t.caption, ...t.rows].map(r => [...(r.cells || [r])].map(c => c.innerText))"
NUMBER = r"\d[\d.]*"


def pointed(page: Page, down: int) -> list[list[str]]:
    """What is told in the middle of the chart shown, `down` px from its top: the time, then cells, row by row."""
    chart = page.locator(".nicegui-echart:visible").first
    chart.evaluate("e => e.scrollIntoView({block: 'start'})")
    box = chart.bounding_box()
    assert box
    for step in range(3):
        page.mouse.move(box["x"] + 0.5 * box["width"] + 3 * step, box["y"] + down)
        page.wait_for_timeout(50)
    table = chart.locator("table.hover")
    expect(table).to_be_visible()
    inside = table.bounding_box()
    assert inside
    assert inside["x"] >= 0
    assert inside["x"] + inside["width"] <= page.evaluate("innerWidth")
    return table.evaluate(CELLS)


@pytest.mark.parametrize("size", [LAPTOP, TELEPHONE], ids=["laptop", "telephone"])
def test_a_curve_tells_its_unit_and_its_bands_as_they_are_drawn(browser: Browser, address, size):
    with visiting(browser, address, size) as visit:
        page = visit.page
        (when,), heads, plasma, *others = pointed(page, 60)
        page.screenshot(path=SHOTS / f"hover-{size[0]}.png")
        assert heads == ["", "median", "5 to 95 %", "typical, 95 %"]
        middle, *ends = map(float, re.findall(NUMBER, " ".join(plasma[1:]).replace("95 %", "")))
        assert plasma[1].endswith(" ng/mL")
        assert any(row[1].endswith(" %") for row in others)
        time, low, width, least, most, median = page.evaluate(f"{SOURCE}.slice(0, 6).map(row => [...row])")
        shown = float(re.findall(NUMBER, when)[0])
        at = min(range(len(time)), key=lambda i: abs(time[i] - shown))
        drawn = (median[at], low[at], low[at] + width[at], least[at], most[at])
        assert (middle, *ends) == pytest.approx(drawn, abs=0.6)


def test_the_reservoir_tells_millilitres(visit):
    page = visit.page
    page.get_by_role("tab", name="Pump").click()
    page.get_by_role("button", name="Implant a pump").click()
    expect(page.locator(".tile", has_text="Into the spinal fluid")).to_be_visible()
    page.wait_for_timeout(500)
    _, _, truth, believed = pointed(page, 110)
    assert [truth[0], believed[0]] == ["in the reservoir", "as the pump computes"]
    assert all(row[1].endswith(" mL") for row in (truth, believed))
