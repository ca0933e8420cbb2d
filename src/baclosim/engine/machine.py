"""Machine code in object files, put into memory by llvmlite: the LLVM that Numba compiles with, without Numba.

Numba takes half a second of processor time to load and to give back functions from a cache of its own; this takes a
few milliseconds.
"""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

Code = Callable[..., int]
"""Room for what the function returns and for what it raises, the arrays, whole numbers, real numbers -> 0, or not."""
PROTOTYPE = ctypes.CFUNCTYPE(ctypes.c_int32, *[ctypes.c_void_p] * 5)


def loaded(file: Path) -> Code | None:
    """The machine code of an object file, whose first line names the function; None where none can be used."""
    try:
        name, _, content = file.read_bytes().partition(b"\n")
        return called(linked(name.decode(), content)) if content else None
    except (OSError, RuntimeError):
        return None


def called(address: int) -> Code:
    """The machine code at an address, which runs beside other threads of Python."""
    return PROTOTYPE(address)


_libraries: list[Any] = []  # which own the machine code: it stays as long as the process


def linked(name: str, content: bytes) -> int:
    """The address of a function of an object file; raises RuntimeError when it needs what is not in this process."""
    from llvmlite import binding

    builder = binding.JITLibraryBuilder().add_object_img(content).add_current_process().export_symbol(name)
    library = builder.link(_linker(), f"{name[:40]} {len(_libraries)}")
    _libraries.append(library)
    return library[name]


@functools.cache
def _linker() -> Any:
    from llvmlite import binding

    return binding.create_lljit_compiler(target_machine(), suppress_errors=True)


def target_machine() -> Any:
    """This processor, all of its instructions used, as LLVM describes it."""
    from llvmlite import binding

    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    target = binding.Target.from_triple(binding.get_process_triple())
    cpu, features = binding.get_host_cpu_name(), binding.get_host_cpu_features().flatten()
    relocation = "static" if target.name.startswith("x86") else "default"
    return target.create_target_machine(
        cpu=cpu, features=features, opt=3, reloc=relocation, codemodel="jitdefault", jit=True
    )
