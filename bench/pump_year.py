"""A year of pump patients, whole body and effects, against solvers that integrate the canal alone.

The others get less to do: the linear body only, no effects, the same flex program, records every hour. Results are
checked equal first.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the peak is that of one core

import functools
from collections.abc import Iterator

import numpy as np

from baclosim import Patient, Patients, simulate, virtual_patients
from baclosim.body.transfers import assemble
from baclosim.body.whole import WHOLE_BODY
from baclosim.cautions import Caution
from baclosim.effects.whole import EFFECTS
from baclosim.engine.basis import basis
from baclosim.engine.block import Blocks
from baclosim.therapy.doses import Doses
from measuring import Timing, equal, has, keep, seconds_of, show, timed
from pump_peers import TURNS, Body, numbalsoda_days, scipy_days

YEAR = 365 * 24.0
PATIENTS = 160
DAYS = 10  # that the others march; a year of theirs is 36.5 times as long
STEPS = 4 * YEAR
AGREEMENT = 1e-4  # of the peak
QUANTITIES = ("csf_lumbar", "plasma", "ashworth", "drowsiness")
WORK = "a year of a pump patient"


class Flex:
    """20 ug/h by day, 12 ug/h by night."""

    notes: tuple[Caution, ...] = ()

    def __str__(self) -> str:
        return "20 ug/h from 06:00 to 10:00, 12 ug/h otherwise"

    def doses(self, until: float, **_: object) -> Doses:
        """Two stretches of constant rate a day."""
        days = np.arange(0.0, until, 24.0)
        parts = [Doses.of("catheter", days + start, length * rate, length) for start, length, rate in TURNS]
        return parts[0] + parts[1]


def typical_body() -> Body:
    """Matrix, input and output row of the typical patient."""
    system = assemble(WHOLE_BODY, Patients.of(Patient()).parameters)
    lumbar = system.C[0, system.outputs.index("csf_lumbar")]
    return system.A[0], system.B[0, :, system.channels.index("catheter")], lumbar


def ours() -> Iterator[Timing]:
    """Patients together and alone, the set-up of their bodies, and 90 days by mouth."""
    run = functools.partial(simulate, quantities=QUANTITIES, threads=1)
    group = virtual_patients(PATIENTS)
    who = f"baclosim, body and effects, {PATIENTS} patients"
    yield timed(WORK, who, PATIENTS, lambda: run(group, Flex(), YEAR), 3)
    single = functools.partial(run, group, Flex(), YEAR, precision="single")
    yield timed(WORK, "  effects in single precision", PATIENTS, single, 3)
    yield timed(WORK, "baclosim, a patient alone", 1, lambda: run(Patient(), Flex(), YEAR), 5)
    setup = "set-up of a patient with a spine"
    yield timed(setup, "assembled", PATIENTS, lambda: assemble(WHOLE_BODY, group.parameters), 9)
    A = assemble(WHOLE_BODY, virtual_patients(4 * PATIENTS).parameters).A  # too many for their coordinates to be kept
    yield timed(setup, "coordinates found", 4 * PATIENTS, lambda: basis(A), 5)
    days90 = "one patient by mouth, 90 days, from Python"
    yield timed(days90, "baclosim", 1, lambda: run(Patient(), "20 mg every 8 h", 90 * 24.0), 15)


def others() -> Iterator[Timing]:
    """The linear body alone, each result checked first."""
    body = typical_body()
    exact = simulate(Patient(), Flex(), DAYS * 24.0, quantities=QUANTITIES)["csf_lumbar"][0]
    runs = {f"SciPy {m}, body alone": functools.partial(scipy_days, body, DAYS, m) for m in ("Radau", "LSODA")}
    if has("numbalsoda"):
        runs["numbalsoda LSODA compiled, body alone"] = numbalsoda_days(body, DAYS)
    for who, run in runs.items():
        yield timed(WORK, who, DAYS / 365, run, 2, equal(who, run(), exact, AGREEMENT))


def linear_work() -> float:
    """Useful operations of one patient-step of the linear block: decay, infusion, sites that move states.

    The equations of the effects are left out, so the share of the peak is a lower bound.
    """
    system = assemble(WHOLE_BODY, virtual_patients(16).parameters)
    drives = [system.outputs.index(name) for name in EFFECTS.drives]
    block = Blocks(basis(system.A), system, np.arange(16)[None], [], [], drives)
    return 2.0 * (2.0 * block.rate.shape[1] + int(block.drive.bounds[0, EFFECTS.rate_drives]))


def peak() -> float:
    """Fused multiply-add peak of one core as a large matrix product reaches it [operations per second]."""
    a = np.random.default_rng(0).random((1024, 1024))
    return 2.0 * 1024.0**3 / min(seconds_of(lambda: a @ a)[0] for _ in range(5))


def main() -> None:
    """Measure, print, write."""
    timings = sorted((*ours(), *others()), key=lambda t: t.work != WORK)
    show(timings, "ms", 1e3)
    best = timings[0].best
    share = linear_work() * STEPS / best / peak()
    print(
        f"\n{1e9 * best / STEPS:.1f} ns per patient-step; the linear block alone is {100 * share:.1f} % of one core's"
    )
    print("multiply-add peak over the whole run")
    roofline = {"work": "roofline", "who": "share of the multiply-add peak, linear block alone", "share": share}
    keep("pump_year", [*(row for t in timings for row in t.rows()), roofline])


if __name__ == "__main__":
    main()
