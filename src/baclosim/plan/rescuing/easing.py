"""Other drugs in withdrawal, as the evidence ranks them, and which signs each eases.

Baclofen itself comes first: every source holds that giving it again is the treatment. The rest act on some signs only;
by how much is assumed (effects/rescue.py), from single patients and opinions of panels.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...effects.rescue import RESCUES, eased
from ...parameters import parameters, typical
from ..plan import Comparison

SIGNS = ("rigidity", "tachycardia", "fever", "agitation", "seizures", "hallucinations")


@dataclass(frozen=True)
class Ranked:
    """A drug with the dose that was published, on what evidence it stands, and the facts that say so."""

    drug: str
    dose: str
    stands_on: str
    facts: tuple[str, ...]


RANKING = (
    Ranked(
        "benzodiazepine",
        "infusion in intensive care; diazepam 5 to 10 mg by mouth every 6 to 12 h",
        "expert panel: may save life until the pump works; cases from full help to none",
        ("rescue.benzodiazepine-high-dose.coffey-2002", "rescue.regimen.meythaler-2003",
         "withdrawal.case-oral.rolland-2014"),
    ),
    Ranked(
        "cyproheptadine",
        "4 to 8 mg by mouth every 6 to 8 h",
        "four patients, without controls; added to baclofen",
        ("rescue.regimen.meythaler-2003", "rescue.cyproheptadine-fever.meythaler-2003"),
    ),
    Ranked(
        "dexmedetomidine",
        "infusion in intensive care",
        "single cases: heart rate and pressure",
        ("withdrawal.case-itb.morr-2015", "withdrawal.dexmedetomidine-adult.jem-2020"),
    ),
    Ranked(
        "propofol",
        "low-dose infusion in intensive care",
        "cases, and a review of 23 reports",
        ("rescue.propofol.ackland-2005", "rescue.pathway.watve-2012"),
    ),
    Ranked("tizanidine", "by mouth", "one protocol, one review", ("taper.itb-removal-schedule.roth-2021",
                                                                   "rescue.options.ross-2011")),
    Ranked(
        "dantrolene",
        "in intensive care",
        "rigidity only; the panel holds it no treatment of the rest",
        ("rescue.benzodiazepine-high-dose.coffey-2002",),
    ),
)  # fmt: skip
FACTS = tuple(dict.fromkeys(fact for one in RANKING for fact in one.facts))


def ranking() -> Comparison:
    """The drugs in the order of their evidence, with the doses that were published."""
    rows = tuple((one.drug, one.dose, one.stands_on) for one in RANKING)
    return Comparison(
        "Beside baclofen: other drugs, the best supported first", ("drug", "published dose", "stands on"), rows
    )


def easing() -> Comparison:
    """Chance of each sign in withdrawal that is just moderate, without and with each drug beside baclofen."""
    known = [sign for sign in SIGNS if f"{sign}_at_moderate" in parameters()]
    chance = dict(zip(known, typical(f"{sign}_at_moderate" for sign in known).values(), strict=True))
    rows: list[tuple[str | float | None, ...]] = [("none", *(_percent(p) for p in chance.values()))]
    for one in RANKING:
        acted = eased({f"withdrawal_{sign}": p for sign, p in chance.items()}, [one.drug])
        acts_on = RESCUES[one.drug].acts_on
        rows.append(
            (one.drug, *(_percent(float(acted[f"withdrawal_{sign}"])) if sign in acts_on else None for sign in known))
        )
    return Comparison(
        "Signs in withdrawal that is just moderate, with one drug beside baclofen",
        ("drug", *(f"{sign}, %" for sign in known)),
        tuple(rows),
        ("A dash: the drug does nothing for that sign. The factors are assumed; none of these replaces baclofen.",),
    )


def _percent(share: float) -> float:
    return round(100.0 * share, 1)
