"""Compiled functions whose machine code is kept on disk, so that a later process calls it without loading a compiler.

Numba compiles them as ever, by entry.py, and machine.py loads what came out. Where that cannot be, Numba and its own
cache do all of the work. A function of this kind allocates nothing and raises nothing; it takes arrays, tuples
of them and numbers, and returns a whole number or nothing.
"""

from __future__ import annotations

import ctypes
import functools
import hashlib
import importlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np

from . import cache
from .machine import Code, called, loaded

COMPILING = tuple(f"baclosim.engine.{name}" for name in ("machine", "entry", "lanes"))  # behind all machine code
KIND = attrgetter("dtype", "ndim", "flags.c_contiguous")
_compiling = threading.RLock()


@dataclass(frozen=True)
class Layout:
    """Where the arguments of a call stand.

    signs                       one for each argument, see `sign`
    arrays, tuples, whole, real  positions of arrays, of tuples of arrays, of whole and of real numbers
    codes                       machine code by the kinds of the arrays
    """

    signs: tuple[str, ...]
    arrays: list[int]
    tuples: list[int]
    whole: list[int]
    real: list[int]
    codes: dict[tuple[Any, ...], Code]

    @classmethod
    def of(cls, given: Sequence[Any]) -> Layout:
        """That of a call with these arguments."""
        signs = tuple(map(sign, given))
        arrays, tuples, whole, real = ([i for i, s in enumerate(signs) if s[0] in own] for own in ("a", "t", "ib", "f"))
        return cls(signs, arrays, tuples, whole, real, {})


def sign(value: Any) -> str:
    """ "a" for an array, "t3" for a tuple of three, "b" for a truth value, "i" and "f" for whole and real numbers."""
    kinds = (np.ndarray, "a"), ((bool, np.bool_), "b"), ((int, np.integer), "i"), ((float, np.floating), "f")
    found = (
        f"t{len(value)}" if isinstance(value, tuple) else next((s for kind, s in kinds if isinstance(value, kind)), "")
    )
    if not found:
        raise TypeError(f"machine code takes no {type(value).__name__}")
    return found


class Kept:
    """A function that is called by its machine code, whoever compiled it: an earlier process, or this one.

    folder  tells where machine code is kept: a folder named by all that it depends on
    plain   gives the function as Numba is to compile it, asked only then
    """

    def __init__(self, name: str, folder: Callable[[], Path], plain: Callable[[], Any]) -> None:
        self.name, self._folder, self._plain = name, folder, plain
        self._layouts: dict[tuple[Any, ...], Layout] = {}

    def __call__(self, *given: Any) -> int:
        """Call it; raises TypeError for an argument that machine code cannot take."""
        types = tuple([len(each) if type(each) is tuple else type(each) for each in given])
        layout = self._layouts.get(types) or self._layouts.setdefault(types, Layout.of(given))
        arrays = [given[i] for i in layout.arrays]
        for i in layout.tuples:
            arrays += given[i]
        kinds = tuple(map(KIND, arrays))
        code = layout.codes.get(kinds) or self._code(layout, kinds)
        returned, raised = ctypes.c_int64(), ctypes.c_void_p()
        status = code(
            ctypes.byref(returned),
            ctypes.byref(raised),
            (ctypes.py_object * len(arrays))(*arrays),
            (ctypes.c_int64 * len(layout.whole))(*[given[i] for i in layout.whole]),
            (ctypes.c_double * len(layout.real))(*[given[i] for i in layout.real]),
        )
        if status:
            raise RuntimeError(f"{self.name} raised an error, for which it is not made")
        return returned.value

    def _code(self, layout: Layout, kinds: tuple[Any, ...]) -> Code:
        """The machine code for arrays of these kinds, loaded or compiled."""
        with _compiling:
            if kinds not in layout.codes:
                text = " ".join((*layout.signs, *(f"{dtype.str}{axes}{is_dense}" for dtype, axes, is_dense in kinds)))
                file = self._folder() / f"{self.name}-{hashlib.sha256(text.encode()).hexdigest()[:12]}.o"
                layout.codes[kinds] = loaded(file) or self._compiled(file, layout.signs, kinds)
            return layout.codes[kinds]

    def _compiled(self, file: Path, signs: Sequence[str], kinds: Sequence[Any]) -> Code:
        from .entry import compile_entry

        return called(compile_entry(self._plain(), cache.writable(file.parent) / file.name, signs, kinds))


def kept(function: Callable[..., Any]) -> Kept:
    """A function compiled when it is first called, with the plain functions of its module that it calls.

    Its machine code is kept in a folder named by the text of the module, beside what all machine code depends on.
    """
    return _kept_of(function.__module__, function.__name__, lambda: function)


def kept_in(module: str, name: str) -> Kept:
    """The same of a function in a module that is imported only to be compiled."""
    return _kept_of(module, name, lambda: getattr(importlib.import_module(module), name))


def _kept_of(module: str, name: str, function: Callable[[], Any]) -> Kept:
    def folder() -> Path:
        digest = hashlib.sha256("".join(cache.versions()).encode())
        for each in (module, *COMPILING):
            digest.update(cache.source(each))
        return cache.root() / "functions" / digest.hexdigest()[:20]

    def plain() -> Any:
        from .entry import compiled

        return compiled(function())

    return Kept(name, functools.cache(folder), plain)
