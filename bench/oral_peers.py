"""The oral model as others solve it: each maps rate constants (n, 5) to concentrations (n, 337).

Columns are ka, k10, k12, k21 [1/h] and the volume. ODE solvers run at tolerances that agree to about 1e-6 of the peak
and get the doses in the way that suits them best.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import numpy as np
from numba import njit
from scipy.integrate import solve_ivp

INTERVAL, DOSES, DOSE = 8.0, 21, 20.0
TIMES = np.arange(337) * 0.5
PER_DOSE = 16  # records per dosing interval
GRID = np.arange(PER_DOSE + 1) * 0.5

Run = Callable[[np.ndarray], np.ndarray]


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
def recursion(k: np.ndarray, gap: float, out: np.ndarray) -> None:
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


def filled(kernel: Callable[..., None], given: object) -> Run:
    """A kernel that writes into an array, as a function that returns it."""

    def run(k: np.ndarray) -> np.ndarray:
        out = np.empty((len(k), len(TIMES)))
        kernel(k, given, out)
        return out

    return run


def scipy(method: str) -> Run:
    """SciPy, a call per dosing interval."""

    def run(k: np.ndarray) -> np.ndarray:
        out = np.empty((len(k), len(TIMES)))
        for i, (ka, k10, k12, k21, volume) in enumerate(k):
            A = np.array([[-ka, 0, 0], [ka, -k10 - k12, k21], [0, k12, -k21]])
            x = np.zeros(3)
            for d in range(DOSES):
                x[0] += DOSE
                solved = solve_ivp(lambda t, y, A=A: A @ y, (0, INTERVAL), x, method, GRID, rtol=1e-6, atol=1e-7)
                out[i, d * PER_DOSE : (d + 1) * PER_DOSE + 1] = solved.y[1] / volume
                x = solved.y[:, -1]
        return out

    return run


def roadrunner() -> Run:
    """libroadrunner: reactions compiled by LLVM, CVODE, doses as SBML events; one model, new parameters each time."""
    from roadrunner import RoadRunner

    model = RoadRunner(3, 2)
    model.addCompartment("body", 1.0, False)
    for name, amount in (("gut", DOSE), ("blood", 0.0), ("tissue", 0.0)):
        model.addSpeciesAmount(name, "body", amount, True, False, "", False)
    rates = ("ka", "k10", "k12", "k21")
    for name in rates:
        model.addParameter(name, 0.1, False)
    flows = (("gut", "blood", "ka"), ("blood", "", "k10"), ("blood", "tissue", "k12"), ("tissue", "blood", "k21"))
    for source, target, rate in flows:
        model.addReaction(f"by_{rate}", [source], [target] if target else [], f"{rate} * {source}", False)
    for dose in range(1, DOSES):
        model.addEvent(f"dose{dose}", True, f"time >= {INTERVAL * dose}", False)
        model.addEventAssignment(f"dose{dose}", "gut", f"gut + {DOSE}", False)
    model.regenerateModel()
    model.integrator.relative_tolerance, model.integrator.absolute_tolerance = 3e-7, 3e-8

    def run(k: np.ndarray) -> np.ndarray:
        out = np.empty((len(k), len(TIMES)))
        for i, row in enumerate(k):
            model.reset()
            for name, value in zip(rates, row, strict=False):
                model.setValue(name, float(value))
            out[i] = np.asarray(model.simulate(0.0, TIMES[-1], len(TIMES), ["blood"]))[:, 0] / row[4]
        return out

    return run


def numbalsoda(states: int) -> Run:
    """LSODA compiled in C++, called from compiled code: no Python inside the loop; `states` without a tissue are 2."""
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

    @njit
    def march(k, grid, out):  # type: ignore[no-untyped-def]
        for i in range(k.shape[0]):
            x = np.zeros(states)
            for d in range(21):
                x[0] += 20.0
                y, _ = lsoda(address, x, grid, k[i], 1e-6, 1e-7)
                for j in range(17):
                    out[i, d * 16 + j] = y[j, 1] / k[i, 4]
                x = y[16].copy()

    return filled(march, GRID)


def diffrax() -> Run:
    """Tsit5 under vmap, a scan over dosing intervals, all jitted, on one thread."""
    os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
    import diffrax as dfx
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    controller = dfx.PIDController(rtol=1e-5, atol=1e-6)

    def slope(t, x, k):  # type: ignore[no-untyped-def]
        return jnp.stack((-k[0] * x[0], k[0] * x[0] - (k[1] + k[2]) * x[1] + k[3] * x[2], k[2] * x[1] - k[3] * x[2]))

    def interval(x, k):  # type: ignore[no-untyped-def]
        solved = dfx.diffeqsolve(
            dfx.ODETerm(slope), dfx.Tsit5(), 0.0, INTERVAL, 0.1, x.at[0].add(DOSE), k,
            saveat=dfx.SaveAt(ts=jnp.asarray(GRID)), stepsize_controller=controller, adjoint=dfx.DirectAdjoint(),
        )  # fmt: skip
        return solved.ys[-1], solved.ys[:, 1] / k[4]

    def patient(k):  # type: ignore[no-untyped-def]
        last, values = jax.lax.scan(lambda x, _: interval(x, k), jnp.zeros(3), None, DOSES)
        return jnp.append(values[:, :-1].reshape(-1), last[1] / k[4])

    march = jax.jit(jax.vmap(patient))
    return lambda k: np.asarray(march(k).block_until_ready())
