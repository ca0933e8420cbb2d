"""How a scenario is simulated, as a Parameters resource: what no resource of the clinic speaks of."""

from __future__ import annotations

from typing import Any

from ...scenario import Scenario
from .account import shortly
from .bundle import Bundle

Json = dict[str, Any]
ID = "baclosim-simulate"
TEXTS = ("title", "duration", "every")
NUMBERS = ("patients", "seed")


def parameters(scenario: Scenario) -> Json:
    """The settings of a scenario as a Parameters resource."""
    hours = {"duration": scenario.duration, "every": scenario.every}
    texts = {"title": scenario.title, **{name: f"{shortly(value)} h" for name, value in hours.items()}}
    return {
        "resourceType": "Parameters",
        "id": ID,
        "parameter": [
            *({"name": name, "valueString": text} for name, text in texts.items()),
            {"name": "patients", "valueInteger": scenario.patients},
            {"name": "seed", "valueDecimal": scenario.seed},
        ],
    }


def settings(bundle: Bundle) -> dict[str, Any]:
    """The settings that a bundle written here carries; none in any other."""
    found: dict[str, Any] = {}
    for resource in bundle.of("Parameters"):
        for one in (resource.get("parameter") or []) if resource.get("id") == ID else ():
            name = one.get("name") if isinstance(one, dict) else None
            if name in TEXTS and isinstance(one.get("valueString"), str):
                found[name] = one["valueString"]
            if name in NUMBERS:
                found[name] = one.get("valueInteger", one.get("valueDecimal"))
    return found
