"""The shape of a study file: that of a scenario, with arms in place of the one therapy, and what is asked of them."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from ..scenario.tables import PatientTable, Quantity, SimulateTable, Table, TherapyTable

MOST_PATIENTS = 1_000_000_000

Measure = Literal[
    "highest", "lowest", "average", "area", "value", "change", "time above", "time below", "first above",
    "first below", "reported",
]  # fmt: skip


class ManyTable(SimulateTable):
    """How it is simulated; a study may have far more patients than a scenario."""

    patients: int = Field(1000, ge=1, le=MOST_PATIENTS, description="virtual patients; `--patients` overrides it")


class ArmTable(Table):
    """One way of treating the patients."""

    name: str = Field("", description="such as 'four weeks'; needed")
    share: Quantity = Field(1.0, description="of the patients, beside the shares of the other arms, when randomised")
    drop_out: Quantity | None = Field(None, description="of this arm, in place of the study's")
    therapy: TherapyTable = TherapyTable.model_construct()


class EndpointTable(Table):
    """One number of each patient."""

    name: str = Field("", description="such as 'severe withdrawal'; needed")
    quantity: str = Field("", description="such as 'withdrawal'; needed")
    measure: Measure | None = Field(
        None, description="what of it, needed; 'first above' is the time to an event, 'reported' a yes or no"
    )
    level: Quantity | None = Field(None, description="above or below which; a number in the quantity's unit")
    at: Quantity | None = Field(None, description="when, of 'value' and 'change'")
    start: Quantity | None = Field(None, description="begin of the time looked at; the start of the run")
    end: Quantity | None = Field(None, description="end of the time looked at; the end of the run")


class ReportedTable(Table):
    """An outcome that a real trial reported, from the evidence, to stand beside what is predicted."""

    arm: str = Field("", description="name of an arm; needed")
    against: str | None = Field(None, description="another arm: the difference of the two was reported")
    endpoint: str = Field("", description="name of an endpoint; needed")
    fact: str = Field("", description="id of the fact or series that holds it; needed")
    row: str | None = Field(None, description="of a series, what its first column says")
    minus: str | None = Field(None, description="of a series, another row to be subtracted")
    column: str | None = Field(None, description="of a series, where the number stands")
    times: float = Field(1.0, description="factor on the reported number, so that it means the same as the endpoint")


class LeavingTable(Table):
    """Who leaves a study early."""

    share: Quantity = Field(0.0, description="who have left by the end for reasons that the drug has no part in")
    quantity: str | None = Field(None, description="besides, a patient leaves at the first visit at which this")
    above: Quantity | None = Field(None, description="lies above this level")


class DesignTable(Table):
    """How patients and arms come together, and what is kept."""

    arms: Literal["shared", "randomised"] = Field(
        "shared", description="'shared': every patient is in every arm; 'randomised': each in one, in permuted blocks"
    )
    covariates: Literal["drawn", "fixed"] = Field(
        "drawn", description="what [patient] does not say: drawn for the condition, or alike for all"
    )
    draws: int = Field(
        1, ge=1, le=10_000, description="draws of the typical values, each with all patients; 1: the typical values"
    )
    day_to_day: Quantity = Field(
        0.0,
        description="coefficient of variation of what one person absorbs from day to day; nobody has published it for "
        "baclofen, so it is 0 unless you assume one",
    )
    record: list[str] | None = Field(None, description="quantities to keep; the usual ones when left out")
    courses: int = Field(16, ge=0, le=10_000, description="patients whose whole courses are kept")
    visits: list[Quantity] = Field(default=[], description="when patients are examined, such as '4 weeks'")
    drop_out: LeavingTable = LeavingTable.model_construct()


class StudyTable(Table):
    """A study file of baclosim."""

    model_config = ConfigDict(extra="forbid", strict=True, title="baclosim study")

    title: str = ""
    patient: PatientTable = PatientTable.model_construct()
    design: DesignTable = DesignTable.model_construct()
    arm: list[ArmTable] = Field(default=[], description="one table [[arm]] for each arm, its [arm.therapy] below it")
    endpoint: list[EndpointTable] = Field(default=[], description="one table [[endpoint]] for each")
    reported: list[ReportedTable] = Field(default=[], description="one table [[reported]] for each")
    simulate: ManyTable = ManyTable.model_construct()
