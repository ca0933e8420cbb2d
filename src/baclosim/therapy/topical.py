"""Gel on the skin: what gets in is limited by flux, area and time, and by what was put there.

The flux is a steady one measured in vitro (topical.mean_flux.microneedle, pig ear skin): it says nothing of how thick
the gel lies, and a study of a film in two volunteers saw far more get in (topical.film_bioavailability.iraq).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def penetrating(applied: ArrayLike, flux: ArrayLike, area: float, worn: float) -> tuple[NDArray, NDArray]:
    """What enters the skin [ug] and over how long [h], from an amount applied [ug] at a flux [ug/cm2/h].

    Shapes broadcast. Entry is at the constant rate flux x area until the gel is taken off or is empty.
    """
    rate = np.asarray(flux, dtype=float) * area
    amount = np.minimum(applied, rate * worn)
    with np.errstate(divide="ignore", invalid="ignore"):
        duration = np.where(rate > 0, amount / rate, worn)
    return amount, duration


def typical_flux() -> float:
    """The flux of a typical skin [ug/cm2/h], parameter `topical_flux`."""
    from ..parameters import parameters

    return parameters()["topical_flux"].value
