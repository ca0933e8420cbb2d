"""The evidence that is shipped: whole, compiled, quick to load; facts, series, search, references, cards."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baclosim.errors import EvidenceError, UnitError
from baclosim.evidence import show
from baclosim.evidence.compile import compiled_text
from baclosim.evidence.library import COMPILED, FACTS, library, make_fact, make_series, read_folder

FACT_ENTRY: dict[str, Any] = {
    "id": "oral.clearance.someone-2020",
    "statement": "A clearance.",
    "quantity": "clearance",
    "value": 11.6,
    "unit": "L/h",
    "low": 10.8,
    "high": 12.3,
    "interval": "95% CI",
    "species": "human",
    "source": "Someone 2020",
    "seen": "abstract",
    "use": "fit",
}
SERIES_ENTRY: dict[str, Any] = {
    "id": "oral.course.someone-2020",
    "statement": "A course.",
    "columns": ["time_h", "response"],
    "rows": [[0.5, 120.0], [1.0, "nr"]],
    "species": "human",
    "source": "Someone 2020",
    "seen": "abstract",
    "use": "check",
}


# --- what is shipped ---


def test_compiled_form_equals_the_toml_files():
    same = COMPILED.read_text(encoding="utf-8") == compiled_text()
    assert same, "the evidence changed: run `python -m baclosim.evidence.compile`"


def test_shipped_evidence_is_whole():
    shipped = library()
    again = read_folder(FACTS)
    assert dict(shipped.facts) == dict(again.facts)
    assert dict(shipped.series) == dict(again.series)
    assert (len(shipped.facts), len(shipped.series), len(shipped.claims())) == (745, 212, 51)


def test_ids_are_unique_over_facts_and_series():
    assert not library().facts.keys() & library().series.keys()


def test_claim_ids_are_unique():
    ids = [claim.id for claim in library().claims()]
    assert len(set(ids)) == len(ids)


def test_each_column_of_each_series_has_one_kind():
    kinds = {s.column(c).dtype.kind for s in library().series.values() for c in s.columns}
    assert kinds == {"f", "b", "U"}


def test_recalled_facts_never_name_what_was_seen_as_a_place_on_a_page():
    recalled = [f for f in library().facts.values() if not f.is_verified]
    assert recalled
    assert not [f.id for f in recalled if f.where]


def test_loading_brings_in_no_heavy_library():
    code = (
        "import sys, baclosim.evidence.library as m; m.library().find('half life'); "
        "print([x for x in ('pint', 'polars', 'numpy', 'numba') if x in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- facts and series ---


def test_amount_converts_value_and_interval():
    amount = make_fact(FACT_ENTRY).amount("mL/min")
    assert (amount.value, amount.low, amount.high) == pytest.approx((11600 / 60, 180.0, 205.0))
    assert amount.unit == "mL/min"


def test_amount_without_a_unit_is_as_published():
    amount = make_fact(FACT_ENTRY).amount()
    assert (amount.value, amount.low, amount.high, amount.unit) == (11.6, 10.8, 12.3, "L/h")


def test_amount_converts_each_of_several_values():
    fact = make_fact({**FACT_ENTRY, "value": [1.0, 2.0], "low": None, "high": None})
    assert fact.amount("mL/h").value == pytest.approx((1000.0, 2000.0))
    assert fact.amount("mL/h").low is None


def test_amount_refuses_another_dimension_and_a_qualitative_fact():
    with pytest.raises(UnitError, match=r"oral\.clearance\.someone-2020"):
        make_fact(FACT_ENTRY).amount("mg")
    qualitative = {k: v for k, v in FACT_ENTRY.items() if k not in ("value", "unit", "low", "high", "quantity")}
    with pytest.raises(EvidenceError, match="qualitative"):
        make_fact(qualitative).amount("mg")


def test_not_reported_is_a_gap_among_numbers():
    series = make_series(SERIES_ENTRY)
    np.testing.assert_array_equal(series.column("response"), [120.0, np.nan])
    with pytest.raises(EvidenceError, match="Did you mean 'response'"):
        series.column("responsx")


# --- finding and citing ---


def test_an_unknown_id_names_the_nearest():
    with pytest.raises(EvidenceError, match=r"oral\.clearance\.simon-2018"):
        library().get("oral.clearence.simon-2018")
    with pytest.raises(EvidenceError, match="clearance"):
        library().get("clearance")
    series = next(iter(library().series))
    with pytest.raises(EvidenceError, match="the id of a fact"):
        library().fact(series)


def test_each_entry_is_found_by_its_own_id():
    for name in list(library().facts)[::40] + list(library().series)[::20]:
        assert name in [entry.id for entry in library().find(name)[:3]]


def test_search_puts_entries_with_all_words_first():
    found = library().find("oral clearance")
    assert found[0].id.startswith("oral.clearance")

    def holds_both(entry: Any) -> bool:
        text = f"{entry.id} {entry.statement} {entry.quantity} {entry.population}".lower()
        return "oral" in text and "clearance" in text

    flags = [holds_both(entry) for entry in found[:10]]
    assert all(flags)


def test_search_filters_by_topic_use_and_seen():
    found = library().find("clearance", topic="oral", use="fit", seen="abstract")
    assert found
    assert {(e.topic, e.use, e.seen) for e in found} == {("oral", "fit", "abstract")}
    assert {e.file for e in library().find("clearance", topic="systemic_pk")} == {"systemic_pk"}


def test_an_empty_search_lists_all_and_a_strange_word_finds_none():
    assert len(library().find("")) == len(library().facts) + len(library().series)
    assert library().find("xyzzyq") == ()
    assert library().find("is the of") == ()


@given(st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_search_takes_any_text(words: str):
    assert isinstance(library().find(words), tuple)


def test_references_are_one_per_source_and_say_what_was_read():
    lines = library().cite("oral.clearance.simon-2018", "oral.half_life.simon-2018", "oral.clearance.simon-2018")
    assert len(lines) == 1
    assert "https://doi.org/10.3389/fpsyt.2018.00385" in lines[0]
    assert "abstract read" in lines[0]


def test_a_recalled_reference_says_so():
    (line,) = library().cite("pump.flow-range.recalled")
    assert "recalled, not verified" in line


def test_cards_show_value_interval_source_and_what_was_read():
    card = dict(show.fact_card(library().fact("oral.clearance.simon-2018")))
    assert card["value"] == "11.6 L/h"
    assert card["interval"] == "10.8 to 12.3 L/h (95% CI)"
    assert "Simon" in card["source"]
    assert card["read"] == "abstract read"


def test_every_entry_has_a_card_and_a_row():
    entries = library().find("")
    rows = show.entry_rows(entries)
    assert {len(row) for row in rows} == {len(show.LIST_HEADER)}
    assert all(dict(show.entry_card(entry))["id"] == entry.id for entry in entries)
    for series in library().series.values():
        header, body = show.series_table(series)
        assert {len(row) for row in body} == {len(header)}


def test_copies_and_shops_are_never_offered_as_links():
    from baclosim.evidence.library import library
    from baclosim.evidence.mirrors import is_mirror

    assert is_mirror("http://47.251.13.51:8081/11115735")
    assert is_mirror("https://chigaco.vukou.com/12739836")
    assert not is_mirror("https://pubmed.ncbi.nlm.nih.gov/30190685")
    found = library()
    copied = [e for e in (*found.facts.values(), *found.series.values()) if e.url and is_mirror(e.url)]
    assert copied
    for entry in copied:
        (line,) = found.cite(entry.id)
        assert entry.url not in line
        assert "on a copy at another site" in line
