"""Cohorts end to end: patients drawn, simulated, measured, sketched and written as Parquet, by whole processes.

    python bench/cohort.py           the targets in full; memory and time each up to 200,000 patients, a few minutes
    python bench/cohort.py --full    the same, and a million patients
    python bench/cohort.py --share   a tenth of the patients, to see that it runs

Start-up of the processes is included, so a small share costs more for each patient. On a busy machine only processor
seconds and ratios mean anything; what has a target by the clock is run several times, and the median kept with the
least and the most. Workers and Dask are timed from the first finished shard to the last, by turns, and the least of the
repeats counts. Everything is written to results/cohort.csv.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import psutil

from measuring import has, keep

PROGRAM = Path(sys.executable).with_name("baclosim")
EFFECTS = '["plasma", "ashworth", "spasm_score", "drowsiness", "withdrawal"]'
HEAD = """
title = "{title}"
[patient]
condition = "{condition}"
[simulate]
duration = "{duration}"
every = "{every}"
start = "2026-01-05 08:00"
[design]
record = {record}
courses = 0
[[arm]]
name = "arm"
"""
ORAL = HEAD + '[arm.therapy]\noral = "10 mg every 8 h"\n'
PUMP = (
    HEAD
    + """[arm.therapy.pump]
device = "synchromed-ii-40"
concentration = "2000 ug/mL"
catheter = {{ length = "66 cm", tip = "T10" }}
program = [{{ at = "0 h", mode = "flex", steps = ["06:00-10:00 20 ug/h", "10:00-06:00 12 ug/h"] }}]
refill = "at low reservoir"
hazards = "published"
"""
)
STUDIES = {
    "pump, a year": (PUMP, "spinal cord injury", "365 days", "6 h"),
    "tablets, 30 days": (ORAL, "multiple sclerosis", "30 days", "1 h"),
    "tablets, 90 days": (ORAL, "multiple sclerosis", "90 days", "6 h"),
}
RUNS = (
    ("pump, a year", 10_000, 3, "25 s on two cores: 5 ms each"),
    ("tablets, 30 days", 100_000, 7, "8 s on two cores: 0.16 ms each"),
    ("tablets, 90 days", 10_000, 1, ""),
    ("tablets, 90 days", 100_000, 1, "below 1024 MiB; each within 10 % of 10,000"),
    ("tablets, 90 days", 200_000, 1, "the same"),
)
MILLION = ("tablets, 90 days", 1_000_000, 1, "the same")
"""Study, patients, how often it is run, target."""
WORKERS = 2
SHARDS, REPEATS = 9, 3  # shards of each timing of workers, the first of which is not counted


class Family:
    """Memory and processor time of a process and its children, sampled until it ends."""

    def __init__(self) -> None:
        self.peak = 0.0  # MiB of all together, shared pages counted once
        self.cpu: dict[int, float] = {}  # s, by process

    def watch(self, pid: int) -> None:
        """Sample ten times a second."""
        while psutil.pid_exists(pid):
            try:
                process = psutil.Process(pid)
                if process.status() == psutil.STATUS_ZOMBIE:
                    return
                family = [process, *process.children(recursive=True)]
                self.peak = max(self.peak, sum(p.memory_full_info().pss for p in family) / 2**20)
                for member in family:
                    spent = member.cpu_times()
                    self.cpu[member.pid] = spent.user + spent.system
            except psutil.Error:
                pass
            time.sleep(0.1)


def study_file(folder: Path, name: str) -> Path:
    """The study written to a folder."""
    text, condition, duration, every = STUDIES[name]
    path = folder / f"{name.replace(', ', '-').replace(' ', '-')}.toml"
    filled = text.format(title=name, condition=condition, duration=duration, every=every, record=EFFECTS)
    path.write_text(filled, encoding="utf-8")
    return path


def measured(name: str, n: int, workers: int) -> dict[str, Any]:
    """Run a study of this benchmark with the command line."""
    with tempfile.TemporaryDirectory() as scratch:
        file, out = study_file(Path(scratch), name), Path(scratch) / "out"
        seen = watched([file, "--patients", n, "--out", out, "--workers", workers])
        disk = sum(p.stat().st_size for p in (out / "shards").rglob("*.parquet"))
    return {"study": name, "patients": n, "workers": workers, **seen, "bytes_each": disk / n}


def repeated(name: str, n: int, workers: int, times: int) -> dict[str, Any]:
    """The run of median time, with the least and the most by the clock: a machine shared with others varies."""
    runs = sorted((measured(name, n, workers) for _ in range(times)), key=lambda run: run["wall_s"])
    return runs[times // 2] | {"least_s": runs[0]["wall_s"], "most_s": runs[-1]["wall_s"]}


def watched(arguments: Sequence[object]) -> dict[str, float]:
    """`baclosim cohort`: wall and processor seconds, and the peak memory of all its processes [MiB]."""
    began = time.perf_counter()
    command = [str(part) for part in (PROGRAM, "cohort", *arguments, "--quiet")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=installed())
    seen = Family()
    watcher = threading.Thread(target=seen.watch, args=(process.pid,), daemon=True)
    watcher.start()
    if process.wait():
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    wall = time.perf_counter() - began
    return {"wall_s": wall, "processor_s": sum(seen.cpu.values()), "peak_MiB": seen.peak}


def installed() -> dict[str, str]:
    """The environment with Python's byte code kept, as an installed package has it, whatever this shell forbids."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def each(row: dict[str, Any]) -> float:
    """Processor milliseconds for each patient."""
    return 1e3 * row["processor_s"] / row["patients"]


