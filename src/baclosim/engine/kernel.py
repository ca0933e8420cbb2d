"""Writes, compiles and caches the lane loops of a network of equations.

The kernel's text is written to a cache folder and imported from there; the equations themselves are imported and
compiled, never copied into it. The folder's name is a hash of everything that the machine code depends on (text,
sources of all equations, Numba, Python, processor), so a changed equation can never be served from an old cache.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
from pathlib import Path
from typing import Any, Literal

from . import cache
from .kept import COMPILING, Kept
from .network import Equation, Network, needed

LANES = 16
Precision = Literal["double", "single"]
"""Of the effects; the body and the states that the effects move are always double."""
REAL = {"double": "float64", "single": "float32"}


def is_compiled(network: Network, precision: Precision = "double") -> bool:
    """Whether this machine has compiled the network's kernel before."""
    return any(kernel_folder(network, precision).glob("__pycache__/*.nbc"))


def kernel_folder(network: Network, precision: Precision = "double") -> Path:
    """Where the kernel of this network is kept."""
    return cache.root() / "kernels" / fingerprint(network, precision)


@functools.lru_cache(maxsize=16)
def fingerprint(network: Network, precision: Precision = "double") -> str:
    """Hash of everything that the machine code of a network's kernel depends on, taken once per process."""
    digest = hashlib.sha256()
    for text in (write_kernel(network, precision), *cache.versions()):
        digest.update(text.encode())
    own = ("vocabulary", "vectormath", "singlemath", "lanes", "loop", "kernel")
    for name in (*network.modules, *(f"baclosim.engine.{m}" for m in own), *COMPILING):
        digest.update(cache.source(name))
    return digest.hexdigest()[:20]


@functools.lru_cache(maxsize=64)
def kernel(network: Network, precision: Precision = "double") -> Kept:
    """The `march` of loop.py compiled around the lane functions of a network."""
    folder = kernel_folder(network, precision)
    return _kept.setdefault(folder, Kept("march", lambda: folder, lambda: _written_march(network, precision)))


_kept: dict[Path, Kept] = {}


def _written_march(network: Network, precision: Precision) -> Any:
    """`march` of the kernel's text, which is written to a file, where Numba wants to find it."""
    name = f"kernel_{fingerprint(network, precision)}"
    folder = cache.writable(kernel_folder(network, precision))
    return cache.imported(cache.written(folder / f"{name}.py", write_kernel(network, precision))).march


def equation(module: str, name: str, precision: Precision) -> Any:
    """An equation compiled with the SIMD meanings of its words; called by the written kernel."""
    from . import singlemath, vectormath
    from .vocabulary import rebind

    plain = getattr(importlib.import_module(module), name)
    if precision == "single":
        return rebind(plain, singlemath.MEANINGS, vectormath.lane, singlemath.single)
    return rebind(plain, vectormath.MEANINGS, vectormath.lane)


def write_kernel(network: Network, precision: Precision = "double") -> str:
    """The text of the kernel: the rates of all states, and the quantities part by part, in all lanes."""
    sizes = f"{len(network.quantities)}, {network.rate_drives}"
    lines = [
        '"""Written by baclosim.engine.kernel from the network of equations; do not edit."""',
        "import numpy as np",
        "from numba import njit",
        "from baclosim.engine.kernel import equation",
        "from baclosim.engine.lanes import in_widest_vectors",
        "from baclosim.engine.loop import compile_loop",
        "",
        *(_import(f"quantity_{name}", function, precision) for name, function in network.quantities.items()),
        *(_import(f"rate_of_{state.name}", state.rate, precision) for state in network.states),
        *_function("rates(drive, state, parameter, result)", _rates(network)),
        *_function("observe(drive, state, parameter, wanted, result)", _observe(network)),
        "",
        "",
        f"march = compile_loop(rates, observe, {sizes}, np.{REAL[precision]}, __name__, __file__)",
        "",
    ]
    return "\n".join(lines)


def _import(alias: str, function: Equation, precision: Precision) -> str:
    return f"{alias} = equation({function.__module__!r}, {function.__name__!r}, {precision!r})"


def _function(signature: str, body: list[str]) -> list[str]:
    head = '@njit(forceinline=True, fastmath={"contract"}, error_model="numpy")'
    return ["", "", head, f"def {signature}:", *(f"    {line}" for line in ("in_widest_vectors()", *body))]


def _rates(network: Network) -> list[str]:
    results = [f"rate_of_{s.name}({', '.join(needed(s.rate))})" for s in network.states]
    return _lanes(network, network.rate_quantities, [s.rate for s in network.states], dict(enumerate(results)))


def _observe(network: Network) -> list[str]:
    """Each part in a loop of its own, so that a run pays only for the parts that it records."""
    place = {name: i for i, name in enumerate(network.quantities)}
    lines = []
    for number, names in enumerate(network.parts):
        body = _lanes(network, network.closure(names), [], {place[name]: name for name in names})
        lines += [f"if wanted[{number}]:", *(f"    {line}" for line in body)]
    return lines


def _lanes(network: Network, quantities: tuple[str, ...], also: list[Equation], results: dict[int, str]) -> list[str]:
    """A loop over lanes that evaluates quantities and stores results, by row; `also` are equations in the results."""
    if not results:
        return []
    asked = {n for e in (*(network.quantities[q] for q in quantities), *also) for n in needed(e)}
    inputs = {"drive": network.drives, "state": tuple(s.name for s in network.states), "parameter": network.parameters}
    body = [
        f"{name} = {array}[{LANES * i} + lane]"
        for array, names in inputs.items()
        for i, name in enumerate(names)
        if name in asked
    ]
    body += [f"{q} = quantity_{q}({', '.join(needed(network.quantities[q]))})" for q in quantities]
    body += [f"result[{LANES * row} + lane] = {value}" for row, value in results.items()]
    return [f"for lane in range({LANES}):", *(f"    {line}" for line in body)]
