"""From MedicationRequests and MedicationStatements to pieces of dosing: what, from when to when, and who says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import inf
from typing import Any

from ...errors import Problem, TherapyError
from ...therapy.doses import CHANNELS
from ...therapy.language import parse
from ...therapy.policy import Guided
from ...therapy.policy_reading import prescription
from ...therapy.regimen import Dosing, Intake, Regimen
from ...therapy.timeline import end_of_doses, timeline
from ...therapy.timing import DAY, Continuous, Once
from .account import Account
from .amount import UNKNOWN, Strength, dose, rate, route_of, strength_of
from .bundle import Bundle, Resource
from .codes import drugs_named, shown, texts
from .rhythm import hours_of, rhythm
from .when import Zero, period

Json = dict[str, Any]
BACLOFEN = "baclofen"
PROPOSED = ("proposal", "plan", "option")
NOT_GIVEN = {
    "entered-in-error": "entered in error",
    "cancelled": "cancelled",
    "draft": "a draft",
    "unknown": "its status is unknown",
    "on-hold": "on hold, so not given",
    "not-taken": "not taken",
}
PAST = ("completed", "stopped")
LIMITS = ("maxDosePerPeriod", "maxDosePerAdministration", "maxDosePerLifetime", "additionalInstruction", "method")


@dataclass(frozen=True)
class Piece:
    """Dosing of one drug from `start` to `end` [h from hour 0]; of a single dose both are the same.

    clock     the hour after midnight at which a part of the day begins, for a rate that changes by the clock
    strength  of the medication that is given
    words     a text with rules that depend on what is observed, in place of an intake
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


def pieces(
    bundle: Bundle, theirs: Iterable[Resource], zero: Zero, account: Account, *, proposals: bool = False
) -> list[Piece]:
    """Every piece of dosing that a bundle holds for its patient; what is left is accounted for.

    proposals  whether what is only proposed is read as if it were given
    """
    return [
        piece
        for resource in theirs
        if resource.type in ("MedicationRequest", "MedicationStatement")
        for order in [_order(resource, bundle, zero, account, proposals)]
        if order
        for piece in _dated(order, list(_pieces(order, zero, account)), account)
    ]


def _order(resource: Resource, bundle: Bundle, zero: Zero, account: Account, proposals: bool) -> Order | None:
    medication = bundle.referred(resource.get("medicationReference"), resource)
    medication = medication if medication and medication.type == "Medication" else None
    own = resource.get("medicationReference") or {}
    concept = resource.get("medicationCodeableConcept") or (medication.get("code") if medication else None)
    concept = concept or {"text": own.get("display")}
    why = "" if proposals and _is_proposed(resource) else _not_given(resource)
    if why:
        account.leave(resource.name, f"{shown(concept)}: {why}")
        return None
    drug = _drug(concept, resource, account)
    if drug is None:
        return None
    if medication and "#" not in medication.name:
        account.use(medication.name, f"{drug}, to which orders refer")
    try:
        start, end = _held(resource, zero)
        strength = strength_of(medication.body if medication else None, concept)
    except ValueError as error:
        account.refuse(resource.name, str(error), "dates of FHIR, such as 2026-01-05")
        return None
    except TherapyError as error:
        account.absorb(error, resource.name)
        return None
    clock = zero.moment.weekday() * DAY + zero.moment.hour + zero.moment.minute / 60.0
    return Order(resource, drug, strength, start, end, clock, " ".join(texts(concept)).lower())


def _drug(concept: Any, resource: Resource, account: Account) -> str | None:
    """The drug of an order; None, accounted for, where it is not known or where code and text disagree."""
    named = list(dict.fromkeys(drugs_named(concept)))
    if len(named) > 1:
        allowed = "one drug: its code and its text name different ones"
        account.refuse(f"{resource.name}.medication", f"{named[0]} and {named[1]}", allowed)
        return None
    if not named:
        account.leave(resource.name, f"{shown(concept)}: no drug that the model knows beside baclofen")
        return None
    return named[0]


def _not_given(resource: Resource) -> str:
    """Why an order does not count; "" when it does."""
    status, intent = str(resource.get("status")), resource.get("intent", "")
    if resource.get("doNotPerform"):
        return "it says what is not to be given"
    if status in NOT_GIVEN:
        return NOT_GIVEN[status]
    if status not in ("active", "intended", *PAST):
        return f"its status is {status}"
    return f"a {intent}, no order" if intent in PROPOSED else ""


