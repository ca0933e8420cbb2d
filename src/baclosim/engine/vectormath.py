"""exp, log and the words built on them, as straight-line code that the compiler turns into SIMD instructions.

The C library's functions are calls, which keep a loop over lanes from being vectorised. These are polynomials on a
reduced range; their error is below 2 ulp for exp and 2 ulp for log over the range that the equations use (a test
measures it against mpmath). The constants are computed here, not copied: Taylor and atanh series on ranges where
their tails vanish.
"""

from __future__ import annotations

import math
from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

primitive: Any = intrinsic  # Numba passes the typing context itself, which type checkers cannot see
lane = njit(forceinline=True, fastmath={"contract"}, error_model="numpy")

LOG2E = 1.0 / math.log(2.0)
LN2_HIGH = float.fromhex("0x1.62e42fee00000p-1")
LN2_LOW = float.fromhex("0x1.a39ef35793c76p-33")
ROUND = 1.5 * 2.0**52  # adding it leaves the nearest integer in the low bits of a double
SHIFT = 1 << 52
MANTISSA = SHIFT - 1
SQRT_HALF_BITS = 0x3FE6A09E667F3BCD
TINY = 1e-300
ABSENT = 1e-100  # as a concentration: with less, an effect and its products would be denormal numbers, which are slow


@primitive
def bits(typingctx, x):
    """The bits of a double as a 64-bit integer."""

    def codegen(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], ir.IntType(64))

    return types.int64(types.float64), codegen


@primitive
def double(typingctx, n):
    """The double that has these bits."""

    def codegen(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], ir.DoubleType())

    return types.float64(types.int64), codegen


E2, E3, E4, E5, E6, E7 = (1.0 / math.factorial(k) for k in range(2, 8))
E8, E9, E10, E11, E12, E13 = (1.0 / math.factorial(k) for k in range(8, 14))


@lane
def exp(x):
    """e to the power x for x clipped to -708 ... 708."""
    x = -708.0 if x < -708.0 else x
    x = 708.0 if x > 708.0 else x
    shifted = x * LOG2E + ROUND
    n = shifted - ROUND
    r = (x - n * LN2_HIGH) - n * LN2_LOW
    s = r * r
    q = s * s
    low = (E2 + r * E3) + s * (E4 + r * E5)
    middle = (E6 + r * E7) + s * (E8 + r * E9)
    high = (E10 + r * E11) + s * (E12 + r * E13)
    p = low + q * (middle + q * high)
    return (1.0 + (r + s * p)) * double((bits(shifted) + 1023) << 52)


L1, L2, L3, L4, L5, L6, L7, L8, L9, L10 = (2.0 / (2 * k + 1) for k in range(1, 11))


@lane
def log(x):
    """Natural logarithm of x, x clipped from below to the smallest number used."""
    x = TINY if x < TINY else x
    b = bits(x)
    exponent = (b - SQRT_HALF_BITS) >> 52
    m = double(b - (exponent << 52))
    e = double(exponent + bits(ROUND)) - ROUND
    f = m - 1.0
    t = f / (m + 1.0)
    s = t * t
    q = s * s
    odd = (L1 + s * L2) + q * ((L3 + s * L4) + q * ((L5 + s * L6) + q * ((L7 + s * L8) + q * (L9 + s * L10))))
    not_a_number = x - x  # 0 for every number; the bits alone would turn NaN into a number
    return e * LN2_HIGH + (f - (t * (f - s * odd) - e * LN2_LOW)) + not_a_number


@lane
def positive(x):
    """x where it is positive, otherwise 0."""
    return 0.0 if x < 0.0 else x


@lane
def select(condition, above, below):
    """`above` where `condition` is greater than 0, otherwise `below`."""
    return above if condition > 0.0 else below


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
    return 1.0 / (1.0 + exp(slope * log(half_effective / concentration)))


@lane
def logistic(x):
    """The probability whose logit is x."""
    return 1.0 / (1.0 + exp(-x))


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
