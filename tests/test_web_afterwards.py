"""What is asked of a study that was run, over the interface and on the page: compare, query, check, power."""

from __future__ import annotations

import gc
import io
import json
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import expect
from polars.testing import assert_frame_equal

from baclosim.cohort import open_results, run_study, sql, study_of
from baclosim.cohort.apart import query_apart
from baclosim.cohort.power import power
from baclosim.cohort.results import Results
from baclosim.cohort.summary import compare, query
from baclosim.errors import InputError
from baclosim.web.guard import Guard
from baclosim.web.live import pool
from baclosim.web.sections.afterwards import level, sizes
from baclosim.web.server import interface
from baclosim.web.work import folders
from baclosim.web.work.jobs import Cancelled
from browser import retype, shot
from read_back import bare, written
from small_study import ORAL
from test_web_api import finished
from test_web_tabs import to_tab, violations

ARMS = ORAL + '[[arm]]\nname = "more"\n[arm.therapy]\noral = "20 mg every 8 h"\n'
AGES = "select arm, avg(age_years) as age, count(*) as n from patients group by arm order by arm"
LEVELS = "time_h,value\n" + "\n".join(f"{hour},{150 + 10 * hour}" for hour in range(1, 12))


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> Results:
    folder = tmp_path_factory.mktemp("study") / "study"
    run_study(study_of(ARMS, patients=60), folder, threads=1)
    return open_results(folder)


@pytest.fixture(scope="module")
def api() -> TestClient:
    return TestClient(Guard(interface()), base_url="http://127.0.0.1")


@pytest.fixture(scope="module")
def study(api) -> str:
    """The address of a study that is done."""
    begun = api.post("/api/cohort", json={"study": ARMS, "patients": 60}).json()
    assert finished(api, begun["id"])["state"] == "done"
    return f"/api/jobs/{begun['id']}"


def test_a_question_elsewhere_has_the_answer_that_it_has_here(results):
    found, has_more = query_apart(results, AGES)
    assert_frame_equal(found, query(results, AGES))
    assert not has_more


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('/etc/hostname')",
        "select nope from read_csv('/etc/hostname')",
        "select * from \"read_parquet\"('{own}')",
        "with x as (select * from read_ipc('{own}')) select * from x",
        "select * from read_csv('/etc/*')",
    ],
)
def test_a_question_from_elsewhere_reads_no_file(results, sql):
    own = results.files("patients")[0]
    with pytest.raises(InputError, match="no file") as caught:
        query_apart(results, sql.replace("{own}", str(own)))
    assert Path("/etc/hostname").read_text().strip() not in str(caught.value)


def test_a_question_tells_nothing_of_where_the_program_lies(results):
    with pytest.raises(InputError, match=r"cannot be computed|no file") as caught:
        query_apart(results, "select * from read_parquet('s3://a/b')")
    assert ".py" not in str(caught.value)


def test_an_answer_of_few_rows_that_are_huge_is_refused(results, monkeypatch):
    monkeypatch.setattr("baclosim.cohort.apart.LARGEST", 1_000_000)
    long = "replace(" * 7 + "'a'" + ", 'a', 'aaaaaaaaaa')" * 7
    with pytest.raises(InputError, match="larger than 1 MB"):
        query_apart(results, f"select {long} as long")


def test_a_question_is_not_answered_where_nothing_confines_it(monkeypatch, capfdbinary):
    asked = {"tables": {}, "arms": [], "sql": "select 1", "most": 1, "largest": 1, "memory": 1, "seconds": 1}
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(asked)))
    monkeypatch.setitem(sys.modules, "resource", None)  # as on a system that knows no such limits
    with pytest.raises(SystemExit):
        sql.main()
    assert b"cannot confine" in capfdbinary.readouterr().out


def test_a_question_that_takes_too_long_ends_and_says_so(results, monkeypatch):
    monkeypatch.setattr("baclosim.cohort.apart.SECONDS", 1)
    many = " cross join ".join(f"patients {name}" for name in "abcdef")
    with pytest.raises(InputError, match="needs more than 1 s, or more memory"):
        query_apart(results, f"select sum(a.age_years * f.age_years) from {many}")


