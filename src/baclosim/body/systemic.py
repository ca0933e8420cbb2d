"""Blood: from the swallowed tablet to urine, and the skin and tissue depots that feed it."""

from __future__ import annotations

from .transfers import Body, Concentration, Entry, Transfer, constant


def absorbed(absorption_rate, bioavailability):
    """Gut to blood [1/h]."""
    return absorption_rate * bioavailability


def not_absorbed(absorption_rate, bioavailability):
    """Gut to faeces [1/h]; what is not absorbed leaves at the same total rate."""
    return absorption_rate * (1.0 - bioavailability)


def to_tissue(exchange, central_volume):
    """Blood to tissue [1/h]."""
    return exchange / central_volume


def from_tissue(exchange, peripheral_volume):
    """Tissue to blood [1/h]."""
    return exchange / peripheral_volume


def renal(renal_clearance, central_volume):
    """Blood to urine, unchanged [1/h]."""
    return renal_clearance / central_volume


def metabolic(nonrenal_clearance, central_volume):
    """Blood to metabolites [1/h]."""
    return nonrenal_clearance / central_volume


def dialysis(dialysis_clearance, central_volume):
    """Blood to dialysate while a session runs [1/h]."""
    return dialysis_clearance / central_volume


def through_skin(skin_absorption_rate):
    """Skin depot to blood [1/h]."""
    return skin_absorption_rate


def from_pocket(subcutaneous_absorption_rate):
    """Tissue around pump and catheter to blood [1/h]."""
    return subcutaneous_absorption_rate


def from_clump(overdose_release_rate):
    """What the gut holds back of a great dose to where it is taken up [1/h]."""
    return overdose_release_rate


def to_charcoal(charcoal_binding_rate, charcoal_given):
    """What is still in the gut to charcoal, while there is some [1/h]."""
    return charcoal_binding_rate * charcoal_given


def central_volume_of_blood(central_volume):
    """Volume in which plasma concentration is measured [mL]."""
    return central_volume


BLOOD = Body(
    transfers=(
        Transfer("gut", "central", absorbed),
        Transfer("gut", "unabsorbed", not_absorbed),
        Transfer("central", "peripheral", to_tissue),
        Transfer("peripheral", "central", from_tissue),
        Transfer("central", "urine", renal),
        Transfer("central", "metabolised", metabolic),
        Transfer("central", "dialysate", dialysis),
        Transfer("skin", "central", through_skin),
        Transfer("pocket", "central", from_pocket),
    ),
    entries=(
        Entry("mouth", "gut", constant(1.0)),
        Entry("vein", "central", constant(1.0)),
        Entry("skin", "skin", constant(1.0)),
        Entry("subcutaneous", "pocket", constant(1.0)),
    ),
    concentrations=(Concentration("plasma", "central", central_volume_of_blood),),
)

CLUMP = Body(
    transfers=(Transfer("clump", "gut", from_clump),),
    entries=(Entry("clump", "clump", constant(1.0)),),
)
"""What only an overdose needs."""

CHARCOAL = Body(transfers=(Transfer("gut", "bound", to_charcoal),))
CLUMP_CHARCOAL = Body(transfers=(Transfer("clump", "bound", to_charcoal),))
"""What only activated charcoal needs: `charcoal_given` is 1 while it binds, else 0."""
