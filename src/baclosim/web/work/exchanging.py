"""What goes to other programs and what comes from them, for the page and the interface alike: exports as parcels, and
files read into drafts of a study, with the account of what was used and what was not."""

from __future__ import annotations

import datetime as dt
import importlib
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...errors import InputError, Problem
from ..limits import within_limits
from ..study import Study

if TYPE_CHECKING:
    from ...exchange import Parcel
    from ...scenario import Scenario

LARGEST = 900_000  # bytes of a file that is read
BEGAN = (1980, 1, 1, 0, 0, 0)  # the time of every file in an archive, so that the same export is the same bytes


FORMS = {
    "scenario": "Scenario file (TOML)",
    "nonmem": "NONMEM: control stream and data",
    "mrgsolve": "mrgsolve: model and data",
    "sbml": "SBML, and a COMBINE archive",
    "fhir": "FHIR R4B bundle: the treatment",
    "fhir-results": "FHIR R4B bundle, with predictions",
    "netcdf": "NetCDF: curves of the patients",
    "parquet": "Parquet: curves of the patients",
    "table": "NONMEM-like table: doses and curves",
    "ics": "Calendar (ICS)",
    "equations": "Equations of the model (Markdown)",
}
"""What can be taken along, under the names that `baclosim export` has for it."""


OF_A_SCENARIO = {
    "nonmem": ("oral.nonmem", "nonmem"), "mrgsolve": ("oral.mrgsolve", "mrgsolve"),
    "fhir": ("fhir.scenarios", "export"), "ics": ("dates", "dates_of_scenario"),
}  # fmt: skip
OF_A_RUN = {
    "fhir-results": ("fhir.results", "export"), "netcdf": ("results", "netcdf"), "parquet": ("results", "parquet"),
    "table": ("records", "nonmem_table"),
}  # fmt: skip
"""The rooms of `baclosim.exchange` and the functions in them; each is loaded when it is asked for."""


def maker(home: str, name: str) -> Callable[..., Parcel]:
    """A function of a room of `baclosim.exchange`."""
    return getattr(importlib.import_module(f"baclosim.exchange.{home}"), name)


def made(form: str, scenario: Scenario) -> Parcel:
    """An export of a scenario."""
    if form in OF_A_SCENARIO:
        return maker(*OF_A_SCENARIO[form])(scenario)
    if form in OF_A_RUN:
        from ...outcome import run_scenario

        return maker(*OF_A_RUN[form])(run_scenario(scenario))
    if form == "sbml":
        from ...exchange.sbml import sbml

        return sbml(scenario, archive=True)
    return maker("equations", "equations")() if form == "equations" else scenario_file(scenario)


def exported(form: str, scenario: Scenario) -> Parcel:
    """What is made of a scenario; raises InputError where a form cannot carry it, or it is too much for one request."""
    return made(form, within_limits(scenario) if form in OF_A_RUN else scenario)


def scenario_file(scenario: Scenario) -> Parcel:
    """The scenario itself as the file that `baclosim run` reads."""
    from ...exchange import File, Parcel

    file = File("scenario.toml", "the scenario, for baclosim run", scenario.text.encode())
    return Parcel("scenario", scenario.name, (file,))


def scenario_of(study: Study, number: int) -> Scenario:
    """One therapy of a study as a scenario with its text, under the name of its title; raises ScenarioError."""
    from ...exchange.fhir.toml import document
    from ...scenario import loads

    raw = dates_as_text(study.raw(number))
    inner = dict(raw["therapy"])
    pump = {"therapy.pump": inner.pop("pump")} if "pump" in inner else {}
    tables = {"title": study.title, "patient": raw["patient"], "therapy": inner, **pump, "simulate": raw["simulate"]}
    return loads(document(tables, ["Written by the workbench of baclosim."]), "scenario")


