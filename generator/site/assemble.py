"""One audience's site from its edition, in processes of its own.

The process is given an edition, a shelf, an empty folder and its own last site. It is never told
where the content lies, so withheld text is not on its disk, not in its memory, not in its types
(law 1). Work is in proportion to what changed (``survey``). With many pages to make, the process
forks helpers, which know what it knows and nothing more.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING

from generator.helpers import spread
from generator.model.edition import Item
from generator.model.page import ItemData, Page
from generator.pages.sections import frame, outlines
from generator.site import feeds, pagefind
from generator.site.basis import conversion
from generator.site.configuration import settings
from generator.site.exact.blocks import blocks_of
from generator.site.exact.head import facts, row_digest
from generator.site.faults import PageFault
from generator.site.manifest import manifest
from generator.site.order import SiteOrder
from generator.site.place import writing
from generator.site.render import Renderer
from generator.site.renditions import OWN, Lending, Renditions
from generator.site.survey import Site, Survey, paper_of
from generator.site.tables import write_catalogues

if TYPE_CHECKING:
    from generator.press.web import WebPapers

Progress = Callable[[int], None]

SHARE = 40
"""Pages made in one go: short enough that no helper is idle at the end, long enough to pay."""


def assemble(order: SiteOrder) -> list[PageFault]:
    """Fill ``order.out`` and write the manifest; returns pages that must not be published."""
    return make(Site(order), Lending(), lambda done: None)


def make(site: Site, lending: Lending, progress: Progress) -> list[PageFault]:
    """The site as surveyed, with its manifest."""
    order, survey = site.order, site.survey
    with writing(order.out.name):
        maker = Maker(site, lending, progress)
        faults = _pages(maker)
        _attachments(order, survey)
        _search(order, survey)
        if survey.apart and order.engine == "exact":
            survey.tree.prune()
        else:  # plugins and tools leave files nobody told of
            survey.tree.found()
        about = (order.edition, order.revision.source, order.next_change, order.time_zone)
        text = manifest(survey.tree.rows, *about)
        order.out.with_suffix(".json").write_bytes(text.encode("utf-8"))
    return faults


@dataclass(slots=True)
class Made:
    """What a run of pages left: faults, digests of files, of items' rows, keys of their PDF."""

    faults: list[PageFault] = field(default_factory=list)
    rows: dict[str, str] = field(default_factory=dict)
    texts: dict[str, bytes] = field(default_factory=dict)
    papers: dict[str, str] = field(default_factory=dict)


class Maker:
    """Makes the pages of a site by their places, in this process or in a helper."""

    def __init__(self, site: Site, lending: Lending, progress: Progress) -> None:
        order = site.order
        self.site = site
        self._progress = progress
        self.tree = site.survey.tree
        self.renderer = Renderer(
            order.config_file,
            frame(order.edition),
            order.shelf,
            order.engine,
            self.tree,
            pdf=order.pdf is not None,
            renditions=self._renditions(lending),
        )
        self._pages = enumerate(outlines(order.edition))

    def _renditions(self, lending: Lending) -> Renditions:
        """What may be shared with other sites: nothing where pages may know of each other."""
        how = conversion(self.site.order.config_file)
        return Renditions(lending, how) if self.site.survey.apart and how else OWN

    def make(self, places: Sequence[int]) -> Made:
        """The pages at some places, which lie after all that were made before."""
        made, wanted = Made(), iter(places)
        kept, self.tree.rows = self.tree.rows, made.rows
        for place in wanted:
            page = self.site.survey.ready.get(place) or next(
                page for number, page in self._pages if number == place
            )
            made.faults += self.renderer.page(page.page(), partial(self._seen, made))
        self.tree.rows = kept
        return made

    def _seen(self, made: Made, page: Page, content: str) -> None:
        if isinstance(page.data, ItemData):
            item = page.data.item
            blocks = blocks_of(item, content)
            self.site.texts.put(item, blocks)
            made.texts[item.id] = row_digest(facts(item), blocks)
            if self._papers:
                self._print(made, self._papers, item, content)
            self._progress(1)

    @cached_property
    def _papers(self) -> WebPapers | None:
        """The maker of the items' PDF files; its engine is loaded only where they are asked for."""
        order = self.site.order
        if order.pdf is None:
            return None
        from generator.press.web import WebPapers  # noqa: PLC0415

        work = order.shelf.root.with_name(f"{order.out.name}.press") / str(os.getpid())
        return WebPapers(order.pdf, order.edition, order.shelf, self.renderer.site_url, work)

    def _print(self, made: Made, papers: WebPapers, item: Item, content: str) -> None:
        """An item's PDF beside its page: the last one where nothing on it changed."""
        document, key = papers.document(item, content)
        known = self.site.survey.ledger.papers.get(item.id)
        if known != key or not self.tree.keep(paper_of(item)):
            data, flaws = papers.make(document)
            made.faults += [PageFault(*each) for each in flaws]
            self.tree.put(paper_of(item), data)
        made.papers[item.id] = key


def _pages(maker: Maker) -> list[PageFault]:
    order, survey = maker.site.order, maker.site.survey
    maker.renderer.static()
    shares = _shares(survey)
    if len(shares) > 1:
        maker.renderer.warm()
    faults = []
    for made in spread(maker.make, shares, order.helpers):
        faults += made.faults
        survey.tree.written(made.rows)
        survey.segments.texts.update(made.texts)
        survey.ledger.papers = survey.ledger.papers | made.papers
    maker.renderer.finish()
    name = str(settings(order.config_file)["site_name"])
    addresses = dict.fromkeys(each for each in survey.addresses if each is not None)
    known = feeds.known_rows(survey.tree.last, survey.segments.touched)
    feeds.write_feeds(order.edition, name, maker.renderer.site_url, survey.tree.put, known)
    write_catalogues(order.edition, survey.tree.put)
    feeds.write_sitemap(order.edition, addresses, maker.renderer.site_url, survey.tree.put)
    return faults


def _shares(survey: Survey) -> list[list[int]]:
    """The places to make, in runs short enough to share out; all in one where order matters."""
    size = SHARE if survey.apart else max(len(survey.places), 1)
    return [survey.places[at : at + size] for at in range(0, len(survey.places), size)]


def _attachments(order: SiteOrder, survey: Survey) -> None:
    for path, digest in survey.files.items():
        survey.tree.copy(path, order.shelf.file(digest), digest)


def _search(order: SiteOrder, survey: Survey) -> None:
    """The index of the engine the audience's configuration asks for; the other leaves nothing."""
    if order.engine == "pagefind":
        pagefind.index(order.out)
    else:
        survey.segments.finish(order.helpers)
