"""Other drugs beside baclofen, in plain words: "diazepam 5 mg at night", "alcohol 40 g at 20:00"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from ..cautions import Caution
from ..drugs.companions import LOADS, NAMES, SEROTONERGIC, Companion, companion
from ..drugs.serotonergic import Agent, listed
from ..errors import InputError, Problem
from ..units import number
from .doses import CHANNELS, Doses
from .language import parse
from .regimen import Regimen

MILLIGRAMS = {"ug": 1e-3, "mcg": 1e-3, "mg": 1.0, "g": 1e3, "drink": 14e3, "drinks": 14e3, "unit": 8e3, "units": 8e3}
"""Milligrams in each unit; a drink of 14 g and a unit of 8 g are alcohol."""

WEIGHS = frozenset({"sedative_load", "opioid_load"})
EASES = frozenset(LOADS) - WEIGHS - frozenset(SEROTONERGIC)
_AMOUNT = re.compile(r"(\d+(?:[.,]\d+)*)\s*(ug|mcg|mg|g|drinks?|units?)\b(?!\s*/)", re.IGNORECASE)
STAND_IN = 50.0  # mg by mouth that stand in for a load of 1 while the timing is read, within the limits of a dose


@dataclass(frozen=True)
class Alongside:
    """A companion and how it is taken; offers what every therapy offers."""

    drug: Companion
    words: str

    @cached_property
    def agent(self) -> Agent | None:
        """What it does to serotonin, None for a drug that is not in that catalogue or does nothing there."""
        found = listed(self.drug.name)
        return found if found and found.is_serotonergic else None

    @cached_property
    def regimen(self) -> Regimen | None:
        """When and how much, with `STAND_IN` in place of a load of 1; None for a drug that no run can carry."""
        if not self.drug.is_modelled:
            return None
        return parse(_AMOUNT.sub(self._as_load, self.words))

    def __str__(self) -> str:
        return f"{self.drug.name} {self.words}".strip()

    @property
    def notes(self) -> tuple[Caution, ...]:
        """What is known of the two drugs together, and what is not."""
        drug = self.drug
        agent = (serotonergic_note(self.agent, drug),) if self.agent else ()
        if not drug.is_modelled and agent:
            return agent
        if not drug.is_modelled:
            says = f"no quantitative evidence on {drug.name} with baclofen, so it is not simulated; {drug.says}."
            return (Caution(drug.name, says, drug.facts),)
        own = (Caution(drug.name, said(drug), drug.facts),) if said(drug) else ()
        return (*own, *agent)

    def doses(self, until: float, patients: int = 1, seed: int = 0, **known: Any) -> Doses:
        """Doses [loads] on the companion's own channel up to `until` [h]; none for a drug without a model."""
        if self.regimen is None:
            return Doses.none()
        read = self.regimen.doses(until, patients=patients, seed=seed, **known)
        channel = np.full(len(read), CHANNELS.index(self.drug.name))
        return replace(read, channel=channel, amount=read.amount / (1e3 * STAND_IN))

    def _as_load(self, found: re.Match[str]) -> str:
        milligrams = number(found[1], "alongside", found[0]) * MILLIGRAMS[found[2].lower()]
        if found[2].lower().startswith(("drink", "unit")) and self.drug.kind != "alcohol":
            raise InputError(Problem("alongside", found[0], "an amount in mg or g", "Drinks and units are alcohol."))
        return f"{STAND_IN * milligrams / self.drug.unit:.12g} mg"


def alongside(text: str) -> Alongside:
    """Read a companion in plain words, its name first or after the amount. Raises InputError."""
    name = _name(text)
    drug = _drug(name)
    words = re.sub(rf"(?i)\b{re.escape(name)}\b", " ", text, count=1)
    words = " ".join(re.sub(r"(?i)\b(of|a glass of)\s+(?=at|every|once|twice|daily|$)", " ", words).split())
    found = Alongside(drug, words)
    if not _AMOUNT.search(words) and drug.is_modelled:
        raise InputError(Problem("alongside", text, f"an amount, such as '{drug.name} {_usual_words(drug)} at night'"))
    try:
        _ = found.regimen
    except InputError as error:
        raise InputError(
            Problem("alongside", text, f"'{drug.name} {_usual_words(drug)} at night' or so", str(error))
        ) from None
    return found


def said(drug: Companion) -> str:
    """How a drug enters a run; "" for one that only raises serotonin, of which `serotonergic_note` speaks."""
    if not WEIGHS.isdisjoint(drug.loads):
        return (
            f"how it acts together with baclofen is disputed: {drug.says}. Its kinetics and strength are recalled "
            "or assumed, for somebody who is not used to it."
        )
    if not EASES.isdisjoint(drug.loads):
        return f"{drug.says}. It eases signs of withdrawal by assumed factors; its kinetics are recalled."
    return ""


def serotonergic_note(agent: Agent, drug: Companion) -> Caution:
    """How a drug that raises serotonin enters a run, or that it does not."""
    if not drug.is_serotonergic:
        says = f"raises serotonin ({agent.mechanism}), which no run carries."
        return Caution(agent.name, says, agent.facts)
    target = "the transporter" if "reuptake_load" in drug.loads else "the enzyme"
    says = f"holds {target} of serotonin as its level rises and falls with its doses; its kinetics are recalled."
    return Caution(agent.name, says, (*agent.facts, *(fact for fact in drug.facts if fact not in agent.facts)))


def _drug(name: str) -> Companion:
    """A companion of this name, or one of the catalogue of serotonergic agents, which puts no load on the brain."""
    agent = None if name.strip().lower() in NAMES else listed(name)
    return Companion(agent.name, agent.kind, (), agent.mechanism, agent.facts) if agent else companion(name)


def _name(text: str) -> str:
    """The drug's name as written: the longest known one in the text, otherwise its first word."""
    known = [name for name in NAMES if re.search(rf"\b{re.escape(name)}\b", text.lower())]
    if known:
        return max(known, key=len)
    words = [word for word in re.findall(r"[A-Za-z][\w-]+", text) if word.lower() not in MILLIGRAMS]
    if not words:
        raise InputError(Problem("alongside", text, "the name of a drug, such as 'diazepam 5 mg at night'"))
    return words[0]


def _usual_words(drug: Companion) -> str:
    return f"{drug.usual / 1e3:g} g" if drug.usual >= 1e4 else f"{drug.usual:g} mg"
