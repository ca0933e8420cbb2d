"""What is done after too much, in order, in words: breathing first, then what removes the drug, then the drug again."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ...cautions import Caution
from ..people import median
from ..plan import Check, Comparison, Step
from ..switch import route_of
from ..treatment import DAY, Treatment

Array = NDArray[np.float64]

DRAIN, EVENTS = "overdose.csf-drainage.fpnotebook", "overdose.itb-events.delhaas-1991"
DIALYSIS, CASE = "dialysis.hd_clearance.brvar-2007", "overdose.acute-on-chronic.peng-1998"
LASTS, LAG = "overdose.vent-duration.perry-1998", "overdose.prolonged_coma.sullivan-2012"
FACTS = (DRAIN, EVENTS, DIALYSIS, CASE, LASTS, LAG, "overdose.physostigmine-dose.label", "overdose.itb-sensitive.label")


def steps(usual: Treatment, by_pump: bool, ventilated: Array, again: float) -> Iterator[Step]:
    """Now, the days of support, and the drug again `again` hours from now; `ventilated` (n,) [h]."""
    yield Step(0.0, 1.0, "the pump is stopped" if by_pump else "no more baclofen for now", do=FIRST)
    if by_pump or usual.is_pump:
        yield Step(
            0.0, 2.0, "about 30 mL of spinal fluid drawn by lumbar puncture", do="when poisoned through the pump"
        )
    likely = ventilated[ventilated > 0.0]
    expected = f"half of those who need ventilation need it for {median(likely):.0f} h" if len(likely) else WATCH
    yield Step(0.0, max(again, DAY), "intensive care", do=f"{expected}; {LONGER}")
    if usual.daily:
        by_whom = "" if by_pump else "; whoever took it on purpose gets it from others, day by day"
        yield Step(again, math.inf, usual.says, usual.daily, route_of(usual), do=AGAIN + by_whom)


def reasons(usual: Treatment, table: Comparison) -> Iterator[str]:
    """What removal of the drug spares, and why it is given again."""
    (first, *a), (second, *b) = table.rows[0], table.rows[1]
    yield f"Hours of coma, mean of all virtual patients: {a[1]} with {first}, {b[1]} with {second}."
    if usual.daily:
        yield (
            "Somebody used to baclofen falls into withdrawal when it is kept away after an overdose: the former dose "
            "is given again once the patient is awake and breathes well, and the cause is dealt with."
        )


def warnings(by_pump: bool) -> tuple[Caution, ...]:
    """What the reader must know beside what every plan says."""
    return (BRAIN_DEATH, NO_ANTIDOTE, *((FULL_CATHETER,) if by_pump else ()))


FIRST = (
    "airway and breathing before all else; other drugs and alcohol asked for; level in blood, kidneys, glucose, ECG; "
    "poison centre by telephone"
)
WATCH = "ventilation is not likely at this dose; breathing is watched"
LONGER = "people stay ill longer than the level in blood says"
AGAIN = (
    "as soon as the patient is awake and breathes well (here when half of the comatose have been awake for 12 h), not "
    "before; at half when drowsy"
)
BRAIN_DEATH = Caution(
    "coma",
    "Coma from baclofen can look like brain death and is reversible: the brain is judged once the drug is gone.",
    (LAG,),
)
NO_ANTIDOTE = Caution(
    "antidote",
    "There is none. Physostigmine has been tried and was unreliable, with seizures and a slow heart among its dangers.",
    ("overdose.physostigmine-dose.label", EVENTS),
)
FULL_CATHETER = Caution(
    "catheter",
    "A stopped pump leaves its catheter full of drug: do not prime or flush it, draw back from the access port first.",
)
CHECKS = (
    Check("A seizure", "A benzodiazepine, with breathing supported: it deepens the coma.", facts=(EVENTS,)),
    Check(
        "Kidneys that fail, or a coma that does not lift in two days",
        "Haemodialysis: it clears baclofen about as fast as healthy kidneys.",
        facts=(DIALYSIS,),
    ),
    Check(
        "Awake, then agitated, hallucinating, hot or stiff",
        "This is withdrawal: give baclofen again, and plan a rescue with the hours without drug.",
        "Then taper or go on; do not stop.",
        (CASE,),
    ),
)
