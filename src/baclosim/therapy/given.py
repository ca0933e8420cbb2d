"""From a regimen to the list of doses: times, channels and amounts, for one patient or many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import Problem, TherapyError
from ..streams import per_patient
from .doses import CHANNELS, Doses
from .steps import Adherence, Intake, Steps
from .timeline import timeline
from .timing import DAY, START_CLOCK, Continuous, dose_times
from .topical import penetrating, typical_flux

MOST_DOSES = 1_000_000
MOST_BY_MOUTH = 20e6
"""Nobody swallows more than 20 g at once [ug]."""


@dataclass(frozen=True)
class Given:
    """Doses that reach the body beside what was prescribed and taken.

    doses    what enters a channel
    applied  (m,) ug, what was swallowed, injected or put on the skin for each of them; differs from the amount
             only on the skin, where flux, area and time may leave part of it outside
    """

    doses: Doses
    applied: NDArray[np.float64]

    @property
    def left_on_skin(self) -> float:
        """What was put on the skin and never got in, over all patients listed [ug]."""
        return float((self.applied - self.doses.amount).sum())


@dataclass(frozen=True)
class _Rows:
    """Doses before patients are told apart; amounts and durations are (m, 1) or (m, n)."""

    time: NDArray[np.float64]
    channel: NDArray[np.int64]
    applied: NDArray[np.float64]
    amount: NDArray[np.float64]
    duration: NDArray[np.float64]
    can_be_missed: NDArray[np.bool_]


def given(
    steps: Steps,
    adherence: Adherence,
    until: float,
    patients: int,
    seed: int,
    start_clock: float | None,
    weight: float | NDArray | None,
    topical_flux: float | NDArray | None,
    first: int,
) -> Given:
    """Everything that is taken in [0, until) h; see Regimen.given."""
    clock = START_CLOCK if start_clock is None else start_clock
    parts = [
        _rows(intake, first_dose, min(segment.end, until), clock, weight, topical_flux)
        for segment in timeline(steps, clock)
        if segment.start < until
        for intake, first_dose in zip(segment.intakes, segment.firsts, strict=True)
    ]
    if not parts:
        return Given(Doses.none(), np.empty(0))
    rows = _sorted(parts)
    return _for_patients(rows, _taken(adherence, rows, patients, seed, first), patients)


def _rows(intake: Intake, start: float, end: float, clock: float, weight: Any, topical_flux: Any) -> _Rows:
    if (end - start) > MOST_DOSES * max(intake.timing.gap, 1e-9) and intake.timing.gap:
        raise TherapyError(Problem("until", end, f"a time that needs at most {MOST_DOSES} doses"))
    times = dose_times(intake.timing, intake.days, start, end, clock)
    continuous = isinstance(intake.timing, Continuous)
    share = (end - start) / DAY if continuous else intake.timing.share
    applied = np.atleast_1d(_within_reason(intake, np.asarray(intake.amount.ug(weight), dtype=float) * share))
    amount, duration = applied, np.full(1, end - start if continuous else intake.over)
    if intake.area is not None:
        flux = typical_flux() if topical_flux is None else topical_flux
        amount, duration = (np.atleast_1d(x) for x in penetrating(applied, flux, intake.area, intake.worn))
    m = len(times)
    return _Rows(
        time=times,
        channel=np.full(m, CHANNELS.index(intake.channel)),
        applied=np.tile(applied, (m, 1)),
        amount=np.tile(amount, (m, 1)),
        duration=np.tile(duration, (m, 1)),
        can_be_missed=np.full(m, not continuous),
    )


def _within_reason(intake: Intake, amount: NDArray) -> NDArray:
    if intake.route == "mouth" and np.any(amount > MOST_BY_MOUTH):
        raise TherapyError(Problem("weight", float(np.max(amount)) / 1e6, "a dose of at most 20 g by mouth"))
    return amount


def _sorted(parts: list[_Rows]) -> _Rows:
    order = np.argsort(np.concatenate([part.time for part in parts]), kind="stable")

    def column(name: str) -> NDArray:
        columns = [getattr(part, name) for part in parts]
        if columns[0].ndim == 2:
            width = max(c.shape[1] for c in columns)
            columns = [np.broadcast_to(c, (len(c), width)) for c in columns]
        return np.concatenate(columns)[order]

    return _Rows(**{name: column(name) for name in _Rows.__dataclass_fields__})


def _taken(adherence: Adherence, rows: _Rows, patients: int, seed: int, first: int) -> NDArray[np.bool_]:
    """Whether each dose is taken, (m, 1) when that is the same for everyone, else (m, patients)."""
    number = np.cumsum(rows.can_be_missed)
    taken = ~(rows.can_be_missed & np.isin(number, adherence.numbers))[:, None]
    if not adherence.random:
        return taken
    m = len(rows.time)
    chance = per_patient(seed, "adherence", first, patients, lambda generator, n: generator.random((m, n)).T)
    return taken & ((adherence.random <= chance.T) | ~rows.can_be_missed[:, None])


def _for_patients(rows: _Rows, taken: NDArray[np.bool_], patients: int) -> Given:
    """The flat list; patients are told apart only when they differ."""
    width = max(taken.shape[1], rows.amount.shape[1], rows.duration.shape[1], rows.applied.shape[1])
    if width not in (1, patients):
        raise TherapyError(Problem("weight", f"{width} values", f"one value, or one for each of {patients} patients"))
    shape = (len(rows.time), width)
    chosen = np.broadcast_to(taken, shape).ravel(order="F")

    def flat(column: NDArray) -> NDArray:
        return np.broadcast_to(column, shape).ravel(order="F")[chosen]

    doses = Doses(
        time=flat(rows.time[:, None]),
        channel=flat(rows.channel[:, None]),
        amount=flat(rows.amount),
        duration=flat(rows.duration),
        patient=flat(np.arange(width)[None, :]) if width > 1 or taken.shape[1] == patients > 1 else None,
    )
    return Given(doses, flat(rows.applied))
