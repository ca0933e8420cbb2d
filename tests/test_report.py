"""Reports: all is said in its place, nothing typed can act, nothing is fetched, the same run gives the same page."""

from __future__ import annotations

import dataclasses
import html.parser
import re

import pytest

import fake_runs
from baclosim import report
from baclosim.cautions import Caution
from baclosim.evidence.library import library
from baclosim.leaning import Model
from baclosim.report.document import Document, Notice, Notices, Paragraph, Reference, References, Section, Table
from baclosim.report.evidence import references, spread_in_words
from baclosim.report.html import render, tied
from baclosim.report.leaning import leaning
from baclosim.report.simulation import doses_of

TYPED = "<script>alert(1)</script> & \"q\" 'x' {{7*7}}"


@pytest.fixture(scope="module")
def outcome():
    made = fake_runs.outcome()
    warned = dataclasses.replace(made.patients, cautions=(Caution("age", "43 lies <b>inside</b> the evidence."),))
    return dataclasses.replace(made, patients=warned)


@pytest.fixture(scope="module")
def document(outcome):
    return report.build(outcome)


@pytest.fixture(scope="module")
def page(document):
    return render(document)


class Reader(html.parser.HTMLParser):
    """Collects tags with their attributes and checks that they are balanced."""

    VOID = frozenset({"meta", "use", "link", "br", "img", "path", "rect"})

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert not reader.open
    return reader


def test_sections_come_in_the_order_of_reading(document):
    names = [section.name for section in document.sections]
    assert names == ["warnings", "results", "scenario", "limits", "run", "parameters", "sources"]


def test_the_notice_stands_above_and_below(page):
    for part in (page[: page.index("<main")], page[page.index("<footer") :]):
        assert "not a medical device" in part
        assert "Never stop or change baclofen" in part


def test_both_kinds_of_interval_have_their_own_labelled_column(document):
    table = next(b for s in document.sections for b in s.blocks if isinstance(b, Table))
    heads = [(column.title, column.note) for column in table.columns[1:]]
    assert heads == [("Patients", "median (5 to 95 % of them)"), ("Typical patient", "value (95 % uncertainty)")]


def test_the_summary_shows_what_was_summarised(outcome, document):
    row = next(r for r in outcome.summary if (r.quantity, r.measure) == ("plasma", "peak"))
    table = next(b for s in document.sections for b in s.blocks if isinstance(b, Table))
    cells = table.groups[0].rows[0]
    assert table.groups[0].title == "Plasma, ng/mL"
    assert (cells[0].text, cells[1].text) == ("highest", f"{1000 * row.median:.0f}")
    assert cells[1].note == f"{1000 * row.low:.0f} to {1000 * row.high:.0f}"
    assert cells[2].note == f"{1000 * row.typical_low:.0f} to {1000 * row.typical_high:.0f}"


def test_results_name_the_assumed_and_recalled_values_they_lean_on(outcome, document):
    basis = leaning(outcome, doses_of(outcome))
    table = next(b for s in document.sections for b in s.blocks if isinstance(b, Table))
    named: dict[str, set[str]] = {}
    for group, quantity in zip(table.groups, dict.fromkeys(r.quantity for r in outcome.summary), strict=True):
        label = re.sub(r", (ng/mL|%|[01] to [45])$", "", group.title)
        words = set(re.split(r", | and |; |: ", group.note.removeprefix("leans on ")))
        same = re.search("“(.+)”", group.note)
        named[label] = words | (named[same[1]] if same else set())
        for parameter in basis.behind(quantity):
            assert (parameter.name.replace("_", " ") in named[label]) == parameter.is_weak


def a_model(channels=("mouth",), body="BLOOD_BODY", **more) -> Model:
    from baclosim.body import whole
    from baclosim.effects.whole import EFFECTS
    from baclosim.patient import Patient

    return Model(getattr(whole, body), EFFECTS, frozenset(channels), Patient().parameters(), **more)


def test_plasma_after_tablets_leans_on_gut_and_kidneys_only():
    plasma = a_model(empty=frozenset({"dialysate"})).behind("plasma")
    assert {"absorption_rate", "absorption_lag", "bioavailability", "renal_clearance", "central_volume"} <= plasma
    others = {"skin_absorption_rate", "subcutaneous_absorption_rate", "dialysis_clearance", "cistern_volume"}
    assert not (others | {"cord_slow_rate", "brain_fast_rate"}) & plasma


def test_tone_leans_on_the_cord_and_drowsiness_on_the_brain():
    model = a_model()
    ashworth, drowsiness = (model.behind(name) for name in ("ashworth", "drowsiness"))
    assert {"cord_slow_rate", "csf_plasma_ratio", "absorption_rate"} <= ashworth
    assert "brain_fast_rate" in drowsiness - ashworth
    assert "cord_slow_rate" not in drowsiness


