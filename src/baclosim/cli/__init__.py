"""The command line. Each command imports what it needs only when it runs, so that `--help` stays quick."""

from __future__ import annotations

from .app import app, main

__all__ = ["app", "main"]
