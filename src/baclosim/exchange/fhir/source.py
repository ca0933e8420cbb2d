"""Where a bundle is: a file, standard input, or one that comes along as an example."""

from __future__ import annotations

import sys
from importlib import resources
from pathlib import Path

from ...errors import Problem, nearest
from .bundle import LARGEST, FhirError


def examples() -> dict[str, bytes]:
    """The bundled examples: name -> content of the file."""
    folder = resources.files("baclosim.exchange.fhir") / "examples"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".json")), key=lambda file: file.name)
    return {file.name.removesuffix(".json"): file.read_bytes() for file in files}


def content(given: str) -> bytes:
    """The bytes of a bundle: of a file, of an example by name, or of standard input for "-". Raises FhirError."""
    if given == "-":
        return sys.stdin.buffer.read(LARGEST + 1)
    path = Path(given)
    try:
        if path.is_file():
            with path.open("rb") as file:
                return file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FhirError(Problem("file", given, "a file that can be read", f"({reason})")) from None
    bundled = examples()
    if given in bundled:
        return bundled[given]
    allowed = f"a file with a FHIR bundle, or an example ({', '.join(bundled)})"
    raise FhirError(Problem("file", given, allowed, nearest(given, bundled)))
