"""C. The spinal fluid: a hundredth of the dose, more at the cord, little in blood and brain, a gradient."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..trajectory import Trajectory
from .clinic import Clinic, last_day, spread
from .findings import Finding, at_least, at_most, between, measured

TABLETS = "20 mg by mouth every 8 h"
SETTLED = "15 days"
DOSES = (20.0, 30.0, 45.0, 65.0, 90.0, 130.0, 200.0, 300.0)  # ug/day among which equal relief is looked for
GRADIENT = ("csf_lumbar", "csf_cisternal", "csf_cervical", "plasma")


def pumped(dose: float) -> str:
    """A steady intrathecal dose [ug/day] in words."""
    return f"{dose:g} ug/day intrathecally"


def steady(clinic: Clinic, therapy: Any, *names: str, who: str = "cohort") -> Trajectory:
    """A course that has settled by its last day."""
    run = clinic.cohort if who == "cohort" else clinic.typical
    return run(therapy, SETTLED, *names)


def hundredth(clinic: Clinic) -> Iterator[Finding]:
    """600 ug a day into the spinal fluid against 60 mg a day by mouth."""
    quantities = ("csf_lumbar", "plasma")
    pump, tablets = (steady(clinic, therapy, *quantities) for therapy in (pumped(600.0), TABLETS))
    facts = ["it.plasma-ratio-oral.label-us", "it.plasma-conc.label-us", "oral.csf-plasma-ratio.martindale"]
    for name, label in (("csf_lumbar", "lumbar CSF"), ("plasma", "plasma")):
        for course, dose in ((pump, "600 ug/day intrathecal"), (tablets, "60 mg/day by mouth")):
            yield measured(f"{label} on {dose}", spread(last_day(course, name) * 1000.0), "ng/mL", facts=facts)
    csf, plasma = (last_day(pump, name) / last_day(tablets, name) for name in quantities)
    yield measured("lumbar CSF, intrathecal over oral", spread(csf), "", at_least(4.0), facts=facts)
    yield measured("plasma, intrathecal over oral", spread(plasma), "", at_most(1.0 / 50.0), facts=facts)


def fewer_side_effects(clinic: Clinic) -> Iterator[Finding]:
    """Drowsiness at an equal fall in tone, and at the usual doses of both routes."""
    tablets = steady(clinic, TABLETS, "ashworth", "drowsiness")
    pumps = [steady(clinic, pumped(dose), "ashworth", "drowsiness") for dose in DOSES]
    wanted = last_day(tablets, "ashworth").mean()
    tones, sleepy = (np.array([last_day(c, name).mean() for c in pumps]) for name in ("ashworth", "drowsiness"))
    dose = float(np.interp(-wanted, -tones, DOSES))
    yield measured("mean Ashworth score on 60 mg/day by mouth", wanted, "points")
    yield measured("intrathecal dose with the same mean score", dose, "ug/day", between(DOSES[0], DOSES[-1]))
    oral = last_day(tablets, "drowsiness").mean()
    matched = float(np.interp(dose, DOSES, sleepy))
    facts = ["sedation.drowsiness-drug.fda-label", "adverse.itb-older-us.lioresal-label"]
    yield measured("mean probability of drowsiness on 60 mg/day by mouth", oral, facts=facts)
    yield measured("the same on the matched intrathecal dose", matched, facts=facts)
    yield measured("intrathecal minus oral, at equal tone", matched - oral, "", at_most(0.0), facts=facts)
    usual = last_day(steady(clinic, pumped(400.0), "drowsiness"), "drowsiness").mean()
    yield measured("mean probability of drowsiness on 400 ug/day", usual, facts=facts)
    yield measured("400 ug/day minus 60 mg/day by mouth", usual - oral, "", at_most(0.0), facts=facts)


def gradient(clinic: Clinic) -> Iterator[Finding]:
    """Lumbar over cisternal fluid, and what a higher catheter tip does to the neck's share."""
    ratio = {
        who: last_day(course, "csf_lumbar") / last_day(course, "csf_cisternal")
        for who in ("typical", "cohort")
        for course in [steady(clinic, pumped(400.0), *GRADIENT, who=who)]
    }
    facts = ["it.lumbar-cisternal-ratio.label-us"]
    typical = float(ratio["typical"][0])
    yield measured(
        "lumbar over cisternal CSF on 400 ug/day, typical adult", typical, "", between(2.0, 8.0), facts=facts
    )
    yield measured("the same over virtual patients", spread(ratio["cohort"]), facts=facts)
    yield measured("patients within 2 to 8", float(((ratio["cohort"] >= 2) & (ratio["cohort"] <= 8)).mean()))
    shares = [cervical_share(clinic, tip) for tip in ("L1", "T10", "T5", "T1")]
    for tip, share in zip(("L1", "T10", "T5", "T1"), shares, strict=True):
        yield measured(f"cervical over lumbar CSF, tip at {tip}", share, facts=["tip.midthoracic.grabb-1999"])
    smallest = float(np.diff(shares).min())
    yield measured("smallest rise from one tip to the next above", smallest, "", at_least(1e-6))


def cervical_share(clinic: Clinic, tip: str) -> float:
    """Cervical over lumbar fluid of the typical adult, settled on 400 ug/day with the tip at a level."""
    course = steady(clinic, implanted(tip), *GRADIENT, who="typical")
    return float((last_day(course, "csf_cervical") / last_day(course, "csf_lumbar"))[0])


def implanted(tip: str = "T10", dose: str = "400 ug/day", **table: Any) -> Any:
    """A typical pump on one rate, refilled in time, as a therapy; `table` adds to [therapy.pump]."""
    from ..pump.system import read_pump
    from ..scenario.pumped import ImplantedPump

    given: dict[str, Any] = {
        "device": "synchromed-ii-40",
        "concentration": "2000 ug/mL",
        "catheter": {"length": "66 cm", "tip": tip},
        "program": [{"at": "0 h", "mode": "simple continuous", "dose": dose}],
        "refill": "at low reservoir",
    }
    return ImplantedPump(read_pump(given | table), differs=False)


CHECKS = {
    "csf.hundredth": hundredth,
    "csf.fewer-side-effects": fewer_side_effects,
    "csf.gradient": gradient,
}