def contest(share: float) -> dict[str, Any]:
    """Seconds for the same shards by one process, by two, and by two Dask workers, the least of turns by turns."""
    from distributed import LocalCluster

    from baclosim.cohort import load_study
    from baclosim.cohort.cluster import spread
    from baclosim.cohort.workers import SideBySide

    numbers = list(range(max(3, round(share * SHARDS))))
    with tempfile.TemporaryDirectory() as scratch:
        study = load_study(study_file(Path(scratch), "tablets, 90 days"), patients=1_000_000)
        with LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=":0") as cluster:
            address = cluster.scheduler_address
            ways: dict[str, Callable[[], Iterable[Any]]] = {
                "one": lambda: SideBySide(study, numbers, 1),
                "two": lambda: SideBySide(study, numbers, WORKERS),
                "dask": lambda: spread(study, numbers, address, None),
            }
            turns = [{way: seconds_after_first(run()) for way, run in ways.items()} for _ in range(REPEATS)]
    least = {f"{way}_s": min(turn[way] for turn in turns) for way in ways}
    return {"study": "tablets, 90 days, shards of 4,096", "patients": 4096 * (len(numbers) - 1), **least}


def seconds_after_first(shards: Iterable[Any]) -> float:
    """From the first shard that is done to the last: the time to start workers is left out."""
    began = 0.0
    for _ in shards:
        began = began or time.perf_counter()
    return time.perf_counter() - began


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="a million patients too: some minutes more")
    parser.add_argument("--share", action="store_true", help="a tenth of the patients")
    asked = parser.parse_args()
    share = 0.1 if asked.share else 1.0
    rows = []
    heads = f"{'wall s':>7} {'least':>7} {'most':>7} {'cpu s':>7} {'ms each':>8} {'MiB':>6} {'kB each':>8}  target"
    print(f"{'study':<18} {'patients':>9} {heads}")
    for name, patients, times, target in (*RUNS, MILLION) if asked.full else RUNS:
        row = repeated(name, round(share * patients), WORKERS, times)
        rows.append(row)
        walls = " ".join(f"{row[key]:>7.1f}" for key in ("wall_s", "least_s", "most_s"))
        cells = f"{row['patients']:>9,} {walls} {row['processor_s']:>7.1f} {each(row):>8.3f}"
        size = 1e-3 * row["bytes_each"]
        print(f"{name:<18} {cells} {row['peak_MiB']:>6.0f} {size:>8.2f}  {target}", flush=True)
    base = rows[2]
    for row in rows[3:]:
        print(f"{row['patients']:,} patients: {each(row) / each(base):.3f} of the processor time each of 10,000")
    if has("distributed"):
        rows.append(contest(share))
        one, two, dask = (rows[-1][f"{way}_s"] for way in ("one", "two", "dask"))
        print(f"two workers: {one / two:.2f} times one (1.8)\nDask: {dask / two:.3f} of the time of a pool (1.05)")
    print(f"written to {keep('cohort', rows)}")


if __name__ == "__main__":
    main()
