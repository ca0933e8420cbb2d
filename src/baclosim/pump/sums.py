"""The sums a pump nurse does, from words to an answer: what was asked is read, every mistake is named, then computed.

Each takes a reader, which knows how keys are called where they were asked, and raises InputError with every problem
that the reader holds, those noted before included.
"""

from __future__ import annotations

from .arithmetic import ConcentrationChange, Priming, RefillDates, concentration_change, priming_bolus, refill_dates
from .asked import USUAL, Asked
from .discrepancy import Discrepancy, volume_discrepancy


def refill(
    read: Asked, concentration: str | None, dose: str | None, *, device: str = USUAL, volume: str | None = None,
    filled_on: str | None = None,
) -> RefillDates:  # fmt: skip
    """When the alarm comes, when the pump is empty, and when to refill."""
    model = read.device(device)
    strength, daily, day = read.concentration(concentration), read.daily_dose(dose), read.date(filled_on)
    fill = read.volume(volume, "volume", model.reservoir_volume)
    read.fits(model, daily, concentration=strength)
    read.done()
    return refill_dates(model, strength, daily, volume=fill, filled_on=day)


def bridge(
    read: Asked, old: str | None, new: str | None, dose: str | None, *, device: str = USUAL,
    catheter_length: str | None = None, catheter_volume: str | None = None, volume: str | None = None,
    filled_on: str | None = None,
) -> ConcentrationChange:  # fmt: skip
    """A change of concentration: the bridge bolus, the mixture in the reservoir, the new dates."""
    model, catheter = read.device(device), read.catheter(catheter_length, catheter_volume)
    before, after = read.concentration(old, "old"), read.concentration(new, "new")
    daily, fill = read.daily_dose(dose), read.volume(volume, "volume", model.reservoir_volume)
    day = read.date(filled_on)
    read.bolus(model)
    read.fits(model, daily, old=before, new=after)
    read.done()
    return concentration_change(model, catheter, before, after, daily, volume=fill, filled_on=day)


def prime(
    read: Asked, concentration: str | None, *, device: str = USUAL, catheter_length: str | None = None,
    catheter_volume: str | None = None, new_pump: bool = False, full: bool = False,
) -> Priming:  # fmt: skip
    """The priming bolus of a catheter; `new_pump`: its tubing is empty, too; `full`: the catheter holds drug."""
    model, catheter = read.device(device), read.catheter(catheter_length, catheter_volume)
    strength = read.concentration(concentration)
    read.bolus(model)
    read.done()
    return priming_bolus(model, catheter, strength, is_pump_primed=not new_pump, is_catheter_full=full)


def discrepancy(
    read: Asked, expected: str, aspirated: str, *, filled: str | None = None, device: str = USUAL
) -> Discrepancy:
    """What a gap between expected and drawn-back volume implies."""
    model = read.device(device)
    given = {"expected": expected, "aspirated": aspirated, "filled": filled}
    volumes = [read.volume(text, where, model.reservoir_volume) for where, text in given.items()]
    read.done()
    return volume_discrepancy(model, volumes[0] or 0.0, volumes[1] or 0.0, filled=volumes[2])
