"""Cohorts end to end: patients drawn, simulated, measured, sketched and written as Parquet, in two processes.

    BACLOSIM_BENCH_SHARE=0.01 python bench/cohort.py     the same with a hundredth of the patients

Prints wall and processor seconds and the peak memory of all processes together, and writes results/cohort.json with
the load of the machine: on a busy machine only processor seconds and ratios mean anything.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

SHARE = float(os.environ.get("BACLOSIM_BENCH_SHARE", "1"))
RESULTS = Path(__file__).parent / "results"
PROGRAM = Path(sys.executable).with_name("baclosim")
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
EFFECTS = '["plasma", "ashworth", "spasm_score", "drowsiness", "withdrawal"]'
STUDIES = {
    "pump, a year": (PUMP, "spinal cord injury", "365 days", "6 h", EFFECTS),
    "tablets, 30 days": (ORAL, "multiple sclerosis", "30 days", "1 h", EFFECTS),
    "tablets, 90 days": (ORAL, "multiple sclerosis", "90 days", "6 h", EFFECTS),
}


def study_file(folder: Path, name: str) -> Path:
    text, condition, duration, every, record = STUDIES[name]
    path = folder / f"{name.replace(', ', '-').replace(' ', '-')}.toml"
    filled = text.format(title=name, condition=condition, duration=duration, every=every, record=record)
    path.write_text(filled, encoding="utf-8")
    return path


def measured(name: str, patients: int, *options: str) -> dict[str, float]:
    """Run a study with the command line; wall and processor seconds, and the peak memory of all its processes [MiB]."""
    n = max(512, round(patients * SHARE))
    with tempfile.TemporaryDirectory() as scratch:
        file = study_file(Path(scratch), name)
        command = [PROGRAM, "cohort", file, "--patients", str(n), "--out", Path(scratch) / "out", "--quiet", *options]
        began = time.perf_counter()
        process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
        seen = Family()
        watcher = threading.Thread(target=seen.watch, args=(process.pid,), daemon=True)
        watcher.start()
        assert process.wait() == 0
        wall = time.perf_counter() - began
        disk = sum(p.stat().st_size for p in (Path(scratch) / "out" / "shards").rglob("*.parquet"))
    return {
        "patients": n, "wall_s": wall, "cpu_s": sum(seen.cpu.values()), "peak_MiB": seen.peak,
        "disk_bytes_per_patient": disk / n,
    }  # fmt: skip


class Family:
    """Memory and processor time of a process and its children, sampled until it ends."""

    def __init__(self) -> None:
        self.peak = 0.0  # MiB of all together, shared pages counted once
        self.cpu: dict[int, float] = {}  # s, by process

    def watch(self, pid: int) -> None:
        """Sample ten times a second."""
        while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
            try:
                family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
                self.peak = max(self.peak, sum(p.memory_full_info().pss for p in family) / 2**20)
                for member in family:
                    spent = member.cpu_times()
                    self.cpu[member.pid] = spent.user + spent.system
            except psutil.Error:
                pass
            time.sleep(0.1)


def dask_overhead(shards: int = 24) -> dict[str, float]:
    """Processor seconds of the same shards by a pool of two processes and by two Dask workers that are up already."""
    from distributed import LocalCluster

    from baclosim.cohort import load_study
    from baclosim.cohort.cluster import spread
    from baclosim.cohort.workers import side_by_side

    with tempfile.TemporaryDirectory() as scratch:
        file = study_file(Path(scratch), "tablets, 90 days")
        study = load_study(file, patients=1_000_000)
        numbers = range(max(4, round(shards * SHARE)))
        took = {}
        with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster:
            for name, run in (
                ("pool", lambda: side_by_side(study, list(numbers), 2)),
                ("dask", lambda: spread(study, list(numbers), cluster.scheduler_address, None)),
            ):
                took[name] = seconds_after_first(run())
    return {**took, "overhead": took["dask"] / took["pool"] - 1.0}


def seconds_after_first(shards) -> float:
    """From the first shard that is done to the last: the time to start workers is left out."""
    began = None
    for _ in shards:
        began = began or time.perf_counter()
    return time.perf_counter() - (began or 0.0)


def main() -> None:
    """Measure, print, write."""
    rows = {
        "10,000 with a pump for a year, 2 workers": measured("pump, a year", 10_000, "--workers", "2"),
        "100,000 by mouth for 30 days, hourly, 2 workers": measured("tablets, 30 days", 100_000, "--workers", "2"),
        "10,000 by mouth for 90 days, 1 worker": measured("tablets, 90 days", 10_000, "--workers", "1"),
        "10,000 by mouth for 90 days, 2 workers": measured("tablets, 90 days", 10_000, "--workers", "2"),
        "1,000,000 by mouth for 90 days, 2 workers": measured("tablets, 90 days", 1_000_000, "--workers", "2"),
    }
    print(f"{'study':<50} {'patients':>10} {'wall s':>8} {'cpu s':>8} {'cpu ms each':>12} {'peak MiB':>9}")
    for name, row in rows.items():
        each = 1e3 * row["cpu_s"] / row["patients"]
        cells = f"{row['patients']:>10,.0f} {row['wall_s']:>8.1f} {row['cpu_s']:>8.1f} {each:>12.3f}"
        print(f"{name:<50} {cells} {row['peak_MiB']:>9.0f}")
    one, two, million = (rows[name] for name in list(rows)[2:])
    ratios = {
        "two workers against one": one["wall_s"] / two["wall_s"],
        "processor time per patient, a million against ten thousand": (million["cpu_s"] / million["patients"])
        / (two["cpu_s"] / two["patients"]),
        "dask": dask_overhead(),
    }
    print(json.dumps(ratios, indent=1))
    machine = {"cores": os.cpu_count(), "load": os.getloadavg(), "share": SHARE}
    RESULTS.mkdir(exist_ok=True)
    raw = {"machine": machine, "runs": rows, "ratios": ratios}
    (RESULTS / "cohort.json").write_text(json.dumps(raw, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
