"""An oral population side by side with ODE solvers: 1,000 patients, 7 days, every 8 hours, 337 records each.

    python bench/oral_population.py [--patients 1000] [--repeats 7]

All run in this one process on one core (JAX uses what its CPU backend takes; its threads are counted in the output).
Every result is checked against baclosim's before it is timed. ODE solvers run at tolerances that agree to about 1e-6
of the peak. Compilation is not timed; building the event table is timed on its own line. Raw seconds go to
bench/results/oral_population.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numba
import numpy as np
from numba import njit
from scipy.integrate import solve_ivp

from baclosim.linear import one_compartment_oral, population, two_compartment_oral
from baclosim.linear.model import LinearModel

INTERVAL, DOSES, DOSE = 8.0, 21, 20.0
TIMES = np.arange(337) * 0.5
PER_DOSE = 16  # records per dosing interval
RESULTS = Path(__file__).parent / "results" / "oral_population.json"
AGREEMENT = 3e-6  # of the peak, the most that a peer may differ before it is not timed


@dataclass
class Timing:
    """Seconds of each repeat for `patients` patients, and the largest difference from baclosim over the peak."""

    model: str
    name: str
    patients: int
    seconds: list[float]
    difference: float

    @property
    def nanoseconds(self) -> float:
        """Best nanoseconds per record."""
        return min(self.seconds) / (self.patients * len(TIMES)) * 1e9

    @property
    def spread(self) -> float:
        """Median over best."""
        return statistics.median(self.seconds) / min(self.seconds)


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


def measure(work: Callable[[], object], repeats: int) -> list[float]:
    """Seconds of each repeat after one run that is not counted."""
    work()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return seconds


def baclosim_run(model: LinearModel, table: dict, p: dict) -> np.ndarray:
    """Concentrations (n, 337): the public call on one thread, table checks and modes included."""
    return population(model, table, p, threads=1)["concentration"][:, 1:]


@njit(nogil=True, fastmath=True)
def closed_form(k: np.ndarray, times: np.ndarray, out: np.ndarray) -> None:
    """What one writes first in Numba: the sum of the closed form over all past doses, patient by patient."""
    for i in range(k.shape[0]):
        ka, k10, k12, k21, volume = k[i]
        total = k10 + k12 + k21
        root = np.sqrt(total * total - 4.0 * k10 * k21)
        fast, slow = (total + root) / 2.0, (total - root) / 2.0
        a = (k21 - fast) / ((ka - fast) * (slow - fast))
        b = (k21 - slow) / ((ka - slow) * (fast - slow))
        c = -(a + b)
        for j in range(times.shape[0]):
            value = 0.0
            for d in range(21):
                age = times[j] - 8.0 * d
                if age < 0.0:
                    break
                value += a * np.exp(-fast * age) + b * np.exp(-slow * age) + c * np.exp(-ka * age)
            out[i, j] = 20.0 * ka / volume * value


@njit(nogil=True, fastmath=True)
def recursive_closed_form(k: np.ndarray, gap: float, out: np.ndarray) -> None:
    """The same by recursion, for exactly this regular grid: three exponentials per patient."""
    for i in range(k.shape[0]):
        ka, k10, k12, k21, volume = k[i]
        total = k10 + k12 + k21
        root = np.sqrt(total * total - 4.0 * k10 * k21)
        fast, slow = (total + root) / 2.0, (total - root) / 2.0
        a = (k21 - fast) / ((ka - fast) * (slow - fast))
        b = (k21 - slow) / ((ka - slow) * (fast - slow))
        decay_fast, decay_slow, decay_gut = np.exp(-fast * gap), np.exp(-slow * gap), np.exp(-ka * gap)
        x, y, z = 0.0, 0.0, 0.0
        for j in range(out.shape[1]):
            x, y, z = x * decay_fast, y * decay_slow, z * decay_gut
            if j % 16 == 0 and j < 336:
                x, y, z = x + a, y + b, z - (a + b)
            out[i, j] = 20.0 * ka / volume * (x + y + z)


def closed_form_run(k: np.ndarray) -> np.ndarray:
    """Concentrations (n, 337) by the sum over doses."""
    out = np.empty((len(k), len(TIMES)))
    closed_form(k, TIMES, out)
    return out


def recursive_run(k: np.ndarray) -> np.ndarray:
    """Concentrations (n, 337) by recursion."""
    out = np.empty((len(k), len(TIMES)))
    recursive_closed_form(k, 0.5, out)
    return out


def scipy_run(method: str, k: np.ndarray) -> np.ndarray:
    """Concentrations (n, 337) by SciPy, a call per dosing interval."""
    out = np.empty((len(k), len(TIMES)))
    for i, (ka, k10, k12, k21, volume) in enumerate(k):
        A = np.array([[-ka, 0, 0], [ka, -k10 - k12, k21], [0, k12, -k21]])
        x = np.zeros(3)
        for d in range(DOSES):
            x[0] += DOSE
            at = np.arange(PER_DOSE + 1) * 0.5
            solution = solve_ivp(lambda t, y, A=A: A @ y, (0, INTERVAL), x, method, at, rtol=1e-6, atol=1e-7)
            out[i, d * PER_DOSE : (d + 1) * PER_DOSE + 1] = solution.y[1] / volume
            x = solution.y[:, -1]
    return out


def numbalsoda_run(states: int) -> Callable[[np.ndarray], np.ndarray]:
    """Concentrations (n, 337) by LSODA compiled in C++, called from compiled code: no Python inside the loop."""
    from numba import carray, cfunc
    from numbalsoda import lsoda, lsoda_sig

    @cfunc(lsoda_sig)
    def two(t, u, du, p):  # type: ignore[no-untyped-def]
        x, dx, k = carray(u, (3,)), carray(du, (3,)), carray(p, (5,))
        dx[0] = -k[0] * x[0]
        dx[1] = k[0] * x[0] - (k[1] + k[2]) * x[1] + k[3] * x[2]
        dx[2] = k[2] * x[1] - k[3] * x[2]

    @cfunc(lsoda_sig)
    def one(t, u, du, p):  # type: ignore[no-untyped-def]
        x, dx, k = carray(u, (2,)), carray(du, (2,)), carray(p, (5,))
        dx[0] = -k[0] * x[0]
        dx[1] = k[0] * x[0] - k[1] * x[1]

    address = two.address if states == 3 else one.address
    grid = np.arange(PER_DOSE + 1) * 0.5

    @njit
    def march(k, out):  # type: ignore[no-untyped-def]
        for i in range(k.shape[0]):
            x = np.zeros(states)
            for d in range(21):
                x[0] += 20.0
                y, _ = lsoda(address, x, grid, k[i], 1e-6, 1e-7)
                for j in range(17):
                    out[i, d * 16 + j] = y[j, 1] / k[i, 4]
                x = y[16].copy()

    def run(k: np.ndarray) -> np.ndarray:
        out = np.empty((len(k), len(TIMES)))
        march(k, out)
        return out

    return run


def diffrax_run() -> Callable[[np.ndarray], np.ndarray]:
    """Concentrations (n, 337) by diffrax: Tsit5 under vmap, a scan over dosing intervals, all jitted."""
    os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
    import diffrax
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    grid = jnp.arange(PER_DOSE + 1) * 0.5
    term = diffrax.ODETerm(slope)
    controller = diffrax.PIDController(rtol=1e-5, atol=1e-6)

    def interval(x, k):  # type: ignore[no-untyped-def]
        x = x.at[0].add(DOSE)
        solution = diffrax.diffeqsolve(
            term, diffrax.Tsit5(), 0.0, INTERVAL, 0.1, x, k,
            saveat=diffrax.SaveAt(ts=grid), stepsize_controller=controller, adjoint=diffrax.DirectAdjoint(),
        )  # fmt: skip
        return solution.ys[-1], solution.ys[:, 1] / k[4]

    def patient(k):  # type: ignore[no-untyped-def]
        last, values = jax.lax.scan(lambda x, _: interval(x, k), jnp.zeros(3), None, DOSES)
        return jnp.append(values[:, :-1].reshape(-1), last[1] / k[4])

    march = jax.jit(jax.vmap(patient))
    return lambda k: np.asarray(march(k).block_until_ready())


def slope(t, x, k):  # type: ignore[no-untyped-def]
    """Right-hand side of the oral model for JAX."""
    import jax.numpy as jnp

    return jnp.stack((-k[0] * x[0], k[0] * x[0] - (k[1] + k[2]) * x[1] + k[3] * x[2], k[2] * x[1] - k[3] * x[2]))


def compare(model: str, n: int, repeats: int) -> list[Timing]:
    """Time everybody on one model, each after its result has been checked."""
    p = patients(model, n)
    k = rate_constants(model, p)
    build = one_compartment_oral if model == "one" else two_compartment_oral
    table = event_table()
    exact = baclosim_run(build(), table, p)
    timings = [
        Timing(model, "baclosim, public call", n, measure(lambda: baclosim_run(build(), table, p), 3 * repeats), 0.0),
        Timing(model, "  of which: event table", n, measure(lambda: read_table(build(), p), 3 * repeats), 0.0),
        Timing(model, "  of which: compiled kernel", n, kernel_seconds(build(), table, p, 3 * repeats), 0.0),
    ]
    many = patients(model, 10 * n)
    seconds = measure(lambda: baclosim_run(build(), table, many), repeats)
    timings.append(Timing(model, "baclosim, ten times the patients", 10 * n, seconds, 0.0))
    peers: list[tuple[str, Callable[[np.ndarray], np.ndarray], int, int]] = [
        ("Numba, sum over doses", closed_form_run, n, repeats),
        ("Numba, recursion", recursive_run, n, 3 * repeats),
        ("numbalsoda (LSODA)", numbalsoda_run(2 if model == "one" else 3), min(n, 200), repeats),
        ("diffrax (Tsit5, vmap)", diffrax_run(), min(n, 1000), min(repeats, 3)),
        ("SciPy LSODA", lambda k: scipy_run("LSODA", k), 3, min(repeats, 3)),
        ("SciPy RK45", lambda k: scipy_run("RK45", k), 3, min(repeats, 3)),
    ]
    for name, run, count, times in peers:
        difference = float(np.abs(run(k[:count]) - exact[:count]).max() / exact.max())
        if difference > AGREEMENT:
            raise SystemExit(f"{name} differs from baclosim by {difference:.1e} of the peak: not a fair comparison")
        timings.append(
            Timing(model, name, count, measure(lambda run=run, count=count: run(k[:count]), times), difference)
        )
    return timings


def read_table(model: LinearModel, p: dict) -> object:
    """Build the event table and check it."""
    from baclosim.linear.solution import records_of

    return records_of(model, event_table(), {name: float(value[0]) for name, value in p.items()})


def kernel_seconds(model: LinearModel, table: dict, p: dict, repeats: int) -> list[float]:
    """Seconds inside the compiled kernel during the public call."""
    from baclosim.engine import population as kernel

    inside: list[float] = []
    whole = kernel.march_blocks

    def timed(*arguments: object) -> None:
        start = time.perf_counter()
        whole(*arguments)
        inside.append(time.perf_counter() - start)

    kernel.march_blocks = timed
    try:
        measure(lambda: baclosim_run(model, table, p), repeats)
    finally:
        kernel.march_blocks = whole
    return inside[1:]


def show(timings: list[Timing]) -> None:
    """Print one table per model."""
    for model in ("one", "two"):
        chosen = [t for t in timings if t.model == model]
        ours = chosen[0].nanoseconds
        print(f"\n{model}-compartment oral model: {DOSES} doses, {len(TIMES)} records per patient")
        print(f"{'':40}{'patients':>9}{'ns/record':>12}{'median/best':>13}{'times slower':>14}{'difference':>12}")
        for t in chosen:
            ratio = t.nanoseconds / ours
            print(f"{t.name:40}{t.patients:9d}{t.nanoseconds:12.1f}{t.spread:13.2f}{ratio:14.1f}{t.difference:12.1e}")


def main() -> None:
    """Run, print, and keep the raw figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=7)
    chosen = parser.parse_args()
    timings = [t for model in ("one", "two") for t in compare(model, chosen.patients, chosen.repeats)]
    show(timings)
    machine = {"python": platform.python_version(), "numba": numba.__version__, "cores": os.cpu_count()}
    machine |= {"processor": platform.processor() or platform.machine(), "load": os.getloadavg()}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({"machine": machine, "timings": [asdict(t) for t in timings]}, indent=1) + "\n")


if __name__ == "__main__":
    main()
