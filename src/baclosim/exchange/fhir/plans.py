"""A plan as a bundle: a CarePlan, and for each step with a dose a MedicationRequest of intent `proposal`.

Nothing written here is an order: every request is a draft of a proposal, and the plan begins with who must decide.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ...errors import Problem, TherapyError
from ...plan.record import OddsRecord, PlanRecord, StepRecord, TakeRecord
from ...therapy.language import parse
from ...therapy.steps import Dosing, Intake
from ...therapy.timing import Continuous
from ..parcel import File, Parcel
from .bundle import FhirError
from .codes import meanings
from .dosages import dosage
from .frame import bundle, concept, note, provenance, quantity, refer
from .measured import TAG

Json = dict[str, Any]
WHEN = {"morning": "MORN", "midday": "NOON", "afternoon": "AFT", "evening": "EVE", "night": "NIGHT"}
UCUM = {"dimensionless": "1", "share": "1", "share of patients": "1"}


def export(plan: PlanRecord, source: str, person: Json | None = None, sentence: str = "") -> Parcel:
    """A plan as a bundle. `person` is the Patient it is for, if known, and `sentence` says in words who that is.

    Raises FhirError where it has no first day.
    """
    if plan.begins is None:
        raise FhirError(Problem("begins", None, "the day on which the plan begins", "Plan again with --start."))
    moment = f"{plan.begins.isoformat()}T08:00:00+00:00"
    who = person or patient(plan)
    requests = [one for number, step in enumerate(plan.steps, 1) for one in request(plan, step, number, who)]
    other = made_for_another(plan, sentence)
    care = care_plan(plan, requests, who, other)
    odds = [observation(one, number, who, moment) for number, one in enumerate(plan.odds, 1)]
    made = [care, *requests, *odds]
    origin = provenance(made, moment, f"{plan.title}; {plan.before}", plan.facts)
    salt = hashlib.sha256(plan.model_dump_json(exclude={"files"}).encode()).hexdigest()[:16]
    content = bundle([who, *made, origin], moment, salt)
    holds = f"FHIR R4B bundle: a CarePlan with {len(requests)} proposed requests"
    return Parcel("fhir", source, (File("bundle.json", holds, content),), tuple(_notes(plan, other)), tuple(plan.facts))


def made_for_another(plan: PlanRecord, sentence: str) -> str:
    """What must be said where the plan was computed for somebody else than this person; nothing where it was not."""
    if sentence in ("", plan.patient):
        return ""
    return f"made for another person: its doses and odds are those of {plan.patient}, not of {sentence}; plan again"


def _notes(plan: PlanRecord, other: str) -> Iterator[str]:
    if other:
        yield other
    yield "every request is a draft with intent proposal: a prescriber decides"
    for number, step in enumerate(plan.steps, 1):
        if not list(_intakes(step)) and step.daily_dose_ug != 0.0:
            yield f"step {number} is an activity in words: {step.says}"


def patient(plan: PlanRecord) -> Json:
    """The person of whom nothing is written but a sentence."""
    says = plan.patient.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{says}</div>'}
    return {"resourceType": "Patient", "id": "patient", "text": text}


def care_plan(plan: PlanRecord, requests: list[Json], who: Json, other: str = "") -> Json:
    """The plan as a whole; its notes begin with who must decide, and what calls for emergency care."""
    return {
        "resourceType": "CarePlan",
        "id": "plan",
        "status": "draft",
        "intent": "proposal",
        "title": plan.title,
        "description": f"{plan.before}. {' '.join(plan.reasons)}".strip(),
        "subject": refer(who),
        "period": {"start": plan.begins.isoformat() if plan.begins else None},
        "activity": [activity(step, number, requests) for number, step in enumerate(plan.steps, 1)],
        "note": [note(text) for text in safety_first(plan, other)],
    }


def safety_first(plan: PlanRecord, other: str = "") -> Iterator[str]:
    """Everything that must be read with the plan, the most important first."""
    yield plan.disclaimer
    if other:
        yield other
    yield from (f"{one.about}: {one.says}" for one in plan.warnings)
    yield from (f"{one.when}: {'; '.join(one.signs)}. {' '.join(one.act)}" for one in plan.emergencies)
    yield from (f"{'Kept' if goal.is_met else 'Not kept'}: {goal.says}" for goal in plan.goals)
    yield from (f"If {check.when}: {check.do}. {check.then}".strip() for check in plan.checks)


def activity(step: StepRecord, number: int, requests: list[Json]) -> Json:
    """One step of the plan: its request, or where it is not a dose what is done, in words."""
    own = next((one for one in requests if one["id"] == f"step-{number}"), None)
    says = f"{step.says}; {step.do}" if step.do else step.says
    if own:
        return {"reference": refer(own), **({"progress": [note(step.do)]} if step.do else {})}
    detail = {"status": "not-started", "description": says, "scheduledPeriod": period(step)}
    return {"detail": {**detail, "doNotPerform": False}}


def period(step: StepRecord) -> Json:
    """The days of a step, both included."""
    first = step.date or dt.date.min
    last = {} if step.last_day is None else {"end": (first + _days(step.last_day - step.first_day)).isoformat()}
    return {"start": first.isoformat(), **last}


def _days(count: int) -> dt.timedelta:
    return dt.timedelta(days=count)


def request(plan: PlanRecord, step: StepRecord, number: int, who: Json) -> Iterator[Json]:
    """A step as a proposed request; none where it gives nothing or is not a dose."""
    dosages = [one for one in _dosages(step) if one]
    if not dosages:
        return
    yield {
        "resourceType": "MedicationRequest",
        "id": f"step-{number}",
        "status": "draft",
        "intent": "proposal",
        "medicationCodeableConcept": meanings("drug")["baclofen"].concept(),
        "subject": refer(who),
        "dosageInstruction": dosages,
        "note": [
            note(text) for text in (plan.disclaimer, plan.warnings[0].says if plan.warnings else "", step.do) if text
        ],
    }


def _dosages(step: StepRecord) -> Iterator[Json | None]:
    for take in step.takes if all(_is_timed(take) for take in step.takes) else ():
        if take.amount_ug > 0.0:
            yield _take(take, step)
    if not step.takes or not all(_is_timed(take) for take in step.takes):
        yield from (dosage(intake, 1, period(step)) for intake in _intakes(step))


def _is_timed(take: TakeRecord) -> bool:
    return take.at in WHEN or take.at[:1].isdigit()


def _take(take: TakeRecord, step: StepRecord) -> Json:
    """What is taken at one time of the day."""
    when = {"when": [WHEN[take.at]]} if take.at in WHEN else {"timeOfDay": [f"{take.at}:00"]}
    return {
        "text": f"{take.what}, {take.at}",
        "timing": {"repeat": {"boundsPeriod": period(step), "frequency": 1, "period": 1, "periodUnit": "d", **when}},
        "route": meanings("route")[step.route].concept(),
        "doseAndRate": [{"doseQuantity": quantity(take.amount_ug / 1e3, "mg")}],
    }


def _intakes(step: StepRecord) -> Iterator[Intake]:
    """What a step gives, as its words say; the dose of a flow is that of the step, to its last digit."""
    try:
        steps = parse(step.says).steps
    except TherapyError:
        return
    found = steps[0].intakes if len(steps) == 1 and isinstance(steps[0], Dosing) else ()
    for intake in found:
        yield _flowing(intake, step.daily_dose_ug) if len(found) == 1 and step.daily_dose_ug else intake


def _flowing(intake: Intake, daily_dose: float) -> Intake:
    """A flow that gives just this much a day [ug]; other intakes as they are."""
    if not isinstance(intake.timing, Continuous):
        return intake
    return replace(intake, amount=intake.amount.scaled(daily_dose / intake.per_day))


def observation(odds: OddsRecord, number: int, who: Json, moment: str) -> Json:
    """One prediction as an Observation: the middle, and the bounds of each of its ranges as components."""
    unit = UCUM.get(odds.unit, odds.unit)
    bands = {"virtual patients": ("5 and 95 %", odds.patients), "typical patient": ("95 % interval", odds.typical)}
    components = [
        {"code": concept(f"{whose}, {what}: {end}"), "valueQuantity": quantity(getattr(band, end), odds.unit, unit)}
        for whose, (what, band) in bands.items()
        if band
        for end in ("low", "high")
    ]
    return predicted(
        f"prediction-{number}", odds.says, quantity(odds.patients.value, odds.unit, unit), components, who, moment
    )


def predicted(name: str, says: str, value: Json, components: list[Json], who: Json, moment: str) -> Json:
    """A number that was computed and not measured, flagged so in every way that FHIR has."""
    return {
        "resourceType": "Observation",
        "id": name,
        "meta": {"tag": [TAG]},
        "status": "preliminary",
        "code": concept(f"Predicted by simulation: {says}"),
        "subject": refer(who),
        "effectiveDateTime": moment,
        "valueQuantity": value,
        "method": concept("simulation of virtual patients with baclosim, not a measurement"),
        "component": components,
    }
