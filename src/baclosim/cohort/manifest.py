"""The manifest of a study: what was simulated and with what, and whether an unfinished run may go on."""

from __future__ import annotations

import difflib
import functools
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from hashlib import blake2b
from importlib import resources
from importlib.metadata import version
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np

from ..cautions import Caution
from ..errors import InputError
from ..patient.speech import patient_sentence
from ..quantities import known
from ..simulate import simulate
from ..trajectory import Trajectory, column_name
from .patients import people
from .shard import band_times
from .sketch import error
from .study import Arm, Study

DECIDING = (
    "body", "cohort", "drugs", "effects", "engine", "patient", "pump", "scenario", "therapy", "values",
    "outcome", "parameters.py", "quantities.py", "simulate", "streams.py", "trajectory.py", "units.py",
)  # fmt: skip
"""What of the package decides a result."""
IDENTITY = ("version", "model", "study_hash", "patients", "seed", "draws", "shard_size")


def identity_of(study: Study) -> dict[str, Any]:
    """What tells one study from another, and its text."""
    return {
        "version": version("baclosim"),
        "model": model_hash(),
        "study_hash": study_hash(study),
        "patients": study.patients,
        "seed": study.seed,
        "draws": study.draws,
        "shard_size": study.shard_size,
        "text": study.text,
    }


def manifest_of(study: Study) -> dict[str, Any]:
    """Everything that a reader of the tables needs, and that tells one study from another."""
    tried = [glimpse(study, arm) for arm in study.arms]
    parameters = {p.name: p for course in tried for p in course.parameters}
    cautions = dict.fromkeys(caution for course in tried for caution in course.cautions)
    return {
        "format": 1,
        "version": version("baclosim"),
        "model": model_hash(),
        "study_hash": study_hash(study),
        "title": study.title,
        "name": study.name,
        "patient": patient_sentence(study.patient),
        "covariates": "drawn" if study.are_drawn else "fixed",
        "design": study.design,
        "patients": study.patients,
        "seed": study.seed,
        "draws": study.draws,
        "day_to_day": study.day_to_day,
        "shard_size": study.shard_size,
        "shards": study.shards,
        "duration_h": study.duration,
        "every_h": study.every,
        "visits_h": list(study.visits),
        "arms": [arm_entry(arm) for arm in study.arms],
        "quantities": [quantity_entry(name) for name in study.record],
        "endpoints": [endpoint_entry(e) for e in study.endpoints],
        "reported": [asdict(reported) for reported in study.reported],
        "band_time_h": np.round(band_times(study), 9).tolist(),
        "band_is_mean": study.band_stride > 1,
        "cautions": [
            {"about": c.about, "says": c.says, "evidence": list(c.evidence)} for c in (*cautions, *own_cautions(study))
        ],
        "weak_parameters": [{"name": p.name, "grade": p.grade} for p in parameters.values() if p.is_weak],
        "facts": list(dict.fromkeys(fact for p in parameters.values() for fact in p.facts)),
        "text": study.text,
    }


def caution_entry(caution: Caution) -> dict[str, Any]:
    """A caution as the manifest holds it."""
    return {"about": caution.about, "says": caution.says, "evidence": list(caution.evidence)}


def own_cautions(study: Study) -> Iterator[Caution]:
    """What a reader must know about the study itself."""
    if study.day_to_day:
        says = f"what one person absorbs varies by {100 * study.day_to_day:.3g} % from day to day, which is assumed."
        yield Caution("absorption", says)


def arm_entry(arm: Arm) -> dict[str, Any]:
    """An arm as the manifest holds it."""
    return {"name": arm.name, "share": arm.share, "drop_out": arm.drop_out, "therapy": str(arm.therapy)}


def quantity_entry(name: str) -> dict[str, Any]:
    """A quantity kept: its column, and by how much a quantile over time is off at most."""
    size, is_share = error(name)
    quantity = known(name)
    entry = {"name": name, "label": quantity.label, "unit": quantity.unit, "column": column_name(name)}
    return entry | {"quantile_error": size, "quantile_error_is": "share of the value" if is_share else "in its unit"}


def endpoint_entry(endpoint: Any) -> dict[str, Any]:
    """An endpoint as the manifest holds it."""
    return {
        "name": endpoint.name, "column": endpoint.column, "quantity": endpoint.quantity, "measure": endpoint.measure,
        "level": endpoint.level, "unit": endpoint.unit, "at_h": endpoint.at, "start_h": endpoint.start,
        "end_h": endpoint.end, "is_event": endpoint.is_event,
    }  # fmt: skip


def glimpse(study: Study, arm: Arm) -> Trajectory:
    """A day of a few patients of an arm: what a run rests on, and whether it can be told at all."""
    group = people(study, 0, 0, 16)
    until = min(study.duration, max(24.0, study.every))
    return simulate(group, arm.therapy, until, every=study.every, quantities=study.recorded, seed=study.seed, threads=1)


def study_hash(study: Study) -> str:
    """A digest of what the file says, whatever its comments and the order of its keys."""
    return blake2b(json.dumps(_plain(study.text), sort_keys=True).encode(), digest_size=16).hexdigest()


def _plain(text: str) -> Any:
    return json.loads(json.dumps(tomllib.loads(text), default=str))


@functools.cache
def model_hash() -> str:
    """A digest of everything in the package that decides a result."""
    digest = blake2b(digest_size=16)
    root = resources.files("baclosim")
    for name in DECIDING:
        for path, content in _files(root / name, name):
            digest.update(path.encode() + b"\0" + content + b"\0")
    return digest.hexdigest()


def _files(node: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    if node.is_file():
        if name.endswith((".py", ".toml", ".json")):
            yield name, node.read_bytes()
        return
    for inner in sorted(node.iterdir(), key=lambda entry: entry.name):
        if inner.name != "__pycache__":
            yield from _files(inner, f"{name}/{inner.name}")


def check_same(before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Raise InputError, with the difference, when a folder holds another study than the one to go on with."""
    changed = [key for key in IDENTITY if before.get(key) != now[key]]
    if not changed:
        return
    lines = [f"  {key}: {before.get(key)} in the folder, {now[key]} now" for key in changed if key != "study_hash"]
    if "study_hash" in changed:
        old, new = before.get("text", "").splitlines(), now["text"].splitlines()
        lines += [f"  {line}" for line in difflib.unified_diff(old, new, "in the folder", "now", n=1, lineterm="")]
    raise InputError(
        "this folder holds another study, so it cannot be resumed; give another folder with --out:\n" + "\n".join(lines)
    )
