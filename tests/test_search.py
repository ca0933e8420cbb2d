"""Search over the evidence: BM25 against an independent implementation, stems, synonyms, spelling, cost."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import pytest

from baclosim.evidence.compile import counted_text
from baclosim.evidence.library import COUNTED, library
from baclosim.evidence.search import _LENGTH, _SATURATION, build_index
from baclosim.evidence.spelling import corrected
from baclosim.evidence.words import EMPTY, compiled_synonyms, terms, terms_of, words_of


@dataclass(frozen=True)
class Entry:
    """A thing with one text: its weight by field is the same for every word."""

    statement: str


def test_counted_words_equal_those_of_the_evidence():
    same = COUNTED.read_text(encoding="utf-8") == counted_text()
    assert same, "the evidence changed: run `python -m baclosim.evidence.compile`"


def test_scores_are_those_of_an_independent_bm25():
    bm25s = pytest.importorskip("bm25s")
    texts = [entry.statement for entry in library().entries[:200]]
    synonyms = library().index.synonyms
    tokens = [list(terms_of(words_of(text), synonyms)) for text in texts]
    kept = [i for i, words in enumerate(tokens) if words]
    # ours weighs a statement's words by 2; in BM25 that is the same as every text said twice
    twice = [tokens[i] * 2 for i in kept]
    reference = bm25s.BM25(method="lucene", k1=_SATURATION, b=_LENGTH)
    reference.index(twice, show_progress=False)
    ours = build_index([Entry(texts[i]) for i in kept], synonyms)
    for question in ("half life after a tablet", "withdrawal signs of the pump", "spinal fluid clearance"):
        asked = [term for term in ours.asked(question) if term in reference.vocab_dict]
        expected = reference.get_scores(asked)
        found = np.zeros(len(kept))
        for place, score in ours.scores(asked).items():
            found[place] = score
        np.testing.assert_allclose(found, (_SATURATION + 1.0) * expected, rtol=1e-5, atol=1e-6)


def test_a_synonym_finds_what_the_other_word_finds():
    book = library()
    assert [e.id for e in book.find("pruritus")] == [e.id for e in book.find("itching")]
    assert "it.csf-halflife.label-us" in [e.id for e in book.find("half-life in cerebrospinal fluid")[:5]]
    assert any(e.id.startswith("renal.") for e in book.find("kidney")[:5])


def test_no_wording_stands_for_two_things():
    with pytest.raises(ValueError, match="stands for"):
        compiled_synonyms({"fever": ["heat"], "warmth": ["heat"]})


def test_terms_are_stems_without_empty_words():
    synonyms = compiled_synonyms({"half_life": ["half life"], "nothing": ["how dose"]})
    assert terms("What is the half-life of tablets?", synonyms) == ["half_life", "tablet"]
    assert terms("how dose it work", synonyms) == ["work"]
    assert terms("Über die µ-Opioide", synonyms)[0] == "uber"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("baclofin", "baclofen"),
        ("withdrawl", "withdrawal"),
        ("seratonin", "serotonin"),
        ("muscel", "muscle"),
        ("brian", "brain"),
        ("halucinations", "hallucinations"),
        ("refil", "refill"),
    ],
)
def test_a_slip_is_read_as_the_word_that_was_meant(typed: str, meant: str):
    assert corrected(typed, library().index.words) == meant


@pytest.mark.parametrize("word", ["price", "acne", "mg", "2017", "xyzzyq", "a" * 40])
def test_what_is_near_nothing_stays(word: str):
    assert corrected(word, library().index.words) == word


def test_known_words_and_their_forms_are_left_alone():
    index = library().index
    for word in ("interact", "sleeping", *sorted(EMPTY)[:20]):
        assert index.knows(word), word


def test_a_search_costs_a_few_milliseconds():
    book = library()
    book.find("half life")
    began = time.process_time()
    for words in ("half life oral", "withdrawal of intrathecal baclofen", "serotonin syndrome onset"):
        book.find(words)
    assert time.process_time() - began < 0.15
