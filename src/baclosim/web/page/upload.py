"""A file from the visitor: a small button opens the browser's chooser, and its text goes where one would type it."""

from __future__ import annotations

from nicegui import events, ui

from .parts import chip


def file_chip(label: str, endings: str, largest: int, text: ui.input | ui.textarea) -> None:
    """A chip that asks for one file, whose content takes the place of what stands in `text`.

    endings  such as ".csv,.txt";  largest  in bytes
    """

    async def uploaded(event: events.UploadEventArguments) -> None:
        content = await event.file.read()
        event.sender.reset()  # type: ignore[attr-defined]
        text.set_value(content.decode("utf-8-sig", "replace"))

    refused = f"One file ({endings.replace(',', ', ')}) of at most {largest // 1000:,} kB, please."
    made = ui.upload(
        auto_upload=True, max_files=1, max_file_size=largest, on_upload=uploaded, on_rejected=lambda: ui.notify(refused)
    )
    made.props(f'accept="{endings}"').style("display:none")
    chip(label, False, f"() => getElement({made.id}).$refs.qRef.pickFiles()")  # only a click in the browser may open it
