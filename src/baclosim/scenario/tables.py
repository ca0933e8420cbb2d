"""The shape of a scenario file: one pydantic model per table, from which its JSON Schema is published.

The models settle names and types only. What a value means (units, ranges, doses) is settled by the rooms that
own it: `patient`, `therapy`, `pump`.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError


def _quantity(given: object) -> object:
    """A number or a text; refuses anything else, and numbers that are not finite."""
    if isinstance(given, bool) or not isinstance(given, (str, int, float)):
        raise PydanticCustomError("quantity", "a number with its unit in quotes, such as '68 kg'")
    if not isinstance(given, str) and not _is_finite(given):
        raise PydanticCustomError("quantity", "a finite number")
    return given


def _is_finite(number: float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:
        return False


def _moment(given: object) -> object:
    """A date, a clock time or both, as TOML writes them or as text."""
    if not isinstance(given, (str, dt.datetime, dt.date, dt.time)):
        raise PydanticCustomError("moment", "a date and clock time, such as '2026-01-05 08:00'")
    return given if isinstance(given, str) else given.isoformat()


Quantity = Annotated[str | float, BeforeValidator(_quantity)]
Moment = Annotated[str, BeforeValidator(_moment)]


class Table(BaseModel):
    """A table of the file: no key beyond the known ones."""

    model_config = ConfigDict(extra="forbid", strict=True)

    def given(self) -> dict[str, Any]:
        """What was written, without what was left out."""
        return self.model_dump(exclude_none=True)


class PatientTable(Table):
    """Who is treated."""

    age: Quantity | None = Field(None, description="such as '43 years' or '18 months'")
    sex: str | None = Field(None, description="'female' or 'male'")
    weight: Quantity | None = Field(None, description="such as '68 kg'")
    height: Quantity | None = Field(None, description="such as '170 cm'")
    creatinine_clearance: Quantity | None = Field(None, description="such as '95 mL/min'")
    serum_creatinine: Quantity | None = Field(None, description="such as '0.9 mg/dL' or '80 umol/L'")
    kidney_formula: str | None = Field(None, description="such as 'cockcroft-gault' or 'bedside schwartz'")
    condition: str | None = Field(None, description="such as 'multiple sclerosis'")
    ashworth: Quantity | None = Field(None, description="baseline Ashworth score of the legs, 1 to 5")
    spasms: Quantity | None = Field(None, description="baseline spasm frequency score, 0 to 4")
    kidney: str | None = Field(None, description="changes, such as '20 mL/min at 5 days, 90 mL/min at 14 days'")
    dialysis: str | None = Field(
        None, description="sessions, such as '4 h at 30 h, 4 h at 78 h', or 'peritoneal from 48 h to 8 days'"
    )


class CatheterTable(Table):
    """The catheter of a pump."""

    length: Quantity | None = Field(None, description="such as '66 cm'")
    volume: Quantity | None = Field(None, description="dead volume, such as '0.2 mL'")
    kind: str | None = Field(None, description="such as 'ascenda'; sets the volume per length")
    space: str | None = Field(None, description="'intrathecal', 'subdural' or 'epidural'")
    mixing_cells: int | None = Field(None, description="0 for plug flow; more cells mix less")
    tip: str | None = Field(None, description="vertebral level of the tip, such as 'T10'")


class ProgramTable(Table):
    """What the pump is told at one time; which keys are needed depends on the mode."""

    at: Quantity | None = Field(None, description="when, since the start of the run; at once when left out")
    mode: str | None = Field(None, description="such as 'simple continuous', 'flex', 'single bolus', 'stopped'")
    dose: Quantity | None = Field(None, description="such as '350 ug/day', or of one bolus '50 ug'")
    steps: list[str] | None = Field(None, description="of flex, such as 'Mon-Fri 06:00-10:00 20 ug/h'")
    duration: Quantity | None = Field(None, description="of a bolus, such as '10 min'")
    every: Quantity | None = Field(None, description="time from one periodic bolus to the next")
    first: Quantity | None = Field(None, description="time to the first periodic bolus")
    background: Quantity | None = Field(None, description="rate between boluses, such as '100 ug/day'")
    lock_out: Quantity | None = Field(None, description="shortest time between two patient boluses")
    per_day: int | None = Field(None, description="most patient boluses in 24 h")
    pressed: Any = Field(
        None,
        description="clock times at which the patient asks, how often a day, or 'always'",
        json_schema_extra={"type": ["array", "number", "string"]},
    )
    volume: Quantity | None = Field(None, description="of a priming bolus; the catheter's when left out")
    then: str | None = Field(None, description="after a single bolus: 'resume' or 'stopped'")
    deliberate: bool | None = Field(None, description="true when an unusual dose is meant")


class RefillTable(Table):
    """A planned refill."""

    at: Quantity | None = Field(None, description="when, since the start of the run")
    concentration: Quantity | None = Field(None, description="of the new drug; unchanged when left out")
    volume: Quantity | None = Field(None, description="filled in; up to the brim when left out")
    bridge: bool | None = Field(None, description="whether a bridge bolus follows a change of concentration")


class FaultTable(Table):
    """Something that goes wrong with pump or catheter; which settings make sense depends on the kind."""

    at: Quantity | None = Field(None, description="when, since the start of the run")
    kind: str | None = Field(None, description="such as 'catheter disconnection'")
    until: Quantity | None = Field(None, description="when it ends; left out: it stays")
    refill: int | None = Field(None, description="number of the refill at which it happens")
    share: Quantity | None = Field(None, description="how much is lost, passes, or goes astray, 0 to 1")
    factor: Quantity | None = Field(None, description="how many times too much is given")
    tip: str | None = Field(None, description="vertebral level to which the tip moves")
    space: str | None = Field(None, description="'intrathecal', 'subdural' or 'epidural'")
    period: Quantity | None = Field(None, description="from one opening of a crack to the next")
    duration: Quantity | None = Field(None, description="of a scan")
    restart: Quantity | None = Field(None, description="from the end of a scan until the pump runs again")
    emptied: bool | None = Field(None, description="whether the reservoir was emptied before a scan")
    delay: Quantity | None = Field(None, description="of a missed refill")
    volume: Quantity | None = Field(None, description="injected")
    concentration: Quantity | None = Field(None, description="filled or entered by mistake")
    degrees: Quantity | None = Field(None, description="above usual body temperature")


class PumpTable(Table):
    """An implanted pump."""

    device: str | None = Field(None, description="such as 'synchromed-ii-40'")
    concentration: Quantity | None = Field(None, description="of the drug in the reservoir, such as '2000 ug/mL'")
    volume: Quantity | None = Field(None, description="in the reservoir at the start; full when left out")
    low_reservoir: Quantity | None = Field(None, description="volume at which the alarm sounds, such as '2 mL'")
    primed: bool | None = Field(None, description="whether catheter and tubing hold drug at the start")
    catheter: CatheterTable | None = None
    program: list[ProgramTable] | None = Field(None, description="what the pump is told, in order of time")
    policy: str | None = Field(
        None, description="what visits change, such as 'raise by 10 % every 24 h until ashworth below 2 or drowsiness'"
    )
    refill: str | None = Field(None, description="such as 'at low reservoir', 'every 90 days', 'never'")
    refills: list[RefillTable] | None = Field(None, description="planned refills besides")
    faults: list[FaultTable] | None = None
    hazards: str | None = Field(None, description="'published': patients meet faults at the published rates")
    age: Quantity | None = Field(None, description="of the pump at the start, such as '6 years'")


class RemovalTable(Table):
    """Spinal fluid drawn off by lumbar puncture."""

    at: Quantity | None = Field(None, description="when, since the start of the run, such as '3 h'")
    volume: Quantity | None = Field(None, description="such as '30 mL'")
    over: Quantity | None = Field(None, description="how long it takes; 15 min when left out")


class CharcoalTable(Table):
    """Activated charcoal, 50 g or more, after an overdose by mouth."""

    at: Quantity | None = Field(None, description="when, since the start of the run, such as '1 h'")


class TherapyTable(Table):
    """What is prescribed, in plain words; several routes add up."""

    earlier: str | None = Field(
        None, description="what was taken until hour 0, any route, such as '20 mg four times daily for 12 months'"
    )
    oral: str | None = Field(
        None,
        description="such as '10 mg every 8 h', or '5 mg every 8 h, raise by 15 mg/day every 3 days until drowsiness'",
    )
    topical: str | None = Field(None, description="such as '1 g of 5 % cream three times daily'")
    intravenous: str | None = Field(None, description="such as '5 mg over 1 h'")
    intrathecal: str | None = Field(None, description="by lumbar puncture, such as '50 ug once'")
    alongside: list[str] = Field(default=[], description="other drugs, such as 'diazepam 5 mg at night'")
    removed: list[RemovalTable] = Field(default=[], description="spinal fluid drawn off")
    charcoal: list[CharcoalTable] = Field(default=[], description="activated charcoal, such as [{ at = '1 h' }]")
    pump: PumpTable | None = None


class SimulateTable(Table):
    """How it is simulated."""

    duration: Quantity | None = Field(None, description="such as '60 days'")
    before: Quantity | None = Field(None, description="how long the therapy has gone on already, such as '8 months'")
    patients: int = Field(500, ge=1, le=100_000, description="virtual patients like this one")
    seed: int = Field(1, ge=0, lt=2**63, description="of the random numbers; the same seed gives the same run")
    every: Quantity | None = Field(None, description="time between recorded values, such as '1 h'")
    start: Moment | None = Field(None, description="date and clock time of hour 0, such as '2026-01-05 08:00'")


class ScenarioTable(Table):
    """A scenario file of baclosim."""

    model_config = ConfigDict(extra="forbid", strict=True, title="baclosim scenario")

    title: str = ""
    patient: PatientTable = PatientTable.model_construct()
    therapy: TherapyTable = TherapyTable.model_construct()
    simulate: SimulateTable = SimulateTable.model_construct()
