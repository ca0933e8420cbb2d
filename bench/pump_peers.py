"""The linear body of one pump patient as others solve it: a body and days to lumbar fluid [ug/mL] every hour.

A body is (A, b, c): its matrix [1/h], what enters where, and what is read. All solvers start anew at each change of
rate, so that no step crosses one.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

TURNS = ((0.0, 4.0, 20.0), (4.0, 20.0, 12.0))
"""The flex program: hour of the day, length [h], rate [ug/h]."""

Body = tuple[np.ndarray, np.ndarray, np.ndarray]


def scipy_days(body: Body, days: int, method: str) -> np.ndarray:
    """By SciPy at rtol 1e-6."""
    from scipy.integrate import solve_ivp

    A, b, c = body
    x, found = np.zeros(len(A)), [0.0]
    for _, length, rate in TURNS * days:
        at = np.arange(1.0, length + 0.5)
        jacobian = A if method == "Radau" else lambda t, x: A
        solved = solve_ivp(
            lambda t, x, u=b * rate: A @ x + u, (0.0, length), x, method, at, rtol=1e-6, atol=1e-9, jac=jacobian
        )
        x = solved.y[:, -1]
        found.extend(c @ solved.y)
    return np.array(found)


def numbalsoda_days(body: Body, days: int) -> Callable[[], np.ndarray]:
    """By LSODA at rtol 1e-6 on a compiled right-hand side."""
    import numba as nb
    from numbalsoda import lsoda, lsoda_sig

    A, b, c = body
    s, flat = len(A), np.ascontiguousarray(A)

    @nb.cfunc(lsoda_sig)
    def slope(t, x, dx, p):  # type: ignore[no-untyped-def]
        X, P, out = nb.carray(x, (s,)), nb.carray(p, (s,)), nb.carray(dx, (s,))
        for i in range(s):
            total = P[i]
            for j in range(s):
                total += flat[i, j] * X[j]
            out[i] = total

    address = slope.address

    def run() -> np.ndarray:
        x, found = np.zeros(s), [0.0]
        for _, length, rate in TURNS * days:
            solved, fine = lsoda(address, x, np.arange(0.0, length + 0.5), data=b * rate, rtol=1e-6, atol=1e-9)
            assert fine
            x = solved[-1].copy()
            found.extend(solved[1:] @ c)
        return np.array(found)

    return run
