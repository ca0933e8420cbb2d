"""The one numerical loop: a block of patients side by side in SIMD lanes, marched over a stretch of equal steps.

The linear body moves exactly: its modes decay by exp(rate x step), constant inputs add their integral, and whatever
starts inside a step is propagated from its own instant. The effects follow on the same grid by the trapezoidal rule
with a predicted end, second order. In doubles their rates are taken anew at the corrected end (Heun's method). In
singles those at the predicted end serve the next step too: half the work for little more error, most of which comes
from the drives. This text is a template: `compile_loop` gives it the lane functions of a network (`rates`, `advance`,
`observe`), their number of QUANTITIES, the type REAL in which they compute, and the vector instructions of lanes.py.
The body is double whatever REAL is; a state in singles is kept as two numbers, so that nothing small is lost over many
steps: what its single holds, and the rest.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from .carry import carry, carry_on
from .events import (
    NONE,
    NOTHING,
    SEVERAL,
    amount_of,
    answer,
    land,
    land_together,
    meet,
    next_event,
    note_flows,
    sole_flow,
    turn_in,
    turning_answer,
)  # fmt: skip
from .inputs import EARLY
from .kernel import AHEAD
from .lanes import (
    add_row,
    copy_rows,
    cross_over,
    in_widest_vectors,
    join,
    put_row,
    scale,
    scale_and_add,
    settle,
    split,
    step_along,
    step_between,
    weigh,
    weigh_on,
)  # fmt: skip

QUANTITIES = RATE_DRIVES = 0  # until compile_loop puts in the numbers; the same for rates and observe
REAL = np.float64
LEFT_OFTEN = 8  # steps between two looks for NOTHING of modes: the fastest that move lose 1e-129 meanwhile
UNFELT, FELT_OFTEN = 1e-30, 64  # the same of states of the effects, which may be computed in singles

if TYPE_CHECKING:

    def rates(drive: Any, state: Any, parameter: Any, result: Any) -> None: ...  # noqa: D103
    def advance(*rows: Any) -> None: ...  # noqa: D103
    def observe(drive: Any, state: Any, parameter: Any, wanted: Any, result: Any) -> None: ...  # noqa: D103


def move(z, decay, cross, gain, u, active, pairs, last, turned):
    """Let the modes up to `last` decay and turn over a step and gain what the active channels bring.

    What a mode takes from its partner is added last, so that it is as if there were none where that is nothing.
    """
    cross_over(turned, z, cross, pairs)
    begun = False
    for j in range(u.shape[0]):
        if active[j] and begun:
            add_row(z, gain, j * z.shape[0], u, j, last)
        elif active[j]:
            scale_and_add(z, decay, 0, last, gain, j * z.shape[0], u, j)
            begun = True
    if not begun:
        scale(z, decay, 0, last)
    step_along(z, z, turned, 1.0, 2 * pairs)


def undisturbed(done, steps, every, offset, start, step, soonest):
    """How many steps may be taken at once after so many: AHEAD of them, or a single one.

    Nothing happens within them, and a record or a look for what is left comes after the last one at most.
    """
    last = done + AHEAD
    if last > steps or soonest <= start + last * step + EARLY or done % LEFT_OFTEN + AHEAD > LEFT_OFTEN:
        return 1
    return AHEAD if every - (done + offset) % every >= AHEAD else 1


def move_ahead(z, decay, cross, gain, u, flow, pairs, moving, dense, resting, coming, ahead):
    """`move` so many steps without events in or before them, and what drives the states after each, into `coming`."""
    first = flow * z.shape[0]
    if ahead == AHEAD and flow == NONE:
        carry(z, decay, cross, pairs, moving, dense, RATE_DRIVES, resting, coming, AHEAD)
    elif ahead == AHEAD:
        carry_on(z, decay, cross, gain, first, u, flow, pairs, moving, dense, RATE_DRIVES, resting, coming, AHEAD)
    elif flow == NONE:
        carry(z, decay, cross, pairs, moving, dense, RATE_DRIVES, resting, coming, 1)
    else:
        carry_on(z, decay, cross, gain, first, u, flow, pairs, moving, dense, RATE_DRIVES, resting, coming, 1)


def side_by_side(weight, mode, bounds, dense):
    """Write the weights of the drives that move the states into `dense`, those of a mode side by side."""
    dense[:] = 0.0
    for q in range(RATE_DRIVES):
        for i in range(bounds[q], bounds[q + 1]):
            for lane in range(16):
                dense[(mode[i] * RATE_DRIVES + q) * 16 + lane] = weight[i, lane]


def mix(weight, mode, bounds, first, last, z, result):
    """result[q] = sum of weight[i] z[mode[i]] for i from bounds[q] to bounds[q + 1], first <= q < last, all lanes."""
    for q in range(first, last):
        weigh(weight, mode, bounds[q], bounds[q + 1], z, result, q)


def mix_moving(weight, mode, bounds, split, resting, z, result):
    """The same of the drives that move the states, from the rested part of each, which stands in `resting`."""
    for q in range(RATE_DRIVES):
        weigh_on(weight, mode, split[q], bounds[q + 1], z, result, q, resting)


def mix_resting(weight, mode, bounds, split, z, resting):
    """What the rows that rest add to each of these drives; the weights of a drive begin with those of such rows."""
    for q in range(RATE_DRIVES):
        weigh(weight, mode, bounds[q], split[q], z, resting, q)


def march(
    start, step, steps, every, offset,
    pairs, moving, mode_rate, mode_turn, decay, cross, gain, inject,
    drive_weight, drive_mode, drive_bounds, drive_split, record_weight, record_mode, record_bounds, parameter,
    event_time, event_channel, event_kind, event_value, cursor, stop,
    z, y, u, wanted, record_drives, chosen, out, written, column, reals, doubles, active,
):  # fmt: skip
    """March one block of 16 patients.

    start, step       h; `steps` steps are taken
    every, offset     a record is written after step k (counted from 1) when (k + offset) % every == 0
    pairs             how many leading pairs of modes turn in some lane
    moving            how many leading modes outlive a step in some lane; the others only tell what has flown in since
                      the step's beginning, which is the same from step to step unless there was an event
    mode_rate, _turn  (m, 16) rate and angular rate of each mode [1/h]
    decay, cross      (m, 16) what a step leaves of a mode, and what it takes over from its partner
    gain, inject      (k m, 16) what a unit rate adds over a whole step; what a unit impulse adds at once
    drive_*           drives of the effects from the modes: weights (w, 16), their modes (w,), where each drive's
                      begin and end (d + 1,), and where its modes that move do (d,)
    record_*          the same for recorded outputs of the body
    parameter         (p 16,) of type REAL
    event_*           (e,) all events of the block, each lane's from cursor to stop in order of time
    z, y, u           (m, 16), (s, 16), (k, 16) modes, states and present input rates; changed in place
    wanted            (parts,) which parts of the network some chosen row needs
    record_drives     (x,) drives that these parts need beside those that move the states
    chosen            (c,) rows of [recorded outputs, quantities, states] to keep
    out               (c, times, patients) written from time `written` on, the block's lanes from `column` on
    reals, doubles    rows of 16 numbers to work in;  active: (k,) which channels run in some lane

    Nothing is allocated here: so arrays need no reference counts, whose atomic operations took a third of the time.

    Returns how many times are written by now.
    """
    in_widest_vectors()  # type: ignore[call-arg]
    modes, states, recorded = z.shape[0], y.shape[0], record_bounds.shape[0] - 1
    before, after, slope, slope_after, now, rest, predicted, felt, coming = reals
    row, resting, dense, turned, impulse, remaining = doubles
    _, times, patients = out.shape
    half = 0.5 * step
    was_stirred = True
    split(y, now, rest, states)
    side_by_side(drive_weight, drive_mode, drive_bounds, dense)
    mix(drive_weight, drive_mode, drive_bounds, 0, RATE_DRIVES, z, before)
    soonest = next_event(event_time, cursor, stop)
    note_flows(u, active)
    states_told = False
    for c in range(chosen.shape[0]):
        states_told |= chosen[c] >= recorded + QUANTITIES
    flow = sole_flow(active)
    done = 0
    while done < steps:
        end = start + (done + 1) * step
        is_stirred = soonest <= end + EARLY
        ahead = 1
        if is_stirred or was_stirred or flow == SEVERAL:
            move(z, decay, cross, gain, u, active, pairs, modes, turned)
            if is_stirred:
                while soonest <= end + EARLY:
                    meet(
                        z, inject, mode_rate, mode_turn, pairs, u,
                        event_time, event_channel, event_kind, event_value, cursor, stop, end, impulse, remaining,
                    )  # fmt: skip
                    soonest = next_event(event_time, cursor, stop)
                note_flows(u, active)
                flow = sole_flow(active)
            mix_resting(drive_weight, drive_mode, drive_bounds, drive_split, z, resting)
            mix_moving(drive_weight, drive_mode, drive_bounds, drive_split, resting, z, coming)
        else:
            ahead = undisturbed(done, steps, every, offset, start, step, soonest)
            move_ahead(z, decay, cross, gain, u, flow, pairs, moving, dense, resting, coming, ahead)
        was_stirred = is_stirred
        for t in range(ahead):
            copy_rows(after, coming, t * RATE_DRIVES, RATE_DRIVES)
            if states > 0:
                if REAL is np.float64 or done + t == 0:
                    rates(before, now, parameter, slope)
                    step_along(predicted, now, slope, step, states)
                if REAL is np.float64:
                    rates(after, predicted, parameter, slope_after)
                    step_between(now, slope, slope_after, half, states)
                    copy_rows(before, after, 0, RATE_DRIVES)
                else:
                    advance(after, predicted, now, rest, slope, parameter, REAL(half), REAL(step))
        done += ahead
        if done % LEFT_OFTEN == 0:
            settle(z, NOTHING, modes)
        if done % FELT_OFTEN == 0:
            settle(now, UNFELT, states)
            settle(rest, UNFELT, states)
        if (done + offset) % every == 0:
            mix(record_weight, record_mode, record_bounds, 0, recorded, z, row)
            for q in record_drives:
                mix(drive_weight, drive_mode, drive_bounds, q, q + 1, z, after)
            observe(after, now, parameter, wanted, felt)
            if states_told:
                join(y, now, rest, states)
            for c in range(chosen.shape[0]):
                write_record(recorded, row, felt, y, chosen[c], out, (c * times + written) * patients + column)
            written += 1
    join(y, now, rest, states)
    return written


def march_blocks(
    start, step, steps, every, offset,
    pairs, moving, mode_rate, mode_turn, decay, cross, gain, inject,
    drive_weight, drive_mode, drive_bounds, drive_split, record_weight, record_mode, record_bounds, parameter,
    event_time, event_channel, event_kind, event_value, cursor, stop,
    z, y, u, wanted, record_drives, chosen, out, written, column, reals, doubles, active,
):  # fmt: skip
    """`march` block after block; what differs from block to block begins with an axis of blocks.

    out  (b, c, times, lanes), or one for all, (1, c, times, patients), in which the first block begins at `column`

    One call from Python with so many arrays takes as long as some hundred steps.
    """
    in_widest_vectors()  # type: ignore[call-arg]
    now = written
    for b in range(z.shape[0]):
        place = min(b, out.shape[0] - 1)
        now = march(
            start, step, steps, every, offset,
            pairs, moving[b], mode_rate[b], mode_turn[b], decay[b], cross[b], gain[b], inject[b],
            drive_weight[b], drive_mode[b], drive_bounds[b], drive_split[b],
            record_weight[b], record_mode[b], record_bounds[b], parameter[b],
            event_time, event_channel, event_kind, event_value, cursor[b], stop[b],
            z[b], y[b], u[b], wanted, record_drives, chosen, out[place], written,
            column + 16 * (b - place), reals, doubles, active,
        )  # fmt: skip
    return now


def write_record(recorded, row, felt, y, chosen, out, position):
    """Copy one row of [recorded outputs, quantities, states] to the block's lanes of the results, at `position`."""
    if chosen < recorded:
        put_row(row, chosen, out, position)
    elif chosen < recorded + QUANTITIES:
        put_row(felt, chosen - recorded, out, position)
    else:
        put_row(y, chosen - recorded - QUANTITIES, out, position)


