"""Vector instructions for rows of 16 lanes, one lane a patient.

The compiler unrolls a loop over 16 lanes before it looks for SIMD and then often finds none; these primitives say
plainly what is meant: a row is one vector of 16 doubles, which LLVM splits into whatever the processor has. Arrays
are C-contiguous with 16 columns; the caller keeps row numbers within them. Arithmetic is double; rows of singles, which
carry the effects when they are asked for in single precision, are widened when read and rounded when written.
"""

from __future__ import annotations

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


def _fused(builder, a, b, c):
    """a b + c."""
    return builder.fadd(builder.fmul(a, b, flags=CONTRACT), c, flags=CONTRACT)


@primitive
def weigh(typingctx, weight, mode, first, last, z, result, row):
    """result[row] = sum over first <= i < last of weight[i] z[mode[i]]."""

    def codegen(context, builder, signature, arguments):
        w = _row(context, builder, signature.args[0], arguments[0])
        modes = context.make_array(signature.args[1])(context, builder, arguments[1]).data
        x = _row(context, builder, signature.args[4], arguments[4])
        total = cgutils.alloca_once_value(builder, ir.Constant(ROW, [0.0] * LANES))
        one = context.get_constant(types.intp, 1)
        with cgutils.for_range_slice(builder, arguments[2], arguments[3], one) as (i, _):
            here = _load(builder, x(builder.load(builder.gep(modes, [i]))))
            builder.store(_fused(builder, _load(builder, w(i)), here, builder.load(total)), total)
        _store(builder, builder.load(total), _row(context, builder, signature.args[5], arguments[5])(arguments[6]))
        return context.get_dummy_value()

    return types.void(weight, mode, types.intp, types.intp, z, result, types.intp), codegen


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
def turn(typingctx, z, factor, cross, pairs):
    """Rows 2j and 2j + 1 for j < pairs: z[i] = factor[i] z[i] + cross[i] z[partner of i]."""

    def codegen(context, builder, signature, arguments):
        x, f, c = (_row(context, builder, signature.args[k], arguments[k]) for k in range(3))
        one = context.get_constant(types.intp, 1)
        with cgutils.for_range(builder, arguments[3]) as loop:
            i = builder.shl(loop.index, one)
            k = builder.add(i, one)
            a, b = _load(builder, x(i)), _load(builder, x(k))
            kept = builder.fmul(_load(builder, f(i)), a), builder.fmul(_load(builder, f(k)), b)
            _store(builder, _fused(builder, _load(builder, c(i)), b, kept[0]), x(i))
            _store(builder, _fused(builder, _load(builder, c(k)), a, kept[1]), x(k))
        return context.get_dummy_value()

    return types.void(z, factor, cross, types.intp), codegen


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
        one = builder.insert_element(ir.Constant(ROW, ir.Undefined), arguments[3], ir.Constant(ir.IntType(32), 0))
        same = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
        factor = builder.shuffle_vector(one, ir.Constant(ROW, ir.Undefined), same)
        with cgutils.for_range(builder, arguments[4]) as loop:
            moved = _fused(builder, factor, _load(builder, s(loop.index)), _load(builder, a(loop.index)))
            _store(builder, moved, r(loop.index))
        return context.get_dummy_value()

    return types.void(result, y, slope, types.float64, types.intp), codegen


@primitive
def copy_rows(typingctx, result, y, count):
    """result[i] = y[i] for i < count."""

    def codegen(context, builder, signature, arguments):
        r, a = (_row(context, builder, signature.args[k], arguments[k]) for k in range(2))
        with cgutils.for_range(builder, arguments[2]) as loop:
            _store(builder, _load(builder, a(loop.index)), r(loop.index))
        return context.get_dummy_value()

    return types.void(result, y, types.intp), codegen
