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
SINGLE_ROW = ir.VectorType(ir.FloatType(), LANES)
CONTRACT = ("contract",)  # multiply-add may be fused; nothing else may be reordered


def _row(context, builder, array_type, array):
    """A function that gives the pointer to a row of an array."""
    data = context.make_array(array_type)(context, builder, array).data
    row = SINGLE_ROW if array_type.dtype == types.float32 else ROW
    rows = builder.bitcast(data, row.as_pointer())
    return lambda index: builder.gep(rows, [index])


def _load(builder, pointer):
    """A row as doubles."""
    value = builder.load(pointer)
    value.align = 4
    return builder.fpext(value, ROW) if value.type == SINGLE_ROW else value


def _store(builder, value, pointer):
    narrow = pointer.type.pointee == SINGLE_ROW
    builder.store(builder.fptrunc(value, SINGLE_ROW) if narrow else value, pointer).align = 4


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


def _multiply_add(builder):
    """The function a b + c, rounded once, on rows."""
    signature = ir.FunctionType(ROW, (ROW, ROW, ROW))
    return cgutils.get_or_insert_function(builder.module, signature, f"llvm.fma.v{LANES}f64")


def _fused(builder, a, b, c):
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
        begin = _row(context, builder, signature.args[7], arguments[7])(arguments[6])
        _sum(context, builder, signature, arguments, _load(builder, begin))
        return context.get_dummy_value()

    return types.void(weight, mode, types.intp, types.intp, z, result, types.intp, begun), codegen


def _sum(context, builder, signature, arguments, begin):
    """Write begin + the sum over first <= i < last of weight[i] z[mode[i]], added in this order, into result[row]."""
    w = _row(context, builder, signature.args[0], arguments[0])
    modes = context.make_array(signature.args[1])(context, builder, arguments[1]).data
    x = _row(context, builder, signature.args[4], arguments[4])
    total = cgutils.alloca_once_value(builder, begin)
    one = context.get_constant(types.intp, 1)
    with cgutils.for_range_slice(builder, arguments[2], arguments[3], one) as (i, _):
        here = _load(builder, x(builder.load(builder.gep(modes, [i]))))
        builder.store(_fused(builder, _load(builder, w(i)), here, builder.load(total)), total)
    _store(builder, builder.load(total), _row(context, builder, signature.args[5], arguments[5])(arguments[6]))


@primitive
def scale(typingctx, z, factor, first, count):
    """z[i] = z[i] factor[i] for first <= i < count."""

    def codegen(context, builder, signature, arguments):
        x = _row(context, builder, signature.args[0], arguments[0])
        f = _row(context, builder, signature.args[1], arguments[1])
        with cgutils.for_range_slice(builder, arguments[2], arguments[3], context.get_constant(types.intp, 1)) as (
            i,
            _,
        ):
            _store(builder, builder.fmul(_load(builder, x(i)), _load(builder, f(i))), x(i))
        return context.get_dummy_value()

    return types.void(z, factor, types.intp, types.intp), codegen


@primitive
def scale_and_add(typingctx, z, factor, first, count, gain, start, u, row):
    """z[i] = z[i] factor[i] + gain[start + i] u[row] for first <= i < count: `scale` and `add_row` in one.

    The first product is rounded, whichever a compiler might choose: with u[row] = 0 nothing else than `scale` happens.
    """

    def codegen(context, builder, signature, arguments):
        x, f, g = (_row(context, builder, signature.args[k], arguments[k]) for k in (0, 1, 4))
        rate = _load(builder, _row(context, builder, signature.args[6], arguments[6])(arguments[7]))
        with cgutils.for_range_slice(builder, arguments[2], arguments[3], context.get_constant(types.intp, 1)) as (
            i,
            _,
        ):
            kept = builder.fmul(_load(builder, x(i)), _load(builder, f(i)))
            gained = _load(builder, g(builder.add(arguments[5], i)))
            _store(builder, builder.call(_multiply_add(builder), (gained, rate, kept)), x(i))
        return context.get_dummy_value()

    return types.void(z, factor, types.intp, types.intp, gain, types.intp, u, types.intp), codegen


@primitive
def cross_over(typingctx, result, z, cross, pairs):
    """Rows 2j and 2j + 1 for j < pairs: result[i] = cross[i] z[partner of i]."""

    def codegen(context, builder, signature, arguments):
        r, x, c = (_row(context, builder, signature.args[k], arguments[k]) for k in range(3))
        one = context.get_constant(types.intp, 1)
        with cgutils.for_range(builder, arguments[3]) as loop:
            i = builder.shl(loop.index, one)
            k = builder.add(i, one)
            for here, partner in ((i, k), (k, i)):
                _store(builder, builder.fmul(_load(builder, c(here)), _load(builder, x(partner))), r(here))
        return context.get_dummy_value()

    return types.void(result, z, cross, types.intp), codegen


@primitive
def add_row(typingctx, z, gain, first, u, row, count):
    """z[i] = z[i] + gain[first + i] u[row] for i < count."""

    def codegen(context, builder, signature, arguments):
        x = _row(context, builder, signature.args[0], arguments[0])
        g = _row(context, builder, signature.args[1], arguments[1])
        rate = _load(builder, _row(context, builder, signature.args[3], arguments[3])(arguments[4]))
        with cgutils.for_range(builder, arguments[5]) as loop:
            gained = _load(builder, g(builder.add(arguments[2], loop.index)))
            _store(builder, _fused(builder, gained, rate, _load(builder, x(loop.index))), x(loop.index))
        return context.get_dummy_value()

    return types.void(z, gain, types.intp, u, types.intp, types.intp), codegen


