"""The folder of what is compiled on this machine, and what machine code depends on besides the text it comes from."""

from __future__ import annotations

import functools
import importlib.util
import os
import platform
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any


def root() -> Path:
    """Folder of compiled code: $BACLOSIM_CACHE, or the user's cache folder."""
    chosen = os.environ.get("BACLOSIM_CACHE")
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(chosen) if chosen else base / "baclosim"


@functools.cache
def versions() -> tuple[str, ...]:
    """Compiler, Python and processor."""
    from importlib.metadata import version

    from llvmlite import binding

    processor = (platform.machine(), platform.processor(), binding.get_host_cpu_name())
    return (version("numba"), version("llvmlite"), sys.version, *processor, binding.get_host_cpu_features().flatten())


def source(module: str) -> bytes:
    """The text of a module, which is not imported for it."""
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(module)
    return Path(spec.origin).read_bytes()


def writable(folder: Path) -> Path:
    """The folder, or one of the same name that can be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        fallback = Path(tempfile.gettempdir()) / f"baclosim-{os.getuid()}" / folder.name
        fallback.mkdir(parents=True, exist_ok=True)
        return fallback


def written(file: Path, content: str | bytes) -> Path:
    """The file, which holds this; another process never sees half of it."""
    wanted = content.encode() if isinstance(content, str) else content
    if not file.exists() or file.read_bytes() != wanted:
        part = file.with_name(f"{file.name}.{os.getpid()}.part")
        part.write_bytes(wanted)
        part.replace(file)
    return file


def imported(file: Path, **names: Any) -> ModuleType:
    """A file as a module, with these names known in it beforehand."""
    spec = importlib.util.spec_from_file_location(file.stem.replace("-", "_"), file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module
    vars(module).update(names)
    spec.loader.exec_module(module)
    return module
