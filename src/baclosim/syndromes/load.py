"""Serotonergic load: which drugs of a list raise serotonin, how long each stays, and which are dangerous together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..drugs.serotonergic import Agent, Danger, listed, pairs_of
from .case import GIVEN, Case, Drug
from .medicines import classes_of
from .words import hours_in_words, percent

UNLISTED = "not in the catalogue, which is no proof that it is harmless"


@dataclass(frozen=True)
class Item:
    """One drug of the list.

    action   what it does to serotonin, "" when it is not in the catalogue; says: in words
    left     share of it still in the body, None when that cannot be told; gone: h until 3 % of it is left
    counts   whether it counts as an exposure now, None when it is not known
    """

    name: str
    kind: str
    action: str
    says: str
    left: float | None = None
    gone: float | None = None
    counts: bool | None = None


@dataclass(frozen=True)
class Dangerous:
    """Two drugs that are dangerous together, how much, and why."""

    first: str
    second: str
    danger: Danger
    says: str


@dataclass(frozen=True)
class Load:
    """The whole list.

    agents  how many serotonergic drugs count now; kinds: their classes, each once
    """

    items: tuple[Item, ...]
    pairs: tuple[Dangerous, ...]
    facts: tuple[str, ...]

    @property
    def agents(self) -> tuple[Item, ...]:
        """Those that raise or imitate serotonin beyond dispute and count now."""
        return tuple(item for item in self.items if item.counts)


HALVINGS = 5.0  # half-lives after which 3 % is left


def load_of(case: Case) -> Load:
    """The serotonergic load of a case's drugs."""
    return load_of_drugs(case.drugs)


def load_of_drugs(drugs: tuple[Drug, ...]) -> Load:
    """The serotonergic load of a list of drugs."""
    items = tuple(item_of(drug) for drug in drugs)
    found = [
        agent
        for drug, item in zip(drugs, items, strict=True)
        if item.counts is not False and (agent := listed(drug.name))
    ]
    dangers = tuple(Dangerous(p.first.name, p.second.name, p.danger, p.says) for p in pairs_of(found))
    facts = tuple(dict.fromkeys(fact for agent in found for fact in agent.facts))
    return Load(items, dangers, facts)


def item_of(drug: Drug) -> Item:
    """One drug of the list."""
    agent = listed(drug.name)
    if agent is None and "serotonergic" in classes_of(drug.name):
        return Item(drug.name, "class", "", "which drug of this class is not told", counts=drug.change != "stopped")
    if agent is None:
        return Item(drug.name, "", "", UNLISTED)
    left, counts = remaining(drug, agent), counting(drug, agent)
    return Item(
        drug.name,
        agent.kind,
        agent.action,
        "; ".join(words_of(drug, agent, left)),
        left,
        None if agent.half_life is None else HALVINGS * agent.half_life,
        counts,
    )


def counting(drug: Drug, agent: Agent) -> bool | None:
    """Whether a drug counts as a serotonergic exposure now."""
    if not agent.is_serotonergic:
        return None if agent.action == "disputed" else False
    if drug.change != "stopped" or drug.ago is None:
        return True
    return None if agent.window is None else drug.ago <= agent.window


def remaining(drug: Drug, agent: Agent) -> float | None:
    """Share of the drug still in the body."""
    if drug.change in GIVEN or drug.change == "lowered":
        return 1.0
    if agent.half_life is None or drug.ago is None:
        return None
    return 0.5 ** (drug.ago / agent.half_life)


def words_of(drug: Drug, agent: Agent, left: float | None) -> Iterator[str]:
    """What there is to say of one drug."""
    yield agent.mechanism
    if agent.half_life is not None and agent.is_serotonergic:
        window = f", counts for {hours_in_words(agent.window)} after the last dose" if agent.window else ""
        yield f"half-life {hours_in_words(agent.half_life)} (recalled){window}"
    elif agent.is_serotonergic:
        yield "how long it stays is not known here"
    if drug.change == "stopped" and left is not None and drug.ago is not None:
        yield f"{percent(left)} left {hours_in_words(drug.ago)} after the last dose"
