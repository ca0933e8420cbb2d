"""The shape of a case file: one pydantic model per table, from which its JSON Schema is published.

Names and types only; what a finding, a unit or a drug means is settled in reading.py.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Quantity = str | float | int


class Table(BaseModel):
    """A table of the file: no key beyond the known ones."""

    model_config = ConfigDict(extra="forbid")


class DrugTable(Table):
    """One drug of the history."""

    name: str = Field(description="generic or common name, such as 'sertraline'")
    change: Literal["started", "raised", "taken", "lowered", "stopped", "overdose"] = Field(
        "taken", description="the last thing that happened to it"
    )
    ago: Quantity | None = Field(None, description="from that change to the presentation, such as '2 days'")
    dose: str | None = Field(None, description="such as '400 ug/day'; before the change when lowered or stopped")
    since: Quantity | None = Field(None, description="for how long it had been taken, such as '8 months'")
    route: Literal["oral", "intrathecal"] | None = Field(None, description="of baclofen")


class PumpTable(Table):
    """An implanted baclofen pump."""

    status: Literal["none", "working", "interrupted", "excess"] = Field(description="as far as it is known")
    ago: Quantity | None = Field(None, description="since its trouble began, such as '24 h'")


class PatientTable(Table):
    """Who the patient is, as far as it is told."""

    age: Quantity | None = Field(None, description="such as '43 years'")
    sex: str | None = Field(None, description="'female' or 'male'; not used")
    weight: Quantity | None = Field(None, description="such as '68 kg'")
    creatinine_clearance: Quantity | None = Field(None, description="such as '95 mL/min'")


class CaseTable(Table):
    """A case for `baclosim assess`. Whatever is not told is unknown, never absent."""

    model_config = ConfigDict(extra="forbid", title="baclosim case")

    title: str = ""
    text: str = Field("", description="the case in plain English, read as well")
    present: list[str] = Field(default=[], description="findings that are there, such as 'clonus'")
    absent: list[str] = Field(default=[], description="findings that were looked for and are not there")
    findings: dict[str, bool | str | float] = Field(
        default={}, description="name = 'present', 'absent', 'unknown', or a number for a value"
    )
    values: dict[str, Quantity] = Field(default={}, description="such as temperature = '39.5 C'")
    exposures: dict[str, bool | str] = Field(default={}, description="such as infection = true, high_lesion = 'absent'")
    drugs: list[DrugTable] = Field(default=[], description="the history of drugs, as far as it is told")
    all_drugs_listed: bool = Field(False, description="true when no other drug was taken in the last weeks")
    pump: PumpTable | None = None
    onset: str | None = Field(
        None, description="from the change to the first signs: '24 h', 'within 24 h', '6 to 12 h'"
    )
    signs_for: Quantity | None = Field(None, description="for how long there have been signs, such as '12 h'")
    patient: PatientTable = PatientTable.model_construct()
