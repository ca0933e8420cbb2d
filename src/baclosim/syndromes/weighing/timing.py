"""How likely the time of onset is under each syndrome: windows around a median, wider to one side."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from ...evidence.library import library
from ..case import Case, Exposed, Onset
from .likelihood import Array, method, rules, states, syndromes, tables

WINDOWS = "differential.onset.windows"
BROAD = (0.05, 1000.0)  # h; between these an onset that has nothing to do with the exposure lies anywhere
Z95 = 1.6449
BACLOFEN_LESS = ("itb_withdrawal", "oral_baclofen_withdrawal")


@dataclass(frozen=True)
class Window:
    """When a syndrome begins after its trigger [h]: median, and 5 and 95 % of cases."""

    median: float
    low: float
    high: float


@functools.cache
def windows() -> dict[str, Window]:
    """The windows of the evidence, by syndrome."""
    rows = library().table(WINDOWS).rows
    return {str(code): Window(*(float(str(x)) for x in (median, low, high))) for code, median, low, high, _ in rows}


@functools.cache
def triggers() -> dict[str, str]:
    """The exposure that starts the clock of each syndrome that one defines."""
    found = {entry["defines"]: name for name, entry in rules()["exposure"].items() if "defines" in entry}
    return found | {"autonomic_dysreflexia": "noxious_stimulus"}


def onset_of(case: Case, exposed: Exposed) -> Onset | None:
    """Hours from an exposure to the signs: less how long there have been signs, or at most as long as it is ago."""
    if not exposed.ago:
        return None
    if case.signs_for is None:
        return Onset(0.0, exposed.ago)
    began = exposed.ago - case.signs_for
    return Onset(began, began) if began > 0.0 else None


def log_onset(case: Case, known: Mapping[str, Exposed]) -> Array | None:
    """Log-likelihood of all times of onset under each state, (draws + 1, states); None when none is told."""
    parts = [log_time(own, onset) for own, onset in told_times(case, known)]
    return np.sum(parts, axis=0) if parts else None


def told_times(case: Case, known: Mapping[str, Exposed]) -> Iterator[tuple[tuple[str, ...], Onset]]:
    """Every time of onset, with the syndromes whose trigger it is counted from.

    An onset that is told counts from any trigger that is known, or from whatever it was when none is. Otherwise each
    trigger brings its own time.
    """
    there = {code: own_trigger(code, known) for code in syndromes()}
    triggered = tuple(code for code, trigger in there.items() if trigger)
    if case.onset is not None:
        yield triggered or tuple(syndromes()), case.onset
        return
    for trigger in dict.fromkeys(trigger for trigger in there.values() if trigger):
        onset = onset_of(case, trigger)
        if onset:
            yield tuple(code for code in triggered if there[code] == trigger), onset


def own_trigger(code: str, known: Mapping[str, Exposed]) -> Exposed | None:
    """The known exposure that starts the clock of a syndrome."""
    found = known.get(triggers().get(code, ""))
    if found is None and code in BACLOFEN_LESS:
        found = known.get("baclofen_lowered")
    return found if found and found.there else None


def log_time(own: tuple[str, ...], onset: Onset) -> Array:
    """Log-likelihood of one time, (draws + 1, states): by its window under a syndrome of `own`, else by chance."""
    stray, chance = method("stray_onset"), broad(onset)
    found = np.full(tables().shift.shape, np.log(chance))
    for place, state in enumerate(states()):
        code = next((code for code in state if code in own and code in windows()), None)
        if code:
            inside = within(onset, windows()[code], tables().shift[:, place])
            found[:, place] = np.log((1.0 - stray) * inside + stray * chance)
    return found


def edges(onset: Onset) -> tuple[float, float]:
    """The hours meant by an onset: a stated time means some time about it."""
    slack = method("onset_slack")
    return (onset.low if onset.low == 0.0 else onset.low / slack), (
        onset.high if onset.low == 0.0 else onset.high * slack
    )


def within(onset: Onset, window: Window, shift: Array) -> Array:
    """Share of cases that begin then; half of them before the median, each half normal in the logarithm of time."""
    low, high = edges(onset)
    median = window.median * np.exp(shift)
    return cumulative(high, median, window) - (cumulative(low, median, window) if low > 0.0 else 0.0)


def cumulative(hours: float, median: Array, window: Window) -> Array:
    """Share of cases that have begun by these hours."""
    from scipy.special import ndtr

    distance = np.log(hours / median)
    early = np.log(window.median / window.low) / Z95
    late = np.log(window.high / window.median) / Z95
    return ndtr(distance / np.where(distance < 0.0, early, late))


def broad(onset: Onset) -> float:
    """Share of unrelated onsets that fall there: any time between the ends of BROAD alike, in its logarithm."""
    low, high = (min(max(edge, BROAD[0]), BROAD[1]) for edge in edges(onset))
    return max(np.log(high / low) / np.log(BROAD[1] / BROAD[0]), 0.01)
