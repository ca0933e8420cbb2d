"""Look for texts that break a reader, guided by which lines of code they reach (Atheris, which drives libFuzzer).

    python fuzz/hunt.py --seconds 3600          all readers, two at a time, an hour in all on two cores
    python fuzz/hunt.py --seconds 60 dosing     one of them

What is found lies in fuzz/found/READER and is replayed by the tests from then on. Exit code 1 when anything is found.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from readers import Reader

HERE = Path(__file__).parent
FOUND, CORPUS = HERE / "found", HERE / "corpus"
LONGEST_TEXT = 20_000  # bytes of a made-up text; the bundled ones are shorter
SLOWEST = 60  # seconds by the clock for one text: instrumented code is some ten times slower, a busy machine again
MOST_MEMORY = 2048  # MB
COMPILED = ["baclosim.engine", "baclosim.effects", "baclosim.values"]  # what Numba compiles must stay as it is
LACKING = "Atheris is not installed here: `make fuzz` installs it where it has a wheel (docs/platforms.md)."
_PROGRESS = re.compile(r"#(\d+)\s+\w+.*?cov: (\d+)")


def main() -> int:
    """Hunt in one process for each reader; print what each did."""
    if sys.argv[1:2] == ["--hunt"]:
        hunt(sys.argv[2], sys.argv[3:])
    if importlib.util.find_spec("atheris") is None:
        print(LACKING, file=sys.stderr)
        return 1
    from readers import READERS

    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("readers", nargs="*", metavar="READER", help=", ".join(READERS))
    asked.add_argument("--seconds", type=int, default=3600, help="of two processes together")
    asked.add_argument("--at-once", type=int, default=2)
    given = asked.parse_args()
    names = given.readers or list(READERS)
    seconds = max(1, given.seconds * given.at_once // len(names)) if len(names) > 1 else given.seconds
    with ThreadPoolExecutor(given.at_once) as pool:
        ended = list(pool.map(lambda name: hunted(READERS[name], seconds), names))
    return max(ended)


def hunt(name: str, options: list[str]) -> None:
    """Feed one reader until the time is over or something is found; never returns."""
    import atheris

    with atheris.instrument_imports(include=["baclosim", "pint", "tomllib"], exclude=COMPILED):
        from readers import READERS, tried

        reader = READERS[name]
        for text in reader.seeds():
            tried(reader, text)  # so that all is imported that will be needed
    atheris.Setup([sys.argv[0], *options], lambda data: tried(reader, data.decode("utf-8", errors="replace")))
    atheris.Fuzz()


def hunted(reader: Reader, seconds: int) -> int:
    """Run a hunt in a process of its own; 1 when it found something."""
    found, corpus = FOUND / folder_name(reader.name), CORPUS / folder_name(reader.name)
    found.mkdir(parents=True, exist_ok=True)
    corpus.mkdir(parents=True, exist_ok=True)
    write_seeds(reader, corpus)
    done = subprocess.run(
        [
            *(
                sys.executable,
                __file__,
                "--hunt",
                reader.name,
                f"-artifact_prefix={found}{os.sep}",
                f"-dict={corpus}.dict",
            ),
            *(f"-max_total_time={seconds}", f"-timeout={SLOWEST}", f"-rss_limit_mb={MOST_MEMORY}"),
            *(f"-max_len={LONGEST_TEXT}", "-print_final_stats=1", str(corpus)),
        ],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if not any(found.iterdir()):
        found.rmdir()
    report(reader.name, seconds, done)
    return 1 if done.returncode else 0


def report(name: str, seconds: int, done: subprocess.CompletedProcess[str]) -> None:
    """One line for a reader; with what was found, when something was."""
    progress = _PROGRESS.findall(done.stderr)
    texts, places = progress[-1] if progress else ("0", "0")
    print(f"{name:14} {seconds:5} s  {int(texts):9,} texts  {int(places):6,} places reached  ", end="")
    print("clean" if done.returncode == 0 else "FOUND", flush=True)
    if done.returncode:
        print(done.stdout[-4000:] + done.stderr[-3000:], flush=True)


def write_seeds(reader: Reader, corpus: Path) -> None:
    """The texts to begin from, and the words to put in, as libFuzzer wants them."""
    for i, text in enumerate(reader.seeds()):
        (corpus / f"seed-{i}").write_text(text, encoding="utf-8")
    lines = ["".join(f"\\x{byte:02x}" for byte in word.encode()) for word in reader.words]
    words = "".join(f'"{line}"\n' for line in lines) or "# none\n"
    corpus.with_name(corpus.name + ".dict").write_text(words, encoding="ascii")


def folder_name(name: str) -> str:
    """The reader's name as a folder's."""
    return name.replace(" ", "-")


if __name__ == "__main__":
    sys.exit(main())
