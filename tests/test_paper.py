"""Paper: every section is there, text stays text, a usual sheet is one page, one document gives one file."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import time

import pypdf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import fake_runs
from baclosim import report
from baclosim.cli.app import app
from baclosim.errors import InputError
from baclosim.evidence.library import library
from baclosim.plan.plan import Emergency, Step, Take
from baclosim.pump.arithmetic import refill_dates
from baclosim.pump.device import device
from baclosim.report import assessment, pdf, planning, refill, summary
from baclosim.report.document import (
    Blanks,
    Cell,
    Column,
    Document,
    Listing,
    Notice,
    Notices,
    Pairs,
    Paragraph,
    References,
    Rows,
    Section,
    Table,
    Tile,
    Tiles,
)  # fmt: skip
from baclosim.report.evidence import references
from baclosim.syndromes import assess
from baclosim.syndromes.case import Case
from baclosim.syndromes.reading import load_case
from read_back import bare, filled, opened, written
from small_plan import SMALL_PLAN

SIZES = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
MARKUP = r"""#panic("x") $x^2$ *b* _i_ `r` <l> @l = h - i / t // c /* c */ \u{41} "q" 'q' -- --- ... ~ [x] #[x] ${x}"""


def one(*blocks, title="A title") -> Document:
    return Document(title, "a kicker", ("A lead.",), "A notice.", (Section("part", "A part", blocks),))


def everywhere(text: str) -> Document:
    """A document that holds a text in every place that takes one."""
    table = Table(
        text, (Column(text, text), Column("n", is_number=True)), (Rows(((Cell(text, text), Cell("1")),), text, text),)
    )
    blocks = (
        Paragraph(text), Paragraph(text, small=True), Pairs(((text, text),)), Notices((Notice(text, text),)),
        Tiles((Tile(text, text, text, (text,)),)), table, Listing(text), Blanks(((text,),)),
    )  # fmt: skip
    return Document(text, text, (text,), text, (Section("part", text, blocks),))


@pytest.fixture(scope="module")
def documents():
    dates = refill_dates(device("synchromed-ii-40"), 2000.0, 350.0, filled_on=dt.date(2026, 1, 5))
    case = Case(title="after 36 h", findings={"hyperthermia": True, "rigidity": True}, pump="interrupted")
    return {
        "simulation": report.build(fake_runs.outcome()),
        "plan": planning.document_of(SMALL_PLAN),
        "refill": refill.document_of(dates),
        "assessment": assessment.document_of(assess(case, simulate=False)),
    }


@pytest.mark.parametrize("paper", pdf.PAPERS)
def test_everything_of_the_model_is_on_paper_of_the_right_size(documents, paper):
    for name, document in documents.items():
        content = pdf.render(document, paper)
        text = written(content)
        for said in (document.title, document.notice, *(section.title for section in document.sections)):
            assert bare(said) in text, (name, said)
        tables = [b for s in document.sections for b in s.blocks if isinstance(b, Table)]
        for cell in (c for table in tables for group in table.groups for row in group.rows for c in row):
            assert bare(cell.text) in text, (name, cell.text)
        for page in opened(content).pages:
            size = tuple(float(side) * 25.4 / 72.0 for side in page.mediabox[2:])
            assert size == pytest.approx(SIZES[paper], abs=0.2)
            assert "notamedicaldevice" in bare(page.extract_text())


def lines_of(content: bytes) -> list[list[str]]:
    """The lines of each page without its header and footer."""
    return [page.extract_text().splitlines() for page in opened(content).pages]


@pytest.mark.parametrize("before", range(30, 44))
def test_no_row_of_a_table_stands_alone_on_a_page(before):
    rows = tuple((Cell(f"row {i}."), Cell(f"{i}")) for i in range(14))
    pairs = Pairs(tuple((f"label {i}.", "said") for i in range(18)))
    table = Table("A caption", (Column("Name"), Column("n", is_number=True)), (Rows(rows),))
    lead = tuple(Paragraph("A line.") for _ in range(before))
    for block, word, count in ((table, "row", 14), (pairs, "label", 18)):
        pages = [sum(f"{word} " in line for line in lines) for lines in lines_of(pdf.render(one(*lead, block)))]
        assert sum(pages) == count
        assert all(some != 1 for some in pages), (before, pages)


def test_a_tall_figure_leaves_no_page_half_empty(documents):
    shares = filled(pdf.render(documents["simulation"]))
    assert all(share > 0.8 for share in shares[:3]), shares


def test_evidence_comes_last(documents):
    for document in documents.values():
        assert document.sections[-1].name == "sources"
        assert {s.name for s in document.sections[-2:]} <= {"parameters", "sources", "cautions"}


