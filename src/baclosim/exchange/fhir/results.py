"""What a run predicts, as Observations beside the scenario: flagged as computed, with ranges as components."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...outcome import Outcome
from ...outcome.record import RunRecord, SummaryRecord, record
from ..parcel import File, Parcel
from .frame import bundle, concept, provenance, quantity, refer
from .plans import predicted
from .scenarios import resources

Json = dict[str, Any]
UCUM = {"dimensionless": "1", "1/h": "/h"}
RANGES = {
    "low": "5 % of the virtual patients lie below",
    "high": "5 % of the virtual patients lie above",
    "typical": "typical patient",
    "typical_low": "typical patient, lower end of the 95 % interval",
    "typical_high": "typical patient, upper end of the 95 % interval",
}


def export(outcome: Outcome) -> Parcel:
    """A scenario and what its run predicts, as one bundle."""
    run, written = record(outcome), resources(outcome.scenario)
    person = written.resources[0]
    measured = [one for one in written.resources if one["resourceType"] == "Observation"]
    found = list(observations(run, person, measured, written.moment))
    origin = provenance(found, written.moment, f"{run.title}; {run.therapy}", run.facts)
    content = bundle((*written.resources, *found, origin), written.moment, f"{written.salt}/results")
    file = File("bundle.json", f"FHIR R4B bundle: a scenario with {len(found)} predictions", content)
    notes = (*written.notes, *(caution.about + ": " + caution.says for caution in run.cautions))
    return Parcel("fhir", outcome.scenario.name, (file,), notes, tuple(run.facts))


def observations(run: RunRecord, person: Json, measured: list[Json], moment: str) -> Iterator[Json]:
    """Every row of the summary; each says which measurements it is derived from."""
    for row in run.summary:
        found = predicted(
            _id(row), f"{row.label}, {row.measure}", _value(row.median, row.unit), _ranges(row), person, moment
        )
        yield {**found, **({"derivedFrom": [refer(one) for one in measured]} if measured else {})}


def _id(row: SummaryRecord) -> str:
    return f"predicted-{row.quantity}-{row.measure}".replace("_", "-")


def _value(value: float, unit: str) -> Json:
    return quantity(value, unit, UCUM.get(unit, unit))


def _ranges(row: SummaryRecord) -> list[Json]:
    return [
        {"code": concept(says), "valueQuantity": _value(getattr(row, key), row.unit)} for key, says in RANGES.items()
    ]
