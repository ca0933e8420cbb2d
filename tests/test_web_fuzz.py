"""The interface under made-up requests: whatever is sent, it answers as it says it does and never breaks down."""

from __future__ import annotations

import functools
import hashlib
import time
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig

from baclosim.cohort import study_of
from baclosim.web import limits
from baclosim.web.guard import Guard
from baclosim.web.server import interface
from baclosim.web.work import fitting, studying
from baclosim.web.work.jobs import jobs
from small_study import ORAL

HERE = {"host": "127.0.0.1"}
FEW, SHORT = 20, 0.2  # patients of a plan; patient-years of a scenario
WORDS = {
    "oral": ("10 mg every 8 h", "20 mg four times daily, then reduce by 5 mg per dose every week to zero"),
    "treatment": ("60 mg/day by mouth in 3 doses", "none"),
    "taken": ("800 mg by mouth once", "a cupful"),
    "since": ("8 months", "1 day", "0 h"),
    "duration": ("2 days", "36 h"),
    "before": ("1 day",),
    "weight": ("68 kg", "150 lb"),
    "age": ("43 years", "6 months"),
    "question": ("How long is the half life?", "What plasma level will 60 mg a day give with clearance 30?"),
    "text": ("pump stopped yesterday, fever 39.6 C, rigid, no clonus",),
    "values": ("temperature 39.6 C",),
    "drugs": ("sertraline started 2 days ago",),
    "device": ("synchromed-ii-40",),
    "concentration": ("2000 ug/mL",),
    "study": (ORAL,),
    "dose": ("350 ug/day", "25 mg"),
    "data": (
        "time,what,value,unit\n74 h,plasma,310,ng/mL",
        "time,what\n1 h,fever",
        "time_h,value\n1,200\n2,310\n3,290\n4,250\n5,210\n6,180\n8,120",
    ),
    "therapy": ("10 mg by mouth every 8 h",),
    "content": (
        "ID,TIME,AMT,EVID\n7,0,10,1\n7,8,10,1",
        '[therapy]\noral = "10 mg every 8 h"',
        '{"resourceType": "Bundle"}',
    ),
    "sql": ("select count(*) as n from patients", "select nothing from bands", "select 1; drop table patients"),
    "reference": ("tablets", "more"),
    "arm": ("more", "tablets"),
    "endpoint": ("plasma_ug_per_mL_peak",),
    "quantity": ("plasma", "ashworth"),
}
"""What people write; about half of the made-up texts are replaced by these, so that requests also get far."""

LONG = "/(plan|ask|assess|jobs|cohort|fit|claims|report|sheet|export|import|validate)"
ARMS = ORAL + '[[arm]]\nname = "more"\n[arm.therapy]\noral = "20 mg every 8 h"\n'
OF_A_STUDY = ("/compare", "/query", "/vpc", "/power")
app = Guard(interface())


def described(*, systematic: bool) -> schemathesis.BaseSchema:
    """The interface as it describes itself; `systematic` also tries every limit of every key in turn."""
    chosen = SchemathesisConfig.from_dict({"phases": {"coverage": {"enabled": systematic}}})
    return schemathesis.openapi.from_asgi("/api/openapi.json", app, config=chosen, headers=HERE)


@schemathesis.hook
def before_call(_: Any, case: schemathesis.Case, **__: Any) -> None:
    """Requests as people send them, and small ones; what is asked of a study is asked of one that is done."""
    case.body = told(case.body)
    if case.path.endswith(OF_A_STUDY) and len(str(case.path_parameters["name"])) % 4:
        case.path_parameters["name"] = done_study()


@functools.cache
def done_study() -> str:
    """The name of a study that is done."""
    job = jobs.begin(studying.study_job(study_of(ARMS, patients=FEW)))
    while not job.is_over:
        time.sleep(0.05)
    assert job.state == "done", job.error
    return job.id


def told(value: Any, key: str = "") -> Any:
    """The same with some texts replaced by what people write, and few patients."""
    if isinstance(value, dict):
        return {name: told(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [told(inner, key) for inner in value]
    if key == "patients" and isinstance(value, int):
        return min(value, FEW)
    chance = hashlib.blake2b(repr(value).encode("utf-8", "replace")).digest()[0]
    if isinstance(value, str) and key in WORDS and chance % 2:
        return WORDS[key][chance // 2 % len(WORDS[key])]
    return value


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """A scenario may ask little, so that many can be tried; jobs that were begun need not be done."""
    monkeypatch.setattr(limits, "MOST_PATIENT_YEARS", SHORT)
    monkeypatch.setattr(studying, "MOST_PATIENT_YEARS", SHORT)
    monkeypatch.setattr(fitting, "MOST_PATIENT_YEARS", 20.0)
    monkeypatch.setattr("baclosim.web.guard.RATE", 1e6)
    yield
    jobs.cancel_all()


def tried(examples: int) -> settings:
    """So many made-up requests, the same ones every time."""
    return settings(
        max_examples=examples, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip


def judge(case: schemathesis.Case) -> None:
    """The answer is one of those documented; words that the shape allows may still mean nothing, which is 422."""
    case.call_and_validate(headers=HERE, timeout=60, excluded_checks=[CHECKS.get_one("positive_data_acceptance")])


@described(systematic=True).exclude(path_regex=LONG).parametrize()
@tried(20)
def test_whatever_is_sent_is_answered_as_documented(case):
    judge(case)


@described(systematic=False).include(path_regex=LONG).parametrize()
@tried(8)
def test_what_takes_long_is_answered_as_documented(case):
    judge(case)