def test_figures_are_vectors_and_are_read_out(documents):
    content = pdf.render(documents["simulation"])
    reader = opened(content)
    assert not any(page.images for page in reader.pages)
    lengths = [len(page.get_contents().get_data()) for page in reader.pages]
    assert max(lengths) > 50_000  # the curves, as paths
    assert documents["simulation"].pictures[0].alt[:40].encode("utf-16-be") in b"".join(alternatives(reader))


def alternatives(reader: pypdf.PdfReader) -> list[bytes]:
    """The descriptions of the figures of a tagged file."""
    found = []
    for number in range(1, reader.xref[0] and max(reader.xref[0]) + 1):
        held = reader.get_object(number)
        if isinstance(held, dict) and "/Alt" in held:
            found.append(str(held["/Alt"]).encode("utf-16-be"))
    return found


def test_the_same_document_gives_the_same_bytes(documents):
    for document in documents.values():
        content = pdf.render(document)
        assert content == pdf.render(document)
        assert b"CreationDate" not in content
    assert pdf.render_sheet(SMALL_PLAN) == pdf.render_sheet(SMALL_PLAN)


@example(MARKUP)
@example("a\x00b\x1b[31m\ud800 \U0001f480 e\u0301 \u202e x")
@example("W" * 400)
@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(), min_size=1, max_size=60))
def test_any_text_can_stand_anywhere(text):
    assert pdf.render(everywhere(text)).startswith(b"%PDF")


@example(MARKUP)
@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60))
def test_what_is_typed_appears_as_it_was_typed(text):
    assert bare(text) in written(pdf.render(one(Paragraph(text), title=text)))
    assert bare(text) in written(pdf.render(one(Listing(text))))


def test_a_text_that_fills_pages_goes_on_over_them():
    long = " ".join(f"word{i}" for i in range(2000))
    columns = (Column("a"), Column("b"))
    table = Table("c", columns, (Rows(((Cell(long), Cell("x")),)),))
    for block in (Pairs((("label", long),)), table, Notices((Notice("about", long),))):
        pages = [page.extract_text() for page in opened(pdf.render(one(block))).pages]
        assert max(map(len, pages)) < 9000  # letters that a page can show


def test_typed_text_reaches_nothing_outside():
    typed = '#image("/etc/passwd") #read("report.typ") #import "paper.typ": *'
    assert bare(typed) in written(pdf.render(one(Paragraph(typed), Listing(typed))))


def test_only_addresses_of_the_web_are_links():
    known = references(library(), ["taper.oral.uk-csm"])[0]
    bad = (
        References((type(known)(1, "x", ("javascript:alert(1)", "file:///etc/passwd", "https://doi.org/10.1/x"), ""),)),
    )
    notes = [a.get_object() for page in opened(pdf.render(one(*bad))).pages for a in page.get("/Annots", [])]
    assert [a["/A"]["/URI"] for a in notes] == ["https://doi.org/10.1/x"]


# --- the sheet of the patient -----------------------------------------------------------------------------------------


def long_plan(steps: int):
    """A taper of so many weekly steps, four times a day in two strengths."""
    times = ("08:00", "12:00", "18:00", "22:00")
    takes = tuple(Take(hour, "2 × 10 mg + 5 mg", 25e3) for hour in times)
    weeks = tuple(Step(168.0 * i, 168.0 * (i + 1), "25 mg four times", 1e5, takes=takes) for i in range(steps))
    return dataclasses.replace(SMALL_PLAN, steps=(*weeks, SMALL_PLAN.steps[-1]))


@pytest.mark.parametrize("paper", pdf.PAPERS)
@pytest.mark.parametrize("steps", [1, 4, 8, 12])
def test_a_sheet_is_one_page(paper, steps):
    content = pdf.render_sheet(long_plan(steps), paper)
    assert len(opened(content).pages) == 1
    text = written(content)
    for said in ("Never stop baclofen suddenly", "Doctor, signature", "Call for emergency help at once"):
        assert bare(said) in text
    for sign in SMALL_PLAN.emergencies[0].signs:
        assert bare(sign) in text
    assert text.count("2×10mg+5mg") == 4 * steps


@pytest.mark.parametrize("paper", pdf.PAPERS)
@pytest.mark.parametrize("steps", [16, 24, 32])
def test_half_a_year_of_steps_takes_two_sheets(paper, steps):
    pages = opened(pdf.render_sheet(long_plan(steps), paper)).pages
    assert len(pages) == 2
    assert "Doctor, signature" in pages[1].extract_text()


def test_a_sheet_that_cannot_be_one_page_repeats_its_head():
    pages = opened(pdf.render_sheet(long_plan(40))).pages
    assert len(pages) > 1
    assert all("Tickeachday" in bare(page.extract_text()) for page in pages[:-1])


