"""From MedicationRequests and MedicationStatements to pieces of dosing: what, from when to when, and who says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import inf
from typing import Any

from ...errors import InputError, Problem, TherapyError
from ...therapy.doses import CHANNELS
from ...therapy.timing import DAY
from .account import Account
from .amount import strength_of
from .bundle import Bundle, Resource
from .codes import drugs_named, shown, texts
from .instructions import BACLOFEN, Order, Piece, of_dosage
from .when import Zero, period

Json = dict[str, Any]
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
        for piece in _dated(order, list(_pieces(order, zero, account)), zero, account)
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
    except InputError as error:
        account.absorb(error, resource.name)
        return None
    if strength.note:
        account.note(resource.name, f"{drug}: {strength.note}")
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
        _refuse(order, f"{order.resource.name}.{key}", Problem("", None, "a dosage, with dose and timing"), account)
    ends: dict[int, float] = {}
    for number, dosage in sorted(enumerate(dosages), key=lambda one: one[1].get("sequence", 0)):
        where, sequence = f"{order.resource.name}.{key}[{number}]", dosage.get("sequence", 0)
        start = max((end for before, end in ends.items() if before < sequence), default=order.start or 0.0)
        try:
            if start == inf:
                raise TherapyError(Problem("sequence", sequence, "an end of the dosage before it, as bounds"))
            found = list(of_dosage(order, dosage, start, zero, account))
        except InputError as error:
            _refuse(order, where, error, account)
            return
        except ValueError as error:
            _refuse(order, where, Problem("", str(error), "dates of FHIR, such as 2026-01-05"), account)
            return
        ends[sequence] = max([ends.get(sequence, -inf), *(piece.end for piece in found)])
        yield from found


def _refuse(order: Order, where: str, error: InputError | Problem, account: Account) -> None:
    """What cannot be read of baclofen is a problem; another drug is left, as the scenario can do without it."""
    told = InputError(error) if isinstance(error, Problem) else error
    if order.drug == BACLOFEN:
        account.absorb(told, where)
    else:
        why = "; ".join(f"{problem.where}: {problem.given!r}" for problem in told.problems) or str(told)
        account.leave(order.resource.name, f"{order.drug}: how it is taken cannot be read ({why})")


def _dated(order: Order, found: list[Piece], zero: Zero, account: Account) -> list[Piece]:
    """The pieces of an order if its status agrees with its dates; otherwise none, accounted for."""
    if not found:
        return []
    name, status = order.resource.name, order.resource.get("status")
    end = max(piece.end for piece in found)
    if order.start is None and not all(_is_dated(dosage) for dosage in order.dosages[1]):
        account.note(name, "no date says since when: taken from hour 0 on")
    if status in PAST and end > DAY and not (zero.is_chosen and end < inf):
        account.leave(name, f"{order.drug}: {status}, and no date says since when, as effectivePeriod.end would")
        return []
    if zero.is_chosen and (order.start or 0.0) > 0.0:
        account.leave(name, f"{order.drug}: later than {zero.moment:%Y-%m-%d}, to which the bundle is read")
        return []
    if status in ("active", "intended", "draft") and end <= 0.0 and not all(p.start == p.end for p in found):
        return _ended(order, end, account)
    if order.drug != BACLOFEN and order.drug not in CHANNELS:
        account.note(name, f"{order.drug}: no quantitative evidence, so a run only cautions")
    is_over = status in PAST and not zero.is_chosen
    return [replace(piece, end=min(piece.end, 0.0)) if is_over else piece for piece in found]


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
