"""Each claim of the source documents with the code that checks it, the tests behind it, and where it is shown."""

from __future__ import annotations

import functools
import inspect
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from baclosim.claims.running import Check, checks
from baclosim.evidence.library import library
from baclosim.evidence.records import Claim

from . import rst

ROOT = Path(__file__).parents[2]
SHOWN = Path(__file__).with_name("shown.toml")
TEST = re.compile(r"^(?:async )?def (test_\w+)", re.MULTILINE)
DOCUMENTS = {"E": "encyclopaedia article", "F": "questions and answers", "inferred from both": "follows from both"}


def pages() -> Iterator[tuple[str, str]]:
    """Name and text of the one page; raises ValueError naming every claim that lacks code, a test or a place."""
    missing = lacking()
    if missing:
        raise ValueError("claims without something: " + "; ".join(missing))
    claims, tests, where = library().claims(), tests_by_claim(), shown()
    parts = [
        rst.title("Claims"),
        f"The two source documents of this project, an encyclopaedia article and a page of questions and answers, say\n"
        f"{len(claims)} things of baclofen. They are the specification: each has a check that computes it, tests\n"
        "behind it, and a place where it can be seen. ``baclosim claims`` computes all and prints what fails or is\n"
        "disputed; a claim that does not hold stays on this list.\n\n",
    ]
    for claim in claims:
        body = entry(claim, checks()[claim.id], tests[claim.id], where[claim.id])
        parts += [rst.title(claim.id, "-"), rst.directive("claim", claim.id, body)]
    yield "claims.rst", "".join(parts)


def lacking() -> list[str]:
    """What is missing, claim by claim."""
    known, tests, where = checks(), tests_by_claim(), shown()
    names = {claim.id for claim in library().claims()}
    found = [f"{name}: no such claim" for name in where.keys() - names]
    for name, place in where.items():
        found += [f"{name}: no test is called {test}" for test in place.get("tests", ()) if test not in every_test()]
    for name in sorted(names):
        found += [f"{name}: no code"] * (name not in known)
        found += [f"{name}: no test"] * (not tests[name])
        found += [f"{name}: not shown"] * (name not in where)
    return found


def shown() -> dict[str, Mapping[str, Any]]:
    """Where each claim is shown, by its id."""
    sections = tomllib.loads(SHOWN.read_text(encoding="utf-8"))
    return {f"{section}.{name}": place for section, places in sections.items() for name, place in places.items()}


@functools.cache
def tests_by_claim() -> dict[str, list[str]]:
    """Tests of each claim: those that carry its id, and those that `shown.toml` names."""
    found: dict[str, list[str]] = defaultdict(list)
    for test, argument in collect():
        for name in shown():
            if re.search(rf"(^|-){re.escape(name)}(-|$)", argument):
                found[name].append(test)
    for name, place in shown().items():
        found[name] += place.get("tests", ())
    return defaultdict(list, {name: list(dict.fromkeys(tests)) for name, tests in found.items()})


@functools.cache
def every_test() -> set[str]:
    """FILE::TEST of all tests that there are."""
    files = (ROOT / "tests").glob("test_*.py")
    return {f"{file.name}::{name}" for file in files for name in TEST.findall(file.read_text(encoding="utf-8"))}


def collect() -> list[tuple[str, str]]:
    """Test and argument of each case that pytest finds in the tests of claims."""
    files = sorted((ROOT / "tests").glob("test_*claims*.py"))
    command = [sys.executable, "-m", "pytest", "-o", "addopts=", "--collect-only", "-q", *map(str, files)]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return re.findall(r"^tests/(test_\w+\.py::test_\w+)\[(.*)\]$", printed, re.MULTILINE)


def entry(claim: Claim, check: Check, tests: list[str], place: Mapping[str, Any]) -> str:
    """One claim in full."""
    documents = ", ".join(DOCUMENTS.get(name, name) for name in claim.documents)
    rows = {
        "said in": rst.plain(documents),
        "must show": rst.plain(claim.shows),
        "code": f"``{code_of(check)}``",
        "tests": ", ".join(f"``{test}``" for test in tests),
        "shown": f"``{place['run']}``, and :doc:`/{place['page']}`",
    }
    listed = "\n".join(f":{name}: {text}" for name, text in rows.items())
    return f"{rst.plain(claim.says)}\n\n{listed}\n"


def code_of(check: Check) -> str:
    """File and function of a check."""
    function: Any = inspect.unwrap(getattr(check, "func", check))
    file = Path(inspect.getsourcefile(function) or "").resolve()
    return f"{file.relative_to(ROOT / 'src/baclosim')}: {function.__name__}"
