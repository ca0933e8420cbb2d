"""From Patient, Conditions and Observations to the table [patient] of a scenario."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ...errors import Problems
from ...patient import covariates
from .account import Account, shortly
from .bundle import Bundle, Resource
from .codes import meaning, meanings, shown
from .measured import Finding, covariates_of, findings, is_per_surface, own_clearance, untreated
from .when import Zero

YEAR = dt.timedelta(days=365.25)
ACTIVE = ("active", "recurrence", "relapse", "")
DOUBTED = ("unconfirmed", "provisional", "differential", "refuted", "entered-in-error")


def one_patient(bundle: Bundle, account: Account) -> Resource | None:
    """The one patient of a bundle; a problem where there are none or several."""
    found = list(bundle.of("Patient"))
    if len(found) != 1:
        names = ", ".join(resource.name for resource in found[:5]) or None
        account.refuse("Bundle.entry", names, "exactly one Patient", "" if found else "Without one nothing is known.")
        return None
    return found[0]


def is_theirs(resource: Resource, patient: Resource, bundle: Bundle) -> bool:
    """Whether a resource is about this patient; one that names nobody in the bundle may be."""
    subject = resource.get("subject") or resource.get("patient") or {}
    known = bundle.referred(subject, resource)
    return known is patient or (known is None and _says_nobody_else(subject, patient))


def _says_nobody_else(subject: dict[str, Any], patient: Resource) -> bool:
    reference = str(subject.get("reference") or "")
    return not reference or reference.split("/")[-1] == str(patient.get("id"))


def patient_table(
    patient: Resource, theirs: list[Resource], treated: list[tuple[float, float]], zero: Zero, account: Account
) -> dict[str, Any]:
    """The table [patient]: who it is, what ails them, what was measured.

    treated  start and end [h from hour 0] of every time in which baclofen was taken
    """
    table = {**_sex(patient, account), **_age(patient, zero, account)}
    found = list(findings((r for r in theirs if r.type == "Observation"), zero, account))
    chosen = covariates_of(untreated(found, treated, account), account)
    condition, kidney_disease = _conditions([r for r in theirs if r.type == "Condition"], account)
    table |= {"condition": condition} if condition else {}
    table |= {name: _said(name, *one, chosen, account) for name, one in chosen.items()}
    _check_kidneys(table, patient, kidney_disease, account)
    return table


def _sex(patient: Resource, account: Account) -> dict[str, str]:
    gender = patient.get("gender")
    if gender in ("female", "male"):
        account.use(patient.name, f"gender {gender}")
        return {"sex": gender}
    account.note(patient.name, f"gender {gender or 'not given'}: no sex is written")
    return {}


def _age(patient: Resource, zero: Zero, account: Account) -> dict[str, str]:
    """Age at hour 0, in days below two years."""
    born = patient.get("birthDate")
    if not born:
        account.refuse(f"{patient.name}.birthDate", None, "a date of birth, such as 1983-05-17, for the age")
        return {}
    try:
        age = zero.moment - _birth(str(born), patient, zero, account)
    except (ValueError, OverflowError):
        account.refuse(f"{patient.name}.birthDate", born, "a date, such as 1983-05-17")
        return {}
    years = age / YEAR
    if not 0.0 <= years <= 120.0:
        allowed = f"a date within 120 years before {zero.moment:%Y-%m-%d}, to which the bundle is read"
        account.refuse(f"{patient.name}.birthDate", born, allowed, "It lies in the future." if years < 0.0 else "")
        return {}
    text = f"{age.days} days" if years < 2.0 else f"{shortly(round(years, 2))} years"
    account.use(patient.name, f"born {born}: {text}")
    if patient.get("deceasedBoolean") or patient.get("deceasedDateTime"):
        account.note(patient.name, "recorded as deceased")
    return {"age": text}


def _birth(text: str, patient: Resource, zero: Zero, account: Account) -> dt.datetime:
    first = zero.local(text)
    if len(text) == 10:
        return first
    last = zero.local(text, is_end=True)
    account.note(patient.name, f"born {text}, no day given: the middle of that time is taken")
    return first + (last - first) / 2


def _conditions(conditions: list[Resource], account: Account) -> tuple[str, Resource | None]:
    """The cause of spasticity, the most specific first, and a kidney disease if there is one."""
    found: list[tuple[int, Resource, str]] = []
    kidneys: Resource | None = None
    for resource in conditions:
        why = _not_present(resource)
        cause = meaning("condition", resource.get("code"))
        if why:
            account.leave(resource.name, f"{shown(resource.get('code'))}: {why}")
        elif cause:
            found.append((list(meanings("condition")).index(cause.name), resource, cause.name))
        elif meaning("kidney", resource.get("code")):
            kidneys = resource
        else:
            account.leave(resource.name, f"{shown(resource.get('code'))}: no condition of the model")
    return _cause(sorted(found, key=lambda one: one[0]), account), kidneys


def _cause(found: list[tuple[int, Resource, str]], account: Account) -> str:
    for number, (_, resource, name) in enumerate(found):
        if number == 0:
            account.use(resource.name, f"condition {name}")
        else:
            account.leave(resource.name, f"{name}: the scenario has one condition, and {found[0][2]} comes first")
    return found[0][2] if found else ""


def _not_present(resource: Resource) -> str:
    """Why a condition does not count; "" when it does."""
    clinical = _code(resource.get("clinicalStatus"))
    verified = _code(resource.get("verificationStatus"))
    if clinical not in ACTIVE:
        return f"its clinical status is {clinical}"
    return f"its verification status is {verified}" if verified in DOUBTED else ""


def _code(concept: Any) -> str:
    return next((coding.get("code") or "" for coding in (concept or {}).get("coding") or ()), "")


def _said(
    name: str, finding: Finding, given: str | float, chosen: dict[str, tuple[Finding, str | float]], account: Account
) -> str | float:
    """One covariate as it is written in the scenario; a filtration rate becomes the person's own clearance."""
    says = f"{finding.name.replace('_', ' ')} {finding.text} ({_day(finding)})"
    if name != "creatinine_clearance" or not is_per_surface(finding):
        account.use(finding.resource.name, says)
        return given
    sizes = {size: _number(size, chosen, account) for size in ("weight", "height")}
    if sizes["weight"] is None:
        account.refuse("Bundle.entry", None, "an Observation of body weight (LOINC 29463-7), "
                       f"without which {finding.resource.name} per 1.73 m2 says nothing of this person")  # fmt: skip
        return given
    own = own_clearance(finding, sizes["weight"], sizes["height"])
    account.use(finding.resource.name, f"{says}, of this body {own}")
    return own


def _number(name: str, chosen: dict[str, tuple[Finding, str | float]], account: Account) -> float | None:
    return covariates.read_number(name, chosen[name][1], Problems()) if name in chosen else None


def _day(finding: Finding) -> str:
    days = -finding.time / 24.0
    return "at hour 0" if days < 0.5 else f"{days:.0f} day{'s' * (round(days) != 1)} before hour 0"


def _check_kidneys(table: dict[str, Any], patient: Resource, disease: Resource | None, account: Account) -> None:
    """Where kidneys are known to be ill, normal kidneys are never assumed."""
    if disease is None:
        return
    if "serum_creatinine" in table or "creatinine_clearance" in table:
        account.leave(disease.name, f"{shown(disease.get('code'))}: the measured kidney function counts")
        return
    allowed = "an Observation of serum creatinine (LOINC 2160-0) or creatinine clearance (LOINC 2164-2)"
    hint = "Normal kidneys are not assumed for a patient with kidney disease."
    account.refuse(disease.name, shown(disease.get("code")), allowed, hint)
