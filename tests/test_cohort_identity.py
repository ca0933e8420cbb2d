"""The same bytes whoever computes: pieces, threads, processes, clusters, how many patients there are, kills."""

from __future__ import annotations

import io
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from baclosim.cohort import run_study, study_of
from baclosim.cohort.shard import compute
from small_study import GUIDED, ORAL, RANDOMISED, TEXT, tree

PROGRAM = Path(sys.executable).with_name("baclosim")


@pytest.mark.parametrize("text", [TEXT, RANDOMISED, GUIDED], ids=["shared", "randomised", "guided"])
def test_pieces_and_threads_change_no_byte(text: str):
    study = study_of(text)
    last = study.shards - 1
    whole = compute(study, last, threads=1)
    assert compute(study, last, threads=2, piece=32) == whole


@pytest.mark.parametrize("text", [TEXT, RANDOMISED], ids=["shared", "randomised"])
def test_patient_256_is_the_same_as_the_last_of_257_and_among_a_million(text: str):
    """In the small cohort the patient is alone in a shard of 256, in the large one among 4096."""
    small, large = study_of(text, patients=257), study_of(text, patients=1_000_000)
    assert (small.shard_size, large.shard_size) == (256, 4096)
    numbers = range(256, 257)
    alone = rows(compute(small, 1, threads=1), numbers)
    among = rows(compute_some(large, 256, 48), numbers)
    assert alone.height >= 1
    assert alone.equals(among)


def rows(files: dict[str, bytes], numbers: range) -> pl.DataFrame:
    return pl.read_parquet(io.BytesIO(files["patients.parquet"])).filter(pl.col("patient").is_in(numbers))


def compute_some(study, first: int, n: int) -> dict[str, bytes]:
    """The patients `first` to `first + n` of a study with far more."""
    from baclosim.cohort.shard import as_parquet, frame, people, worked_out

    pieces = [worked_out(study, arm, 0, people(study, 0, first, n), n, 1) for arm in range(len(study.arms))]
    return {"patients.parquet": as_parquet(frame([p.tables["patients"] for p in pieces if p.tables]))}


def test_processes_write_the_bytes_of_one(tmp_path: Path):
    study = study_of(TEXT)
    run_study(study, tmp_path / "one", threads=2)
    run_study(study, tmp_path / "two", workers=2)
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


@pytest.mark.slow
def test_a_policy_writes_the_same_bytes_by_processes_by_a_cluster_and_when_resumed(tmp_path: Path):
    study = study_of(GUIDED)
    ways = {"alone": {"threads": 2}, "pool": {"workers": 2}, "cluster": {"scheduler": "local", "workers": 2}}
    for name, options in ways.items():
        run_study(study, tmp_path / name, **options)
    shutil.copytree(tmp_path / "alone", tmp_path / "cut")
    shutil.rmtree(tmp_path / "cut" / "shards" / "000000")
    run_study(study, tmp_path / "cut", resume=True, threads=1)
    whole = tree(tmp_path / "alone")
    doses = pl.read_parquet(tmp_path / "alone" / "shards" / "000000" / "patients.parquet")
    assert doses["last_dose_mg_per_day"].n_unique() > 2
    for name in ("pool", "cluster", "cut"):
        assert tree(tmp_path / name) == whole, name


@pytest.mark.slow
def test_killed_at_random_moments_and_resumed_a_study_has_the_bytes_of_one_never_cut_off(tmp_path: Path):
    file = tmp_path / "study.toml"
    file.write_text(ORAL, encoding="utf-8")
    study = study_of(ORAL, str(file), patients=10_000)
    run_study(study, tmp_path / "whole", threads=1)
    command = [PROGRAM, "cohort", file, "--patients", "10000", "--out", tmp_path / "cut", "--workers", "1", "--quiet"]
    chance = random.Random(7)
    kills = 0
    for attempt in range(3):
        started = subprocess.Popen([*command, *(["--resume"] if attempt else [])], stdout=subprocess.DEVNULL)
        wait_until_busy(tmp_path / "cut" / "shards", started)
        time.sleep(chance.uniform(0.0, 0.3))
        os.kill(started.pid, signal.SIGKILL)
        kills += started.wait() == -signal.SIGKILL
    assert kills >= 2
    subprocess.run([*command, "--resume"], check=True, stdout=subprocess.DEVNULL)
    assert tree(tmp_path / "cut") == tree(tmp_path / "whole")


def wait_until_busy(shards: Path, process: subprocess.Popen, limit: float = 30.0) -> None:
    """Wait until a shard is being written, or the process is over."""
    end = time.monotonic() + limit
    while time.monotonic() < end and process.poll() is None:
        if shards.exists() and any(entry.name.endswith(".part") for entry in shards.iterdir()):
            return
        time.sleep(0.002)


@pytest.mark.slow
def test_a_worker_of_a_cluster_killed_in_the_middle_changes_no_byte(tmp_path: Path):
    from distributed import Client, LocalCluster

    study = study_of(TEXT, patients=1000)
    run_study(study, tmp_path / "alone", threads=2)
    killed: list[int] = []
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster,
        Client(cluster, set_as_default=False) as client,
    ):

        def kill_one(done: int, total: int) -> None:
            if done and not killed:
                pids = client.run(os.getpid)
                killed.append(next(iter(pids.values())))
                os.kill(killed[0], signal.SIGKILL)

        run_study(study, tmp_path / "spread", scheduler=cluster.scheduler_address, progress=kill_one)
    assert killed
    assert tree(tmp_path / "spread") == tree(tmp_path / "alone")


def test_a_worker_process_killed_in_the_middle_changes_no_byte(tmp_path: Path):
    import multiprocessing

    study = study_of(TEXT, patients=1000)
    run_study(study, tmp_path / "alone", threads=2)
    killed: list[int] = []

    def kill_one(done: int, total: int) -> None:
        if done and not killed:
            pids = [child.pid for child in multiprocessing.active_children()]
            killed.append(next(pid for pid in pids if pid))
            os.kill(killed[0], signal.SIGKILL)

    run_study(study, tmp_path / "pool", workers=2, progress=kill_one)
    assert killed
    assert tree(tmp_path / "pool") == tree(tmp_path / "alone")
