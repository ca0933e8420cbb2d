"""A FHIR R4B bundle read into a scenario, with an account of every resource: used, or left and why.

bundle.py    bytes -> resources, references, the version of FHIR
person.py    Patient, Condition, Observation (measured.py) -> [patient]
orders.py    MedicationRequest, MedicationStatement (rhythm.py, amount.py) -> pieces of dosing
courses.py   pieces of baclofen and companions -> plain words, and what came before hour 0
pumps.py     Device, DeviceUseStatement, what flows into the canal -> [therapy.pump]
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ...errors import InputError, Problem
from ...scenario import Scenario, loads
from ...therapy.speech import intake as in_words
from .account import Account, Line
from .bundle import Bundle, FhirError, Resource, read_bundle
from .codes import meaning, shown
from .courses import therapy_table
from .instructions import BACLOFEN, Piece
from .orders import pieces
from .person import is_theirs, one_patient, patient_table
from .pumps import pump_pieces, pump_table
from .settings import ID, settings
from .toml import document
from .valid import faults
from .when import Zero, zero

READ = ("Patient", "Observation", "Condition", "MedicationRequest", "MedicationStatement", "Medication", "Device",
        "DeviceUseStatement")  # fmt: skip
USUAL_DURATION = "28 days"
MOST_PROBLEMS = 40


@dataclass(frozen=True)
class Imported:
    """A scenario read from a bundle.

    text  the scenario file
    at    the date and clock time that is hour 0
    used  what of the bundle is in the scenario; `left` what is not, and why; `notes` what was assumed or made simpler
    """

    text: str
    scenario: Scenario
    at: dt.datetime
    used: tuple[Line, ...]
    left: tuple[Line, ...]
    notes: tuple[Line, ...]


def read(
    content: bytes, name: str, *, today: dt.date, at: str | None = None, duration: str | None = None,
    proposals: bool = False,
) -> Imported:  # fmt: skip
    """Read a bundle into a scenario.

    today      to which a bundle is read that does not say when it was made
    at         the day, perhaps with a clock time, to which it is read instead
    duration   how long the scenario looks ahead, such as "28 days"
    proposals  whether what is only proposed is read as if it were given: a plan becomes the treatment

    Raises FhirError listing every problem with the resource in which it lies; BaclosimError without fhir.resources.
    """
    bundle = read_bundle(content, name)
    when = _hour_zero(at, bundle.timestamp, today)
    account = Account()
    tables = _tables(bundle, when, duration, proposals, account)
    _account_for_the_rest(bundle, account)
    _raise(account, name)
    text = document(tables, [f"Read from {name} (FHIR R4B), as of {when.moment:%Y-%m-%d %H:%M}."])
    scenario = _scenario(text, name, account)
    used, left, notes = (in_order(lines, bundle) for lines in (account.used, account.left, account.notes))
    return Imported(text, scenario, when.moment, used, left, notes)


def in_order(lines: list[Line], bundle: Bundle) -> tuple[Line, ...]:
    """Lines of the account, each once, in the order in which their resources stand in the bundle."""
    places = {resource.name: number for number, resource in enumerate(bundle.resources)}
    return tuple(sorted(dict.fromkeys(lines), key=lambda line: places.get(line.resource.split(" ")[0], len(places))))


def _hour_zero(at: str | None, timestamp: str | None, today: dt.date) -> Zero:
    try:
        return zero(at, timestamp, today)
    except ValueError:
        where, given = ("--at", at) if at else ("Bundle.timestamp", timestamp)
        raise FhirError(Problem(where, given, "a date, such as 2026-01-05 or 2026-01-05T08:00")) from None


def _tables(bundle: Bundle, when: Zero, duration: str | None, proposals: bool, account: Account) -> dict[str, Any]:
    """The tables of the scenario; what is wrong goes to the account."""
    patient, known = one_patient(bundle, account), settings(bundle)
    bundle = _sound(bundle, account)
    if patient is None or patient not in bundle.resources:
        return {}
    theirs = list(_theirs(bundle, patient, account))
    found = pieces(bundle, theirs, when, account, proposals=proposals)
    pump, since = pump_table(bundle, theirs, found, account)
    worded = [piece for piece in found if not pump or piece not in pump_pieces(found)]
    therapy, before = therapy_table(worded, since, account)
    treated = [(piece.start, piece.end) for piece in found if piece.drug == BACLOFEN]
    person = patient_table(patient, theirs, treated, when, account)
    _check_essential(therapy, pump, account)
    _use(found, account)
    title = known.pop("title", f"Read from {bundle.name}")
    simulate = {**known, "duration": duration or known.get("duration", USUAL_DURATION)}
    simulate |= {"start": f"{when.moment:%Y-%m-%d %H:%M}", **_before(before)}
    tables = {"title": title, "patient": person, "therapy": therapy}
    return {**tables, **({"therapy.pump": pump} if pump else {}), "simulate": simulate}


def _sound(bundle: Bundle, account: Account) -> Bundle:
    """What of the bundle is read here and is valid R4B; faults, and observations of other things, are accounted for."""
    sound: set[str] = set()
    for resource in bundle.of(*READ):
        if not _matters(resource):
            account.leave(resource.name, f"{shown(resource.get('code'))}: no covariate of the model")
            continue
        wrong = [*faults(resource.type, resource.body, resource.name), *_meant_otherwise(resource)]
        account.problems.found += wrong
        sound |= set() if wrong else {resource.name}
    kept = tuple(resource for resource in bundle.resources if resource.name in sound)
    known = {key: resource for key, resource in bundle.known.items() if resource.name in sound}
    return replace(bundle, resources=kept, known=known)


def _matters(resource: Resource) -> bool:
    """Whether a resource could matter, faults and all: not an observation of something else."""
    try:
        return resource.type != "Observation" or meaning("measurement", resource.get("code")) is not None
    except (AttributeError, TypeError):
        return True


def _theirs(bundle: Bundle, patient: Resource, account: Account) -> Iterator[Resource]:
    """The resources of this patient that are read here; those of others are accounted for."""
    for resource in bundle.of(*READ):
        if resource.type in ("Patient", "Medication") or is_theirs(resource, patient, bundle):
            yield resource
        else:
            account.leave(resource.name, "of another patient")


def _meant_otherwise(resource: Resource) -> Iterator[Problem]:
    """What may change the meaning of a resource in a way that nobody here knows."""
    for key in ("modifierExtension", "implicitRules"):
        if key in resource.body:
            yield Problem(f"{resource.name}.{key}", resource.get(key), "none: it may turn the meaning of the resource")


def _check_essential(therapy: dict[str, Any], pump: dict[str, Any] | None, account: Account) -> None:
    """Without baclofen there is nothing to simulate; say what was found in its place."""
    if pump or set(therapy) - {"alongside"} or account.problems.found:
        return
    allowed = "a MedicationRequest or MedicationStatement of baclofen (RxNorm 1292, ATC M03BX01, or by name)"
    left = "; ".join(f"{line.resource}: {line.says}" for line in account.left if line.resource.startswith("Medication"))
    hint = f"Left: {left}." if left else ""
    account.refuse("Bundle.entry", None, f"{allowed} that is given at hour 0 or was before", hint)


def _use(found: list[Piece], account: Account) -> None:
    """Account for every order that entered the scenario."""
    left = {line.resource for line in account.left}
    for piece in found:
        if piece.source not in left:
            account.use(piece.source, f"{piece.drug} {piece.words or in_words(piece.intake)}")


def _before(hours: float) -> dict[str, str]:
    """For how long the therapy has gone on, as a scenario says it."""
    if hours <= 0.0:
        return {}
    return {"before": f"{hours / 24.0:.12g} days" if hours >= 24.0 else f"{hours:.12g} h"}


def _account_for_the_rest(bundle: Bundle, account: Account) -> None:
    """Every resource of which nothing was said: of another kind, or named by nothing."""
    spoken_of = account.spoken_of()
    for resource in bundle.resources:
        if resource.name in spoken_of:
            continue
        if resource.type == "Parameters" and resource.get("id") == ID:
            account.use(resource.name, "how it is simulated")
        elif resource.type in READ:
            account.leave(resource.name, "no order that is read refers to it")
        else:
            account.leave(resource.name, f"{resource.type} is not read")


def _raise(account: Account, name: str) -> None:
    found = list({str(problem): problem for problem in account.problems.found}.values())
    if found:
        count = len(found)
        more = f" (the first {MOST_PROBLEMS})" if count > MOST_PROBLEMS else ""
        raise FhirError(found[:MOST_PROBLEMS], f"{name}: {count} problem{'s' * (count != 1)}{more}")


def _scenario(text: str, name: str, account: Account) -> Scenario:
    """The scenario that the text is; its problems are those of the bundle."""
    try:
        return loads(text, name)
    except InputError as error:
        sources = {line.resource for line in account.used if line.says.startswith(BACLOFEN)}
        raise FhirError(error.problems, f"{name}: as a scenario ({', '.join(sorted(sources))})") from None
