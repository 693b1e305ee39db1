"""One Markdown file to one ``Disclosure``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from generator.diagnostics import Diagnostic
from generator.model.disclosure import (
    RELATIONS,
    Change,
    Disclosure,
    Series,
)
from generator.model.institution import Institution, Kind
from generator.source.catalogue import read_forms, read_units
from generator.source.document import Opened, open_document, shared_facts
from generator.source.settings import slug
from generator.source.sheet import Fields
from generator.source.values import parse_date, parse_period, plain

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
    opened, faults = open_document(root, file)
    if opened is None:
        return None, faults
    item = _read(opened, institution)
    return item, [*opened.sheet.faults, *faults]


def _read(opened: Opened, institution: Institution) -> Disclosure:
    fields = opened.sheet.fields(KEYS)
    fields.require(*REQUIRED)
    dates = fields.map("dates", ("written", "release", "until", "effective", "confirmed"))
    dates.require("written", "release")
    return Disclosure(
        **shared_facts(opened, fields, dates, institution),
        id=fields.parsed("id", lambda text: text if _ID.fullmatch(text) else None, "S14") or "",
        catalog=fields.text("catalog"),
        period=fields.parsed("period", parse_period, "S11"),
        units=read_units(fields, "unit", institution),
        forms=read_forms(fields, institution) if "forms" in fields else None,
        kind=_kind(fields, institution),
        number=fields.text("number"),
        written=dates.parsed("written", parse_date, "S10"),
        series=_series(fields),
        matter=fields.text("matter"),
        relations=_relations(fields),
        summary=fields.text("summary"),
        keywords=tuple(text for text, _ in fields.texts("keywords", split=True)),
        aliases=_aliases(fields),
        lifecycle=_lifecycle(fields),
        confirmed=dates.parsed("confirmed", parse_date, "S10"),
        effective=dates.parsed("effective", parse_date, "S10"),
    )


def _kind(fields: Fields, institution: Institution) -> Kind | None:
    text = fields.text("kind") or institution.default_kind
    kind = institution.kinds.get(plain(text))
    node = fields.at("kind")
    if kind is None and node is not None:
        fields.unknown_word(node, text, institution.kinds, "kind")
    return kind


def _series(fields: Fields) -> Series | None:
    if "series" not in fields:
        return None
    series = fields.map("series", ("id", "part", "title"))
    series.require("part")
    name = slug(series, "id")
    part = plain(series.text("part"))
    if part and not (part.isdigit() and int(part)):
        series.fail("S09", "part", key="series.part", wanted="1、2、3……")
        return None
    return Series(name, int(part), series.text("title")) if part and name else None


def _relations(fields: Fields) -> Mapping[str, tuple[str, ...]]:
    return {
        relation: tuple(text for text, _ in fields.texts(relation, split=True))
        for relation in RELATIONS
        if relation in fields
    }


def _aliases(fields: Fields) -> tuple[str, ...]:
    found = []
    for text, node in fields.texts("aliases"):
        path = text.strip("/")
        if _ALIAS.fullmatch(path) and not {".", ".."}.intersection(path.split("/")):
            found.append(path)
        else:
            fields.sheet.add("S16", node, value=text)
    return tuple(found)


def _lifecycle(fields: Fields) -> tuple[Change, ...]:
    found = []
    entries = fields.maps("lifecycle", ("change", "date", "by", "reference", "until", "note"))
    for number, each in enumerate(entries):
        each.require("change")  # date and authority are the gate's: nothing changes without them
        change = each.word("change", CHANGES, "lifecycle")
        day = each.parsed("date", parse_date, "S10")
        until = each.parsed("until", parse_date, "S10")
        if change:
            entry = (change, day, each.text("by"), each.text("reference"), each.text("note"))
            found.append(Change(*entry, until, number))
    return tuple(found)
