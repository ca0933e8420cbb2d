"""What was read from a bundle as JSON: the shape of what `baclosim import fhir --json` prints."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ...plan.safety import DISCLAIMER
from .account import Line
from .reading import Imported


class Record(BaseModel):
    """A part of the result; every key is always there."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LineRecord(Record):
    """One resource, and what became of it."""

    resource: str = Field(description="such as Observation/abc; of a resource without an id its place in the bundle")
    says: str


class ImportRecord(Record):
    """A scenario that was read from a FHIR bundle."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="baclosim import fhir")

    format: Literal[1] = Field(default=1, description="rises when a key changes its meaning")
    version: str = Field(description="of baclosim")
    bundle: str
    at: dt.datetime = Field(description="the date and clock time to which the bundle was read: hour 0")
    scenario: str = Field(description="the scenario file, as TOML")
    patient: str
    therapy: str
    used: list[LineRecord] = Field(description="what of the bundle is in the scenario")
    left: list[LineRecord] = Field(description="what is not, and why")
    notes: list[LineRecord] = Field(description="what was assumed or made simpler")
    disclaimer: str


def record(found: Imported, bundle: str) -> ImportRecord:
    """What was read, in its published shape."""
    from importlib.metadata import version

    from ...patient.speech import patient_sentence

    return ImportRecord(
        version=version("baclosim"),
        bundle=bundle,
        at=found.at,
        scenario=found.text,
        patient=patient_sentence(found.scenario.patient),
        therapy=str(found.scenario.therapy),
        used=lines(found.used),
        left=lines(found.left),
        notes=lines(found.notes),
        disclaimer=DISCLAIMER,
    )


def lines(given: tuple[Line, ...]) -> list[LineRecord]:
    """Lines of the account."""
    return [LineRecord(resource=line.resource, says=line.says) for line in given]
