"""I, J, K. Serotonin in the brain, the course of serotonin syndrome, and reward."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import numpy as np

from ..effects.serotonin import anxiety_drive
from ..effects.syndrome_course import case_mix, course, onset_probability, resolved, resolved_across
from ..evidence.library import library
from .answers import answered
from .clinic import Clinic, last_day, one
from .findings import Finding, Table, at_least, at_most, between, disputed, measured, told

DOSES = (5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 320.0)  # mg a day into a vein, without a break
RAPHE = ("raphe_firing", "raphe_disinhibition", "raphe_inhibition", "extracellular_serotonin", "brain_fast")
ANXIETY = ("anxiety_raphe", "anxiety_amygdala", "anxiety_drive")
REWARD = ("alcohol_rise", "alcohol_dopamine", "basal_dopamine", "evoked_dopamine", "brain_fast")
DAY, WEEK = 24.0, 168.0


def by_dose(clinic: Clinic, *names: str) -> dict[str, np.ndarray]:
    """Mean of each quantity over the first day of a steady infusion into a vein, (doses,)."""
    courses = [clinic.typical(f"{dose / 24.0:.4g} mg/h intravenously", "24 h", *names) for dose in DOSES]
    return {name: np.array([float(last_day(course, name)[0]) for course in courses]) for name in names}


def shown(means: dict[str, np.ndarray], names: tuple[str, ...]) -> Table:
    """The means as a table, by dose."""
    rows = tuple((f"{dose:g}", *(f"{means[name][i]:.3f}" for name in names)) for i, dose in enumerate(DOSES))
    return Table(("mg/day", *(name.replace("_", " ") for name in names)), rows)


def raphe(clinic: Clinic) -> Iterator[Finding]:
    """Firing and release against dose: raised at low concentrations, silenced at high ones."""
    means = by_dose(clinic, *RAPHE)
    facts = ["serotonin.raphe.direction-systemic.abellan-2000", "serotonin.drn.infusion-decrease.tao-1996"]
    inhibition, disinhibition = (means[name] for name in ("raphe_inhibition", "raphe_disinhibition"))
    yield measured(
        "least rise of direct inhibition with dose",
        float(np.diff(inhibition).min()),
        "",
        at_least(1e-6),
        facts=facts,
        table=shown(means, RAPHE),
    )
    yield measured(
        "disinhibition minus inhibition at the lowest dose",
        float((disinhibition - inhibition)[0]),
        "",
        at_least(1e-4),
        facts=facts,
    )
    for name in ("raphe_firing", "extracellular_serotonin"):
        highest, last = float(means[name].max()), float(means[name][-1])
        yield measured(
            f"{name.replace('_', ' ')} at the highest dose over its peak", last / highest, "", at_most(1.0), facts=facts
        )
    conflict = [library().fact(name) for name in (*facts, "serotonin.raphe.direction-local-mnr.abellan-2000")]
    yield disputed(
        "which way serotonin goes", " / ".join(fact.statement for fact in conflict), [fact.id for fact in conflict]
    )


def anxiety(clinic: Clinic) -> Iterator[Finding]:
    """The anxiety drive in its two parts; a hypothesis, no score."""
    means = by_dose(clinic, *ANXIETY)
    facts = [
        "serotonin.human.limbic-cue.young-2014",
        "serotonin.human.insula-anxiety.morley",
        "serotonin.human.panic.breslow-1989",
    ]
    gap = np.abs(means["anxiety_drive"] - 1.0 - means["anxiety_raphe"] - means["anxiety_amygdala"]).max()
    yield measured(
        "drive minus the sum of its parts", float(gap), "", at_most(1e-9), facts=facts, table=shown(means, ANXIETY)
    )
    yield measured(
        "amygdala's part, rise from dose to dose",
        float(np.diff(means["anxiety_amygdala"]).max()),
        "",
        at_most(0.0),
        facts=facts,
    )
    says = f"anxiety drive: {inspect.getdoc(anxiety_drive)}"
    yield told("grade", says, facts, needs=("hypothesis-grade", "no score"))


def not_serotonergic(clinic: Clinic) -> Iterator[Finding]:
    """Does baclofen affect serotonin? Yes, by receptors on the raphe; it is no serotonergic drug."""
    yield from answered(
        "the answer", "Does baclofen affect serotonin?", ("GABA-B", "raphe", "not itself a serotonergic")
    )


def onset(clinic: Clinic) -> Iterator[Finding]:
    """Onset after starting or raising a serotonergic drug, and the series that disagrees."""
    early, late = "serotonin.onset.within-6h.boyer-2005", "serotonin.onset.within-24h.mason-2000"
    yield measured("begun by 6 h", float(onset_probability(6.0)), "", between(0.55, 0.65), facts=[early])
    yield measured("begun by 24 h", float(onset_probability(24.0)), "", between(0.69, 0.79), facts=[late])
    other = library().fact("serotonin.onset.within-6h.werneke-2016")
    yield disputed("a later series", other.statement, [other.id, early])


def duration(clinic: Clinic) -> Iterator[Finding]:
    """From the half-lives of the drugs that caused it."""
    facts = ["serotonin.course.resolved-24h.mason-2000", "serotonin.course.duration.secondary"]
    yield measured("resolved at 24 h, across cases", float(resolved_across(DAY)), "", between(0.48, 0.68), facts=facts)
    quick = float(resolved(3.0 * DAY, ("tramadol",)))
    slow = float(resolved(WEEK, ("fluoxetine",)))
    yield measured("tramadol: resolved at 3 days", quick, "", at_least(0.5), facts=facts)
    yield measured("fluoxetine: resolved at a week", slow, "", at_most(0.5), facts=facts)
    lasting = course(("fluoxetine",), seed=clinic.seed).ends
    yield measured(
        "fluoxetine: median time to the end", float(np.median(lasting)) / DAY, "days", at_least(7.0), facts=facts
    )
    resolution = library().fact(facts[0])
    low, high = (float(resolved_across(hours)) for hours in (DAY, 3.0 * DAY))
    rows = (
        ("resolved at 24 h", f"{one(resolution):.1%} of {resolution.n}", f"{float(resolved_across(DAY)):.3f}"),
        ("resolved at 24 to 72 h", "most", f"{low:.2f} to {high:.2f}"),
        ("fluoxetine: resolved at a week", "longer than that", f"{slow:.2f}"),
    )
    table = Table(("what", "people", "model"), rows)
    yield told("drugs that stand for the cases", ", ".join(case_mix()), facts, table=table)


def dopamine(clinic: Clinic) -> Iterator[Finding]:
    """Alcohol-evoked and basal dopamine by dose, and the mice that disagree."""
    means = by_dose(clinic, *REWARD)
    facts = [
        "reward.nac-da.drug-evoked.fadda-2003",
        "reward.nac-da.basal.fadda-2003",
        "reward.nac-da.alcohol-evoked.yim-2000",
    ]
    rise, basal = means["alcohol_rise"], means["basal_dopamine"]
    usual = DOSES.index(80.0)
    yield measured(
        "largest rise of alcohol's effect with dose",
        float(np.diff(rise).max()),
        "",
        at_most(-1e-9),
        facts=facts,
        table=shown(means, REWARD),
    )
    yield measured(
        "basal dopamine at 80 mg/day into a vein, of that without",
        float(basal[usual]),
        "",
        between(0.9, 1.1),
        facts=facts,
    )
    spared = (1.0 - basal[usual]) / (1.0 - means["evoked_dopamine"][usual])
    yield measured("fall of basal over fall of evoked dopamine", float(spared), "", at_most(0.5), facts=facts)
    mice = library().fact("reward.nac-da.alcohol-baclofen-fast-mice.2014")
    yield disputed("mice that disagree", mice.statement, [mice.id, facts[0]])


def not_addictive(clinic: Clinic) -> Iterator[Finding]:
    """What people liked, what label and formulary say, against GHB and phenibut."""
    needs = ("liking", "minimal", "GHB", "phenibut", "label", "formulary", "case of abuse")
    yield from answered("the answer", "Is baclofen addictive?", needs)
    calls = library().fact("abuse.phenibut-calls.mccabe-2019")
    yield measured(
        "phenibut: calls to a poison centre with abuse as the reason", one(calls), "", at_least(0.1), facts=[calls.id]
    )


CHECKS = {
    "serotonin.raphe": raphe,
    "serotonin.anxiety": anxiety,
    "serotonin.not-serotonergic": not_serotonergic,
    "syndrome.onset": onset,
    "syndrome.course": duration,
    "reward.dopamine": dopamine,
    "reward.not-addictive": not_addictive,
}
