"""Serotonergic agents: what each does to serotonin, how long it stays, and which of them are dangerous together.

The catalogue is made of the evidence's own tables, so a drug is added there (see docs/add-a-fact.md); what they lack
is in serotonergic.toml. Half-lives are round numbers from memory.
"""

from __future__ import annotations

import functools
import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from itertools import combinations
from typing import Any, Literal

from ..errors import InputError, Problems, nearest
from ..evidence.library import library

Action = Literal["reuptake", "breakdown", "release", "precursor", "receptor", "disputed", "none"]
Danger = Literal["severe", "caution", "disputed"]

LISTED = "serotonin.drugs.list.composite"
HALF_LIVES = "serotonin.drugs.half-lives.recalled"
POTENTIALS = "serotonin.drugs.potency.tintinalli"
IRREVERSIBLE = "irreversible MAOI"
HALVINGS = 5.0  # half-lives for which an agent counts, where the evidence names no window
RAISING = ("reuptake", "release", "precursor")
"""Actions that put more serotonin outside the cell while breakdown is blocked."""

MARKS: tuple[tuple[str, Action], ...] = (
    ("MAO", "breakdown"),
    ("breakdown", "breakdown"),
    ("reuptake", "reuptake"),
    ("release", "release"),
    ("synthesis", "precursor"),
)
"""Words of a mechanism and the action that they mean, in the order in which they are looked for."""


@dataclass(frozen=True)
class Agent:
    """One drug, illegal drug or supplement.

    name       generic name; also: other names
    kind       its class, such as "SSRI"; mechanism: in words
    action     what it does to serotonin, one of Action
    half_life  elimination, or recovery of the enzyme it destroyed [h]; None when not known here
    window     how long after the last dose it still counts [h]; None when not known here
    potential  textbook grading of its serotonergic potential, or ""
    facts      ids of the entries behind all this
    """

    name: str
    also: tuple[str, ...]
    kind: str
    mechanism: str
    action: Action
    half_life: float | None
    window: float | None
    potential: str
    facts: tuple[str, ...]

    @property
    def is_serotonergic(self) -> bool:
        """Whether it raises or imitates serotonin beyond dispute."""
        return self.action not in ("disputed", "none")


@dataclass(frozen=True)
class Pair:
    """Two agents of one medication list, how dangerous they are together, and why."""

    first: Agent
    second: Agent
    danger: Danger
    says: str


@functools.cache
def agents() -> dict[str, Agent]:
    """The catalogue by generic name, in the order of the evidence, then what it lacks."""
    stays = _half_lives()
    potentials = {str(drug).lower(): str(grade) for drug, grade in library().table(POTENTIALS).rows}
    made = [
        _agent(str(listed), str(kind), str(mechanism), stays, potentials)
        for listed, kind, mechanism, *_ in library().table(LISTED).rows
    ]
    more = [_further(name, entry, potentials) for name, entry in _more()["agent"].items()]
    return {agent.name: agent for agent in (*made, *more)}


def agent(name: str) -> Agent:
    """The agent of this name, generic or other. Raises InputError with near matches."""
    return named((name,))[0]


def listed(name: str) -> Agent | None:
    """The agent of this name, generic or other, None when it is not in the catalogue."""
    wanted = name.strip().lower()
    return next((a for a in agents().values() if wanted in {n.lower() for n in (a.name, *a.also)}), None)


def named(names: Iterable[str]) -> tuple[Agent, ...]:
    """Agents by name. Raises InputError listing every name that is not in the catalogue."""
    known = {other.lower(): agent for agent in agents().values() for other in (agent.name, *agent.also)}
    problems, found = Problems(), []
    for name in names:
        key = name.strip().lower()
        if key in known:
            found.append(known[key])
        else:
            problems.add("drug", name, "a drug of the catalogue of serotonergic agents", nearest(key, known))
    problems.raise_as(InputError)
    return tuple(found)


def pairs(names: Iterable[str]) -> tuple[Pair, ...]:
    """Dangerous pairs of a medication list, the worst first; raises InputError for a name not in the catalogue."""
    return pairs_of(named(names))


