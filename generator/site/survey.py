"""What a site takes to make: the pages that are not the last ones, and what these need.

A page whose data and basis are the last ones is the last file, an index segment of the same texts
likewise: everything kept is taken over while it is looked at.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cached_property
from pathlib import Path

from generator.facts import settle
from generator.model.canon import fingerprint
from generator.model.edition import Edition, Item
from generator.model.identity import made_by
from generator.model.kept import remove
from generator.model.outline import Chapter, Outline
from generator.model.page import Anchor, Line
from generator.pages.sections import chapters, frame
from generator.site import feeds
from generator.site.basis import basis
from generator.site.exact.write import Texts
from generator.site.ledger import Chapters, Ledger, folders, held, row_of, save, seal, undisturbed
from generator.site.left import Left, beside, look_back
from generator.site.order import SiteOrder
from generator.site.place import writing
from generator.site.render import address_file, fixed_build_date
from generator.site.revision import knowing
from generator.site.segments import Segments
from generator.site.spare import make_spare
from generator.site.tree import Tree

FEW = 200
"""Pages kept at hand for whoever makes them: more of them are thought of anew as their turn comes,
so that memory does not grow with their number.
"""


@dataclass(slots=True)
class Survey:
    """What is to be done: pages to make, by their place in the order of pages; everything kept
    already lies in the tree. ``ready`` has the first few of these pages. ``files`` maps attachments
    to copy to their digests, ``needed`` are the digests of all texts and files this takes,
    ``apart`` is the basis' word.
    """

    tree: Tree
    segments: Segments
    ledger: Ledger
    apart: bool
    places: list[int] = field(default_factory=list)
    ready: dict[int, Outline] = field(default_factory=dict)
    addresses: list[str | None] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    needed: set[str] = field(default_factory=set)


class Site:
    """One site in the making: ``survey`` says what it takes, ``assemble`` makes it."""

    def __init__(self, order: SiteOrder, left: Left | None = None) -> None:
        self.order = order
        self._marks = knowing(order.revision, order.edition.items, Anchor, Line)
        self._left = left or _look_back(order)
        self._last = self._left.ledger
        newest = order.edition.items[0].release if order.edition.items else date(1970, 1, 1)
        os.umask(0o022)
        fixed_build_date(int(datetime.combine(newest, time(), UTC).timestamp()))

    @cached_property
    def texts(self) -> Texts:
        """The visible texts of items whose pages are made."""
        return Texts(self.order.shelf.root.with_name(f"{self.order.out.name}.texts"))

    @cached_property
    def survey(self) -> Survey:
        """Compare with the last site, and take over every page that would be the same."""
        order, last = self.order, self._last
        base = basis(order.config_file, order.edition)
        whole = (base.key, frame(order.edition), order.engine, order.made_on_paper())
        shared = fingerprint(whole)
        with writing(order.out.name):
            spare = base.apart and order.engine == "exact" and self._left.is_at(order.out)
            if not spare:
                remove(order.out)
                order.out.mkdir(parents=True)
            other = self._left.other if spare or not self._left.spare else None
            tree = Tree(order.out, order.last, last.files, other, spare=spare)
            known = last.chapters if base.apart and shared == last.base else {}
            segments = Segments(order.edition, self.texts, tree, last)
            found = Survey(tree, segments, Ledger(base=shared, papers=last.papers), base.apart)
            pages = {url: mark for each in known.values() for url, mark in each.items()}
            for chapter in chapters(order.edition):
                self._open(found, chapter, known, pages)
            for path, digest in _attached(order.edition):
                if not (tree.has(path, digest) and tree.keep(path)):
                    found.files[path] = digest
                    found.needed.add(digest)
            if order.engine == "exact" and (unread := segments.unread()):
                places = {url: place for place, url in enumerate(found.addresses)}
                found.places += [places[f"d/{item.id}/"] for item in unread]
                found.needed.update(item.text_digest for item in unread)
        found.places.sort()
        return found

    def _open(
        self, found: Survey, chapter: Chapter, known: Chapters, pages: Mapping[str, str]
    ) -> None:
        """Take a chapter over as a whole, or else look at each of its pages."""
        mark = "" if chapter.of is None or self.order.pdf else self._marks.of(chapter.of)
        last = known.get(mark) if mark else None
        if last and not found.tree.keep_all([*map(address_file, last)]):
            found.ledger.chapters[mark] = last
            found.addresses += last
            return
        noted: dict[str, str] = {}
        first = len(found.addresses)
        for page in chapter.outlines():
            noted[page.url] = self._marks.of(page.of)
            self._look(found, page, same=pages.get(page.url) == noted[page.url])
        if None in found.addresses[first:]:  # a chapter is known by the addresses of all its pages
            mark = ""
        found.ledger.chapters.setdefault(mark, {}).update(noted)

    def _look(self, found: Survey, page: Outline, *, same: bool) -> None:
        place, item = len(found.addresses), page.item
        found.addresses.append(page.url if feeds.listed(page) else None)
        stays = same and found.tree.keep(address_file(page.url))
        if stays and item and self.order.pdf:
            stays = found.tree.keep(paper_of(item))
        if not stays:
            if item:
                found.segments.touch(item)
            if item and self.order.pdf:
                found.needed.update(file.digest for file in item.attachments)
            found.places.append(place)
            if len(found.ready) < FEW:
                found.ready[place] = page
            found.needed.add(page.text_digest)

    def remember(self) -> None:
        """Note what was made, once it lies in its place, and let the site that lay there before
        be its spare, or be removed. Either changes the facts of files that both share.
        """
        order, survey = self.order, self.survey
        if order.cache is None or order.last is None:
            shutil.rmtree(order.out, ignore_errors=True)
            return
        ledger, tree = survey.ledger, survey.tree
        anew, gone = self._spared(order.last)
        settle()
        looked = {path: os.lstat(f"{order.last}/{path}") for path in anew}
        ledger.files = {path: row for path, row in self._last.files.items() if path not in gone}
        ledger.files |= {path: row_of(tree.rows[path], each) for path, each in looked.items()}
        trees = [each for each in (order.last, order.out) if each.is_dir()]
        seal(ledger, self._last, trees, anew, gone)
        ledger.key, ledger.made_by = order.key, made_by()
        ledger.texts = survey.segments.texts
        ids = {item.id for item in order.edition.items}
        ledger.papers = {key: each for key, each in ledger.papers.items() if key in ids}
        ledger.beside = beside(order.last)
        save(ledger, order.cache)

    def _spared(self, site: Path) -> tuple[set[str], set[str]]:
        """Bring the spare up to date; files of the site to look at, and those that went."""
        order, tree, known = self.order, self.survey.tree, self._last.files
        anew, gone = tree.fresh(), known.keys() - tree.rows.keys()
        same = tree.spare and self._left.whole
        if same and undisturbed(self._last, order.out, folders(anew | gone)):
            make_spare(order.out, site, anew, gone, known)
            if order.out.is_dir():
                return anew, gone
        elif self.survey.apart and order.engine == "exact":
            make_spare(order.out, site, tree.rows, (), {})
        else:
            shutil.rmtree(order.out, ignore_errors=True)
        return set(tree.rows), gone  # a link that came or went is a change to the system


def _look_back(order: SiteOrder) -> Left:
    with suppress(OSError), held(order.out) as spare:
        return look_back(order.cache, order.last, spare)
    return look_back(order.cache, order.last, None)


def _attached(edition: Edition) -> Iterator[tuple[str, str]]:
    """What lies beside which page: paths and digests."""
    for item in edition.items:
        for file in item.attachments:
            yield f"d/{item.id}/{file.name}", file.digest
    for page in edition.pages:
        for file in page.attachments:
            yield f"{page.url}{file.name}", file.digest


def paper_of(item: Item) -> str:
    """Where an item's own PDF lies."""
    return f"d/{item.id}/{item.id}.pdf"
