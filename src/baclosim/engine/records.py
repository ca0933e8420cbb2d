"""The compiled walk over one subject's records: doses, infusions, steady states and resets with NONMEM's meaning.

The order of things at one record, which decides everything else:
 1. the parameters of this record hold from the previous record on;
 2. pending doses that enter at or before its time act, each at its own time, and infusions stop at theirs;
 3. its own event acts;
 4. the state is reported.

A dose record and its additional doses are one series of entries at first + j x interval. With SS, the doses of the
virtual past that a long lag still holds back have j < 0; the same series carries them.
"""

from __future__ import annotations

import numpy as np

from .propagation import apply, clear, column, compiled, forever, gain, part, propagate

RESET, RESET_AND_DOSE = 3, 4
STEADY_STATE, STEADY_STATE_ADDED = 1, 2
MODELLED_RATE, MODELLED_DURATION = -1.0, -2.0
BIOAVAILABILITY, LAG, DURATION, RATE = 0, 1, 2, 3  # rows of `entry`
SAME_TIME = 1e-14  # relative difference of two times that is rounding, as between 3 x 0.1 and 0.3
REMEMBERED = 16  # propagators kept per subject: one per distinct gap between records
SOUND, NO_STEADY_STATE, TOO_MANY_INFUSIONS = 0, 1, 2
MOST_INFUSIONS = 100_000  # running at the same time


@part
def reached(entry, time):
    """Whether a dose entering at `entry` has entered by `time`, rounding forgiven."""
    return entry <= time + SAME_TIME * abs(time)


@part
def stretch(x, elapsed, set_of, matrices, infused, kept):
    """Move the state x (s,) over `elapsed` hours under constant infusion rates `infused` (s,); propagators are reused.

    kept = (keys (c, 2), E (c, s, s), integrals (c, s, s), next slot (1,), two vectors (2, s)).
    """
    keys, E, integrals, slot, spare = kept
    found = -1
    for i in range(keys.shape[0]):
        if keys[i, 0] == set_of and keys[i, 1] == elapsed:
            found = i
            break
    if found < 0:
        found = slot[0]
        slot[0] = (found + 1) % keys.shape[0]
        keys[found, 0], keys[found, 1] = set_of, elapsed
        propagate(matrices[set_of], elapsed, E[found], integrals[found])
    apply(E[found], x, spare[0])
    apply(integrals[found], infused, spare[1])
    for i in range(x.shape[0]):
        x[i] = spare[0, i] + spare[1, i]


@part
def settled_gap(gap, now, set_of, keys):
    """A gap already solved that equals `gap` up to the rounding of the times, else `gap` itself."""
    for i in range(keys.shape[0]):
        if keys[i, 0] == set_of and abs(keys[i, 1] - gap) <= SAME_TIME * abs(now):
            return keys[i, 1]
    return gap


@part
def advance(x, now, until, set_of, matrices, running, count, infused, kept):
    """Move the state to `until`, stopping infusions on the way; returns the time reached and how many still run.

    running (c, 3): end, compartment, rate of each infusion under way.
    """
    while True:
        first = -1
        for i in range(count):
            if running[i, 0] <= until and (first < 0 or running[i, 0] < running[first, 0]):
                first = i
        stop = until if first < 0 else running[first, 0]
        gap = settled_gap(stop - now, stop, set_of, kept[0])
        if gap > 0.0:
            stretch(x, gap, set_of, matrices, infused, kept)
            now += gap
        if first < 0:
            return now, count
        count -= 1
        for k in range(3):
            running[first, k] = running[count, k]
        sum_rates(running, count, infused)


@part
def sum_rates(running, count, infused):
    """Total infusion rate into each compartment, summed afresh so that nothing is left when the last one stops."""
    clear(infused)
    for i in range(count):
        infused[int(running[i, 1])] += running[i, 2]


