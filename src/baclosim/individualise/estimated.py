"""Which parameters are a person's own: those that differ between people and that the kinds of data can inform.

A level tells of absorption, volumes and clearances; a level in spinal fluid also of its loss and exchange; tone and
spasms of the cord's sensitivity; a symptom of the brain's. All are counted in between-patient SDs from the typical
("deviates"), standard normal before any data. Every other parameter that differs between people stays a
virtual patient's: it is typical in the best fit, and varies freely in the posterior.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..errors import InputError, Problems, nearest
from ..parameters import parameters
from ..patient import Covariates
from ..patient.laws import BY_ORIGIN
from ..patient.spread import varying
from .observations import Person

CLEARANCES = ("renal_per_creatinine", "nonrenal_clearance")
VOLUMES = ("central_volume", "peripheral_volume")
SWALLOWED = ("bioavailability",)
UPTAKE = ("absorption_rate", "absorption_lag")
CANAL = ("spinal_loss_rate", "spinal_csf_volume", "csf_stroke_displacement")
TONE = ("tone_half_effective", "removable_share", "baseline_ashworth", "cord_slow_rate")
SPASMS = ("tone_half_effective", "removable_share", "baseline_spasms", "cord_slow_rate")
ARMS = ("tone_half_effective", "arm_share", "baseline_ashworth", "cord_slow_rate")
REFLEX = ("spinal_half_effective", "baseline_hm_ratio", "cord_fast_rate")
BRAIN = ("brain_half_effective",)
WITHDRAWAL = ("withdrawal_gain",)

BY_QUANTITY: dict[str, tuple[str, ...]] = {
    "plasma": (*VOLUMES, *UPTAKE),
    "csf_lumbar": ("csf_plasma_ratio", "spinal_loss_rate"),
    "csf_cisternal": ("csf_plasma_ratio", "cranial_loss_rate"),
    "ashworth": TONE,
    "arm_ashworth": ARMS,
    "spasm_score": SPASMS,
    "hm_ratio": REFLEX,
    "drowsiness": BRAIN,
    "weakness": ("tone_half_effective", "weakness_ratio"),
    "function_lost": ("tone_half_effective", "removable_share"),
    "encephalopathy": ("coma_half_effective",),
    "coma": ("coma_half_effective",),
    "ventilation": ("coma_half_effective",),
}
CANAL_QUANTITIES = ("csf_lumbar", "csf_cisternal", "ashworth", "arm_ashworth", "spasm_score", "hm_ratio")


def estimated_for(person: Person, routes: Iterable[str]) -> tuple[str, ...]:
    """The parameters that are this person's own, by default: from what was observed and by which route drug came.

    routes  channels by which something is given
    """
    quantities, ways = person.data.quantities, set(routes)
    names = [*CLEARANCES] if ways - {"catheter", "lumbar puncture"} or "plasma" in quantities else []
    names += SWALLOWED if ways & {"mouth", "clump"} else ()
    canal = ways & {"catheter", "lumbar puncture"} and set(quantities) & set(CANAL_QUANTITIES)
    names += CANAL if canal else ()
    for quantity in quantities:
        names += BY_QUANTITY.get(quantity, WITHDRAWAL if quantity.startswith("withdrawal") else ())
    return resolved(names, person.patient.covariates, ways)


def resolved(names: Sequence[str], known: Covariates, routes: set[str]) -> tuple[str, ...]:
    """Names as the parameter files have them for this person, each once; those that cannot differ are left out."""
    cerebral = "cerebral" if known.origin == "cerebral" else "spinal"
    differ = varying(parameters())
    found: list[str] = []
    for name in names:
        if name.startswith("baseline_") and name != "baseline_hm_ratio":
            score = name.removeprefix("baseline_")
            own = [f"{name}_{cerebral}"] if score in known.assumed and known.origin != "none" else []
        elif name in BY_ORIGIN:
            own = [f"{name}_{cerebral}"]
        elif name in UPTAKE:
            own = [name] if routes & {"mouth", "clump"} else []
        else:
            own = [name]
        found += [n for n in own if n in differ and n not in found]
    return tuple(found)


def names_in(text: str) -> tuple[str, ...]:
    """The names of parameters in a text, separated by commas, with blanks or underscores.

    >>> names_in("absorption lag, central_volume")
    ('absorption_lag', 'central_volume')
    """
    return tuple(name.strip().replace(" ", "_") for name in text.split(",") if name.strip())


def checked(names: Sequence[str]) -> tuple[str, ...]:
    """The names as given; raises InputError for none, for unknown ones and those that do not differ between people."""
    differ = varying(parameters())
    problems = Problems()
    if not names:
        problems.add("parameters", None, "the name of one at least, such as 'absorption_lag'")
    for name in names:
        if name not in differ:
            problems.add("parameters", name, "a parameter that differs between people", nearest(name, differ))
    problems.raise_as(InputError)
    return tuple(dict.fromkeys(names))
