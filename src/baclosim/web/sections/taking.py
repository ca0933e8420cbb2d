"""What is applied, taken to other programs: a format is chosen, its files are made beside the server and handed out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nicegui import ui

from ..bench import Bench
from ..elements.parts import caution_list, choice, nothing, plain, plain_table
from ..elements.working import Working
from ..live import PATIENTS
from ..work.exchanging import FORMS, OF_A_RUN, archive, exported, scenario_of
from ..work.jobs import Job

if TYPE_CHECKING:
    from ...exchange import Parcel

FIRST = "scenario"


class Taking:
    """The choice of a format, the button, and what was made."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.held: dict[str, Any] = {"form": FIRST}

    def fill(self) -> None:
        """A part of the form that is closed until it is wanted."""
        with ui.expansion("Take it to other programs").props("dense"), ui.element("div").classes("stack whole"):
            choice("Format", FORMS, self.held, "form", nothing, needed=True)
            plain(
                f"Of the therapy shown, as it is applied; curves of at most {PATIENTS} patients.",
                "p",
                "muted",
            )
            Working("Make the files", self.job, self.show)
            self.place = ui.element("div").props('aria-live="polite"')

    def job(self) -> Job[Parcel]:
        """The export of the form; raises InputError."""
        study, form = self.bench.study, self.held["form"]
        scenario = scenario_of(study, min(self.bench.chosen, len(study.therapies) - 1))
        if form in OF_A_RUN:
            scenario = replace(scenario, patients=min(scenario.patients, PATIENTS))
        return Job("export", lambda _: exported(form, scenario), 1, "exports")

    def show(self, parcel: Parcel) -> None:
        """Hand the files out."""
        self.place.clear()
        with self.place:
            hand_out(parcel)


def hand_out(parcel: Parcel) -> None:
    """Give the files, one as it is and several in an archive, and tell what they hold and what they lack."""
    if len(parcel.files) == 1:
        ui.download(parcel.files[0].content, parcel.files[0].name)
    else:
        ui.download(archive(parcel), f"{parcel.form}.zip")
    plain_table(("file", "holds"), [(file.name, file.holds) for file in parcel.files])
    caution_list(parcel.notes)
