"""The page on how far outputs may be trusted: up to date, complete, and its errors computed as it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from baclosim.claims import credibility
from baclosim.claims.counted import PAGES, counted, counts, held_out
from baclosim.parameters import parameters
from baclosim.quantities import QUANTITIES

DOCS = Path(__file__).parent.parent / "docs"
VALIDATION = """
### Held out
| `oral.clearance.x` | one | 100 mL/h | 200 (90 to 300) mL/h | +1.0 | near |
| `iv.y` | two | 1e+03 h | 500 (400 to 600) h | -1.0 | near |
| `it.plasma-conc` | bound | at most 5 ng/mL | 2 (1 to 3) ng/mL | -1.0 | agrees |
| `iv.z` | three | 3 h |  |  | not predicted |
### Fitted
| `oral.clearance.w` | four | 10 mL/h | 11 (9 to 12) mL/h | +0.1 | agrees |
| `overdose.v` | five | 10 h | 40 (9 to 90) h | +0.1 | misses |
"""


def test_the_page_is_up_to_date():
    page = credibility.page((DOCS / "validation.md").read_text(encoding="utf-8"))
    assert (DOCS / "credibility.md").read_text(encoding="utf-8") == page, (
        "run python -m baclosim.claims.credibility docs"
    )


@pytest.mark.parametrize("name", PAGES)
def test_the_counts_on_a_page_are_those_of_now(name: str):
    page = (DOCS / name).read_text(encoding="utf-8")
    known = counts((DOCS / "validation.md").read_text(encoding="utf-8"))
    assert counted(page, PAGES[name], known) == page, "run python -m baclosim.claims.credibility docs"


def test_a_page_that_lost_a_count_is_refused():
    with pytest.raises(ValueError, match="no longer states the count 'facts'"):
        counted("No sentence with a count.", ("facts",), {"facts": "9 facts and tables"})


def test_held_out_rows_are_counted_from_the_line_that_tells_them():
    told = "### Held out\n\nSays what.\n3 agrees, 1 too wide to tell, 7 not predicted, 2 misses.\n"
    assert held_out(told).endswith(
        "held out 6 rows that could be predicted: 3 agree, 0 near, 2 miss, 1 too wide to tell"
    )


def test_errors_are_factors_and_fitted_ones_stand_in_only_where_there_are_no_others():
    known = tuple(credibility.errors(VALIDATION))
    assert [(e.is_fitted, pytest.approx(e.factor)) for e in known] == [(False, 2), (False, 2), (True, 1.1), (True, 4)]
    assert credibility.error_in_words("plasma", known) == "×2, worst ×2 (2 not fitted)"
    assert credibility.error_in_words("ventilation", known) == "×4, worst ×4 (1 fitted only)"
    assert credibility.error_in_words("anxiety_drive", known) == ""


def test_every_output_of_the_effects_is_on_the_page():
    page = credibility.page("")
    network = credibility.EFFECTS_WITH_SEROTONIN
    for name in (*network.quantities, *(s.name for s in network.states)):
        assert f"`{name}`" in page, name


def test_an_output_is_no_better_than_what_it_leans_on():
    plasma = {p.name for p in credibility.behind("plasma", ("mouth",))}
    assert {"absorption_rate", "bioavailability"} <= plasma <= {p.name for p in credibility.behind("coma", ("mouth",))}
    assert credibility.graded(tuple(parameters()[n] for n in ("absorption_lag",))).startswith("assumed")
    assert credibility.behind("dialysate", ("mouth",))
    assert credibility.behind("gut", ("catheter",)) == ()


def test_what_is_compared_exists():
    assert credibility.COMPARED.keys() <= QUANTITIES.keys()
