"""The words of warning and of emergency, in one place, each resting on facts that it names.

Every plan carries `NEVER_ALONE` and at least one emergency; the emergency is what people read first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..cautions import Caution

Kind = Literal["withdrawal", "pump withdrawal", "overdose"]

DISCLAIMER = (
    "Research and education software, not a medical device. Baclofen must never be stopped abruptly "
    "or changed without the prescriber."
)

NEVER_ALONE = Caution(
    "never alone",
    "Baclofen must never be stopped abruptly, and no step of this plan is taken without the prescriber: stopping "
    "without supervision can be fatal.",
    ("withdrawal.boxed-warning.fda-2002", "taper.oral.fda-label", "withdrawal.deaths-itb.fda-gablofen-label"),
)


@dataclass(frozen=True)
class Emergency:
    """Signs that call for emergency care, in plain words, and what to do at once.

    when   whose signs these are
    signs  one line each, as a patient would see them
    act    what to do, in order
    facts  ids of the evidence
    """

    kind: Kind
    when: str
    signs: tuple[str, ...]
    act: tuple[str, ...]
    facts: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.when}: {'; '.join(self.signs)}. {' '.join(self.act)}"


CALL = "Call the emergency number now. Do not wait for the next visit and do not drive yourself."
CARRY = "Take this sheet with you and say: baclofen, and when the last dose was."

WITHDRAWAL = Emergency(
    "withdrawal",
    "Too little baclofen",
    (
        "a seizure (fit)",
        "high fever",
        "confusion, seeing or hearing things that are not there",
        "muscles far stiffer than before treatment",
        "a racing heart, or blood pressure that swings",
        "dark urine with aching muscles",
    ),
    (CALL, CARRY, "Hospital staff: giving baclofen again is the treatment."),
    (
        "withdrawal.severity-tiers.greenberg-handbook",
        "withdrawal.sign-frequency-psychiatric.leo-2005",
        "withdrawal.boxed-warning.fda-2002",
        "taper.oral.fda-label",
        "rescue.first-line.romito-2021",
    ),
)

PUMP_WITHDRAWAL = Emergency(
    "pump withdrawal",
    "Too little from the pump",
    (
        "the pump sounds an alarm, or a refill was missed",
        "itching without a rash, tingling, light-headedness",
        *WITHDRAWAL.signs,
    ),
    (
        CALL,
        "Call the pump clinic as well.",
        "Hospital staff: restore intrathecal baclofen at or near the former dose; tablets alone do not stop it.",
    ),
    (
        "withdrawal.early-signs-itb.fda-gablofen-label",
        "withdrawal.signs-underdose.medtronic-card-2002",
        "withdrawal.boxed-warning.fda-2002",
        "withdrawal.causes-itb.fda-gablofen-label",
        "rescue.restore-itb.fda-label",
    ),
)

OVERDOSE = Emergency(
    "overdose",
    "Too much baclofen",
    (
        "very sleepy, hard to wake, or unconscious",
        "slow or shallow breathing",
        "floppy, weak all over",
        "vomiting while drowsy",
        "a seizure (fit)",
    ),
    (CALL, "Lay the person on their side and stay with them.", "Give no more baclofen until a doctor has decided."),
    ("overdose.signs.perry-1998", "overdose.signs.leung-2006", "overdose.itb-sensitive.label"),
)

EMERGENCIES: dict[Kind, Emergency] = {e.kind: e for e in (WITHDRAWAL, PUMP_WITHDRAWAL, OVERDOSE)}