@primitive
def step_along(typingctx, result, y, slope, step, count):
    """result[i] = y[i] + step slope[i] for i < count."""

    def codegen(context, builder, signature, arguments):
        r, a, s = (_row(context, builder, signature.args[k], arguments[k]) for k in range(3))
        factor = _in_all_lanes(builder, arguments[3])
        with cgutils.for_range(builder, arguments[4]) as loop:
            moved = _fused(builder, factor, _load(builder, s(loop.index)), _load(builder, a(loop.index)))
            _store(builder, moved, r(loop.index))
        return context.get_dummy_value()

    return types.void(result, y, slope, types.float64, types.intp), codegen


@primitive
def step_between(typingctx, y, slope, slope_after, half, count):
    """y[i] = y[i] + half (slope[i] + slope_after[i]) for i < count."""

    def codegen(context, builder, signature, arguments):
        a, s, t = (_row(context, builder, signature.args[k], arguments[k]) for k in range(3))
        factor = _in_all_lanes(builder, arguments[3])
        with cgutils.for_range(builder, arguments[4]) as loop:
            both = builder.fadd(_load(builder, s(loop.index)), _load(builder, t(loop.index)))
            _store(builder, _fused(builder, factor, both, _load(builder, a(loop.index))), a(loop.index))
        return context.get_dummy_value()

    return types.void(y, slope, slope_after, types.float64, types.intp), codegen


@primitive
def step_on(typingctx, y, slope, slope_after, half, step, predicted, count):
    """`step_between`, slope[i] = slope_after[i], and `step_along` from there into predicted, all in one pass."""

    def codegen(context, builder, signature, arguments):
        a, s, t, p = (_row(context, builder, signature.args[k], arguments[k]) for k in (0, 1, 2, 5))
        between, along = (_in_all_lanes(builder, arguments[k]) for k in (3, 4))
        with cgutils.for_range(builder, arguments[6]) as loop:
            after = _load(builder, t(loop.index))
            both = builder.fadd(_load(builder, s(loop.index)), after)
            here = _fused(builder, between, both, _load(builder, a(loop.index)))
            _store(builder, here, a(loop.index))
            _store(builder, after, s(loop.index))
            _store(builder, _fused(builder, along, after, here), p(loop.index))
        return context.get_dummy_value()

    return types.void(y, slope, slope_after, types.float64, types.float64, predicted, types.intp), codegen


@primitive
def copy_rows(typingctx, result, y, count):
    """result[i] = y[i] for i < count."""

    def codegen(context, builder, signature, arguments):
        r, a = (_row(context, builder, signature.args[k], arguments[k]) for k in range(2))
        with cgutils.for_range(builder, arguments[2]) as loop:
            _store(builder, _load(builder, a(loop.index)), r(loop.index))
        return context.get_dummy_value()

    return types.void(result, y, types.intp), codegen


@primitive
def put_row(typingctx, source, row, result, position):
    """Write source[row] to the 16 places of result from `position` on, counted over all of the array."""

    def codegen(context, builder, signature, arguments):
        value = _load(builder, _row(context, builder, signature.args[0], arguments[0])(arguments[1]))
        data = context.make_array(signature.args[2])(context, builder, arguments[2]).data
        here = builder.bitcast(builder.gep(data, [arguments[3]]), ROW.as_pointer())
        _store(builder, value, here)
        return context.get_dummy_value()

    return types.void(source, types.intp, result, types.intp), codegen


@primitive
def sum_up(typingctx, result, row, values, first, last, weight, begin):
    """Of values[i] for first <= i < last: the highest into result[row], the lowest into result[row + 1] and the sum of
    weight[begin + i - first] values[i], added in this order, into result[row + 2]."""

    def codegen(context, builder, signature, arguments):
        into, value = (_row(context, builder, signature.args[k], arguments[k]) for k in (0, 2))
        weights = builder.gep(
            context.make_array(signature.args[5])(context, builder, arguments[5]).data, [arguments[6]]
        )
        starts = (-math.inf, math.inf, 0.0)
        highest, lowest, total = (cgutils.alloca_once_value(builder, ir.Constant(ROW, [s] * LANES)) for s in starts)
        one = context.get_constant(types.intp, 1)
        with cgutils.for_range_slice(builder, arguments[3], arguments[4], one) as (i, k):
            here = _load(builder, value(i))
            for extreme, beyond in ((highest, ">"), (lowest, "<")):
                so_far = builder.load(extreme)
                builder.store(builder.select(builder.fcmp_ordered(beyond, here, so_far), here, so_far), extreme)
            own = _in_all_lanes(builder, builder.load(builder.gep(weights, [k])))
            builder.store(_fused(builder, own, here, builder.load(total)), total)
        for k, found in enumerate((highest, lowest, total)):
            _store(builder, builder.load(found), into(builder.add(arguments[1], context.get_constant(types.intp, k))))
        return context.get_dummy_value()

    return types.void(result, types.intp, values, types.intp, types.intp, weight, types.intp), codegen
