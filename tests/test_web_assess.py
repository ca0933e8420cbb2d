"""The Assess tab as the command line has it: the prior of the simulated course, the record, how well cases are told."""

from __future__ import annotations

import json

from playwright.sync_api import expect

from baclosim.syndromes.reading import examples
from browser import TELEPHONE, shot, visiting
from test_web_tabs import to_tab, violations


def test_the_record_and_the_judgement_of_published_cases_are_told(browser, address):
    with visiting(browser, address, TELEPHONE, "dark") as visit:
        page = visit.page
        to_tab(page, "Assess")
        page.get_by_role("combobox", name="A published case").click()
        page.get_by_role("option", name=examples()["overdose-then-withdrawal"]).click()
        predicted = page.get_by_text("is predicted in")
        expect(predicted).to_be_visible()
        with page.expect_download() as record:
            page.get_by_role("button", name="All as JSON").click()
        told = json.loads(record.value.path().read_text(encoding="utf-8"))
        assert told["urgent"]
        assert told["simulated"]
        page.get_by_text("More", exact=True).click()
        page.get_by_role("checkbox", name="The simulated course").uncheck()
        expect(predicted).to_have_count(0)
        page.get_by_role("button", name="How well published cases are told").click()
        expect(page.get_by_role("heading", name="How well published cases are told")).to_be_visible()
        expect(page.get_by_text("The published diagnosis stands first in")).to_be_visible()
        assert not violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE[0]
        shot(page, "assess-told")
        page.get_by_role("button", name="Every finding and value that is known").click()
        expect(page.get_by_role("cell", name="breathing rate [/min]")).to_be_visible()
        assert not violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE[0]
        page.get_by_role("button", name="Back to the case").click()
        expect(page.get_by_role("heading", name="Urgent")).to_be_visible()