def test_a_sheet_shows_what_is_typed():
    emergencies = (Emergency("withdrawal", MARKUP, (MARKUP,), (MARKUP,), ()),)
    text = written(pdf.render_sheet(dataclasses.replace(SMALL_PLAN, title=MARKUP, emergencies=emergencies)))
    assert text.count(bare(MARKUP)) == 4


# --- on the command line ----------------------------------------------------------------------------------------------


def run(*arguments: object):
    return CliRunner().invoke(app, [str(a) for a in arguments])


def test_a_refill_sheet_shows_its_working(tmp_path):
    sheet = tmp_path / "sheet.pdf"
    asked = ("pump", "refill", "--concentration", "2000 ug/mL", "--dose", "350 ug/day", "--filled-on", "2026-01-05")
    result = run(*asked, "--pdf", sheet, "--paper", "letter", "--json")
    assert result.exit_code == 0, result.output
    text = written(sheet.read_bytes())
    told = json.loads(result.stdout)
    for line in told["working"]:
        assert bare(line) in text
    assert bare("4 July 2026") in text
    assert told["refill_by_date"] == "2026-07-04"


def test_paper_is_checked_before_any_work(tmp_path):
    asked = ("pump", "refill", "--concentration", "2000 ug/mL", "--dose", "350 ug/day")
    wrong = run(*asked, "--pdf", tmp_path / "x.pdf", "--paper", "leter")
    assert (wrong.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert "letter" in wrong.output
    assert run(*asked, "--paper", "a4").exit_code == 2
    assert run("assess", "-f", "rigidity", "--pdf").exit_code == 2
    with pytest.raises(InputError, match="a4"):
        pdf.render(one(), "a5")


def test_a_case_is_written_as_paper(tmp_path):
    asked = ("assess", "-f", "rigidity", "-f", "hyperthermia", "--pump", "interrupted", "--no-simulate", "--quiet")
    assert run(*asked, "--out", tmp_path / "plain").exit_code == 0
    assert not (tmp_path / "plain" / "report.pdf").exists()
    result = run(*asked, "--out", tmp_path / "both", "--pdf", "--json")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "both" / "report.pdf").read_bytes().startswith(b"%PDF")
    assert any(name.endswith("report.pdf") for name in json.loads(result.stdout)["files"])


def test_a_plan_is_written_as_paper(tmp_path):
    names = {path.name for path in report.write_plan(SMALL_PLAN, tmp_path, "letter")}
    assert {"sheet.html", "sheet.pdf", "report.html", "report.pdf"} <= names


def test_paper_is_quick(documents):
    document = documents["simulation"]
    pdf.render(document)  # figures are drawn once and kept
    began = time.process_time()
    pdf.render(document, "letter")
    assert time.process_time() - began < 1.5


@pytest.mark.parametrize("name", ["overdose-then-withdrawal", "itb-saveika-14f", "ss-linezolid-sertraline"])
def test_the_summary_of_a_case_is_two_pages_and_ends_with_its_evidence(name):
    found = assess(load_case(name).case)
    short, long = (opened(pdf.render(module.document_of(found))).pages for module in (summary, assessment))
    assert len(short) <= 2 < len(long)
    first = short[0].extract_text()
    assert "Urgent" in first
    assert bare(found.ranking[0].name) in bare(first)
    assert summary.document_of(found).sections[-1].title == "What it rests on"


def test_what_no_font_holds_is_marked_and_said_and_all_else_stays():
    held = "Łódź Ωμέγα Ашворт → ≥ µ ½ ế"
    told = written(pdf.render(one(Paragraph(held), title="中文")))
    assert bare(held) in told
    assert "中" not in told
    assert bare(pdf.LACKS) in told
    assert bare(pdf.LACKS) not in written(pdf.render(one(Paragraph(held))))


def test_facts_named_in_the_text_are_numbers_of_its_sources():
    known = references(library(), ["taper.oral.uk-csm", "taper.oral.lexicomp"])
    text = "As advised [taper.oral.uk-csm, taper.oral.lexicomp], not as [nowhere.in-the.sources]; set to [1.5 mg]."
    parts = (
        Section("part", "A part", (Paragraph(text), Notices((Notice("", text),)), Listing(text))),
        Section("sources", "Sources", (References(known),)),
    )
    paragraph, notices, listing = Document.of("A title", "a kind", (), parts).sections[0].blocks
    assert paragraph.text == "As advised [1, 2], not as [nowhere.in-the.sources]; set to [1.5 mg]."
    assert notices.items[0].says == paragraph.text
    assert listing.text == text
