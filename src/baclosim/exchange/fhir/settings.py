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
    """The settings of a scenario as a Parameters resource; every value a text, as a seed may be long."""
    texts = {
        "title": scenario.title,
        "duration": f"{shortly(scenario.duration)} h",
        "every": f"{shortly(scenario.every)} h",
        "patients": str(scenario.patients),
        "seed": str(scenario.seed),
    }
    listed = [{"name": name, "valueString": text} for name, text in texts.items()]
    return {"resourceType": "Parameters", "id": ID, "parameter": listed}


def settings(bundle: Bundle) -> dict[str, Any]:
    """The settings that a bundle written here carries; none in any other."""
    found: dict[str, Any] = {}
    for resource in bundle.of("Parameters"):
        listed = resource.get("parameter")
        for one in listed if resource.get("id") == ID and isinstance(listed, list) else ():
            name, text = (one.get("name"), one.get("valueString")) if isinstance(one, dict) else (None, None)
            if name in TEXTS and isinstance(text, str):
                found[name] = text
            elif name in NUMBERS and isinstance(text, str) and text.isdecimal() and text.isascii():
                found[name] = int(text)
    return found
