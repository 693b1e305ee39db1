"""The catalogues themselves: rows told apart, addresses told apart, visibility within scope."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Diagnostic, fault
from generator.model.catalogue import Catalogue, Row
from generator.model.disclosure import Corpus


def check_catalogues(corpus: Corpus) -> Iterator[Diagnostic]:
    """All catalogues of a corpus."""
    rows: set[str] = set()
    slugs: dict[str, str] = {}
    for catalogue in corpus.catalogues:
        for row in catalogue.rows:
            if row.id and row.id in rows:
                yield fault("G34", row.span, id=row.id)
            rows.add(row.id)
            slug = catalogue.slug(row.category)
            if (other := slugs.setdefault(slug, row.category)) != row.category:
                yield fault("G35", row.span, category=row.category, other=other, slug=slug)
            yield from _check_visible(catalogue, row)


def _check_visible(catalogue: Catalogue, row: Row) -> Iterator[Diagnostic]:
    if row.visible is None or catalogue.scope is None:
        return
    if not row.visible.everyone <= catalogue.scope.everyone:
        words = (row.visible.text, catalogue.scope.text)
        yield fault("G36", row.span, row=row.id, visible=words[0], scope=words[1])
