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
    holds the texts of each matter that is told in several, ``everybody`` all audiences, ``walls``
    those who pass by a board. ``bound`` has the row that bounds each disclosure asked for, by file.
    """

    corpus: Corpus
    institution: Institution
    rows: Mapping[str, RowLife]
    items: Mapping[str, Disclosure]
    files: Mapping[str, Document]
    matters: Mapping[str, Sequence[Disclosure]]
    everybody: frozenset[str]
    walls: frozenset[str]
    bound: dict[str, Row | None] = field(default_factory=dict)

    def row(self, item: Document) -> Row | None:
        """The catalogue row that bounds an item: of the version in force at its first release.

        None for off-catalogue items, unknown rows, rows that were dropped before, and standing
        pages.
        """
        if not isinstance(item, Disclosure):
            return None
        if item.file not in self.bound:
            life = self.rows.get(item.catalog)
            self.bound[item.file] = life.bound(first_day(item)) if life else None
        return self.bound[item.file]

    def forms(self, item: Disclosure) -> tuple[Form, ...]:
        """The item's forms, or else those of its row."""
        if item.forms is not None:
            return item.forms
        row = self.row(item)
        return row.forms if row else ()

    def sites(self, item: Document, channel: Channel = "web") -> frozenset[str]:
        """Audiences on whose sites the item may ever stand: scope, group and form applied.

        With ``channel`` board the audiences on whose bulletin boards it may hang.

        Whatever is unsure (no scope, an open choice, a group without a site) gives nobody.
        """
        scope = item.scope
        if scope is None or scope.choice:
            return frozenset()
        if not scope.needs_group:
            return scope.everyone & self._through(item, channel)
        named = (each for each in self.institution.audiences if item.group in (each.id, each.title))
        group = {each.id for each in named} & scope.reach
        return (scope.everyone | group) & self._through(item, channel)

    def _through(self, item: Document, channel: Channel) -> frozenset[str]:
        """Audiences that the item's forms of a channel mean; a standing page is on sites only."""
        if not isinstance(item, Disclosure):
            return self.everybody if channel == "web" else frozenset()
        meant: frozenset[str] = frozenset()
        for form in self.forms(item):
            if form.channel == channel:
                if form.audiences is None:
                    return self.everybody
                meant |= form.audiences
        return meant


def make_context(corpus: Corpus) -> Context:
    """Index a corpus for the checks."""
    rows, institution = row_lives(corpus.catalogues), corpus.institution
    everybody = frozenset(each.id for each in institution.audiences)
    walls = frozenset(board.audience for board in institution.boards)
    items: dict[str, Disclosure] = {}
    files: dict[str, Document] = {page.file: page for page in corpus.pages}
    matters: dict[str, list[Disclosure]] = defaultdict(list)
    for item in corpus.disclosures:
        items.setdefault(item.id, item)
        files[item.file] = item
        if item.matter:
            matters[item.matter].append(item)
    return Context(corpus, institution, rows, items, files, matters, everybody, walls)
