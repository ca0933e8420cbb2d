"""The workbench: slider to curve, twenty people dragging at once, the first page after the start, a PDF, memory.

Wall time depends on what else the machine does; CPU time, printed beside it, does so less.
`python bench/workbench.py slider crowd start paper memory` chooses parts. All of them take about two minutes.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import resource
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx2
import numpy as np
from nicegui.json import dumps as as_message

from baclosim.report import build, pdf
from baclosim.web import guard
from baclosim.web.charts.curves import course_options
from baclosim.web.charts.parts import Look
from baclosim.web.live import outcomes, previews
from baclosim.web.server import interface
from baclosim.web.study import Study, from_example
from crowd import Person
from measuring import machine

RESULTS = Path(__file__).parent / "results"
DRAGS, PEOPLE, SHEETS = 100, 20, 5
SECONDS, BETWEEN = 10.0, 0.1  # of dragging by the crowd, and between two moves of one of them
LIGHT, HEAVY = 10_000, 200  # requests
Figures = dict[str, float]


def dragged(dose: int, weight: int = 68) -> Study:
    """Fourteen days of somebody with the last dose where the slider is [mg]."""
    study = from_example("oral-titration-ms")
    simulate, patient = {**study.simulate, "duration": "14 days"}, {**study.patient, "weight": f"{weight} kg"}
    study = replace(study, simulate=simulate, patient=patient)
    return study.with_therapy(0, {"oral": f"5 mg every 8 h for 3 days, then {dose} mg every 8 h"})


def curve(dose: int) -> str:
    """What the server does from the slider's event to the message with the curves, of all 200 patients."""
    return as_message(course_options(previews(dragged(dose)), ["A"], Look())["dataset"])


def slider() -> Figures:
    """One person: server time of a drag."""
    return many("slider", 50, DRAGS, lambda i: curve(2 + i % 58))


def paper() -> Figures:
    """The report of a study as PDF, once it is simulated."""
    (outcome,) = outcomes(from_example("oral-titration-ms"))
    return many("PDF", 1500, SHEETS, lambda _: pdf.render(build(outcome)))


def many(name: str, target: int, count: int, work: Callable[[int], object]) -> Figures:
    """Wall and CPU time of many calls after one that warms up [ms]."""
    work(0)
    wall, cpu = np.empty(count), np.empty(count)
    for i in range(count):
        begin, used = time.perf_counter(), time.process_time()
        work(i)
        wall[i], cpu[i] = time.perf_counter() - begin, time.process_time() - used
    return {
        f"{name}, wall p50 ms": 1e3 * float(np.median(wall)),
        f"{name}, wall p95 ms ({target})": 1e3 * float(np.quantile(wall, 0.95)),
        f"{name}, CPU p50 ms": 1e3 * float(np.median(cpu)),
        f"{name}, CPU p95 ms": 1e3 * float(np.quantile(cpu, 0.95)),
    }


def crowd() -> Figures:
    """Twenty people with a page each, over websockets to a server of its own, all dragging at once.

    A move is drawn when its own curves arrive, overtaken when those of a later one do; every move is one or the other.
    The twenty are one process on the same cores, whose CPU time is told apart from the server's.
    """
    with serving() as server:
        server.wait("/api/examples")
        people = [Person(server.address, dragged(20, 50 + i)) for i in range(PEOPLE)]
        used = asyncio.run(all_at_once(people, server))
    drawn, waited, shown = (np.concatenate([getattr(p, kind) for p in people]) for kind in ("drawn", "waited", "shown"))
    moves, redraws = sum(p.moves for p in people), max(1, len(drawn))
    return {
        "crowd, moves": float(moves),
        "crowd, moves drawn": float(len(drawn)),
        "crowd, moves overtaken": float(len(waited) - len(drawn)),
        "crowd, moves unanswered": float(moves - len(waited)),
        "crowd, drawn of the person drawn least": float(min(len(p.drawn) for p in people)),
        "crowd, virtual patients drawn, mean": float(np.mean(shown)),
        "crowd, cores used by the server": used.server / used.wall,
        "crowd, cores used by the twenty": used.people / used.wall,
        "crowd, server CPU per move drawn ms": 1e3 * used.server / redraws,
        "crowd, of it events and messages ms": 1e3 * used.events / redraws,
        "crowd, kB per move drawn": sum(p.received for p in people) / redraws / 1e3,
        "crowd, move to its curves p50 ms": 1e3 * float(np.median(drawn)),
        "crowd, move to its curves p95 ms (250)": 1e3 * float(np.quantile(drawn, 0.95)),
        "crowd, move to its or newer curves p95 ms": 1e3 * float(np.quantile(waited, 0.95)),
    }


