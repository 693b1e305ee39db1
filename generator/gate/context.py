"""What a check may ask: the corpus, indexed once, and who an item could ever reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from generator.gate.versions import RowLife, first_day, row_lives
from generator.model.catalogue import Row
from generator.model.disclosure import Corpus, Disclosure, Document
from generator.model.institution import Channel, Form, Institution

OFF_CATALOGUE = "off"


@dataclass(frozen=True, slots=True)
class Context:
    """The corpus by id, by file, and by row; of duplicates the first one counts. ``matters``
    holds the texts of each matter that is told in several.
    """

    corpus: Corpus
    rows: Mapping[str, RowLife]
    items: Mapping[str, Disclosure]
    files: Mapping[str, Document]
    matters: Mapping[str, Sequence[Disclosure]]
    _rows: dict[str, Row | None] = field(default_factory=dict)
    _sites: dict[tuple[str, Channel], frozenset[str]] = field(default_factory=dict)
    """Answers given, by file: every check asks the same of every item."""
    _meant: dict[tuple[tuple[Form, ...], Channel], frozenset[str]] = field(default_factory=dict)

    @property
    def institution(self) -> Institution:
        """The institution whose words and rules apply."""
        return self.corpus.institution

    def row(self, item: Document) -> Row | None:
        """The catalogue row that bounds an item: of the version in force at its first release.

        None for off-catalogue items, unknown rows, rows that were dropped before, and standing
        pages.
        """
        if not isinstance(item, Disclosure):
            return None
        if item.file not in self._rows:
            life = self.rows.get(item.catalog)
            self._rows[item.file] = life.bound(first_day(item)) if life else None
        return self._rows[item.file]

    def forms(self, item: Disclosure) -> tuple[Form, ...]:
        """The item's forms, or else those of its row."""
        row = self.row(item)
        return item.forms if item.forms is not None else row.forms if row else ()

    def sites(self, item: Document, channel: Channel = "web") -> frozenset[str]:
        """Audiences on whose sites the item may ever stand: scope, group and form applied.

        With ``channel`` board the audiences on whose bulletin boards it may hang.

        Whatever is unsure (no scope, an open choice, a group without a site) gives nobody.
        """
        asked = (item.file, channel)
        if asked not in self._sites:
            self._sites[asked] = self._reached(item, channel)
        return self._sites[asked]

    def _reached(self, item: Document, channel: Channel) -> frozenset[str]:
        if item.scope is None or item.scope.choice:
            return frozenset()
        if not item.scope.needs_group:
            return item.scope.everyone & self._through(item, channel)
        named = (each for each in self.institution.audiences if item.group in (each.id, each.title))
        group = {each.id for each in named} & item.scope.reach
        return (item.scope.everyone | group) & self._through(item, channel)

    def _through(self, item: Document, channel: Channel) -> frozenset[str]:
        """Audiences that the item's forms of a channel mean; a standing page is on sites only."""
        if not isinstance(item, Disclosure):
            return self._every() if channel == "web" else frozenset()
        asked = (self.forms(item), channel)
        if asked not in self._meant:
            every = self._every()
            forms = (form for form in asked[0] if form.channel == channel)
            meant = (every if form.audiences is None else form.audiences for form in forms)
            self._meant[asked] = frozenset().union(*meant)
        return self._meant[asked]

    def _every(self) -> frozenset[str]:
        return frozenset(each.id for each in self.institution.audiences)


def make_context(corpus: Corpus) -> Context:
    """Index a corpus for the checks."""
    items: dict[str, Disclosure] = {}
    files: dict[str, Document] = {page.file: page for page in corpus.pages}
    matters: dict[str, list[Disclosure]] = defaultdict(list)
    for item in corpus.disclosures:
        items.setdefault(item.id, item)
        files[item.file] = item
        if item.matter:
            matters[item.matter].append(item)
    return Context(corpus, row_lives(corpus.catalogues), items, files, matters)
