"""What speaks against baclofen in this patient, asked before any dose: kidneys, history, other drugs, route.

Each finding rests on facts that it names. A refusal stops the plan; what is to be avoided and what needs care goes
with it as a warning.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ...cautions import Caution
from ...drugs.companions import KNOWN, NAMES, companion
from ...errors import InputError, PlanError, Problems, nearest
from ...patient import Patient
from ...patient.suitability import BY_MOUTH

Route = Literal["mouth", "intrathecal"]
Gravity = Literal["refused", "avoid", "care"]

CAUTIONS, CONTRAINDICATED, INTERACTIONS = (
    "regulatory.cautions.uk", "regulatory.contraindications.uk", "regulatory.interactions",
)  # fmt: skip
RECTAL = "route.rectal.kriel-1997"
NO_BACLOFEN_BELOW, LESS_BELOW = 30.0, 60.0  # mL/min, renal.dose_advice.secondary
PARKINSON = "Parkinson's disease"
OLD = 65.0  # years, elderly.pk.swiss-label
PUMP_FROM, PUMP_NEVER_BELOW = 4.0, 1.0
"""Years from which labels speak of pumps (recalled), and below which the body has no room for one (assumed)."""


@dataclass(frozen=True)
class Finding:
    """One thing that speaks against the drug or asks for care, with what to do about it."""

    about: str
    gravity: Gravity
    says: str
    facts: tuple[str, ...]

    @property
    def caution(self) -> Caution:
        """As a warning of a plan."""
        head = {"refused": "contraindicated: ", "avoid": "better avoided: ", "care": ""}[self.gravity]
        return Caution(self.about, f"{head}{self.says}", self.facts)


@dataclass(frozen=True)
class History:
    """Something in a patient's history: how grave by mouth and by pump, and what it means."""

    by_mouth: Gravity
    by_pump: Gravity
    says: str
    facts: tuple[str, ...] = (CAUTIONS,)


HISTORY = {
    "hypersensitivity": History("refused", "refused", "allergy to baclofen.", (CONTRAINDICATED,)),
    "peptic ulcer": History("refused", "care", "tablets are contraindicated in peptic ulceration.", (CONTRAINDICATED,)),
    "porphyria": History("avoid", "avoid", "it may be made worse."),
    "epilepsy": History("care", "care", "fits may come more easily, at starting and above all at stopping."),
    "psychosis": History("avoid", "care", "psychosis, mania and confusion may be made worse; watch the mind."),
    "depression": History("care", "care", "depression or mania may be made worse; watch the mood."),
    "suicidality": History("avoid", "care", "an overdose of baclofen can kill: supply small amounts."),
    "substance misuse": History("care", "care", "alcohol and other sedatives deepen its effects; misuse is reported."),
    "stroke": History("care", "care", f"{BY_MOUTH['stroke']}."),
    "Parkinson's disease": History("avoid", "care", f"{BY_MOUTH[PARKINSON]}."),
    "respiratory impairment": History("care", "care", "it may depress breathing, most with other sedatives."),
    "hepatic impairment": History("care", "care", "the label asks for care."),
    "diabetes": History("care", "care", "the label asks for care."),
    "hypertension": History("care", "care", "with drugs against high blood pressure the pressure may fall further."),
    "pregnancy": History(
        "avoid", "care",
        "only where the need outweighs the risk to the child; the newborn may be in withdrawal, so taper before birth "
        "where that is safe and tell those who will look after the child.",
        ("regulatory.pregnancy-category", "regulatory.neonatal-withdrawal"),
    ),
}  # fmt: skip
ALSO = {
    "allergy": "hypersensitivity", "ulcer": "peptic ulcer", "peptic ulceration": "peptic ulcer", "fits": "epilepsy",
    "seizures": "epilepsy", "schizophrenia": "psychosis", "confusion": "psychosis", "mania": "depression",
    "parkinson": "Parkinson's disease", "parkinson's disease": "Parkinson's disease",
    "parkinsons disease": "Parkinson's disease", "alcoholism": "substance misuse", "alcohol misuse": "substance misuse",
    "drug misuse": "substance misuse", "asthma": "respiratory impairment", "copd": "respiratory impairment",
    "sleep apnoea": "respiratory impairment", "liver disease": "hepatic impairment", "pregnant": "pregnancy",
    "high blood pressure": "hypertension", "suicidal": "suicidality",
}  # fmt: skip

