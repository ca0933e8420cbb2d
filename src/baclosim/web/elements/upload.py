"""A file from the visitor: a small button that opens the browser's chooser, and what was chosen handed on."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from nicegui import events, ui

from .parts import chip


def file_chip(label: str, endings: str, largest: int, taken: Callable[[str, bytes], Any]) -> None:
    """A chip that asks for one file; `taken` is given its name and its content.

    endings  such as ".csv,.txt";  largest  in bytes
    """

    async def uploaded(event: events.UploadEventArguments) -> None:
        content = await event.file.read()
        event.sender.reset()  # type: ignore[attr-defined]
        done = taken(event.file.name, content)
        if inspect.isawaitable(done):
            await done

    refused = f"One file ({endings.replace(',', ', ')}) of at most {largest // 1000:,} kB, please."
    made = ui.upload(
        auto_upload=True, max_files=1, max_file_size=largest, on_upload=uploaded, on_rejected=lambda: ui.notify(refused)
    )
    made.props(f'accept="{endings}"').style("display:none")
    chip(label, False, f"() => getElement({made.id}).$refs.qRef.pickFiles()")  # only a click in the browser may open it


def into(field: ui.input | ui.textarea) -> Callable[[str, bytes], Any]:
    """What puts the text of a file where one would type it."""
    return lambda _, content: field.set_value(content.decode("utf-8-sig", "replace"))
