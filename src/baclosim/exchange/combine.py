"""A COMBINE archive: model, simulation and what they are, in one file that other programs open and run.

The same files give the same bytes: nothing of the day or the machine is in it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from .parcel import File
from .provenance import LICENCE_TEXT

SPECIFICATIONS = "http://identifiers.org/combine.specifications"
OMEX = f"{SPECIFICATIONS}/omex"
MANIFEST = f"{SPECIFICATIONS}/omex-manifest"
METADATA = f"{SPECIFICATIONS}/omex-metadata"
AUTHORS = "The baclosim authors"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a zip file can hold."""


@dataclass(frozen=True)
class Entry:
    """One file of an archive: `form` is its format after COMBINE's specifications, `master` what is to be run."""

    file: File
    form: str
    master: bool = False


def omex(entries: Sequence[Entry], title: str, description: str) -> bytes:
    """The archive, with its manifest and metadata."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, "manifest.xml", manifest(entries).encode())
        _put(archive, "metadata.rdf", metadata(title, description).encode())
        for entry in entries:
            _put(archive, entry.file.name, entry.file.content)
    return held.getvalue()


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content)


def manifest(entries: Sequence[Entry]) -> str:
    """What is in the archive, as XML."""
    rows = [
        f'  <content location="." format="{OMEX}"/>',
        f'  <content location="./manifest.xml" format="{MANIFEST}"/>',
        f'  <content location="./metadata.rdf" format="{METADATA}"/>',
    ]
    for entry in entries:
        place, master = quoteattr(f"./{entry.file.name}"), ' master="true"' if entry.master else ""
        rows.append(f'  <content location={place} format="{entry.form}"{master}/>')
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<omexManifest xmlns="{MANIFEST}">\n'
    return head + "\n".join(rows) + "\n</omexManifest>\n"


def metadata(title: str, description: str) -> str:
    """Title, description, authors and licence of the whole archive, as RDF."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcterms="http://purl.org/dc/terms/"
         xmlns:vCard="http://www.w3.org/2006/vcard/ns#">
  <rdf:Description rdf:about=".">
    <dcterms:title>{escape(title)}</dcterms:title>
    <dcterms:description>{escape(description)}</dcterms:description>
    <dcterms:creator>
      <rdf:Bag>
        <rdf:li rdf:parseType="Resource"><vCard:organization-name>{AUTHORS}</vCard:organization-name></rdf:li>
      </rdf:Bag>
    </dcterms:creator>
    <dcterms:license rdf:resource="{LICENCE_TEXT}"/>
  </rdf:Description>
</rdf:RDF>
"""
