"""The scripts of calibration/, as the tests import them."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

FOLDER = Path(__file__).parents[1] / "calibration"


@contextmanager
def imported(name: str) -> Iterator[ModuleType]:
    """One of them, in whose folder the others are found meanwhile."""
    sys.path.insert(0, str(FOLDER))
    try:
        yield importlib.import_module(name)
    finally:
        sys.path.remove(str(FOLDER))
