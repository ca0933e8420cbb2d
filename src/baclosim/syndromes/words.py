"""How hours and shares are written for people."""

from __future__ import annotations

from .vocabulary import circumstances, findings, values

CALLED = 4  # other names of a word that are listed
VOCABULARY = ("name", "what it is", "also called")


def vocabulary_rows() -> list[tuple[str, str, str]]:
    """Every finding, circumstance and value that a case may speak of, under VOCABULARY."""
    told = (*findings().values(), *circumstances().values())
    rows = [(one.name, one.label, ", ".join((*one.nouns, *one.words)[:CALLED])) for one in told]
    return rows + [(v.name, f"{v.label} [{v.unit}]", ", ".join(v.called[:CALLED])) for v in values().values()]


def hours_in_words(hours: float) -> str:
    """Hours for people.

    >>> hours_in_words(48.0), hours_in_words(1.0), hours_in_words(0.5)
    ('2 days', '1 h', '30 min')
    """
    if hours < 1.0:
        return f"{60.0 * hours:g} min"
    if hours < 48.0:
        return f"{hours:g} h"
    days = hours / 24.0
    if days < 60.0:
        return f"{days:.3g} days"
    return f"{days / 30.4375:.2g} months" if days < 730.0 else f"{days / 365.25:.2g} years"


def percent(share: float) -> str:
    """A share in per cent, never rounded to certainty.

    >>> percent(0.42), percent(0.999), percent(0.001)
    ('42 %', '> 99 %', '< 1 %')
    """
    if share > 0.99:
        return "> 99 %"
    return "< 1 %" if share < 0.01 else f"{100 * share:.0f} %"
