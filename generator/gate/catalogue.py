"""The catalogues themselves: rows told apart, addresses told apart, visibility within scope, and
one version after the other.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from generator.diagnostics import Diagnostic, fault, nearest
from generator.gate.context import OFF_CATALOGUE
from generator.gate.scope import within
from generator.gate.versions import row_lives
from generator.model.catalogue import MAIN, Catalogue, Row, by_id
from generator.model.disclosure import Corpus, Disclosure
from generator.model.institution import Institution

RESERVED = frozenset({"versions", "by-category", "by-unit", "by-year"})
"""First parts of addresses below ``/catalog/`` that are pages of the register."""

_ALIKE = 0.35
"""Similarity of two wordings below which they tell different matters: a revision keeps more."""


def check_catalogues(corpus: Corpus) -> Iterator[Diagnostic]:
    """All versions of all catalogues of a corpus."""
    yield from _check_rows(corpus.catalogues)
    items: dict[str, Disclosure] = {}
    for item in corpus.disclosures:
        items.setdefault(item.id, item)
    for versions in by_id(corpus.catalogues).values():
        yield from _check_versions(versions, corpus.institution)
        for each in versions:
            yield from _check_absorbed(each, items)
    yield from _check_matters(corpus.catalogues)


def _check_rows(catalogues: Iterable[Catalogue]) -> Iterator[Diagnostic]:
    rows: dict[str, Catalogue] = {}
    slugs: dict[str, tuple[str, Catalogue]] = {}
    names = {each.id for each in catalogues} - {MAIN} | RESERVED
    for catalogue in catalogues:
        seen: set[str] = set()
        for row in catalogue.rows:
            if row.id and (row.id in seen or rows.setdefault(row.id, catalogue).id != catalogue.id):
                yield fault("G34", row.span, id=row.id)
            seen.add(row.id)
            if row.id in names or row.id == OFF_CATALOGUE:
                yield fault("G79", row.span, id=row.id)
            slug = catalogue.slug(row.category)
            other, where = slugs.setdefault(slug, (row.category, catalogue))
            # A later version may word a heading anew and keep its address.
            if other != row.category and (where is catalogue or where.id != catalogue.id):
                yield fault("G35", row.span, category=row.category, other=other, slug=slug)
            yield from _check_visible(catalogue, row)


def _check_visible(catalogue: Catalogue, row: Row) -> Iterator[Diagnostic]:
    if row.visible is None or catalogue.scope is None:
        return
    if not row.visible.everyone <= catalogue.scope.everyone:
        words = (row.visible.text, catalogue.scope.text)
        yield fault("G36", row.span, row=row.id, visible=words[0], scope=words[1])


def _check_versions(versions: Sequence[Catalogue], rules: Institution) -> Iterator[Diagnostic]:
    """One after the other by the day they take effect, each with a number of its own, each filed
    (报备) where the institution's rules demand it.
    """
    numbers: dict[str, Catalogue] = {}
    for each in versions:
        first = numbers.setdefault(each.filing.version, each)
        if first is not each:
            told = {"version": each.filing.version, "other": first.file}
            yield fault("G72", each.at("version"), **told)
        level = rules.rules.get("catalogue_filed", "off")
        if level != "off" and not each.filing.filed:
            yield fault("G73", each.at("filed"), level, version=each.filing.version)
    for before, after in pairwise(versions):
        if before.starts == after.starts or after.former > before.former:
            dated = after.former and before.filing.effective is not None
            culprit, other = (after, before) if dated else (before, after)
            day = culprit.filing.effective or "—"
            yield fault("G71", culprit.at("effective"), effective=day, other=other.file)


def _check_matters(catalogues: Iterable[Catalogue]) -> Iterator[Diagnostic]:
    """An id keeps its matter: the items of years stand under it."""
    for life in row_lives(catalogues).values():
        rows = [row for _, row in life.versions if row is not None]
        for before, after in pairwise(rows):
            alike = difflib.SequenceMatcher(None, before.title, after.title).ratio()
            if alike < _ALIKE:
                told = {"id": after.id, "title": after.title, "before": before.title}
                yield fault("G74", after.span, **told)


def _check_absorbed(catalogue: Catalogue, items: Mapping[str, Disclosure]) -> Iterator[Diagnostic]:
    """What a row takes in was approved outside the catalogue, and fits the row."""
    owners: dict[str, Row] = {}
    for row in catalogue.rows:
        for name in row.absorbs:
            item = items.get(name)
            if item is None:
                yield fault("G75", row.span, row=row.id, id=name, near=nearest(name, items))
                continue
            if item.catalog != OFF_CATALOGUE:
                yield fault("G76", row.span, row=row.id, id=name, catalog=item.catalog)
            elif not _fits(item, row):
                yield fault("G78", row.span, row=row.id, id=name)
            if (owner := owners.setdefault(name, row)) is not row:
                yield fault("G77", row.span, row=row.id, id=name, other=owner.id)


def _fits(item: Disclosure, row: Row) -> bool:
    """Whether the row would allow the item's scope and forms."""
    scope = item.scope is None or row.scope is None or within(item.scope, row.scope)
    allowed = {form.word for form in row.forms}
    return scope and (not allowed or all(form.word in allowed for form in item.forms or ()))
