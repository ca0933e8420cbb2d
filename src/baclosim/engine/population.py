"""Tablets for many patients at once: modes in SIMD lanes; one event table, each with their own rates and lag.

Sixteen patients ride side by side. Exponentials are taken once per distinct gap between records and once per dose;
a record then costs one multiplication per mode to move and one per mode to read.
"""

from __future__ import annotations

import numpy as np

from .lanes import LANES, scale, weigh
from .propagation import compiled, inlined, part
from .vectormath import exp

TILE = 8  # records gathered before they are written out patient by patient
SAME_TIME = 1e-14


@compiled
def march_blocks(first, last, time, gap_of, gaps, doses, rates, entering, lags, weights, floor, out):
    """March blocks first to last - 1 of sixteen patients over the shared records.

    time (r,) h; gap_of (r,) index into gaps (g,) h, the distinct times between records (a gap of 0 at the first record)
    doses = (nominal time (d,) h, record that prescribes it (d,), index into the dosed compartments (d,), amount (d,)),
    in order of time
    rates (b, m, 16) 1/h; entering (b, c, m, 16) share of a dose in each mode, F included; lags (b, c, 16) h
    weights (b, q, m, 16) reading of each output from each mode; floor, the least that a result can be, so that rounding
    around 0 makes no concentration negative; out (b x 16, q, r)
    """
    modes, outputs, records = rates.shape[1], weights.shape[1], time.shape[0]
    decay = np.empty((gaps.shape[0], modes, LANES))
    z = np.empty((modes, LANES))
    every = np.arange(modes)
    tiles = np.empty((outputs, TILE, LANES))
    for block in range(first, last):
        decays(rates[block], gaps, decay)
        for i in range(modes):
            for lane in range(LANES):
                z[i, lane] = 0.0
        shortest, longest = lags[block].min(), lags[block].max()
        begun = 0
        due = soonest(doses[0], begun, shortest)
        for start in range(0, records, TILE):
            stop = min(start + TILE, records)
            for record in range(start, stop):
                scale(z, decay[gap_of[record]], 0, modes)  # type: ignore[call-arg]
                if due <= time[record]:
                    begun = enter_doses(
                        z, record, begun, time, doses, rates[block], entering[block], lags[block], shortest, longest
                    )
                    due = soonest(doses[0], begun, shortest)
                for q in range(outputs):
                    weigh(weights[block, q], every, 0, modes, z, tiles[q], record - start)
            for q in range(outputs):
                for lane in range(LANES):
                    unload(tiles[q], lane, floor, out[block * LANES + lane, q], start, stop)


@part
def decays(rates, gaps, decay):
    """Write exp(rate gap) of every gap, mode and lane into decay (g, m, 16)."""
    for g in range(gaps.shape[0]):
        for i in range(rates.shape[0]):
            for lane in range(LANES):
                decay[g, i, lane] = exp(rates[i, lane] * gaps[g])


@inlined
def unload(tile, lane, floor, result, start, stop):
    """Copy one lane of a tile (t, 16) to records start to stop - 1 of a patient's results (r,), but at least floor."""
    if stop - start == TILE:
        for record in range(TILE):
            result[start + record] = max(tile[record, lane], floor)
    else:
        for record in range(stop - start):
            result[start + record] = max(tile[record, lane], floor)


@part
def soonest(nominal, begun, shortest):
    """When the next open dose may enter the first lane; a little early, so that rounding is left to `enter_doses`."""
    if begun == nominal.shape[0]:
        return np.inf
    entry = nominal[begun] + shortest
    return entry - 2.0 * SAME_TIME * abs(entry)


@part
def enter_doses(z, record, begun, time, doses, rates, entering, lags, shortest, longest):
    """Add to z every dose that enters after the previous record and by this one; returns the first dose still open."""
    nominal, own_record, into, amount = doses
    now = time[record]
    slack = SAME_TIME * abs(now)
    dose = begun
    while dose < nominal.shape[0] and nominal[dose] + shortest <= now + slack and own_record[dose] <= record:
        if longest == 0.0 and nominal[dose] >= now:
            add_now(z, amount[dose], entering[into[dose]])
        else:
            c = into[dose]
            add_late(z, record, time, nominal[dose], own_record[dose], amount[dose], rates, entering[c], lags[c])
        if dose == begun and nominal[dose] + longest <= now + slack:
            begun += 1
        dose += 1
    return begun


@part
def add_now(z, amount, entering):
    """A dose that enters in every lane at the time of the record."""
    for i in range(z.shape[0]):
        for lane in range(LANES):
            z[i, lane] += amount * entering[i, lane]


@part
def add_late(z, record, time, nominal, own_record, amount, rates, entering, lags):
    """A dose that entered, lane by lane, before the record; lanes where it entered earlier, or not yet, get 0."""
    now = time[record]
    slack = SAME_TIME * abs(now)
    before = time[record - 1] if record > own_record else -np.inf
    before += SAME_TIME * abs(before) if record > own_record else 0.0
    for i in range(z.shape[0]):
        for lane in range(LANES):
            entry = nominal + lags[lane]
            fresh = amount if (entry <= now + slack) & (entry > before) else 0.0
            z[i, lane] += fresh * entering[i, lane] * exp(rates[i, lane] * max(now - entry, 0.0))
