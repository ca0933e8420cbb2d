"""What is known to come: programs, faults and refill visits, in order of time, and what happens at each."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Sequence

from ..parameters import typical
from ..therapy.intrathecal.program import DAY, Mode, Program, RefillVisit, number
from .faults import KINDS, Fault, episodes
from .log import millilitres
from .refill import refill
from .state import Pump

RETRY = 7.0 * DAY  # h until a refill that failed is tried again


class Agenda:
    """What is known to come: programs, faults and refill visits, in order of time."""

    def __init__(self, pump: Pump, program: Program, faults: Sequence[Fault], until: float) -> None:
        self.pump = pump
        self.plan = program.refill
        self.due: list[tuple[float, int, Callable[[], None]]] = []
        self.slips: list[Fault] = [f for f in faults if KINDS[f.kind].lasts == "refill"]
        self.visits = 0
        self.waits_for_alarm = self.plan.policy == "at low reservoir"
        self._last_visit = -math.inf
        self._count = 0
        self._policy_visit = 0  # counts how often the policy's next visit was planned anew
        for entry in program.entries[1:]:
            self.add(entry.at, lambda mode=entry.mode: self.program(mode))
        for visit in self.plan.visits:
            self.add(visit.at, lambda visit=visit: self.visit(visit))
        for fault in faults:
            self._plan_fault(fault, until)
        self.plan_visit()

    def add(self, time: float, action: Callable[[], None]) -> None:
        """Put an action on the agenda; at equal times the one added first comes first."""
        self._count += 1
        heapq.heappush(self.due, (time, self._count, action))

    def run(self, until: float) -> None:
        """Let the pump run to `until` [h], doing what falls due."""
        while (due := self.next_time()) < until or self.pump.time < until:
            if self.waits_for_alarm and self.pump.advance(min(due, until), "low reservoir"):
                self.visit_after_alarm()
                continue
            self.pump.advance(min(due, until))
            if due < until:
                self.act()

    def next_time(self) -> float:
        """When the next action is due [h]; infinite when there is none."""
        return self.due[0][0] if self.due else math.inf

    def act(self) -> None:
        """Do what is due next."""
        heapq.heappop(self.due)[2]()

    def _plan_fault(self, fault: Fault, until: float) -> None:
        lasts = KINDS[fault.kind].lasts
        if lasts == "moment":
            self.add(fault.at, lambda: happen(self.pump, fault, self))
        elif lasts == "lasts":
            for episode in episodes(fault, until):
                self.last(episode)

    def last(self, fault: Fault) -> None:
        """Plan the beginning and, if it has one, the end of a lasting fault."""
        self.add(fault.at, lambda: self.pump.begin(fault))
        if math.isfinite(fault.until):
            self.add(fault.until, lambda: self.pump.end(fault))

    # --- refills ----------------------------------------------------------------------------------------

    def program(self, mode: Mode) -> None:
        """Program a mode; a visit that depends on the low-reservoir date is planned anew."""
        self.pump.program(mode)
        if self.plan.policy == "before low reservoir":
            self.plan_visit()

    def plan_visit(self) -> None:
        """Plan the policy's next refill; it replaces the one planned before."""
        plan, now = self.plan, self.pump.time
        self._policy_visit += 1
        this = self._policy_visit
        if plan.policy == "every":
            self.add(now + plan.hours, lambda: self.keep(this))
        elif plan.policy == "before low reservoir":
            flow = self.pump.running.mode.daily_dose / DAY / self.pump.entered
            if flow > 0.0:
                alarm = now + (self.pump.estimated_volume - self.pump.low_reservoir) / flow
                self.add(max(now + DAY, alarm - plan.hours), lambda: self.keep(this))

    def keep(self, which: int) -> None:
        """Go to a visit that the policy planned, unless another has replaced it."""
        if which == self._policy_visit:
            self.visit(None)

    def visit_after_alarm(self) -> None:
        """Plan the refill that answers the low-reservoir alarm, and do not plan another until it is done."""
        self.waits_for_alarm = False
        self.add(max(self.pump.time + self.plan.hours, self._last_visit + DAY), lambda: self.visit(None))

    def visit(self, planned: RefillVisit | None) -> None:
        """A refill visit: happens, goes wrong, or is missed."""
        self.visits += 1
        self._last_visit = self.pump.time
        slips = [s for s in self.slips if (s.refill == self.visits if s.refill else s.at <= self.pump.time)]
        for slip in slips:
            self.slips.remove(slip)
        by_kind = {slip.kind: slip for slip in slips}
        if "missed refill" in by_kind:
            self.pump.note("refill missed", "the refill did not take place", "critical", source="person")
            self.add(self.pump.time + by_kind["missed refill"].get("delay"), lambda: self.visit(planned))
        elif self.refill(planned, by_kind):
            self.waits_for_alarm = self.plan.policy == "at low reservoir"
            self.plan_visit()
        else:
            self.add(self.pump.time + RETRY, lambda: self.visit(planned))

    def refill(self, planned: RefillVisit | None, slips: dict[str, Fault]) -> bool:
        """Refill as planned, with what slips; whether it could be done."""
        filled, entered = slips.get("wrong concentration filled"), slips.get("wrong concentration entered")
        pocket = slips.get("pocket fill")
        right = planned.concentration if planned and planned.concentration else self.pump.entered
        found = refill(
            self.pump,
            planned.volume if planned else None,
            filled.get("concentration") if filled else right,
            entered_concentration=entered.get("concentration") if entered else right,
            beside=(pocket.get("share") if pocket.get("share") is not None else 1.0) if pocket else 0.0,
            bridge=planned.bridge if planned else True,
        )
        return found is not None


def happen(pump: Pump, fault: Fault, agenda: Agenda) -> None:
    """A fault of one moment: a scan, an injection into the side port, priming a full catheter."""
    if fault.kind == "mri":
        scan(pump, fault, agenda)
        return
    volume = fault.get("volume") or pump.catheter.volume
    text = f"{fault.kind}: {millilitres(volume)} pushed through the catheter at once"
    pump.note("fault", text, "critical", source="person")
    before = pump.canal.total
    if fault.kind == "access-port injection":
        pump.push_at_once(volume, 0.0)
    else:
        pump.push_at_once(volume)
        pump.estimated_volume = max(0.0, pump.estimated_volume - volume)
        pump.programmed += volume * pump.entered
    pump.note("bolus", f"{number(pump.canal.total - before)} ug reached the canal at once", "critical", source="truth")


def scan(pump: Pump, fault: Fault, agenda: Agenda) -> None:
    """An MRI scan: a rotor stalls and restarts, a valve opens or shuts, as the device has it."""
    magnet = pump.device.magnet
    pump.note("mri", "MRI scan begins", source="person")
    if magnet == "stalls":
        pump.is_locked = pump.is_locked or bool(pump.alarms.sounding)
        ends = pump.time + fault.get("duration") + fault.get("restart")
        stall = Fault("motor stall", pump.time, ends)
        pump.begin(stall)
        agenda.add(ends, lambda: pump.end(stall))
    elif magnet == "empties" and not fault.get("emptied"):
        before = pump.canal.total
        pump.push_at_once(math.inf)
        text = f"the magnet opened the valves: {number(pump.canal.total - before)} ug reached the canal at once"
        pump.note("overdose", text, "critical", source="truth")
    elif magnet == "valve shuts" and not fault.get("emptied"):
        pump.push_at_once(typical(("flow_activated_valve_volume",))["flow_activated_valve_volume"])
        pump.is_locked = True
        pump.note("valve shut", "the valve shut and stays shut until the pump is reset", "critical", source="truth")
