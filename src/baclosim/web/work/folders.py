"""Temporary folders of studies: there while somebody may still ask something of the study, gone with the server.

A folder is removed when nobody holds it any more. The newest are kept, up to `MOST` of them and `LARGEST` bytes; who
held an older one finds it gone and is told to run the study again.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections import deque
from pathlib import Path
from threading import Lock

from ...errors import InputError, Problem

MOST, LARGEST = 8, 1_000_000_000  # folders, and bytes of all of them


class Folder:
    """A new temporary folder; it is removed with this object, and at the end of the program."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="baclosim-"))
        self.remove = weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)
        _all.add(self)

    @property
    def size(self) -> int:
        """Bytes of its files."""
        return sum(path.stat().st_size for path in self.path.rglob("*") if path.is_file())


class Kept:
    """A folder that is kept for later questions, as long as there is room."""

    def __init__(self, folder: Folder) -> None:
        self._folder: Folder | None = folder
        self._size = folder.size
        with _lock:
            _kept.append(weakref.ref(self))
        make_room()

    @property
    def size(self) -> int:
        """Bytes that are kept."""
        return self._size if self._folder else 0

    def let_go(self) -> None:
        """Keep it no longer; it goes when whoever reads from it has finished."""
        self._folder = None

    def folder(self) -> Folder:
        """The folder, which stays while the caller holds it; raises InputError when it was not kept."""
        folder = self._folder  # looked at once: another thread may let it go at any moment
        if folder is None:
            hint = f"A server keeps the last {MOST} studies, up to {LARGEST // 1_000_000} MB."
            raise InputError(Problem("study", "its tables", "a study that is still kept: run it again", hint))
        return folder


_all: weakref.WeakSet[Folder] = weakref.WeakSet()
_kept: deque[weakref.ref[Kept]] = deque()
_lock = Lock()


def make_room() -> None:
    """Let the oldest go until the rest fits."""
    with _lock:
        held = [kept for ref in _kept if (kept := ref()) is not None and kept.size]
        while held and (len(held) > MOST or sum(kept.size for kept in held) > LARGEST):
            held.pop(0).let_go()
        _kept.clear()
        _kept.extend(weakref.ref(kept) for kept in held)


def remove_all() -> None:
    """Remove every folder, at the end of the server."""
    for folder in list(_all):
        folder.remove()
