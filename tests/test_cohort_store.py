"""The folder of a study: whole shards or none, whatever happens to the disk, and no mixing of studies."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from baclosim.cohort import run_study, study_of
from baclosim.cohort.store import Store
from baclosim.errors import BaclosimError, InputError
from small_study import ORAL, tree

STUDY = study_of(ORAL, patients=700)


def test_a_damaged_shard_is_kept_aside_said_and_computed_again(tmp_path: Path):
    run_study(STUDY, tmp_path / "whole")
    run_study(STUDY, tmp_path / "hurt")
    file = tmp_path / "hurt" / "shards" / "000001" / "patients.parquet"
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    said: list[str] = []
    run_study(STUDY, tmp_path / "hurt", resume=True, say=said.append)
    assert len(said) == 1
    assert "shard 1 is damaged (patients.parquet differs" in said[0]
    kept = tmp_path / "hurt" / "shards" / ".000001.damaged-1"
    assert (kept / "patients.parquet").read_bytes().endswith(b"x")
    whole, hurt = tree(tmp_path / "whole"), tree(tmp_path / "hurt")
    assert {name: hurt[name] for name in whole} == whole


@pytest.mark.parametrize("harm", ["seal", "file"])
def test_a_shard_that_lost_a_file_is_seen(tmp_path: Path, harm: str):
    run_study(STUDY, tmp_path / "r")
    (tmp_path / "r" / "shards" / "000000" / ("seal.json" if harm == "seal" else "bands.parquet")).unlink()
    sound, damaged = Store(tmp_path / "r").whole(range(3))
    assert (sound, list(damaged)) == ([1, 2], [0])


PROGRAM = (
    "import resource, sys; sys.path.insert(0, sys.argv[1]);"
    "from small_study import ORAL; from baclosim.cohort import run_study, study_of;"
    "limit = int(sys.argv[3]);"
    "stop = lambda done, total: done and limit and resource.setrlimit(resource.RLIMIT_FSIZE, (limit, -1));"
    "run_study(study_of(ORAL, patients=700), sys.argv[2], threads=1, progress=stop)"
)
"""Runs the study into a folder; after the first shard no file may be larger than the limit, where there is one."""
MOUNTED = """
mount -t tmpfs -o size=$1 tmpfs "$2" && shift && disk=$1 && shift && kept=$1 && shift || exit 9
"$@" "$disk/full" 0
cp -a "$disk/full" "$kept"
"""
"""Does the same on a file system of its own of $1 bytes, which is gone afterwards, and copies what was kept."""


def on_a_small_disk(size: int, at: Path, kept: Path) -> subprocess.CompletedProcess[str]:
    """The program on a tmpfs of so many bytes, in name spaces of its own; exit code 9 where that is refused."""
    at.mkdir()
    run = [sys.executable, "-c", PROGRAM, str(Path(__file__).parent)]
    shell = ["unshare", "--map-root-user", "--mount", "sh", "-c", MOUNTED, "sh", str(size), str(at), str(kept), *run]
    return subprocess.run(shell, capture_output=True, text=True, check=False)


def with_a_limit(size: int, folder: Path) -> subprocess.CompletedProcess[str]:
    """The program in a folder where no file may be larger, which makes writing fail as a full disk does."""
    run = [sys.executable, "-c", PROGRAM, str(Path(__file__).parent), str(folder), str(size)]
    return subprocess.run(run, capture_output=True, text=True, check=False)


def filled(files: Iterable[Path]) -> int:
    """Bytes that files fill on a tmpfs, in whole pages."""
    return sum(-(-file.stat().st_size // 4096) * 4096 for file in files)


@pytest.mark.parametrize("disk", ["small", "limited"])
def test_a_full_disk_stops_with_a_clear_error_and_what_is_done_stays(tmp_path: Path, disk: str):
    """A real file system that is full; where the kernel grants none, and besides, a limit on the size of files."""
    run_study(STUDY, tmp_path / "whole")
    first, kept = tmp_path / "whole" / "shards" / "000000", tmp_path / "full"
    told = None
    if disk == "small" and shutil.which("unshare"):
        room = filled([tmp_path / "whole" / "manifest.json"]) + filled(first.iterdir()) * 3 // 2
        told = on_a_small_disk(room, tmp_path / "disk", kept)
    if told is None or not kept.exists():
        told = with_a_limit(max(p.stat().st_size for p in first.iterdir()) // 2, kept)
    assert "BaclosimError: shard 1 could not be written" in told.stderr
    assert "`--resume` goes on from there" in told.stderr
    assert [p.name for p in (kept / "shards").iterdir()] == ["000000"]
    run_study(STUDY, kept, resume=True)
    assert tree(kept) == tree(tmp_path / "whole")


def test_a_folder_that_cannot_be_written_is_refused_before_any_work(tmp_path: Path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    for target in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(InputError, match="--out"):
            run_study(STUDY, target)
    assert (tmp_path / "file").read_text(encoding="utf-8") == "in the way"


def test_a_read_only_folder_is_refused(tmp_path: Path):
    """As another user where this one may write anywhere."""
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o555)
    tmp_path.chmod(0o755)
    program = (
        "import os, sys; sys.path.insert(0, sys.argv[1]);"
        "from baclosim.cohort.store import Store; from pathlib import Path;"
        "os.geteuid() or os.seteuid(65534);"
        "Store(Path(sys.argv[2])).begin({})"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, str(Path(__file__).parent), str(folder / "results")],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert "a folder one can write to. (Permission denied)" in told.stderr


def test_a_folder_with_something_else_in_it_is_refused(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="new or empty"):
        run_study(STUDY, tmp_path)


def test_a_finished_study_is_not_overwritten_and_resuming_it_changes_nothing(tmp_path: Path):
    run_study(STUDY, tmp_path / "r")
    before = tree(tmp_path / "r")
    with pytest.raises(InputError, match="--resume goes on"):
        run_study(STUDY, tmp_path / "r")
    run_study(STUDY, tmp_path / "r", resume=True)
    assert tree(tmp_path / "r") == before


def test_another_study_is_refused_with_the_difference_and_comments_do_not_count(tmp_path: Path):
    run_study(STUDY, tmp_path / "r")
    changed = study_of(ORAL.replace("10 mg every", "15 mg every"), patients=701)
    with pytest.raises(InputError) as caught:
        run_study(changed, tmp_path / "r", resume=True)
    told = str(caught.value)
    assert "patients: 700 in the folder, 701 now" in told
    assert '-oral = "10 mg every 8 h"' in told
    assert '+oral = "15 mg every 8 h"' in told
    run_study(study_of("# a remark\n" + ORAL, patients=700), tmp_path / "r", resume=True)


def test_another_version_of_the_model_is_refused(tmp_path: Path):
    run_study(STUDY, tmp_path / "r")
    manifest = tmp_path / "r" / "manifest.json"
    entries = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps({**entries, "model": "an older one"}), encoding="utf-8")
    with pytest.raises(InputError, match="model: an older one in the folder"):
        run_study(STUDY, tmp_path / "r", resume=True)


def test_two_runs_do_not_share_a_folder(tmp_path: Path):
    run_study(STUDY, tmp_path / "r")
    with (
        Store(tmp_path / "r").locked(),
        pytest.raises(InputError, match="no other run"),
    ):
        run_study(STUDY, tmp_path / "r", resume=True)


def test_what_a_kill_left_half_written_is_not_read_and_goes(tmp_path: Path):
    store = Store(tmp_path)
    store.begin({})
    (store.shards / ".000000.part").mkdir()
    (store.shards / ".000000.part" / "patients.parquet").write_bytes(b"half")
    assert store.whole(range(1)) == ([], {})
    store.put(0, {"patients.parquet": b"whole"})
    assert store.whole(range(1)) == ([0], {})
    assert [p.name for p in store.shards.iterdir()] == ["000000"]


def test_a_scheduler_that_does_not_answer_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    import socket

    monkeypatch.setattr("baclosim.cohort.cluster.PATIENCE", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(BaclosimError, match=f"the scheduler at {address} does not answer"):
            run_study(STUDY, tmp_path / "r", scheduler=address)
    assert tree(tmp_path / "r").keys() == {"manifest.json"}
