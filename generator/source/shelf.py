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
    shelf, laid = Shelf(folder), set[str]()
    seen: list[tuple[Document, Item | PageView]]
    seen = [(sources[item.id], item) for item in edition.items]
    seen += [(sources[page.url], page) for page in edition.pages]
    for source, told in seen:
        text = told.text_digest
        if text not in laid and (needed is None or text in needed):
            shelf.put(text, _same(text, _body(root, source), source.file))
            laid.add(text)
        for listed in source.attachments:
            digest = listed.digest or ""
            if needed is None or digest in needed:
                data = (root / listed.path).read_bytes()
                _copy(shelf.file(digest), _same(digest, data, listed.path))
    return shelf


def _body(root: Path, source: Document) -> bytes:
    text, _ = front.decode(source.file, (root / source.file).read_bytes())
    halves, _ = front.split(source.file, text)
    return halves.body.encode("utf-8") if halves else b""


def _same(digest: str, data: bytes, file: str) -> bytes:
    if hashlib.sha256(data).hexdigest() != digest:
        raise EnvironmentFault("E02", {"file": file})
    return data


def _copy(target: Path, data: bytes) -> None:
    if not target.exists():
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
