"""A. The drug: its identity, history, use in pregnancy and lactation, misuse; answers composed from facts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import numpy as np

from ..ask.lactation import ACCEPTED_SHARE, PRINTED, RATIO, infant_dose, milk
from ..evidence.library import library
from ..evidence.records import Series
from .clinic import Clinic, last_day, one, spread
from .findings import Finding, Table, at_least, at_most, between, disputed, measured, told

ATOMIC_MASS = {"C": 12.011, "H": 1.008, "Cl": 35.453, "N": 14.007, "O": 15.999}  # g/mol


def identity(clinic: Clinic) -> Iterator[Finding]:
    """Identity card, its molar mass computed from the formula and its formula compared with its structure."""
    card = library().fact("regulatory.identity")
    structure = library().fact("chem.structure.ncats")
    names = ("Lioresal", "Gablofen", "Ozobax", "beta-(4-chlorophenyl)-GABA")
    yield told("names and brands", f"{card.statement} {card.note}", [card.id], needs=names)
    yield told("structure", structure.statement, [structure.id, "chem.identifiers.merck"], needs=("SMILES", "InChIKey"))
    formula = atoms(found(r"C\d+H\d+\w+", card.statement))
    mass = sum(ATOMIC_MASS[element] * count for element, count in formula.items())
    yield measured("molar mass from the formula", mass, "g/mol", between(213.61, 213.71), facts=[card.id])
    printed = library().fact("chem.molar_mass.ncats")
    yield measured("molar mass as printed", one(printed), "g/mol", between(213.61, 213.71), facts=[printed.id])
    drawn = heavy_atoms(found(r"SMILES (\S+);", structure.statement))
    missing = sum(((formula - Counter(H=formula["H"])) - drawn).values()) + sum((drawn - formula).values())
    yield measured("heavy atoms on which structure and formula differ", missing, "", at_most(0), facts=[structure.id])
    yield told("stereochemistry", card.statement.rsplit("; ", 1)[-1], [card.id], needs=("racemate", "R active"))
    atc = library().fact("chem.atc")
    yield told("ATC code", atc.statement, [atc.id], needs=("M03BX01",))
    low, high = (library().fact(name) for name in ("chem.solubility.ntp", "chem.solubility.patent"))
    text = f"below {low.value:g} mg/mL in one source, {high.value:g} mg/mL in another; labels call it slightly soluble"
    yield disputed("solubility in water", text, [low.id, high.id])
    powder = library().fact("chem.solubility.us-label")
    needs = ("white", "slightly soluble in water", "insoluble in chloroform")
    yield told("appearance and solubility", powder.statement, [powder.id], needs=needs)


def found(pattern: str, text: str) -> str:
    """The last group of the first match of a pattern, empty when there is none."""
    match = re.search(pattern, text)
    return match.group(match.lastindex or 0) if match else ""


def atoms(formula: str) -> Counter[str]:
    """Elements of a molecular formula such as C10H12ClNO2."""
    return Counter({element: int(count or 1) for element, count in re.findall(r"([A-Z][a-z]?)(\d*)", formula)})


def heavy_atoms(smiles: str) -> Counter[str]:
    """Elements of a structure without hydrogen, written without charges or brackets."""
    return Counter(re.findall(r"Cl|Br|[BCNOPSFI]", smiles))


def history(clinic: Clinic) -> Iterator[Finding]:
    """The dated timeline and the dates that the claim names."""
    series = library().table("regulatory.timeline")
    events = "; ".join(f"{row[0]} {row[1]}" for row in series.rows)
    needs = ("Keberle", "epilepsy", "spasticity", "oral", "intrathecal")
    yield told("timeline", events, [series.id], needs=needs, table=Table(series.columns, series.rows))
    for what, words, bound in MILESTONES:
        yield measured(what, year_of(series, words), "", bound, facts=[series.id])


MILESTONES = (
    ("first made", "Keberle", between(1962, 1962)),
    ("approved by mouth (FDA)", "approval, oral", between(1977, 1977)),
    ("first intrathecal use", "human intrathecal", between(1980, 1989)),
)


def year_of(series: Series, words: str) -> float:
    """Year of the first event that holds the words; not-a-number when none does."""
    years = (row[0] for row in series.rows if words in str(row[1]))
    return float(str(next(years, "nan")))


def use_today(clinic: Clinic) -> Iterator[Finding]:
    """Pregnancy and lactation; the infant's dose follows from the model's plasma."""
    lib = library()
    unclear, newborn = (lib.fact(f"regulatory.{name}") for name in ("pregnancy-category", "neonatal-withdrawal"))
    yield told("pregnancy", unclear.statement, [unclear.id], needs=("category C",))
    yield told("the newborn", newborn.statement, [newborn.id], needs=("withdrawal",))
    yield from nursing(clinic)
    rank = lib.fact("regulatory.prescription-rank.recalled")
    yield told("how widely it is prescribed", rank.statement, [rank.id])


def nursing(clinic: Clinic) -> Iterator[Finding]:
    """From the mother's plasma, which the model computes, to the milk and the infant; beside what is printed."""
    course = clinic.cohort("20 mg four times daily by mouth", "7 days", "plasma")
    plasma = last_day(course, "plasma")  # ug/mL, the same as mg/L
    seen, printed = library().table("regulatory.lactation.milk"), library().fact(PRINTED)
    yield measured("average plasma of a mother on 80 mg/day", spread(1000.0 * plasma), "ng/mL")
    yield measured(
        "average milk, plasma times the listed ratio", spread(1000.0 * milk(plasma)), "ug/L",
        facts=[RATIO, seen.id], table=Table(seen.columns, seen.rows),
    )  # fmt: skip
    dose = infant_dose(milk(plasma))
    share = dose / (80.0 / 70.0)
    yield measured("infant dose at 0.15 L/kg/day of milk", spread(dose), "mg/kg/day", facts=[printed.id])
    yield measured("of the mother's dose by weight", spread(share), "", at_most(ACCEPTED_SHARE), facts=[printed.id])
    beside = float(np.median(share)) / one(printed)
    yield measured("computed over the printed share", beside, "", between(0.5, 2.0), facts=[printed.id])
    yield told("breastfeeding", printed.statement, [printed.id], needs=("breast-fed",))


def misuse_trend(clinic: Clinic) -> Iterator[Finding]:
    """The poison-centre series, every change upwards."""
    series = library().table("overdose.trend.reynolds-2020")
    rows = Table(series.columns, series.rows)
    yield told("US adults, 2014 to 2017", series.statement, [series.id], table=rows)
    for name, value in zip(series.cells("measure"), series.column("percent_change_or_value"), strict=True):
        if "change" in str(name):
            yield measured(str(name), value, "%", at_least(0.1), facts=[series.id])


CHECKS = {
    "drug.identity": identity,
    "drug.history": history,
    "drug.use-today": use_today,
    "drug.misuse-trend": misuse_trend,
}
