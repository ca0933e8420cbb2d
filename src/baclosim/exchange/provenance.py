"""What every exported result carries along, so that it can be made again and weighed: a flat table of texts.

The keys are `baclosim.version`, `baclosim.scenario` and so on, as Parquet keeps them; NetCDF holds the same as
attributes. Nothing of the day or the machine is in it: the same run gives the same manifest.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING

from ..patient.speech import patient_sentence
from ..plan.safety import DISCLAIMER

if TYPE_CHECKING:
    import polars

    from ..individualise import Individual
    from ..scenario import Scenario
    from ..trajectory import Trajectory

LICENCE = "Licence of this model: Apache-2.0. Whoever uses it cites baclosim, and the sources of the numbers used."
LICENCE_TEXT = "https://www.apache.org/licenses/LICENSE-2.0"
LONGEST_TEXT = 30_000  # characters of a scenario that are carried along; an attribute of NetCDF may have 64 kB


def manifest(course: Trajectory, scenario: Scenario | None = None) -> dict[str, str]:
    """What is known of a run, as text: of its scenario, too, where it has one.

    Lists and tables are JSON: `facts` (ids), `grades` (parameter -> grade), `cautions`, `units` (quantity -> unit).
    """
    found = {
        "version": version("baclosim"),
        "therapy": course.therapy,
        "facts": json.dumps(list(course.facts())),
        "grades": json.dumps({p.name: p.grade for p in course.parameters}),
        "cautions": json.dumps([str(caution) for caution in course.cautions], ensure_ascii=False),
        "units": json.dumps({q.name: q.unit for q in course.quantities}),
        "disclaimer": DISCLAIMER,
    }
    if scenario:
        found |= {
            "title": scenario.title,
            "scenario": scenario.name,
            **({"scenario_text": scenario.text} if len(scenario.text) <= LONGEST_TEXT else {}),
            "scenario_sha256": hashlib.sha256(scenario.text.encode()).hexdigest(),
            "patient": patient_sentence(scenario.patient),
            "seed": str(scenario.seed),
            "patients": str(scenario.patients),
        }
    return found


def packed(table: polars.DataFrame, known: Mapping[str, str]) -> bytes:
    """A table as the bytes of a Parquet file with a manifest in its metadata."""
    file = io.BytesIO()
    table.write_parquet(file, metadata={f"baclosim.{key}": value for key, value in known.items()})
    return file.getvalue()


def estimated_manifest(individual: Individual) -> dict[str, str]:
    """The manifest of an estimate: who, what was given, the grades of what was estimated before any data."""
    parameters = [e.parameter for e in individual.estimates]
    return {
        "version": version("baclosim"),
        "title": f"who {individual.person.name or 'the patient'} may be",
        "patient": patient_sentence(individual.person.patient),
        "therapy": str(individual.person.therapy),
        "facts": json.dumps(list(dict.fromkeys(fact for p in parameters for fact in p.facts))),
        "grades": json.dumps({p.name: p.grade for p in parameters}),
        "seed": str(individual.seed),
        "disclaimer": DISCLAIMER,
    }
