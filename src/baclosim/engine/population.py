"""Tablets for many patients at once: modes in SIMD lanes, one event table shared, every patient with its own rates and lag.

Sixteen patients ride side by side. Exponentials are taken once per distinct gap between records and once per dose;
a record then costs one multiplication per mode to move and one per mode to read.
"""

from __future__ import annotations

import numpy as np

from .propagation import compiled
from .vectormath import exp

LANES = 16
TILE = 8  # records gathered before they are written out patient by patient
SAME_TIME = 1e-14


@compiled
def march_blocks(first, last, time, gap_of, gaps, doses, rates, entering, lags, weights, out):
    """March blocks first to last - 1 of sixteen patients over the shared records.

    time (r,) h; gap_of (r,) index into gaps (g,) h, the distinct times between records (a gap of 0 at the first record)
    doses = (nominal time (d,) h, record of a dose given by its own record or 0 (d,), amount (d,)), in order of time
    rates (b, m, 16) 1/h; entering (b, m, 16) share of a dose in each mode, F included; lags (b, 16) h
    weights (b, q, m, 16) reading of each output from each mode; out (b x 16, q, r)
    """
    modes, outputs, records = rates.shape[1], weights.shape[1], time.shape[0]
    decay = np.empty((gaps.shape[0], modes, LANES))
    z = np.empty((modes, LANES))
    tile = np.empty((outputs, TILE, LANES))
    for block in range(first, last):
        for g in range(gaps.shape[0]):
            for i in range(modes):
                for lane in range(LANES):
                    decay[g, i, lane] = exp(rates[block, i, lane] * gaps[g])
        z[:, :] = 0.0
        shortest, longest = lags[block].min(), lags[block].max()
        begun = 0
        for start in range(0, records, TILE):
            stop = min(start + TILE, records)
            for record in range(start, stop):
                g = gap_of[record]
                for i in range(modes):
                    for lane in range(LANES):
                        z[i, lane] *= decay[g, i, lane]
                begun = enter_doses(
                    z, record, begun, time, doses, rates[block], entering[block], lags[block], shortest, longest
                )
                read(z, weights[block], tile, record - start)
            for q in range(outputs):
                for lane in range(LANES):
                    for record in range(start, stop):
                        out[block * LANES + lane, q, record] = tile[q, record - start, lane]


@compiled
def read(z, weights, tile, slot):
    """Write the outputs (q, 16) of the present modes z (m, 16) into slot `slot` of tile (q, t, 16)."""
    for q in range(weights.shape[0]):
        for lane in range(LANES):
            tile[q, slot, lane] = weights[q, 0, lane] * z[0, lane]
        for i in range(1, z.shape[0]):
            for lane in range(LANES):
                tile[q, slot, lane] += weights[q, i, lane] * z[i, lane]


@compiled
def enter_doses(z, record, begun, time, doses, rates, entering, lags, shortest, longest):
    """Add to z every dose that enters after the previous record and by this one; returns the first dose still open."""
    nominal, own_record, amount = doses
    now = time[record]
    slack = SAME_TIME * abs(now)
    dose = begun
    while dose < nominal.shape[0] and nominal[dose] + shortest <= now + slack and own_record[dose] <= record:
        if longest == 0.0 and nominal[dose] >= now:
            add_now(z, amount[dose], entering)
        else:
            add_late(z, record, time, nominal[dose], own_record[dose], amount[dose], rates, entering, lags)
        if dose == begun and nominal[dose] + longest <= now + slack:
            begun += 1
        dose += 1
    return begun


@compiled
def add_now(z, amount, entering):
    """A dose that enters in every lane at the time of the record."""
    for i in range(z.shape[0]):
        for lane in range(LANES):
            z[i, lane] += amount * entering[i, lane]


@compiled
def add_late(z, record, time, nominal, own_record, amount, rates, entering, lags):
    """A dose that entered, lane by lane, some time before the record; lanes where it entered earlier or not yet get 0."""
    now = time[record]
    slack = SAME_TIME * abs(now)
    before = time[record - 1] if record > own_record else -np.inf
    before += SAME_TIME * abs(before) if record > own_record else 0.0
    for i in range(z.shape[0]):
        for lane in range(LANES):
            entry = nominal + lags[lane]
            fresh = amount if (entry <= now + slack) & (entry > before) else 0.0
            z[i, lane] += fresh * entering[i, lane] * exp(rates[i, lane] * max(now - entry, 0.0))
