"""What a study asks and how it goes about it: the question, patients and arms, visits and leaving, and the outcomes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from ...cohort import study_of
from ...cohort.baseline import Flow, flow
from ...errors import InputError
from ...evidence.library import library
from ...figures.display import aligned, display, readable, time_in_words
from ...patient import CONDITIONS
from ...quantities import known
from ..document import Cell, Column, Pairs, Paragraph, Rows, Section, Table
from ..words import listed

if TYPE_CHECKING:
    from ...cohort.results import Results
    from ...cohort.study import Study

_ID = re.compile(r"\(((?:[a-z0-9-]+\.)+[a-z0-9-]+)\)")
DESIGNS = {
    "shared": "every patient in every arm, as in a crossover without carry-over: arms differ by treatment alone",
    "randomised": "each patient allocated to one arm, in permuted blocks",
}
MEASURES = {
    "highest": "highest {what}",
    "lowest": "lowest {what}",
    "average": "average of {what}",
    "area": "area under the curve of {what}",
    "value": "{what}",
    "change": "change from hour 0 of {what}",
    "time above": "time with {what} above {level}",
    "time below": "time with {what} below {level}",
    "first above": "first time with {what} above {level}",
    "first below": "first time with {what} below {level}",
    "reported": "whether it would be reported when asked, by the highest {what}",
}


def planned(results: Results) -> Study | None:
    """The study as its file says it; None when that cannot be read any more, and the manifest must do."""
    manifest = results.manifest
    try:
        given = {key: manifest[key] for key in ("patients", "seed")}
        return study_of(manifest["text"], manifest["name"], **given)
    except InputError:
        return None


def lead(results: Results, study: Study | None) -> tuple[str, ...]:
    """The study in a sentence."""
    manifest, arms = results.manifest, len(results.arms)
    where = "in one arm" if arms == 1 else f"in {arms} arms"
    each = (
        "" if arms == 1 else ", each patient in all of them" if results.is_paired else ", each patient in one of them"
    )
    people = who(manifest["patients"], study)
    return (f"{people}, followed for {time_in_words(manifest['duration_h'])} {where}{each}.",)


def who(patients: int, study: Study | None) -> str:
    """So many patients with what they have.

    >>> who(1000, None)
    '1,000 virtual patients'
    """
    one = patients == 1
    if study is None:
        return f"{patients:,} virtual patient{'s' * (not one)}"
    condition = study.patient.covariates.condition
    if condition == "healthy":
        return f"{patients:,} virtual healthy {'volunteer' if one else 'volunteers'}"
    return (
        f"{patients:,} virtual patient{'s' * (not one)} with {condition if condition in CONDITIONS else 'spasticity'}"
    )


def design_section(results: Results, study: Study | None) -> Section:
    """The question, how it is asked, the arms, and the outcomes."""
    asked = tuple(Paragraph(in_brackets(said)) for said in question(results.manifest["text"]))
    design = Pairs(tuple((label, text) for label, text in design_rows(results, study) if text))
    end = results.manifest["duration_h"]
    outcomes = tuple((e["name"], endpoint_in_words(e, end)) for e in results.manifest["endpoints"])
    told = (Paragraph("What is measured of each patient in each arm:"), Pairs(outcomes)) if outcomes else ()
    return Section("design", "The question and how it is asked", (*asked, design, arms_table(results), *told))


def question(text: str) -> Iterator[str]:
    """The words with which a study file begins: paragraphs of its first comment.

    >>> list(question("# Two ways,\\n# side by side.\\n#\\n# Nothing else.\\n\\n# not this\\ntitle = 'x'"))
    ['Two ways, side by side.', 'Nothing else.']
    """
    lines = takewhile(lambda line: line.startswith("#"), text.lstrip().splitlines())
    said = "\n".join(line.lstrip("#").strip() for line in lines)
    for paragraph in said.split("\n\n"):
        if paragraph.strip():
            yield " ".join(paragraph.split())


def in_brackets(said: str) -> str:
    """Ids of facts in round brackets put into square ones, where they become the numbers of sources."""
    return _ID.sub(lambda found: f"[{found[1]}]" if found[1] in library() else found[0], said)


def facts_named(text: str) -> tuple[str, ...]:
    """The facts that the first comment of a study file names."""
    return tuple(name for said in question(text) for name in _ID.findall(said) if name in library())


def design_rows(results: Results, study: Study | None) -> Iterator[tuple[str, str]]:
    """How the study goes about it, label and text; empty where there is nothing to say."""
    manifest = results.manifest
    visits = [time_in_words(hours) for hours in manifest["visits_h"]]
    yield "design", DESIGNS[manifest["design"]] if len(results.arms) > 1 else "one arm"
    yield "patients", drawn(manifest, study)
    yield "examined at", listed(visits) if visits else ""
    yield "who leaves early", leaving(results, study)
    yield "typical values", typical(manifest["draws"])
    varied = f"varies by {100 * manifest['day_to_day']:.3g} % in one patient, which is assumed"
    yield "absorption from day to day", varied if manifest["day_to_day"] else ""
    yield "recorded", f"every {time_in_words(manifest['every_h'])}"
    yield "simulated with", f"baclosim {manifest['version']}, seed {manifest['seed']}"


def drawn(manifest: dict[str, Any], study: Study | None) -> str:
    """What the patients have in common, and what is drawn."""
    if study is None or manifest["covariates"] == "fixed":
        return f"all alike in what a doctor sees, different in their bodies: {manifest['patient']}"
    covariates = study.patient.covariates
    same = [f"{name.replace('_', ' ')}" for name in ("age", "sex", "weight", "height", "creatinine_clearance")]
    assumed = {name.replace("_", " ") for name in covariates.assumed} | ({"sex"} if not covariates.sex else set())
    fixed = [name for name in same if name not in assumed]
    rest = f"; the same in all: {listed(fixed)}" if fixed else ""
    return f"drawn as people with {covariates.condition} are{rest}" if covariates.condition != "healthy" else (
        f"drawn as healthy people are{rest}"
    )  # fmt: skip


def leaving(results: Results, study: Study | None) -> str:
    """Who leaves before the end."""
    shares = {arm["drop_out"] for arm in results.manifest["arms"]}
    said = []
    if any(shares):
        each = " and ".join(f"{100 * arm['drop_out']:.3g} % ({arm['name']})" for arm in results.manifest["arms"])
        whole = f"{100 * next(iter(shares)):.3g} % by the end" if len(shares) == 1 else f"by the end {each}"
        said.append(f"{whole}, for reasons that the drug has no part in")
    if study is not None and study.intolerance is not None:
        quantity = study.intolerance.quantity
        above = level_in_words(quantity, study.intolerance.above)
        said.append(f"whoever has {in_a_sentence(quantity)} above {above} at a visit")
    return "; ".join(said)


def typical(draws: int) -> str:
    """Whether the typical values are taken as certain."""
    return "taken as certain" if draws == 1 else f"uncertain: {draws} draws of them, each with all patients"


def arms_table(results: Results) -> Table:
    """The arms, what each is given, how many there are of it, and how they end."""
    flows = {one.arm: one for one in flow(results)}
    has_left, has_dose = any(f.left for f in flows.values()), any(f.doses for f in flows.values())
    columns = [Column("Arm"), Column("Treatment"), Column("Patients", is_number=True)]
    columns += [Column("Left early", is_number=True)] if has_left else []
    columns += [Column("Dose at the end", "median, 5 to 95 %", is_number=True)] if has_dose else []
    rows = []
    for arm in results.manifest["arms"]:
        one = flows[arm["name"]]
        row = [Cell(arm["name"]), Cell(treatment(arm["therapy"])), Cell(f"{one.patients:,}")]
        row += [Cell(share_of(one.left, one.patients))] if has_left else []
        row += [Cell(dose_at_the_end(one))] if has_dose else []
        rows.append(tuple(row))
    return Table("Arms", tuple(columns), (Rows(tuple(rows)),))


def treatment(therapy: str) -> str:
    """What an arm is given, in words; a therapy of nothing was asked for as such."""
    return "no baclofen" if therapy == "stop" else therapy


def share_of(some: int, all_of_them: int) -> str:
    """A number of patients with its share.

    >>> share_of(70, 700), share_of(0, 0)
    ('70 (10.0 %)', '0')
    """
    return f"{some:,} ({100 * some / all_of_them:.1f} %)" if all_of_them else "0"


def dose_at_the_end(one: Flow) -> str:
    """The doses on which policies left the patients."""
    told = []
    for unit, numbers in one.doses.items():
        shown = display(unit, peak=numbers[2])
        ((median, low, high),) = aligned([[shown.factor * number for number in numbers]])
        told.append(f"{median} {shown.unit} ({low} to {high})")
    return "; ".join(told) or "–"


# --- outcomes in words ------------------------------------------------------------------------------------------------


def endpoint_in_words(entry: dict[str, Any], end: float) -> str:
    """What is measured of each patient, and when unless it is over the whole time until the end [h]."""
    quantity, level = entry["quantity"], entry["level"]
    said = MEASURES[entry["measure"]].format(
        what=in_a_sentence(quantity), level="" if level is None else level_in_words(quantity, level)
    )
    if entry["at_h"] is not None:
        return f"{said}, at {time_in_words(entry['at_h'])}"
    if entry["start_h"] == 0.0 and entry["end_h"] == end:
        return said
    return f"{said}, from {time_in_words(entry['start_h'])} to {time_in_words(entry['end_h'])}"


def in_a_sentence(quantity: str) -> str:
    """The label of a quantity within a sentence.

    >>> in_a_sentence("withdrawal"), in_a_sentence("ashworth"), in_a_sentence("plasma")
    ('severity of withdrawal', 'Ashworth score (legs)', 'concentration in plasma')
    """
    label, kind = known(quantity).label, known(quantity).kind
    label = re.sub(r", (.*)$", r" (\1)", label)
    first = label.split()[0]
    lower = label if first in ("Ashworth", "GABA-B", "H/M") or first.isupper() else label[:1].lower() + label[1:]
    return f"concentration in {lower}" if kind == "concentration" else lower


def level_in_words(quantity: str, level: float) -> str:
    """A level of a quantity in the unit that people read.

    >>> level_in_words("withdrawal", 0.3), level_in_words("plasma", 0.4), level_in_words("ashworth", 2.5)
    ('30 %', '400 ng/mL', '2.5')
    """
    shown = display(known(quantity).unit, known(quantity).kind, level)
    return f"{readable(shown.factor * level)} {shown.unit}".strip()
