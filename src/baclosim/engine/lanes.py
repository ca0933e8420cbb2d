"""Vector instructions for rows of 16 lanes, one lane a patient.

The compiler unrolls a loop over 16 lanes before it looks for SIMD and then often finds none; these primitives say
plainly what is meant: a row is one vector of 16 doubles, which LLVM splits into whatever the processor has. Arrays
are C-contiguous with 16 columns; the caller keeps row numbers within them. Arithmetic is double; rows of singles, which
carry the effects when they are asked for in single precision, are widened when read and rounded when written.
"""

from __future__ import annotations

import math
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

primitive: Any = intrinsic  # Numba passes the typing context itself, which type checkers cannot see

LANES = 16
ROW = ir.VectorType(ir.DoubleType(), LANES)
CONTRACT = ("contract",)  # multiply-add may be fused; nothing else may be reordered


def row_of(context, builder, array_type, array, lanes=LANES):
    """A function that gives the pointer to a row of an array, or to a part of so many lanes, counted over all rows."""
    data = context.make_array(array_type)(context, builder, array).data
    real = ir.FloatType() if array_type.dtype == types.float32 else ir.DoubleType()
    rows = builder.bitcast(data, ir.VectorType(real, lanes).as_pointer())
    return lambda index: builder.gep(rows, [index])


def load(builder, pointer):
    """A row, or a part of one, as doubles."""
    value = builder.load(pointer)
    value.align = 4
    wide = ir.VectorType(ir.DoubleType(), value.type.count)
    return value if value.type == wide else builder.fpext(value, wide)


def store(builder, value, pointer):
    """Write doubles to a row, or to a part of one, as its numbers hold them."""
    narrow = pointer.type.pointee != value.type
    builder.store(builder.fptrunc(value, pointer.type.pointee) if narrow else value, pointer).align = 4


def _in_all_lanes(builder, number):
    """A row that holds one double in every lane."""
    one = builder.insert_element(ir.Constant(ROW, ir.Undefined), number, ir.Constant(ir.IntType(32), 0))
    same = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
    return builder.shuffle_vector(one, ir.Constant(ROW, ir.Undefined), same)


@primitive
def in_widest_vectors(typingctx):
    """Let the function in which this stands use vectors of 512 bits where there are any.

    LLVM keeps to 256 bits on processors that slow down for a few wider instructions; here nearly all are wide.
    """

    def codegen(context, builder, signature, arguments):
        # llvmlite's own set knows no attribute with a value
        set.add(builder.function.attributes, '"prefer-vector-width"="512"')
        return context.get_dummy_value()

    return types.void(), codegen


def multiply_add(builder, a, b, c):
    """a b + c, rounded once."""
    signature = ir.FunctionType(a.type, (a.type, a.type, a.type))
    function = cgutils.get_or_insert_function(builder.module, signature, f"llvm.fma.v{a.type.count}f64")
    return builder.call(function, (a, b, c))


def fused(builder, a, b, c):
    """a b + c."""
    return builder.fadd(builder.fmul(a, b, flags=CONTRACT), c, flags=CONTRACT)


@primitive
def weigh(typingctx, weight, mode, first, last, z, result, row):
    """result[row] = sum over first <= i < last of weight[i] z[mode[i]]."""

    def codegen(context, builder, signature, arguments):
        _sum(context, builder, signature, arguments, ir.Constant(ROW, [0.0] * LANES))
        return context.get_dummy_value()

    return types.void(weight, mode, types.intp, types.intp, z, result, types.intp), codegen


@primitive
def weigh_on(typingctx, weight, mode, first, last, z, result, row, begun):
    """The same, with the sum begun at begun[row]."""

    def codegen(context, builder, signature, arguments):
        begin = row_of(context, builder, signature.args[7], arguments[7])(arguments[6])
        _sum(context, builder, signature, arguments, load(builder, begin))
        return context.get_dummy_value()

    return types.void(weight, mode, types.intp, types.intp, z, result, types.intp, begun), codegen


def _sum(context, builder, signature, arguments, begin):
    """Write begin + the sum over first <= i < last of weight[i] z[mode[i]], added in this order, into result[row]."""
    w = row_of(context, builder, signature.args[0], arguments[0])
    modes = context.make_array(signature.args[1])(context, builder, arguments[1]).data
    x = row_of(context, builder, signature.args[4], arguments[4])
    total = cgutils.alloca_once_value(builder, begin)
    one = context.get_constant(types.intp, 1)
    with cgutils.for_range_slice(builder, arguments[2], arguments[3], one) as (i, _):
        here = load(builder, x(builder.load(builder.gep(modes, [i]))))
        builder.store(fused(builder, load(builder, w(i)), here, builder.load(total)), total)
    store(builder, builder.load(total), row_of(context, builder, signature.args[5], arguments[5])(arguments[6]))


