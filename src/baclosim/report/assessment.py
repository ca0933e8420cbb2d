"""The report of a case: what is urgent first, then probabilities, reasons, what to look for, criteria, sources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..parameters import parameters
from ..syndromes.case import exposures
from ..syndromes.vocabulary import circumstances, values
from ..syndromes.weighing.telling import exposure_label, label
from ..syndromes.words import percent
from .document import (
    Cell,
    Column,
    Document,
    Notice,
    Notices,
    Pairs,
    Paragraph,
    Picture,
    Rows,
    Section,
    Table,
)
from .evidence import cautioned, resting_on

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..syndromes.assessment import Assessment, Chance
    from ..syndromes.criteria import Judgement
    from ..syndromes.weighing.course import Predicted

LEAD = "What ails this patient: the syndromes that it could be, and why."
SHOWN = 8  # syndromes in the figure
ASKED = 8  # questions
HOLDS = {True: "holds", False: "does not hold", None: "open"}


def document_of(found: Assessment) -> Document:
    """The whole report of an assessment."""
    sections = (
        urgent_section(found),
        ranking_section(found),
        reasons_section(found),
        questions_section(found),
        criteria_section(found),
        load_section(found),
        simulated_section(found),
        case_section(found),
        Section("cautions", "Before you use it", cautioned(found.cautions, grave=False)),
        *evidence_sections(found),
    )
    return Document.of(found.case.title or "A case", "assessment", (LEAD,), sections)


def urgent_section(found: Assessment) -> Section:
    """What to do now."""
    items = tuple(Notice(action.why, action.says, action.facts) for action in found.actions)
    return Section("urgent", "Urgent", (Notices(items),))


def ranking_section(found: Assessment) -> Section:
    """How probable each syndrome is, and the states that exclude each other."""
    states = [state for state in found.states if state.probability >= 0.01]
    rows = Rows(tuple((Cell(state.name), Cell(percent(state.probability))) for state in states))
    table = Table("Exclusive states of 1 % and more", (Column("State"), Column("Probability", is_number=True)), (rows,))
    return Section("probabilities", "What it could be", (ranking_picture(found), table))


def ranking_picture(found: Assessment, most: int = SHOWN) -> Picture:
    """How probable the leading syndromes are, so many at most."""
    shown = found.ranking[:most]
    words = "; ".join(f"{c.name} {percent(c.probability)} ({percent(c.low)} to {percent(c.high)})" for c in shown)
    caption = (
        "Probability that each syndrome is there, alone or with another, and its 90 % interval: what uncertain "
        "frequencies, priors and correlations allow."
    )
    return Picture("probabilities", caption, f"Probabilities: {words}.", lambda width: ranking_figure(shown, width))


def ranking_figure(shown: Sequence[Chance], width: float) -> Figure:
    """Syndromes with their intervals, `width` inches wide."""
    from ..figures.compare import Estimate, forest_figure

    lines = [
        Estimate(c.name.split(" including")[0], in_percent(c.probability), in_percent(c.low), in_percent(c.high))
        for c in shown
    ]
    figure = forest_figure(lines, "probability, %", width=width)
    figure.axes[0].set_xlim(-1.0, 101.0)
    return figure


def in_percent(share: float) -> float:
    """A share in per cent with one decimal."""
    return round(100.0 * share, 1)


def reasons_section(found: Assessment) -> Section:
    """What speaks for and against the leading syndromes."""
    names = {chance.code: chance.name for chance in found.ranking}
    groups = tuple(
        Rows(tuple((Cell(r.says), Cell(f"{r.bits:+.1f}"), Cell(f"×{2**r.bits:.2g}")) for r in given), names[code])
        for code, given in found.reasons.items()
    )
    columns = (
        Column("Evidence"),
        Column("Bits", "for + or against −", is_number=True),
        Column("Odds", "changed by", is_number=True),
    )
    intro = Paragraph(
        "By how much each piece changes the log-odds of the syndrome, given everything else that is known. Signs that "
        "go together share their weight."
    )
    return Section("reasons", "Why", (intro, Table("For and against", columns, tuple(g for g in groups if g.rows))))


def questions_section(found: Assessment) -> Section:
    """What to ask, examine or test next."""
    names = {chance.code: chance.name for chance in found.ranking}
    leaders = list(found.questions[0].if_there)[:2] if found.questions else []
    columns = (
        Column("Next"),
        Column("Information", "expected, bits", is_number=True),
        *(Column(names[code], "if there; if not") for code in leaders),
    )
    rows = tuple(
        (
            Cell(f"{q.how}: {q.says}"),
            Cell(f"{q.bits:.2f}"),
            *(Cell(f"{percent(q.if_there[code])}; {percent(q.if_not[code])}") for code in leaders),
        )
        for q in found.questions[:ASKED]
    )
    table = Table("What would decide most", columns, (Rows(rows),))
    return Section("next", "Look for next", (table,) if rows else ())


def criteria_section(found: Assessment) -> Section:
    """Each set of criteria with its reason, and line by line where much of it is known."""
    columns = (Column("Line"), Column("Verdict"))
    told = [judgement for judgement in found.criteria if tells_much(judgement)]
    tables = tuple(Table(f"{j.name}: {j.verdict}", columns, (criteria_rows(j),)) for j in told)
    reasons = Pairs(tuple((j.name, f"{j.verdict}; {j.reason}") for j in found.criteria))
    return Section("criteria", "Published criteria", (reasons, *tables))


def tells_much(judgement: Judgement) -> bool:
    """Whether a set of criteria applies, and is met or known in a third of its lines; others would be mostly open."""
    known = sum(line.holds is not None for line in judgement.lines)
    return judgement.verdict != "not applicable" and (judgement.verdict == "met" or 3 * known >= len(judgement.lines))


def criteria_rows(judgement: Judgement) -> Rows:
    """The lines of one set of criteria."""
    return Rows(
        tuple(
            (Cell(line.asks, note=f"{line.points:g} points" if line.points else ""), Cell(HOLDS[line.holds]))
            for line in judgement.lines
        )
    )


def load_section(found: Assessment) -> Section:
    """Serotonergic drugs and dangerous pairs."""
    items = tuple((i.name, f"{i.kind}: {i.says}") for i in found.load.items if i.action not in ("", "none"))
    pairs = tuple(Notice(f"{p.first} with {p.second}", f"{p.danger}: {p.says}") for p in found.load.pairs)
    blocks = (*((Notices(pairs),) if pairs else ()), *((Pairs(items),) if items else ()))
    return Section("load", "Serotonergic drugs", blocks)


def simulated_section(found: Assessment) -> Section:
    """What the simulator predicts, as sentences and curves."""
    pictures = tuple(
        Picture(
            f"course-{p.syndrome.replace('_', '-')}",
            "What the model predicts since the change: median of 32 virtual patients and 90 % of them.",
            p.says,
            lambda width, p=p: course_figure(p, width),
        )
        for p in found.predicted
    )
    words = tuple(Paragraph(p.says) for p in found.predicted)
    return Section("simulated", "What the simulator predicts", (*words, *pictures))


def course_figure(p: Predicted, width: float) -> Figure:
    """Predicted severity over time with the moment of presentation, `width` inches wide."""
    from matplotlib.figure import Figure

    from ..figures.style import colour, theme

    with theme():
        figure = Figure(figsize=(width, 2.1), layout="constrained")
        axes = figure.add_subplot()
        axes.fill_between(p.time, p.low, p.high, color=colour("alarm"), alpha=0.16, linewidth=0)
        axes.plot(p.time, p.middle, color=colour("alarm"))
        axes.axvline(p.hours, color=colour("muted"), linewidth=0.8, dashes=(2, 2))
        axes.set_ylim(0.0, 1.0)
        axes.set_xlabel("hours since the change (dashed: presentation)")
        is_overdose = p.syndrome == "baclofen_overdose"
        axes.set_title("probability of coma or clouding" if is_overdose else "severity, 0 to 1", loc="left")
        return figure


def case_section(found: Assessment) -> Section:
    """The case as it was taken."""
    case, known, exposed = found.case, found.case.known(), exposures(found.case)
    rows = (
        ("there", ", ".join(label(name) for name, there in known.items() if there)),
        ("not there", ", ".join(label(name) for name, there in known.items() if not there)),
        ("measured", ", ".join(f"{values()[n].label} {values()[n].shown(x)}" for n, x in case.values.items())),
        ("exposed to", ", ".join(exposure_words(name) for name, e in exposed.items() if e.there)),
        ("not exposed to", ", ".join(exposure_words(name) for name, e in exposed.items() if not e.there)),
        ("drugs", "; ".join(map(str, case.drugs))),
        ("pump", case.pump),
        ("onset", str(case.onset) if case.onset else ""),
    )
    note = Paragraph("Whatever is not named here is unknown; it was never taken for absent.", small=True)
    return Section("case", "The case as it was taken", (Pairs(tuple(row for row in rows if row[1])), note))


def exposure_words(name: str) -> str:
    """An exposure in words."""
    return circumstances()[name].label if name in circumstances() else exposure_label(name)


def evidence_sections(found: Assessment) -> tuple[Section, Section]:
    """Parameters of the simulated course with their grades, and all sources."""
    table = parameters()
    behind = [table[name] for name in dict.fromkeys(n for p in found.predicted for n in p.parameters) if name in table]
    facts = (*found.facts(), *(fact for p in behind for fact in p.facts))
    return resting_on(behind, facts, "Behind the simulated course. The grade is that of the weakest link.")
