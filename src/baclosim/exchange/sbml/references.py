"""What elements of the model are in the words of others: terms of ontologies, and the papers behind a number."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...evidence.library import library

AT = "https://identifiers.org/"
BACLOFEN = f"{AT}CHEBI:2972"
HUMAN = f"{AT}taxonomy:9606"
PLACES: dict[str, tuple[str, ...]] = {
    "central": ("UBERON:0001969",),
    "urine": ("UBERON:0001088",),
    "gut": ("UBERON:0001555",),
    "clump": ("UBERON:0001555",),
    "skin": ("UBERON:0002097",),
    "ventricles": ("UBERON:0001359", "UBERON:0004086"),
    "cranial": ("UBERON:0001359", "UBERON:0000315"),
    "cistern": ("UBERON:0001359", "UBERON:0000315"),
}
"""Blood plasma, urine, digestive tract, skin of body; cerebrospinal fluid in brain ventricle and subarachnoid space.
Only terms that are certain: tissues, metabolites and the tissue around a pump have none."""
CANAL_FLUID = ("UBERON:0001359", "UBERON:0000315")
SITES: dict[str, str] = {"lumbar": "UBERON:0002240", "cervical": "UBERON:0002240", "brain": "UBERON:0000955"}
"""Spinal cord and brain, by the first word of an effect site."""
MEANT: dict[str, str] = {
    "cord_occupancy": "GO:0004965",
    "brain_occupancy": "GO:0004965",
    "receptor_number": "GO:0004965",
    "extracellular_serotonin": "CHEBI:28790",
    "serotonin_store": "CHEBI:28790",
    "evoked_dopamine": "CHEBI:18243",
    "basal_dopamine": "CHEBI:18243",
}
"""What some quantities are properties of: G protein-coupled GABA receptor activity, serotonin, dopamine."""
_PUBMED = re.compile(r"pubmed\.ncbi\.nlm\.nih\.gov/(\d+)")
_CENTRAL = re.compile(r"/(PMC\d+)")


def place(compartment: str) -> tuple[str, ...]:
    """Addresses of the terms for a compartment; none where no term is certain."""
    terms = CANAL_FLUID if compartment.startswith("csf_") else PLACES.get(compartment, ())
    return tuple(AT + term for term in terms)


def papers(facts: Iterable[str]) -> tuple[str, ...]:
    """Addresses of the papers behind these facts, each once: DOI, PubMed or PubMed Central; labels have none."""
    return tuple(dict.fromkeys(address for fact in facts for address in _addresses(fact)))


def _addresses(fact: str) -> Iterable[str]:
    entry = library().get(fact)
    if entry.doi:
        yield f"{AT}doi/{entry.doi}"
    if found := _PUBMED.search(entry.url):
        yield f"{AT}pubmed:{found[1]}"
    elif not entry.doi and (found := _CENTRAL.search(entry.url)):
        yield f"{AT}pmc:{found[1]}"
