"""A year of pump patients, whole body and effects, against solvers that integrate the canal alone.

The peers get less to do: the linear body only, no effects, the same flex program, records every hour. Results are
checked equal first. Writes bench/results/pump_year.json and prints one table.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the peak is that of one core

import numpy as np

from baclosim import Patient, simulate, virtual_patients
from baclosim.body.transfers import assemble
from baclosim.body.whole import WHOLE_BODY
from baclosim.cautions import Caution
from baclosim.engine.basis import basis
from baclosim.therapy.doses import Doses

YEAR = 365 * 24.0
PATIENTS = 160
QUANTITIES = ("csf_lumbar", "plasma", "ashworth", "drowsiness")
RESULTS = Path(__file__).parent / "results"


class Flex:
    """20 ug/h by day, 12 ug/h by night."""

    notes: tuple[Caution, ...] = ()

    def __str__(self) -> str:
        return "20 ug/h from 06:00 to 10:00, 12 ug/h otherwise"

    def doses(self, until: float, **_: object) -> Doses:
        """Two stretches of constant rate a day."""
        days = np.arange(0.0, until, 24.0)
        return Doses.of("catheter", days, 80.0, 4.0) + Doses.of("catheter", days + 4.0, 240.0, 20.0)


def rate_at(t: float) -> float:
    """The program's rate [ug/h]."""
    return 20.0 if t % 24.0 < 4.0 else 12.0


def best(work, repeats: int) -> list[float]:
    """Seconds of each repeat."""
    seconds = []
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begin)
    return seconds


def typical_system():
    """Matrix, input and output row of the typical patient."""
    from baclosim.patient import Patients

    system = assemble(WHOLE_BODY, Patients.of(Patient()).parameters)
    return (
        system.A[0],
        system.B[0, :, system.channels.index("catheter")],
        system.C[0, system.outputs.index("csf_lumbar")],
    )


def scipy_days(A, b, c, days: int, method: str, rtol: float) -> np.ndarray:
    """Lumbar fluid [ug/mL] every hour, restarted at each change of rate so that no step crosses one."""
    from scipy.integrate import solve_ivp

    x, found = np.zeros(len(A)), [0.0]
    for _ in range(days):
        for start, length in ((0.0, 4.0), (4.0, 20.0)):
            u = b * rate_at(start + 0.1)
            at = np.arange(1.0, length + 0.5)
            solved = solve_ivp(
                lambda t, x, u=u: A @ x + u, (0.0, length), x, method=method, rtol=rtol, atol=1e-9,
                jac=A if method == "Radau" else lambda t, x: A, t_eval=at,
            )  # fmt: skip
            x = solved.y[:, -1]
            found.extend(c @ solved.y)
    return np.array(found)


def numbalsoda_days(A, b, c, days: int, rtol: float):
    """The same by LSODA on a compiled right-hand side; returns a function that runs it."""
    import numba as nb
    from numbalsoda import lsoda, lsoda_sig

    s = len(A)
    flat = np.ascontiguousarray(A)

    @nb.cfunc(lsoda_sig)
    def slope(t, x, dx, p):
        X, P = nb.carray(x, (s,)), nb.carray(p, (s,))
        out = nb.carray(dx, (s,))
        for i in range(s):
            total = P[i]
            for j in range(s):
                total += flat[i, j] * X[j]
            out[i] = total

    address = slope.address

    def run():
        x, found = np.zeros(s), [0.0]
        for _ in range(days):
            for start, length in ((0.0, 4.0), (4.0, 20.0)):
                solved, fine = lsoda(
                    address, x, np.arange(0.0, length + 0.5), data=b * rate_at(start + 0.1), rtol=rtol, atol=1e-9
                )
                assert fine
                x = solved[-1].copy()
                found.extend(solved[1:] @ c)
        return np.array(found)

    return run


def linear_work(group) -> float:
    """Useful operations of one patient-step of the linear block: decay, infusion, sites that move states.

    The equations of the effects are left out, so the share of the peak is a lower bound.
    """
    from baclosim.effects.whole import EFFECTS
    from baclosim.engine.march import _Block, _columns

    system = assemble(WHOLE_BODY, group[:16].parameters)
    block = _Block(basis(system.A), system, _columns(system, EFFECTS, ("plasma",)), np.arange(16))
    weights = int(block.drive[2][EFFECTS.rate_drives])
    return 2.0 * (2.0 * len(block.rate) + weights)


def peak() -> float:
    """Fused multiply-add peak of one core as a large matrix product reaches it [operations per second]."""
    a = np.random.default_rng(0).random((1024, 1024))
    return 2.0 * 1024.0**3 / min(best(lambda: a @ a, 5))


def main() -> None:
    """Measure, print, write."""
    A, b, c = typical_system()
    ours = simulate(Patient(), Flex(), 240.0, quantities=QUANTITIES)
    exact = ours["csf_lumbar"][0]
    group = virtual_patients(PATIENTS)
    simulate(group, Flex(), 48.0, quantities=QUANTITIES)
    year = min(best(lambda: simulate(group, Flex(), YEAR, quantities=QUANTITIES, threads=1), 3)) / PATIENTS
    one = min(best(lambda: simulate(Patient(), Flex(), YEAR, quantities=QUANTITIES, threads=1), 5))
    days90 = min(best(lambda: simulate(Patient(), "20 mg every 8 h", 90 * 24.0, quantities=QUANTITIES, threads=1), 5))
    systems = assemble(WHOLE_BODY, group.parameters)
    setup = min(best(lambda: basis(assemble(WHOLE_BODY, group.parameters).A), 5)) / PATIENTS
    rows = [
        ("baclosim, body and effects, per patient of 160", year, 0.0),
        ("baclosim, a single patient", one, 0.0),
    ]
    for name, work, days in (
        ("SciPy Radau, linear body alone, rtol 1e-6", lambda: scipy_days(A, b, c, 10, "Radau", 1e-6), 10),
        ("SciPy LSODA, linear body alone, rtol 1e-6", lambda: scipy_days(A, b, c, 10, "LSODA", 1e-6), 10),
        ("numbalsoda LSODA compiled, linear body alone, rtol 1e-6", numbalsoda_days(A, b, c, 10, 1e-6), 10),
    ):
        error = float(np.max(np.abs(work() - exact)) / exact.max())
        assert error < 1e-4, (name, error)
        rows.append((name, min(best(work, 2)) * 365 / days, error))
    print(f"{'a year of one pump patient':<58} {'ms':>10} {'ratio':>8} {'error':>9}")
    for name, seconds, error in rows:
        print(f"{name:<58} {seconds * 1e3:>10.2f} {seconds / year:>8.1f} {error:>9.1e}")
    print(f"set-up of a spine: {setup * 1e3:.3f} ms per patient ({systems.A.shape[1]} states)")
    print(f"one patient, oral, 90 days, from Python: {days90 * 1e3:.1f} ms")
    share = linear_work(group) * 35040.0 / year / peak()
    print(f"linear block alone, share of one core's multiply-add peak over the whole run: {100 * share:.1f} %")
    RESULTS.mkdir(exist_ok=True)
    raw = {name: {"seconds": seconds, "error": error} for name, seconds, error in rows}
    raw |= {"setup_seconds_per_patient": setup, "one_patient_90_days_seconds": days90, "share_of_peak": share}
    (RESULTS / "pump_year.json").write_text(json.dumps(raw, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
