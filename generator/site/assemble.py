"""One audience's site from its edition, in processes of its own.

The process is given an edition, a shelf, an empty folder and its own last site. It is never told
where the content lies, so withheld text is not on its disk, not in its memory, not in its types
(law 1). Work is in proportion to what changed: a page whose data and basis are the last ones is
the last file, an index segment of the same texts likewise. With many pages to make, the process
forks helpers, which know what it knows and nothing more.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cached_property, partial

from generator.helpers import spread
from generator.model.canon import fingerprint
from generator.model.edition import Edition
from generator.model.page import ItemData, Page
from generator.pages.sections import all_pages, frame
from generator.site import feeds, pagefind
from generator.site.basis import basis
from generator.site.exact.blocks import blocks_of
from generator.site.exact.write import Texts
from generator.site.ledger import TEXTS, Ledger, load, save, seal
from generator.site.manifest import manifest
from generator.site.order import SiteOrder
from generator.site.place import writing
from generator.site.render import PageFault, Renderer, address_file, fixed_build_date, settings
from generator.site.segments import Segments, text_digest
from generator.site.tree import Tree

Progress = Callable[[int], None]

SHARE = 40
"""Pages made in one go: short enough that no helper is idle at the end, long enough to pay."""


@dataclass(slots=True)
class Survey:
    """What is to be done: pages to make, by their place in the order of pages; everything kept
    already lies in the tree. ``files`` maps attachments to copy to their digests, ``needed`` are
    the digests of all texts and files this takes, ``apart`` is the basis' word.
    """

    tree: Tree
    segments: Segments
    ledger: Ledger
    apart: bool
    places: list[int] = field(default_factory=list)
    pages: dict[str, str] = field(default_factory=dict)
    addresses: list[str | None] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    needed: set[str] = field(default_factory=set)


class Site:
    """One site in the making: ``survey`` says what it takes, ``assemble`` makes it."""

    def __init__(self, order: SiteOrder) -> None:
        self.order = order
        self._last = load(order.cache) if order.last else Ledger()
        newest = order.edition.items[0].release if order.edition.items else date(1970, 1, 1)
        os.umask(0o022)
        fixed_build_date(int(datetime.combine(newest, time(), UTC).timestamp()))

    @cached_property
    def texts(self) -> Texts:
        """The visible texts of items, kept from build to build where there is a cache."""
        beside = self.order.shelf.root.with_name(f"{self.order.out.name}.texts")
        return Texts(self.order.cache / TEXTS if self.order.cache else beside)

    @cached_property
    def survey(self) -> Survey:
        """Compare with the last site, and take over every page that would be the same."""
        order, last = self.order, self._last
        base = basis(order.config_file, order.edition)
        shared = fingerprint((base.key, frame(order.edition), order.engine))
        with writing(order.out.name):
            order.out.mkdir(parents=True)
            tree = Tree(order.out, order.last, last.files)
            segments = Segments(order.edition, self.texts, tree, last)
            found = Survey(tree, segments, Ledger(base=shared), base.apart)
            known = last.pages if base.apart and shared == last.base else {}
            for place, page in enumerate(all_pages(order.edition)):
                self._look(found, place, page, known)
            for path, digest in _attached(order.edition):
                if not (tree.has(path, digest) and tree.keep(path)):
                    found.files[path] = digest
                    found.needed.add(digest)
            if order.engine == "exact":
                for item in segments.unread():
                    found.places.append(found.addresses.index(f"d/{item.id}/"))
                    found.needed.add(item.text_digest)
        found.places.sort()
        return found

    def _look(self, found: Survey, place: int, page: Page, known: dict[str, str]) -> None:
        mark = found.pages[page.url] = fingerprint(page)
        found.addresses.append(page.url if feeds.listed(page) else None)
        stays = known.get(page.url) == mark and found.tree.keep(address_file(page.url))
        if not stays:
            if isinstance(page.data, ItemData):
                found.segments.touch(page.data.item)
            found.places.append(place)
            found.needed.add(page.text_digest)

    def remember(self) -> None:
        """Note what was made, once it lies in its place; texts no longer shown are forgotten.

        The site that lay there before is removed first: removing it changes the facts of files
        that both share.
        """
        order, survey = self.order, self.survey
        shutil.rmtree(order.out, ignore_errors=True)
        if order.cache is None or order.last is None:
            return
        ledger = survey.ledger
        ledger.key, ledger.pages, ledger.texts = order.key, survey.pages, survey.segments.texts
        ledger.files = {path: [digest] for path, digest in survey.tree.rows.items()}
        seal(ledger, order.last)
        for kept in (order.cache / TEXTS).iterdir():
            if kept.name not in ledger.texts:
                kept.unlink()
        save(ledger, order.cache)


def assemble(order: SiteOrder, progress: Progress = lambda done: None) -> list[PageFault]:
    """Fill ``order.out`` and write the manifest; returns pages that must not be published."""
    return make(Site(order), progress)


def make(site: Site, progress: Progress) -> list[PageFault]:
    """The site as surveyed, with its manifest."""
    order, survey = site.order, site.survey
    with writing(order.out.name):
        maker = Maker(site, progress)
        faults = _pages(maker)
        _attachments(order, survey)
        _search(maker)
        # Plugins and tools leave files nobody told of; our own beside the pages lie outside these.
        told = order.cache is not None and survey.apart and order.engine != "pagefind"
        survey.tree.found(skip=("d", "search") if told else ())
        text = manifest(survey.tree.rows, order.edition, order.next_change, order.time_zone)
        data = text.encode("utf-8")
        survey.ledger.manifest = hashlib.sha256(data).hexdigest()
        order.out.with_suffix(".json").write_bytes(data)
    return faults


@dataclass(slots=True)
class Made:
    """What a run of pages left: faults, digests of files, digests of items' texts."""

    faults: list[PageFault] = field(default_factory=list)
    rows: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


