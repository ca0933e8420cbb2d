"""The Assess tab without a browser: what ends late never replaces what was asked for later; every word is listed."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest
from fastapi.testclient import TestClient
from nicegui import Client, core, ui
from nicegui.page import page
from typer.testing import CliRunner

from baclosim.cli.app import app
from baclosim.syndromes import assess
from baclosim.syndromes.vignettes import vignettes
from baclosim.syndromes.vocabulary import findings, values
from baclosim.syndromes.weighing.calibration import calibrated
from baclosim.web.guard import Guard
from baclosim.web.page.assess import Tab
from baclosim.web.server import interface


@contextmanager
def held_back(monkeypatch, name: str, answer: object) -> Iterator[tuple[threading.Event, threading.Event]]:
    """A function of the tab that answers only when it is let go: whether it has begun, and what lets it go."""
    begun, free = threading.Event(), threading.Event()

    def slow(*_: object, **__: object) -> object:
        begun.set()
        free.wait(20.0)
        return answer

    monkeypatch.setattr(f"baclosim.web.{name}", slow)
    yield begun, free
    free.set()


@asynccontextmanager
async def a_tab() -> AsyncIterator[Tab]:
    """The tab on a page that nobody looks at, its first weighing done."""
    core.loop = asyncio.get_running_loop()
    with Client(page("/tab")):
        tab = Tab(ui.element(), ui.element())
        tab.fill()
        await tab.assess()
        yield tab


def said(tab: Tab) -> str:
    """What stands on the right."""
    return " ".join(str(getattr(element, "text", "")) for element in tab.right.descendants())


CASES, COULD = "The published diagnosis stands first", "What it could be"


@pytest.fixture(scope="module")
def few_cases():
    return calibrated(list(vignettes().values())[:2])


def test_a_weighing_that_ends_late_does_not_replace_the_table_of_published_cases(monkeypatch, few_cases):
    async def visited() -> None:
        async with a_tab() as tab:
            with held_back(monkeypatch, "page.assess.assess", assess(tab.told.reading().case)) as (begun, free):
                late = asyncio.create_task(tab.assess())
                await asyncio.to_thread(begun.wait, 20.0)
                monkeypatch.setattr("baclosim.web.sections.casebook.calibrated", lambda: few_cases)
                await tab.casebook.judge()
                assert CASES in said(tab)
                free.set()
                await late
            assert CASES in said(tab)
            assert COULD not in said(tab)

    asyncio.run(visited())


def test_the_table_of_published_cases_does_not_replace_a_newer_weighing(monkeypatch, few_cases):
    async def visited() -> None:
        async with a_tab() as tab:
            with held_back(monkeypatch, "sections.casebook.calibrated", few_cases) as (begun, free):
                late = asyncio.create_task(tab.casebook.judge())
                await asyncio.to_thread(begun.wait, 20.0)
                assert tab.casebook.status.text
                tab.told.findings["clonus"] = True
                await tab.assess()
                free.set()
                await late
            assert COULD in said(tab)
            assert CASES not in said(tab)
            assert not tab.casebook.status.text

    asyncio.run(visited())


def test_a_weighing_that_ends_late_leaves_what_is_wrong_with_a_newer_word(monkeypatch):
    async def visited() -> None:
        async with a_tab() as tab:
            with held_back(monkeypatch, "page.assess.assess", assess(tab.told.reading().case)) as (begun, free):
                late = asyncio.create_task(tab.assess())
                await asyncio.to_thread(begun.wait, 20.0)
                tab.told.values = "temperature 39.6 furlongs"
                await tab.assess()
                free.set()
                await late
            assert list(tab.problems.descendants())

    asyncio.run(visited())


def test_every_word_is_listed_and_a_weighing_under_way_does_not_take_its_place(monkeypatch):
    async def visited() -> None:
        async with a_tab() as tab:
            with held_back(monkeypatch, "page.assess.assess", assess(tab.told.reading().case)) as (begun, free):
                late = asyncio.create_task(tab.assess())
                await asyncio.to_thread(begun.wait, 20.0)
                tab.casebook.words()
                free.set()
                await late
            words = said(tab)
            assert all(known.label in words for known in (*findings().values(), *values().values()))
            assert COULD not in words

    asyncio.run(visited())


def test_the_words_are_those_of_the_command_line():
    told = CliRunner().invoke(app, ["assess", "--vocabulary", "--json"])
    answer = TestClient(Guard(interface()), base_url="http://127.0.0.1").get("/api/assess/vocabulary")
    assert answer.json() == json.loads(told.stdout)
