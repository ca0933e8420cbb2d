"""The words of `vectormath` in single precision: half as wide, shorter polynomials, errors below 3 ulp.

Used for the effects of runs that ask for it; the body and the states they move stay double. Every constant is a
float32, since one double in an expression would widen all of it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

primitive: Any = intrinsic  # Numba passes the typing context itself, which type checkers cannot see
single = np.float32
# a quotient may be the product with a reciprocal: one step of Newton's from the processor's estimate, where it has one
lane = njit(forceinline=True, fastmath={"contract", "arcp", "ninf"}, error_model="numpy")

ZERO, ONE = single(0.0), single(1.0)
LOG2E = single(1.0 / math.log(2.0))
LN2_HIGH = single(float.fromhex("0x1.62ep-1"))  # eleven bits: n times it is exact
LN2_LOW = single(math.log(2.0) - float.fromhex("0x1.62ep-1"))
ROUND = single(1.5 * 2.0**23)  # adding it leaves the nearest integer in the low bits
MOST = single(87.0)  # e to this is near the largest single
TINY = single(1e-30)
ABSENT = single(1e-12)  # as a concentration [ug/mL]; see vectormath
SQRT_HALF_BITS = 0x3F3504F3


@primitive
def bits(typingctx, x):
    """The bits of a single as a 32-bit integer."""

    def codegen(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], ir.IntType(32))

    return types.int32(types.float32), codegen


@primitive
def power_of_two(typingctx, shifted):
    """2 to the power n from the bits of n + ROUND."""

    def codegen(context, builder, signature, arguments):
        biased = builder.add(arguments[0], ir.Constant(ir.IntType(32), 127))
        return builder.bitcast(builder.shl(biased, ir.Constant(ir.IntType(32), 23)), ir.FloatType())

    return types.float32(types.int32), codegen


@primitive
def exponent_of(typingctx, b):
    """The integer e for which x 2^-e lies in [sqrt 1/2, sqrt 2), from the bits of x, as a single."""

    def codegen(context, builder, signature, arguments):
        whole = ir.IntType(32)
        moved = builder.sub(arguments[0], ir.Constant(whole, SQRT_HALF_BITS))
        return builder.sitofp(builder.ashr(moved, ir.Constant(whole, 23)), ir.FloatType())

    return types.float32(types.int32), codegen


@primitive
def mantissa_of(typingctx, b):
    """x 2^-e for that e."""

    def codegen(context, builder, signature, arguments):
        whole = ir.IntType(32)
        moved = builder.sub(arguments[0], ir.Constant(whole, SQRT_HALF_BITS))
        exponent = builder.and_(moved, ir.Constant(whole, -(1 << 23)))
        return builder.bitcast(builder.sub(arguments[0], exponent), ir.FloatType())

    return types.float32(types.int32), codegen


E2, E3, E4, E5, E6, E7 = (single(1.0 / math.factorial(k)) for k in range(2, 8))


@lane
def exp(x):
    """e to the power x for x clipped to -87 ... 87."""
    x = -MOST if x < -MOST else x
    x = MOST if x > MOST else x
    shifted = x * LOG2E + ROUND
    n = shifted - ROUND
    r = (x - n * LN2_HIGH) - n * LN2_LOW
    s = r * r
    p = (E2 + r * E3) + s * ((E4 + r * E5) + s * (E6 + r * E7))
    return (ONE + (r + s * p)) * power_of_two(bits(shifted))


L1, L2, L3, L4 = (single(2.0 / (2 * k + 1)) for k in range(1, 5))


@lane
def log(x):
    """Natural logarithm of x, x clipped from below to the smallest number used."""
    x = TINY if x < TINY else x
    b = bits(x)
    e = exponent_of(b)
    m = mantissa_of(b)
    f = m - ONE
    t = f / (m + ONE)
    s = t * t
    odd = (L1 + s * L2) + (s * s) * (L3 + s * L4)
    not_a_number = x - x  # 0 for every number; the bits alone would turn NaN into a number
    return e * LN2_HIGH + (f - (t * (f - s * odd) - e * LN2_LOW)) + not_a_number


@lane
def positive(x):
    """x where it is positive, otherwise 0."""
    return ZERO if x < ZERO else x


@lane
def select(condition, above, below):
    """`above` where `condition` is greater than 0, otherwise `below`."""
    return above if condition > ZERO else below


@lane
def power(x, exponent):
    """x to a real power."""
    return exp(exponent * log(x))


@lane
def root(x):
    """Square root of x, one instruction; x clipped from below to the smallest number used."""
    return math.sqrt(TINY if x < TINY else x)


@lane
def hill(concentration, half_effective, slope):
    """C^n / (C^n + K^n), with one logarithm."""
    concentration = ABSENT if concentration < ABSENT else concentration
    return ONE / (ONE + exp(slope * log(half_effective / concentration)))


@lane
def logistic(x):
    """The probability whose logit is x."""
    return ONE / (ONE + exp(-x))


MEANINGS = {
    "exp": exp,
    "log": log,
    "positive": positive,
    "select": select,
    "power": power,
    "root": root,
    "hill": hill,
    "logistic": logistic,
}
