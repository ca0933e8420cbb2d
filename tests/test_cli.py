"""The command line: what it prints, where, and how it ends."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from baclosim.cli import app, output
from baclosim.cli.folder import check_target, whole_folder
from baclosim.cli.run import extreme_rows
from baclosim.cli.schema import What, schema_of
from baclosim.errors import InputError, PlanError
from baclosim.outcome.summary import Row
from baclosim.scenario import examples

runner = CliRunner()


def done(*words: str) -> str:
    """Standard output of a command that must succeed."""
    result = runner.invoke(app, words)
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*words: str, code: int = 2) -> str:
    """Standard error of a command that must be refused, with nothing on standard output."""
    result = runner.invoke(app, words)
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return result.stderr


def process(*words: str, **options) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from baclosim.cli import main; main()", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, **options)


def test_help_lists_every_command_without_loading_anything_heavy():
    heavy = ("numba", "pydantic", "rich", "matplotlib", "polars", "pint", "scipy", "xarray", "numpy")
    code = (
        "import sys; from baclosim.cli import app\n"
        "try: app(['--help'])\n"
        f"except SystemExit: print([m for m in {heavy} if m in sys.modules])"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output.endswith("[]\n")
    for name in ("run", "simulate", "evidence", "parameters", "schema", "examples"):
        assert f"\n  {name} " in output


def test_the_program_is_a_module_too_whose_import_loads_no_command():
    told = subprocess.run([sys.executable, "-m", "baclosim", "--version"], capture_output=True, text=True, check=True)
    assert told.stdout.split() == [metadata.version("baclosim")]
    code = "import sys, baclosim.__main__; print([m for m in ('typer', 'baclosim.cli') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_no_command_at_all_shows_the_help():
    assert "Commands:" in runner.invoke(app, []).output


def test_evidence_is_found_by_words_and_shown_by_id():
    assert "oral.half_life.simon-2018" in done("evidence", "half", "life", "oral")
    card = done("evidence", "oral.clearance.simon-2018")
    assert "11.6 L/h" in card
    assert "10.8 to 12.3 L/h (95% CI)" in card
    assert "doi.org/10.3389/fpsyt.2018.00385" in card


def test_evidence_as_json_is_a_list_or_one_entry():
    found = json.loads(done("evidence", "half", "life", "--use", "check", "--json"))
    assert found
    assert {entry["use"] for entry in found} == {"check"}
    assert json.loads(done("evidence", "oral.clearance.simon-2018", "--json"))["value"] == 11.6


def test_a_series_is_shown_with_its_columns():
    assert "meaning" in done("evidence", "differential.vocabulary.syndromes")


def test_evidence_names_what_a_filter_allows():
    message = refused("evidence", "half life", "--use", "chek", "--seen", "never")
    assert "fit, check, context" in message
    assert "--seen" in message


@pytest.mark.parametrize(
    "words",
    [
        ("evidence", "qqqq"),
        ("run", "no-such-scenario"),
        ("run", "/"),
        ("examples", "oral-titraton-ms"),
        ("frobnicate",),
        ("run", "oral-titration-ms", "--patients", "0"),
        ("schema", "nothing"),
    ],
    ids=" ".join,
)
def test_bad_input_ends_with_2_and_says_why(words: tuple[str, ...]):
    assert refused(*words)


def test_exit_codes_of_the_process():
    assert process("examples").returncode == 0
    assert process("run", "no-such-scenario").returncode == 2
    assert process("run", "-", input="[patient]\nage = 3\n").returncode == 2


def test_a_search_without_solution_ends_with_3_and_a_surprise_with_4(monkeypatch):
    import baclosim.scenario.reading as reading

    def fails(error):
        def examples():
            raise error

        monkeypatch.setattr(reading, "examples", examples)

    fails(PlanError("no taper stays below the limit"))
    assert "no taper" in refused("examples", code=3)
    fails(ZeroDivisionError("division by zero"))
    assert "ZeroDivisionError" in refused("examples", code=4)
    assert "Traceback" in runner.invoke(app, ["--debug", "examples"]).stderr


def test_examples_are_listed_and_printed():
    listed = done("examples")
    assert all(name in listed for name in examples())
    assert done("examples", "sci-80-mg") == examples()["sci-80-mg"]
    assert json.loads(done("examples", "--json")).keys() == examples().keys()


@pytest.mark.parametrize("what", list(What))
def test_schemas_are_published(what: What):
    assert json.loads(done("schema", what.value)) == schema_of(what)
    assert schema_of(what)["additionalProperties"] is False


def test_results_appear_whole(tmp_path: Path):
    target = tmp_path / "deep" / "results"
    with whole_folder(target) as scratch:
        (scratch / "a.txt").write_text("a")
        assert not target.exists()
    assert [file.name for file in target.iterdir()] == ["a.txt"]
    assert [file.name for file in target.parent.iterdir()] == ["results"]


def test_an_interrupted_write_leaves_nothing(tmp_path: Path):
    def interrupted():
        with whole_folder(tmp_path / "results") as scratch:
            (scratch / "a.txt").write_text("a")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_earlier_results_survive_an_interrupted_write(tmp_path: Path):
    (tmp_path / "a.txt").write_text("old")

    def interrupted():
        with whole_folder(tmp_path) as scratch:
            (scratch / "a.txt").write_text("new")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        interrupted()
    assert (tmp_path / "a.txt").read_text() == "old"


def test_a_target_that_is_a_file_is_refused_before_any_work(tmp_path: Path):
    file = tmp_path / "file"
    file.write_text("")
    for target in (file, file / "inside"):
        with pytest.raises(InputError, match="--out"):
            check_target(target)


REFILL = ("pump", "refill", "--concentration", "2000 ug/mL", "--dose", "350 ug/day")


def test_pump_answers_show_their_working():
    answer = done(*REFILL)
    assert "350 ug/day / 2000 ug/mL = 0.175 mL/day" in answer
    assert answer.startswith("Refill: after 180 days"), "the result stands before how it was found"
    assert "bolus" in done("pump", "bridge", "--old", "500 ug/mL", "--new", "2000 ug/mL", "--dose", "200 ug/day")
    assert "0.1452 mL" in done("pump", "prime", "--concentration", "500 ug/mL", "--catheter-length", "66 cm")
    assert "too little given" in done("pump", "discrepancy", "--expected", "4 mL", "--aspirated", "9 mL")


def test_what_a_gap_may_mean_stands_before_the_working():
    told = done("pump", "discrepancy", "--expected", "4.2 mL", "--aspirated", "9 mL").splitlines()
    assert told[0] == "Verdict: too little given"
    assert told[1].startswith("May mean: catheter blocked or kinked")
    assert told.index("Working:") == 3


def test_pump_answers_as_json_and_calendar(tmp_path: Path):
    file = tmp_path / "dates.ics"
    answer = json.loads(done(*REFILL, "--filled-on", "2026-01-05", "--ics", str(file), "--json"))
    assert answer["filled_on"] == "2026-01-05"
    assert answer["alarm_h"] == pytest.approx(38.0 / 0.175 * 24.0)
    assert b"Pump refill" in file.read_bytes()
    assert [f.name for f in tmp_path.iterdir()] == ["dates.ics"]


def test_pump_slips_are_named_all_at_once():
    message = refused(
        "pump", "refill", "--concentration", "2000 mg/mL", "--dose", "350 mg/day", "--device", "x", "--volume", "99 mL",
        "--filled-on", "tomorrow",
    )  # fmt: skip
    assert "Did you mean 350 ug/day?" in message
    for where in ("device", "--concentration", "--dose", "--volume", "--filled-on"):
        assert where in message


def test_the_program_of_a_scenario_is_told_with_its_log():
    assert "empty reservoir" in done("pump", "program", "pump-missed-refill")
    assert json.loads(done("pump", "program", "pump-missed-refill", "--json"))["log"]
    assert "therapy.pump" in refused("pump", "program", "sci-80-mg")


def test_parameters_are_listed_and_shown_with_their_sources():
    assert "absorption_rate" in done("parameters")
    assert "source" in done("parameters", "absorption_rate")
    assert json.loads(done("parameters", "absorption_rate", "--json"))[0]["unit"] == "1/h"
    assert "Did you mean" in refused("parameters", "absorbtion_rate")


# --- the first ten minutes --------------------------------------------------------------------------------------


def groups(command=None, path: tuple[str, ...] = ()):
    """Path of each group of commands, the program first."""
    command = command or typer.main.get_command(app)
    if hasattr(command, "commands"):
        yield path
        for name, inner in command.commands.items():
            yield from groups(inner, (*path, name))


@pytest.mark.parametrize("path", list(groups()), ids=" ".join)
def test_no_description_is_cut_off_in_80_columns(path: tuple[str, ...], monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    shown = done(*path, "--help").split("Commands:")[1]
    assert "..." not in shown
    assert max(map(len, shown.split("\n"))) <= 80


def measures_of(quantity: str, highest: float, last_day: float) -> list[Row]:
    values = {"highest": highest, "lowest": 0.0, "peak": last_day, "trough": 0.0, "average": last_day, "final": 0.0}
    return [
        Row(quantity, measure, *(x * value for x in (1.0, 0.9, 1.1, 1.0, 1.0, 0.9, 1.1)))
        for measure, value in values.items()
    ]


def test_of_a_single_overdose_the_highest_level_is_told_and_not_only_the_last_day():
    past, steady = measures_of("plasma", 2.5, 0.01), measures_of("csf_lumbar", 0.03, 0.03)
    ((label, unit, patients, mean, typical),) = extreme_rows((*past, *steady))
    assert (label, unit, mean) == ("Plasma", "ng/mL", "")
    assert patients == typical == "2\u202f500 (2\u202f250–2\u202f750)"


@pytest.mark.parametrize("width", [80, 110])
def test_no_number_of_a_table_is_cut_off(width: int, monkeypatch):
    screen = Console(width=width, file=io.StringIO())
    monkeypatch.setattr(output, "console", lambda: screen)
    labels = ("Spasm frequency score", "Strength of the legs, share of baseline")
    rows = [(label, "ng/mL", *(f"{mean} (0.945–3.86)" for mean in (2.43, 2.07, 99.8, 99.7))) for label in labels]
    screen.print(
        output.table(("on the last day", "unit", "peak", "trough", "average", "typical average"), rows, numbers=4)
    )
    printed = screen.file.getvalue()
    assert printed.count("(0.945–3.86)") == 8
    assert "…" not in printed
    assert (printed.count("99.7 (0.945–3.86)") == 2) == (width == 110)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("simulate", "-5 mg every 8 h"), "Did you mean '5 mg every 8 h'?"),
        (("rescue", "-.5 mg"), "'-.5 mg' is not allowed"),
        (("run", ""), "`baclosim examples` lists all"),
        (("run", "kidny-failure"), "Did you mean 'kidney-failure'? `baclosim examples` lists all"),
        (("run", "dialysis"), "Did you mean 'haemodialysis-10-mg-twice'?"),
        (("examples", "nosuch"), "`baclosim examples` lists all"),
        (("cohort", "penn"), "Did you mean 'penn-1989-crossover'? `baclosim cohort studies` lists all"),
        (("evidence", "nosuch"), "`baclosim evidence --all` lists all"),
        (("parameters", "nosuch"), "`baclosim parameters` lists all"),
        (("claims", "nosuch"), "Known sections: drug, body"),
    ],
)
def test_a_beginner_is_told_what_is_there(words: tuple[str, ...], says: str):
    told = refused(*words)
    assert says in told
    assert len(told) < 400


def test_a_slip_in_an_option_is_still_a_slip_in_an_option():
    assert "Did you mean '--patients'?" in refused("simulate", "--ptients", "5 mg every 8 h")


@pytest.mark.parametrize("words", ["evidence --all", "evidence --all --json", "parameters", "schema scenario"])
def test_a_reader_that_has_enough_ends_the_program_quietly(words: str):
    program = [sys.executable, "-c", "from baclosim.cli import main; main()", *words.split()]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        complaints = process.stderr.read()
        assert process.wait(60) == 0
    assert "Error" not in complaints
    assert "Traceback" not in complaints


def test_results_named_like_an_example_do_not_hide_it(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pump-missed-refill").mkdir()
    assert "low reservoir" in done("pump", "program", "pump-missed-refill")
