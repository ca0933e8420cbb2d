"""Whom the Fit tab found, kept as one file and opened again: what `baclosim fit --out` writes for `--estimate`."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ..errors import InputError, Problem
from .bench import Estimated, Raw, without_empty

if TYPE_CHECKING:
    from ..individualise import Individual

LARGEST, LARGEST_INSIDE = 3_000_000, 10_000_000  # bytes: of the archive, and of one of its files
RECORD = "fit.json"
ALLOWED = "an estimate of one person: what the Fit tab gives to keep, or the folder of `baclosim fit --out` as a ZIP"


def estimated(individual: Individual, patient: Raw) -> Estimated:
    """A person as the planners take them, known beside their data by this table."""
    from ..individualise.kept import VERSIONS
    from ..plan.people import Known

    known = Known(individual.patients(VERSIONS), individual.rests_on, individual.cautions)
    return Estimated(known, patient, str(individual.person.therapy))


def archive(individual: Individual) -> bytes:
    """The record of an estimate and its equally likely versions, in one ZIP archive."""
    from ..individualise.kept import FILE, versions_frame
    from ..individualise.record import record

    told = record("workbench", [(individual, None)], None, individual.seed, (RECORD, FILE), (FILE,))
    content, versions = io.BytesIO(), io.BytesIO()
    versions_frame(individual).write_parquet(versions)
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(RECORD, told.model_dump_json(indent=1))
        packed.writestr(FILE, versions.getvalue())
    return content.getvalue()


def opened(name: str, content: bytes) -> Estimated:
    """The person of an archive; raises InputError for one that holds no estimate, several, or another model's."""
    from ..individualise.kept import read_estimate
    from ..individualise.record import given_fields
    from ..plan.people import Known

    with tempfile.TemporaryDirectory(prefix="baclosim-") as folder:
        for file, inside in needed(name, content):
            (Path(folder) / file).write_bytes(inside)
        try:
            kept = read_estimate(folder, "estimate")
        except InputError as error:  # its words name a folder of the server
            hint = next((problem.hint for problem in error.problems), "")
            raise InputError(Problem("estimate", name, ALLOWED, hint)) from None
    known = Known(kept.versions, kept.rests_on, kept.cautions)
    return Estimated(known, without_empty(given_fields(kept.patient)), kept.therapy)


def needed(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """The files of an archive that an estimate is read from, whatever folder they lie in."""
    from ..individualise.kept import FILE

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for entry in packed.infolist():
                file = PurePosixPath(entry.filename).name
                if file == RECORD or file.endswith(FILE):
                    if entry.file_size > LARGEST_INSIDE:
                        raise InputError(Problem("estimate", name, ALLOWED, f"{file} is too large."))
                    yield file, packed.read(entry)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError):
        raise InputError(Problem("estimate", name, ALLOWED)) from None
