"""The pump as a machine: what it holds, what it believes, what it is told, and how it moves from event to event.

Between two events every flow is known in closed form, so time advances from one event to the next without steps:
`advance` finds the next event, moves the drug up to it and meets it. True and estimated reservoir volume are kept
apart: the device counts what it was told to give and has no sensor (pump.low-reservoir-is-computed.medtronic-2016).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from ..parameters import typical
from ..therapy.intrathecal.program import Mode, PrimingBolus, SingleBolus, Stopped
from .alarms import ALARMS, Alarms
from .battery import battery
from .catheter import Catheter, Line, Outflow, emerging
from .device import Device
from .faults import SOUND, Condition, Fault, condition
from .log import Event, Priority, Source, millilitres
from .program import Array, Flow, Running, commanded

STALL_TIMER, STOP_TIMER, SERVICE_TIMER = "motor stall", "pump stopped", "end of service"


@dataclass(frozen=True)
class Tip:
    """Where the catheter tip lies from `time` [h] on."""

    time: float
    level: str
    space: str


@dataclass
class Pump:
    """One implanted pump with its catheter. Volumes mL, amounts ug, times h, flows mL/h.

    true_volume, concentration            what the reservoir holds, residual volume included
    estimated_volume, entered             what the device believes: volume left to give, concentration entered
    tubing, tube                          the two lines from the reservoir to the tip
    canal, outside                        drug that reached the canal, and that was lost into the tissue
    put_in, withdrawn, programmed         totals of drug
    """

    device: Device
    catheter: Catheter
    true_volume: float
    concentration: float
    estimated_volume: float
    entered: float
    low_reservoir: float
    tubing: Line
    tube: Line
    running: Running
    flow_ratio: float = 1.0
    age: float = 0.0
    horizon: float = 0.0
    time: float = 0.0
    put_in: float = 0.0
    withdrawn: float = 0.0
    programmed: float = 0.0
    charge_used: float = 0.0
    filled_volume: float = 0.0
    is_dry: bool = False
    is_on: bool = True
    is_locked: bool = False
    active: list[Fault] = field(default_factory=list)
    condition: Condition = SOUND
    alarms: Alarms = field(default_factory=Alarms)
    timers: dict[str, float] = field(default_factory=dict)
    log: list[Event] = field(default_factory=list)
    canal: Outflow = field(default_factory=Outflow)
    outside: Outflow = field(default_factory=Outflow)
    tips: list[Tip] = field(default_factory=list)
    history: list[tuple[Array, Array, Array]] = field(default_factory=list)
    _flow: Flow | None = None

    # --- time -------------------------------------------------------------------------------------------

    def advance(self, end: float, stop_at: str = "") -> str:
        """Go on to `end` [h], meeting every event on the way; returns `stop_at` when that alarm stopped it sooner."""
        while self.time < end:
            moment, what = self._next(end)
            self._move(moment)
            if what:
                self._meet(what)
                if what == stop_at:
                    return what
        return ""

    def _next(self, end: float) -> tuple[float, str]:
        """The next event before `end`: its time [h] and name, or `end` and nothing."""
        flow, now = self._commanded(end), self.time
        found = [(end, "")]
        if self.device.is_programmable and self.is_on:
            for name, left in (("low reservoir", self.estimated_volume - self.low_reservoir),
                               ("empty reservoir", self.estimated_volume)):  # fmt: skip
                if name not in self.alarms.raised:
                    found.append((now if left <= 0.0 else flow.when(now, left), name))
            if SERVICE_TIMER not in self.timers:
                found.append((self._replacement_due(flow), "replacement due"))
        share = self.true_share
        if share > 0.0:
            found.append((flow.when(now, (self.true_volume - self.device.residual_volume) / share), "dry"))
        found += [(time, name) for name, time in self.timers.items()]
        found.append((self.running.ends, "bolus ends"))
        time, what = min(found, key=lambda moment: moment[0])
        return (max(time, now), what) if time < end else (end, "")

    @property
    def true_share(self) -> float:
        """True over commanded flow now: 0 when dry, stalled, blocked or locked."""
        state = self.condition
        if self.is_dry or self.is_locked or state.is_stalled:
            return 0.0
        heat = 0.0 if self.device.is_programmable else state.heat * _heat_response()
        return self.flow_ratio * state.flow * (1.0 + heat)

    def _commanded(self, end: float) -> Flow:
        """Commanded flow from now on, kept until program, concentration or fault change it."""
        if self._flow is None or self._flow.end < end:
            entered = self.entered / max(self.condition.dose, 1e-12)
            self._flow = commanded(self.running, self.device, entered, self.is_on, self.time, max(end, self.horizon))
        return self._flow

    def flow_changed(self) -> None:
        """Forget the commanded flow: program, concentration, fault or battery have changed it."""
        self._flow = None

    def _replacement_due(self, flow: Flow) -> float:
        """When the replacement-due signal comes; infinite when not before the end of `flow`."""
        cell, now = battery(), self.time
        by_age = cell.longest - cell.warning - self.age
        left = 1.0 - self.charge_used
        if cell.used(flow.end - now, float(flow.volumes[-1]) - flow.at(now)) < left:
            return by_age
        knots, volumes = flow.between(now, flow.end)
        return min(by_age, float(np.interp(left, cell.used(knots - now, volumes), knots)))

    def _move(self, to: float) -> None:
        """Move the drug from now to `to` [h], during which nothing changes."""
        if to <= self.time:
            return
        knots, volumes = self._commanded(to).between(self.time, to)
        share, volume = self.true_share, float(volumes[-1])
        before_true, before_estimated = self.true_volume, self.estimated_volume
        if share > 0.0 and volume > 0.0:
            self._push(knots, volumes * share)
        self.estimated_volume = max(0.0, self.estimated_volume - volume)
        self.programmed += volume * self.entered
        self.charge_used += battery().used(to - self.time, volume)
        estimated = np.maximum(before_estimated - volumes, 0.0)
        self.history.append((knots, before_true - volumes * share, estimated))
        self._note_requests(to)
        self.time = to

    def _push(self, knots: Array, volumes: Array) -> None:
        """Push reservoir fluid through tubing and catheter; `volumes` (k+1,) [mL] at `knots` (k+1,) [h]."""
        volume = float(volumes[-1])
        self.true_volume = max(self.device.residual_volume, self.true_volume - volume)
        pieces = self.tubing.push(volume, self.concentration)
        lost = self.condition.lost
        if lost > 0.0:
            gone = [(size * lost, strength) for size, strength in pieces]
            self.outside.add(*emerging(knots, volumes * lost, gone))
        if lost < 1.0:
            self._through_catheter(knots, volumes * (1.0 - lost), [(v * (1.0 - lost), c) for v, c in pieces])

    def _through_catheter(self, knots: Array, volumes: Array, pieces: list[tuple[float, float]]) -> None:
        out = [piece for volume, strength in pieces for piece in self.tube.push(volume, strength)]
        times, amounts, durations = emerging(knots, volumes, out)
        canal = self.condition.canal
        self.canal.add(times, amounts * canal if canal < 1.0 else amounts, durations)
        if canal < 1.0:
            self.outside.add(times, amounts * (1.0 - canal), durations)

    def push_at_once(self, volume: float, concentration: float | None = None) -> None:
        """Push fluid through the catheter in no time: reservoir fluid, or a solution given at the access port."""
        if concentration is None:
            volume = min(volume, self.true_volume - self.device.residual_volume)
            self.true_volume -= volume
            pieces = self.tubing.push(volume, self.concentration)
            self.is_dry = self.true_volume <= self.device.residual_volume
        else:
            pieces = [(volume, concentration)]
            self.put_in += volume * concentration
        out = [piece for size, strength in pieces for piece in self.tube.push(size, strength)]
        amount = sum(size * strength for size, strength in out)
        kept = (1.0 - self.condition.lost) * self.condition.canal
        self.canal.at_once(self.time, amount * kept)
        self.outside.at_once(self.time, amount * (1.0 - kept))

    # --- events -----------------------------------------------------------------------------------------

    def _meet(self, what: str) -> None:
        _HANDLERS.get(what, Pump._sound)(self, what)

    def _sound(self, name: str) -> None:
        self.timers.pop(name, None)
        if self.alarms.raise_(name, self.time):
            priority, text = ALARMS[name]
            values = {"alarm": name, "estimated_volume": self.estimated_volume}
            self.note("alarm", f"{priority} alarm, {name}: {text} ({self.known_volume})", priority, values)

    def end_alarm(self, name: str) -> None:
        """End an alarm whose condition is gone, and note it."""
        self.timers.pop(name, None)
        if self.alarms.end(name):
            self.note("alarm ends", f"the {name} alarm ends", "information", {"alarm": name})

    def _run_dry(self, _: str) -> None:
        self.true_volume, self.is_dry = self.device.residual_volume, True
        text = f"the reservoir is empty: nothing flows, while the device believes in {self.known_volume}"
        self.note("empty", text, "critical", source="truth")

    def _bolus_ends(self, _: str) -> None:
        bolus, self.running = self.running, self.running.resume or self._run(Stopped())
        text = f"the {getattr(bolus.mode, 'purpose', 'bolus')} is complete; now {self.running.mode}"
        self._changed(text)

    def _due(self, _: str) -> None:
        self._sound("replacement due")
        self.timers[SERVICE_TIMER] = self.time + battery().warning

    def _service_ends(self, _: str) -> None:
        self.is_on = False
        self.flow_changed()
        self._sound(SERVICE_TIMER)

    def _note_requests(self, until: float) -> None:
        """Log each press of the patient's button up to a time."""
        for time, granted, why in self.running.asked(until):
            if self.time <= time < until:
                text = "patient bolus given" if granted else f"patient bolus refused: {why}"
                self.log.append(Event(time, "bolus", "information", text, {"granted": float(granted)}))

    # --- what people do ---------------------------------------------------------------------------------

    def program(self, mode: Mode) -> None:
        """Program a mode now; a bolus runs on top and then gives way to what ran before."""
        if isinstance(mode, PrimingBolus):
            mode = self._priming(mode)
        running = self._run(mode)
        if isinstance(mode, SingleBolus):
            running.ends = self.time + mode.duration
            before = self.running.resume if math.isfinite(self.running.ends) else self.running
            running.resume = before if mode.then == "resume" else self._run(Stopped())
        self.running = running
        self._changed(f"programmed: {mode}")

    def _priming(self, mode: PrimingBolus) -> SingleBolus:
        volume = self.catheter.volume if mode.volume is None else mode.volume
        return SingleBolus(volume * self.entered, volume / self.device.flow_maximum, purpose="priming bolus")

    def _run(self, mode: Mode) -> Running:
        old = self.running
        return Running(mode, self.time, old.clock, old.seed, old.patient)

    def _changed(self, text: str) -> None:
        """Take note of a new program: the flow, the timer of a stopped pump, the log."""
        self.flow_changed()
        if isinstance(self.running.mode, Stopped) and self.device.is_programmable:
            self.timers.setdefault(
                STOP_TIMER, self.time + typical(("stopped_pump_alarm_delay",))["stopped_pump_alarm_delay"]
            )
        else:
            self.end_alarm(STOP_TIMER)
        self.note(
            "programmed", text, values={"program": str(self.running.mode), "estimated_volume": self.estimated_volume}
        )

    def interrogate(self) -> None:
        """Read the pump by telemetry: silences alarms, frees a pump that a magnet or its valve had locked."""
        silenced = self.alarms.silence()
        freed = self.is_locked
        self.is_locked = False
        text = f"interrogated: {self.known_volume} expected"
        text += f"; silenced: {', '.join(silenced)}" if silenced else ""
        text += "; delivery freed" if freed else ""
        values = {"estimated_volume": self.estimated_volume, "entered_concentration": self.entered}
        self.note("interrogated", text, values=values, source="person")

    # --- faults -----------------------------------------------------------------------------------------

    def begin(self, fault: Fault) -> None:
        """A lasting fault begins."""
        self.active.append(fault)
        self.note("fault", f"{fault.kind} begins", "critical", source="truth")
        self._refold()

    def end(self, fault: Fault) -> None:
        """A lasting fault ends; nothing happens when it is not there."""
        if fault in self.active:
            self.active.remove(fault)
            self.note("fault ends", f"{fault.kind} ends", source="truth")
            self._refold()

    def _refold(self) -> None:
        before, self.condition = self.condition, condition(self.active)
        now = self.condition
        self.flow_changed()
        if now.is_stalled and not before.is_stalled and self.device.is_programmable and self.is_on:
            self.timers[STALL_TIMER] = self.time + typical(("stall_detection_delay",))["stall_detection_delay"]
        if before.is_stalled and not now.is_stalled:
            self.end_alarm(STALL_TIMER)
        if not now.is_powered and self.is_on and self.device.is_programmable:
            self.is_on = False
            self._sound("low-battery reset")
        if now.is_powered and not before.is_powered:
            self._replaced()
        tip = Tip(self.time, now.tip or self.catheter.tip, now.space or self.catheter.space)
        if (tip.level, tip.space) != (self.tips[-1].level, self.tips[-1].space):
            self.tips.append(tip)

    def _replaced(self) -> None:
        """A failed battery is mended by a new pump, with the same program and drug."""
        self.is_on, self.charge_used, self.age = True, 0.0, -self.time
        self.end_alarm("low-battery reset")

    # --- saying -----------------------------------------------------------------------------------------

    @property
    def known_volume(self) -> str:
        """The estimated volume as text."""
        return millilitres(self.estimated_volume)

    def note(
        self,
        kind: str,
        text: str,
        priority: Priority = "information",
        values: Mapping[str, float | str] | None = None,
        source: Source = "device",
    ) -> None:
        """Write one line into the log, now."""
        self.log.append(Event(self.time, kind, priority, text, values or {}, source))

    @property
    def in_reservoir(self) -> float:
        """Drug in the reservoir [ug], residual volume included."""
        return self.true_volume * self.concentration

    @property
    def residue(self) -> float:
        """Drug unaccounted for [ug]: put in less delivered, lost, withdrawn and still inside; nothing but rounding."""
        inside = self.in_reservoir + self.tubing.amount + self.tube.amount
        return self.put_in - self.canal.total - self.outside.total - self.withdrawn - inside


_HANDLERS: dict[str, Callable[[Pump, str], None]] = {
    "dry": Pump._run_dry,
    "bolus ends": Pump._bolus_ends,
    "replacement due": Pump._due,
    SERVICE_TIMER: Pump._service_ends,
}


def _heat_response() -> float:
    return typical(("gas_pump_heat_response",))["gas_pump_heat_response"]
