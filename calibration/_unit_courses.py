"""What a unit dose does in many patients, and what a therapy in plain words does in the end: exact, by eigenmodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from baclosim.body.transfers import Body, assemble
from baclosim.patient import Patients
from baclosim.therapy.doses import CHANNELS, Doses
from baclosim.therapy.language import parse

Array = NDArray[np.float64]


def unit_course(body: Body, values: Mapping[str, Array], channel: str, outputs: Sequence[str], hours: Array) -> Array:
    """Outputs (n, q, t) after 1 ug in a channel at hour 0; hours (n, t), before 0 nothing is there."""
    system = assemble(body, values)
    rates, vectors = np.linalg.eig(system.A)
    entry = np.linalg.solve(vectors, system.B[:, :, system.channels.index(channel), None].astype(complex))
    seen = system.C[:, [system.outputs.index(name) for name in outputs]] @ vectors
    moved = np.exp(rates[:, :, None] * np.maximum(hours, 0.0)[:, None, :])
    found = (seen * entry.transpose(0, 2, 1)) @ moved
    return np.where(hours[:, None, :] >= 0.0, found.real, 0.0)


def course(body: Body, group: Patients, words: str, outputs: Sequence[str], until: float, grid: float) -> Array:
    """Outputs (n, q, t) of a therapy in plain words every `grid` h; its doses begin on the grid, infusions last."""
    values = group.parameters
    time = np.arange(round(until / grid) + 1) * grid
    doses = parse(words).doses(until)
    total = np.zeros((group.n, len(outputs), len(time)))
    for channel in {CHANNELS[i] for i in doses.channel}:
        lag = values["absorption_lag"] if channel == "mouth" else np.zeros(group.n)
        unit = unit_course(body, values, channel, outputs, time[None, :] - lag[:, None])
        given = np.zeros(len(time))
        for at, amount, duration in own(doses, channel):
            steps = max(round(min(duration, until) / grid), 1)
            begin = round(at / grid)
            given[begin : begin + steps] += amount / max(duration / grid, 1.0)
        size = 2 * len(time)
        spectrum = np.fft.rfft(unit, size) * np.fft.rfft(given, size)
        total += np.fft.irfft(spectrum, size)[..., : len(time)]
    return total


def own(doses: Doses, channel: str) -> list[tuple[float, float, float]]:
    """Time [h], amount [ug] and duration [h] of every dose into one channel."""
    mine = doses.channel == CHANNELS.index(channel)
    return list(zip(doses.time[mine], doses.amount[mine], doses.duration[mine], strict=True))
