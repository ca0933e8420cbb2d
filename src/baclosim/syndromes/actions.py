"""What is urgent, first: actions that findings or probable syndromes call for, each with its sources."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from .case import Case
from .load import Load
from .words import percent

BACLOFEN_WARNING = (
    "Stopping or lowering baclofen can itself cause this picture, and restarting it may be the treatment. Ask for "
    "every route: tablets, pump, refill dates. Never stop baclofen abruptly."
)
NO_BACLOFEN = "No baclofen is known of in this case; if there was any, its stop can cause this picture: ask."
TOO_MUCH = (
    "Too much baclofen is likelier here than its lack, so give none until that is settled; its fall can cause "
    "withdrawal later: plan how it is restarted. If a dose was missed or a pump has stopped after all, restarting is "
    "the treatment."
)
LIKELY = 0.5  # likelier than not, and likelier than all else: only then does lack of baclofen come second
WARNING_FACTS = ("withdrawal.boxed-warning.fda-2002", "withdrawal.resolution-itb.barcelona-2009")


@dataclass(frozen=True)
class Action:
    """Something to do now, why, and the facts behind it."""

    says: str
    why: str
    facts: tuple[str, ...]


@functools.cache
def _table() -> tuple[dict[str, Any], ...]:
    file = resources.files("baclosim") / "syndromes" / "actions.toml"
    return tuple(tomllib.loads(file.read_text(encoding="utf-8"))["action"])


def actions(case: Case, probability: Mapping[str, float], load: Load) -> tuple[Action, ...]:
    """What findings call for, the warning about baclofen, deadly pairs of drugs, what syndromes call for, by chance.

    After too much baclofen, known or likeliest, the warning is of what comes later, and stands last.
    """
    likely = probability["baclofen_overdose"] >= max(LIKELY, *probability.values())
    signs, syndromes = [], []
    for entry in _table():
        when = entry["when"]
        facts = tuple(entry["facts"])
        if "finding" in when:
            there = [name for name in when["finding"] if case.known().get(name)]
            signs += [Action(entry["says"], f"{there[0].replace('_', ' ')} is there", facts)] if there else []
        elif probability[when["syndrome"]] >= when["least"]:
            p = probability[when["syndrome"]]
            syndromes.append((p, Action(entry["says"], f"probability {percent(p)}", facts)))
    ranked = [action for _, action in sorted(syndromes, key=lambda pair: -pair[0])]
    if likely or overdosed(case):
        return (*signs, *deadly(load), *ranked, warning(case, likely=likely))
    return (*signs, warning(case), *deadly(load), *ranked)


def deadly(load: Load) -> Iterator[Action]:
    """What severe pairs of a medication list call for."""
    for pair in load.pairs:
        if pair.danger == "severe":
            says = f"{pair.first} with {pair.second} can kill ({pair.says}): give neither again before this is settled."
            yield Action(says[:1].upper() + says[1:], "both on the list", load.facts)


def overdosed(case: Case) -> bool:
    """Whether too much baclofen is known of, taken or from the pump."""
    return any(drug.change == "overdose" for drug in case.baclofen()) or case.pump == "excess"


def warning(case: Case, *, likely: bool = False) -> Action:
    """That stopping baclofen can be the cause; `likely`: too much of it is the likeliest, though nobody said so."""
    known = bool(case.baclofen()) or case.pump not in ("", "none")
    if overdosed(case):
        says = "When baclofen was too much, its later fall can cause withdrawal: plan how it is restarted."
        return Action(says, "baclofen in the history", ("overdose.acute-on-chronic.peng-1998",))
    if likely and known:
        return Action(TOO_MUCH, "baclofen in the history", ("overdose.acute-on-chronic.peng-1998", *WARNING_FACTS))
    says = BACLOFEN_WARNING if known else f"{BACLOFEN_WARNING} {NO_BACLOFEN}"
    return Action(says, "baclofen in the history" if known else "the most treatable cause", WARNING_FACTS)
