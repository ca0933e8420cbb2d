"""The small table of everyday units agrees with pint, which it spares loading."""

from __future__ import annotations

import subprocess
import sys

import pytest

from baclosim.units import EVERYDAY, INTERNAL, convert, normal_unit, read


@pytest.mark.parametrize(("kind", "unit"), [(kind, unit) for kind, units in EVERYDAY.items() for unit in units])
def test_everyday_units_have_the_scale_that_pint_gives_them(kind: str, unit: str):
    assert EVERYDAY[kind][unit] == pytest.approx(convert(1.0, unit, INTERNAL[kind]), rel=1e-12)
    assert normal_unit(unit) == unit


def test_pint_is_not_loaded_for_everyday_units():
    code = "from baclosim.units import read; read('68 kg', 'weight'); import sys; print('pint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_other_units_are_still_read():
    assert read("150 lb", "weight") == pytest.approx(68.0389, rel=1e-5)
