"""One Dosage as pieces of dosing: what is given, how often, and from when to when.

What leaves room for a guess is refused: a range, "as needed", a text that says another dose than the numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ...drugs.companions import Companion
from ...errors import Problem, TherapyError
from ...therapy.alongside import STAND_IN, alongside
from ...therapy.amounts import Mass, tidy
from ...therapy.language import parse
from ...therapy.policies.guided import Guided
from ...therapy.policies.reading import prescription
from ...therapy.regimen import Regimen
from ...therapy.speech import intake as in_words
from ...therapy.steps import TAKEN_AS_PRESCRIBED, Dosing, Food, Intake, Route
from ...therapy.timeline import end_of_doses, timeline
from ...therapy.timing import DAY, WEEK, Continuous, Once
from .account import Account
from .amount import UNKNOWN, Strength, dose, rate, route_of
from .bundle import Resource
from .codes import codings, tables
from .rhythm import Rhythm, hours_of, rhythm
from .when import Zero, period

Json = dict[str, Any]
BACLOFEN = "baclofen"
LIMITS = ("maxDosePerPeriod", "maxDosePerAdministration", "maxDosePerLifetime", "additionalInstruction", "method")
MOST_DOSES = 10_000  # of one dosage that says how many there are


@dataclass(frozen=True)
class Piece:
    """Dosing of one drug from `start` to `end` [h from hour 0]; of a single dose both are the same.

    source    the resource that says so
    strength  of the medication that is given
    words     a text that stands for itself: with rules that depend on what is observed, or of a drug without a model
    """

    drug: str
    start: float
    end: float
    intake: Intake
    source: str
    strength: Strength = UNKNOWN
    words: str = ""

    @property
    def is_pump(self) -> bool:
        """Whether drug flows into the canal without a break."""
        return self.intake.route == "intrathecal" and isinstance(self.intake.timing, Continuous)


@dataclass(frozen=True)
class Order:
    """One order or statement, ready to be read: the drug, its strength, and when it holds as a whole [h]."""

    resource: Resource
    drug: str
    strength: Strength
    start: float | None
    end: float
    clock: float
    says: str

    @property
    def dosages(self) -> tuple[str, list[Json]]:
        """The element that holds the dosages, and these."""
        key = "dosageInstruction" if self.resource.type == "MedicationRequest" else "dosage"
        return key, self.resource.get(key) or []


def of_dosage(order: Order, dosage: Json, start: float, zero: Zero, account: Account) -> Iterator[Piece]:
    """The pieces of one dosage that begins at `start` [h] unless it says when. Raises TherapyError or ValueError."""
    if dosage.get("asNeededBoolean") or dosage.get("asNeededCodeableConcept"):
        raise TherapyError(Problem("asNeeded", True, "a fixed timing", "How often it is taken would be a guess."))
    _note_limits(order, dosage, account)
    timing, amounts = dosage.get("timing") or {}, dosage.get("doseAndRate") or []
    if not timing and not amounts:
        yield from _worded(order, dosage, start)
        return
    when = rhythm(timing)
    intake = _intake(order, dosage, amounts, when, account)
    _check_text(intake, dosage)
    start, end = _bounds(timing, start, order.end, zero)
    if isinstance(intake.timing, Once):
        start = end = zero.hours(timing["event"][0]) if timing.get("event") else start
    elif when and when.count:
        end = min(end, _end_of(intake, when.count, start, order.clock))
    yield Piece(order.drug, start, end, intake, order.resource.name, order.strength)


def _note_limits(order: Order, dosage: Json, account: Account) -> None:
    """Parts of a dosage that change nothing of what is simulated."""
    for key in LIMITS:
        if key in dosage and not (key == "additionalInstruction" and _food(dosage)):
            account.leave(f"{order.resource.name} {key}", "says nothing of how much is given when")


def _end_of(intake: Intake, count: int, start: float, clock: float) -> float:
    """When dose `count` + 1 would be due [h]."""
    if count > MOST_DOSES:
        raise TherapyError(Problem("timing.repeat.count", count, f"at most {MOST_DOSES} doses"))
    return end_of_doses((intake,), (start,), count, start, clock)


def _bounds(timing: Json, start: float, end: float, zero: Zero) -> tuple[float, float]:
    """From when to when a dosage holds [h], within the time of its order."""
    repeat = timing.get("repeat") or {}
    if "boundsPeriod" in repeat:
        begins, ends = period(repeat["boundsPeriod"], zero)
        return (start if begins is None else begins), min(end, ends)
    if "boundsDuration" in repeat:
        given = repeat["boundsDuration"]
        lasts = hours_of({"value": given.get("value"), "unit": given.get("code") or given.get("unit")}, "value", "unit")
        return start, min(end, start + lasts)
    return start, end


def _intake(order: Order, dosage: Json, amounts: list[Json], when: Rhythm | None, account: Account) -> Intake:
    """What is given each time, by which route, and when."""
    route: Any = route_of(dosage) or _usual_route(order, account)
    if len(amounts) != 1 or amounts[0].get("doseRange"):
        given = "a range" if len(amounts) == 1 else f"{len(amounts)} entries"
        raise TherapyError(Problem("doseAndRate", given, "one dose, such as 10 mg, or a text alone that says all"))
    flow, quantity = rate(amounts[0], order.strength), amounts[0].get("doseQuantity")
    if not quantity and flow is None:
        raise TherapyError(Problem("doseAndRate", None, "a dose, such as 10 mg, or a rate, such as 350 ug/d"))
    if when is None and quantity:
        raise TherapyError(Problem("timing", None, "how often, as repeat with frequency and period, or as a code"))
    if when is None or not quantity:
        return _flow(flow or 0.0, when, route)
    amount = dose(quantity, order.strength)
    over = when.over or (amount.measure / flow if flow and amount.basis == "mass" else 0.0)
    return Intake(amount, when.timing, route, when.days, _food(dosage), over)


def _flow(flow: float, when: Rhythm | None, route: Route) -> Intake:
    """A flow [ug/h] without a break, or for a part of each day."""
    if when is None:
        return Intake(Mass(tidy(flow * DAY)), Continuous(), route)
    if not when.over:
        raise TherapyError(
            Problem("timing.repeat.duration", None, "how long drug flows each time, with a durationUnit")
        )
    return Intake(Mass(tidy(flow * when.over)), when.timing, route, when.days, over=when.over)


def _food(dosage: Json) -> Food:
    """Whether a dose is taken with food, as the additional instruction says; "" where it says nothing of food."""
    for words, entry in tables()["food"].items():
        for concept in dosage.get("additionalInstruction") or ():
            if (entry["system"], entry["code"]) in codings(concept):
                return words
    return ""


def _usual_route(order: Order, account: Account) -> str:
    """The route of an order that names none: by mouth unless the medication says otherwise."""
    route = "intrathecal" if "intrathecal" in order.says else "mouth"
    if not any(word in order.says for word in ("intrathecal", "oral", "tablet", "capsule")):
        account.note(order.resource.name, "no route is said: by mouth")
    return route


def _check_text(intake: Intake, dosage: Json) -> None:
    """Raise TherapyError where the text of a dosage speaks of another daily dose than its numbers."""
    try:
        steps = parse(dosage["text"]).steps
    except (TherapyError, KeyError):
        return
    if len(steps) == 1 and isinstance(steps[0], Dosing) and len(steps[0].intakes) == 1:
        said = steps[0].intakes[0]
        same = said.amount.basis == intake.amount.basis and abs(said.per_day - intake.per_day) <= 0.01 * intake.per_day
        if not same and said.route == intake.route:
            raise TherapyError(Problem("text", dosage["text"], f"the dose that its numbers say, {in_words(intake)!r}"))


def _worded(order: Order, dosage: Json, start: float) -> Iterator[Piece]:
    """The pieces of a dosage that is only a text, read as plain words."""
    text = dosage.get("text") or dosage.get("patientInstruction")
    if not text:
        raise TherapyError(Problem("dosage", None, "dose and timing, or a text that says both"))
    if order.drug != BACLOFEN:
        yield from _companion(order, text, start)
        return
    found = prescription(text)
    regimen = found.regimen if isinstance(found, Guided) else found
    if isinstance(found, Guided) or found.adherence != TAKEN_AS_PRESCRIBED:
        yield _verbatim(order, _first(regimen), text, start)
    else:
        yield from _segments(order, regimen, start)


def _companion(order: Order, text: str, start: float) -> Iterator[Piece]:
    """The pieces of another drug that is told in words; of one without a model the words themselves."""
    found = alongside(f"{order.drug} {text}")
    if found.regimen is None:
        yield _verbatim(order, Intake(Mass(0.0), Once()), text, start)
    else:
        yield from _segments(order, found.regimen, start, _unit(found.drug))


def _unit(companion: Companion) -> float:
    """By which what stands in for a load becomes its mass."""
    return companion.unit / STAND_IN


def _first(regimen: Regimen) -> Intake:
    return next(step for step in regimen.steps if isinstance(step, Dosing)).intakes[0]


def _verbatim(order: Order, intake: Intake, text: str, start: float) -> Piece:
    return Piece(order.drug, start, order.end, intake, order.resource.name, order.strength, text)


def _segments(order: Order, regimen: Regimen, start: float, scale: float = 1.0) -> Iterator[Piece]:
    """A regimen in words as pieces from `start` [h] on; `scale` is by what its amounts are multiplied."""
    for segment in timeline(regimen.steps, (order.clock + start) % WEEK):
        for intake, first in zip(segment.intakes, segment.firsts, strict=True):
            begins = start + first
            end = begins if isinstance(intake.timing, Once) else min(start + segment.end, order.end)
            given = intake if scale == 1.0 else scaled(intake, scale)
            yield Piece(order.drug, begins, end, given, order.resource.name, order.strength)


def scaled(intake: Intake, scale: float) -> Intake:
    """An intake whose amount stands for another, as that; nine significant digits."""
    return replace(intake, amount=Mass(float(f"{intake.amount.measure * scale:.9g}")))
