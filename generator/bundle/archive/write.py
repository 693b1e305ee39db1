"""Packing: a year's dossiers, texts, papers and records into one private file."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from generator.bundle.archive import bag
from generator.bundle.archive.box import members, packed
from generator.bundle.archive.envelope import NAME, Enclosed, envelope
from generator.bundle.archive.listing import FOLDER, OTHERS, README, Listing, line, readme
from generator.bundle.archive.names import Names, safe
from generator.bundle.archive.workbook import scratch
from generator.model.dossier import Dossier, Handover
from generator.model.institution import Institution
from generator.model.shelf import Shelf

ORIGINAL, PAPER, ATTACHED, WRAPPED = "原文", "版式文件", "附件", "封装"
"""What a file is to its item."""
CHANGED, REPORTS = "往年事项变动", "年度报告"
"""Folders of what is enclosed beside the filed items."""


@dataclass(frozen=True, slots=True)
class PackOrder:
    """All a package is made of. ``sources`` has the approved Markdown of each item by its id,
    ``papers`` its PDF; the shelf has the attachments; ``others`` is the tree of further files as
    it will lie in 其他. ``log`` says in a line what publish log is enclosed. All folders are in
    ``work``, which is private; ``out`` is the file to write.
    """

    handover: Handover
    institution: Institution
    sources: Path
    papers: Path
    shelf: Shelf
    others: Path
    log: str
    work: Path
    out: Path

    @property
    def folder(self) -> str:
        """The one folder inside the package."""
        return safe(f"{self.institution.archive.fonds}-党务公开-{self.handover.year}")


def write(order: PackOrder, told: Callable[[int], None] = lambda done: None) -> tuple[int, str]:
    """Write the package; its size in bytes and its SHA-256 (hex)."""
    root = order.work / "bag" / order.folder
    root.mkdir(parents=True)
    with scratch(order.work):
        _fill(order, root, told)
    face = order.institution.face
    said = {
        "Bagging-Date": order.handover.as_of.isoformat(),
        "Source-Organization": face.party_body or face.name,
        "External-Identifier": order.folder,
        "External-Description": f"{face.name}{order.handover.year}年度党务公开移交档案",
    }
    bag.make(root, said)
    return _seal(root, order.out)


def _fill(order: PackOrder, root: Path, told: Callable[[int], None]) -> None:
    """The payload, before it is a bag."""
    handover, names = order.handover, Names()
    with Listing(root, handover, order.institution) as listing:
        for place, dossier in enumerate(handover.items, start=1):
            parts = (FOLDER, str(handover.year), safe(dossier.category), names.take(dossier.number))
            folder = "/".join(parts)
            listing.add(line(place, dossier, folder, _put(order, dossier, root / folder)))
            told(place)
        order.others.rename(root / OTHERS)
        for name, beside in ((CHANGED, handover.changed), (REPORTS, handover.reports)):
            for dossier in beside:
                _put(order, dossier, root / OTHERS / name / safe(dossier.id))
        listing.enclose(_listed(root))
    text = readme(handover, order.institution, order.log)
    (root / README).write_bytes(text)


def _put(order: PackOrder, dossier: Dossier, folder: Path) -> list[Enclosed]:
    """An item's files into a folder of its own; the envelope is the first of them."""
    folder.mkdir(parents=True)
    name, names = dossier.id, Names()
    names.take(NAME)
    given = [
        (ORIGINAL, "", f"{name}.md", order.sources / f"{name}.md"),
        (PAPER, "", f"{name}.pdf", order.papers / f"{name}.pdf"),
    ]
    given += [
        (ATTACHED, each.title, each.file.rpartition("/")[2], order.shelf.file(each.digest or ""))
        for each in dossier.item.disclosure.attachments
    ]
    files = []
    for role, title, wanted, path in given:
        target = folder / names.take(wanted)
        os.link(path, target)
        files.append(enclosed(role, title, target, target.name))
    text = envelope(dossier, files, order.institution, order.handover.as_of)
    (folder / NAME).write_bytes(text)
    return [enclosed(WRAPPED, "", folder / NAME, NAME), *files]


def enclosed(role: str, title: str, path: Path, name: str) -> Enclosed:
    """A file as it is listed."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Enclosed(role, name, title, path.stat().st_size, digest)


def _listed(root: Path) -> Iterator[Enclosed]:
    """The files beside the filed items, in the order of their paths."""
    found = (each for each in (root / OTHERS).rglob("*") if each.is_file())
    for name in sorted(each.relative_to(root).as_posix() for each in found):
        yield enclosed(OTHERS, "", root / name, name)


def _seal(root: Path, out: Path) -> tuple[int, str]:
    """The bag as one file that only its owner can read, on disk when this returns."""
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        for block in packed(members(root)):
            digest.update(block)
            size += len(block)
            stream.write(block)
        stream.flush()
        os.fsync(stream.fileno())
    return size, digest.hexdigest()
