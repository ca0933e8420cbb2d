"""Spinal fluid: the canal as a row of cells, the pools of the head, and the exchange of both with blood.

Between neighbouring cells drug is carried by axial dispersion (what pulsation leaves behind: facts
csf.flow-along-canal.bert-2019, it.dispersion-mechanism.lawrence-2019) and by the slow bulk flow of new
fluid that is absorbed along the canal. From every cell a first-order loss returns drug to blood, and blood
feeds every cell, so that all fluid rests at one ratio to plasma. With c the concentration, A the fluid's
area, z the depth below the foramen:

    A dc/dt = d/dz (D A dc/dz - q c) - (absorption + loss A) c + loss A ratio plasma

The scheme is finite volume, second order, and conserves amount by construction. Its weights sqrt(G^2 +
q^2/4) +- q/2 (G the dispersive conductance, q the flow through a face) differ by exactly q, so a uniform
concentration is carried exactly; they are positive for any flow, so no concentration can become negative;
and for the small cell Peclet numbers of the canal (q/G below 0.05 at the typical values) they equal central
differences to 3 in 10,000.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from .geometry import REGIONS, Cell, relative_depth
from .transfers import Body, Concentration, Entry, Transfer, Value

REFERENCE_DISPLACEMENT = 1.1  # cm per heart beat at C2/C3: csf.displacement-c2.freiburg-2024
REFERENCE_HEART_RATE = 70.0  # 1/min, at which the typical dispersion holds
PUNCTURE_DEPTH = relative_depth("L3/L4")  # over canal length
LOGISTIC_WIDTH = 3.141592653589793 / 3.0**0.5  # standard deviation of a logistic distribution of unit scale
E = 2.718281828459045


# --- geometry of one patient ---------------------------------------------------------------------------


def cell_volume(spinal_csf_volume, lumbosacral_expansion, *, share, lumbosacral):
    """Fluid in one cell [mL]; posture widens or narrows only the lumbosacral part."""
    return spinal_csf_volume * share * (1.0 + lumbosacral * (lumbosacral_expansion - 1.0))


def region_volume(spinal_csf_volume, lumbosacral_expansion, *, parts):
    """Fluid in several cells [mL]."""
    return sum(cell_volume(spinal_csf_volume, lumbosacral_expansion, **part) for part in parts)


# --- transport along the canal -------------------------------------------------------------------------


def pulsation(csf_stroke_displacement, heart_rate):
    """Stroke displacement squared times rate, relative to the typical adult [1]."""
    return (csf_stroke_displacement / REFERENCE_DISPLACEMENT) ** 2 * heart_rate / REFERENCE_HEART_RATE


def dispersion(dispersion_lumbar, dispersion_neck, dispersion_exponent, csf_stroke_displacement, heart_rate, *, depth):
    """Axial dispersion [cm2/h] at a depth over canal length; it rises from the end of the sac to the neck."""
    rise = (dispersion_neck - dispersion_lumbar) * (1.0 - depth) ** dispersion_exponent
    return (dispersion_lumbar + rise) * pulsation(csf_stroke_displacement, heart_rate)


def resistance(canal_length, volume, *, length):
    """Half a cell's length over its area [1/cm]; resistances of the two halves about a face add up."""
    return (canal_length * length) ** 2 / (2.0 * volume)


def bulk_flow(csf_production, spinal_absorbed_share, *, fraction):
    """Flow of fluid through a face down the canal [mL/h]: what is still to be absorbed below it."""
    return csf_production * spinal_absorbed_share * fraction


def with_flow(conductance, flow):
    """Clearance across a face in the direction of the flow [mL/h]; a negative flow gives the other one."""
    return (conductance**2 + flow**2 / 4.0) ** 0.5 + flow / 2.0


def along_canal(
    canal_length,
    spinal_csf_volume,
    lumbosacral_expansion,
    dispersion_lumbar,
    dispersion_neck,
    dispersion_exponent,
    csf_stroke_displacement,
    heart_rate,
    csf_production,
    spinal_absorbed_share,
    *,
    source,
    target,
    depth,
    fraction,
    direction,
):
    """From a cell to its neighbour, by dispersion and flow [1/h]; direction is 1 downwards and -1 upwards."""
    spread = dispersion(
        dispersion_lumbar,
        dispersion_neck,
        dispersion_exponent,
        csf_stroke_displacement,
        heart_rate,
        depth=depth,
    )
    volume = cell_volume(spinal_csf_volume, lumbosacral_expansion, **source["size"])
    beyond = cell_volume(spinal_csf_volume, lumbosacral_expansion, **target["size"])
    resisting = resistance(canal_length, volume, length=source["length"]) + resistance(
        canal_length, beyond, length=target["length"]
    )
    flow = direction * bulk_flow(csf_production, spinal_absorbed_share, fraction=fraction)
    return with_flow(spread / resisting, flow) / volume


