"""Writes, compiles and caches the lane loops of a network of equations.

The kernel's text is written to a cache folder and imported from there; the equations themselves are imported and
compiled, never copied into it. The folder's name is a hash of everything that the machine code depends on (text,
sources of all equations, Numba, Python, processor), so a changed equation can never be served from an old cache.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from . import cache
from .kept import COMPILING, Kept
from .network import Equation, Network, needed

LANES = 16
AHEAD = 4  # steps for which a body is moved at once where nothing happens
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
    own = ("vocabulary", "vectormath", "singlemath", "lanes", "carry", "events", "loop", "kernel")
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
        return rebind(plain, singlemath.MEANINGS, singlemath.lane, singlemath.single)
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
        *_function(f"advance({', '.join(ADVANCE)})", _advance(network)),
        *_function("observe(drive, state, parameter, wanted, result)", _observe(network)),
        "",
        "",
        f"march = compile_loop(rates, advance, observe, {sizes}, np.{REAL[precision]}, __name__, __file__)",
        "",
    ]
    return "\n".join(lines)


def _import(alias: str, function: Equation, precision: Precision) -> str:
    return f"{alias} = equation({function.__module__!r}, {function.__name__!r}, {precision!r})"


def _function(signature: str, body: list[str]) -> list[str]:
    head = '@njit(forceinline=True, fastmath={"contract"}, error_model="numpy")'
    return ["", "", head, f"def {signature}:", *(f"    {line}" for line in ("in_widest_vectors()", *body))]


def _rates(network: Network) -> list[str]:
    results = _stored(enumerate(_rate_calls(network)))
    return _lanes(network, network.rate_quantities, [s.rate for s in network.states], results)


def _rate_calls(network: Network) -> list[str]:
    return [f"rate_of_{s.name}({', '.join(needed(s.rate))})" for s in network.states]


ADVANCE = ("drive", "ahead", "state", "rest", "slope", "parameter", "half", "step")


def _advance(network: Network) -> list[str]:
    """A step of the states in singles, all in one pass: the rates at its predicted end, the end, and the next such end.

    drive, ahead  at the predicted end;  state  changed in place;  slope  the rates of the step before, then of this one
    rest          what rounding leaves of a state, added at the next step (Kahan's sum), so that many small steps lose
                  no more than in doubles; only a change larger than the state itself may lose its last bit
    """
    body = [f"after_{row} = {call}" for row, call in enumerate(_rate_calls(network))]
    for row in range(len(network.states)):
        place = f"{LANES * row} + lane"
        body += [
            f"change = half * (slope[{place}] + after_{row}) + rest[{place}]",
            f"here = state[{place}]",
            "there = here + change",
            f"state[{place}] = there",
            f"rest[{place}] = change - (there - here)",
            f"slope[{place}] = after_{row}",
            f"ahead[{place}] = there + step * after_{row}",
        ]
    return _lanes(network, network.rate_quantities, [s.rate for s in network.states], body, states="ahead")


def _observe(network: Network) -> list[str]:
    """Each part in a loop of its own, so that a run pays only for the parts that it records."""
    place = {name: i for i, name in enumerate(network.quantities)}
    lines = []
    for number, names in enumerate(network.parts):
        body = _lanes(network, network.closure(names), [], _stored((place[name], name) for name in names))
        lines += [f"if wanted[{number}]:", *(f"    {line}" for line in body)]
    return lines


def _stored(results: Iterable[tuple[int, str]]) -> list[str]:
    """Lines that write values into rows of `result`."""
    return [f"result[{LANES * row} + lane] = {value}" for row, value in results]


def _lanes(
    network: Network, quantities: tuple[str, ...], also: list[Equation], then: list[str], states: str = "state"
) -> list[str]:
    """A loop over lanes that evaluates quantities and does `then` with them; `also` are equations used there.

    states  the array that holds the states
    """
    if not then:
        return []
    asked = {n for e in (*(network.quantities[q] for q in quantities), *also) for n in needed(e)}
    inputs = {"drive": network.drives, states: tuple(s.name for s in network.states), "parameter": network.parameters}
    body = [
        f"{name} = {array}[{LANES * i} + lane]"
        for array, names in inputs.items()
        for i, name in enumerate(names)
        if name in asked
    ]
    body += [f"{q} = quantity_{q}({', '.join(needed(network.quantities[q]))})" for q in quantities]
    return [f"for lane in range({LANES}):", *(f"    {line}" for line in (*body, *then))]
