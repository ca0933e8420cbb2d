"""Cohorts end to end: patients drawn, simulated, measured, sketched and written as Parquet, by whole processes.

    python bench/cohort.py           a share of the patients
    python bench/cohort.py --full    10,000 pumps for a year, 100,000 and 1,000,000 by mouth

Start-up of the processes is included, so a small share costs more for each patient. On a busy machine only processor
seconds and ratios mean anything.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
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
    ("pump, a year", 10_000, 1_024, 2, "25 s on two cores: 5 ms each"),
    ("tablets, 30 days", 100_000, 8_192, 2, "8 s on two cores: 0.16 ms each"),
    ("tablets, 90 days", 10_000, 4_096, 1, ""),
    ("tablets, 90 days", 10_000, 4_096, 2, "1.8 times one worker"),
    ("tablets, 90 days", 1_000_000, 16_384, 2, "below 1024 MiB; each within 10 % of ten thousand"),
)
"""Study, patients in full and as a share, workers, target."""


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
    """Run a study with the command line; wall and processor seconds, and the peak memory of all its processes [MiB]."""
    with tempfile.TemporaryDirectory() as scratch:
        file, out = study_file(Path(scratch), name), Path(scratch) / "out"
        command = [PROGRAM, "cohort", file, "--patients", n, "--out", out, "--workers", workers, "--quiet"]
        began = time.perf_counter()
        process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
        seen = Family()
        watcher = threading.Thread(target=seen.watch, args=(process.pid,), daemon=True)
        watcher.start()
        if process.wait():
            raise SystemExit(f"{name}: baclosim cohort ended with {process.returncode}")
        wall = time.perf_counter() - began
        disk = sum(p.stat().st_size for p in (out / "shards").rglob("*.parquet"))
    return {
        "study": name, "patients": n, "workers": workers, "wall_s": wall, "processor_s": sum(seen.cpu.values()),
        "peak_MiB": seen.peak, "bytes_each": disk / n,
    }  # fmt: skip


def each(row: dict[str, Any]) -> float:
    """Processor milliseconds for each patient."""
    return 1e3 * row["processor_s"] / row["patients"]


def dask_overhead(shards: int) -> dict[str, Any]:
    """Wall seconds of the same shards by a pool of two processes and by two Dask workers that are up already."""
    from distributed import LocalCluster

    from baclosim.cohort import load_study
    from baclosim.cohort.cluster import spread
    from baclosim.cohort.workers import side_by_side

    with tempfile.TemporaryDirectory() as scratch:
        study = load_study(study_file(Path(scratch), "tablets, 90 days"), patients=1_000_000)
        with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster:
            pool = seconds_after_first(side_by_side(study, list(range(shards)), 2))
            dask = seconds_after_first(spread(study, list(range(shards)), cluster.scheduler_address, None))
    return {"study": "tablets, 90 days, shards by Dask", "patients": shards, "wall_s": dask, "pool_wall_s": pool}


def seconds_after_first(shards: Any) -> float:
    """From the first shard that is done to the last: the time to start workers is left out."""
    began = 0.0
    for _ in shards:
        began = began or time.perf_counter()
    return time.perf_counter() - began


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="all patients: on two quiet cores about half an hour")
    is_full = parser.parse_args().full
    rows = []
    print(f"{'study':<18} {'patients':>9} {'workers':>7} {'wall s':>7} {'cpu s':>7} {'ms each':>8} {'MiB':>8}  target")
    for name, full, share, workers, target in RUNS:
        row = measured(name, full if is_full else share, workers)
        rows.append(row)
        cells = f"{row['patients']:>9,} {workers:>7} {row['wall_s']:>7.1f} {row['processor_s']:>7.1f} {each(row):>8.3f}"
        print(f"{name:<18} {cells} {row['peak_MiB']:>8.0f}  {target}", flush=True)
    one, two, most = rows[2:]
    print(f"two workers: {one['wall_s'] / two['wall_s']:.2f} times one")
    print(f"{most['patients']:,} patients: {each(most) / each(two):.2f} of the time each of {two['patients']:,}")
    if has("distributed"):
        rows.append(dask_overhead(24 if is_full else 6))
        print(f"Dask: {rows[-1]['wall_s'] / rows[-1]['pool_wall_s']:.2f} of the time of a pool of processes")
    keep("cohort", rows)


if __name__ == "__main__":
    main()
