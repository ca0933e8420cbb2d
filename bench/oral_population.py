"""An oral population side by side with ODE solvers: 1,000 patients, 7 days, every 8 hours, 337 records each.

    python bench/oral_population.py [--patients 1000] [--repeats 7]

All run in this one process on one thread. Every result is checked against baclosim's before it is timed. Compilation
is not timed; building the event table is timed on its own line. Contestants that are not installed are named.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np

import oral_peers as peers
from baclosim.linear import one_compartment_oral, population, two_compartment_oral
from baclosim.linear.model import LinearModel
from baclosim.linear.solution import records_of
from measuring import Timing, equal, has, keep_timings, show, timed
from oral_peers import DOSE, DOSES, INTERVAL, TIMES

AGREEMENT = 3e-6  # of the peak, the most that a contestant may differ before it is not timed
MODELS = {"one": one_compartment_oral, "two": two_compartment_oral}


def patients(model: str, n: int) -> dict[str, np.ndarray]:
    """Parameters (n,) with 30 % lognormal spread."""
    typical = {"CL": 7.8, "KA": 1.6}
    typical |= {"V": 46.5} if model == "one" else {"V2": 28.0, "Q": 5.9, "V3": 18.5}
    rng = np.random.default_rng(20240501)
    return {name: value * np.exp(0.3 * rng.standard_normal(n)) for name, value in typical.items()}


def rate_constants(model: str, p: dict[str, np.ndarray]) -> np.ndarray:
    """ka, k10, k12, k21 and volume (n, 5); k12 = 0 and k21 = 1 in the one-compartment model."""
    volume = p["V"] if model == "one" else p["V2"]
    k12 = 0.0 * volume if model == "one" else p["Q"] / volume
    k21 = 0.0 * volume + 1.0 if model == "one" else p["Q"] / p["V3"]
    return np.stack((p["KA"], p["CL"] / volume, k12, k21, volume), axis=1)


def event_table() -> dict[str, np.ndarray]:
    """A dose with 20 more, and a record every half hour."""
    first = np.zeros(len(TIMES) + 1)
    first[0] = 1.0
    return {
        "TIME": np.append(0.0, TIMES), "AMT": DOSE * first, "II": INTERVAL * first, "ADDL": (DOSES - 1) * first,
    }  # fmt: skip


def ours(model: LinearModel, table: dict, p: dict) -> np.ndarray:
    """Concentrations (n, 337): the public call on one thread, table checks and modes included."""
    return population(model, table, p, threads=1)["concentration"][:, 1:]


def read_table(model: LinearModel, p: dict) -> object:
    """Build the event table and check it: what a call costs however many patients there are."""
    return records_of(model, event_table(), {name: float(value[0]) for name, value in p.items()})


def others(model: str, n: int) -> Iterator[tuple[str, peers.Run, int]]:
    """Name, how to run it, and how many patients it is given."""
    yield "Numba, sum over doses", peers.filled(peers.closed_form, TIMES), n
    yield "Numba, recursion for this very grid", peers.filled(peers.recursion, 0.5), n
    if has("numbalsoda"):
        yield "numbalsoda (LSODA)", peers.numbalsoda(2 if model == "one" else 3), min(n, 200)
    if has("diffrax"):
        yield "diffrax (Tsit5, vmap)", peers.diffrax(), min(n, 1000)
    if has("roadrunner"):
        yield "libroadrunner (CVODE, events)", peers.roadrunner(), min(n, 50)
    yield "SciPy LSODA", peers.scipy("LSODA"), 3
    yield "SciPy RK45", peers.scipy("RK45"), 3


def compare(model: str, n: int, repeats: int) -> Iterator[Timing]:
    """Time everybody on one model, each after its result has been checked."""
    work = f"{model}-compartment oral model, {DOSES} doses, {len(TIMES)} records per patient"
    build, table, r = MODELS[model], event_table(), len(TIMES)
    for count in (n, 10 * n):
        p = patients(model, count)
        who = f"baclosim, public call, {count:,} patients"
        yield timed(work, who, count * r, lambda p=p: ours(build(), table, p), 3 * repeats)
    p = patients(model, n)
    reading = timed(work, f"  of which the event table, {n:,} patients", n * r, lambda: read_table(build(), p), 50)
    yield reading
    exact, k = ours(build(), table, p), rate_constants(model, p)
    for name, run, count in others(model, n):
        difference = equal(name, run(k[:count]), exact[:count], AGREEMENT)
        yield timed(work, name, count * r, lambda run=run, c=count: run(k[:c]), min(repeats, 5), difference)


def main() -> None:
    """Run, print, and keep the raw figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=7)
    chosen = parser.parse_args()
    timings = [t for model in MODELS for t in compare(model, chosen.patients, chosen.repeats)]
    show(timings, "ns per record", 1e9)
    keep_timings("oral_population", timings)


if __name__ == "__main__":
    main()