@dataclass(frozen=True)
class Used:
    """Seconds: CPU of the server, of its own thread among it, and of the people; and how long they dragged."""

    server: float
    events: float
    people: float
    wall: float


async def all_at_once(people: list[Person], server: Server) -> Used:
    """Let everybody open the page, then drag; what was used while they drag."""
    start = asyncio.Barrier(len(people) + 1)
    tasks = [asyncio.create_task(person.drag(SECONDS, BETWEEN, start)) for person in people]
    await asyncio.wait([asyncio.create_task(start.wait()), *tasks], return_when=asyncio.FIRST_COMPLETED)
    clocks = server.cpu, server.events_cpu, time.process_time, time.perf_counter
    before = [clock() for clock in clocks]
    await asyncio.gather(*tasks)
    return Used(*(clock() - begun for clock, begun in zip(clocks, before, strict=True)))


@dataclass(frozen=True)
class Server:
    """`baclosim serve`, as a process of its own."""

    process: subprocess.Popen[bytes]
    address: str

    def wait(self, path: str) -> None:
        """Until it answers there; raises RuntimeError when it has ended."""
        while self.process.poll() is None:
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                urllib.request.urlopen(self.address + path, timeout=60).read()
                return
            time.sleep(0.01)
        raise RuntimeError("the server ended at once")

    def cpu(self) -> float:
        """CPU seconds that it has used; nan where the system does not tell."""
        return cpu_of(Path(f"/proc/{self.process.pid}/stat"))

    def events_cpu(self) -> float:
        """CPU seconds of the thread that hears events and sends messages; nan where the system does not tell."""
        return cpu_of(Path(f"/proc/{self.process.pid}/task/{self.process.pid}/stat"))


def cpu_of(stat: Path) -> float:
    """CPU seconds of the process or thread that the system tells of there; nan where it does not."""
    ticks = stat.read_text().rpartition(")")[2].split()[11:13] if stat.exists() else ["nan"]
    return sum(map(float, ticks)) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    """A server on a free port that is ended afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).parent / "baclosim"), "serve", "--quiet", "--port", str(port)]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    try:
        yield Server(process, f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(20)


def start() -> Figures:
    """From the command to the first page, caches warm."""
    first_page()
    wall, cpu = zip(*(first_page() for _ in range(3)), strict=True)
    return {
        "first page, wall, median of 3 s (2)": float(np.median(wall)),
        "first page, CPU of the server, least of 3 s": min(cpu),
    }


def first_page() -> tuple[float, float]:
    """Wall and CPU seconds until the page is there."""
    begin = time.perf_counter()
    with serving() as server:
        server.wait("/")
        return time.perf_counter() - begin, server.cpu()


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


PARTS: dict[str, Callable[[], Figures]] = {
    "slider": slider, "crowd": crowd, "start": start, "paper": paper, "memory": memory,
}  # fmt: skip


def main(chosen: list[str]) -> None:
    """Measure, print beside the targets in brackets, write; parts that are not measured keep their figures."""
    path = RESULTS / "workbench.json"
    whole = not chosen or set(chosen) >= set(PARTS)
    kept = {} if whole or not path.exists() else json.loads(path.read_text(encoding="utf-8"))
    for name in chosen or PARTS:
        for what, value in PARTS[name]().items():
            kept[what] = round(value, 3)
            print(f"{what:<48} {value:>10.1f}", flush=True)
    kept["machine"] = machine()
    RESULTS.mkdir(exist_ok=True)
    path.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main([name for name in sys.argv[1:] if name in PARTS])
