"""How far other drugs ease signs of withdrawal: a factor on the odds of each sign that a drug acts on.

A factor is 1 without the drug and the parameter's value at the top of its usual regimen (a load of 1). Every one of
them is assumed; its parameter names the facts and their conflict. Drugs of one class share a load, classes multiply.
"""

from __future__ import annotations

from ..engine.network import Part


def eased(load, easing):
    """Factor on odds: 1 without load, `easing` at a load of 1, less beyond."""
    return easing / (easing + (1.0 - easing) * load)


def benzodiazepine_factor(benzodiazepine_load, benzodiazepine_easing):
    """Of benzodiazepines: rigidity, tachycardia, hypertension, agitation, seizures."""
    return eased(benzodiazepine_load, benzodiazepine_easing)


def propofol_factor(propofol_load, propofol_easing):
    """Of propofol: rigidity, seizures, agitation."""
    return eased(propofol_load, propofol_easing)


def dexmedetomidine_factor(dexmedetomidine_load, dexmedetomidine_easing):
    """Of dexmedetomidine: tachycardia, hypertension, agitation, rigidity."""
    return eased(dexmedetomidine_load, dexmedetomidine_easing)


def dantrolene_factor(dantrolene_load, dantrolene_easing):
    """Of dantrolene: rigidity, fever, muscle breakdown."""
    return eased(dantrolene_load, dantrolene_easing)


def cyproheptadine_factor(cyproheptadine_load, cyproheptadine_easing):
    """Of cyproheptadine: rigidity, fever, tachycardia, agitation."""
    return eased(cyproheptadine_load, cyproheptadine_easing)


def tizanidine_factor(tizanidine_load, tizanidine_easing):
    """Of tizanidine: rigidity, tachycardia, hypertension."""
    return eased(tizanidine_load, tizanidine_easing)


EASING = Part(
    quantities=(
        benzodiazepine_factor,
        propofol_factor,
        dexmedetomidine_factor,
        dantrolene_factor,
        cyproheptadine_factor,
        tizanidine_factor,
    )
)
