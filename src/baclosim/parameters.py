"""Every parameter of the model: its value, spread, interval, unit, facts and grade.

The values live in `values/*.toml`, one file per room of the house. A parameter whose entry names a `script` takes its
value, interval and spread from `values/calibrated/<script>.json`, which that script in `calibration/` writes.

Where the evidence leaves two readings open, the second is a named variant: `values/variants/steep_gradient.json`
replaces the entries of some parameters, and `parameters("steep gradient")` gives the whole set under that reading.
"""

from __future__ import annotations

import functools
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Literal, get_args

from .errors import EvidenceError, Problem, Problems, nearest

Grade = Literal["measured in people", "fitted to people", "animal", "assumed", "recalled"]
Distribution = Literal["lognormal", "logit", "normal", "fixed"]
GRADES: tuple[str, ...] = get_args(Grade)
DEFAULT_VARIANT = "awake human"
_VALUES = Path(__file__).parent / "values"
_KEYS = {
    "says",
    "value",
    "unit",
    "spread",
    "interval",
    "interval_is",
    "facts",
    "grade",
    "script",
    "distribution",
    "within",
}


@dataclass(frozen=True)
class Parameter:
    """One number of the model with everything that is known about it.

    value         typical value, in `unit`
    unit          an internal unit (hour, microgram, millilitre, centimetre) or a combination
    spread        between-patient spread: coefficient of variation (lognormal), standard deviation on the
                  logit scale (logit) or in the unit itself (normal); 0 when not known to vary
    interval      about 95 % interval of the typical value
    interval_is   what the interval is: "95% CI", "range of studies", "profile likelihood", "assumed", ...
    facts         ids of the facts behind value, spread and interval
    grade         one of GRADES, the weakest link
    distribution  of the patients about the typical value
    within        hard limits of any single patient's value
    script        the calibration script that computed it, or ""
    """

    name: str
    says: str
    value: float
    unit: str
    spread: float
    interval: tuple[float, float]
    interval_is: str
    facts: tuple[str, ...]
    grade: Grade
    distribution: Distribution = "lognormal"
    within: tuple[float, float] = (0.0, float("inf"))
    script: str = ""

    @property
    def is_weak(self) -> bool:
        """Whether a result that leans on it must say so."""
        return self.grade in ("assumed", "recalled")


def load(tables: Mapping[str, Mapping[str, Any]], calibrated: Mapping[str, Mapping[str, Any]]) -> dict[str, Parameter]:
    """Build parameters from TOML tables and calibrated values; raises EvidenceError listing every bad entry."""
    problems = Problems()
    made = {}
    for name, entry in tables.items():
        for key in entry.keys() - _KEYS:
            problems.add(f"parameter {name}", key, f"one of {', '.join(sorted(_KEYS))}", nearest(key, _KEYS))
        merged = {**entry, **calibrated.get(name, {})} if entry.get("script") else dict(entry)
        missing = [k for k in ("says", "value", "unit", "interval", "interval_is", "grade") if k not in merged]
        if missing:
            problems.add(f"parameter {name}", ", ".join(missing), "these keys to be present")
            continue
        if merged["grade"] not in GRADES:
            problems.add(f"parameter {name}.grade", merged["grade"], f"one of {', '.join(GRADES)}")
        low, high = merged["interval"]
        if not low <= merged["value"] <= high:
            problems.add(f"parameter {name}.interval", merged["interval"], f"an interval that holds {merged['value']}")
        made[name] = Parameter(
            name=name,
            says=merged["says"],
            value=float(merged["value"]),
            unit=merged["unit"],
            spread=float(merged.get("spread", 0.0)),
            interval=(float(low), float(high)),
            interval_is=merged["interval_is"],
            facts=tuple(merged.get("facts", ())),
            grade=merged["grade"],
            distribution=merged.get("distribution", "lognormal"),
            within=tuple(merged.get("within", (0.0, float("inf")))),
            script=merged.get("script", ""),
        )
    problems.raise_as(EvidenceError, "the parameter files are not valid")
    return made


@functools.cache
def parameters(variant: str = DEFAULT_VARIANT) -> dict[str, Parameter]:
    """All parameters by name, in the order of the files, under one reading of the evidence.

    Raises EvidenceError for a variant that does not exist.
    """
    folder = resources.files("baclosim") / "values"
    tables: dict[str, Any] = {}
    for file in sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name):
        tables |= tomllib.loads(file.read_text(encoding="utf-8"))
    calibrated = calibrated_values()
    for name, entry in variant_values(variant).items():
        tables[name] = {**tables.get(name, {}), **entry}
        calibrated = {**calibrated, name: {**calibrated.get(name, {}), **entry}}
    return load(tables, calibrated)


def variants() -> tuple[str, ...]:
    """Names of the readings of the evidence that can be chosen, the default first."""
    folder = resources.files("baclosim") / "values" / "variants"
    files = sorted(f.name for f in folder.iterdir()) if folder.is_dir() else []
    named = (name.removesuffix(".json").replace("_", " ") for name in files if name.endswith(".json"))
    return (DEFAULT_VARIANT, *named)


def variant_values(variant: str) -> dict[str, dict[str, Any]]:
    """What a variant says otherwise: name -> the keys it replaces. Raises EvidenceError for an unknown variant."""
    if variant not in variants():
        allowed = f"one of {', '.join(variants())}"
        raise EvidenceError(Problem("variant of the parameters", variant, allowed, nearest(variant, variants())))
    if variant == DEFAULT_VARIANT:
        return {}
    file = resources.files("baclosim") / "values" / "variants" / f"{variant.replace(' ', '_')}.json"
    return json.loads(file.read_text(encoding="utf-8"))


@functools.cache
def calibrated_values() -> dict[str, dict[str, Any]]:
    """What the calibration scripts wrote: name -> {value, interval, spread}."""
    folder = resources.files("baclosim") / "values" / "calibrated"
    found: dict[str, dict[str, Any]] = {}
    if folder.is_dir():
        for file in sorted((f for f in folder.iterdir() if f.name.endswith(".json")), key=lambda f: f.name):
            found |= json.loads(file.read_text(encoding="utf-8"))
    return found


def typical(names: Iterable[str] | None = None) -> dict[str, float]:
    """Typical values by name."""
    known = parameters()
    return {name: known[name].value for name in (names or known)}


def store_calibrated(script: str, results: Mapping[str, Mapping[str, Any]]) -> Path:
    """Write what a calibration script found, rounded to four significant digits; returns the file written."""
    return _store(_VALUES / "calibrated" / f"{script}.json", results)


def store_variant(variant: str, results: Mapping[str, Mapping[str, Any]]) -> Path:
    """Write what a named variant says otherwise, rounded to four significant digits; returns the file written."""
    return _store(_VALUES / "variants" / f"{variant.replace(' ', '_')}.json", results)


def _store(target: Path, results: Mapping[str, Mapping[str, Any]]) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({name: _rounded(entry) for name, entry in results.items()}, indent=2) + "\n"
    target.write_text(text, encoding="utf-8")
    return target


def _rounded(entry: Mapping[str, Any]) -> dict[str, Any]:
    def four(x: Any) -> Any:
        if isinstance(x, (list, tuple)):
            return [four(y) for y in x]
        return float(f"{x:.4g}") if isinstance(x, (int, float)) else x

    return {key: four(value) for key, value in entry.items()}
