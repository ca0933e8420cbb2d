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
from pathlib import Path
from types import ModuleType
from typing import Any

from .network import Equation, Network, needed

LANES = 16


def cache_root() -> Path:
    """Folder of compiled kernels: $BACLOSIM_CACHE, or the user's cache folder."""
    chosen = os.environ.get("BACLOSIM_CACHE")
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(chosen) if chosen else base / "baclosim"


def is_compiled(network: Network) -> bool:
    """Whether this machine has compiled the network's kernel before."""
    return any(kernel_folder(network).glob("__pycache__/*.nbc"))


def kernel_folder(network: Network) -> Path:
    """Where the kernel of this network is kept."""
    return cache_root() / "kernels" / fingerprint(network)


def fingerprint(network: Network) -> str:
    """Hash of everything that the machine code of a network's kernel depends on."""
    digest = hashlib.sha256()
    for text in (write_kernel(network), *_versions()):
        digest.update(text.encode())
    for name in (
        *network.modules,
        *(f"baclosim.engine.{m}" for m in ("vocabulary", "vectormath", "lanes", "loop", "kernel")),
    ):
        digest.update(_source(name))
    return digest.hexdigest()[:20]


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


def kernel(network: Network) -> ModuleType:
    """The compiled kernel of a network: a module whose `loop` is loop.py compiled around its lane functions."""
    return _load(fingerprint(network), network)


_loaded: dict[str, ModuleType] = {}


def _load(mark: str, network: Network) -> ModuleType:
    if mark in _loaded:
        return _loaded[mark]
    folder = _writable(kernel_folder(network))
    file = folder / f"kernel_{mark}.py"
    text = write_kernel(network)
    if not file.exists() or file.read_text(encoding="utf-8") != text:
        part = folder / f"{file.name}.{os.getpid()}.part"
        part.write_text(text, encoding="utf-8")
        part.replace(file)
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[file.stem] = module
    spec.loader.exec_module(module)
    _loaded[mark] = module
    return module


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


def equation(module: str, name: str) -> Any:
    """An equation compiled with the SIMD meanings of its words; called by the written kernel."""
    from .vectormath import MEANINGS, lane
    from .vocabulary import rebind

    return rebind(getattr(importlib.import_module(module), name), MEANINGS, lane)


def write_kernel(network: Network) -> str:
    """The text of the kernel: two functions that evaluate the network in all lanes."""
    rate_names = {s.name: f"rate_of_{s.name}" for s in network.states}
    lines = [
        '"""Written by baclosim.engine.kernel from the network of equations; do not edit."""',
        "from numba import njit",
        "from baclosim.engine.kernel import equation",
        "from baclosim.engine.loop import compile_loop",
        "",
    ]
    for name, function in network.quantities.items():
        lines.append(_import(f"quantity_{name}", function))
    for state in network.states:
        lines.append(_import(rate_names[state.name], state.rate))
    lines += ["", "", *_lane_function("rates", network, network.rate_quantities, rate_names)]
    lines += ["", "", *_lane_function("observe", network, tuple(network.quantities), {})]
    lines += [
        "",
        "",
        f"loop = compile_loop(rates, observe, {len(network.quantities)}, __name__, __file__)",
        "",
    ]
    return "\n".join(lines)


def _import(alias: str, function: Equation) -> str:
    return f"{alias} = equation({function.__module__!r}, {function.__name__!r})"


def _lane_function(name: str, network: Network, quantities: tuple[str, ...], rates: dict[str, str]) -> list[str]:
    used = [network.quantities[q] for q in quantities] + ([s.rate for s in network.states] if rates else [])
    asked = {n for e in used for n in needed(e)}
    lines = [
        '@njit(forceinline=True, fastmath={"contract"}, error_model="numpy")',
        f"def {name}(drive, state, parameter, result):",
        f"    for lane in range({LANES}):",
    ]
    groups = (
        ("drive", network.drives),
        ("state", tuple(s.name for s in network.states)),
        ("parameter", network.parameters),
    )
    for array, names in groups:
        lines += [f"        {n} = {array}[{LANES * i} + lane]" for i, n in enumerate(names) if n in asked]
    for q in quantities:
        lines.append(f"        {q} = quantity_{q}({', '.join(needed(network.quantities[q]))})")
    if rates:
        for i, s in enumerate(network.states):
            lines.append(f"        result[{LANES * i} + lane] = {rates[s.name]}({', '.join(needed(s.rate))})")
    else:
        lines += [f"        result[{LANES * i} + lane] = {q}" for i, q in enumerate(quantities)]
    if len(lines) == 3:
        lines.append("        pass")
    return lines
