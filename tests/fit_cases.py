"""Persons whose truth is known: virtual patients observed with the scatter that the likelihood assumes."""

from __future__ import annotations

import numpy as np
from scipy.stats import norm
from scipy.stats.qmc import LatinHypercube

from baclosim.individualise import Observation, Person
from baclosim.individualise.kinds import kinds
from baclosim.individualise.likelihood import latent, readings
from baclosim.individualise.observations import data_of
from baclosim.individualise.prediction import Predictor
from baclosim.parameters import parameters
from baclosim.patient import Patient
from baclosim.patient.many import patients_at
from baclosim.patient.spread import varying
from baclosim.therapy.language import parse

PATIENT = Patient(
    age=43, sex="female", weight=68, creatinine_clearance=95, condition="multiple sclerosis", ashworth=3.6, spasms=3
)
TABLETS = "10 mg by mouth every 8 h"
LEVELS = tuple(("plasma", t) for t in (1.0, 2.5, 5.0, 8.0, 73.0, 75.0, 200.0, 204.0))
DIARY = (
    ("plasma", 74.0), ("plasma", 79.9), ("ashworth", 48.0), ("ashworth", 96.0), ("spasm score", 96.0),
    ("drowsiness", 30.0), ("drowsiness", 98.0),
)  # fmt: skip
QUANTIFIED = 0.02  # ug/mL, the least level that is told


def observation(kind, time, value=None, **limits):
    """One observation by the name of its kind."""
    return Observation(time, kinds()[kind], value, **limits)


def truths(n, seed):
    """True deviates of n persons, name -> (n,): each parameter has one person in each n-th of its spread.

    Such a Latin hypercube leaves coverage to the estimates: of 500 free draws of a parameter the share within 90 % of
    its spread alone scatters by 1.3 points.
    """
    names = varying(parameters())
    return dict(zip(names, norm.ppf(LatinHypercube(len(names), rng=seed).random(n)).T, strict=True))


def persons(n, design=LEVELS, therapy=TABLETS, seed=1, patient=PATIENT):
    """n persons and their true deviates, name -> (n,)."""
    truth = truths(n, seed)
    regimen = parse(therapy)
    blank = data_of(tuple(observation(kind, time, 1.0) for kind, time in design))
    predicted = Predictor(patient, regimen, blank.quantities, blank.times)(patients_at(truth, n, patient))
    generator = np.random.default_rng(seed)
    readiness = generator.standard_normal((n, len(blank.symptoms)))
    value = latent(blank, blank.chosen(predicted), readiness)
    seen = readings(blank, value, generator.standard_normal(value.shape))
    made = [
        Person(str(i), patient, regimen, tuple(written(k, t, x) for (k, t), x in zip(design, row, strict=True)))
        for i, row in enumerate(seen)
    ]
    return made, truth


def written(kind, time, reading):
    """What is written down of a reading."""
    scale = kinds()[kind].scale
    if scale == "level":
        return observation(kind, time, reading) if reading > QUANTIFIED else observation(kind, time, below=QUANTIFIED)
    if scale == "score":
        return observation(kind, time, float(np.clip(np.floor(reading + 0.5), *kinds()[kind].limits)))
    return observation(kind, time, float(reading > 0.0))
