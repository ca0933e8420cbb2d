"""The Pump tab beyond the pump itself: the sums of a nurse, and controllers beside the programmed dose."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from baclosim.errors import InputError
from baclosim.web.charts.loop import loop_options
from baclosim.web.charts.parts import Look
from baclosim.web.work.jobs import Cancelled
from baclosim.web.work.looping import HELD, PROPORTIONAL, PROTOCOL, LoopWanted, steps
from browser import TELEPHONE, retype, shot, taken, visiting
from test_web_tabs import to_tab, violations

STIFF = {"condition": "spinal cord injury", "ashworth": 3.5}
SHORT = {"patient": STIFF, "dose": "60 ug/day", "before": "20 days", "duration": "4 days", "interval": "4 h"}


def test_the_programmed_dose_goes_on_and_controllers_raise_it_for_a_stiff_patient():
    told: list[tuple[int, int]] = []
    job = LoopWanted.model_validate(SHORT).job()
    done = job.work(lambda n, of: told.append((n, of)))
    assert told[-1] == (job.total, job.total)
    assert [n for n, _ in told] == sorted(n for n, _ in told)
    time, dose = steps(done.episodes[HELD], done.interval)
    assert np.allclose(dose, 60.0)
    assert time[-1] == 96.0
    for name in (PROTOCOL, PROPORTIONAL):
        rates = done.episodes[name].rates * 24.0
        assert rates[-1] > 60.0
        assert (rates[6:] <= 1.3 * rates[:-6] * (1 + 1e-6)).all()  # the limit of a day, kept by the safety layer
    assert [row[0] for row in done.rows()] == [HELD, PROTOCOL, PROPORTIONAL]
    drawn = loop_options(done, Look())["series"]
    assert len(drawn) == 9
    assert drawn[3]["data"][0] == [0.0, pytest.approx(float(done.episodes[PROTOCOL].rates[0] * 24.0))]


def test_a_loop_is_given_up_between_two_decisions():
    def unwanted(_: int, of: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        LoopWanted.model_validate(SHORT).job().work(unwanted)


def test_what_is_wrong_with_a_loop_is_listed():
    with pytest.raises(InputError) as refused:
        LoopWanted(before="90 years", duration="3 years", target="9", gain="much").job()
    assert [problem.where for problem in refused.value.problems] == ["before", "duration", "target", "gain"]
    with pytest.raises(InputError):
        LoopWanted.model_validate({"dose": "5000 ug/day"}).job()


def test_a_nurse_works_out_a_refill_and_a_new_concentration(visit, tmp_path):
    page = visit.page
    to_tab(page, "Pump")
    page.get_by_role("button", name="Sums", exact=True).click()
    retype(page, "Daily dose", "a lot")
    page.get_by_role("button", name="Work it out").click()
    expect(page.get_by_role("alert")).to_contain_text("dose: 'a lot' is not allowed")
    retype(page, "Daily dose", "350 ug/day")
    retype(page, "Day of the fill", "2026-01-05")
    page.get_by_role("button", name="Work it out").click()
    expect(page.locator(".working")).to_contain_text("40 mL / 0.175 mL/day = 228.6 days, on Fri 21 Aug 2026")
    assert taken(page, "Sheet as PDF", tmp_path).name == "refill-sheet.pdf"
    assert not violations(page)
    shot(page, "pump-sums")
    page.get_by_role("button", name="Another concentration").click()
    expect(page.get_by_label("Concentration before")).to_be_visible()
    retype(page, "Concentration before", "500 ug/mL")
    retype(page, "Concentration after", "2000 ug/mL")
    page.get_by_role("button", name="Work it out").click()
    expect(page.locator(".says", has_text="Entered as a bolus")).to_be_visible()
    page.get_by_role("button", name="A gap in volume").click()
    expect(page.get_by_label("Drawn back")).to_be_visible()
    page.get_by_role("button", name="Work it out").click()
    expect(page.get_by_role("alert")).to_contain_text("expected")


def test_controllers_are_run_beside_the_programmed_dose(browser, address):
    with visiting(browser, address, TELEPHONE, "dark") as visit:
        page = visit.page
        to_tab(page, "Pump")
        page.get_by_role("button", name="Closed loop").click()
        retype(page, "Follow for", "90 days")
        retype(page, "A decision every", "1 h")
        page.get_by_role("button", name="Run the controllers").click()
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_text("Cancelled.")).to_be_visible()
        retype(page, "Follow for", "6 days")
        retype(page, "A decision every", "4 h")
        page.get_by_role("button", name="Run the controllers").click()
        expect(page.get_by_role("heading", name="Controllers beside the programmed dose")).to_be_visible()
        expect(page.get_by_role("cell", name="published protocol")).to_be_visible()
        page.wait_for_timeout(400)
        assert not violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE[0]
        shot(page, "pump-loop")
