"""What is done after an interruption, in order, in words: emergency first, a bridge by mouth, then the drug again."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from ...cautions import Caution
from ...patient import Patient
from ...pump.catheter import read_catheter
from ...therapy.intrathecal.program import number, span
from ..plan import Check, Step
from ..switch import route_of
from ..treatment import DAY, Treatment
from .restart import LONG, RISK, SHORT, Fate, Way

CATHETER, CONCENTRATION = {"length": "66 cm"}, 2000.0  # ug/mL, for the delay by an empty catheter
PANEL, RESTORE = "rescue.oral-baclofen.saulino-2016", "rescue.restore-itb.fda-label"
INADEQUATE, HOLIDAY = "rescue.oral-inadequate.coreem", "tolerance.holiday-overdose.delhaas-1991"
EVOLVES, CLEARS = "withdrawal.evolution-itb.coffey-2002", "withdrawal.resolution-psychiatric.leo-2005"
FACTS = (RESTORE, PANEL, INADEQUATE, HOLIDAY, EVOLVES, CLEARS, "catheter.volume-per-length.ascenda-recalled")
BRIDGE = "20 mg by mouth every 6 h"


def steps(person: Patient, treatment: Treatment, way: Way) -> Iterator[Step]:
    """First hour, bridge, restart and what comes after."""
    is_pump, is_child = treatment.is_pump, person.covariates.is_child
    yield Step(0.0, 1.0, "emergency department", do=PUMP_FIRST if is_pump else TABLETS_FIRST)
    if is_pump and is_child:
        yield Step(0.0, DAY, "baclofen by mouth or tube", route="mouth", do=f"a child's dose, by a pharmacist; {UNTIL}")
    elif is_pump:
        yield Step(0.0, DAY, BRIDGE, 80e3, "mouth", do=f"by mouth or tube, 10 to 20 mg each; {UNTIL}")
    yield Step(0.0, math.inf, way.words, way.first, route_of(treatment), do=_restarted(treatment))
    yield Step(DAY, math.inf, "looked at every day", do=AFTER)


def _restarted(treatment: Treatment) -> str:
    if not treatment.is_pump:
        return "the next dose now, not two at once; by tube when swallowing is unsafe"
    volume = read_catheter(CATHETER).volume
    delay = volume / (treatment.daily / DAY / CONCENTRATION)
    return (
        "as soon as the pump or an external catheter can deliver; an empty catheter gives its first drug only after "
        f"{delay:.0f} h ({number(volume)} mL at this dose, 2000 ug/mL): prime it, and only if it is empty"
    )


def reasons(
    programmed: Treatment, treatment: Treatment, three: Sequence[Way], choice: int, found: Sequence[Fate], off: float
) -> Iterator[str]:
    """Why this way back, and from which dose; `found` are the fates of the three ways."""
    days, one = off / DAY, found[choice]
    rule = (
        f"up to {SHORT:g} days off the former dose comes back at once, from {LONG:g} days on treatment begins anew, "
        "between them half of it; no study says where these lines lie, they are assumed"
    )
    yield f"After {span(round(off, 2))} off: {three[choice].name}. The rule: {rule}."
    if choice > (0 if days <= SHORT else 1 if days < LONG else 2):
        yield f"The rule alone would allow more, but would bring more than {RISK:.0%} of patients into coma."
    if not math.isnan(one.clears):
        yield f"By the model half of those who are ill are below mild {one.clears:.0f} h after the restart."
    if treatment.daily < programmed.daily:
        yield (
            f"The restart is from the {dose(treatment)} that was delivered, not from the {dose(programmed)} that was "
            "programmed: the patient has grown used to the former, and a mended pump gives all of the latter."
        )


def dose(treatment: Treatment) -> str:
    """The daily dose of a treatment in words."""
    if treatment.is_pump:
        return f"{number(treatment.daily)} ug/day"
    return f"{number(treatment.daily / 1000.0)} mg/day"


def warnings(treatment: Treatment) -> tuple[Caution, ...]:
    """What the reader must know beside what every plan says."""
    if treatment.is_pump:
        return (TABLETS_ALONE, LOOK_ALIKE)
    return (LOOK_ALIKE,)


PUMP_FIRST = (
    "read the pump out, look for alarm, empty reservoir, stall, disconnection; airway, temperature, creatine kinase, "
    "kidneys; a bed where breathing can be supported; a pump specialist by telephone"
)
TABLETS_FIRST = (
    "temperature, creatine kinase, kidneys; look for seizures and delirium; a bed where the patient is watched"
)
UNTIL = "until the pump delivers; it covers a part only, so it replaces no repair"
AFTER = (
    "when it is over: find out why it stopped; when baclofen is not to go on, it is tapered from here, never stopped"
)
TABLETS_ALONE = Caution(
    "tablets alone",
    "Oral baclofen must not be relied on to halt withdrawal from a pump; patients fell gravely ill in spite of it.",
    (RESTORE, INADEQUATE, "withdrawal.case-itb.greenberg-2003", "withdrawal.case-itb.swjpcc-2012"),
)
LOOK_ALIKE = Caution(
    "look-alikes",
    "Withdrawal looks like sepsis, serotonin syndrome, neuroleptic malignant syndrome and alcohol withdrawal: "
    "treat for it when baclofen may have been missed.",
    ("rescue.options.ross-2011",),
)
CHECKS = (
    Check(
        "Stiffer, hot, confused or unstable in spite of tablets",
        "Intensive care; restore the drug in the canal, by lumbar puncture or external catheter if the pump cannot.",
        "A benzodiazepine meanwhile; the table of other drugs ranks the rest.",
        (RESTORE, "rescue.benzodiazepine-high-dose.coffey-2002", INADEQUATE),
    ),
    Check(
        "Drowsy, floppy or slow breathing after the restart",
        "Stop the drug, support breathing, and plan anew as after an overdose.",
        "The next dose is lower; it is not stopped for good.",
        (HOLIDAY,),
    ),
    Check(
        "Below mild for a day",
        "Take the bridge away by a quarter to a half a day.",
        "Go on with the pump or the tablets, or taper them.",
        ("taper.oral-after-itb.saulino-2015",),
    ),
)
