"""How far a study can be trusted and how it is run again: cautions, limits, commands, weak parameters, sources."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from ...cautions import Caution
from ...cohort import studies
from ...cohort.baseline import flow
from ...cohort.manifest import model_hash
from ...cohort.patients import people
from ...figures.display import readable
from ...leaning import model_of
from ...parameters import parameters
from ...simulate import body_for, doses_of, effects_for
from ..document import Listing, Notice, Notices, Pairs, Paragraph, Section
from ..evidence import cautioned, resting_on
from ..simulation import GRADES
from .design import facts_named

if TYPE_CHECKING:
    from ...cohort.results import Results
    from ...cohort.study import Study
    from ...parameters import Parameter

TIERED = ("withdrawal", "brain_deficit")  # told in levels that have names,
TIERS = {"mild_withdrawal", "moderate_withdrawal", "severe_withdrawal"}  # which rest on these


def warnings(results: Results) -> tuple[Notices, ...]:
    """What a reader must know first: what is missing, and what the study warns of."""
    manifest = results.manifest
    found = [Caution(c["about"], c["says"], tuple(c["evidence"])) for c in manifest["cautions"]]
    if not results.is_complete:
        says = f"only {len(results.shards)} of {manifest['shards']} shards are done; `--resume` goes on."
        found.insert(0, Caution("unfinished", says))
    empty = [one.arm for one in flow(results) if not one.patients]
    found += [Caution(arm, "no patient was allocated to this arm; take more patients.") for arm in empty]
    return cautioned(found)


def limits_section(results: Results) -> Section:
    """What the study cannot tell."""
    manifest = results.manifest
    lines = [
        "It is about virtual patients. Somebody whose kidneys, gut or spinal canal differ from those in the evidence "
        "can lie outside every band, and people ill enough to be written about are not typical.",
        "Outcomes are the model’s own values, without errors of reading and without a response to placebo.",
        f"Values are recorded every {hours(manifest['every_h'])}: what rises and falls in between is not seen.",
    ]
    if manifest["draws"] == 1:
        lines.append(
            "Typical values are taken as certain, so no interval here holds what is not known of them; `draws` under "
            "[design] adds it."
        )
    if manifest["weak_parameters"]:
        lines.append("Some values behind it are assumed or recalled. They come first in the table of parameters.")
    return Section(
        "limits", "What this study cannot tell", (Notices(tuple(Notice("", x) for x in lines), grave=False),)
    )


def hours(every: float) -> str:
    """A time between records in words."""
    return f"{readable(every)} h" if every >= 1.0 else f"{readable(60.0 * every)} min"


def run_section(results: Results) -> Section:
    """How to run it again, and by what to know that it is the same."""
    manifest, is_bundled = results.manifest, is_as_bundled(results)
    rows = (
        ("study", manifest["name"]),
        ("digest of the study", manifest["study_hash"]),
        ("baclosim", manifest["version"]),
        ("digest of the model", manifest["model"]),
        ("patients, seed, draws", f"{manifest['patients']:,}, {manifest['seed']}, {manifest['draws']}"),
    )
    told = "The same version gives the same numbers, on any number of processes or machines."
    if manifest["model"] != model_hash():
        told += " The program that made this report is another one than simulated the study."
    text = manifest["text"].strip()
    file = () if is_bundled or not text else (Paragraph("The study file, study.toml:"), Listing(text))
    blocks = (Paragraph(told), Pairs(rows), Listing("\n".join(commands(results, is_bundled))), *file)
    return Section("run", "Run it again", blocks)


def is_as_bundled(results: Results) -> bool:
    """Whether the study is a bundled one, unchanged."""
    return studies().get(results.manifest["name"]) == results.manifest["text"]


def commands(results: Results, is_bundled: bool) -> tuple[str, ...]:
    """What to type."""
    manifest = results.manifest
    study = manifest["name"] if is_bundled else "study.toml"
    size = f"--patients {manifest['patients']} --seed {manifest['seed']}"
    return f"baclosim cohort {shlex.quote(study)} {size} --out study", "baclosim cohort report study"


# --- the evidence -----------------------------------------------------------------------------------------------------


def evidence_sections(results: Results, study: Study | None) -> tuple[Section, Section]:
    """The parameters behind what is recorded with their grades, the weak ones first, and the sources of everything."""
    manifest, table = results.manifest, parameters()
    known = behind(study) if study else [table[e["name"]] for e in manifest["weak_parameters"] if e["name"] in table]
    facts = [fact for p in known for fact in p.facts] if study else manifest["facts"]
    reported = [entry["fact"] for entry in manifest["reported"]]
    cautions = [fact for caution in manifest["cautions"] for fact in caution["evidence"]]
    return resting_on(known, (*facts_named(manifest["text"]), *reported, *facts, *cautions), GRADES)


def behind(study: Study) -> tuple[Parameter, ...]:
    """The parameters that anything recorded depends on in any arm, as one patient is treated there."""
    names, group = set[str](), people(study, 0, 0, 1)
    for arm in study.arms:
        therapy = arm.therapy
        doses = doses_of(therapy, study.duration + arm.before, group, study.seed)
        body = body_for(doses, draws=bool(therapy.drawn), charcoal=bool(therapy.charcoal))
        names |= model_of(group, doses, body, effects_for(study.recorded)).behind(*study.recorded)
    if any(e.quantity in TIERED and e.level is not None for e in study.endpoints):
        names |= TIERS
    return tuple(p for p in parameters().values() if p.name in names)