@primitive
def scale(typingctx, z, factor, first, count):
    """z[i] = z[i] factor[i] for first <= i < count."""

    def codegen(context, builder, signature, arguments):
        x = row_of(context, builder, signature.args[0], arguments[0])
        f = row_of(context, builder, signature.args[1], arguments[1])
        with cgutils.for_range_slice(builder, arguments[2], arguments[3], context.get_constant(types.intp, 1)) as (
            i,
            _,
        ):
            store(builder, builder.fmul(load(builder, x(i)), load(builder, f(i))), x(i))
        return context.get_dummy_value()

    return types.void(z, factor, types.intp, types.intp), codegen


@primitive
def scale_and_add(typingctx, z, factor, first, count, gain, start, u, row):
    """z[i] = z[i] factor[i] + gain[start + i] u[row] for first <= i < count: `scale` and `add_row` in one.

    The first product is rounded, whichever a compiler might choose: with u[row] = 0 nothing else than `scale` happens.
    """

    def codegen(context, builder, signature, arguments):
        x, f, g = (row_of(context, builder, signature.args[k], arguments[k]) for k in (0, 1, 4))
        rate = load(builder, row_of(context, builder, signature.args[6], arguments[6])(arguments[7]))
        with cgutils.for_range_slice(builder, arguments[2], arguments[3], context.get_constant(types.intp, 1)) as (
            i,
            _,
        ):
            kept = builder.fmul(load(builder, x(i)), load(builder, f(i)))
            gained = load(builder, g(builder.add(arguments[5], i)))
            store(builder, multiply_add(builder, gained, rate, kept), x(i))
        return context.get_dummy_value()

    return types.void(z, factor, types.intp, types.intp, gain, types.intp, u, types.intp), codegen


@primitive
def cross_over(typingctx, result, z, cross, pairs):
    """Rows 2j and 2j + 1 for j < pairs: result[i] = cross[i] z[partner of i]."""

    def codegen(context, builder, signature, arguments):
        r, x, c = (row_of(context, builder, signature.args[k], arguments[k]) for k in range(3))
        one = context.get_constant(types.intp, 1)
        with cgutils.for_range(builder, arguments[3]) as loop:
            i = builder.shl(loop.index, one)
            k = builder.add(i, one)
            for here, partner in ((i, k), (k, i)):
                store(builder, builder.fmul(load(builder, c(here)), load(builder, x(partner))), r(here))
        return context.get_dummy_value()

    return types.void(result, z, cross, types.intp), codegen


@primitive
def add_row(typingctx, z, gain, first, u, row, count):
    """z[i] = z[i] + gain[first + i] u[row] for i < count."""

    def codegen(context, builder, signature, arguments):
        x = row_of(context, builder, signature.args[0], arguments[0])
        g = row_of(context, builder, signature.args[1], arguments[1])
        rate = load(builder, row_of(context, builder, signature.args[3], arguments[3])(arguments[4]))
        with cgutils.for_range(builder, arguments[5]) as loop:
            gained = load(builder, g(builder.add(arguments[2], loop.index)))
            store(builder, fused(builder, gained, rate, load(builder, x(loop.index))), x(loop.index))
        return context.get_dummy_value()

    return types.void(z, gain, types.intp, u, types.intp, types.intp), codegen


@primitive
def step_along(typingctx, result, y, slope, step, count):
    """result[i] = y[i] + step slope[i] for i < count."""

    def codegen(context, builder, signature, arguments):
        r, a, s = (row_of(context, builder, signature.args[k], arguments[k]) for k in range(3))
        factor = _in_all_lanes(builder, arguments[3])
        with cgutils.for_range(builder, arguments[4]) as loop:
            moved = fused(builder, factor, load(builder, s(loop.index)), load(builder, a(loop.index)))
            store(builder, moved, r(loop.index))
        return context.get_dummy_value()

    return types.void(result, y, slope, types.float64, types.intp), codegen


@primitive
def step_between(typingctx, y, slope, slope_after, half, count):
    """y[i] = y[i] + half (slope[i] + slope_after[i]) for i < count."""

    def codegen(context, builder, signature, arguments):
        a, s, t = (row_of(context, builder, signature.args[k], arguments[k]) for k in range(3))
        factor = _in_all_lanes(builder, arguments[3])
        with cgutils.for_range(builder, arguments[4]) as loop:
            both = builder.fadd(load(builder, s(loop.index)), load(builder, t(loop.index)))
            store(builder, fused(builder, factor, both, load(builder, a(loop.index))), a(loop.index))
        return context.get_dummy_value()

    return types.void(y, slope, slope_after, types.float64, types.intp), codegen


