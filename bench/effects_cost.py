"""What a run pays for the effects that it records: signs of withdrawal in parts of their own, against all in one part.

CPU time per patient-year, hourly records, one thread; both results are checked equal first. Ratios suit a busy machine.
"""

from __future__ import annotations

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
from measuring import equal, keep_timings, show, timed

PATIENTS, DAYS, REPEATS = 64, 90, 5
RECORDED = ("ashworth", "drowsiness", "withdrawal")
TOGETHER = Part(
    tuple(q for part in WITHDRAWAL for q in part.quantities), tuple(s for p in WITHDRAWAL for s in p.states)
)
BEFORE = Network((*(part for part in PARTS if part not in WITHDRAWAL), TOGETHER), (*SITES, *LOADS))


def main() -> None:
    """Check that both tell the same, then time them side by side."""
    group = virtual_patients(PATIENTS, like=Patient(), seed=1)
    system, taken = assemble(BLOOD_BODY, group.parameters), np.arange(0.0, 24.0 * DAYS, 8.0)
    inputs = prepare(taken, np.full(len(taken), "mouth"), np.full(len(taken), 2e4), np.zeros(len(taken)),
                     channels=BLOOD_BODY.channels, lag={}, patients=PATIENTS)  # fmt: skip

    def run(network: Network, record: tuple[str, ...]) -> dict[str, np.ndarray]:
        return march([(0.0, system)], inputs, network, group.parameters, until=24.0 * DAYS, step=0.25, every=1.0,
                     record=record, threads=1).values  # fmt: skip

    one, apart = run(BEFORE, RECORDED), run(EFFECTS, RECORDED)
    difference = max(equal("signs apart", apart[name], one[name], 1e-12) for name in RECORDED)
    years = PATIENTS * DAYS / 365.0
    work = "a patient-year by mouth, severity of withdrawal recorded"
    timings = [
        timed(work, "all signs in one part", years, lambda: run(BEFORE, RECORDED), REPEATS),
        timed(work, "signs in parts of their own", years, lambda: run(EFFECTS, RECORDED), REPEATS, difference),
        timed(work, "states alone", years, lambda: run(EFFECTS, ("brain_felt",)), REPEATS),
    ]
    show(timings, "ms CPU", 1e3)
    keep_timings("effects_cost", timings)


if __name__ == "__main__":
    main()