def at_foramen(
    canal_length,
    spinal_csf_volume,
    lumbosacral_expansion,
    cistern_volume,
    dispersion_neck,
    csf_stroke_displacement,
    heart_rate,
    csf_production,
    spinal_absorbed_share,
    *,
    first,
    direction,
):
    """Between the cistern, mixed up to the foramen, and the first cell [1/h]; 1 downwards, -1 upwards."""
    volume = cell_volume(spinal_csf_volume, lumbosacral_expansion, **first["size"])
    spread = dispersion_neck * pulsation(csf_stroke_displacement, heart_rate)
    conductance = spread / resistance(canal_length, volume, length=first["length"])
    flow = direction * bulk_flow(csf_production, spinal_absorbed_share, fraction=1.0)
    return with_flow(conductance, flow) / (cistern_volume if direction > 0 else volume)


# --- exchange with blood -------------------------------------------------------------------------------


def spinal_loss(
    spinal_loss_rate,
    spinal_csf_volume,
    lumbosacral_expansion,
    csf_production,
    spinal_absorbed_share,
    *,
    share,
    lumbosacral,
):
    """Cell to blood [1/h]: loss through cord and roots, and absorption with the fluid itself."""
    volume = cell_volume(spinal_csf_volume, lumbosacral_expansion, share=share, lumbosacral=lumbosacral)
    return spinal_loss_rate + csf_production * spinal_absorbed_share * share / volume


def spinal_influx(
    spinal_loss_rate,
    csf_plasma_ratio,
    spinal_csf_volume,
    lumbosacral_expansion,
    central_volume,
    *,
    share,
    lumbosacral,
):
    """Blood to cell [1/h]: what balances the loss when fluid stands at its ratio to plasma."""
    volume = cell_volume(spinal_csf_volume, lumbosacral_expansion, share=share, lumbosacral=lumbosacral)
    return spinal_loss_rate * volume * csf_plasma_ratio / central_volume


def cranial_absorption(cranial_loss_rate, csf_production, spinal_absorbed_share, cranial_csf_volume):
    """Fluid over the brain to blood [1/h]: loss, and absorption of the fluid the canal does not absorb."""
    return cranial_loss_rate + csf_production * (1.0 - spinal_absorbed_share) / cranial_csf_volume


def cranial_influx(cranial_loss_rate, csf_plasma_ratio, cranial_csf_volume, central_volume):
    """Blood to the fluid over the brain [1/h]."""
    return cranial_loss_rate * cranial_csf_volume * csf_plasma_ratio / central_volume


def cisternal_influx(cranial_loss_rate, csf_plasma_ratio, cistern_volume, central_volume):
    """Blood to cistern [1/h]."""
    return cranial_loss_rate * cistern_volume * csf_plasma_ratio / central_volume


def ventricular_influx(cranial_loss_rate, csf_plasma_ratio, ventricle_volume, csf_production, central_volume):
    """Blood to ventricles [1/h]: through their walls, and with new fluid, made at its ratio to plasma."""
    return (cranial_loss_rate * ventricle_volume + csf_production) * csf_plasma_ratio / central_volume


# --- the pools of the head -----------------------------------------------------------------------------


def ventricles_to_cistern(csf_production, ventricular_mixing, ventricle_volume):
    """With new fluid, and by pulsatile mixing [1/h]."""
    return (csf_production + ventricular_mixing) / ventricle_volume


def cistern_to_ventricles(ventricular_mixing, cistern_volume):
    """By pulsatile mixing alone [1/h]."""
    return ventricular_mixing / cistern_volume


def cistern_to_cranial(csf_production, spinal_absorbed_share, cranial_mixing, cistern_volume):
    """With the fluid on its way to absorption over the brain, and by pulsatile mixing [1/h]."""
    return (csf_production * (1.0 - spinal_absorbed_share) + cranial_mixing) / cistern_volume


def cranial_to_cistern(cranial_mixing, cranial_csf_volume):
    """By pulsatile mixing alone [1/h]."""
    return cranial_mixing / cranial_csf_volume


# --- where a dose appears ------------------------------------------------------------------------------


def above(depth, tip, spread):
    """Share of a dose centred at `tip`, with standard deviation `spread`, above `depth` [all cm]."""
    return 1.0 / (1.0 + E ** (-LOGISTIC_WIDTH * (depth - tip) / spread))


