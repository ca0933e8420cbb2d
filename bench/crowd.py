"""People who drag the dose slider of a page, each over a websocket of its own, as their browsers would."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
import urllib.parse
import uuid
from dataclasses import dataclass, field

import httpx2
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from baclosim.web.study import Study, to_address

SLIDER = re.compile(r'"(\d+)":\{"tag":"q-slider".*?"listener_id":"([^"]+)","type":"update:modelValue"')
CLIENT = re.compile(r"'client_id': '([^']+)'")
SAID = re.compile(r"then (\d+) mg by mouth")
SHOWN = re.compile(r"medians and spread of (\d+) virtual patients")
EVENT, PING, PONG, OPEN = "42", "2", "3", "40"  # packets of engine.io and socket.io


@dataclass
class Person:
    """One visitor: the page, what was asked of it, and when the curves came.

    pending  dose and time [s] of the moves whose curves have not come, oldest first
    drawn    s from a move to its own curves
    waited   s from a move to its own or newer curves, for every move
    shown    virtual patients in the curves of each move that was drawn, as the page says
    """

    address: str
    study: Study
    pending: list[tuple[int, float]] = field(default_factory=list)
    drawn: list[float] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    shown: list[int] = field(default_factory=list)
    moves: int = 0
    received: int = 0  # characters
    _said: int | None = None
    _patients: int = 0

    async def drag(self, seconds: float, between: float, start: asyncio.Barrier) -> None:
        """Open the page, wait for its curves and for the others, then move the slider every so many seconds."""
        async with httpx2.AsyncClient(timeout=120.0) as web:
            page = (await web.get(f"{self.address}/?s={to_address(self.study)}")).text
        (client,), ((element, listener), *_) = CLIENT.findall(page), SLIDER.findall(page)
        self._event = {"id": int(element), "client_id": client, "listener_id": listener}
        async with connect(self._socket(client), max_size=1 << 24) as socket:
            await socket.recv()
            await socket.send(OPEN)
            await socket.recv()  # who speaks before that is not heard
            listening = asyncio.create_task(self._listen(socket))
            await self._move(socket, 9)  # its curves tell that all is there
            while self.pending:
                await asyncio.sleep(0.05)
            self.drawn, self.waited, self.shown, self.moves, self.received = [], [], [], 0, 0
            await start.wait()
            await self._moves(socket, seconds, between)
            listening.cancel()

    async def _moves(self, socket: ClientConnection, seconds: float, between: float) -> None:
        end, dose = time.perf_counter() + seconds, 20
        while time.perf_counter() < end:
            dose = 10 + (dose - 9) % 50
            await self._move(socket, dose)
            await asyncio.sleep(between)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(30.0):
                while self.pending:
                    await asyncio.sleep(0.01)

    async def _move(self, socket: ClientConnection, dose: int) -> None:
        self.moves += 1
        self.pending.append((dose, time.perf_counter()))
        await socket.send(EVENT + json.dumps(["event", {**self._event, "args": [json.dumps(dose)]}]))

    async def _listen(self, socket: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for packet in socket:
                if packet == PING:
                    await socket.send(PONG)
                elif isinstance(packet, str):
                    self._heard(packet)

    def _heard(self, packet: str) -> None:
        """The words above the curves come first, then the curves that they speak of."""
        self.received += len(packet)
        said, shown = SAID.search(packet), SHOWN.search(packet)
        self._patients = int(shown[1]) if shown else self._patients
        self._said = int(said[1]) if said and '"says"' in packet else self._said
        if "dataset" in packet and self._said is not None:
            self._seen(self._said, time.perf_counter())

    def _seen(self, dose: int, now: float) -> None:
        """The curves of a dose are there: its move, and those that it overtook, wait no more."""
        places = [i for i, (asked, _) in enumerate(self.pending) if asked == dose]
        if places:
            done, self.pending = self.pending[: places[-1] + 1], self.pending[places[-1] + 1 :]
            self.waited += [now - begun for _, begun in done]
            self.drawn.append(now - done[-1][1])
            self.shown.append(self._patients)

    def _socket(self, client: str) -> str:
        query = {
            "client_id": client, "document_id": str(uuid.uuid4()), "tab_id": str(uuid.uuid4()), "next_message_id": 0,
            "implicit_handshake": "true", "EIO": 4, "transport": "websocket",
        }  # fmt: skip
        host = self.address.removeprefix("http://")
        return f"ws://{host}/_nicegui_ws/socket.io/?{urllib.parse.urlencode(query)}"


async def dragged_by(people: list[Person], seconds: float, between: float) -> None:
    """Let all of them drag at once."""
    start = asyncio.Barrier(len(people))
    await asyncio.gather(*(person.drag(seconds, between, start) for person in people))