def test_plasma_under_a_pump_leans_on_the_canal():
    plasma = a_model(("catheter",), "WHOLE_BODY").behind("plasma")
    assert "spinal_loss_rate" in plasma
    assert "absorption_rate" not in plasma


def test_every_parameter_is_listed_with_a_grade_and_sources_that_exist(outcome, document):
    section = next(s for s in document.sections if s.name == "parameters")
    table = next(b for b in section.blocks if isinstance(b, Table))
    rows = [row for group in table.groups for row in group.rows]
    wanted = leaning(outcome, doses_of(outcome)).parameters
    assert sorted(row[0].text for row in rows) == sorted(p.name.replace("_", " ") for p in wanted)
    assert {row[4].badge for row in rows} == {p.grade for p in wanted}
    sources = next(b for s in document.sections if s.name == "sources" for b in s.blocks if isinstance(b, References))
    numbers = {item.number for item in sources.items}
    assert {n for row in rows for n in row[5].cites} <= numbers


def test_sources_are_cited_once_each_with_what_was_read():
    ids = ("oral.absorption_rate.simon-2018", "oral.clearance.simon-2018", "tdm.toxic_range.schulz-2012")
    first, second = references(library(), ids)
    assert first.facts == ids[:2]
    assert first.links[0] == "https://doi.org/10.3389/fpsyt.2018.00385"
    assert "http" not in first.text
    assert (first.number, second.number) == (1, 2)
    assert second.read == "recalled, not verified"


def test_spread_names_its_scale(outcome):
    table = {p.name: p for p in outcome.patients.parameters}
    lognormal = next(p for p in table.values() if p.distribution == "lognormal" and p.spread)
    assert spread_in_words(lognormal).endswith(" %")
    assert spread_in_words(dataclasses.replace(lognormal, spread=0.0)) == "–"
    assert spread_in_words(dataclasses.replace(lognormal, distribution="logit", spread=0.4)) == "SD 0.4 (logit)"


def test_limits_say_what_is_not_computed(document):
    limits = next(s for s in document.sections if s.name == "limits").blocks[0]
    assert isinstance(limits, Notices)
    says = " ".join(item.says for item in limits.items)
    assert "withdrawal" in says
    assert "silence about these is not safety" in says


def test_the_page_is_well_formed_and_names_one_heading(page):
    tags = [tag for tag, _ in read(page).tags]
    assert tags.count("h1") == 1
    assert tags.count("svg") == 2


def test_nothing_is_fetched(page):
    for tag, attributes in read(page).tags:
        assert tag not in {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
        for name, value in attributes.items():
            if value and "://" in value:
                assert (tag, name) == ("a", "href")
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)


def test_ids_are_unique(page):
    ids = [attributes["id"] for _, attributes in read(page).tags if attributes.get("id")]
    assert len(ids) == len(set(ids))


def test_links_within_the_page_lead_somewhere(page):
    tags = read(page).tags
    ids = {attributes.get("id") for _, attributes in tags}
    inner = {attributes["href"][1:] for tag, attributes in tags if tag == "a" and attributes["href"].startswith("#")}
    assert inner <= ids


def test_what_people_type_is_text():
    made = fake_runs.outcome(title="x")
    study = dataclasses.replace(made.scenario, title=TYPED, text=TYPED, name=TYPED)
    caution = Caution(TYPED, TYPED)
    bad = dataclasses.replace(made, scenario=study, typical=dataclasses.replace(made.typical, cautions=(caution,)))
    page = render(report.build(bad))
    assert "<script" not in page
    assert "{{7*7}}" in page
    read(page)


def test_links_of_other_kinds_are_not_made():
    item = Reference(1, TYPED, ("javascript:alert(1)", "https://doi.org/10.1/x"), "")
    sections = (Section("s", TYPED, (References((item,)), Paragraph(TYPED), Notices((Notice(TYPED, TYPED),)))),)
    reader = read(render(Document(TYPED, TYPED, (TYPED,), TYPED, sections)))
    assert [a["href"] for tag, a in reader.tags if tag == "a"] == ["#content", "https://doi.org/10.1/x"]


def test_the_same_run_gives_the_same_bytes(outcome, page):
    assert render(report.build(outcome)) == page


def test_sixty_days_of_many_patients_stay_small(tmp_path):
    made = fake_runs.outcome(patients=120, days=60, draws=40)
    files = report.write(made, tmp_path)
    assert [file.name for file in files] == ["report.html", "course.svg"]
    assert files[0].stat().st_size < 500_000
    assert sorted(file.name for file in tmp_path.iterdir()) == ["course.svg", "report.html"]


def test_numbers_stay_with_their_units():
    assert tied("then 20 mg by mouth every 8 h for 90 % of 3 days") == (
        "then 20\u00a0mg by mouth every 8\u00a0h for 90\u00a0% of 3\u00a0days"
    )
    assert tied("5 men, 3 hours") == "5 men, 3 hours"


