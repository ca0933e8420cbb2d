"""What the patient is told for home, by kind of plan: the planners' checks and steps in short, everyday sentences.

What calls for emergency care is not repeated here; it stands in `safety`, and first on every sheet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .plan import Check

PUMP_CLINIC, DOCTOR = "Call the pump clinic the same day.", "Call your doctor the same day."
EARLY_SIGNS = "Itching without a rash, a fast heartbeat, many more spasms, no sleep, restlessness"
FORGOTTEN = "You forget a dose"
NEVER_TWO = "Never take two doses at once."
WHEN_NOTICED = f"Take it when you notice, unless the next one is due within 2 hours. {NEVER_TWO}"
FAULT = "It may be that the pump or its tube does not work."
SIGNS = {"drowsiness": "drowsy", "weakness": "weak", "worse walking": "less steady on your feet"}


def during_taper(*, pumped: bool, by_mouth: bool) -> Iterator[Check]:
    """While a pump, tablets or both are lowered step by step."""
    back = "Your pump may have to be set back." if pumped else (
        "If it gets worse, or is not better after 24 hours, take the doses of the step before again."
    )  # fmt: skip
    hold = f"{PUMP_CLINIC if pumped else DOCTOR} Do not take the next step down until you are told to."
    yield Check(EARLY_SIGNS, hold, back)
    if by_mouth:
        yield Check(FORGOTTEN, WHEN_NOTICED, "Do not go a step down on that day.")


def raising_tablets(less: str, enough: float | None) -> Iterator[Check]:
    """While tablets are raised: `less` is by how much they are lowered, `enough` the day after which no rise helps."""
    yield Check("You are drowsy or weak", f"Take {less} less, and do not go up again. {DOCTOR}", "Do not stop at once.")
    if enough is not None:
        yield Check(f"You are no better after day {enough:.0f}", "Do not go up any more. Tell your doctor.")
    yield Check(FORGOTTEN, f"Take the next one as usual. {NEVER_TWO}", "After more than a day without, call first.")


def raising_pump(signs: Sequence[str]) -> Iterator[Check]:
    """While a new pump is raised: `signs` are those that end the rise."""
    felt = " or ".join(SIGNS.get(sign, sign) for sign in signs)
    yield Check(f"You are {felt}", PUMP_CLINIC, "The pump may have to be set lower.")
    yield Check("Your muscles do not get looser", "Tell the clinic at the next visit.", FAULT)
    yield Check("You are stiff again, itch, are hot or restless", "Call for emergency help and the pump clinic.", FAULT)


def trial_injection(start: float, end: float, before: float | None, *, is_last: bool) -> str:
    """A test bolus, after which staff watch from `start` to `end` [h]; `before` is the one that failed [ug]."""
    only = f"Only if {before:g} ug did not help. " if before else ""
    fails = " If this does not help you, a pump will not help you." if is_last else ""
    return f"{only}A trial: one injection into the lower back. Staff watch you for {start:g} to {end:g} hours.{fails}"


GO_ON = "Go on with your tablets."
PUMP_BEGINS = (
    "The pump is put in; the clinic sets the day. Which injection helped you, and for how long, sets the first dose."
)
WATCHED = "Staff watch you for at least 8 hours."
NOT_RAISED = "It is not raised on the first day."
PUMP_RISES = "It goes up only while you are too stiff and feel well."
THEN_LESS = (
    "Then your tablets go down, a quarter to a half at a time, on days when the pump stays as it is. Keep some at hand."
)
PUMP_ENDS = "You get a plan of its own for this. If the pump must come out soon, you stay in the hospital."


ONTO_A_PUMP = (
    Check(
        "You are very drowsy or floppy, or breathe slowly, after the injection or when the pump is set higher",
        "Call for emergency help.",
    ),
    Check(
        "Itching, more stiffness, restlessness or fever while your tablets are lowered",
        PUMP_CLINIC,
        "You may have to take the tablets of the step before again.",
    ),
    Check(FORGOTTEN, WHEN_NOTICED),
)
OFF_A_PUMP = (
    Check(
        "Itching, more stiffness, restlessness or fever while the pump is turned down",
        PUMP_CLINIC,
        "It may have to be set back.",
    ),
    Check("You are drowsy or weak while you have both", PUMP_CLINIC, "You may need less of one of them."),
    Check(FORGOTTEN, WHEN_NOTICED),
)
