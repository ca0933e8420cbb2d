"""Writing a folder of results: all of it, or nothing."""

from __future__ import annotations

import importlib
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import InputError, Problem


def check_target(folder: Path) -> None:
    """Raise InputError, before any work is done, when results could not be written there."""
    existing = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
    if not existing.is_dir():
        raise InputError(Problem("--out", str(folder), "a folder", f"({str(existing)!r} is a file.)"))
    try:
        tempfile.TemporaryFile(dir=existing).close()
    except OSError as error:
        raise InputError(Problem("--out", str(folder), "a folder one can write to", f"({error.strerror})")) from None


def paper_for(pdf: bool, paper: str | None, folder: Path | None) -> str | None:
    """The paper to print on, None without a PDF; raises InputError for an unknown one, or one that would go nowhere."""
    if not pdf:
        if paper is not None:
            raise InputError(Problem("--paper", paper, "together with --pdf, as it is the paper of the PDF"))
        return None
    if folder is None:
        raise InputError(Problem("--pdf", None, "together with --out FOLDER, where the PDF is written"))
    from ..report.pdf import check_paper

    check_paper(paper or "a4")
    return paper or "a4"


def load_meanwhile(*also: str) -> None:
    """Load what figures need, and these modules, on a thread of its own, while the model computes without Python."""
    threading.Thread(target=_load, args=also).start()


def _load(*also: str) -> None:
    from ..figures.loading import load_matplotlib

    load_matplotlib()
    for name in also:
        importlib.import_module(name)


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """A scratch folder beside `target`; its files move there when the block ends well, else they vanish."""
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}-", suffix=".part", dir=target.parent))
    try:
        yield scratch
        target.mkdir(exist_ok=True)
        for file in sorted(scratch.iterdir()):
            file.replace(target / file.name)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
