"""FHIR R4B (4.3) in and out: a hospital's bundle into a scenario, scenarios and plans and results into bundles.

reading.py   a bundle -> a scenario, with an account of what was used and what was not
codes.toml   what is called how: LOINC, SNOMED CT, ICD-10, RxNorm, ATC, UCUM
"""

from __future__ import annotations

from .bundle import FhirError
from .reading import Imported, read

__all__ = ["FhirError", "Imported", "read"]
