"""Who computes the shards of a study on this machine: this process, or several beside it.

Workers send back finished files, and the one process that was started by hand writes them. A worker that dies takes
nothing with it but its own shard, which another computes again, to the same bytes.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import itertools
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from ..errors import BaclosimError
from .manifest import model_hash
from .processes import IS_FORKED, context
from .reading import study_of
from .shard import compute
from .study import Study

Files = dict[str, bytes]
ROUNDS = 3  # in which workers may die without a single shard done


@dataclass(frozen=True)
class Order:
    """All that a worker needs to compute any shard of a study."""

    text: str
    name: str
    patients: int
    seed: int
    model: str

    @classmethod
    def of(cls, study: Study) -> Order:
        """The order to compute a study."""
        return cls(study.text, study.name, study.patients, study.seed, model_hash())


@functools.lru_cache(maxsize=4)
def _study(order: Order) -> Study:
    if order.model != model_hash():
        raise BaclosimError("a worker has another version of baclosim; install the same everywhere")
    return study_of(order.text, order.name, patients=order.patients, seed=order.seed)


@functools.cache
def keep_blocks() -> None:
    """Ask the C library to keep what is freed up to a limit: the next piece of a shard needs as much again.

    Fetching it anew from the system, page by page, took a tenth of the time. glibc otherwise learns the limit from the
    first large arrays, and memory creeps upwards.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):  # another C library
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(MMAP_THRESHOLD, LARGEST)
        mallopt(TRIM_THRESHOLD, 2 * LARGEST)


MMAP_THRESHOLD, TRIM_THRESHOLD = -3, -1  # of malloc.h
LARGEST = 1 << 25  # bytes


def compute_ordered(order: Order, number: int) -> Files:
    """The files of one shard, computed in one thread."""
    keep_blocks()
    return compute(_study(order), number, threads=1)


def alone(study: Study, numbers: Sequence[int], threads: int | None) -> Generator[tuple[int, Files]]:
    """Compute shards one by one in this process."""
    keep_blocks()
    for number in numbers:
        yield number, compute(study, number, threads)


class SideBySide:
    """Several processes that compute shards, as they get done: they begin as soon as this is made.

    Going through it raises BaclosimError when workers keep dying; closing it ends what is still being computed.
    """

    def __init__(self, study: Study, numbers: Sequence[int], workers: int) -> None:
        self._order, self._left, self._workers = Order.of(study), list(numbers), workers
        self._pool = _Pool(self._order, self._left, workers)

    def __iter__(self) -> Iterator[tuple[int, Files]]:
        fruitless = 0
        while self._left:
            done: list[int] = []
            try:
                for number, files in self._pool:
                    yield number, files
                    done.append(number)
            except BrokenProcessPool:
                fruitless = 0 if done else fruitless + 1
                if fruitless == ROUNDS:
                    raise BaclosimError(
                        f"{ROUNDS} times in a row a worker was killed before any shard was done; is memory short? "
                        "Try fewer --workers; `--resume` goes on with what is there."
                    ) from None
            self._pool.close()
            self._left = [number for number in self._left if number not in set(done)]
            if self._left:
                self._pool = _Pool(self._order, self._left, self._workers)

    def close(self) -> None:
        """End all workers."""
        self._pool.close()


class _Pool:
    """Workers of one round. They are started from a thread, which waits until they can be forked."""

    def __init__(self, order: Order, numbers: Sequence[int], workers: int) -> None:
        self._order, self._waiting, self._workers = order, iter(numbers), workers
        self._others = set(multiprocessing.active_children())
        self._running: dict[Future[Files], int] = {}
        self._pool = ProcessPoolExecutor(workers, mp_context=context(), initializer=follow_parent)
        self._starter = ThreadPoolExecutor(1)
        self._started = self._starter.submit(self._submit, 2 * workers)

    def _submit(self, most: int) -> None:
        for number in itertools.islice(self._waiting, most):
            self._running[self._pool.submit(compute_ordered, self._order, number)] = number

    def __iter__(self) -> Iterator[tuple[int, Files]]:
        self._started.result()
        while self._running:
            finished, _ = wait(self._running, return_when=FIRST_COMPLETED)
            for future in finished:
                yield self._running.pop(future), future.result()
                self._submit(1)

    def close(self) -> None:
        """End these workers, whatever they are doing."""
        self._starter.shutdown()
        self._pool.shutdown(wait=False, cancel_futures=True)
        for worker in set(multiprocessing.active_children()) - self._others if self._running else ():
            worker.terminate()


def follow_parent() -> None:
    """End this worker when the process that started it is gone, however that ended, and let it hear Ctrl-C."""
    if IS_FORKED:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
