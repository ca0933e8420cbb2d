"""The workbench: slider to curve, twenty people dragging at once, the first page after the start, memory.

Wall time depends on what else the machine does; CPU time of this process, printed beside it, does not.
`python bench/workbench.py slider crowd start memory` chooses parts.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import resource
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx2
import numpy as np
from nicegui.json import dumps as as_message

from baclosim.web import guard
from baclosim.web.charts import Look, course_options
from baclosim.web.live import Latest, Stale, previews
from baclosim.web.server import interface
from baclosim.web.study import Study, from_example

RESULTS = Path(__file__).parent / "results"
DRAGS, PEOPLE = 100, 20
SECONDS, BETWEEN = 10.0, 0.1  # of dragging by the crowd, and between two moves of one of them (the page sends so often)
LIGHT, HEAVY = 10_000, 300  # requests
Figures = dict[str, float]


def dragged(dose: int) -> Study:
    """Fourteen days with the last dose where the slider is [mg]."""
    study = from_example("oral-titration-ms")
    study = replace(study, simulate={**study.simulate, "duration": "14 days"})
    return study.with_therapy(0, {"oral": f"5 mg every 8 h for 3 days, then {dose} mg every 8 h"})


def curve(dose: int) -> str:
    """What the server does from the slider's event to the message with the curves."""
    return as_message(course_options(previews(dragged(dose)), ["A"], Look()))


def slider() -> Figures:
    """One person: server time of a drag."""
    curve(1)
    wall, cpu = np.empty(DRAGS), np.empty(DRAGS)
    for i in range(DRAGS):
        begin, used = time.perf_counter(), time.process_time()
        curve(2 + i % 58)
        wall[i], cpu[i] = time.perf_counter() - begin, time.process_time() - used
    return {
        "slider, wall p50 ms": 1e3 * float(np.median(wall)),
        "slider, wall p95 ms (50)": 1e3 * float(np.quantile(wall, 0.95)),
        "slider, CPU p50 ms": 1e3 * float(np.median(cpu)),
        "slider, CPU p95 ms": 1e3 * float(np.quantile(cpu, 0.95)),
    }


def crowd() -> Figures:
    """Twenty people dragging at once through the pool of threads; what is overtaken is dropped."""
    curve(1)
    taken: list[float] = []
    asked = 0

    async def move(page: Latest, dose: int) -> None:
        begin = time.perf_counter()
        with contextlib.suppress(Stale):
            await page.in_passing(curve, dose)
            taken.append(time.perf_counter() - begin)

    async def person(number: int) -> None:
        nonlocal asked
        page, moves = Latest(), set()
        await asyncio.sleep(BETWEEN * number / PEOPLE)
        end = time.perf_counter() + SECONDS
        while time.perf_counter() < end:
            asked += 1
            moves.add(asyncio.create_task(move(page, 1 + (asked + number) % 59)))
            await asyncio.sleep(BETWEEN)
        await asyncio.gather(*moves)

    async def everybody() -> None:
        await asyncio.gather(*(person(number) for number in range(PEOPLE)))

    used = time.process_time()
    asyncio.run(everybody())
    used = time.process_time() - used
    return {
        "crowd, moves asked": float(asked),
        "crowd, moves drawn": float(len(taken)),
        "crowd, CPU per move drawn ms": 1e3 * used / max(1, len(taken)),
        "crowd, wall p50 ms": 1e3 * float(np.median(taken)),
        "crowd, wall p95 ms (250)": 1e3 * float(np.quantile(taken, 0.95)),
    }


def start() -> Figures:
    """From the command to the first page, caches warm."""
    first_page()
    return {"first page, median of 3 s (2)": float(np.median([first_page() for _ in range(3)]))}


def first_page() -> float:
    """Seconds until the page is there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    begin = time.perf_counter()
    command = [str(Path(sys.executable).parent / "baclosim"), "serve", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while server.poll() is None:
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30).read()
                return time.perf_counter() - begin
            time.sleep(0.01)
        raise RuntimeError("the server ended at once")
    finally:
        server.terminate()
        server.wait(20)


def memory() -> Figures:
    """Resident memory over many requests to the interface, in this process."""
    guard.RATE = guard.BURST = 1e9
    return asyncio.run(many_requests())


async def many_requests() -> Figures:
    """A light route, then simulations: memory before and after, once both have been met."""
    transport = httpx2.ASGITransport(app=guard.Guard(interface()))
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        body = (await client.get("/api/examples/sci-80-mg")).json()
        body["simulate"] |= {"patients": 50, "duration": "7 days"}

        async def light() -> None:
            assert (await client.get("/api/parameters/absorption_lag")).status_code == 200

        async def heavy() -> None:
            assert (await client.post("/api/simulate", json=body)).status_code == 200

        figures = {}
        for name, request, count in (("light", light, LIGHT), ("simulate", heavy, HEAVY)):
            for _ in range(count // 10):
                await request()
            before = resident()
            used = time.process_time()
            for _ in range(count):
                await request()
            figures[f"memory before {count:,} {name} requests MB"] = before
            figures[f"memory after {count:,} {name} requests MB"] = resident()
            figures[f"CPU per {name} request ms"] = 1e3 * (time.process_time() - used) / count
    return figures


def resident() -> float:
    """Memory that this process holds now [MB]."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize() / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


PARTS: dict[str, Callable[[], Figures]] = {"slider": slider, "crowd": crowd, "start": start, "memory": memory}


def main(chosen: list[str]) -> None:
    """Measure, print beside the targets in brackets, write."""
    figures: Figures = {}
    for name in chosen or PARTS:
        for what, value in PARTS[name]().items():
            figures[what] = value
            print(f"{what:<48} {value:>10.1f}", flush=True)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "workbench.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main([name for name in sys.argv[1:] if name in PARTS])
