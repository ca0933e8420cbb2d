"""Whatever text a reader is given, it understands it or says what is wrong: no crash, no hang, no endless message."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readers import READERS, Reader, tried

FOUND = Path(__file__).parent.parent / "fuzz" / "found"
SIGNS = ("[", "(", '"', "a.", "{a=", "1", " ", "\n", "1,", "[[a]]\n")
PATIENCE = 5.0  # seconds of processor time for one text, on a slow machine
ODD = (
    "",
    "\0",
    "\ufeff",
    "nan",
    "-1",
    "1e400",
    "9" * 40,
    "½",
    "µg",
    "[[",
    '"""',
    ",,,",
    "\r\n",
    "=" * 3,
    "٣",
    "𝟙",
    "ﬁ",
)


@st.composite
def edited(draw: st.DrawFn, reader: Reader) -> str:
    """A text that the reader understands, with pieces cut out, repeated, moved or replaced."""
    seeds = reader.seeds()
    text = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 30)))
        other = draw(st.sampled_from(seeds))
        from_ = draw(st.integers(0, len(other)))
        piece = draw(
            st.one_of(
                st.sampled_from([*reader.words, *ODD]),
                st.just(other[from_ : from_ + draw(st.integers(0, 40))]),
                st.text(max_size=8),
            )
        )
        text = text[:start] + piece + text[end:]
    return text


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_text_is_understood_or_refused_with_reasons(name, data):
    within_patience(READERS[name], data.draw(edited(READERS[name])))


@pytest.mark.parametrize("name", READERS)
def test_the_texts_to_begin_from_are_understood(name):
    assert all(tried(READERS[name], text) for text in READERS[name].seeds())


def test_what_was_once_found_stays_mended():
    for file in sorted(FOUND.glob("*/*-*")):
        name = file.parent.name.replace("-", " ")
        within_patience(READERS[name], file.read_text(encoding="utf-8", errors="replace"))


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("piece", [*SIGNS, "and ", "fever ", "then 10 mg every 8 h ", "for 3 days baclofen stopped "])
def test_a_long_text_does_not_take_long(name, piece):
    within_patience(READERS[name], piece * (20_000 // len(piece)))


def within_patience(reader: Reader, text: str) -> None:
    """Read a text; it must not take long."""
    began = time.process_time()
    tried(reader, text)
    assert time.process_time() - began < PATIENCE