def test_a_pump_shows_its_events_and_its_log():
    from baclosim.pump.log import Event
    from baclosim.report.pump import LINES, events_picture, log_table

    alarm = Event(192.0, "alarm", "critical", "critical alarm, empty reservoir <i>", {"alarm": "empty reservoir"})
    picture = events_picture([alarm], 480.0)
    assert "empty reservoir" in picture.svg(7.4)
    assert "1 of them alarms" in picture.alt
    table = log_table([alarm] * (LINES + 5))
    assert [cell.text for cell in table.groups[0].rows[0]] == ["8 days", alarm.text, "critical", "pump"]
    assert len(table.groups[0].rows) == LINES
    assert "5 more" in table.groups[0].title


def test_a_steady_quantity_takes_one_row(outcome):
    from baclosim.report.results import summary_table

    rows = [dataclasses.replace(r, median=1.0) if r.quantity == "ashworth" else r for r in outcome.summary]
    table = summary_table(rows, leaning(outcome, doses_of(outcome)))
    steady = next(g for g in table.groups if g.title.startswith("Ashworth score, legs"))
    assert [row[0].text for row in steady.rows] == ["average"]


def test_a_run_into_the_canal_shows_the_canal_and_tablets_do_not():
    from dataclasses import replace

    from baclosim.outcome import run_scenario
    from baclosim.report.canal import telling_moments
    from baclosim.report.simulation import canal_section
    from baclosim.scenario import load

    bolus = run_scenario(replace(load("test-dose"), patients=16))
    assert telling_moments(bolus.typical)[:3] == (0.5, 1.0, 4.0)
    assert len(canal_section(bolus).blocks) == 1
    tablets = run_scenario(replace(load("oral-titration-ms"), patients=16))
    assert canal_section(tablets).blocks == ()


@pytest.fixture(scope="module")
def stopped():
    from baclosim.outcome import run_scenario
    from baclosim.scenario import load

    return run_scenario(dataclasses.replace(load("stop-80-mg"), patients=40))


def test_overstated_dangers_are_shown_with_their_caution(stopped, outcome):
    from baclosim.outcome.summary import EXCESS

    warnings = report.build(stopped).sections[0]
    assert warnings.title == "Before you read the numbers"
    notices = warnings.blocks[0]
    assert isinstance(notices, Notices)
    assert [item.says for item in notices.items].count(EXCESS.says) == 1
    assert EXCESS.evidence[0] in {fact.id for fact in map(library().fact, EXCESS.evidence)}
    assert EXCESS not in outcome.cautions  # nothing of the kind is shown there


def test_what_the_caution_says_of_overdoses_is_what_the_model_predicts():
    from baclosim.claims.clinic import Clinic
    from baclosim.claims.running import checks
    from baclosim.outcome.summary import EXCESS

    found = {finding.what: finding.value for finding in checks()["harm.overdose"](Clinic())}
    told = re.findall(r"(\d+) % (?:coma )?after (\d+) mg", EXCESS.says)
    assert len(told) == 2
    for share, dose in told:
        assert round(100 * found[f"probability of coma after {dose} mg"]) == int(share)


def test_tiles_say_when_an_extreme_is_what_went_before(stopped, outcome):
    from baclosim.report.results import at_a_glance, at_the_start

    tiles = {tile.label: tile for tile in at_a_glance(stopped).items}
    assert "at the start, still on the earlier dose" in tiles["Plasma, highest"].lines
    assert "36 % on dummy tablets" in tiles["Drowsiness, highest"].lines
    assert ("withdrawal", "highest") not in at_the_start(stopped)
    assert tiles["Withdrawal, worst"].lines[-1] == "mild from 10 %, moderate from 30 %, severe from 45 %"
    assert at_the_start(outcome) == {}


def test_what_rounding_leaves_over_is_nothing(stopped):
    from baclosim.outcome.record import record
    from baclosim.outcome.summary import LEAST
    from baclosim.outcome.tables import curves_frame, summary_frame

    found = record(stopped)
    values = [x for curve in found.curves for x in (*curve.median, *curve.low, *curve.typical, *curve.typical_low)]
    keys = ("median", "low", "high", "typical", "typical_low", "typical_high")
    values += [getattr(row, key) for row in found.summary for key in keys]
    for frame in (curves_frame(stopped), summary_frame(stopped)):
        values += [x for key in keys for x in frame[key].to_list()]
    assert all(x == 0.0 or x > LEAST for x in values)


def test_a_title_cannot_steer_the_terminal():
    from baclosim.cli.output import printable

    assert printable("Taper \x1b]0;x\x07 of 80 mg\r\n") == "Taper ]0;x of 80 mg"
