"""What a check may ask: the corpus, indexed once, and who an item could ever reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generator.model.catalogue import Row
from generator.model.disclosure import Corpus, Disclosure
from generator.model.institution import Form, Institution

OFF_CATALOGUE = "off"


@dataclass(frozen=True, slots=True)
class Context:
    """The corpus by id, by file, and by row; of duplicates the first one counts."""

    corpus: Corpus
    rows: Mapping[str, Row]
    items: Mapping[str, Disclosure]
    files: Mapping[str, Disclosure]

    @property
    def institution(self) -> Institution:
        """The institution whose words and rules apply."""
        return self.corpus.institution

    def row(self, item: Disclosure) -> Row | None:
        """The catalogue row an item belongs to; None for off-catalogue and unknown ones."""
        return self.rows.get(item.catalog)

    def forms(self, item: Disclosure) -> tuple[Form, ...]:
        """The item's forms, or else those of its row."""
        row = self.row(item)
        return item.forms if item.forms is not None else row.forms if row else ()

    def sites(self, item: Disclosure) -> frozenset[str]:
        """Audiences on whose sites the item may ever stand: scope, group and form applied.

        Whatever is unsure (no scope, an open choice, a group without a site) gives nobody.
        """
        if item.scope is None or item.scope.choice:
            return frozenset()
        named = (each for each in self.institution.audiences if item.group in (each.id, each.title))
        group = {each.id for each in named} & item.scope.reach if item.scope.needs_group else set()
        return (item.scope.everyone | group) & self._web(item)

    def _web(self, item: Disclosure) -> frozenset[str]:
        """Audiences whose sites the item's web forms mean."""
        web = (form for form in self.forms(item) if form.channel == "web")
        every = frozenset(each.id for each in self.institution.audiences)
        return frozenset().union(*(every if f.audiences is None else f.audiences for f in web))


def make_context(corpus: Corpus) -> Context:
    """Index a corpus for the checks."""
    rows: dict[str, Row] = {}
    for catalogue in corpus.catalogues:
        for row in catalogue.rows:
            rows.setdefault(row.id, row)
    items: dict[str, Disclosure] = {}
    files: dict[str, Disclosure] = {}
    for item in corpus.disclosures:
        items.setdefault(item.id, item)
        files[item.file] = item
    return Context(corpus, rows, items, files)
