"""Writes, compiles and caches the lane loops of a network of equations.

The kernel's text is written to a cache folder and imported from there; the equations themselves are imported and
compiled, never copied into it. The folder's name is a hash of everything that the machine code depends on (text,
sources of all equations, Numba, Python, processor), so a changed equation can never be served from an old cache.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import importlib.util
import os
import platform
import sys
import threading
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from .network import Equation, Network, needed

LANES = 16
Precision = Literal["double", "single"]
"""Of the effects; the body and the states that the effects move are always double."""
REAL = {"double": "float64", "single": "float32"}


def cache_root() -> Path:
    """Folder of compiled kernels: $BACLOSIM_CACHE, or the user's cache folder."""
    chosen = os.environ.get("BACLOSIM_CACHE")
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(chosen) if chosen else base / "baclosim"


def is_compiled(network: Network, precision: Precision = "double") -> bool:
    """Whether this machine has compiled the network's kernel before."""
    return any(kernel_folder(network, precision).glob("__pycache__/*.nbc"))


def kernel_folder(network: Network, precision: Precision = "double") -> Path:
    """Where the kernel of this network is kept."""
    return cache_root() / "kernels" / fingerprint(network, precision)


@functools.lru_cache(maxsize=16)
def fingerprint(network: Network, precision: Precision = "double") -> str:
    """Hash of everything that the machine code of a network's kernel depends on, taken once per process."""
    digest = hashlib.sha256()
    for text in (write_kernel(network, precision), *_versions()):
        digest.update(text.encode())
    own = ("vocabulary", "vectormath", "singlemath", "lanes", "loop", "kernel")
    for name in (*network.modules, *(f"baclosim.engine.{m}" for m in own)):
        digest.update(_source(name))
    return digest.hexdigest()[:20]


@functools.cache
def _versions() -> tuple[str, ...]:
    from importlib.metadata import version

    return (
        version("numba"),
        version("llvmlite"),
        sys.version,
        platform.machine(),
        platform.processor(),
        _cpu(),
    )


@functools.cache
def _cpu() -> str:
    from llvmlite import binding

    return binding.get_host_cpu_name()


def _source(module: str) -> bytes:
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(module)
    return Path(spec.origin).read_bytes()


@functools.lru_cache(maxsize=64)
def kernel(network: Network, precision: Precision = "double") -> ModuleType:
    """The compiled kernel of a network: a module whose `march` is loop.py compiled around its lane functions."""
    return _load(fingerprint(network, precision), network, precision)


_loaded: dict[str, ModuleType] = {}


def _load(mark: str, network: Network, precision: Precision) -> ModuleType:
    if mark in _loaded:
        return _loaded[mark]
    folder = _writable(kernel_folder(network, precision))
    file = folder / f"kernel_{mark}.py"
    text = write_kernel(network, precision)
    if not file.exists() or file.read_text(encoding="utf-8") != text:
        part = folder / f"{file.name}.{os.getpid()}.part"
        part.write_text(text, encoding="utf-8")
        part.replace(file)
    _load_numba()
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[file.stem] = module
    spec.loader.exec_module(module)
    _loaded[mark] = module
    return module


def _load_numba() -> None:
    """Load Numba's functions of arrays, which look for SciPy's linear algebra and so would load all of it: 0.2 s.

    No kernel multiplies matrices. Whoever does in a Numba function of their own finds SciPy then as ever.
    """
    sought = "scipy.linalg.cython_blas"
    with _loading:
        if sought in sys.modules or "numba.np.arraymath" in sys.modules:
            return
        import numba

        hidden: dict[str, Any] = sys.modules
        hidden[sought] = None
        try:
            import numba.np.arraymath  # noqa: F401
        finally:
            del hidden[sought]


_loading = threading.Lock()


def _writable(folder: Path) -> Path:
    import tempfile

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        fallback = Path(tempfile.gettempdir()) / f"baclosim-{os.getuid()}" / folder.name
        fallback.mkdir(parents=True, exist_ok=True)
        return fallback


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
