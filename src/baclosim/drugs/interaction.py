"""What baclofen and a sedative do together: three named models, because the evidence disagrees.

Loads on the brain are joined as larger + weight x smaller (effects/sedation.py: `together`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..errors import InputError, Problem, nearest
from ..parameters import Parameter, parameters


@dataclass(frozen=True)
class Interaction:
    """A named way in which two loads join.

    weight  of the smaller load; says: what the model claims; facts: evidence that sides with it
    """

    name: str
    weight: float
    says: str
    facts: tuple[str, ...]


INTERACTIONS = {
    model.name: model
    for model in (
        Interaction(
            "none",
            0.0,
            "together they do what the stronger of the two does alone",
            ("interaction.alcohol-no-synergy.evans-2009",),
        ),
        Interaction(
            "additive",
            1.0,
            "their loads add",
            ("interaction.alcohol-no-synergy.evans-2009", "interaction.label-list.mims"),
        ),
        Interaction(
            "greater",
            2.0,
            "the smaller load counts twice",
            (
                "interaction.alcohol-intoxicated.farokhnia-2017",
                "overdose.mild-dose.franchitto-2014",
                "interaction.opioid-hr.li-2020",
            ),
        ),
    )
}


def interaction(name: str) -> Interaction:
    """The model of this name; raises InputError for another word."""
    if name not in INTERACTIONS:
        allowed = f"one of {', '.join(INTERACTIONS)}"
        raise InputError(Problem("interaction", name, allowed, nearest(name, INTERACTIONS)))
    return INTERACTIONS[name]


def under(name: str, table: Mapping[str, Parameter] | None = None) -> dict[str, Parameter]:
    """Every parameter, with the named model of interaction for certain; give it to `Patients.of(patient, table)`."""
    chosen = dict(parameters() if table is None else table)
    weight, model = chosen["interaction_weight"], interaction(name)
    chosen["interaction_weight"] = replace(
        weight, value=model.weight, interval=(model.weight, model.weight), interval_is=f"the model {name!r}"
    )
    return chosen
