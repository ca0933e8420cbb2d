"""E. Receptor and reflex: who binds where, and which reflexes fall first."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..drugs.affinity import SITES, Binding, binding, drug, occupancy, table, usual_concentration
from ..evidence.library import library
from .clinic import Clinic, adult, last_day, one
from .findings import Finding, Table, at_least, at_most, between, disputed, measured, told

ASSAY = "riga"  # the only one that holds baclofen and phenibut side by side
HIGHEST = 80.0  # mg a day by mouth


def agonist(clinic: Clinic) -> Iterator[Finding]:
    """Occupancy of cord and brain receptors by the active enantiomer, by dose and route."""
    facts = ["receptor.kd-low.bowery-1985", "receptor.stereoselectivity-spinal.springer-1983"]
    for place, doses in (("brain", (20.0, 40.0, 80.0)), ("cord", (50.0, 150.0, 500.0))):
        therapies = [
            f"{d:g} mg/day by mouth in 4 doses" if place == "brain" else f"{d:g} ug/day intrathecally" for d in doses
        ]
        held = [occupied(clinic, therapy, f"{place}_occupancy") for therapy in therapies]
        for therapy, share in zip(therapies, held, strict=True):
            yield measured(
                f"GABA-B receptors of the {place} occupied, {therapy}", share, "", between(0.0, 1.0), facts=facts
            )
        yield measured("least rise from dose to dose", float(np.diff(held).min()), "", at_least(1e-4))
    weak, strong = (one(library().fact(f"receptor.ic50-{form}-baclofen.smolecule"), "umol/L") for form in "sr")
    enantiomers = ["receptor.ic50-r-baclofen.smolecule", "receptor.ic50-s-baclofen.smolecule", *facts[1:]]
    yield measured(
        "R-baclofen binds how many times better than S", weak / strong, "", between(100, 1000), facts=enantiomers
    )


def occupied(clinic: Clinic, therapy: str, quantity: str) -> float:
    """Mean over patients and the last day of an occupancy."""
    return float(last_day(clinic.cohort(therapy, "24 h", quantity, before="7 days"), quantity).mean())


def reflexes(clinic: Clinic) -> Iterator[Finding]:
    """Both reflexes fall with the dose, the monosynaptic one first; the H/M ratio against the published mean."""
    names = ("hm_ratio", "flexor_reflex", "monosynaptic_effect", "polysynaptic_effect")
    boluses = (25.0, 50.0, 100.0)
    courses = [clinic.cohort(f"{d:g} ug once intrathecally", "8 h", *names, every="15 min") for d in boluses]
    for name in ("hm_ratio", "flexor_reflex"):
        lowest = [float(course[name].min(axis=1).mean()) for course in courses]
        for dose, value in zip(boluses, lowest, strict=True):
            yield measured(f"lowest {'H/M ratio' if name == 'hm_ratio' else 'flexor reflex'} after {dose:g} ug", value)
        yield measured("largest rise from dose to dose", float(np.diff(lowest).max()), "", at_most(-1e-3))
    order = ["reflex.mono-over-poly.ejp-1977", "reflex.onset-order.kumru-2011"]
    typical = clinic.typical("50 ug once intrathecally", "8 h", *names, every="15 min")
    onset = [float(typical.time[np.argmax(typical[name][0] >= 0.2)]) for name in names[2:]]
    yield measured("monosynaptic reflex lowered by a fifth", onset[0], "h", facts=order)
    yield measured("polysynaptic reflex lowered by a fifth", onset[1], "h", facts=order)
    yield measured("polysynaptic after monosynaptic", onset[1] - onset[0], "h", at_least(0.01), facts=order)
    seen = {(row[0], row[1]): row for row in library().table("reflex.bolus50-abi.stokic-2005").rows}
    mean, sd = (float(str(seen["hm_percent", 5.0][i])) / 100.0 for i in (2, 3))
    like = adult(condition="brain injury")
    after = clinic.cohort("50 ug once intrathecally", "6 h", "hm_ratio", like=like, every="15 min").at("hm_ratio", 5.0)
    facts = ["reflex.bolus50-abi.stokic-2005"]
    yield measured(
        "H/M ratio 5 h after 50 ug, mean", float(after.mean()), "", between(max(0.0, mean - sd), mean + sd), facts=facts
    )


def ghb(clinic: Clinic) -> Iterator[Finding]:
    """The affinity table, what people liked, and the formulary."""
    rows = tuple(
        (o.drug, *(round(o.occupancy[s], 4) for s in ("GABA-B", "alpha2-delta", "GHB")), "yes" if o.recalled else "no")
        for o in table()
    )
    shown = Table(("drug at its usual dose", "GABA-B", "alpha2-delta", "GHB", "rests on recalled values"), rows)
    concentration = usual_concentration("baclofen", HIGHEST)
    facts = binding_facts(*COMPARED)
    yield told("affinities", "; ".join(COMPARED), facts, needs=COMPARED, table=affinities())
    held = occupancy("baclofen", "GHB", concentration)
    yield measured("GHB receptors held by baclofen at 80 mg/day", held, "", at_most(0.0), facts=facts, table=shown)
    rival = occupancy("GHB", "GHB", usual_concentration("GHB"))
    yield measured("GHB receptors held by GHB at a usual dose", rival, "", at_least(0.5), facts=facts)
    liking = [library().fact(f"abuse.{name}") for name in ("liking.evans-2009", "ghb-comparison.carter-2006")]
    for fact, needs in zip(liking, ("liking", "liking"), strict=True):
        yield told("how people liked it", fact.statement, [fact.id], needs=(needs,))
    yield euphoria()


COMPARED = ("baclofen", "phenibut", "GHB", "gabapentin", "pregabalin")


def affinities() -> Table:
    """Dissociation constants [umol/L] of each form at each site with their grade; empty where nothing is known."""
    rows = [
        (name, form, *(constant(binding(form, site)) for site in SITES))
        for name in COMPARED
        for form in drug(name).forms
    ]
    return Table(("drug", "form", *(f"{site} umol/L" for site in SITES)), tuple(rows))


def constant(known: Binding | None) -> str:
    """An affinity as text: the constant and its grade, "none found" where no binding was seen."""
    if known is None:
        return ""
    return (
        f"{known.dissociation:g} ({known.grade})" if np.isfinite(known.dissociation) else f"none found ({known.grade})"
    )


def euphoria() -> Finding:
    """The formulary that calls euphoria common, of which no page was seen, beside the label that calls it rare."""
    formulary, label = (library().fact(f"abuse.euphoria.{name}") for name in ("bnf-recalled", "us-label"))
    text = f"{formulary.statement} (recalled: no page of it was found) / {label.statement}"
    return disputed("whether euphoria is a common side effect", text, [formulary.id, label.id])


def binding_facts(*names: str) -> list[str]:
    """Ids of the facts behind the affinities of these drugs."""
    found = (
        binding(form, site) for name in names for form in drug(name).forms for site in ("GABA-B", "alpha2-delta", "GHB")
    )
    return list(dict.fromkeys(fact for one in found if one for fact in one.facts))


def alpha2delta(clinic: Clinic) -> Iterator[Finding]:
    """Both sites, both drugs, one assay; and how much of each drug people take by weight."""
    facts = binding_facts("baclofen", "phenibut")
    levels = {"baclofen": usual_concentration("baclofen", HIGHEST), "phenibut": usual_concentration("phenibut")}
    for name, level in levels.items():
        for site in ("alpha2-delta", "GABA-B"):
            bound = at_most(0.02) if (name, site) == ("baclofen", "alpha2-delta") else None
            yield measured(f"{site} held by {name}", occupancy(name, site, level, ASSAY), "", bound, facts=facts)
        ratio = occupancy(name, "GABA-B", level, ASSAY) / occupancy(name, "alpha2-delta", level, ASSAY)
        bound = at_least(10.0) if name == "baclofen" else at_most(10.0)
        yield measured(f"GABA-B over alpha2-delta, {name}", ratio, "", bound, facts=facts)
    by_weight = {name: drug(name).usual_dose / 70.0 for name in levels}
    yield measured(
        "usual dose of phenibut over that of baclofen, by weight",
        by_weight["phenibut"] / by_weight["baclofen"],
        "",
        at_least(3.0),
    )
    pairs = ((form, site) for name in levels for form in drug(name).forms for site in ("GABA-B", "alpha2-delta"))
    grades = {known.grade for form, site in pairs if (known := binding(form, site, ASSAY))}
    yield told("grade of these affinities", ", ".join(sorted(grades)), facts, needs=("recalled",))


CHECKS = {
    "receptor.agonist": agonist,
    "receptor.reflexes": reflexes,
    "receptor.ghb": ghb,
    "receptor.alpha2delta": alpha2delta,
}
