"""The Fit tab: many persons together, what stands behind More, and an end to work that is no longer wanted."""

from __future__ import annotations

import re
import zipfile

import numpy as np
import pytest
import xarray
from playwright.sync_api import expect

from baclosim.errors import InputError
from baclosim.individualise import fit, posterior
from baclosim.web.page.fit import EXAMPLE
from baclosim.web.work.fitting import FitWanted
from baclosim.web.work.jobs import Cancelled
from browser import TELEPHONE, retype, shot, visiting
from fit_cases import persons
from test_web_tabs import to_tab, violations

TABLETS = "10 mg by mouth every 8 h"


def asked(**given) -> FitWanted:
    return FitWanted.model_validate(given)


def test_draws_in_parts_are_the_draws_at_once_and_their_number_is_told(monkeypatch):
    (person,), _ = persons(1)
    told = []
    once = fit(person, draws=480, seed=2)
    monkeypatch.setattr(posterior, "PART", 160)
    parts = fit(person, draws=480, seed=2, told=lambda done, of: told.append((done, of)))
    assert np.array_equal(once.draws.z, parts.draws.z)
    assert np.allclose(once.draws.weights, parts.draws.weights, rtol=1e-9, atol=0.0)
    assert told[0] == (0, 480)
    assert told[-3:] == [(160, 480), (320, 480), (480, 480)]


def test_one_person_is_given_up_between_two_parts(monkeypatch):
    monkeypatch.setattr(posterior, "PART", 160)
    job = asked(data="time,what,value,unit\n74 h,plasma,310,ng/mL", therapy=TABLETS, draws=480).job()
    seen = []

    def progress(done: int, of: int) -> None:
        seen.append(done)
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        job.work(progress)
    assert seen[-1] == 160


def test_what_is_asked_of_a_fit_is_judged_before_it_begins():
    wrong = asked(data=EXAMPLE, therapy=TABLETS, population=True, draws=800, parameters=["absorption lag, wishes"])
    with pytest.raises(InputError) as refused:
        wrong.job()
    assert {problem.where for problem in refused.value.problems} == {"population", "draws", "parameters"}
    with pytest.raises(InputError, match="the name of one at least"):
        asked(data=EXAMPLE, therapy=TABLETS, parameters=[","]).job()
    named = asked(data="C a remark\n1,74,310\n", columns="ID TIME CONC=DV", ignore="C", therapy=TABLETS)
    (person,) = named.persons()
    assert [o.value for o in person.observations] == [0.31]


def test_a_ward_is_estimated_together_and_a_long_fit_is_cancelled(browser, address):
    with visiting(browser, address, TELEPHONE, "dark") as visit:
        page = visit.page
        to_tab(page, "Fit")
        page.get_by_text("More", exact=True).click()
        retype(page, "Draws", "20,000")
        page.get_by_role("button", name="Estimate").click()
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_text("Cancelled.")).to_be_visible()
        retype(page, "Draws", "")
        page.get_by_role("button", name="Example of a ward").click()
        retype(page, "Estimate only these, separated by commas", "renal per creatinine")
        page.get_by_role("button", name="Estimate").click()
        expect(page.get_by_role("heading", name="4 persons together")).to_be_visible()
        expect(page.locator("table.plain td").first).to_have_text("renal per creatinine")
        assert not violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE[0]
        shot(page, "fit-together")
        page.get_by_role("button", name="cleo", exact=True).click()
        expect(page.get_by_role("heading", name="cleo")).to_be_visible()
        with page.expect_download() as record:
            page.get_by_role("button", name="All as JSON").click()
        assert re.search('"population": *{', record.value.path().read_text(encoding="utf-8"))


def test_draws_go_to_arviz_and_every_record_is_predicted(visit, tmp_path):
    page = visit.page
    to_tab(page, "Fit")
    page.get_by_text("More", exact=True).click()
    retype(page, "Draws", "400")
    page.get_by_role("button", name="Estimate", exact=True).click()
    expect(page.get_by_role("heading", name="This person")).to_be_visible()
    with page.expect_download() as draws:
        page.get_by_role("button", name="Draws for ArviZ", exact=True).click()
    draws.value.save_as(tmp_path / "posterior.nc")
    with xarray.open_datatree(tmp_path / "posterior.nc", engine="h5netcdf") as tree:
        assert {"posterior", "prior", "log_likelihood", "observed_data"} <= set(tree.children)
        assert tree["posterior"].sizes["draw"] == 1000
    page.get_by_text("Predict every record of the table", exact=True).click()
    retype(page, "Quantities, separated by commas", "plasma, ashworth")
    with page.expect_download() as table:
        page.get_by_role("button", name="Predict", exact=True).click()
    with zipfile.ZipFile(table.value.path()) as packed:
        (name,) = [name for name in packed.namelist() if name.endswith(".csv")]
        header, *rows = packed.read(name).decode().splitlines()
    assert header.endswith("plasma_ug_per_mL,ashworth")
    assert len(rows) == EXAMPLE.count("\n") - 1
    assert not violations(page)
