"""A disclosure (公开事项) as its author wrote it, before any gate has looked at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from generator.diagnostics import Span
from generator.model.catalogue import Catalogue
from generator.model.institution import Form, Institution, Kind, Unit
from generator.model.period import Period, Until
from generator.model.record import Published
from generator.model.scope import Scope
from generator.model.settled import Settled

Day: TypeAlias = date
"""For classes that have a field ``date``."""

RELATIONS = ("replaces", "responds_to", "result_of", "corrects", "interprets", "republishes")
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
    """An entry of ``lifecycle``: a change after publication, with its own approval.

    ``until`` is the new last day that a 延期 grants, ``number`` its place in the list as written.
    """

    change: str
    date: date | None
    by: str
    reference: str
    note: str
    until: Day | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class Series:
    """Place of a part in a matter disclosed step by step (逐段公开); ``title`` names the whole."""

    id: str
    part: int
    title: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """What an author wrote and somebody approved: what disclosures and standing pages share.

    A value that could not be read is None or empty. ``marks`` maps a dotted key path to its
    place, packed as line × 4096 + column, which keeps 100,000 items' places within memory.
    ``release`` maps audience ids to dates; the key ``*`` stands for every audience. ``digest``
    is what the approval must bind, ``text_digest`` the SHA-256 of the body alone: the text
    itself stays on disk.
    """

    file: str
    title: str
    scope: Scope | None
    group: str
    release: Mapping[str, date]
    until: Until | None
    attachments: tuple[Attachment, ...]
    approval: Approval | None
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


@dataclass(frozen=True, slots=True)
class Disclosure(Document):
    """One item with every value typed. ``confirmed`` is the day on which the office last found a
    lasting item still true.
    """

    id: str
    catalog: str
    period: Period | None
    units: tuple[Unit, ...]
    forms: tuple[Form, ...] | None
    kind: Kind | None
    number: str
    written: date | None
    series: Series | None
    matter: str
    relations: Mapping[str, tuple[str, ...]]
    summary: str
    keywords: tuple[str, ...]
    aliases: tuple[str, ...]
    lifecycle: tuple[Change, ...]
    confirmed: date | None = None
    effective: date | None = None

    def apart(self) -> bool:
        """Whether it stands by itself: it names no other one, it looks the same on each of its
        days, and no other one's coming or going changes it, unless that one names it.
        """
        if self.relations or self.lifecycle or self.matter or self.series or self.aliases:
            return False
        listed = {each.path for each in self.attachments}
        return all(link.path in listed for link in self.links)

    def withdrawn(self) -> Change | None:
        """The earliest entry that takes the item off its sites, if there is one."""
        if not self.lifecycle:  # nearly always
            return None
        ends = [entry for entry in self.lifecycle if entry.change in WITHDRAWALS]
        return min(ends, key=lambda entry: entry.date or date.min, default=None)


@dataclass(frozen=True, slots=True)
class StandingPage(Document):
    """A page that is no disclosure but belongs on every such site (公开指南、依申请公开、意见反馈),
    as its author wrote it.

    ``slug`` is its file's name and its address, ``label`` its name in menus, ``nav`` the menus
    that lead to it (``MENUS``), ``layout`` how it is set (``LAYOUTS``). Without a release it
    stands from its approval on. Pages follow each other by ``order``.
    """

    slug: str
    label: str
    nav: tuple[str, ...]
    order: int
    layout: str

    @property
    def url(self) -> str:
        """Its address on every site, from the site's root."""
        return f"about/{self.slug}/"


MENUS = ("栏目", "首页", "页脚")
"""Where a standing page may be led to: the sections, the home page, the foot of every page."""

LAYOUTS = ("文章", "表单")
"""How a standing page is set: to be read, or (表单) to be printed and filled in."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Everything read from disk: settings, catalogues, disclosures, stray files, standing pages,
    and what the publish log last says each audience is shown. ``settled`` are the disclosures, by
    file, that are what they were when gates and door last looked at them, settings and catalogues
    too.
    """

    institution: Institution
    catalogues: tuple[Catalogue, ...]
    disclosures: tuple[Disclosure, ...]
    unlisted: tuple[str, ...] = ()
    published: Published = field(default_factory=dict)
    pages: tuple[StandingPage, ...] = ()
    settled: Mapping[str, Settled] = field(default_factory=dict, compare=False)
