"""Drugs as cases speak of them: generic names by what people write, and the classes that matter to the syndromes."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources
from typing import Any

from ..drugs.companions import NAMES as COMPANIONS
from ..drugs.serotonergic import agents, listed
from ..errors import InputError, Problem, nearest


@functools.cache
def _tables() -> dict[str, Any]:
    file = resources.files("baclosim") / "syndromes" / "medicines.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


@functools.cache
def generic_names() -> dict[str, str]:
    """Generic name by every name that is understood, in lower case."""
    known = dict(COMPANIONS)
    known |= {other.lower(): agent.name for agent in agents().values() for other in (agent.name, *agent.also)}
    known |= {name: name for members in _tables()["class"].values() for name in members}
    known |= {also: name for name, others in _tables()["also"].items() for also in others}
    return known


def medicine(given: object, where: str) -> str:
    """The generic name of a drug. Raises InputError with the nearest known one."""
    key = " ".join(str(given).lower().split())
    if key not in generic_names():
        allowed = "the name of a drug that is known here"
        raise InputError(Problem(where, given, allowed, nearest(key, generic_names())))
    return generic_names()[key]


@functools.cache
def classes_of(name: str) -> frozenset[str]:
    """The classes of a drug: those of medicines.toml, and "serotonergic" when it is so beyond dispute."""
    found = {kind for kind, members in _tables()["class"].items() if name in members}
    agent = listed(name)
    return frozenset(found | {"serotonergic"} if agent and agent.is_serotonergic else found)