@primitive
def settle(typingctx, z, nothing, count):
    """z[i] = 0 for i < count in each lane where it is smaller than `nothing`."""

    def codegen(context, builder, signature, arguments):
        x = row_of(context, builder, signature.args[0], arguments[0])
        least = _in_all_lanes(builder, arguments[1])
        size = cgutils.get_or_insert_function(builder.module, ir.FunctionType(ROW, (ROW,)), f"llvm.fabs.v{LANES}f64")
        with cgutils.for_range(builder, arguments[2]) as loop:
            value = load(builder, x(loop.index))
            small = builder.fcmp_ordered("<", builder.call(size, (value,)), least)
            store(builder, builder.select(small, ir.Constant(ROW, [0.0] * LANES), value), x(loop.index))
        return context.get_dummy_value()

    return types.void(z, types.float64, types.intp), codegen


@primitive
def split(typingctx, whole, rounded, rest, count):
    """rounded[i] = whole[i] as far as its numbers hold it, rest[i] = what they leave, for i < count."""

    def codegen(context, builder, signature, arguments):
        w, a, r = (row_of(context, builder, signature.args[k], arguments[k]) for k in range(3))
        with cgutils.for_range(builder, arguments[3]) as loop:
            value = load(builder, w(loop.index))
            store(builder, value, a(loop.index))
            store(builder, builder.fsub(value, load(builder, a(loop.index))), r(loop.index))
        return context.get_dummy_value()

    return types.void(whole, rounded, rest, types.intp), codegen


@primitive
def join(typingctx, whole, rounded, rest, count):
    """whole[i] = rounded[i] + rest[i] for i < count."""

    def codegen(context, builder, signature, arguments):
        w, a, r = (row_of(context, builder, signature.args[k], arguments[k]) for k in range(3))
        with cgutils.for_range(builder, arguments[3]) as loop:
            both = builder.fadd(load(builder, a(loop.index)), load(builder, r(loop.index)))
            store(builder, both, w(loop.index))
        return context.get_dummy_value()

    return types.void(whole, rounded, rest, types.intp), codegen


@primitive
def copy_rows(typingctx, result, y, first, count):
    """result[i] = y[first + i] for i < count."""

    def codegen(context, builder, signature, arguments):
        r, a = (row_of(context, builder, signature.args[k], arguments[k]) for k in range(2))
        with cgutils.for_range(builder, arguments[3]) as loop:
            store(builder, load(builder, a(builder.add(arguments[2], loop.index))), r(loop.index))
        return context.get_dummy_value()

    return types.void(result, y, types.intp, types.intp), codegen


@primitive
def put_row(typingctx, source, row, result, position):
    """Write source[row] to the 16 places of result from `position` on, counted over all of the array."""

    def codegen(context, builder, signature, arguments):
        value = load(builder, row_of(context, builder, signature.args[0], arguments[0])(arguments[1]))
        data = context.make_array(signature.args[2])(context, builder, arguments[2]).data
        here = builder.bitcast(builder.gep(data, [arguments[3]]), ROW.as_pointer())
        store(builder, value, here)
        return context.get_dummy_value()

    return types.void(source, types.intp, result, types.intp), codegen


@primitive
def sum_up(typingctx, result, row, values, first, last, weight, begin):
    """Of values[i] for first <= i < last: the highest into result[row], the lowest into result[row + 1] and the sum of
    weight[begin + i - first] values[i], added in this order, into result[row + 2]."""

    def codegen(context, builder, signature, arguments):
        into, value = (row_of(context, builder, signature.args[k], arguments[k]) for k in (0, 2))
        weights = builder.gep(
            context.make_array(signature.args[5])(context, builder, arguments[5]).data, [arguments[6]]
        )
        starts = (-math.inf, math.inf, 0.0)
        highest, lowest, total = (cgutils.alloca_once_value(builder, ir.Constant(ROW, [s] * LANES)) for s in starts)
        one = context.get_constant(types.intp, 1)
        with cgutils.for_range_slice(builder, arguments[3], arguments[4], one) as (i, k):
            here = load(builder, value(i))
            for extreme, beyond in ((highest, ">"), (lowest, "<")):
                so_far = builder.load(extreme)
                builder.store(builder.select(builder.fcmp_ordered(beyond, here, so_far), here, so_far), extreme)
            own = _in_all_lanes(builder, builder.load(builder.gep(weights, [k])))
            builder.store(fused(builder, own, here, builder.load(total)), total)
        for k, found in enumerate((highest, lowest, total)):
            store(builder, builder.load(found), into(builder.add(arguments[1], context.get_constant(types.intp, k))))
        return context.get_dummy_value()

    return types.void(result, types.intp, values, types.intp, types.intp, weight, types.intp), codegen