def _is_proposed(resource: Resource) -> bool:
    return resource.get("intent") in PROPOSED and resource.get("status") in ("draft", "active")


def _held(resource: Resource, zero: Zero) -> tuple[float | None, float]:
    """From when to when an order or statement as a whole holds [h]; None where no start is said."""
    if resource.type == "MedicationStatement":
        span = resource.get("effectivePeriod") or {"start": resource.get("effectiveDateTime")}
        return period(span, zero)
    authored = resource.get("authoredOn")
    return (zero.hours(authored) if authored else None), inf


def _pieces(order: Order, zero: Zero, account: Account) -> Iterator[Piece]:
    """The pieces of one order: dosages with a sequence follow each other, the others go on together."""
    key, dosages = order.dosages
    if not dosages:
        account.refuse(f"{order.resource.name}.{key}", None, "at least one dosage, with dose and timing")
        return
    ends: dict[int, float] = {}
    first = order.start if order.start is not None else 0.0
    for number, dosage in enumerate(sorted(dosages, key=lambda one: one.get("sequence", 0))):
        where = f"{order.resource.name}.{key}[{dosages.index(dosage)}]"
        sequence = dosage.get("sequence", 0)
        earlier = [end for before, end in ends.items() if before < sequence]
        try:
            found = list(_dosage(order, dosage, max(earlier, default=first), zero))
        except TherapyError as error:
            account.absorb(error, where)
            return
        except ValueError as error:
            account.refuse(where, str(error), "dates of FHIR, such as 2026-01-05")
            return
        if any(end == inf for end in earlier) and number:
            account.refuse(where, f"sequence {sequence}", "an end of the dosage before it, as bounds")
            return
        ends[sequence] = max([ends.get(sequence, -inf), *(piece.end for piece in found)])
        _note_limits(dosage, order, account)
        yield from found


def _note_limits(dosage: Json, order: Order, account: Account) -> None:
    """Parts of a dosage that change nothing of what is simulated."""
    for key in LIMITS:
        if key in dosage:
            account.leave(f"{order.resource.name} {key}", "says nothing of how much is given when")


def _dosage(order: Order, dosage: Json, start: float, zero: Zero) -> Iterator[Piece]:
    """The pieces of one dosage. Raises TherapyError where it cannot be followed."""
    if dosage.get("asNeededBoolean") or dosage.get("asNeededCodeableConcept"):
        raise TherapyError(Problem("asNeeded", True, "a fixed timing", "How often it is taken would be a guess."))
    timing, amounts = dosage.get("timing") or {}, dosage.get("doseAndRate") or []
    if not timing and not amounts:
        yield from _worded(order, dosage, start)
        return
    intake, count = _intake(order, dosage, timing, amounts)
    _check_text(intake, dosage)
    start, end = _bounds(timing, start, order.end, zero)
    if isinstance(intake.timing, Once):
        moment = zero.hours(timing["event"][0]) if timing.get("event") else start
        yield Piece(order.drug, moment, moment, intake, order.resource.name, order.strength)
        return
    if count:
        end = min(end, end_of_doses((intake,), (start,), count, start, order.clock))
    yield Piece(order.drug, start, end, intake, order.resource.name, order.strength)


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


def _intake(order: Order, dosage: Json, timing: Json, amounts: list[Json]) -> tuple[Intake, int | None]:
    """What is given each time and when, and after how many doses it ends."""
    route = route_of(dosage) or _usual_route(order)
    if len(amounts) != 1:
        allowed = "one dose" if amounts else "a dose, as doseAndRate, or a text alone that says all"
        raise TherapyError(Problem("doseAndRate", f"{len(amounts)} entries", allowed))
    given = amounts[0]
    if given.get("doseRange"):
        raise TherapyError(Problem("doseAndRate.doseRange", "a range", "one dose, such as 10 mg"))
    flow = rate(given, order.strength)
    when = rhythm(timing)
    if flow is not None and not given.get("doseQuantity"):
        from ...therapy.amounts import Mass, tidy

        if when is None:
            return Intake(Mass(tidy(flow * DAY)), Continuous(), route), None  # type: ignore[arg-type]
        return Intake(Mass(tidy(flow * when.over)), when.timing, route, when.days, over=when.over), when.count  # type: ignore[arg-type]
    if not given.get("doseQuantity"):
        raise TherapyError(Problem("doseAndRate", None, "a dose, such as 10 mg, or a rate, such as 350 ug/d"))
    amount = dose(given["doseQuantity"], order.strength)
    if when is None:
        raise TherapyError(Problem("timing", None, "how often, as repeat with frequency and period, or as a code"))
    over = when.over or (float(amount.ug()) / flow if flow else 0.0)  # type: ignore[arg-type]
    return Intake(amount, when.timing, route, when.days, over=over), when.count  # type: ignore[arg-type]


