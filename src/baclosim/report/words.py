"""A run in words: who, what, for how long, and what it cannot tell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ..figures.display import readable, time_in_words
from ..outcome.summary import OWN_CHANCE
from ..quantities import QUANTITIES

if TYPE_CHECKING:
    from ..outcome import Outcome
    from ..parameters import Parameter
    from ..trajectory import Trajectory

NOTICE = (
    "For research and education only; not a medical device. Never stop or change baclofen without the "
    "supervision of a prescriber: stopping abruptly can be fatal."
)
# Subjects of which a run may be silent: words in the names of quantities that speak of it, and the subject.
_SUBJECTS = (
    (("withdrawal", "deficit", "rebound"), "withdrawal when doses are missed, lowered or stopped"),
    (("ventilation", "breathing", "coma"), "breathing and coma after too much"),
    (("serotonin", "serotonergic"), "interaction with serotonergic drugs"),
    (("dopamine", "craving"), "reward and craving"),
)


def patient_rows(patient: Any) -> tuple[tuple[str, str], ...]:
    """The covariates of a patient in words; what nobody gave is marked as assumed."""
    known = patient.covariates
    rows = [
        ("condition", "condition", known.condition),
        ("age", "age", f"{readable(known.age)} years"),
        ("sex", "sex", known.sex or "not given"),
        ("weight", "weight", f"{readable(known.weight)} kg"),
        ("height", "height", f"{readable(known.height)} cm"),
        ("creatinine_clearance", "creatinine clearance", f"{readable(known.creatinine_clearance)} mL/min"),
        ("ashworth", "Ashworth score at baseline", _score(known.ashworth)),
        ("spasms", "spasm score at baseline", _score(known.spasms)),
    ]
    assumed = set(known.assumed)
    return tuple((label, text + (" (assumed)" if name in assumed else "")) for name, label, text in rows)


def _score(value: float | None) -> str:
    return "usual for the condition" if value is None else readable(value)


def sentence(said: object) -> str:
    """Patient or therapy as one sentence that begins with a capital and ends with a stop."""
    text = str(said).strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def run_rows(outcome: Outcome) -> tuple[tuple[str, str], ...]:
    """What is needed to repeat the run."""
    from importlib.metadata import version

    study = outcome.scenario
    rows = [
        ("scenario", study.name),
        ("baclosim", version("baclosim")),
        ("duration", time_in_words(study.duration)),
        ("treated before", time_in_words(study.before) if study.before else ""),
        ("virtual patients", str(outcome.patients.patients)),
        ("draws of the typical patient", str(outcome.uncertainty.patients)),
        ("seed", str(study.seed)),
        ("values recorded every", time_in_words(study.every)),
    ]
    return tuple((label, text) for label, text in rows if text)


def limits(course: Trajectory, parameters: Sequence[Parameter]) -> tuple[str, ...]:
    """What a course cannot tell; `parameters` are those behind it."""
    recorded = " ".join(course)
    silent = [says for words, says in _SUBJECTS if not any(word in recorded for word in words)]
    lines = [
        "It is about people like the one described, not about one person. Somebody whose kidneys, gut or spinal "
        "canal differ from those in the studies can lie outside every band.",
        "The bands hold no measurement noise: a blood sample or a rating at the bedside scatters more. "
        "Scores are rated in whole steps; the curves are their expected values.",
        "Spread between patients and uncertainty of the typical patient are computed apart and are not added up.",
    ]
    if any(QUANTITIES[name].kind == "probability" for name in course):
        lines.append(OWN_CHANCE)
    if silent:
        lines.append(f"It computes nothing about {listed(silent)}; silence about these is not safety.")
    weak = [p for p in parameters if p.is_weak]
    if weak:
        lines.append(
            f"{len(weak)} of the {len(parameters)} parameters behind it are assumed or recalled. They are named "
            "beside the results that lean on them and marked in the table of parameters."
        )
    return tuple(lines)


def listed(words: Iterable[str]) -> str:
    """Words as a list in a sentence.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    *head, last = words
    return f"{', '.join(head)} and {last}" if head else last
