"""What an installation weighs and how quickly it answers: `python bench/footprint.py` prints what the README says.

Bytes are those of the installed files of baclosim and of all that its core needs, without extras and without compiled
caches. Times are processor time of whole processes, the least of several: what other programs do does not count.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from importlib.metadata import Distribution, distribution

from packaging.requirements import Requirement

RUNS = 5


def needed(name: str, found: dict[str, Distribution]) -> dict[str, Distribution]:
    """A distribution with all that it needs, by name; extras and what another system would need are left out."""
    found[name] = distribution(name)
    for line in found[name].requires or ():
        want = Requirement(line)
        if want.name not in found and (want.marker is None or want.marker.evaluate({"extra": ""})):
            needed(want.name, found)
    return found


def size_of(installed: Distribution) -> int:
    """Bytes of its files on disk, compiled caches left out."""
    paths = (file.locate() for file in installed.files or () if file.suffix != ".pyc")
    return sum(path.stat().st_size for path in paths if path.is_file())


def seconds(*words: str) -> float:
    """Processor time of a process, the least of several."""
    found = []
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *words], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(found)


def main() -> None:
    """Print sizes and times."""
    sizes = {name: size_of(found) for name, found in needed("baclosim", {}).items()}
    largest = sorted(sizes, key=lambda name: -sizes[name])[:5]
    print(f"core, {len(sizes)} packages: {sum(sizes.values()) / 1e6:.0f} MB")
    print("largest: " + ", ".join(f"{name} {sizes[name] / 1e6:.0f} MB" for name in largest))
    bare = seconds("-c", "pass")
    print(f"import baclosim: {seconds('-c', 'import baclosim') - bare:.2f} s above {bare:.2f} s of Python itself")
    print(f"printing the help: {seconds('-c', 'from baclosim.cli import main; main()', '--help'):.2f} s in all")


if __name__ == "__main__":
    main()