@part
def start_infusion(end, compartment, rate, running, count, infused):
    """Note one more running infusion; returns the list, enlarged when full, and the new count."""
    if count == running.shape[0]:
        larger = np.empty((2 * count, 3))
        for i in range(count):
            for k in range(3):
                larger[i, k] = running[i, k]
        running = larger
    running[count, 0], running[count, 1], running[count, 2] = end, compartment, rate
    infused[compartment] += rate
    return running, count + 1


@part
def rate_and_duration(amount, given, compartment, entry):
    """Rate and duration [h] of a dose as it enters; 0 h is a bolus. F scales the amount, never a given rate."""
    amount = amount * entry[BIOAVAILABILITY, compartment]
    if given == MODELLED_DURATION:
        return amount / entry[DURATION, compartment], entry[DURATION, compartment]
    rate = entry[RATE, compartment] if given == MODELLED_RATE else given
    return rate, amount / rate if rate > 0.0 else 0.0


@part
def periodic(x, time, age, dose, interval, set_of, matrices, entry, running, count, infused):
    """Add to x the periodic state of a dose repeated for ever, `age` h after its last entry; running infusions run on.

    dose = (amount, given rate, compartment). Returns the running infusions, their count and a status.
    """
    amount, given, compartment = dose
    s = x.shape[0]
    E, integral = np.empty((s, s)), np.empty((s, s))
    period, gained = np.empty((s, s)), np.empty((s, s))
    once, total, each = np.zeros(s), np.zeros(s), np.zeros(s)
    rate, duration = rate_and_duration(amount, given, compartment, entry)
    A = matrices[set_of]
    propagate(A, interval, period, gained)
    if given == 0.0:
        once[compartment] = amount * entry[BIOAVAILABILITY, compartment]
        duration = 0.0
    elif duration > 0.0:
        propagate(A, duration, E, integral)
        column(integral, compartment, rate, once)
    if not forever(period, once, total):
        return running, count, NO_STEADY_STATE
    going = running_at_once(age, interval, duration)
    if going > MOST_INFUSIONS:
        return running, count, TOO_MANY_INFUSIONS
    propagate(A, max(age + going * interval - duration, 0.0), E, integral)
    apply(E, total, once)
    gain(x, once)
    if going > 0:
        propagate(A, age, E, integral)
        column(integral, compartment, rate, once)
        column(gained, compartment, rate, each)
    for j in range(going):
        gain(x, once)
        apply(period, once, total)
        clear(once)
        gain(once, total)
        gain(once, each)
        end = time - age - j * interval + duration
        running, count = start_infusion(end, compartment, rate, running, count, infused)
    return running, count, SOUND


@part
def running_at_once(age, interval, duration):
    """How many infusions of the past still run, `age` h after the last one started."""
    left = duration - age
    if left <= SAME_TIME * duration:
        return 0
    return int(np.ceil(left / interval * (1.0 - SAME_TIME)))


@part
def constant(x, rate, compartment, A):
    """Add to x the state of an infusion that has run for ever; false when that state grows without limit."""
    s = x.shape[0]
    E, integral, once, total = np.empty((s, s)), np.empty((s, s)), np.empty(s), np.empty(s)
    fastest = 0.0
    for i in range(s):
        fastest = max(fastest, abs(A[i, i]))
    propagate(A, 1.0 / fastest if fastest > 0.0 else 1.0, E, integral)
    column(integral, compartment, rate, once)
    sound = forever(E, once, total)
    if sound:
        gain(x, total)
    return sound


@part
def held_back(lag, interval):
    """How many doses of a periodic past have been taken but not entered, the latest included."""
    if lag <= 0.0:
        return 0
    return int(np.ceil(lag / interval * (1.0 - SAME_TIME)))


@part
def next_entry(series, pending):
    """Index and time of the series that enters next, (-1, inf) when none; entries at one time just add."""
    first, soonest = -1, np.inf
    for i in range(pending):
        time = series[i, 0] + series[i, 2] * series[i, 1]
        if time < soonest:
            first, soonest = i, time
    return first, soonest


