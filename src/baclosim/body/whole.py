"""The whole body as one linear system: blood, spinal fluid and the places where the drug acts.

Two bodies share the names of their effect sites. WHOLE_BODY has the canal cell by cell and is needed for
whatever is given into the spinal fluid. BLOOD_BODY, for tablets alone, keeps one pool of spinal and one of
cranial fluid.
"""

from __future__ import annotations

from .spine import spine
from .systemic import BLOOD
from .transfers import Body, Concentration, Site, Transfer, Value, constant


def sites(lumbar: str, cervical: str, cerebral: str) -> tuple[Site, ...]:
    """The six effect sites [ug/mL], fed by plasma and by the named concentrations of fluid."""
    whole = constant(1.0)
    at_lumbar = {lumbar: whole, "plasma": Value("cord_blood_weight")}
    at_cervical = {cervical: whole, "plasma": Value("cord_blood_weight")}
    at_brain = {"plasma": Value("brain_blood_weight"), cerebral: Value("brain_csf_weight")}
    return (
        Site("lumbar_fast", Value("cord_fast_rate"), at_lumbar),
        Site("lumbar_slow", Value("cord_slow_rate"), at_lumbar),
        Site("cervical_fast", Value("cord_fast_rate"), at_cervical),
        Site("cervical_slow", Value("cord_slow_rate"), at_cervical),
        Site("brain_fast", Value("brain_fast_rate"), at_brain),
        Site("brain_slow", Value("brain_slow_rate"), at_brain),
    )


def _spinal_influx(spinal_loss_rate, csf_plasma_ratio, spinal_csf_volume, central_volume):
    return spinal_loss_rate * spinal_csf_volume * csf_plasma_ratio / central_volume


def _cranial_volume(cistern_volume, cranial_csf_volume, ventricle_volume):
    return cistern_volume + cranial_csf_volume + ventricle_volume


def _cranial_turnover(
    cranial_loss_rate, csf_production, cistern_volume, cranial_csf_volume, ventricle_volume
):
    volume = _cranial_volume(cistern_volume, cranial_csf_volume, ventricle_volume)
    return cranial_loss_rate + csf_production / volume


def _cranial_influx(
    cranial_loss_rate,
    csf_production,
    csf_plasma_ratio,
    cistern_volume,
    cranial_csf_volume,
    ventricle_volume,
    central_volume,
):
    volume = _cranial_volume(cistern_volume, cranial_csf_volume, ventricle_volume)
    return (cranial_loss_rate * volume + csf_production) * csf_plasma_ratio / central_volume


BLOOD_BODY = BLOOD + Body(
    transfers=(
        Transfer("central", "spinal", _spinal_influx),
        Transfer("spinal", "central", Value("spinal_loss_rate")),
        Transfer("central", "cranial", _cranial_influx),
        Transfer("cranial", "central", _cranial_turnover),
    ),
    concentrations=(
        Concentration("csf_lumbar", "spinal", Value("spinal_csf_volume")),
        Concentration("cerebral", "cranial", _cranial_volume),
    ),
    sites=sites("csf_lumbar", "csf_lumbar", "cerebral"),
)

WHOLE_BODY = BLOOD + spine() + Body(sites=sites("csf_lumbar_cord", "csf_cervical", "cerebral"))
