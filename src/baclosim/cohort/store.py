"""The folder of a study: a manifest, and shards that are there whole or not at all.

    DIR/manifest.json            what was simulated, with what: enough to tell whether a run may go on
    DIR/shards/000012/*.parquet  the tables of a shard, and seal.json with their digests

A shard is written into a folder with a temporary name, forced to disk and renamed, which the file system does at once
or not at all. So after a kill or a power cut every shard that has its name is whole.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from ..errors import BaclosimError, InputError, Problem

MANIFEST, SHARDS, SEAL, LOCK = "manifest.json", "shards", "seal.json", ".lock"


@dataclass(frozen=True)
class Store:
    """The folder of one study."""

    folder: Path

    @property
    def shards(self) -> Path:
        """The folder of the shards."""
        return self.folder / SHARDS

    def shard(self, number: int) -> Path:
        """The folder of one shard."""
        return self.shards / f"{number:06d}"

    def manifest(self) -> dict[str, Any] | None:
        """The manifest; None when there is none. Raises InputError when it cannot be read."""
        path = self.folder / MANIFEST
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError) as error:
            raise InputError(Problem("folder", str(path), "a manifest that can be read", f"({error})")) from None

    def begin(self, manifest: Mapping[str, Any]) -> None:
        """Make the folder and write the manifest. Raises InputError when nothing can be written there."""
        try:
            self.shards.mkdir(parents=True, exist_ok=True)
            _write(self.folder / (MANIFEST + ".part"), json.dumps(manifest, ensure_ascii=False, indent=1).encode())
            (self.folder / (MANIFEST + ".part")).replace(self.folder / MANIFEST)
            _sync(self.folder)
        except OSError as error:
            allowed = "a folder one can write to"
            raise InputError(Problem("--out", str(self.folder), allowed, f"({error.strerror})")) from None

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep a second run out of the folder. Raises InputError when another run holds it."""
        try:
            import fcntl
        except ImportError:  # not on Windows
            yield
            return
        with (self.folder / LOCK).open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                allowed = "a folder in which no other run is at work"
                raise InputError(Problem("--out", str(self.folder), allowed)) from None
            yield

    def put(self, number: int, files: Mapping[str, bytes]) -> None:
        """Write a shard, whole or not at all. Raises BaclosimError when that fails; what is there stays."""
        scratch = self.shards / f".{number:06d}.part"
        try:
            shutil.rmtree(scratch, ignore_errors=True)
            scratch.mkdir()
            for name, content in files.items():
                _write(scratch / name, content)
            _write(scratch / SEAL, json.dumps(digests(files), indent=1).encode())
            _sync(scratch)
            scratch.rename(self.shard(number))
            _sync(self.shards)
        except OSError as error:
            shutil.rmtree(scratch, ignore_errors=True)
            raise BaclosimError(
                f"shard {number} could not be written to {self.shards}: {error.strerror or error}. "
                "Every shard written before is whole; `--resume` goes on from there."
            ) from error

    def whole(self, numbers: range) -> tuple[list[int], dict[int, str]]:
        """The shards that are there and sound, and what is wrong with the others that are there."""
        sound, damaged = [], {}
        for number in numbers:
            if self.shard(number).exists():
                fault = self.fault(number)
                if fault:
                    damaged[number] = fault
                else:
                    sound.append(number)
        return sound, damaged

    def fault(self, number: int) -> str:
        """What is wrong with a shard that is there; empty when it is sound."""
        path = self.shard(number)
        try:
            sealed = json.loads((path / SEAL).read_text(encoding="utf-8"))
            found = digests({name: (path / name).read_bytes() for name in sealed})
        except (OSError, ValueError) as error:
            return getattr(error, "strerror", None) or "its seal cannot be read"
        wrong = [name for name in sealed if found[name] != sealed[name]]
        return f"{', '.join(wrong)} differs from what was written" if wrong else ""

    def set_aside(self, number: int) -> Path:
        """Move a damaged shard out of the way, losing nothing; returns where it went."""
        path = self.shard(number)
        for attempt in range(1, 1000):
            target = path.with_name(f".{path.name}.damaged-{attempt}")
            if not target.exists():
                return path.rename(target)
        raise BaclosimError(f"{path} is damaged and there are too many damaged copies of it; remove them")


def digests(files: Mapping[str, bytes]) -> dict[str, str]:
    """A digest of each file."""
    return {name: blake2b(content, digest_size=16).hexdigest() for name, content in sorted(files.items())}


def _write(path: Path, content: bytes) -> None:
    """Write a file and force it to disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Force the names in a folder to disk, where the system lets one."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
