"""One Markdown file to one ``Disclosure``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from generator.diagnostics import Diagnostic, Span, fault
from generator.model.disclosure import (
    RELATIONS,
    Act,
    Approval,
    Attachment,
    Change,
    Disclosure,
    Link,
    Series,
)
from generator.model.institution import Institution, Kind
from generator.source import front
from generator.source.catalogue import read_forms, read_scope, read_units
from generator.source.digest import approval_digest, file_digest, text_digest
from generator.source.links import find_links, resolve
from generator.source.sheet import Fields, Sheet
from generator.source.values import parse_date, parse_period, parse_until, plain

KEYS = (
    "id",
    "title",
    "catalog",
    "scope",
    "group",
    "period",
    "unit",
    "forms",
    "kind",
    "number",
    "dates",
    "series",
    "matter",
    *RELATIONS,
    "attachments",
    "summary",
    "keywords",
    "aliases",
    "exemptions",
    "approval",
    "lifecycle",
)
REQUIRED = ("id", "title", "catalog", "scope", "period", "unit", "dates")
CHANGES = ("变更", "撤销", "终止", "延期")
_ID = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
_ALIAS = re.compile(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*/?")


def read_disclosure(
    root: Path, file: str, institution: Institution
) -> tuple[Disclosure | None, list[Diagnostic]]:
    """The disclosure in ``root / file`` and every fault of it; None when nothing can be read."""
    text, faults = front.decode(file, (root / file).read_bytes())
    if faults:
        return None, faults
    halves, faults = front.split(file, text)
    if halves is None:
        return None, faults
    sheet = Sheet(file, halves.head, first_line=2)
    if sheet.root is None:
        return None, sheet.faults
    item = _read(root, sheet, halves, institution)
    return item, sheet.faults


def _read(root: Path, sheet: Sheet, halves: front.Halves, institution: Institution) -> Disclosure:
    fields = sheet.fields(KEYS)
    fields.require(*REQUIRED)
    dates = fields.map("dates", ("written", "release", "until"))
    dates.require("written", "release")
    links = find_links(sheet.file, halves.body, halves.body_line)
    attachments = _attachments(root, fields)
    body = text_digest(halves.body)
    return Disclosure(
        file=sheet.file,
        id=fields.parsed("id", lambda text: text if _ID.fullmatch(text) else None, "S14") or "",
        title=fields.text("title"),
        catalog=fields.text("catalog"),
        scope=read_scope(fields, "scope", institution),
        group=fields.text("group"),
        period=fields.parsed("period", parse_period, "S11"),
        units=read_units(fields, "unit", institution),
        forms=read_forms(fields, institution) if "forms" in fields else None,
        kind=_kind(fields, institution),
        number=fields.text("number"),
        written=dates.parsed("written", parse_date, "S10"),
        release=_release(dates, institution),
        until=dates.parsed("until", parse_until, "S12"),
        series=_series(fields),
        matter=fields.text("matter"),
        relations=_relations(fields),
        attachments=attachments,
        summary=fields.text("summary"),
        keywords=tuple(text for text, _ in fields.texts("keywords", split=True)),
        aliases=_aliases(fields),
        approval=_approval(fields, institution),
        lifecycle=_lifecycle(fields),
        links=_checked(sheet, links),
        digest=approval_digest(sheet.root, body, (each.digest for each in attachments)),
        text_digest=body,
        marks=sheet.marks,
    )


def _kind(fields: Fields, institution: Institution) -> Kind | None:
    text = fields.text("kind") or institution.default_kind
    kind = institution.kinds.get(plain(text))
    node = fields.at("kind")
    if kind is None and node is not None:
        fields.unknown_word(node, text, institution.kinds, "kind")
    return kind


def _release(dates: Fields, institution: Institution) -> Mapping[str, date]:
    if dates.is_text("release"):
        day = dates.parsed("release", parse_date, "S10")
        return {"*": day} if day else {}
    by_audience = dates.map("release", tuple(each.id for each in institution.audiences))
    days = {name: by_audience.parsed(name, parse_date, "S10") for name in by_audience.names()}
    return {name: day for name, day in days.items() if day}


def _series(fields: Fields) -> Series | None:
    if "series" not in fields:
        return None
    series = fields.map("series", ("id", "part"))
    series.require("id", "part")
    part = plain(series.text("part"))
    if part and not (part.isdigit() and int(part)):
        series.fail("S09", "part", key="series.part", wanted="1、2、3……")
        return None
    return Series(series.text("id"), int(part)) if part and series.text("id") else None


def _relations(fields: Fields) -> Mapping[str, tuple[str, ...]]:
    return {
        relation: tuple(text for text, _ in fields.texts(relation, split=True))
        for relation in RELATIONS
        if relation in fields
    }


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
        else:
            size = on_disk.stat().st_size
            digest = file_digest(on_disk)
            found.append(Attachment(name, each.text("title"), path, digest, size))
    return tuple(found)


def _linked(root: Path, path: Path) -> bool:
    """Whether a symbolic link stands for the file or for a folder on the way to it."""
    inside = [path, *path.parents][: len(path.relative_to(root).parts)]
    return any(each.is_symlink() for each in inside)


def _aliases(fields: Fields) -> tuple[str, ...]:
    found = []
    for text, node in fields.texts("aliases"):
        path = text.strip("/")
        if _ALIAS.fullmatch(path) and ".." not in path.split("/"):
            found.append(path)
        else:
            fields.sheet.add("S16", node, value=text)
    return tuple(found)


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


def _lifecycle(fields: Fields) -> tuple[Change, ...]:
    found = []
    for each in fields.maps("lifecycle", ("change", "date", "by", "reference", "note")):
        each.require("change")  # date and authority are the gate's: nothing changes without them
        change = each.word("change", CHANGES, "lifecycle")
        day = each.parsed("date", parse_date, "S10")
        if change:
            entry = (change, day, each.text("by"), each.text("reference"), each.text("note"))
            found.append(Change(*entry))
    return tuple(found)


def _checked(sheet: Sheet, links: tuple[Link, ...]) -> tuple[Link, ...]:
    """Links the project can follow; one that leaves it is a fault at its place."""
    for link in links:
        sheet.marks[f"body:{link.written}"] = link.mark
        if not link.path:
            place = Span(sheet.file, *divmod(link.mark, 4096))
            sheet.faults.append(fault("S17", place, value=link.written))
    return tuple(link for link in links if link.path)
