"""`baclosim schema` and `baclosim examples`: what a scenario may hold, what `--json` prints, first steps."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError, Problem, nearest
from .output import AsJson, console, print_json, table

if TYPE_CHECKING:
    from pydantic import BaseModel


class What(StrEnum):
    """What a JSON Schema is published for."""

    scenario = "scenario"
    run = "run"
    study = "study"
    cohort = "cohort"
    cohort_report = "cohort-report"
    plan = "plan"
    case = "case"
    assess = "assess"
    ask = "ask"
    fit = "fit"
    export = "export"
    import_fhir = "import-fhir"


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("schema")(show_schema)
    app.command("examples")(show_examples)


def show_schema(
    what: Annotated[What, typer.Argument(help="The file people write, or what `--json` prints.")],
) -> None:
    """Print the JSON Schema of a file or of what `--json` prints."""
    print_json(schema_of(what))


def schema_of(what: What) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a scenario file, of a result, or of an answer."""
    from ..ask.record import AnswerRecord
    from ..cohort.record import StudyRecord
    from ..cohort.tables import StudyTable
    from ..exchange.fhir.record import ImportRecord
    from ..exchange.record import ExportRecord
    from ..individualise.record import FitRecord
    from ..outcome.record import RunRecord
    from ..plan.record import PlanRecord
    from ..report.study.record import StudyReportRecord
    from ..scenario.tables import ScenarioTable
    from ..syndromes.record import AssessmentRecord
    from ..syndromes.tables import CaseTable

    models: dict[What, type[BaseModel]] = {
        What.scenario: ScenarioTable,
        What.run: RunRecord,
        What.study: StudyTable,
        What.cohort: StudyRecord,
        What.cohort_report: StudyReportRecord,
        What.plan: PlanRecord,
        What.fit: FitRecord,
        What.import_fhir: ImportRecord,
        What.case: CaseTable,
        What.assess: AssessmentRecord,
        What.ask: AnswerRecord,
        What.export: ExportRecord,
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **models[what].model_json_schema()}


def show_examples(
    name: Annotated[str | None, typer.Argument(help="Print this example, to save and change.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the bundled examples, or print one. To begin a scenario of your own."""
    import tomllib

    from ..scenario.reading import examples, listing

    bundled = examples()
    if name is None:
        titles = {key: tomllib.loads(text)["title"] for key, text in bundled.items()}
        print_json(titles) if as_json else console().print(table(("example", "title"), titles.items()))
    elif name in bundled:
        print_json({"name": name, "text": bundled[name]}) if as_json else typer.echo(bundled[name], nl=False)
    else:
        hint = f"{nearest(name, bundled)} {listing(bundled)}".lstrip()
        raise InputError(Problem("example", name, "the name of a bundled example", hint))
