"""The tab of the individual estimate: a table of levels and a diary in, who the person is and what comes next out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nicegui import ui

from ...patient.speech import patient_sentence
from ...plan.plan import Plan
from ...plan.tables import step_rows
from ..bench import Bench, without_empty
from ..elements.parts import caution_list, chip, entry, halves, more, nothing, numbered, picture, plain, plain_table
from ..elements.takeaway import File, report_files, sheet_files, to_take
from ..elements.upload import file_chip, into
from ..elements.working import Working
from ..estimates import archive, estimated
from ..sections.taking import hand_out
from ..work.fitting import LONGEST, FitDone, FitWanted
from ..work.jobs import Job
from ..work.predicting import PredictionsWanted

if TYPE_CHECKING:
    from ...exchange import Parcel
    from ...individualise import Forecast, Individual
    from ...report.document import Document, Table

EXAMPLE = """time,what,value,unit
0 h,ashworth,3,
74 h,plasma,310,ng/mL
79.9 h,plasma,120,ng/mL
4 days,ashworth,2,
5 days,drowsiness,yes,
6 days,spasm count,6,per day
8 days,drowsiness,no,
"""
WARD = """ID,time,what,value,unit
ann,74 h,plasma,310,ng/mL
ann,79.9 h,plasma,120,ng/mL
ben,74 h,plasma,190,ng/mL
ben,79.9 h,plasma,60,ng/mL
cleo,74 h,plasma,270,ng/mL
cleo,79.9 h,plasma,150,ng/mL
dora,74 h,plasma,230,ng/mL
dora,79.9 h,plasma,85,ng/mL
"""
TOGETHER = -1
WIDE = 7.4  # inches


def panel(bench: Bench) -> None:
    """Build the tab."""
    left, right = halves("What was observed", "Who the person is")
    with right:
        plain("Who is this patient, among all the people like them, and what comes next?", "p", "muted")
        plain("The table is an example: replace it, or press Estimate to see what comes of it.",
              "p", "muted")  # fmt: skip
    Tab(bench, left, right).fill()


class Tab:
    """The elements of the tab, and what happens when an estimate is asked for."""

    def __init__(self, bench: Bench, left: ui.element, right: ui.element) -> None:
        self.bench, self.left, self.right = bench, left, right
        self.held: dict[str, Any] = {"data": EXAMPLE, "therapy": "10 mg by mouth every 8 h", "forecast": "7 days"}
        self.patient: dict[str, Any] = {}
        self.shown = 0

    def fill(self) -> None:
        """The form."""
        held = self.held
        with self.left:
            self.text = entry("Levels, scores, diary: one thing a line", held, "data", nothing, lines=9)
            self.text.classes("code")
            with ui.element("div").classes("chips"):
                file_chip("Or take a file (CSV)", ".csv,.txt,.tsv", LONGEST, into(self.text))
                chip("Example of a ward", False, self.ward)
            entry("What is given, when the table holds no doses", held, "therapy", nothing, hint="10 mg every 8 h")
            with ui.element("div").classes("pair"):
                entry("Given so before hour 0", held, "since", nothing, hint="not at all")
                entry("Hour 0 is at", held, "start", nothing, hint="not told")
                entry("Look ahead", held, "forecast", nothing, hint="not at all")
                entry("Then change to", held, "change", nothing, hint="no change")
            label = "All persons together: typical values and spread"
            self.all = ui.checkbox(label, value=False).bind_value(held, "population")
            with more():
                self.rest()
            plain("For the patient of the Simulate tab.", "p", "muted")
            self.work = Working("Estimate", self.job, self.show)
            with more("Predict every record of the table"):
                self.predictions()

    def rest(self) -> None:
        """What is seldom needed: which parameters, how many draws, what a NONMEM-style table does not say itself."""
        held = self.held
        entry("Estimate only these, separated by commas", held, "parameters", nothing, hint="what the data can tell")
        with ui.element("div").classes("pair"):
            entry("Draws", held, "draws", nothing, hint="5000")
            entry("Seed", held, "seed", nothing, hint="0")
        plain("Of a table as for NONMEM", "p", "muted")
        with ui.element("div").classes("pair"):
            entry("Doses in", held, "dose", nothing, hint="mg")
            entry("Levels in", held, "level", nothing, hint="ng/mL")
        entry("Names of the columns", held, "columns", nothing, hint="ID TIME CONC=DV")
        entry("Mark of comments", held, "ignore", nothing, hint="#")

    def predictions(self) -> None:
        """What the typical person with these covariates would have shown at every record, nothing estimated."""
        held = self.held
        plain("For the typical person with each one's covariates; nothing is estimated.", "p", "muted")
        entry(
            "Quantities, separated by commas",
            held,
            "quantities",
            nothing,
            hint="plasma, ashworth, spasm_score, drowsiness",
        )
        Working("Predict", lambda: predicted(held, self.bench.study.patient), lambda parcel: shown(parcel))
        place = ui.element("div").props('aria-live="polite"')

        def shown(parcel: Parcel) -> None:
            place.clear()
            with place:
                hand_out(parcel)

    def ward(self) -> None:
        """Several persons in place of the table, estimated together."""
        self.text.set_value(WARD)
        self.all.set_value(True)

    def job(self) -> Job[FitDone]:
        """The estimate of the form; raises ValidationError or InputError."""
        self.patient = self.bench.study.patient
        return FitWanted.model_validate({**said(self.held), "patient": self.patient}).job()

    # --- what came of it --------------------------------------------------------------------------------------------

    def show(self, done: FitDone, chosen: int | None = None) -> None:
        """One of the persons or all together, with a chip for each where there are several."""
        number = chosen if chosen is not None else TOGETHER if done.population else 0
        names = {i: one.person.name or str(i + 1) for i, (one, _) in enumerate(done.found)}
        shown = {TOGETHER: "All together", **names} if done.population else names
        self.right.clear()
        with self.right:
            if len(shown) > 1:
                with ui.element("div").classes("chips"):
                    for i, name in shown.items():
                        chip(name, i == number, lambda i=i: self.show(done, i))
            if number == TOGETHER:
                together(done)
                return
            individual, ahead = done.found[number]
            self.one(individual, ahead, done.plan(number), lambda: done.document(number), kept(done))

    def one(
        self, individual: Individual, ahead: Forecast, plan: Plan, document: Callable[[], Document], record: File
    ) -> None:  # fmt: skip
        """One person: figure, estimates, observations, what to be careful about."""
        from ...figures.svg import to_svg
        from ...report import person as report

        person = individual.person
        plain(person.name or "This person", "h2")
        plain(f"{patient_sentence(person.patient)}; {person.therapy}", "p", "says")
        with ui.element("div").classes("chips"):
            if len(person.therapy.doses(24.0, patients=1, seed=0)):
                chip("Plan a taper for this person", False, lambda: self.hand_over(individual))
            files = (*sheet_files(plan), *report_files("estimate", document), *tables(individual), record)
            to_take((*files, *handed_on(individual)))
        figure = report.picture(individual, ahead)
        picture(to_svg(figure.draw(WIDE), "fit"), figure.alt)
        plain(figure.caption, "p", "muted")
        plain("What to do next", "h3")
        plain_table(*step_rows(plan), is_calendar=True)
        for table in (report.estimates_table(individual), report.observations_table(individual)):
            document_table(table)
        plain(report.summary(individual), "p", "muted")
        caution_list(dict.fromkeys((*individual.cautions, *ahead.cautions)))

    def hand_over(self, individual: Individual) -> None:
        """Let the Plan tab plan for this very person."""
        self.bench.hand_over(estimated(individual, self.patient))
        self.bench.go("Plan")


TABLE = ("data", "therapy", "start", "units", "columns", "ignore")


def predicted(held: dict[str, Any], patient: dict[str, Any]) -> Job[Parcel]:
    """The predictions of the form; raises ValidationError."""
    given = {key: value for key, value in said(held).items() if key in TABLE}
    names = [name.strip() for name in held.get("quantities", "").split(",") if name.strip()]
    asked = {"quantities": names} if names else {}
    return PredictionsWanted.model_validate({**given, **asked, "patient": patient}).job()


def said(held: dict[str, Any]) -> dict[str, Any]:
    """What the form says of an estimate, in the keys of the interface."""
    given = numbered(without_empty(held), "draws", "seed")
    given.pop("quantities", None)
    units = {key: given.pop(key) for key in ("dose", "level") if key in given}
    names = [given.pop("parameters")] if "parameters" in given else None
    return {**given, "data": given.get("data", ""), "units": units, "parameters": names}


def together(done: FitDone) -> None:
    """What all persons' data say of people like them."""
    found = done.together()
    assert found is not None
    columns, rows, remark = found
    plain(f"{len(done.found)} persons together", "h2")
    listed = [dict(zip(columns, row, strict=True)) for row in rows]
    with ui.element("div").classes("chips"):
        to_take((File("Table as CSV", "population.csv", lambda _: csv(listed)), kept(done)))
    plain_table(columns, rows)
    plain(remark, "p", "muted")
    plain(
        "Typical values and spread with 95 % intervals. The published ones count as data beside these, so that what "
        "these persons cannot tell stays where the literature has it.", "p", "muted",
    )  # fmt: skip
    caution_list(dict.fromkeys(
        f"{individual.person.name}: {caution}" for individual, _ in done.found for caution in individual.cautions
    ))  # fmt: skip


