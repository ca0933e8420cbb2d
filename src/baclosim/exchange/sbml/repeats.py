"""Regular doses drawn together: "10 mg, 189 times, every 8 h" instead of 189 doses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Literal

from ...engine.inputs import IMPULSE

if TYPE_CHECKING:
    from ...engine.inputs import Inputs

Kind = Literal["dose", "rate"]
DAY, WEEK = 24.0, 168.0  # h
SAME = 1e-7  # h; times closer than this are one


@dataclass(frozen=True)
class Repeat:
    """`times` equal events, the first at `start` and then every `every` hours (0 for a single one).

    kind     dose: `value` ug at once; rate: from then on the channel runs at `value` ug/h
    channel  by which it enters the body
    """

    kind: Kind
    channel: str
    value: float
    start: float
    every: float = 0.0
    times: int = 1


def repeats(inputs: Inputs, channels: Sequence[str]) -> tuple[Repeat, ...]:
    """The events of one patient in as few repeats as each way of reading them allows, in order of time."""
    alike: dict[tuple[Kind, str, float], list[float]] = defaultdict(list)
    for time, channel, kind, value in lasting(inputs):
        alike["dose" if kind == IMPULSE else "rate", channels[channel], float(f"{value:.12g}")].append(time)
    found = [Repeat(*key, *run) for key, times in alike.items() for run in regular(times)]
    return tuple(sorted(found, key=lambda r: (r.start, r.channel, r.kind, r.value)))


def lasting(inputs: Inputs) -> Iterator[tuple[float, int, int, float]]:
    """Events (time, channel, kind, value) without the rates that another replaces at once.

    SBML leaves open which of two events at one time comes first.
    """
    after: dict[int, float] = {}  # channel -> when its next rate begins
    kept: list[tuple[float, int, int, float]] = []
    events = zip(
        inputs.time.tolist(), inputs.channel.tolist(), inputs.kind.tolist(), inputs.value.tolist(), strict=True
    )
    for time, channel, kind, value in reversed(list(events)):
        if kind == IMPULSE or after.get(channel, inf) - time >= SAME:
            kept.append((time, channel, kind, value))
        if kind != IMPULSE:
            after[channel] = time
    return reversed(kept)


def regular(times: Sequence[float]) -> list[tuple[float, float, int]]:
    """Rising times as runs of (start, interval, number): as they come, or day by day, or week by week."""
    ways = ([times], _by_clock(times, DAY), _by_clock(times, WEEK))
    return min(([run for part in way for run in _runs(part)] for way in ways), key=len)


def _by_clock(times: Iterable[float], period: float) -> list[list[float]]:
    parts: dict[int, list[float]] = defaultdict(list)
    for time in times:
        parts[round(time % period / SAME) % round(period / SAME)].append(time)
    return list(parts.values())


def _runs(times: Sequence[float]) -> list[tuple[float, float, int]]:
    """Times cut where their distance changes."""
    found: list[tuple[float, float, int]] = []
    i = 0
    while i < len(times):
        if i + 1 == len(times):
            found.append((times[i], 0.0, 1))
            break
        every, j = times[i + 1] - times[i], i + 1
        while j + 1 < len(times) and abs(times[j + 1] - times[i] - (j + 1 - i) * every) < SAME:
            j += 1
        is_pair = j == i + 1  # two that only happen to follow each other: the second may begin a longer run
        found.append((times[i], 0.0, 1) if is_pair and j + 1 < len(times) else (times[i], every, j - i + 1))
        i += 1 if is_pair and j + 1 < len(times) else j - i + 1
    return found