def compile_loop(
    rates: Any, advance: Any, observe: Any, quantities: int, rate_drives: int, real: Any, module: str, file: str
) -> Any:  # fmt: skip
    """Compile `march_blocks` around three lane functions that compute in `real` numbers, as if written in `file`."""
    import numba

    njit: Any = numba.njit  # its stubs know neither `_nrt`, no counts of references, nor sets of `fastmath`
    inner = njit(_nrt=False, forceinline=True, fastmath={"contract"}, error_model="numpy")
    outer = njit(_nrt=False, fastmath={"contract"}, error_model="numpy")
    names: dict[str, Any] = {"rates": rates, "advance": advance, "observe": observe, "REAL": real}
    names |= {"QUANTITIES": quantities, "RATE_DRIVES": rate_drives}
    events = (amount_of, answer, turning_answer, turn_in, land, land_together, meet, next_event, note_flows, sole_flow)
    modes = (move, move_ahead, undisturbed, side_by_side, mix, mix_moving, mix_resting)
    for helper in (*events, *modes, write_record):
        names[helper.__name__] = inner(_bound(helper, names, module, file))
    names["march"] = outer(_bound(march, names, module, file))
    return outer(_bound(march_blocks, names, module, file))


def _bound(template: Callable[..., Any], names: dict[str, Any], module: str, file: str) -> Callable[..., Any]:
    """The template with these names in its globals, as if it had been written in `file`."""
    assert isinstance(template, types.FunctionType)
    code = template.__code__.replace(co_filename=file)
    function = types.FunctionType(code, {**template.__globals__, **names}, template.__name__)
    function.__module__ = module
    function.__qualname__ = template.__qualname__
    return function