CLASSES = {
    "alcohol": "more sedation, and breathing may fail",
    "benzodiazepine": "more sedation, and breathing may fail",
    "opioid": "more sedation, and breathing may fail",
    "sleeping pill": "more sedation",
    "barbiturate": "more sedation",
    "tricyclic": "muscles may become far weaker",
    "antihypertensive": "blood pressure may fall further; its dose may need lowering",
    "levodopa": "confusion, hallucinations, agitation, headache and nausea are reported",
    "MAO inhibitor": "deeper sedation and low blood pressure",
    "antipsychotic": "more sedation",
    "antihistamine": "more sedation",
    "gabapentinoid": "more sedation",
    "muscle relaxant": "more sedation and weakness",
}
FOUND = ("kidneys", "age")
"""What is found in the patient and not told as history."""
OTHER_DRUGS = {
    "lithium": "movements out of control may be made worse",
    "ibuprofen": "kidneys that clear less drug: baclofen may accumulate",
    "naproxen": "kidneys that clear less drug: baclofen may accumulate",
    "diclofenac": "kidneys that clear less drug: baclofen may accumulate",
}


def findings(
    patient: Patient, route: Route, drugs: Sequence[str] = (), history: Sequence[str] = ()
) -> tuple[Finding, ...]:
    """All that speaks against it, the gravest first.

    drugs    other drugs by name, doses or not: "levodopa", "morphine 10 mg twice daily"
    history  as in HISTORY: "epilepsy", "pregnancy"
    Raises InputError listing every drug and every word of the history that is not known.
    """
    problems = Problems()
    names = [name for name in (known_history(word, problems) for word in history) if name]
    condition = patient.covariates.condition
    if condition in HISTORY and condition not in names:
        names.append(condition)
    found = [*_kidneys(patient, route), *(_from_history(name, route) for name in dict.fromkeys(names))]
    found += [one for drug in drugs for one in _with_drug(drug, problems)]
    found += _too_young(patient.covariates.age, route)
    if patient.covariates.age >= OLD:
        says = "one dose is cleared more slowly above 65 years; raise in smaller steps."
        found.append(Finding("age", "care", says, ("elderly.pk.swiss-label",)))
    problems.raise_as(InputError)
    order: tuple[Gravity, ...] = ("refused", "avoid", "care")
    return tuple(sorted(found, key=lambda finding: order.index(finding.gravity)))


def refuse(found: Sequence[Finding], despite: Sequence[str] = ()) -> None:
    """Raise PlanError naming every refusal that is not meant `despite` it."""
    meant = {ALSO.get(word.strip().lower(), word.strip().lower()).lower() for word in despite}
    standing = [one for one in found if one.gravity == "refused" and one.about.lower() not in meant]
    if standing:
        lines = [f"  {one.about}: {one.says}{cited(one)}" for one in standing]
        option = " ".join(f"--despite '{one.about}'" for one in standing)
        raise PlanError("\n".join(("baclofen is not to be given:", *lines, f"  if it is meant all the same: {option}")))


def cited(found: Finding) -> str:
    """The facts behind a finding, in brackets; nothing where there are none."""
    return f" [{', '.join(found.facts)}]" if found.facts else ""


def known_route(said: str, problems: Problems) -> Route:
    """The route that is meant; by mouth with the problem noted, for the rectum with what is known about it."""
    word = said.strip().lower()
    if word in ("oral", "mouth", "by mouth", "tablets", "orally"):
        return "mouth"
    if word in ("pump", "intrathecal", "intrathecally"):
        return "intrathecal"
    rectal = word in ("rectal", "rectally", "rectum", "suppository", "suppositories", "enema")
    hint = f"It is not absorbed from the rectum ({RECTAL})." if rectal else nearest(word, ("oral", "pump"))
    problems.add("route", said, "oral or pump", hint)
    return "mouth"


