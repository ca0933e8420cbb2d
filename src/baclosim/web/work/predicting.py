"""Predictions at every record of a table, as `baclosim export predictions` makes them, for page and interface alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from ...errors import InputError, Problem
from ...plan.asked import Reading
from .fitting import Records, moment
from .jobs import Job
from .planning import patient_of

if TYPE_CHECKING:
    from ...exchange import Parcel
    from ...individualise import Person

MOST_PERSONS, MOST_YEARS = 200, 100.0  # of one table; the years of all persons together


class PredictionsWanted(Records):
    """What is to be predicted at every record of a table."""

    quantities: list[str] | None = Field(
        None, min_length=1, max_length=20, description="plasma, ashworth, spasm_score and drowsiness when left out"
    )

    def parcel(self) -> Parcel:
        """The table with the predictions beside its columns; raises InputError with everything that is wrong."""
        from ...exchange import predictions
        from ...individualise import read_persons

        reader = Reading()
        known: dict[str, Any] = {
            "patient": patient_of(reader, self.patient), "therapy": self.therapy or None, "units": self.bare_units,
            "start": reader.attempt(lambda: moment(self.start), None), "columns": self.columns, "ignore": self.ignore,
        }  # fmt: skip
        reader.done()
        data = self.data.encode()
        check_size(read_persons(data, observed=False, **known))
        chosen = {"quantities": self.quantities} if self.quantities else {}
        return predictions(data, name="table.csv", **chosen, **known)

    def job(self) -> Job[Parcel]:
        """The job of these predictions."""
        return Job("predictions", lambda _: self.parcel(), 1, "tables")


def check_size(persons: tuple[Person, ...]) -> None:
    """Raise InputError for more than one request may be."""
    years = sum(person.before + max(person.times) for person in persons) / 8766.0
    if len(persons) > MOST_PERSONS or years > MOST_YEARS:
        asked = f"{len(persons)} persons, {years:.0f} years"
        allowed = f"at most {MOST_PERSONS} persons and {MOST_YEARS:g} years of all of them"
        raise InputError(Problem("data", asked, allowed, "The command line has no such limit."))
