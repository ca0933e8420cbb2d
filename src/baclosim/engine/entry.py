"""The way from Python into a compiled function without Numba's own wrapper: compiled here, kept by machine.py.

An array is handed over as the Python object that it is. Where its numbers and its shape stand in there is laid down by
NumPy's headers, by which every extension module is compiled.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ctypes import c_void_p, sizeof
from pathlib import Path
from types import FunctionType
from typing import Any

import numba
from llvmlite import binding, ir
from numba import from_dtype, types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import populate_array

from . import cache
from .machine import linked, target_machine

Kinds = Sequence[tuple[Any, int, bool]]
"""Of each array its type of number, its axes, and whether it is C-contiguous."""
njit: Any = numba.njit  # its stubs do not know `_nrt`
HOW: dict[str, Any] = {"_nrt": False, "fastmath": {"contract"}, "error_model": "numpy"}
NUMBERS, POINTER = object.__basicsize__, sizeof(c_void_p)  # an array's own begins with a pointer to its numbers;
SHAPE, STRIDES = NUMBERS + 2 * POINTER, NUMBERS + 3 * POINTER  # then come those to the axes' lengths and steps


def reader(dtype: Any, axes: int, is_contiguous: bool) -> Any:
    """A function of compiled code: the array number `i` of those handed over."""
    array = types.Array(from_dtype(dtype), axes, "C" if is_contiguous else "A")

    @intrinsic
    def read(typingctx: Any, objects: Any, i: Any) -> Any:
        def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            own = builder.inttoptr(builder.load(builder.gep(arguments[0], [arguments[1]])), ir.IntType(8).as_pointer())
            found = context.make_array(array)(context, builder)
            words = context.get_value_type(types.intp).as_pointer()

            def member(offset: int, kind: Any) -> Any:
                return builder.load(builder.bitcast(cgutils.gep_inbounds(builder, own, offset), kind.as_pointer()))

            lengths, steps = (
                [builder.load(cgutils.gep_inbounds(builder, member(offset, words), axis)) for axis in range(axes)]
                for offset in (SHAPE, STRIDES)
            )
            size = context.get_abi_sizeof(context.get_data_type(array.dtype))
            numbers = member(NUMBERS, found.data.type)
            populate_array(found, numbers, lengths, steps, context.get_constant(types.intp, size), None)
            return found._getvalue()

        return array(types.CPointer(types.intp), types.intp), codegen

    return read


@intrinsic
def whole_number(typingctx: Any, found: Any) -> Any:
    """What a function returns as a whole number; 0 for nothing."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        if found == types.none:
            return context.get_constant(types.intp, 0)
        return context.cast(builder, arguments[0], found, types.intp)

    return types.intp(found), codegen


def compiled(function: FunctionType) -> Any:
    """A function as Numba is to compile it, and the plain functions of its module that it calls."""
    names = {name: function.__globals__.get(name) for name in function.__code__.co_names}
    own = {
        name: compiled(value)
        for name, value in names.items()
        if isinstance(value, FunctionType) and value.__module__ == function.__module__
    }
    copy = FunctionType(function.__code__, {**function.__globals__, **own}, function.__name__)
    copy.__module__, copy.__qualname__ = function.__module__, function.__qualname__
    return njit(**HOW)(copy)


def write_entry(signs: Sequence[str], kinds: Kinds) -> str:
    """The text of the entry of a function with arguments of these signs (see machine.py) and arrays of these kinds."""
    plain = sum(sign == "a" for sign in signs)
    lines = [
        '"""Written by baclosim.engine.entry; do not edit. `function` and `readers` are put in when this is loaded."""',
        "from numba import njit, types",
        "from baclosim.engine.entry import HOW, whole_number",
        *(f"read_{i} = readers[{i}]" for i in range(len(kinds))),
        "signature = types.intp(types.CPointer(types.intp), types.CPointer(types.intp), types.CPointer(types.float64))",
        "",
        "",
        "@njit(signature, cache=True, no_cpython_wrapper=True, no_cfunc_wrapper=True, **HOW)",
        "def entry(objects, whole, real):",
        f"    return whole_number(function({', '.join(arguments(signs, plain))}))",
        "",
    ]
    return "\n".join(lines)


def arguments(signs: Sequence[str], tupled: int) -> Iterator[str]:
    """The arguments of the call, read one by one; arrays of tuples are handed over last, from number `tupled` on."""
    array = whole = real = 0
    for sign in signs:
        match sign[0]:
            case "a":
                yield f"read_{array}(objects, {array})"
                array += 1
            case "t":
                own = range(tupled, tupled := tupled + int(sign[1:]))
                yield f"({', '.join(f'read_{i}(objects, {i})' for i in own)},)"
            case "f":
                yield f"real[{real}]"
                real += 1
            case _:
                yield f"whole[{whole}]" if sign == "i" else f"whole[{whole}] != 0"
                whole += 1


def compile_entry(plain: Any, file: Path, signs: Sequence[str], kinds: Kinds) -> int:
    """Compile a function and keep its machine code in a file; returns the address of its entry."""
    readers = [reader(*kind) for kind in kinds]
    source = cache.written(file.with_suffix(".py"), write_entry(signs, kinds))
    entry = cache.imported(source, function=plain, readers=readers).entry
    (made,) = entry.overloads.values()
    name = made.fndesc.mangled_name
    if not file.exists():
        keep(file, name, *entry.inspect_llvm().values())
    return made.library.get_pointer_to_function(name)


def keep(file: Path, name: str, text: str) -> None:
    """Write the object file of an entry, or an empty one where only Numba can use it, for who comes later to see."""
    content = target_machine().emit_object(binding.parse_assembly(text))
    try:
        linked(name, content)
    except RuntimeError:
        cache.written(file, b"")
    else:
        cache.written(file, name.encode() + b"\n" + content)
