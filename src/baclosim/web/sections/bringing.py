"""A file from another program on the Simulate tab: read into a draft that is shown, and applied by a click alone."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from nicegui import ui

from ...errors import BaclosimError
from ..bench import Bench
from ..elements.parts import chip, choice, entry, plain, plain_table, refusal, soon
from ..elements.upload import file_chip
from ..live import PATIENTS, Latest, Stale
from ..work.exchanging import LARGEST, Draft, Options, drafted

ENDINGS = ".toml,.json,.csv,.txt,.dat"
TABLES = (".csv", ".txt", ".dat")
NOT_READ = "This file cannot be read. Nothing is changed."


class Bringing:
    """The chip that asks for a file, and below it what the file says, until it is applied or put away."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.requests = Latest()
        self.name, self.content, self.options = "", b"", Options()

    def fill(self) -> None:
        """The chip."""
        file_chip("Open a file (scenario, FHIR, NONMEM)", ENDINGS, LARGEST, self.taken)
        self.place = ui.element("div").props('aria-live="polite"')

    async def taken(self, name: str, content: bytes) -> None:
        """Another file."""
        self.name, self.content, self.options = name, content, Options()
        await self.read()

    async def read(self) -> None:
        """The file as it is to be read now."""
        try:
            found = await self.requests.run(drafted, self.name, self.content, self.options)
        except Stale:
            return
        except BaclosimError as error:
            self.place.clear()
            with self.place:
                refusal(error, NOT_READ)
                self.how(None)
                chip("Put it away", False, self.away)
            return
        self.place.clear()
        with self.place:
            self.show(found)

    def show(self, found: Draft) -> None:
        """A draft: who, what, the account, and the two ways on."""
        with ui.element("section").classes("draft stack").props(f'aria-label="{found.kind}, not applied yet"'):
            plain(f"{found.kind}, not applied yet", "h3")
            plain(found.study.title or found.name, "p")
            plain(found.patient, "p")
            plain(found.therapy, "p")
            self.how(found)
            with ui.element("div").classes("chips"):
                ui.button("Apply it", on_click=lambda: self.apply(found)).classes("main").props("unelevated")
                ui.button("Put it away", on_click=self.away).props("outline")
            plain_table(("", "where", "what"), found.account)
            patients = found.study.simulate.get("patients")
            if patients is not None:
                plain(f"It asks for {patients:,} patients; the curves here follow {PATIENTS}.", "p", "muted")

    def how(self, found: Draft | None) -> None:
        """How the file is read, where there is a choice; another choice reads it anew."""
        held: dict[str, Any] = asdict(self.options)
        del held["proposals"]

        def changed() -> None:
            self.options = replace(self.options, **{key: value or "" for key, value in held.items()})
            soon(self.read)

        if self.content.lstrip().startswith(b"{"):
            with ui.element("div").classes("pair"):
                entry("Read to the day", held, "at", changed, hint="as written")
                entry("Look ahead", held, "duration", changed, hint="28 days")
            chip("Proposals count as given", self.options.proposals, self.turn)
        elif found.subjects if found else self.name.lower().endswith(TABLES):
            with ui.element("div").classes("pair"):
                entry("Unit of amounts", held, "unit", changed, hint="mg")
                if found and len(found.subjects) > 1:
                    held["subject"] = held["subject"] or found.subjects[0]
                    choice("Subject", found.subjects, held, "subject", changed)

    def turn(self) -> None:
        """Read proposals as given, or no longer."""
        self.options = replace(self.options, proposals=not self.options.proposals)
        soon(self.read)

    def apply(self, found: Draft) -> None:
        """Make it what is shown; undo goes back."""
        self.away()
        self.bench.open(found.study)

    def away(self) -> None:
        """Forget the file."""
        self.requests.cancel()
        self.place.clear()
