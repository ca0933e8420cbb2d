"""Figures of conversion plans, as charts that a report draws at the width it has."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ...figures.exchange import cover_figure, equal_dose_figure
from ..equivalence import LEAST_BY_MOUTH, Exchange
from ..plan import Chart

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEVELS = (0.05, 0.5, 0.95)


def cover_chart(virtual: Exchange, dose: float) -> Chart:
    """How much of the pump's effect each oral dose keeps, at the cord and at the brain."""
    alt = "Share of the pump's effect that tablets keep, against the oral dose, at cord and brain."
    caption = (
        "What tablets keep of the pump's effect. Lines: median of the virtual patients; bands: 5 to 95 % of them. "
        "The axis ends at the highest dose that is given by mouth."
    )
    return Chart("cover", caption, alt, partial(_draw_cover, virtual, dose))


def _draw_cover(virtual: Exchange, dose: float, width: float) -> Figure:
    doses = np.linspace(LEAST_BY_MOUTH, virtual.highest, 31)
    bands = {
        place: 100.0 * np.stack([np.quantile(virtual.kept(d, place), LEVELS) for d in doses], axis=1)
        for place in ("cord", "brain")
    }
    return cover_figure(doses / 1e3, bands, dose / 1e3, width)


def equal_dose_chart(virtual: Exchange, typical: Exchange, first: float) -> Chart:
    """How the dose by pump with the tablets' effect differs between patients, and where sources would put it."""
    own = float(typical.equal()[0])
    interval = np.quantile(typical.equal()[1:], (0.025, 0.975)).tolist()
    marks = {"one hundredth of the tablets": virtual.treatment.daily / 100.0, "start by protocol": first}
    alt = "Share of virtual patients whose equal pump dose lies below each dose, with the rule of one hundredth marked."
    caption = (
        "Pump dose with the tablets' effect on tone: share of the virtual patients below each dose. Dot and bar: the "
        "typical patient with the 95 % interval of what is known."
    )
    return Chart(
        "equal-dose", caption, alt, partial(equal_dose_figure, np.sort(virtual.equal()), (own, *interval), marks)
    )
