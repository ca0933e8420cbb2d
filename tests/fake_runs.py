"""Plausible courses made of plain formulas, for tests of what people look at; nothing here is a model."""

from __future__ import annotations

import dataclasses

import numpy as np

from baclosim.figures.doses import Given
from baclosim.outcome import Outcome
from baclosim.scenario import loads
from baclosim.trajectory import Trajectory


def titration(days: int = 60, every: float = 8.0) -> Given:
    """5, 10, then 20 mg every 8 h, three days each step."""
    time = np.arange(0.0, 24.0 * days, every)
    amount = np.select([time < 72, time < 144], [5e3, 10e3], 20e3)
    return Given("Baclofen by mouth", time, amount, np.zeros_like(time))


def oral_course(patients: int, days: int = 60, spread: float = 0.3, seed: int = 1, step: float = 1.0) -> Trajectory:
    """A one-compartment course of `patients` under the titration."""
    rng = np.random.default_rng(seed)
    doses = titration(days)
    time = np.arange(0.0, 24.0 * days + step / 2, step)
    clearance = 9800 * np.exp(spread * rng.standard_normal(patients))[:, None]  # mL/h
    volume, rise = 55000.0, 1.6
    rate = clearance / volume
    plasma = np.zeros((patients, len(time)))
    for start, amount in zip(doses.time, doses.amount, strict=True):
        since = time - start
        live = (since > 0) & (since < 72)
        s = since[live]
        plasma[:, live] += amount * rise / (volume * (rise - rate)) * (np.exp(-rate * s) - np.exp(-rise * s))
    slow = np.stack([_smooth(row, 0.13 * step) for row in plasma]) * 0.12
    effect = slow**1.7 / (slow**1.7 + (0.018 * np.exp(spread * rng.standard_normal(patients)))[:, None] ** 1.7)
    drowsy = 1 / (1 + np.exp(4.2 + rng.standard_normal(patients)[:, None] * spread * 3 - 9 * plasma))
    values = {
        "plasma": plasma,
        "csf_lumbar": slow,
        "ashworth": 1 + 2.2 * (1 - effect),
        "spasm_score": 3 * (1 - effect),
        "drowsiness": drowsy,
    }
    return Trajectory(
        time, values, therapy="5 mg every 8 h for 3 days, then 10 mg every 8 h for 3 days, then 20 mg every 8 h"
    )


def _smooth(row: np.ndarray, rate: float) -> np.ndarray:
    out, state = np.empty_like(row), 0.0
    for i, x in enumerate(row):
        state += rate * (x - state)
        out[i] = state
    return out


def pump_course(patients: int, days: int = 90, spread: float = 0.3, seed: int = 2) -> Trajectory:
    """A steady pump whose catheter disconnects on day 45."""
    rng = np.random.default_rng(seed)
    time = np.arange(0.0, 24.0 * days + 0.5)
    gone = np.where(time < 45 * 24, 1 - np.exp(-time / 12), np.exp(-(time - 45 * 24) / 6))
    scale = np.exp(spread * rng.standard_normal(patients))[:, None]
    lumbar = 0.425 * gone * scale
    effect = lumbar**1.7 / (lumbar**1.7 + 0.1**1.7)
    return Trajectory(
        time,
        {
            "plasma": 0.0022 * gone * scale,
            "csf_lumbar": lumbar,
            "csf_cervical": 0.18 * gone * scale,
            "csf_cisternal": 0.04 * gone * scale,
            "ashworth": 1 + 3 * (1 - effect),
            "drowsiness": 0.02 + 0.05 * gone * scale / (1 + scale),
        },
        therapy="350 ug/day into the spinal fluid at T10 (pump)",
    )


SCENARIO = """
title = {title!r}
[patient]
age = "43 years"
sex = "female"
weight = "68 kg"
creatinine_clearance = "95 mL/min"
condition = "multiple sclerosis"
ashworth = 3.2
[therapy]
oral = "5 mg every 8 h for 3 days, then 10 mg every 8 h for 3 days, then 20 mg every 8 h"
[simulate]
duration = "{days} days"
patients = {patients}
"""


def outcome(title: str = "Oral titration", patients: int = 30, days: int = 14, draws: int = 20) -> Outcome:
    """What a scenario might have come to, with the parameters and cautions that a run would carry."""
    from baclosim.parameters import parameters

    study = loads(SCENARIO.format(title=title, days=days, patients=patients), "fake")
    courses = (
        oral_course(patients, days),
        oral_course(1, days, spread=0.0),
        oral_course(draws, days, spread=0.06, seed=3),
    )
    extra = {"parameters_used": tuple(parameters()), "cautions": study.patient.cautions}
    return Outcome(study, *(dataclasses.replace(course, **extra) for course in courses))