def test_a_question_is_cancelled_with_its_process(results):
    began = time.monotonic()

    def go_on() -> None:
        if time.monotonic() - began > 0.2:
            raise Cancelled

    with pytest.raises(Cancelled):
        query_apart(results, "select a.* from patients a cross join patients b cross join patients c", go_on)
    assert time.monotonic() - began < 10.0


def test_arms_are_compared_as_on_the_command_line(api, study, results):
    told = api.post(f"{study}/compare", json={"reference": "more", "measures": ["plasma_ug_per_mL_peak"]}).json()
    (own,) = compare(results, "more", ["plasma_ug_per_mL_peak"])
    assert told["contrasts"][0]["difference"] == pytest.approx(own.difference, rel=1e-5)
    wrong = api.post(f"{study}/compare", json={"reference": "moor"})
    assert wrong.status_code == 422
    assert "Did you mean 'more'?" in wrong.json()["error"]


def test_a_question_over_the_interface(api, study):
    told = api.post(f"{study}/query", json={"sql": AGES}).json()
    assert told["columns"] == ["arm", "age", "n"]
    assert [row[2] for row in told["rows"]] == [60, 60]
    assert api.post(f"{study}/query", json={"sql": "drop table patients; select"}).status_code == 422
    assert "unable to find column" in api.post(f"{study}/query", json={"sql": "select x from bands"}).text


def test_a_study_is_printed_over_the_interface(api, study, results):
    answer = api.get(f"{study}/report", params={"paper": "letter"})
    assert answer.headers["content-type"] == "application/pdf"
    text = written(answer.content)
    assert bare(results.manifest["title"]) in text
    assert "Whothepatientsare" in text


def test_a_check_over_the_interface_minds_units(api, study):
    asked = {"data": LEVELS, "quantity": "plasma", "unit": "ng/mL"}
    answer = api.post(f"{study}/vpc", json=asked)
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert "<svg" in answer.text
    for change, word in (
        ({"unit": "furlong"}, "concentration"), ({"arm": "lots"}, "one of tablets, more"),
        ({"data": "time_h,value\n1,2"}, "five observations"), ({"data": "a,b\n1,2"}, "columns time_h and value"),
        ({"data": LEVELS + "\n12,inf"}, "finite"),
    ):  # fmt: skip
        wrong = api.post(f"{study}/vpc", json=asked | change)
        assert wrong.status_code == 422
        assert word in wrong.text


def test_power_is_a_job_with_progress_and_is_cancelled(api, study, results):
    asked = {"endpoint": "plasma_ug_per_mL_peak", "arm": "more", "reference": "tablets", "sizes": [5, 10]}
    told = finished(api, api.post(f"{study}/power", json=asked).json()["id"])
    assert told["done"] == told["total"] == 4000
    own = power(results, "plasma_ug_per_mL_peak", "more", "tablets", [5, 10])
    assert [row["found"] for row in told["result"]["power"]] == [row.found for row in own]
    assert own[0].found <= own[1].found
    wrong = api.post(f"{study}/power", json=asked | {"arm": "tablets", "sizes": [1], "endpoint": "peak"})
    assert len(wrong.json()["problems"]) == 3
    seen: list[int] = []

    def progress(done: int, total: int) -> None:
        seen.append(done)
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        power(results, "plasma_ug_per_mL_peak", "more", "tablets", [50_000], progress=progress)
    assert seen[0] < 2000


def test_sizes_and_a_level_are_read_as_people_type_them():
    assert sizes("20, 50; 100 200") == sizes("20,50,100,200") == [20, 50, 100, 200]
    assert level("5 %") == level("0,05") == level("") == 0.05
    for wrong, word in (("2,500", "'2500' or '2, 500'"), ("20, many", "whole numbers"), ("", "whole numbers")):
        with pytest.raises(InputError, match=word):
            sizes(wrong)
    with pytest.raises(InputError, match="Did you mean '5 %'"):
        level("5")


def test_only_a_study_that_is_done_can_be_asked(api):
    assert api.post("/api/jobs/nothing/query", json={"sql": "select 1"}).status_code == 404


