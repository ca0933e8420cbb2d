"""An independent oracle for dose records: every dose, past ones included, is listed and solved on its own, then summed.

Nothing is shared with the package. A dose that is still to come, or runs on, is an item with a start, an end and a
rate (or an amount at once); an item's contribution is carried from record to record with SciPy's matrix exponential of
the augmented matrix [[A, b], [0, 0]]. Steady states are sums over thousands of past doses, taken one by one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import expm

PAST = 30_000  # doses at most, of which the last count for nothing
SAME = 1e-14  # relative difference of two times that is rounding


@dataclass
class Item:
    """A vector at once (`at_once`) at `start`, or a constant input `flow` from `start` to `end`."""

    start: float
    end: float
    at_once: np.ndarray
    flow: np.ndarray


@dataclass
class Waiting:
    """A dose prescribed by `row` that enters at `time`."""

    row: int
    time: float


def move(A, x, flow, hours):
    """Exact solution of dx/dt = A x + flow after `hours`."""
    s = len(x)
    M = np.zeros((s + 1, s + 1))
    M[:s, :s], M[:s, s] = A, flow
    return (expm(M * hours) @ np.append(x, 1.0))[:s]


def item_of(A, time, amount, rate, cmt, entry, row):
    """The item that a dose becomes as it enters; `entry(kind, cmt, row)` gives F, D and R."""
    s = len(A)
    unit = np.eye(s)[cmt]
    amount = amount * entry("F", cmt, row)
    if rate == 0:
        return Item(time, time, amount * unit, 0 * unit)
    if rate == -2:
        duration = entry("D", cmt, row)
        flow = amount / duration
    else:
        flow = entry("R", cmt, row) if rate == -1 else rate
        duration = amount / flow
    return Item(time, time + duration, 0 * unit, flow * unit)


def steady_items(A, record, entry, row):
    """State at the record left by all past doses, items of infusions still running, and doses still to come."""
    time, amount, rate, cmt, interval = (record[k] for k in ("time", "amt", "rate", "cmt", "ii"))
    lag = entry("ALAG", cmt, row)
    state, running, waiting = np.zeros(len(A)), [], []
    E = {}
    for k in range(PAST):
        age = k * interval - lag
        if age < 0:
            waiting.append(Waiting(row, time - age))
            continue
        item = item_of(A, 0.0, amount, rate, cmt, entry, row)
        if item.end > age:
            state = state + move(A, item.at_once, item.flow, age)
            running.append(Item(time, time + item.end - age, 0 * state, item.flow))
            continue
        if "left" not in E:
            E["step"] = expm(A * interval)
            E["left"] = move(A, move(A, item.at_once, item.flow, item.end), 0 * state, age - item.end)
        else:
            E["left"] = E["step"] @ E["left"]
        state = state + E["left"]
        if np.abs(E["left"]).max() < 1e-17 * np.abs(state).max():
            break
    return state, running, waiting


def solve(records, matrix, entry, s):
    """Amounts after each record. records: dicts time evid amt rate cmt ii addl ss; matrix(row) is A on (row-1, row]."""
    items: list[tuple[Item, np.ndarray]] = []
    waiting: list[Waiting] = []
    now, results = records[0]["time"], []
    for row, record in enumerate(records):
        A = matrix(row)
        if record["evid"] in (3, 4):
            items, waiting, now = [], [], record["time"]
        by_now = record["time"] + SAME * abs(record["time"])
        due = [w for w in waiting if w.time <= by_now]
        waiting = [w for w in waiting if w.time > by_now]
        for w in due:
            source = records[w.row]
            entered = min(w.time, record["time"])
            item = item_of(A, entered, source["amt"], source["rate"], source["cmt"], entry, row)
            items.append((item, np.zeros(s)))
        items = [(item, carry(A, item, x, now, record["time"])) for item, x in items]
        now = record["time"]
        if record["evid"] in (1, 4):
            if record["ss"] == 1:
                items, waiting = [], []
            dose(A, record, entry, row, items, waiting, s)
        results.append(sum((x for _, x in items), np.zeros(s)))
    return np.array(results)


def dose(A, record, entry, row, items, waiting, s):
    """The event of a dose record: items and doses still to come are added in place."""
    cmt, time, lag = record["cmt"], record["time"], entry("ALAG", record["cmt"], row)
    if record["ss"] and record["amt"] == 0:
        flow = entry("R", cmt, row) if record["rate"] == -1 else record["rate"]
        items.append((Item(time, time, np.zeros(s), np.zeros(s)), -np.linalg.solve(A, flow * np.eye(s)[cmt])))
        return
    if record["ss"]:
        state, running, coming = steady_items(A, record, entry, row)
        items.append((Item(time, time, 0 * state, 0 * state), state))
        items.extend((item, np.zeros(s)) for item in running)
        waiting.extend(coming)
    elif lag == 0:
        item = item_of(A, time, record["amt"], record["rate"], cmt, entry, row)
        items.append((item, item.at_once.copy()))
    else:
        waiting.append(Waiting(row, time + lag))
    waiting.extend(Waiting(row, time + lag + j * record["ii"]) for j in range(1, record["addl"] + 1))


def carry(A, item, x, now, until):
    """Carry one item's contribution from `now` to `until` under one matrix."""
    if until <= now:
        return x + (item.at_once if item.start == until and item.start == now and not x.any() else 0.0)
    begin = max(item.start, now)
    x = move(A, x, 0 * x, begin - now) if begin > now else x
    if now < item.start <= until:
        x = x + item.at_once
    stop = min(max(item.end, begin), until)
    x = move(A, x, item.flow, stop - begin)
    return move(A, x, 0 * x, until - stop)
