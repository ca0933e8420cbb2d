"""An independent reference for the engine: SciPy's Radau over the same equations, in plain Python."""

from __future__ import annotations

import numpy as np
from scipy.integrate import solve_ivp

from baclosim.engine.inputs import IMPULSE


def integrate(system, inputs, network, parameters, times, *, patient=0, rtol=1e-10):
    """Amounts (s, t) and effect states (e, t) of one patient at `times`, which begin at the start of the run."""
    A, B, C = system.A[patient], system.B[patient], system.C[patient]
    constants = {name: float(parameters[name][patient]) for name in network.parameters}
    drive_rows = [system.outputs.index(name) for name in network.drives]
    names = [s.name for s in network.states]
    s = A.shape[0]

    def slope(_, state, rate):
        x, y = state[:s], state[s:]
        values = {**constants, **dict(zip(network.drives, C[drive_rows] @ x, strict=True))}
        rates = network.rates({**values, **dict(zip(names, y, strict=True))})
        return np.concatenate((A @ x + B @ rate, [rates[n] for n in names]))

    own = slice(inputs.first[patient], inputs.first[patient + 1])
    events = list(zip(*(a[own] for a in (inputs.time, inputs.channel, inputs.kind, inputs.value)), strict=True))
    state = np.concatenate((np.zeros(s), [st.start for st in network.states]))
    rate = np.zeros(B.shape[1])
    found = np.empty((len(state), len(times)))
    here = times[0]
    stops = sorted({*times, *(e[0] for e in events if times[0] <= e[0] <= times[-1])})
    for stop in stops:
        if stop > here:
            solution = solve_ivp(
                slope, (here, stop), state, method="Radau", rtol=rtol, atol=1e-12, args=(rate,), t_eval=[stop]
            )
            state, here = solution.y[:, -1], stop
        for time, channel, kind, value in events:
            if time == stop:
                if kind == IMPULSE:
                    state[:s] += B[:, channel] * value
                else:
                    rate = rate.copy()
                    rate[channel] = value
        for i in np.flatnonzero(times == stop):
            found[:, i] = state
    return found[:s], found[s:]