def test_folders_are_kept_while_there_is_room_and_no_longer(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(folders, "MOST", 2)
    kept = [folders.Kept(folder_with(1000)) for _ in range(3)]
    assert [k.size for k in kept] == [0, 1000, 1000]
    with pytest.raises(InputError, match="run it again"):
        kept[0].folder()
    assert len(list(tmp_path.iterdir())) == 2
    monkeypatch.setattr(folders, "LARGEST", 1500)
    reading = kept[1].folder()
    folders.make_room()
    assert reading.path.exists()
    del reading
    gc.collect()
    assert len(list(tmp_path.iterdir())) == 1
    kept.clear()
    gc.collect()
    assert not list(tmp_path.iterdir())


def folder_with(size: int) -> folders.Folder:
    folder = folders.Folder()
    (folder.path / "table").write_bytes(bytes(size))
    return folder


def test_a_server_that_is_ended_leaves_no_folder(tmp_path):
    code = (
        "import sys, signal, time; from baclosim.web.server import ended; from baclosim.web.work.folders import Folder;"
        "signal.signal(signal.SIGTERM, ended); held = Folder(); print('ready', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], env={"TMPDIR": str(tmp_path)}, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == "ready\n"
        assert list(tmp_path.iterdir())
        process.terminate()
        assert process.wait(20) == -signal.SIGTERM
    assert not list(tmp_path.iterdir())


# --- on the page ----------------------------------------------------------------------------------------------------


def test_a_study_is_asked_further(visit):
    page = visit.page
    to_tab(page, "Studies")
    opened(page, "The study file")
    retype(page, "Study file", ARMS)
    retype(page, "Patients", "60")
    page.get_by_role("button", name="Run it").click()
    compared = page.locator(".further", has_text="Compare the arms")
    expect(compared.locator("svg[role=img]").first).to_be_visible()
    expect(compared.get_by_role("cell", name="tablets").first).to_be_visible()
    opened(page, "Ask its tables in SQL")
    retype(page, "Question in SQL", AGES)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("columnheader", name="age")).to_be_visible()
    with page.expect_download() as answer:
        page.get_by_role("button", name="Answer as CSV").click()
    assert Path(answer.value.path()).read_text().startswith("arm,age,n\n")
    retype(page, "Question in SQL", "select * from read_csv('/etc/hostname')")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_text("It failed: query")).to_contain_text("no file")
    opened(page, "Lay observations over it")
    retype(page, "Observations, as CSV", LEVELS)
    retype(page, "Unit of the values", "ng/mL")
    page.get_by_role("button", name="Draw it").click()
    expect(page.get_by_role("img", name="Observations over the percentiles")).to_be_visible()
    with page.expect_download() as paper:
        page.get_by_role("button", name="Report as PDF").click()
    assert Path(paper.value.path()).read_bytes().startswith(b"%PDF")
    opened(page, "Power of a trial")
    retype(page, "Patients in each arm", "2, 5")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("cell", name="paired t").first).to_be_visible()
    assert not violations(page)
    shot(page, "study-asked")


def opened(page, title: str) -> None:
    page.get_by_role("button", name=title).click()


def test_questions_to_tables_keep_no_curve_waiting_and_too_many_are_refused(api, study, monkeypatch):
    begun, free, room = threading.Event(), threading.Event(), threading.BoundedSemaphore(1)

    def slow(*_: object) -> None:
        assert threading.current_thread().name.startswith("aside")
        begun.set()
        free.wait(30.0)
        raise InputError("enough")

    monkeypatch.setattr("baclosim.web.work.afterwards.Question.answer", slow)
    monkeypatch.setattr("baclosim.web.work.aside._room", room)
    with ThreadPoolExecutor(1) as somebody:
        asked = somebody.submit(api.post, f"{study}/query", json={"sql": AGES})
        assert begun.wait(30.0)
        assert pool().submit(lambda: 7).result(timeout=10.0) == 7
        refused = api.post(f"{study}/compare", json={})
        free.set()
        assert asked.result().status_code == 422
    assert refused.status_code == 429
    assert "ask again in a moment" in refused.json()["error"]
    assert room.acquire(blocking=False)
