"""Run a study into a folder: what is there already is kept, the rest is computed, each shard is written when done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ..errors import InputError, Problem
from .manifest import check_same, manifest_of
from .store import Store
from .study import Study
from .workers import Files, alone, side_by_side

Progress = Callable[[int, int], None]
"""Called with patients done and patients in all, whenever more are done."""
Say = Callable[[str], None]


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
    store, manifest = Store(Path(folder)), manifest_of(study)
    found = store.manifest()
    if found is not None and resume:
        check_same(found, manifest)
    elif found is not None or _is_used(store.folder):
        hint = "--resume goes on with a study that was cut off." if found else ""
        raise InputError(Problem("--out", str(folder), "a folder that is new or empty", hint))
    if found is None:
        store.begin(manifest)
    with store.locked():
        left = _left_over(store, study, say or (lambda _: None))
        _compute(store, study, left, _computed(study, left, workers, scheduler, threads), progress)
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


def _computed(
    study: Study, left: Sequence[int], workers: int, scheduler: str | None, threads: int | None
) -> Iterator[tuple[int, Files]]:
    if scheduler is not None:
        from .cluster import spread

        return spread(study, left, scheduler, workers if workers > 1 else None)
    if workers > 1 and len(left) > 1:
        return side_by_side(study, left, min(workers, len(left)))
    return alone(study, left, threads)


def _compute(
    store: Store, study: Study, left: Sequence[int], shards: Iterator[tuple[int, Files]], progress: Progress | None
) -> None:
    """Write shards as they come."""
    total = study.draws * study.patients
    done = total - sum(study.of_shard(number)[2] for number in left)
    tell = progress or (lambda *_: None)
    tell(done, total)
    for number, files in shards:
        store.put(number, files)
        done += study.of_shard(number)[2]
        tell(done, total)