class Maker:
    """Makes the pages of a site by their places, in this process or in a helper."""

    def __init__(self, site: Site, progress: Progress) -> None:
        order = site.order
        self.site = site
        self._progress = progress
        self.tree = site.survey.tree
        self.renderer = Renderer(
            order.config_file, frame(order.edition), order.shelf, order.engine, self.tree
        )
        self._pages = enumerate(all_pages(order.edition))

    def make(self, places: Sequence[int]) -> Made:
        """The pages at some places, which lie after all that were made before."""
        made, wanted = Made(), iter(places)
        kept, self.tree.rows = self.tree.rows, made.rows
        for place in wanted:
            page = next(page for number, page in self._pages if number == place)
            made.faults += self.renderer.page(page, partial(self._seen, made))
        self.tree.rows = kept
        return made

    def _seen(self, made: Made, page: Page, content: str) -> None:
        if isinstance(page.data, ItemData):
            item = page.data.item
            blocks = blocks_of(item, content)
            self.site.texts.put(item, blocks)
            made.texts[item.id] = text_digest(blocks)
            self._progress(1)


_maker: Maker | None = None


def _make(places: Sequence[int]) -> Made:
    if _maker is None:
        raise AssertionError("set before helpers are forked")
    return _maker.make(places)


def _write(name: str) -> tuple[str, dict[str, str]]:
    if _maker is None:
        raise AssertionError("set before helpers are forked")
    return _maker.site.survey.segments.write(name)


def _pages(maker: Maker) -> list[PageFault]:
    global _maker  # noqa: PLW0603 - the only way into a forked helper
    _maker = maker
    order, survey = maker.site.order, maker.site.survey
    maker.renderer.static()
    shares = _shares(survey)
    if len(shares) > 1:
        maker.renderer.warm()
    faults = []
    for made in spread(_make, shares, order.helpers):
        faults += made.faults
        survey.tree.rows.update(made.rows)
        survey.segments.texts.update(made.texts)
    maker.renderer.finish()
    name = str(settings(order.config_file)["site_name"])
    addresses = dict.fromkeys(each for each in survey.addresses if each is not None)
    feeds.write_feeds(order.edition, name, maker.renderer.site_url, order.out)
    feeds.write_sitemap(order.edition, addresses, maker.renderer.site_url, order.out)
    return faults


def _shares(survey: Survey) -> list[list[int]]:
    """The places to make, in runs short enough to share out; all in one where order matters."""
    size = SHARE if survey.apart else max(len(survey.places), 1)
    return [survey.places[at : at + size] for at in range(0, len(survey.places), size)]


def _attachments(order: SiteOrder, survey: Survey) -> None:
    for path, digest in survey.files.items():
        survey.tree.copy(path, order.shelf.file(digest), digest)


def _attached(edition: Edition) -> Iterator[tuple[str, str]]:
    """What lies beside which page: paths and digests."""
    for item in edition.items:
        for file in item.attachments:
            yield f"d/{item.id}/{file.name}", file.digest


def _search(maker: Maker) -> None:
    """The index of the engine the audience's configuration asks for; the other leaves nothing."""
    order, survey = maker.site.order, maker.site.survey
    if order.engine == "pagefind":
        pagefind.index(order.out)
    else:
        segments = survey.segments
        survey.ledger.segments = segments.finish(lambda names: spread(_write, names, order.helpers))
