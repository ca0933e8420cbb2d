"""J. Serotonin syndrome and its mimics: triggers, criteria on findings, and the probabilities of a case."""

from __future__ import annotations

from collections.abc import Iterator

from ..drugs.serotonergic import LISTED, POTENTIALS, agents
from ..evidence.library import library
from ..syndromes import Assessment, assess, case_from_options
from ..syndromes.criteria import HUNTER, NMS, RADOMSKI, STERNBACH
from ..syndromes.weighing.calibration import Calibration, calibrated
from ..syndromes.weighing.likelihood import MATRIX, WORDS
from ..syndromes.weighing.timing import WINDOWS
from ..syndromes.words import percent
from .clinic import Clinic
from .findings import Finding, Table, at_least, disputed, measured, told

LIST = ("sertraline started 2 days ago", "phenelzine stopped 5 days ago", "MDMA taken", "St John's wort taken",
        "tramadol taken", "baclofen taken")  # fmt: skip
TOXIC = (
    "Paroxetine started 10 hours ago. Agitated, sweating, tremor, hyperreflexia, inducible clonus, diarrhoea, fever."
)
STOPPED = (
    "Intrathecal baclofen 400 ug/day, pump stalled 30 hours ago. Fever 39.4 C, heart rate 130, itching, spasticity, "
    "agitated, no headache, no neck stiffness, no lead-pipe rigidity."
)
CONFLICT = "serotonin.hunter.validity-conflict.werneke-2016"
SEVERAL_KINDS = ("SSRI", "SNRI", "MAOI", "opioid", "stimulant", "hallucinogen", "herbal", "supplement", "precursor")


def triggers(clinic: Clinic) -> Iterator[Finding]:
    """The catalogue by class, and a medication list checked for dangerous pairs."""
    kinds: dict[str, list[str]] = {}
    for agent in agents().values():
        if agent.is_serotonergic:
            kinds.setdefault(agent.kind, []).append(agent.name)
    rows = tuple((kind, ", ".join(names)) for kind, names in kinds.items())
    facts = (LISTED, POTENTIALS)
    yield measured("serotonergic agents in the catalogue", sum(map(len, kinds.values())), "", at_least(30), facts=facts,
                   table=Table(("class", "agents"), rows))  # fmt: skip
    listed = " ".join(kinds)
    yield told("classes: medicines, illegal drugs, supplements", listed, facts, needs=SEVERAL_KINDS)
    load = assess(case_from_options(drugs=LIST).case, simulate=False).load
    pairs = Table(("one", "another", "danger", "why"), tuple((p.first, p.second, p.danger, p.says) for p in load.pairs))
    severe = sum(pair.danger == "severe" for pair in load.pairs)
    yield measured(f"severe pairs of: {'; '.join(LIST)}", severe, "", at_least(4), facts=facts, table=pairs)
    stays = Table(("drug", "what it does and how long it stays"), tuple((i.name, i.says) for i in load.items))
    yield told("of the list", " ".join(i.says for i in load.items), facts, needs=("half-life",), table=stays)


def signs(clinic: Clinic) -> Iterator[Finding]:
    """Four sets of criteria on one set of findings, each with its reason."""
    found = assess(case_from_options(text=TOXIC).case, simulate=False)
    rows = tuple((j.name, j.verdict, j.reason) for j in found.criteria)
    facts = (HUNTER, STERNBACH, RADOMSKI, NMS)
    verdicts = {j.name: j.verdict for j in found.criteria}
    text = ", ".join(f"{name} {verdict}" for name, verdict in verdicts.items())
    yield told(f"criteria on: {TOXIC}", text, facts, needs=("Hunter met", "Radomski met"),
               table=Table(("criteria", "verdict", "why"), rows))  # fmt: skip
    bare = assess(case_from_options(present=("tremor", "hyperreflexia")).case, simulate=False).criteria[0]
    yield told(
        "Hunter without a serotonergic drug", f"{bare.verdict}: {bare.reason}", (HUNTER,), needs=("not applicable",)
    )
    yield disputed("which criteria are best", library().fact(CONFLICT).statement, (CONFLICT,))


def differential(clinic: Clinic) -> Iterator[Finding]:
    """A case of pump withdrawal: ranked, explained, asked about, acted on; and how well published cases are told."""
    found = assess(case_from_options(text=STOPPED).case)
    facts = (MATRIX, WORDS, WINDOWS)
    yield measured("probability of intrathecal withdrawal", found.probability["itb_withdrawal"], "", at_least(0.5),
                   facts=facts, table=ranking(found))  # fmt: skip
    reasons = [(code, r.says, f"{r.bits:+.1f}") for code, given in found.reasons.items() for r in given]
    yield measured("pieces of evidence for and against", len(reasons), "", at_least(3), facts=facts,
                   table=Table(("syndrome", "evidence", "bits"), tuple(reasons)))  # fmt: skip
    best = found.questions[0]
    yield measured(
        f"information expected of the next question ({best.how} {best.says})", best.bits, "bits", at_least(1e-3)
    )
    urgent = " ".join(action.says for action in found.actions)
    cited = tuple(fact for action in found.actions for fact in action.facts)
    yield told("urgent", urgent, cited, needs=("restarting it may be the treatment", "pump"))
    yield from on_cases(calibrated())


def ranking(found: Assessment) -> Table:
    """The leading syndromes."""
    rows = tuple((c.name, percent(c.probability), f"{percent(c.low)} to {percent(c.high)}") for c in found.ranking[:6])
    return Table(("syndrome", "probability", "90 % interval"), rows)


def on_cases(known: Calibration) -> Iterator[Finding]:
    """The published cases of the evidence, none of which set anything."""
    rows = tuple((c.name, c.diagnosis, c.first, c.rank, percent(c.probability)) for c in known.cases)
    cited = tuple(f"differential.vignette-train.{case.name}" for case in known.cases)
    first, three = known.within(1), known.within(3)
    table = Table(("case", "published", "first answer", "rank", "probability"), rows)
    yield measured(
        f"published diagnosis first ({first})", first.hits, f"of {first.n}", at_least(11), facts=cited, table=table
    )
    yield measured(f"among the first three ({three})", three.hits, f"of {three.n}", at_least(13))
    yield measured("log score", known.log_score, "bits per case")


CHECKS = {"syndrome.triggers": triggers, "syndrome.signs": signs, "syndrome.differential": differential}