def pairs_of(taken: Iterable[Agent]) -> tuple[Pair, ...]:
    """Dangerous pairs of some agents, the worst first."""
    found = [_pair(first, second) for first, second in combinations(taken, 2)]
    order = ("severe", "caution", "disputed")
    return tuple(sorted((p for p in found if p is not None), key=lambda p: order.index(p.danger)))


def _pair(first: Agent, second: Agent) -> Pair | None:
    actions = {first.action, second.action}
    if "none" in actions:
        return None
    if "disputed" in actions:
        return Pair(first, second, "disputed", "whether one of them raises serotonin is disputed")
    if "breakdown" in actions and actions & {*RAISING}:
        if any("breakdown inhibition B" in a.mechanism for a in (first, second)):
            return Pair(first, second, "caution", "the enzyme blocked at usual doses is MAO-B; higher doses block both")
        return Pair(first, second, "severe", "breakdown and reuptake, release or supply at once: the pair that kills")
    return Pair(
        first, second, "caution", "both raise or imitate serotonin; severe toxicity is rare without a MAO inhibitor"
    )


def _agent(
    listed: str, kind: str, mechanism: str, stays: Mapping[str, tuple[float, float]], potentials: Mapping[str, str]
) -> Agent:
    name, *also = _names(listed)
    half_life, window = (
        stays.get(name) or stays.get(IRREVERSIBLE if _destroys(name, mechanism) else "") or _recalled(name)
    )
    potential = next((potentials[n.lower()] for n in (name, *also) if n.lower() in potentials), "")
    known = name in stays or _destroys(name, mechanism)
    facts = (LISTED, *([HALF_LIVES] if known else []), *([POTENTIALS] if potential else []))
    return Agent(name, tuple(also), kind, mechanism, _action(mechanism), half_life, window, potential, facts)


def _further(name: str, entry: Mapping[str, Any], potentials: Mapping[str, str]) -> Agent:
    """An agent that the evidence's list lacks."""
    half_life = float(entry["half_life"]) if "half_life" in entry else None
    potential, also = potentials.get(name.lower(), ""), tuple(entry.get("also", ()))
    facts = (POTENTIALS,) if potential else ()
    mechanism = entry["mechanism"]
    return Agent(
        name, also, entry["class"], mechanism, _action(mechanism), half_life, _window(half_life), potential, facts
    )


def _destroys(name: str, mechanism: str) -> bool:
    return "irreversible" in mechanism or name in _more()["enzyme"]["lasts"]


def _recalled(name: str) -> tuple[float, float | None] | tuple[None, None]:
    """Half-life and window [h] of an agent from memory."""
    found = _more()["half_life"].get(name)
    return (float(found), _window(float(found))) if found else (None, None)


def _window(half_life: float | None) -> float | None:
    """How long an agent counts after its last dose [h]: whole days."""
    return None if half_life is None else 24.0 * math.ceil(HALVINGS * half_life / 24.0)


@functools.cache
def _more() -> dict[str, Any]:
    file = resources.files("baclosim") / "drugs" / "serotonergic.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _action(mechanism: str) -> Action:
    if mechanism.startswith("none"):
        return "none"
    if any(word in mechanism for word in ("disputed", "uncertain", "weak evidence", "tricyclic structure")):
        return "disputed"
    for mark, action in MARKS:
        if mark in mechanism:
            return action
    return "receptor"


def _half_lives() -> dict[str, tuple[float, float]]:
    """Half-life and window [h] by drug, or by the class that an entry names."""
    return {
        name: (float(str(half_life)), 24.0 * float(str(days)))
        for listed, half_life, days in library().table(HALF_LIVES).rows
        for name in re.sub(r"\s*\(.*\)", "", str(listed)).split(", ")
    }


def _names(listed: str) -> list[str]:
    """Generic name and others, from "meperidine (pethidine)" or "amfetamine/methamfetamine"."""
    return [name for name in re.split(r"\s*[/()]\s*", listed) if name]
