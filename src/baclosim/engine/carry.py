"""The modes of a body through several steps at once, with what drives the effects after each of them.

Where nothing happens for a while, a mode is read once for some steps instead of at every one: while it decays in a
register, it is added to the drives of all of them, which are kept in registers too.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from .lanes import LANES, fused, load, multiply_add, row_of, store

literal: Any = intrinsic(prefer_literal=True)  # Numba passes the typing context itself, and constants as such

PART = 8  # lanes that are taken through the steps at a time: as many as leave registers for all the sums


@literal
def carry(typingctx, z, decay, cross, pairs, last, weight, drives, resting, result, steps):
    """Take the rows i < last of z through `steps` steps of `scale` and weigh them after each, all in one pass.

    result[t drives + q] = resting[q] + sum over i of weight[i drives + q] z[i] for q < drives, begun with the last i.
    Rows 2j and 2j + 1 for j < pairs also take over what `cross_over` tells, which is added last.
    """

    def codegen(context, builder, signature, arguments):
        rows = [row_of(context, builder, signature.args[k], arguments[k], PART) for k in (0, 1, 2, 5, 7, 8)]
        sizes = (arguments[3], arguments[4], drives.literal_value, steps.literal_value)
        with cgutils.for_range(builder, context.get_constant(types.intp, LANES // PART)) as part:
            _carry(context, builder, rows, part.index, sizes, lambda i, kept: kept)
        return context.get_dummy_value()

    return types.void(z, decay, cross, types.intp, types.intp, weight, drives, resting, result, steps), codegen


@literal
def carry_on(typingctx, z, decay, cross, gain, start, u, row, pairs, last, weight, drives, resting, result, steps):
    """The same with `scale_and_add` in place of `scale`."""

    def codegen(context, builder, signature, arguments):
        rows = [row_of(context, builder, signature.args[k], arguments[k], PART) for k in (0, 1, 2, 9, 11, 12)]
        g, rates = (row_of(context, builder, signature.args[k], arguments[k], PART) for k in (3, 5))
        sizes = (arguments[7], arguments[8], drives.literal_value, steps.literal_value)
        parts = context.get_constant(types.intp, LANES // PART)

        with cgutils.for_range(builder, parts) as part:
            rate = load(builder, rates(builder.add(builder.mul(arguments[6], parts), part.index)))
            begin = builder.mul(arguments[4], parts)

            def gained(i, kept, begin=begin, rate=rate):
                return multiply_add(builder, load(builder, g(builder.add(begin, i))), rate, kept)

            _carry(context, builder, rows, part.index, sizes, gained)
        return context.get_dummy_value()

    flow = (gain, types.intp, u, types.intp)
    return types.void(z, decay, cross, *flow, types.intp, types.intp, weight, drives, resting, result, steps), codegen


def _carry(context, builder, rows, part, sizes, gained):
    """Write `carry` for one part of the lanes; `gained` adds to part i of the modes what flows in."""
    z, decay, cross, weight, resting, result = rows
    pairs, last, drives, steps = sizes
    one, two = (context.get_constant(types.intp, k) for k in (1, 2))
    nothing = ir.Constant(ir.VectorType(ir.DoubleType(), PART), [0.0] * PART)

    def place(row):
        return builder.add(builder.mul(row, context.get_constant(types.intp, LANES // PART)), part)

    number = [place(context.get_constant(types.intp, k)) for k in range(steps * drives)]
    sums = [cgutils.alloca_once(builder, nothing.type) for _ in number]
    for k, total in enumerate(sums):
        builder.store(load(builder, resting(number[k % drives])), total)

    def weights(i):
        first = builder.mul(i, context.get_constant(types.intp, drives))
        return [
            load(builder, weight(place(builder.add(first, context.get_constant(types.intp, q))))) for q in range(drives)
        ]

    def weighed(t, shares, value):
        for total, share in zip(sums[t * drives : (t + 1) * drives], shares, strict=True):
            builder.store(fused(builder, share, value, builder.load(total)), total)

    turning = builder.mul(pairs, two)
    with cgutils.for_range(builder, builder.sub(last, turning)) as loop:
        i = builder.sub(builder.sub(last, one), loop.index)
        here, value, factor, shares = place(i), load(builder, z(place(i))), load(builder, decay(place(i))), weights(i)
        for t in range(steps):
            value = gained(here, builder.fmul(value, factor))
            weighed(t, shares, value)
        store(builder, value, z(here))
    with cgutils.for_range(builder, pairs) as loop:
        i = builder.mul(builder.sub(builder.sub(pairs, one), loop.index), two)
        both = (i, builder.add(i, one))
        here = [place(i) for i in both]
        a, b = (load(builder, z(i)) for i in here)
        factors, turns = ([load(builder, array(i)) for i in here] for array in (decay, cross))
        shares = [weights(i) for i in both]
        for t in range(steps):
            # with a sum of 0 a product is rounded before it is added, whichever a compiler might choose
            kept = [multiply_add(builder, x, f, nothing) for x, f in zip((a, b), factors, strict=True)]
            over = [multiply_add(builder, c, x, nothing) for x, c in zip((b, a), turns, strict=True)]
            a, b = (builder.fadd(gained(i, k), o) for i, k, o in zip(here, kept, over, strict=True))
            weighed(t, shares[1], b)
            weighed(t, shares[0], a)
        for i, value in zip(here, (a, b), strict=True):
            store(builder, value, z(i))
    for place_of, total in zip(number, sums, strict=True):
        store(builder, builder.load(total), result(place_of))
