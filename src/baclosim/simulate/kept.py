"""A few results kept for whoever asks for the same again; the one asked for longest ago goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Result = TypeVar("Result")


class Kept(Generic[Key, Result]):
    """At most `most` results by what they are for; several threads may ask at once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[Key, Result] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, key: Key, make: Callable[[], Result]) -> Result:
        """What is kept for a key, or what `make` gives; two who ask at the very same time may both make it."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        made = make()
        with self._lock:
            self._found[key] = made
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return made

    def __contains__(self, key: object) -> bool:
        return key in self._found

    def __len__(self) -> int:
        return len(self._found)
