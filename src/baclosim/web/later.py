"""Page and interface side by side. The interface is made when something first asks for it: loading it takes longer than
all that the first page needs, and who opens a page waits for that alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from .guard import App, Receive, Scope, Send


class SideBySide:
    """An ASGI application of two: `page`, and `make()` for everything below `path`."""

    def __init__(self, page: App, path: str, make: Callable[[], App]) -> None:
        self._page, self._path, self._make = page, path, make
        self._made: App | None = None
        self._turn = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request with the one that it is meant for."""
        is_other = scope["type"] == "http" and scope["path"].startswith(self._path)
        await (await self.other() if is_other else self._page)(scope, receive, send)

    async def other(self) -> App:
        """The application below the path, made on a thread beside the server's own."""
        async with self._turn:
            if self._made is None:
                self._made = await asyncio.to_thread(self._make)
        return self._made
