"""An estimate kept as a file: the same person when it is opened, and one clear refusal of everything else."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from baclosim.errors import InputError
from baclosim.individualise import Individual, fit
from baclosim.individualise.kept import FILE, read_estimate
from baclosim.web import estimates
from baclosim.web.estimates import archive, estimated, opened
from fit_cases import persons


@pytest.fixture(scope="module")
def individual() -> Individual:
    (person,), _ = persons(1)
    return fit(person, draws=400, seed=2)


def files_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def packed(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        for name, inside in files.items():
            made.writestr(name, inside)
    return content.getvalue()


def parquet(frame: pl.DataFrame) -> bytes:
    content = io.BytesIO()
    frame.write_parquet(content)
    return content.getvalue()


def test_who_was_kept_is_the_same_person_for_the_planners(individual, tmp_path):
    own, again = estimated(individual, {}), opened("ann.zip", archive(individual))
    assert again.therapy == own.therapy
    assert again.known.says == own.known.says
    assert again.known.cautions == own.known.cautions
    for name, values in own.known.versions.parameters.items():
        assert np.array_equal(again.known.versions.parameters[name], values), name
    for name, content in files_of(archive(individual)).items():
        (tmp_path / name).write_bytes(content)
    assert read_estimate(tmp_path).rests_on == own.known.says  # the command line reads it too


def test_a_folder_that_was_packed_by_hand_is_opened(individual):
    files = {f"reports/ann/{name}": content for name, content in files_of(archive(individual)).items()}
    assert opened("ann.zip", packed({**files, "reports/ann/report.html": b"<p>"})).therapy


@pytest.mark.parametrize("what", ["no archive", "nothing", "cut", "other columns", "text", "several", "large"])
def test_whatever_is_no_estimate_is_refused_without_a_word_of_the_servers_folders(individual, what, monkeypatch):
    files = files_of(archive(individual))
    frame = pl.read_parquet(io.BytesIO(files[FILE]))
    if what == "large":
        monkeypatch.setattr(estimates, "LARGEST_INSIDE", 1000)
    content = {
        "no archive": b"PK no archive",
        "nothing": packed({"notes.txt": b"no estimate"}),
        "cut": packed({**files, FILE: files[FILE][:-40]}),
        "other columns": packed({**files, FILE: parquet(frame.drop(frame.columns[0]))}),
        "text": packed({**files, FILE: parquet(frame.cast(pl.String))}),
        "several": packed({"fit.json": files["fit.json"].replace(b'"versions.parquet"', b'"ben-versions.parquet"')}),
        "large": archive(individual),
    }[what]
    with pytest.raises(InputError, match="estimate of one person") as refused:
        opened("ann.zip", content)
    assert tempfile.gettempdir() not in str(refused.value)
    assert not list(Path(tempfile.gettempdir()).glob("baclosim-*/fit.json"))
