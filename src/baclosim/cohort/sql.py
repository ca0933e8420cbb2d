"""Questions in SQL over the tables of a study: here, or in a process of its own.

Such a process (`python sql.py`, asked by `apart`) has the tables in memory, can open no file and no connection, and
ends when it needs too much memory or time; so whoever asks over a network sees the tables and nothing else. This file
imports nothing of baclosim, so that the process begins at once.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

REFUSED = 3  # exit status for a question that has no answer; standard output says why
NO_FILES = "it may read the tables of the study and no file"
NOT_OPENED = "(os error "  # how the engine tells of a file that was refused, where it does not raise OSError
NO_LIMITS = "this system cannot confine a question; ask with `baclosim cohort query`"


def scanned(files: Sequence[str] | Sequence[Path], arms: Sequence[str]) -> pl.LazyFrame:
    """One table of all shards, the arm by its name."""
    names = pl.Series(arms)
    return pl.scan_parquet([str(file) for file in files]).with_columns(
        pl.col("arm").replace_strict(range(len(names)), names, return_dtype=pl.Enum(names))
    )


def answered(tables: Mapping[str, pl.LazyFrame], sql: str, most: int | None = None) -> pl.DataFrame:
    """The answer to a question, its first `most` rows; raises PolarsError for one that cannot be understood."""
    with pl.SQLContext(dict(tables)) as context:
        found = context.execute(sql)
        return (found if most is None else found.head(most)).collect(engine="streaming")


def confine(memory: int, seconds: int) -> None:
    """From now on this process opens nothing, and ends beyond so much memory [bytes] or processor time [s].

    Raises ImportError, OSError or ValueError on a system that cannot limit a process so.
    """
    import resource

    for what, most in (
        (resource.RLIMIT_NOFILE, 0), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
    ):  # fmt: skip
        resource.setrlimit(what, (most, most))


def main() -> None:
    """Answer what standard input asks (JSON); standard output gets it as an Arrow file, or why there is none."""
    asked = json.load(sys.stdin)
    tables = {name: scanned(files, asked["arms"]).collect().lazy() for name, files in asked["tables"].items()}
    try:
        confine(asked["memory"], asked["seconds"])
    except (ImportError, OSError, ValueError):
        refuse(NO_LIMITS)
    written = io.BytesIO()
    try:
        answered(tables, asked["sql"], asked["most"]).write_ipc(written)
    except pl.exceptions.PolarsError as error:
        refuse(NO_FILES if NOT_OPENED in str(error) else str(error))
    except OSError:
        refuse(NO_FILES)
    except BaseException:  # a panic of the engine is no Exception
        refuse("it cannot be computed")
    if written.tell() > asked["largest"]:
        refuse(f"its answer is larger than {asked['largest'] // 1_000_000} MB")
    sys.stdout.buffer.write(written.getvalue())


def refuse(reason: str) -> None:
    """End with a reason."""
    sys.stdout.buffer.write(reason.encode())
    sys.exit(REFUSED)


if __name__ == "__main__":
    main()
