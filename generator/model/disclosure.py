"""A disclosure (公开事项) as its author wrote it, before any gate has looked at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from generator.diagnostics import Span
from generator.model.catalogue import Catalogue
from generator.model.institution import Form, Institution, Kind, Unit
from generator.model.period import Period, Until
from generator.model.scope import Scope

RELATIONS = ("replaces", "responds_to", "result_of", "corrects", "interprets")
"""Keys that name other items; each is shown both ways."""

WITHDRAWALS = frozenset({"撤销", "终止"})
"""Lifecycle changes that take an item off every site."""


@dataclass(frozen=True, slots=True)
class Link:
    """A relative link or image of a body: what the author wrote, the project path it means."""

    written: str
    path: str
    mark: int


@dataclass(frozen=True, slots=True)
class Attachment:
    """A listed file: name as written, project path, digest and size (None when missing)."""

    file: str
    title: str
    path: str
    digest: str | None
    size: int


@dataclass(frozen=True, slots=True)
class Act:
    """One recorded step of an approval: who, when, on what paper, with which verdicts."""

    by: str
    date: date | None
    reference: str
    verdicts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Approval:
    """The approval record; ``digest`` as written, checked against ``Disclosure.digest``."""

    acts: Mapping[str, Act]
    off_catalog: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of ``lifecycle``: a change after publication, with its own approval."""

    change: str
    date: date | None
    by: str
    reference: str
    note: str


@dataclass(frozen=True, slots=True)
class Series:
    """Place of a part in a matter disclosed step by step (逐段公开)."""

    id: str
    part: int


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One item with every value typed; a value that could not be read is None or empty.

    ``marks`` maps a dotted key path to its place, packed as line × 4096 + column, which keeps
    100,000 items' places within memory. ``release`` maps audience ids to dates; the key ``*``
    stands for every audience. ``digest`` is what the approval must bind, ``text_digest`` the
    SHA-256 of the body alone: the text itself stays on disk.
    """

    file: str
    id: str
    title: str
    catalog: str
    scope: Scope | None
    group: str
    period: Period | None
    units: tuple[Unit, ...]
    forms: tuple[Form, ...] | None
    kind: Kind | None
    number: str
    written: date | None
    release: Mapping[str, date]
    until: Until | None
    series: Series | None
    matter: str
    relations: Mapping[str, tuple[str, ...]]
    attachments: tuple[Attachment, ...]
    summary: str
    keywords: tuple[str, ...]
    aliases: tuple[str, ...]
    approval: Approval | None
    lifecycle: tuple[Change, ...]
    links: tuple[Link, ...]
    digest: str
    text_digest: str
    marks: Mapping[str, int]

    def at(self, path: str = "") -> Span:
        """The place of a key path, or of the nearest key above it."""
        while path and path not in self.marks:
            path = path.rpartition(".")[0]
        line, column = divmod(self.marks.get(path, 4097), 4096)
        return Span(self.file, line, column)

    def withdrawn(self) -> Change | None:
        """The earliest entry that takes the item off its sites, if there is one."""
        ends = [entry for entry in self.lifecycle if entry.change in WITHDRAWALS]
        return min(ends, key=lambda entry: entry.date or date.min, default=None)


@dataclass(frozen=True, slots=True)
class Corpus:
    """Everything read from disk: settings, catalogues, disclosures, and stray files."""

    institution: Institution
    catalogues: tuple[Catalogue, ...]
    disclosures: tuple[Disclosure, ...]
    unlisted: tuple[str, ...] = ()
