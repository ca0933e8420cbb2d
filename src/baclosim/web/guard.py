"""Who may speak to the server, how much and how fast: an ASGI layer in front of page and interface.

On loopback anybody on the machine may. Elsewhere every request carries a token. A request that names another host, or
comes from a page of another origin, is refused, so that no foreign page can drive the server through a visitor.
"""

from __future__ import annotations

import contextlib
import hmac
import http.cookies
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK = ("localhost", "127.0.0.1", "[::1]", "::1")
LARGEST_REQUEST = 1_000_000  # bytes
TOO_LARGE = (413, f"at most {LARGEST_REQUEST:,} bytes")
RATE, BURST = 50.0, 200.0  # requests of one address per second, and at once
ADDRESSES = 4096  # of whom the rate is remembered
COOKIE = "baclosim_token"

POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws: wss:; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)


class TooLarge(Exception):
    """A body grew beyond LARGEST_REQUEST while it was read."""


class Body:
    """The body of a request, given up when it grows too large, whatever length was announced."""

    def __init__(self, receive: Receive) -> None:
        self._receive, self._size = receive, 0

    @property
    def is_too_large(self) -> bool:
        """Whether more has come than is allowed."""
        return self._size > LARGEST_REQUEST

    async def receive(self) -> MutableMapping[str, Any]:
        """The next message; raises TooLarge."""
        message = await self._receive()
        if message["type"] == "http.request":
            self._size += len(message.get("body", b""))
        if self.is_too_large:
            raise TooLarge
        return message


@dataclass
class Bucket:
    """Requests that an address may still make; it fills by `RATE` a second up to `BURST`."""

    left: float = BURST
    at: float = field(default_factory=time.monotonic)

    def take(self) -> bool:
        """Whether one more is allowed now."""
        now = time.monotonic()
        self.left = min(BURST, self.left + RATE * (now - self.at))
        self.at = now
        if self.left < 1.0:
            return False
        self.left -= 1.0
        return True


class Guard:
    """An ASGI application around another.

    hosts  names under which the server may be called; every loopback name is added
    token  what every request must carry (header `Authorization: Bearer`, `?token=` once, then a cookie), or None
    """

    def __init__(self, app: App, hosts: Iterable[str] = (), token: str | None = None) -> None:
        self.app = app
        self.hosts = frozenset({*LOOPBACK, *(host.lower() for host in hosts)})
        self.token = token
        self.buckets: OrderedDict[str, Bucket] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Judge a request, pass it on, and add the headers that keep a browser careful."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        refusal = self.refusal(scope, headers)
        if refusal:
            await _refuse(scope, receive, send, *refusal)
            return
        own = [*HEADERS, *self._cookie(scope)]
        body = Body(receive)

        async def sending(message: MutableMapping[str, Any]) -> None:
            if message["type"] in ("http.response.start", "websocket.accept"):
                message["headers"] = [*message.get("headers", ()), *own]
            if not body.is_too_large:
                await send(message)

        with contextlib.suppress(TooLarge):
            await self.app(scope, body.receive, sending)
        if body.is_too_large:
            await _refuse(scope, receive, send, *TOO_LARGE)

    def refusal(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        """Status and reason when a request is turned away, or None."""
        host = headers.get("host", "")
        if _name(host) not in self.hosts:
            return 421, "this server is not called so"
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != host and (scope["type"] != "http" or _changes(scope)):
            return 403, "a page of another origin may not use this server"
        if self.token is not None and not self._knows_token(scope, headers):
            return 401, "a token is needed: the header Authorization: Bearer TOKEN, or ?token=TOKEN once"
        if not _is_length(headers.get("content-length", "0")):
            return 400, "the length of the request is no number"
        if int(headers.get("content-length", "0")) > LARGEST_REQUEST:
            return TOO_LARGE
        if scope.get("path", "").startswith("/api") and not self._bucket(scope).take():
            return 429, f"at most {RATE:g} requests a second"
        return None

    def _bucket(self, scope: Scope) -> Bucket:
        address = (scope.get("client") or ("",))[0]
        bucket = self.buckets.setdefault(address, Bucket())
        self.buckets.move_to_end(address)
        if len(self.buckets) > ADDRESSES:
            self.buckets.popitem(last=False)
        return bucket

    def _knows_token(self, scope: Scope, headers: dict[str, str]) -> bool:
        assert self.token is not None
        given = [headers.get("authorization", "").removeprefix("Bearer ")]
        given += _query(scope).get("token", [])
        given += [cookie.value for name, cookie in _cookies(headers).items() if name == COOKIE]
        return any(hmac.compare_digest(word.encode(), self.token.encode()) for word in given)

    def _cookie(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        """The token as a cookie, when the address brought it."""
        if self.token is None or scope["type"] != "http" or "token" not in _query(scope):
            return []
        return [(b"set-cookie", f"{COOKIE}={self.token}; HttpOnly; SameSite=Strict; Path=/".encode())]


def _name(host: str) -> str:
    """The name in a Host header, without the port."""
    return host.lower().rsplit(":", 1)[0] if not host.endswith("]") else host.lower()


def _changes(scope: Scope) -> bool:
    return scope["method"] not in ("GET", "HEAD", "OPTIONS")


def _is_length(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _query(scope: Scope) -> dict[str, list[str]]:
    return parse_qs(scope.get("query_string", b"").decode("latin-1"))


def _cookies(headers: dict[str, str]) -> http.cookies.SimpleCookie:
    try:
        return http.cookies.SimpleCookie(headers.get("cookie", ""))
    except http.cookies.CookieError:
        return http.cookies.SimpleCookie()


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, reason: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": reason})
        return
    import json

    body = json.dumps({"error": reason}).encode()
    length = (b"content-length", str(len(body)).encode())
    headers = [(b"content-type", b"application/json"), length, *HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
