"""Run a study into a folder: what is there already is kept, the rest is computed, each shard is written when done."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from ..errors import InputError, Problem
from .manifest import check_same, identity_of, manifest_of
from .store import Store
from .study import Study
from .workers import Files, SideBySide, alone

Progress = Callable[[int, int], None]
"""Called with patients done and patients in all, whenever more are done."""
Say = Callable[[str], None]


class Shards(Protocol):
    """Shards as they get done, number and files; closing it ends what is still being computed."""

    def __iter__(self) -> Iterator[tuple[int, Files]]: ...
    def close(self) -> None: ...  # noqa: D102


def run_study(
    study: Study,
    folder: str | Path,
    *,
    resume: bool = False,
    workers: int = 1,
    scheduler: str | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    say: Say | None = None,
) -> Path:
    """Simulate a study into a folder of Parquet tables, which `open_results` reads; returns the folder.

    resume     go on in a folder that an earlier run of the very same study left unfinished
    workers    processes on this machine; with one, this process does it all in `threads` threads
    scheduler  address of a Dask scheduler, or "local", in place of them
    progress   told of patients done and patients in all
    say        told what a person should know, such as a damaged shard

    The results are the same bytes whichever of these are chosen, and however often the run was cut off (on one kind
    of processor). Raises InputError for a folder that holds something else or cannot be written, and BaclosimError
    when the disk is full or workers are lost; what is done is kept.
    """
    store = Store(Path(folder))
    found = store.manifest()
    if found is not None and resume:
        check_same(found, identity_of(study))
    elif found is not None or _is_used(store.folder):
        hint = "--resume goes on with a study that was cut off." if found else ""
        raise InputError(Problem("--out", str(folder), "a folder that is new or empty", hint))
    with contextlib.ExitStack() as stack:
        left = list(range(study.shards))
        if found is not None:
            stack.enter_context(store.locked())
            left = _left_over(store, study, say or (lambda _: None))
        shards = stack.enter_context(contextlib.closing(_computed(study, left, workers, scheduler, threads)))
        if found is None:  # the workers have begun: this takes as long as they need to be ready
            store.begin(manifest_of(study))
            stack.enter_context(store.locked())
        _compute(store, study, left, shards, progress)
    return store.folder


def _is_used(folder: Path) -> bool:
    return folder.exists() and (not folder.is_dir() or any(folder.iterdir()))


def _left_over(store: Store, study: Study, say: Say) -> list[int]:
    """The shards that are still to be computed; damaged ones are moved out of the way first."""
    sound, damaged = store.whole(range(study.shards))
    for number, fault in damaged.items():
        where = store.set_aside(number)
        say(f"shard {number} is damaged ({fault}): kept as {where.name} and computed again")
    return sorted(set(range(study.shards)) - set(sound))


def _computed(study: Study, left: Sequence[int], workers: int, scheduler: str | None, threads: int | None) -> Shards:
    if scheduler is not None:
        from .cluster import spread

        return spread(study, left, scheduler, workers if workers > 1 else None)
    if workers > 1 and len(left) > 1:
        return SideBySide(study, left, min(workers, len(left)))
    return alone(study, left, threads)


def _compute(store: Store, study: Study, left: Sequence[int], shards: Shards, progress: Progress | None) -> None:
    """Write shards as they come."""
    total = study.draws * study.patients
    done = total - sum(study.of_shard(number)[2] for number in left)
    tell = progress or (lambda *_: None)
    tell(done, total)
    for number, files in shards:
        store.put(number, files)
        done += study.of_shard(number)[2]
        tell(done, total)
