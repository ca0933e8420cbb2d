"""The whole body as one linear system: blood, spinal fluid and the places where the drug acts.

Two bodies share the names of their effect sites. WHOLE_BODY has the canal cell by cell and is needed for
whatever is given into the spinal fluid. BLOOD_BODY, for tablets alone, keeps one pool of spinal and one of
cranial fluid.
"""

from __future__ import annotations

from dataclasses import replace

from .companions import companions
from .geometry import cells, merged
from .spine import spine
from .systemic import BLOOD
from .transfers import Body, Site, Value, constant


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


CORD_SITES = Body(sites=sites("csf_lumbar_cord", "csf_cervical", "cerebral"))

WHOLE_BODY = BLOOD + spine(cells()) + CORD_SITES + companions()
BLOOD_BODY = BLOOD + replace(spine(merged("C3", "C7", "T10", "S2")), entries=()) + CORD_SITES + companions()
