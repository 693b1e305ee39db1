"""A Markdown file to what every document shares: scope, dates, attachments, approval, links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from generator.diagnostics import Diagnostic, Span, fault
from generator.model.disclosure import Act, Approval, Attachment, Link
from generator.model.institution import Institution
from generator.source import front
from generator.source.catalogue import read_scope
from generator.source.digest import approval_digest, file_digest, text_digest
from generator.source.links import find_links, resolve
from generator.source.sheet import Fields, Sheet
from generator.source.values import parse_date, parse_until


@dataclass(frozen=True, slots=True)
class Opened:
    """A Markdown file of the project ``root``, taken apart."""

    root: Path
    sheet: Sheet
    halves: front.Halves


def open_document(root: Path, file: str) -> tuple[Opened | None, list[Diagnostic]]:
    """The file opened, and faults that lie in no key; None when nothing can be read."""
    data, faults = front.read(root, file)
    text, more = front.decode(file, data)
    if faults or more:
        return None, [*faults, *more]
    halves, faults = front.split(file, text)
    if halves is None:
        return None, faults
    sheet = Sheet(file, halves.head, first_line=2)
    blanks = front.blanks(file, text)
    if sheet.root is None:
        return None, [*sheet.faults, *blanks]
    return Opened(root, sheet, halves), blanks


def shared_facts(
    opened: Opened, fields: Fields, dates: Fields, institution: Institution
) -> dict[str, Any]:
    """The values of ``model.disclosure.Document``'s fields, by name."""
    sheet, halves = opened.sheet, opened.halves
    attachments = _attachments(opened.root, fields)
    body = text_digest(halves.body)
    return {
        "file": sheet.file,
        "title": fields.text("title"),
        "scope": read_scope(fields, "scope", institution),
        "group": fields.text("group"),
        "release": _release(dates, institution),
        "until": dates.parsed("until", parse_until, "S12"),
        "attachments": attachments,
        "approval": _approval(fields, institution),
        "links": _checked(sheet, find_links(sheet.file, halves.body, halves.body_line)),
        "digest": approval_digest(sheet.root, body, (each.digest for each in attachments)),
        "text_digest": body,
        "marks": sheet.marks,
    }


def _release(dates: Fields, institution: Institution) -> Mapping[str, date]:
    if dates.is_text("release"):
        day = dates.parsed("release", parse_date, "S10")
        return {"*": day} if day else {}
    by_audience = dates.map("release", tuple(each.id for each in institution.audiences))
    days = {name: by_audience.parsed(name, parse_date, "S10") for name in by_audience.names()}
    return {name: day for name, day in days.items() if day}


def _attachments(root: Path, fields: Fields) -> tuple[Attachment, ...]:
    found = []
    for each in fields.maps("attachments", ("file", "title", "checked_by_eye")):
        each.require("file", "title")
        by_eye = each.map("checked_by_eye", ("by", "date"))
        by_eye.parsed("date", parse_date, "S10")
        if not (name := each.text("file")):
            continue
        path = resolve(fields.sheet.file, name)
        if not path.startswith("content/") or path.endswith(".md"):
            each.fail("S20", "file", value=name)
            continue
        on_disk = root / path
        if not on_disk.is_file() or _linked(root, on_disk):
            found.append(Attachment(name, each.text("title"), path, None, 0))
            continue
        try:
            digest = file_digest(on_disk)
        except OSError as error:
            each.fail(front.UNREAD, "file", reason=error.strerror)
            continue
        size = on_disk.stat().st_size
        found.append(Attachment(name, each.text("title"), path, digest, size))
    return tuple(found)


def _linked(root: Path, path: Path) -> bool:
    """Whether a symbolic link stands for the file or for a folder on the way to it."""
    inside = [path, *path.parents][: len(path.relative_to(root).parts)]
    return any(each.is_symlink() for each in inside)


def _approval(fields: Fields, institution: Institution) -> Approval | None:
    if "approval" not in fields:
        return None
    steps = {step.key: step for step in institution.workflow}
    record = fields.map("approval", (*steps, "off_catalog", "digest"))
    acts = {}
    for key in record.names():
        if key in steps:
            verdicts = tuple(steps[key].verdicts)
            act = record.map(key, ("by", "date", "reference", *verdicts))
            acts[key] = Act(
                by=act.text("by"),
                date=act.parsed("date", parse_date, "S10"),
                reference=act.text("reference"),
                verdicts={name: act.text(name) for name in verdicts if name in act},
            )
    return Approval(acts, record.text("off_catalog"), record.text("digest"))


def _checked(sheet: Sheet, links: tuple[Link, ...]) -> tuple[Link, ...]:
    """Links the project can follow; one that leaves it is a fault at its place."""
    for link in links:
        sheet.marks[f"body:{link.written}"] = link.mark
        if not link.path:
            place = Span(sheet.file, *divmod(link.mark, 4096))
            sheet.faults.append(fault("S17", place, value=link.written))
    return tuple(link for link in links if link.path)
