"""The small table of everyday units agrees with pint, which it spares loading; what pint must not work out."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from baclosim.errors import UnitError
from baclosim.units import EVERYDAY, INTERNAL, convert, normal_unit, parses, read


@pytest.mark.parametrize(("kind", "unit"), [(kind, unit) for kind, units in EVERYDAY.items() for unit in units])
def test_everyday_units_have_the_scale_that_pint_gives_them(kind: str, unit: str):
    assert EVERYDAY[kind][unit] == pytest.approx(convert(1.0, unit, INTERNAL[kind]), rel=1e-12)
    assert normal_unit(unit) == unit


def test_pint_is_not_loaded_for_everyday_units():
    code = "from baclosim.units import read; read('68 kg', 'weight'); import sys; print('pint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_other_units_are_still_read():
    assert read("150 lb", "weight") == pytest.approx(68.0389, rel=1e-5)


@pytest.mark.parametrize(
    "unit",
    ["2^22^22", "2**999999", "2⁹⁹⁹⁹⁹⁹", "(2**9)**9", "g 2²²²²", "2" + " squared" * 9, "((9^9)^9)^9", "g" * 500,
     "2··99", "2×⋅9×*9"],
)  # fmt: skip
def test_a_unit_that_is_a_tower_of_powers_is_refused_at_once(unit: str):
    assert not parses(unit)
    with pytest.raises(UnitError):
        read(f"1 {unit}", "time")


@pytest.mark.parametrize("unit", ["mg·h/L", "mg×h/L", "mg⋅h/L"])
def test_an_area_under_the_curve_is_read_as_it_is_printed(unit: str):
    assert convert(1.0, unit, "ng*h/mL") == pytest.approx(1000.0)


@pytest.mark.parametrize("unit", ["ug/(cm**2 h)", "ug cm^-2 h^-1", "µg/cm²/h", "1/h"])
def test_powers_of_one_digit_are_read(unit: str):
    assert parses(unit)


@pytest.mark.parametrize(
    ("given", "kind", "says"),
    [
        ("350", "dose rate", "'350 ug/day'"),  # a pump's dose by the hour would be 24 times as much
        ("2000", "concentration", "'2000 ug/mL'"),
        ("18", "time", "'18 h'"),
        ("8m", "time", "Write '8 months' or '8 min', whichever is meant."),
    ],
)
def test_what_lacks_a_unit_is_told_one_that_people_write(given: str, kind: str, says: str):
    with pytest.raises(UnitError, match=re.escape(says)):
        read(given, kind)


@pytest.mark.parametrize(("short", "long"), [("8 mo", "8 months"), ("8mos", "8 months"), ("2 wk", "2 weeks")])
def test_months_and_weeks_are_read_in_short(short: str, long: str):
    assert read(short, "time") == read(long, "time")
