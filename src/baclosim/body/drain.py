"""Fluid drawn from the canal by a needle at L3/L4: only in runs in which some is.

While fluid is drawn the same flow moves from the head into the cistern and down the canal to the needle. What takes its
place over the brain holds no drug (blood vessels widen, new fluid comes in), so volumes stay as they are.
The cells below the needle give nothing but what spreads up into its cell.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from .geometry import Cell, cells
from .spine import cell_volume
from .transfers import Body, Transfer

NEEDLE = ("L3", "L4")
"""The needle lies between these vertebrae and draws from both alike."""


def with_drawn_fluid(spinal_csf_volume, lumbosacral_expansion, csf_removal_rate, *, share, lumbosacral, part):
    """Down from a cell, or out of it, with `part` of the fluid drawn [1/h]."""
    volume = cell_volume(spinal_csf_volume, lumbosacral_expansion, share=share, lumbosacral=lumbosacral)
    return part * csf_removal_rate / volume


def out_of_cistern(csf_removal_rate, cistern_volume):
    """From the cistern down into the canal [1/h]."""
    return csf_removal_rate / cistern_volume


def out_of_cranial(csf_removal_rate, cranial_csf_volume):
    """From the fluid over the brain into the cistern [1/h]."""
    return csf_removal_rate / cranial_csf_volume


def _from(cell: Cell, target: str, part: float) -> Transfer:
    return Transfer(
        cell.name, target, partial(with_drawn_fluid, share=cell.share, lumbosacral=cell.lumbosacral, part=part)
    )


def drain(canal: tuple[Cell, ...]) -> Body:
    """What drawing fluid adds to a canal cut into single levels; `csf_removal_rate` [mL/h] is 0 when none is drawn."""
    upper, lower = (next(cell for cell in canal if level in cell.levels) for level in NEEDLE)
    above = canal[: canal.index(upper) + 1]
    down = (_from(a, b.name, 1.0) for a, b in pairwise(above))
    return Body(
        transfers=(
            Transfer("cranial", "cistern", out_of_cranial),
            Transfer("cistern", canal[0].name, out_of_cistern),
            *down,
            _from(upper, "withdrawn", 0.5),
            _from(upper, lower.name, 0.5),
            _from(lower, "withdrawn", 0.5),
        )
    )


DRAIN = drain(cells())