def known_history(word: str, problems: Problems) -> str | None:
    """The entry of HISTORY that is meant; None with the problem noted."""
    said = word.strip().lower()
    name = ALSO.get(said, said)
    if name in HISTORY:
        return name
    problems.add("--history", word, f"one of {', '.join(HISTORY)}", nearest(said, (*HISTORY, *ALSO)))
    return None


def check_despite(words: Sequence[str], problems: Problems) -> None:
    """Note everything that is overruled and is not known."""
    for word in words:
        if word.strip().lower() not in FOUND and ALSO.get(word.strip().lower(), word.strip()) not in HISTORY:
            problems.add(
                "--despite", word, "kidneys, age, or what is said to --history", nearest(word, (*HISTORY, *FOUND))
            )


def check_drugs(drugs: Sequence[str], problems: Problems) -> None:
    """Note every drug that is not known."""
    for drug in drugs:
        list(_with_drug(drug, problems))


def _kidneys(patient: Patient, route: Route) -> Iterator[Finding]:
    clearance = patient.covariates.creatinine_clearance
    lowest = min((clearance, *(change.creatinine_clearance for change in patient.kidney_changes)))
    facts = ("renal.dose_advice.secondary", "renal.toxic_dose.el-husseini-2011", CAUTIONS)
    if patient.dialysis_sessions or lowest < NO_BACLOFEN_BELOW:
        says = (
            f"creatinine clearance {lowest:.3g} mL/min: no tablets below {NO_BACLOFEN_BELOW:g} mL/min or on dialysis; "
        )
        says += "people became toxic on 5 to 20 mg/day within days."
        yield Finding("kidneys", "refused" if route == "mouth" else "care", says, facts)
    elif lowest < LESS_BELOW:
        says = f"creatinine clearance {lowest:.3g} mL/min: lower doses below {LESS_BELOW:g} mL/min, raised more slowly."
        yield Finding("kidneys", "care", says, facts)


def _too_young(age: float, route: Route) -> Iterator[Finding]:
    """Whether a child is too small for a pump."""
    if route == "intrathecal" and age < PUMP_FROM:
        says = (
            f"labels speak of pumps from {PUMP_FROM:g} years on (recalled), and nothing here describes one below "
            f"{PUMP_NEVER_BELOW:g} year: the body must have room for the device."
        )
        yield Finding("age", "refused" if age < PUMP_NEVER_BELOW else "avoid", says, ())


def _from_history(name: str, route: Route) -> Finding:
    entry = HISTORY[name]
    return Finding(name, entry.by_mouth if route == "mouth" else entry.by_pump, entry.says, entry.facts)


def _with_drug(drug: str, problems: Problems) -> Iterator[Finding]:
    words = drug.strip().lower()
    plain = next((name for name in OTHER_DRUGS if name in words), None)
    if plain:
        yield Finding(plain, "care", f"{OTHER_DRUGS[plain]}.", (INTERACTIONS,))
        return
    kind = next((name for name in (*CLASSES, "levodopa") if name in words), None)
    if kind is None:
        from ...therapy.alongside import alongside

        try:
            kind = companion(_name_in(words)).kind
        except InputError:
            try:
                alongside(drug)
            except InputError as error:
                problems.absorb(error, "--with")
            return
    if kind in CLASSES:
        grave: Gravity = "avoid" if kind in ("alcohol", "opioid", "benzodiazepine") else "care"
        yield Finding(drug.strip(), grave, f"{CLASSES[kind]}.", (INTERACTIONS, "interaction.label-list.mims"))


def _name_in(words: str) -> str:
    """The drug's name within "morphine 10 mg twice daily"."""
    known = [name for name in (*NAMES, *KNOWN) if name.lower() in words]
    return max(known, key=len) if known else words.split()[0] if words else words
