"""The guard: hosts, origins, tokens, sizes and rates, judged on the real interface."""

from __future__ import annotations

import time

import pytest
from fastapi.testclient import TestClient

from baclosim.web import guard
from baclosim.web.guard import BURST, COOKIE, LARGEST_REQUEST, Bucket, Guard
from baclosim.web.server import interface, token_for


def client(token: str | None = None, host: str = "127.0.0.1") -> TestClient:
    return TestClient(Guard(interface(), (), token), base_url=f"http://{host}")


def test_loopback_is_served_with_careful_headers():
    answer = client().get("/api/examples")
    assert answer.status_code == 200
    assert "oral-titration-ms" in answer.json()
    for name in ("content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy"):
        assert name in answer.headers


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", ""])
def test_a_foreign_host_name_is_refused(host):
    assert client().get("/api/examples", headers={"host": host}).status_code == 421


def test_a_page_of_another_origin_may_not_change_or_connect():
    answer = client().post("/api/check", json={}, headers={"origin": "http://evil.example"})
    assert answer.status_code == 403
    same = client().post("/api/check", json={}, headers={"origin": "http://127.0.0.1"})
    assert same.status_code == 422


def test_elsewhere_a_token_is_needed_and_then_kept_as_a_cookie():
    guarded = client("secret-word")
    assert guarded.get("/api/examples").status_code == 401
    assert guarded.get("/api/examples", headers={"authorization": "Bearer wrong"}).status_code == 401
    assert guarded.get("/api/examples", headers={"authorization": "Bearer secret-word"}).status_code == 200
    assert guarded.get("/api/examples?token=secret-word").status_code == 200
    assert guarded.cookies[COOKIE] == "secret-word"
    assert guarded.get("/api/examples").status_code == 200


def test_a_token_is_made_up_for_every_address_but_loopback():
    assert token_for("127.0.0.1", None) is None
    assert token_for("localhost", None) is None
    assert token_for("0.0.0.0", "mine") == "mine"
    first, second = token_for("0.0.0.0", None), token_for("0.0.0.0", None)
    assert first
    assert first != second
    assert len(first) >= 32


def test_too_much_is_refused_by_its_announced_and_by_its_true_length():
    assert client().post("/api/check", content=b"x" * (LARGEST_REQUEST + 1)).status_code == 413

    def pieces():
        for _ in range(40):
            yield b" " * 50_000

    assert client().post("/api/check", content=pieces()).status_code == 413
    assert client().get("/api/examples", headers={"content-length": "-5"}).status_code == 400


def test_requests_are_counted_and_forgiven_with_time():
    bucket = Bucket()
    assert sum(bucket.take() for _ in range(int(BURST) + 50)) <= BURST + 5
    assert not bucket.take()
    bucket.at = time.monotonic() - 1.0
    assert bucket.take()


def test_a_flood_from_one_address_is_slowed(monkeypatch):
    monkeypatch.setattr(guard, "RATE", 0.01)
    flooded = client()
    codes = {flooded.get("/api/examples/none").status_code for _ in range(int(BURST) + 60)}
    assert codes == {404, 429}