@part
def walk(first, last, records, sets, matrices, entries, out, status):
    """Walk over rows first to last - 1, all of one subject; write amounts into out (r, s) and faults into status (r,).

    records = (time, amount, rate, interval; event, compartment, additional, steady), each (r,)
    sets (r,): parameter set of each row; matrices (p, s, s) 1/h; entries (p, 4, s): F, lag, duration, rate.
    """
    time, amount, rate, interval, event, compartment, additional, steady = records
    s = matrices.shape[1]
    x, infused = np.zeros(s), np.zeros(s)
    series = np.empty((last - first, 5))  # first entry, interval, next j, last j, row
    running = np.empty((8, 3))
    keys = np.full((REMEMBERED, 2), -1.0)
    kept = (
        keys, np.empty((REMEMBERED, s, s)), np.empty((REMEMBERED, s, s)),
        np.zeros(1, dtype=np.int64), np.empty((2, s)),
    )  # fmt: skip
    pending, count, now = np.int64(0), np.int64(0), time[first]
    for row in range(first, last):
        own = sets[row]
        if event[row] >= RESET:
            clear(x)
            clear(infused)
            pending, count, now = 0, 0, time[row]
        while pending:
            due, when = next_entry(series, pending)
            if not reached(when, time[row]):
                break
            now, count = advance(x, now, when, own, matrices, running, count, infused, kept)
            source = int(series[due, 4])
            running, count = enter(
                x, when, (amount[source], rate[source], compartment[source]), entries[own], running, count, infused
            )
            series[due, 2] += 1.0
            if series[due, 2] > series[due, 3]:
                pending -= 1
                for k in range(5):
                    series[due, k] = series[pending, k]
        now, count = advance(x, now, time[row], own, matrices, running, count, infused, kept)
        if event[row] == 1 or event[row] == RESET_AND_DOSE:
            c = compartment[row]
            given, entry = rate[row], entries[own]
            lag = entry[LAG, c]
            earliest = 0
            if steady[row] == STEADY_STATE:
                clear(x)
                clear(infused)
                pending, count = 0, 0
            if steady[row] != 0 and amount[row] == 0.0:
                flow = entry[RATE, c] if given == MODELLED_RATE else given
                if not constant(x, flow, c, matrices[own]):
                    status[row] = NO_STEADY_STATE
                clear(out[row])
                gain(out[row], x)
                continue
            if steady[row] != 0:
                waiting = held_back(lag, interval[row])
                age = max(waiting * interval[row] - lag, 0.0)
                running, count, status[row] = periodic(
                    x, time[row], age, (amount[row], given, c), interval[row], own, matrices, entry,
                    running, count, infused,
                )  # fmt: skip
                earliest = 1 - waiting
            elif lag == 0.0:
                running, count = enter(x, time[row], (amount[row], given, c), entry, running, count, infused)
                earliest = 1
            if earliest <= additional[row]:
                new = series[pending]
                new[0], new[1], new[2], new[3] = time[row] + lag, interval[row], earliest, additional[row]
                new[4] = row
                pending += 1
        clear(out[row])
        gain(out[row], x)


@part
def enter(x, time, dose, entry, running, count, infused):
    """A dose (amount, given rate, compartment) enters now: at once, or as an infusion that starts."""
    amount, given, compartment = dose
    if given == 0.0:
        x[compartment] += amount * entry[BIOAVAILABILITY, compartment]
        return running, count
    rate, duration = rate_and_duration(amount, given, compartment, entry)
    if duration > 0.0 and rate > 0.0:
        return start_infusion(time + duration, compartment, rate, running, count, infused)
    return running, count


@compiled
def walk_subjects(starts, first, last, records, sets, matrices, entries, out, status):
    """Walk over subjects first to last - 1; subject i has rows starts[i] to starts[i + 1] - 1."""
    for i in range(first, last):
        walk(starts[i], starts[i + 1], records, sets, matrices, entries, out, status)
