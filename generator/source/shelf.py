"""Stocking a shelf: the texts and files of one edition, copied by digest, nothing else."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from generator.diagnostics import EnvironmentFault
from generator.model.disclosure import Document
from generator.model.edition import Edition, Item, PageView
from generator.model.shelf import Shelf
from generator.source import front


def stock(
    root: Path,
    sources: Mapping[str, Document],
    edition: Edition,
    folder: Path,
    needed: frozenset[str] | None = None,
) -> Shelf:
    """Copy what ``edition`` names into ``folder``; ``sources`` gives the file of each
    item by its id, of each standing page by its address.

    Where ``needed`` is given, only texts and files of those digests.

    Every copy is compared with its digest: a file that changed since it was checked raises
    EnvironmentFault, for what was approved is not what lies there now.
    """
    folder.mkdir(parents=True)
    seen: list[tuple[Document, Item | PageView]]
    seen = [(sources[item.id], item) for item in edition.items]
    seen += [(sources[page.url], page) for page in edition.pages]
    for source, told in seen:
        if needed is None or told.text_digest in needed:
            _put(folder, told.text_digest, _body(root, source), source.file)
        for file, listed in zip(told.attachments, source.attachments, strict=True):
            if needed is None or file.digest in needed:
                _put(folder, file.digest, (root / listed.path).read_bytes(), listed.path)
    return Shelf(folder)


def _body(root: Path, source: Document) -> bytes:
    text, _ = front.decode(source.file, (root / source.file).read_bytes())
    halves, _ = front.split(source.file, text)
    return halves.body.encode("utf-8") if halves else b""


def _put(folder: Path, digest: str, data: bytes, file: str) -> None:
    if hashlib.sha256(data).hexdigest() != digest:
        raise EnvironmentFault("E02", {"file": file})
    target = folder / digest
    if not target.exists():
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
