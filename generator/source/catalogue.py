"""``catalog.yaml``, further catalogues in ``content/catalogs/``, and the versions before them.

The version in force (or the next one) stands where it always stood; a version it replaces goes to
``content/catalogs/history/<id>/``, the folder being named by the catalogue: ``main`` for
``catalog.yaml``, else the file's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from generator.diagnostics import Diagnostic, Span, fault
from generator.model.catalogue import MAIN, ROW_FIELDS, Catalogue, Column, Filing, Row
from generator.model.institution import Form, Institution, Unit
from generator.model.scope import Scope
from generator.source.settings import SLUG, slug
from generator.source.sheet import Fields, Sheet
from generator.source.values import (
    parse_date,
    parse_scope,
    parse_until,
    plain,
    split_units,
    unique,
)

_ABOUT = ("title", "version", "effective", "approved", "filed", "scope")
HEAD = (*_ABOUT, "columns", "categories", "items")
ROW = ("id", *ROW_FIELDS, "visible", "absorbs")
FILE = "catalog.yaml"
FOLDER = "content/catalogs"
HISTORY = "history"


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """A file that holds a version of the catalogue ``id``; ``former``: it lies in the history."""

    file: str
    id: str
    former: bool


def catalogue_files(root: Path) -> tuple[list[CatalogueFile], list[Diagnostic]]:
    """Every version of every catalogue: the institution's own first, then by name, each with its
    history after it; and the files whose place does not say which catalogue they belong to.
    """
    folder = root / FOLDER
    stems = {path.stem: path for path in sorted(folder.glob("*.y*ml"))}
    found = [CatalogueFile(FILE, MAIN, False), *_history(root, MAIN)]
    faults = [
        fault("S21", Span(path.relative_to(root).as_posix()))
        for path in sorted((folder / HISTORY).glob("*.y*ml"))
    ]
    for stem, path in stems.items():
        file = path.relative_to(root).as_posix()
        if stem in {MAIN, HISTORY} or not SLUG.fullmatch(stem):
            faults.append(fault("S22", Span(file), value=stem))
        else:
            found += [CatalogueFile(file, stem, False), *_history(root, stem)]
    named = sorted({path.name for path in (folder / HISTORY).glob("*/")} - {MAIN, *stems})
    faults += [
        fault("S23", Span(f"{FOLDER}/{HISTORY}/{name}"), value=name)
        for name in named
        if any(_history(root, name))
    ]
    return found, faults


def _history(root: Path, name: str) -> Iterator[CatalogueFile]:
    for path in sorted((root / FOLDER / HISTORY / name).glob("*.y*ml")):
        yield CatalogueFile(path.relative_to(root).as_posix(), name, True)


def read_catalogue(
    sheet: Sheet, institution: Institution, place: CatalogueFile | None = None
) -> Catalogue:
    """The catalogue of a sheet; what could not be read is left out and is a fault there."""
    place = place or CatalogueFile(sheet.file, MAIN, False)
    fields = sheet.fields(HEAD)
    fields.require("title", "version", "scope", "columns", "items")
    scope = read_scope(fields, "scope", institution)
    slugs = fields.map("categories", None)
    return Catalogue(
        title=fields.text("title"),
        scope=scope,
        filing=_filing(fields),
        columns=_columns(fields),
        rows=tuple(_row(each, scope, institution) for each in fields.maps("items", ROW)),
        slugs={name: slug(slugs, name) for name in slugs.names()},
        id=place.id,
        file=place.file,
        former=place.former,
        places={key: sheet.span(node) for key in _ABOUT if (node := fields.at(key)) is not None},
    )


def read_scope(fields: Fields, key: str, institution: Institution) -> Scope | None:
    """A scope cell; None where it is absent or holds a word the institution does not know."""
    text = fields.text(key)
    if not text:
        return None
    scope, unknown = parse_scope(text, institution.scopes)
    node = fields.at(key)
    for part in unknown or (() if scope.words else (text,)):
        if node is not None:
            fields.unknown_word(node, part, institution.scopes, "scope")
    return None if unknown or not scope.words else scope


def read_forms(fields: Fields, institution: Institution) -> tuple[Form, ...]:
    """The forms of ``forms``, aliases resolved, each once."""
    found: dict[str, Form] = {}
    for text, node in fields.texts("forms", split=True):
        form = institution.forms.get(plain(text))
        if form is None:
            fields.unknown_word(node, text, institution.forms, "forms")
        else:
            found.setdefault(form.word, form)
    return tuple(found.values())


def read_units(fields: Fields, key: str, institution: Institution) -> tuple[Unit, ...]:
    """Units by the registry; a name with spaces or 、 inside a registered name stays whole."""
    found: list[Unit] = []
    for text, node in fields.texts(key):
        for part in [text] if plain(text) in institution.units else re.split(r"[、，,\s]+", text):
            units = split_units(plain(part), institution.units)
            if units is None:
                names = [unit.name for unit in institution.units.values()]
                fields.unknown_word(node, part, dict.fromkeys(names), key)
            else:
                found += units
    return unique(found)


def _filing(fields: Fields) -> Filing:
    approved = fields.map("approved", ("by", "date", "reference"))
    filed = fields.map("filed", ("to", "date"))
    return Filing(
        version=fields.text("version"),
        effective=fields.parsed("effective", parse_date, "S10"),
        approved=" ".join(
            filter(None, (approved.text(key) for key in ("by", "date", "reference")))
        ),
        filed=" ".join(filter(None, (filed.text(key) for key in ("to", "date")))),
    )


def _columns(fields: Fields) -> tuple[Column, ...]:
    columns = fields.map("columns", None)
    found = []
    for heading in columns.names():
        name = columns.word(heading, ROW_FIELDS, "columns")
        if name:
            found.append(Column(heading, name))
    return tuple(found)


def _row(fields: Fields, scope: Scope | None, institution: Institution) -> Row:
    fields.require("title")
    node = fields.at()
    cells = {name: _cell(fields, name) for name in ROW_FIELDS}
    if fields.text("time"):
        fields.word("time", institution.times or (fields.text("time"),), "time")
    # Read for their faults only: co-units must be known, but no rule uses them yet.
    read_units(fields, "co_units", institution)
    return Row(
        id=slug(fields, "id"),
        category=fields.text("category"),
        title=fields.text("title"),
        scope=read_scope(fields, "scope", institution),
        visible=read_scope(fields, "visible", institution) if "visible" in fields else scope,
        forms=read_forms(fields, institution),
        units=read_units(fields, "units", institution),
        duration=fields.parsed("duration", parse_until, "S12"),
        cells=cells,
        span=fields.sheet.span(node) if node else Span(fields.sheet.file),
        absorbs=tuple(text for text, _ in fields.texts("absorbs", split=True)),
    )


def _cell(fields: Fields, name: str) -> str:
    if fields.is_text(name):
        return fields.text(name)
    return "、".join(text for text, _ in fields.texts(name))
