"""Who computes the shards of a study on many machines: the workers of a Dask cluster, or of one on this machine.

Dask moves work away from workers that die; a shard computed twice has the same bytes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator, Sequence
from typing import Any

from ..errors import BaclosimError, InputError, Problem
from .study import Study
from .workers import Files, Order, compute_ordered

LOCAL = "local"
PATIENCE = 20.0  # s for a scheduler to answer, and for a first worker to be there


def spread(study: Study, numbers: Sequence[int], scheduler: str, workers: int | None) -> Generator[tuple[int, Files]]:
    """Compute shards on a cluster, as they get done.

    scheduler  its address, or "local" for a cluster on this machine;  workers  of a local cluster

    Raises BaclosimError naming the address when no scheduler answers or no worker is there, and InputError when Dask
    is not installed.
    """
    order = Order.of(study)
    with contextlib.ExitStack() as stack:
        client = stack.enter_context(_client(scheduler, workers))
        from distributed import KilledWorker, as_completed

        waiting = iter(numbers)
        window = 2 * sum(client.nthreads().values())
        running = {_submit(client, order, n): n for _, n in zip(range(window), waiting, strict=False)}
        results = as_completed(list(running), loop=client.loop)
        for future in results:
            number = running.pop(future)
            try:
                files = future.result()
            except KilledWorker:
                raise BaclosimError(
                    f"shard {number} was lost with several workers in a row; is their memory short? "
                    "`--resume` goes on with what is there."
                ) from None
            future.release()
            yield number, files
            for following in waiting:
                new = _submit(client, order, following)
                running[new] = following
                results.add(new)
                break


def _submit(client: Any, order: Order, number: int) -> Any:
    return client.submit(compute_ordered, order, number, pure=False, key=f"baclosim-shard-{order.model[:8]}-{number}")


@contextlib.contextmanager
def _client(scheduler: str, workers: int | None) -> Iterator[Any]:
    """A client with at least one worker behind it."""
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        hint = "Install Dask: pip install 'baclosim[cluster]'."
        raise InputError(Problem("--scheduler", scheduler, "Dask to be installed", hint)) from None
    with contextlib.ExitStack() as stack:
        if scheduler == LOCAL:
            made: Any = LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=":0")
            scheduler = stack.enter_context(made).scheduler_address
        try:
            check_answer(scheduler)
            client = stack.enter_context(Client(scheduler, timeout=PATIENCE, set_as_default=False))
            client.wait_for_workers(1, timeout=PATIENCE)
        except (OSError, TimeoutError, ValueError) as error:
            fault = "has no worker" if "worker" in str(error).lower() else "does not answer"
            raise BaclosimError(f"the scheduler at {scheduler} {fault} within {PATIENCE:g} s ({error})") from None
        yield client


def check_answer(address: str) -> None:
    """Raise OSError or ValueError when nobody answers there: a scheduler speaks first, and Dask would wait for ever."""
    import socket

    from distributed.comm.addressing import parse_address, parse_host_port

    scheme, location = parse_address(address)
    if scheme not in ("tcp", "tls"):
        return
    with socket.create_connection(parse_host_port(location), timeout=PATIENCE) as line:
        if scheme == "tcp" and not line.recv(1):
            raise OSError("it hung up")