def kept(done: FitDone) -> File:
    """Everything that was found, as the command line prints it."""
    return File("All as JSON", "fit.json", lambda _: done.record().model_dump_json(indent=1).encode())


def tables(individual: Individual) -> tuple[File, File]:
    """Estimates and observations as CSV."""

    from ...individualise.table import observation_rows, parameter_rows

    return (
        File("Estimates as CSV", "estimates.csv", lambda _: csv(parameter_rows(individual))),
        File("Observations as CSV", "observations.csv", lambda _: csv(observation_rows(individual))),
    )


def handed_on(individual: Individual) -> tuple[File, File]:
    """The estimate for the Plan tab or the command line on another day, and its draws for ArviZ."""

    def draws(_: str) -> bytes:
        from ...exchange import posterior

        return posterior(individual).files[0].content

    return (
        File("Estimate to keep", "estimate.zip", lambda _: archive(individual)),
        File("Draws for ArviZ", "posterior.nc", draws),
    )


def csv(rows: list[dict[str, Any]]) -> bytes:
    """Rows as a file."""
    import polars as pl

    return pl.DataFrame(rows, infer_schema_length=None).write_csv().encode()


def document_table(table: Table) -> None:
    """A table of a report on the page."""
    plain(table.caption, "h3")
    columns = [" ".join(part for part in (c.title, c.note and f"({c.note})") if part) for c in table.columns]
    rows = [row for group in table.groups for row in group.rows]
    plain_table(columns, [[" ".join(part for part in (cell.text, cell.note) if part) for cell in row] for row in rows])
