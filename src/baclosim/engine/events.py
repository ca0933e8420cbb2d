"""What happens within a step of the loop: doses that enter, rates that change, each at its own instant.

Part of the template of loop.py, which compiles it for a network.
"""

from __future__ import annotations

import math

import numpy as np

from .inputs import EARLY, IMPULSE
from .lanes import in_widest_vectors
from .vectormath import exp

NOTHING = 1e-160
"""A mode smaller than this is set to 0, before it becomes a denormal number, which is many times slower."""
NONE, SEVERAL = -1, -2  # instead of the number of the channel that runs


def next_event(event_time, cursor, stop):
    """The earliest event still to come in any lane of the block."""
    soonest = np.inf
    for lane in range(16):
        if cursor[lane] < stop[lane]:
            soonest = min(soonest, event_time[cursor[lane]])
    return soonest


def note_flows(u, active):
    """Note which channels run in some lane."""
    for j in range(u.shape[0]):
        active[j] = False
        for lane in range(16):
            active[j] |= u[j, lane] != 0.0


def sole_flow(active):
    """The one channel that runs; NONE or SEVERAL of them."""
    found = NONE
    for j in range(active.shape[0]):
        if active[j]:
            found = j if found == NONE else SEVERAL
    return found


def amount_of(u, channel, lane, kind, value):
    """Amount of an impulse, or by how much a channel's rate changes; the new rate is kept."""
    if kind == IMPULSE:
        return value
    change = value - u[channel, lane]
    u[channel, lane] = value
    return change


def meet(
    z, inject, mode_rate, mode_turn, pairs, u, event_time, event_channel, event_kind, event_value, cursor, stop, end,
    impulse, remaining,
):  # fmt: skip
    """Let each lane's next event act on its modes, if it is due by `end`; impulses into one channel act side by side.

    impulse, remaining  room for one number of each lane
    """
    together = -1
    for lane in range(16):
        impulse[lane] = remaining[lane] = 0.0
        e = cursor[lane]
        if e < stop[lane] and event_time[e] <= end + EARLY:
            left = max(end - event_time[e], 0.0)
            channel, kind = event_channel[e], event_kind[e]
            amount = amount_of(u, channel, lane, kind, event_value[e])
            turn_in(z, inject, mode_rate, mode_turn, pairs, lane, channel, kind, amount, left)
            if kind == IMPULSE and (together < 0 or channel == together):
                together, impulse[lane], remaining[lane] = channel, amount, left
            elif kind == IMPULSE or left > 0.0:
                land(z, inject, mode_rate, pairs, lane, channel, kind, amount, left)
            cursor[lane] += 1
    if together >= 0:
        land_together(z, inject, mode_rate, pairs, together, impulse, remaining)


def land_together(z, inject, mode_rate, pairs, channel, impulse, remaining):
    """Let impulses (lanes,) into one channel act on the modes that turn in no lane."""
    in_widest_vectors()  # type: ignore[call-arg]
    first = channel * z.shape[0]
    for i in range(2 * pairs, z.shape[0]):
        for lane in range(16):
            left = exp(mode_rate[i, lane] * remaining[lane])
            z[i, lane] += impulse[lane] * inject[first + i, lane] * (left if left > NOTHING else 0.0)


def turn_in(z, inject, mode_rate, mode_turn, pairs, lane, channel, kind, amount, remaining):
    """Let one event act on the modes of one lane that turn in some lane, `remaining` hours before the step's end."""
    first = channel * z.shape[0]
    for i in range(2 * pairs):
        if mode_turn[i - i % 2, lane] == 0.0:
            z[i, lane] += amount * inject[first + i, lane] * answer(mode_rate[i, lane], kind, remaining)
        elif i % 2 == 0:
            own = complex(inject[first + i, lane], inject[first + i + 1, lane])
            rate = complex(mode_rate[i, lane], -mode_turn[i, lane])
            turned = amount * own * turning_answer(rate, kind, remaining)
            z[i, lane] += turned.real
            z[i + 1, lane] += turned.imag


def land(z, inject, mode_rate, pairs, lane, channel, kind, amount, remaining):
    """The same on the modes that turn in none."""
    first = channel * z.shape[0]
    for i in range(2 * pairs, z.shape[0]):
        z[i, lane] += amount * inject[first + i, lane] * answer(mode_rate[i, lane], kind, remaining)


def answer(rate, kind, remaining):
    """What is left after `remaining` hours of a unit impulse, or has gathered of a unit rate."""
    if kind == IMPULSE:
        left = exp(rate * remaining)
        return left if left > NOTHING else 0.0
    return remaining if rate == 0.0 else math.expm1(rate * remaining) / rate


def turning_answer(rate, kind, remaining):
    """The same for a pair of modes read as one complex number."""
    moved = np.exp(rate * remaining)
    return moved if kind == IMPULSE else (moved - 1.0) / rate
