"""Plans on the page and over the interface: every option of the command line, and the same plan for the same words."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect
from typer.testing import CliRunner

from baclosim.cli.app import app
from baclosim.errors import InputError
from baclosim.plan.record import record
from baclosim.web.study import from_example, to_address
from baclosim.web.work.planning import KINDS
from browser import TELEPHONE, retype, shot, visiting
from test_web_tabs import to_tab, violations

FEW = {"patients": 24, "seed": 3, "begins": "2026-01-05"}
BROKEN = "pump-catheter-disconnection"
SAME = (
    ("taper", ["30 mg/day by mouth in 3 doses", "--since", "1 year", "--liquid", "0.5 mg", "--within", "10 weeks",
               "--every", "3 days", "--largest-step", "20 %", "--probability", "80 %"],
     {"treatment": "30 mg/day by mouth in 3 doses", "since": "1 year", "liquid": "0.5 mg", "within": "10 weeks",
      "every": "3 days", "largest_step": "20 %", "probability": "80 %"}),
    ("taper", ["150 ug/day intrathecally", "--since", "1 year", "--concentration", "500 ug/mL", "--bridge",
               "10 mg three times daily", "--tier", "severe", "--probability", "80 %"],
     {"treatment": "150 ug/day intrathecally", "since": "1 year", "concentration": "500 ug/mL",
      "bridge": "10 mg three times daily", "tier": "severe", "probability": 0.8}),
    ("titrate", ["oral", "--limit", "drowsiness below 99 % in 50 % of patients", "--history", "epilepsy",
                 "--with", "levodopa"],
     {"route": "oral", "limits": ["drowsiness below 99 % in 50 % of patients"], "history": ["epilepsy"],
      "drugs": ["levodopa"]}),
    ("rescue", [BROKEN, "--at", "15 days"], {"scenario": from_example(BROKEN).raw(), "at": "15 days"}),
)  # fmt: skip


@pytest.mark.parametrize(("kind", "options", "body"), SAME)
def test_the_same_words_give_the_same_plan_as_on_the_command_line(kind, options, body):
    given = [kind, *options, "--patients", "24", "--seed", "3", "--start", "2026-01-05", "--json", "--quiet"]
    told = CliRunner().invoke(app, given)
    assert told.exit_code == 0, told.stderr
    assert json.loads(record(KINDS[kind](**body, **FEW).plan()).model_dump_json()) == json.loads(told.stdout)


@pytest.mark.parametrize(
    ("kind", "body", "wrong"),
    [
        ("taper", {"treatment": "25 mg three times daily", "every": "never", "largest_step": "60", "liquid": "1 mile",
                   "tablets": "7", "probability": "200 %"},
         {"every", "largest_step", "liquid", "tablets", "probability"}),
        ("taper", {"treatment": "25 mg three times daily", "bridge": "10 mg once a day"}, {"treatment"}),
        ("titrate", {"limits": ["often"], "despite": ["wishes"], "goal": "well"}, {"limits", "despite", "goal"}),
        ("rescue", {"at": "2 days"}, {"treatment", "at"}),
        ("rescue", {"scenario": from_example(BROKEN).raw(), "at": "9 years", "off": "2 h", "since": "1 year"},
         {"at", "off", "since"}),
        ("rescue", {"scenario": from_example("sci-80-mg").raw(), "at": "2 days"}, {"scenario"}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_the_keys_of_the_request(kind, body, wrong):
    with pytest.raises(InputError) as refused:
        KINDS[kind](**body, **FEW).plan()
    assert {problem.where for problem in refused.value.problems} == wrong


def test_a_taper_is_planned_with_what_stands_behind_more(visit):
    page = visit.page
    to_tab(page, "Plan")
    page.get_by_label("Tablets at hand, mg").fill("")
    page.get_by_text("More", exact=True).click()
    for label, text in (
        ("A liquid, measured in", "1 mg"), ("A step every", "sometimes"), ("Largest step", "30 %"),
        ("Virtual patients", "24"), ("In this share of patients", "60 %"),
    ):  # fmt: skip
        retype(page, label, text)
    page.get_by_role("button", name="Plan it").click()
    expect(page.get_by_role("alert")).to_contain_text("every: 'sometimes' is not allowed")
    assert not violations(page)
    retype(page, "A step every", "week")
    page.get_by_role("button", name="Plan it").click()
    expect(page.get_by_role("heading", name="Why this plan")).to_be_visible()
    with page.expect_download() as table:
        page.get_by_role("button", name="Steps as CSV").click()
    assert table.value.suggested_filename == "taper.csv"
    shot(page, "plan-more")


def test_a_rescue_begins_where_the_pump_of_the_simulate_tab_failed(browser, address):
    with visiting(browser, address, TELEPHONE, "dark") as visit:
        page = visit.page
        to_tab(page, "Plan")
        page.get_by_role("button", name="Interrupted").click()
        page.get_by_role("combobox", name="What happened").click()
        page.get_by_role("option", name="from the run").click()
        retype(page, "Time of its run that is now", "15 days")
        page.get_by_role("button", name="Plan it").click()
        expect(page.get_by_role("alert")).to_contain_text("The Pump tab implants one")
        page.goto(f"{address}/?tab=Plan&s={to_address(from_example(BROKEN))}")
        page.get_by_role("button", name="Interrupted").click()
        page.get_by_role("combobox", name="What happened").click()
        page.get_by_role("option", name="from the run").click()
        retype(page, "Time of its run that is now", "15 days")
        page.get_by_text("More", exact=True).click()
        retype(page, "Virtual patients", "20")
        page.get_by_role("button", name="Plan it").click()
        expect(page.get_by_role("heading", name="Rescue: 400 ug/day intrathecally")).to_be_visible()
        assert not violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE[0]
        shot(page, "rescue-run")