def dates_as_text(value: Any) -> Any:
    """Tables with every date and clock time as text."""
    if isinstance(value, dict):
        return {key: dates_as_text(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [dates_as_text(inner) for inner in value]
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value


def archive(parcel: Parcel) -> bytes:
    """The files of an export in one ZIP archive, with export.json, which says what they hold and what is left out."""
    from ...exchange.record import record

    told = record(parcel, [file.name for file in parcel.files]).model_dump_json(indent=2)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, inside in (*((file.name, file.content) for file in parcel.files), ("export.json", told.encode())):
            packed.writestr(zipfile.ZipInfo(name, BEGAN), inside, zipfile.ZIP_DEFLATED)
    return content.getvalue()


# --- what comes in --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Options:
    """How a file is read: of a bundle the day, the look ahead, whether proposals count; of a table subject and unit."""

    at: str | None = None
    duration: str | None = None
    proposals: bool = False
    subject: str = ""
    unit: str = "mg"


@dataclass(frozen=True)
class Draft:
    """What a file says, not applied yet.

    kind      what the file is
    study     what would be applied
    account   rows: became of it ("used", "note", "not shown"), where, in words
    subjects  of a table, of whom one is in the study
    """

    kind: str
    name: str
    study: Study
    patient: str
    therapy: str
    account: tuple[tuple[str, str, str], ...]
    subjects: tuple[str, ...] = ()


def drafted(name: str, content: bytes, options: Options = Options()) -> Draft:
    """A file read into a draft, by what it looks like; raises InputError with everything that is wrong with it."""
    if len(content) > LARGEST:
        raise InputError(Problem("file", name, f"a file of at most {LARGEST:,} bytes"))
    head = content[:2000].decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if head.startswith("{"):
        return of_bundle(name, content, options)
    first = head.splitlines()[0] if head else ""
    is_table = name.lower().endswith((".csv", ".txt", ".dat", ".tab")) or ("=" not in first and "," in first)
    return of_table(name, content, options) if is_table else of_scenario(name, content)


def of_bundle(name: str, content: bytes, options: Options) -> Draft:
    """A hospital's FHIR bundle."""
    from ...exchange.fhir import read
    from ...scenario.reading import parsed

    found = read(
        content, name, today=dt.date.today(), at=options.at or None, duration=options.duration or None,
        proposals=options.proposals,
    )  # fmt: skip
    account = [
        (became, line.resource, line.says)
        for became, lines in (("used", found.used), ("note", found.notes), ("not shown", found.left))
        for line in lines
    ]
    return draft("FHIR bundle", name, parsed(name, found.text).raw, account)


def of_table(name: str, content: bytes, options: Options) -> Draft:
    """Doses and covariates of one subject of a NONMEM-style table."""
    from ...exchange.recorded import scenario_of_records

    found = scenario_of_records(content, name, subject=options.subject, unit=options.unit or "mg")
    account = [
        (became, found.subject and f"subject {found.subject}", says)
        for became, lines in (("used", found.used), ("note", found.notes), ("not shown", found.left))
        for says in lines
    ]
    return draft("NONMEM-style table", name, found.raw, account, found.subjects)


def of_scenario(name: str, content: bytes) -> Draft:
    """A scenario file of baclosim."""
    from ...scenario.reading import decoded, parsed

    raw = parsed(name, decoded(name, content)).raw
    return draft("Scenario file", name, raw, [("used", "patient, therapy, simulate", "the whole file")])


def draft(
    kind: str, name: str, raw: dict[str, Any], account: list[tuple[str, str, str]], subjects: tuple[str, ...] = ()
) -> Draft:
    """A draft of the tables of a scenario; raises ScenarioError with every mistake in them."""
    from ...patient.speech import patient_sentence
    from ...scenario.checking import checked
    from ...scenario.reading import Source

    scenario = checked(Source(name, "", raw))
    study = Study(raw.get("patient", {}), (raw.get("therapy", {}),), raw.get("simulate", {}), raw.get("title", name))
    told = (*account, *(("not shown", where, HIDDEN) for where in hidden(raw)))
    return Draft(kind, name, study, patient_sentence(scenario.patient), str(scenario.therapy), told, subjects)


HIDDEN = "has no field on the page, but is kept and simulated"
FIELDS = {
    "patient": ("age", "sex", "weight", "height", "condition", "creatinine_clearance", "ashworth", "spasms"),
    "therapy": ("earlier", "oral", "topical", "intravenous", "intrathecal", "alongside", "pump"),
    "simulate": ("duration", "before", "start", "patients"),
}
"""What the form shows; `patients` is told apart, as the page follows a number of its own."""


def hidden(raw: Mapping[str, Any]) -> list[str]:
    """What a scenario holds that no field of the page shows."""
    return [f"{table}.{key}" for table, shown in FIELDS.items() for key in raw.get(table, {}) if key not in shown]
