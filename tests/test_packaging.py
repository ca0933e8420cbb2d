"""What is released: a wheel that holds everything and works anywhere, a source that builds the same, free parts."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PERMISSIVE = re.compile(
    r"\b(MIT|BSD|Apache|ISC|PSF|Python Software Foundation|Zlib|Unlicense|0BSD|CC0)\b", re.IGNORECASE
)
COPYLEFT = re.compile(r"\b(A?GPL|LGPL|GNU|EUPL|MPL|Mozilla|CeCILL|SSPL)", re.IGNORECASE)
LICENCE_FILES = {"kiwisolver": "BSD", "matplotlib": "PSF"}  # whose metadata hold the text in place of a name


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """A folder with the wheel and the source distribution of this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    build(ROOT, folder, "wheel", "sdist")
    return folder


def build(source: Path, folder: Path, *kinds: str) -> None:
    targets = [word for kind in kinds for word in ("-t", kind)]
    subprocess.run([sys.executable, "-m", "hatchling", "build", *targets, "-d", str(folder)], cwd=source, check=True)


def only(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_wheel_holds_every_file_of_the_package_and_no_other(built):
    packed = {name for name in contents(only(built, "*.whl")) if name.startswith("baclosim/")}
    there = (path for path in (ROOT / "src" / "baclosim").rglob("*") if path.is_file())
    assert packed == {str(path.relative_to(ROOT / "src")) for path in there if "__pycache__" not in path.parts}


def test_the_source_builds_the_same_wheel_to_the_byte(built, tmp_path):
    with tarfile.open(only(built, "*.tar.gz")) as archive:
        archive.extractall(tmp_path, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    build(only(tmp_path, "baclosim-*"), tmp_path / "again", "wheel")
    assert only(tmp_path / "again", "*.whl").read_bytes() == only(built, "*.whl").read_bytes()


def test_the_wheel_works_away_from_its_source(built, tmp_path):
    """Unpacked elsewhere, beside the dependencies but without the checkout, it runs an example and finds its facts."""
    with zipfile.ZipFile(only(built, "*.whl")) as archive:
        archive.extractall(tmp_path / "site")
    script = (
        "import baclosim, sys; assert baclosim.__file__.startswith(sys.argv[1]), baclosim.__file__\n"
        "from baclosim.cli import main; sys.argv = ['baclosim', *sys.argv[2:]]; main()"
    )
    paths = os.pathsep.join([str(tmp_path / "site"), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")])
    for words in (["run", "stop-80-mg", "--json", "--patients", "5"], ["evidence", "kidney"], ["examples"]):
        done = subprocess.run(
            [sys.executable, "-S", "-c", script, str(tmp_path / "site"), *words],
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert done.stdout


def needed(name: str, found: dict[str, str]) -> dict[str, str]:
    """The licences of a distribution and of all that it needs without extras: name -> what its metadata say."""
    key = name.lower().replace("_", "-")
    if key in found:
        return found
    try:
        held = distribution(name)
    except PackageNotFoundError:
        return found  # for another system or an older Python
    meta = held.metadata
    classifiers = [line for line in meta.get_all("Classifier", []) if line.startswith("License")]
    found[key] = LICENCE_FILES.get(key) or meta.get("License-Expression") or " ".join(classifiers) or meta["License"]
    for requirement in map(Requirement, held.requires or []):
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            needed(requirement.name, found)
    return found


def test_every_part_of_the_core_is_free_to_use_without_copyleft():
    licences = needed("baclosim", {})
    assert len(licences) > 15
    for name, licence in licences.items():
        assert PERMISSIVE.search(licence), f"{name}: {licence}"
        assert not COPYLEFT.search(licence), f"{name}: {licence}"


def test_every_dependency_is_pinned_and_no_pin_names_where_it_comes_from():
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    names = set()
    for line in pins:
        if line and not line.startswith("#"):
            assert re.fullmatch(r"[A-Za-z0-9._-]+(\[\w+\])?==[\w.+!]+( *;.*)?", line), line
            names.add(line.split("==")[0].split("[")[0].lower().replace("_", "-").replace(".", "-"))
    wanted = {Requirement(text) for text in distribution("baclosim").requires or []}
    missing = {r.name.lower().replace("_", "-").replace(".", "-") for r in wanted} - names
    assert not missing
