"""Slips of beginners on every command: told in plain words, all at once, never in the words of a library."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from baclosim.cli import app

runner = CliRunner()
FILES = {
    "plan.json": '{"kind": "taper", "steps": []}',
    "bundle.json": '{"resourceType": "Patient"}',
    "cut.json": "[1,2",
    "broken.toml": "a = [",
    "comma.toml": "[patient]\nage = 1,000\n",
    "twice.toml": "[patient]\nage = 40\nage = 41\n",
    "scenario.toml": '[patient]\nage = 40\n[therapy]\noral = "10 mg tds"\n[simulate]\nduration = "1 day"\n',
    "types.toml": '[patient]\nage = "old"\n[therapy]\noral = 10\n[simulate]\nduration = "ten"\nseed = -1\n',
    "study.toml": '[[arm]]\nname = "a"\n',
    "case.toml": "present = 1\n",
    "data.csv": "time,what,value,unit\n0,dose,10,mg\n2,plasma,abc,ng/mL\n",
    "decimal.csv": "time;what;value;unit\n0;dose;10;mg\n2;plasma;1,5;ng/mL\n",
    "book.xlsx": "PK\x03\x04",
    "hello.txt": "hello",
    "empty.csv": "",
}
TDS = "10 mg every 8 h"
SLIPS: dict[tuple[str, ...], str] = {
    ("simulate", *TDS.split()): f'stand in quotes: "{TDS}"',
    ("simulate", "-5 mg every 8 h"): "Did you mean '5 mg every 8 h'?",
    ("simulate", "--", "-5 mg every 8 h"): "an amount above zero",
    ("simulate", TDS, "--patients", "0"): "a whole number from 1 to 100,000",
    ("simulate", TDS, "--patients", "1,000"): "a whole number from 1 to 100,000",
    ("simulate", TDS, "--seed", "1.5"): "a whole number from 0",
    ("simulate", TDS, "--until"): "--until: missing; expected a value after it",
    ("simulate", TDS, "--until", "10"): "such as '10 h'",
    ("simulate", TDS, "--until", "1,000 h"): "'1000 h' or '1.000 h'",
    ("simulate", TDS, "--json=yes"): "'--json=yes' is not allowed; expected this alone",
    ("simulate", TDS, "--patient", "data.csv"): "`baclosim fit` takes it",
    ("simulate",): 'in plain words, such as "10 mg every 8 h"',
    ("simulate", "10 mg"): "how often",
    ("run", "broken.toml"): "lists end with ]",
    ("run", "comma.toml"): "numbers have no comma. (line 2, column 8)",
    ("run", "twice.toml"): "The key is given twice.",
    ("run", "types.toml"): "4 problems",
    ("run", "hello.txt"): "A line sets a key",
    ("run", "plan.json"): "It looks like a plan",
    ("run", "data.csv"): "It looks like a table of records",
    ("run", "bundle.json"): "`baclosim import fhir",
    ("run",): "FILE|EXAMPLE: missing",
    ("taper", "25 mg tds", "--tier", "modrate"): "2 problems",
    ("taper", "--tier", "modrate", "--patients", "x"): "3 problems",
    ("taper", "25 mg tds", "--since", "long"): "such as '1 h'",
    ("taper", "25 mg tds", "--since", "8 months", "--start", "tomorrow"): "such as 2026-01-05",
    ("taper", "25 mg tds", "--sinse", "8 months"): "Did you mean '--since'?",
    ("taper", "25 mg tds", "--since", "8 months", "--tablets", "7"): "tablets that are sold",
    ("titrate", "spinal"): "oral or pump",
    ("titrate", "--goal", "happy"): "such as 'ashworth below 2'",
    ("titrate", "--goal", "ashworth below 2", "--limit", "plasma below 1,000 ng/mL"): "'1000 ng/ml'",
    ("titrate", "--patient", "plan.json"): "It looks like a plan",
    ("pump", "refill", "--conc", "2000 ug/mL"): "Did you mean '--concentration'?",
    ("rescue",): "what was prescribed",
    ("rescue", "350 ug/day intrathecally", "--off", "soon"): "a number with a unit of time",
    ("rescue", "pump-missed-refill"): "--at",
    ("convert",): "treatment",
    ("convert", "20 mg tds", "--since", "-1"): "--since",
    ("fit", "plan.json"): "It looks like a plan",
    ("fit", "bundle.json"): "It looks like a FHIR bundle",
    ("fit", "scenario.toml"): "It looks like a scenario",
    ("fit", "book.xlsx"): "a workbook is saved as CSV",
    ("fit", "data.csv"): "row 2, value: 'abc'",
    ("fit", "decimal.csv"): "Write '1.5'",
    ("fit", "empty.csv"): "The file is empty",
    ("fit", "nosuch.csv"): "There is no such file",
    ("fit", "data.csv", "--draws", "5"): "a whole number from 200 to 200,000",
    ("fit",): "DATA.csv",
    ("cohort", "study.toml"): "simulate.duration",
    ("cohort", "study.toml", "--patients", "0"): "a whole number from 1",
    ("cohort", "power", "x"): "4 problems",
    ("cohort", "summary", "."): "has written",
    ("pump", "refill"): "2 problems",
    ("pump", "refill", "--dose", "1,000 ug/day"): "'1000 ug/day' or '1.000 ug/day'",
    ("pump", "bridge", "--old", "2000"): "3 problems",
    ("pump", "prime"): "such as '1 ug/mL'",
    ("pump", "discrepancy", "--expected", "4"): "--aspirated",
    ("pump", "program", "plan.json"): "It looks like a plan",
    ("export", "ics", "plan.json"): "It lacks",
    ("export", "fhir", "plan.json"): "It lacks",
    ("export", "sbml", "nosuch"): "`baclosim examples` lists all",
    ("export", "nonmem", "broken.toml"): "lists end with ]",
    ("import", "fhir", "cut.json"): "a bracket is missing there.",
    ("import", "fhir", "hello.txt"): "A value is missing there",
    ("import", "fhir", "plan.json"): "resourceType",
    ("assess",): "--finding",
    ("assess", "broken.toml"): "lists end with ]",
    ("assess", "case.toml"): "present",
    ("assess", "data.csv"): "It looks like a table of records",
    ("ask", ""): "a question in English",
    ("schema", "nosuch"): "scenario",
    ("serve", "--port", "http"): "a whole number from 1 to 65,535",
    ("validate", "x"): "nothing more",
    ("taper",): "--since: missing; expected how long it has been taken",
    ("tapper",): "expected a command of `baclosim --help`. Did you mean 'taper'?",
    ("pump", "refil"): "expected a command of `baclosim pump --help`. Did you mean 'refill'?",
    ("--debgu", "run", "x"): "Did you mean '--debug'?",
    ("--json", "run", "types.toml"): "It stands behind the command: `run … --json`.",
    ("--debgu", "--quite", "run"): "2 problems",
    ("--debug",): "command: missing; expected",
}
FOREIGN = re.compile(
    r"Traceback|Input should|validation error|Field required|Invalid statement|Expecting value|ComputeError|"
    r"could not finish|Invalid value|No such (?:command|option)|Missing command|Error:|Usage:|"
    r"microgram|milliliter|\bint\b|\bstr\b|NoneType|errno",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("slips")
    for name, content in FILES.items():
        (made / name).write_text(content, encoding="utf-8")
    return made


@pytest.mark.parametrize("line", SLIPS, ids=" ".join)
def test_a_slip_is_told_in_plain_words(line: tuple[str, ...], folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(folder)
    told = runner.invoke(app, line)
    assert told.exit_code == 2, told.output
    assert told.stdout == ""
    assert SLIPS[line] in told.stderr
    assert not FOREIGN.search(told.stderr), told.stderr


def test_a_regimen_is_printed_once():
    shown = runner.invoke(app, ["simulate", TDS, "--until", "1 day", "--patients", "2", "--quiet"]).stdout
    assert shown.count("every 8 h") == 1