def _usual_route(order: Order) -> str:
    """The route of an order that names none: by mouth unless the medication says otherwise."""
    return "intrathecal" if "intrathecal" in order.says else "mouth"


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
            raise TherapyError(Problem("text", dosage["text"], "the dose that its numbers say, " + _spoken(intake)))


def _spoken(intake: Intake) -> str:
    from ...therapy.speech import intake as words

    return repr(words(intake))


def _worded(order: Order, dosage: Json, start: float) -> Iterator[Piece]:
    """The pieces of a dosage that is only a text, read as plain words."""
    text = dosage.get("text") or dosage.get("patientInstruction")
    if not text:
        raise TherapyError(Problem("dosage", None, "dose and timing, or a text that says both"))
    if order.drug != BACLOFEN:
        raise TherapyError(Problem("text", text, "dose and timing as doseAndRate and timing"))
    found = prescription(text)
    if isinstance(found, Guided):
        first = found.regimen.steps[0]
        assert isinstance(first, Dosing)
        yield Piece(order.drug, start, order.end, first.intakes[0], order.resource.name, order.strength, text)
        return
    yield from _segments(order, found, start)


def _segments(order: Order, regimen: Regimen, start: float) -> Iterator[Piece]:
    """A regimen in words as pieces from `start` [h] on."""
    for segment in timeline(regimen, (order.clock + start) % 168.0):
        for intake, first in zip(segment.intakes, segment.firsts, strict=True):
            is_single = isinstance(intake.timing, Once)
            begins = start + first
            end = begins if is_single else min(start + segment.end, order.end)
            yield Piece(order.drug, begins, end, intake, order.resource.name, order.strength)


def _dated(order: Order, found: list[Piece], account: Account) -> list[Piece]:
    """The pieces of an order if its status agrees with its dates; otherwise none, accounted for."""
    if not found:
        return []
    name, status = order.resource.name, order.resource.get("status")
    end = max(piece.end for piece in found)
    if order.start is None and not all(_is_dated(dosage) for dosage in order.dosages[1]):
        account.note(name, "no date says since when: taken from hour 0 on")
    says_more = f"{order.drug}: {status}"
    if status in PAST and end > DAY:
        why = f"{says_more}, and no date says since when; an end, such as effectivePeriod.end, would"
        account.leave(name, why)
        return []
    if status in ("active", "intended", "draft") and end <= 0.0 and not all(p.start == p.end for p in found):
        return _ended(order, end, account)
    if order.drug != BACLOFEN and order.drug not in CHANNELS:
        account.note(name, f"{order.drug}: no quantitative evidence, so a run only cautions")
    return [replace(piece, end=min(piece.end, 0.0)) if status in PAST else piece for piece in found]


def _is_dated(dosage: Json) -> bool:
    timing = dosage.get("timing") or {}
    return bool(timing.get("event") or ((timing.get("repeat") or {}).get("boundsPeriod") or {}).get("start"))


def _ended(order: Order, end: float, account: Account) -> list[Piece]:
    """An order that is active and over: a contradiction for baclofen, a leftover for another drug."""
    if order.drug == BACLOFEN:
        allowed = "status completed, or an end that is still to come"
        account.refuse(f"{order.resource.name}.status", f"active, ended {-end / DAY:.0f} days before hour 0", allowed)
    else:
        account.leave(order.resource.name, f"{order.drug}: ended {-end / DAY:.0f} days before hour 0")
    return []