def from_catheter(catheter_tip_cm, catheter_mixing_length, canal_length, *, top, bottom):
    """Share of what leaves the catheter that appears in the cell between two depths (over canal length)."""
    upper = above(top * canal_length, catheter_tip_cm, catheter_mixing_length) if top > 0.0 else 0.0
    lower = above(bottom * canal_length, catheter_tip_cm, catheter_mixing_length) if bottom < 1.0 else 1.0
    return lower - upper


def bolus_spread(catheter_mixing_length, bolus_volume, bolus_reach):
    """Standard deviation [cm] along the canal of a needle bolus just injected; it grows with the volume."""
    return (catheter_mixing_length**2 + (bolus_reach * bolus_volume) ** 2) ** 0.5


def from_needle(catheter_mixing_length, bolus_volume, bolus_reach, canal_length, *, top, bottom):
    """Share of a lumbar puncture's dose that appears in the cell between two depths (over canal length)."""
    spread = bolus_spread(catheter_mixing_length, bolus_volume, bolus_reach)
    return from_catheter(PUNCTURE_DEPTH * canal_length, spread, canal_length, top=top, bottom=bottom)


# --- the parts joined ----------------------------------------------------------------------------------


def spine(canal: tuple[Cell, ...]) -> Body:
    """Canal and head for a canal cut into cells; the profile is reported where cells are single vertebral levels."""
    return Body(
        transfers=(*_canal_transfers(canal), *_POOL_TRANSFERS),
        entries=tuple(_entries(canal)),
        concentrations=(*_concentrations(canal), *_POOL_CONCENTRATIONS),
    )


def _size(cell: Cell) -> dict[str, float]:
    return {"share": cell.share, "lumbosacral": cell.lumbosacral}


def _end(cell: Cell) -> dict[str, object]:
    return {"size": _size(cell), "length": cell.length}


def _canal_transfers(canal: tuple[Cell, ...]) -> Iterator[Transfer]:
    first, below = canal[0], 1.0
    yield Transfer("cistern", first.name, partial(at_foramen, first=_end(first), direction=1))
    yield Transfer(first.name, "cistern", partial(at_foramen, first=_end(first), direction=-1))
    for upper, lower in pairwise(canal):
        below -= upper.share
        face = partial(along_canal, depth=upper.bottom, fraction=below)
        down = partial(face, source=_end(upper), target=_end(lower), direction=1)
        up = partial(face, source=_end(lower), target=_end(upper), direction=-1)
        yield from (Transfer(upper.name, lower.name, down), Transfer(lower.name, upper.name, up))
    for cell in canal:
        yield Transfer(cell.name, "central", partial(spinal_loss, **_size(cell)))
        yield Transfer("central", cell.name, partial(spinal_influx, **_size(cell)))


def _entries(canal: tuple[Cell, ...]) -> Iterator[Entry]:
    for channel, share in (("catheter", from_catheter), ("lumbar puncture", from_needle)):
        for cell in canal:
            bottom = 1.0 if cell is canal[-1] else cell.bottom
            yield Entry(channel, cell.name, partial(share, top=cell.top, bottom=bottom))


def _concentrations(canal: tuple[Cell, ...]) -> Iterator[Concentration]:
    for name, levels in REGIONS.items():
        chosen = [cell for cell in canal if set(cell.levels) & set(levels)]
        volume = partial(region_volume, parts=tuple(_size(cell) for cell in chosen))
        yield Concentration(name, tuple(cell.name for cell in chosen), volume)
    for cell in canal:
        if len(cell.levels) == 1:
            yield Concentration(cell.name, cell.name, partial(cell_volume, **_size(cell)))


_POOL_TRANSFERS = (
    Transfer("ventricles", "cistern", ventricles_to_cistern),
    Transfer("cistern", "ventricles", cistern_to_ventricles),
    Transfer("cistern", "cranial", cistern_to_cranial),
    Transfer("cranial", "cistern", cranial_to_cistern),
    Transfer("cranial", "central", cranial_absorption),
    Transfer("cistern", "central", Value("cranial_loss_rate")),
    Transfer("ventricles", "central", Value("cranial_loss_rate")),
    Transfer("central", "cranial", cranial_influx),
    Transfer("central", "cistern", cisternal_influx),
    Transfer("central", "ventricles", ventricular_influx),
)
_POOL_CONCENTRATIONS = (
    Concentration("csf_cisternal", "cistern", Value("cistern_volume")),
    Concentration("cerebral", "cranial", Value("cranial_csf_volume")),
    Concentration("csf_ventricular", "ventricles", Value("ventricle_volume")),
)
