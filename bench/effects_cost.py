"""What a run pays for the effects that it records: signs of withdrawal in parts of their own, against all in one part.

CPU time per patient-year, hourly records, one thread; both results are checked equal first. Ratios suit a busy machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from baclosim import Patient, virtual_patients
from baclosim.body.transfers import assemble
from baclosim.body.whole import BLOOD_BODY
from baclosim.drugs.companions import LOADS
from baclosim.effects.whole import EFFECTS, PARTS, SITES
from baclosim.effects.withdrawal import WITHDRAWAL
from baclosim.engine.inputs import prepare
from baclosim.engine.march import march
from baclosim.engine.network import Network, Part

PATIENTS, DAYS = 64, 90
RECORDED = ("ashworth", "drowsiness", "withdrawal")
TOGETHER = Part(
    tuple(q for part in WITHDRAWAL for q in part.quantities), tuple(s for p in WITHDRAWAL for s in p.states)
)
BEFORE = Network((*(part for part in PARTS if part not in WITHDRAWAL), TOGETHER), (*SITES, *LOADS))


def seconds(run: Callable[[], object]) -> float:
    """Least CPU time of three runs [s], the first of which compiles."""
    best = np.inf
    for _ in range(4):
        start = time.process_time()
        run()
        best = min(best, time.process_time() - start)
    return best


def main() -> None:
    """Print milliseconds per patient-year and the ratio."""
    group = virtual_patients(PATIENTS, like=Patient(), seed=1)
    system, taken = assemble(BLOOD_BODY, group.parameters), np.arange(0.0, 24.0 * DAYS, 8.0)
    inputs = prepare(taken, np.full(len(taken), "mouth"), np.full(len(taken), 2e4), np.zeros(len(taken)),
                     channels=BLOOD_BODY.channels, lag={}, patients=PATIENTS)  # fmt: skip

    def run(network: Network, record: tuple[str, ...]) -> dict[str, np.ndarray]:
        return march([(0.0, system)], inputs, network, group.parameters, until=24.0 * DAYS, step=0.25, every=1.0,
                     record=record, threads=1).values  # fmt: skip

    one, apart = run(BEFORE, RECORDED), run(EFFECTS, RECORDED)
    assert all(np.allclose(one[name], apart[name], rtol=1e-12) for name in RECORDED)
    scale = 1e3 * 365.0 / DAYS / PATIENTS
    before, after = (scale * seconds(lambda n=n: run(n, RECORDED)) for n in (BEFORE, EFFECTS))
    nothing = scale * seconds(lambda: run(EFFECTS, ("brain_felt",)))
    print(f"severity of withdrawal recorded, all signs in one part  {before:6.2f} ms per patient-year")
    print(f"the same, signs in parts of their own                   {after:6.2f} ms, {after / before:.2f} of it")
    print(f"states alone                                            {nothing:6.2f} ms")


if __name__ == "__main__":
    main()
