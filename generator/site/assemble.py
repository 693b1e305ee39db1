"""One audience's site from its edition, in a process of its own.

The process is given an edition, a shelf and an empty folder. It is never told where the content
lies, so withheld text is not on its disk, not in its memory, not in its types (law 1).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from generator.model.edition import Edition, PublishedFile
from generator.model.page import ItemData, Page
from generator.model.shelf import Shelf
from generator.pages.sections import all_pages, frame
from generator.press.orders import WebOrder
from generator.site import feeds, pagefind
from generator.site.exact.blocks import blocks_of
from generator.site.exact.write import Texts, write_index
from generator.site.manifest import manifest
from generator.site.place import writing
from generator.site.render import (
    PageFault,
    Renderer,
    fixed_build_date,
    render,
    settings,
)
from generator.site.tables import write_catalogues

if TYPE_CHECKING:
    from generator.press.web import WebPapers


@dataclass(frozen=True, slots=True)
class SiteOrder:
    """All a site is made of. ``engine`` is the search engine's name, ``out`` the folder to fill;
    the manifest goes beside it.
    """

    edition: Edition
    shelf: Shelf
    config_file: Path
    engine: str
    out: Path
    next_change: date | None
    time_zone: str
    pdf: WebOrder | None = None


def assemble(
    order: SiteOrder, progress: Callable[[int], None] = lambda done: None
) -> list[PageFault]:
    """Fill ``order.out`` and write the manifest; returns pages that must not be published."""
    edition, out = order.edition, order.out
    os.umask(0o022)
    newest = edition.items[0].release if edition.items else date(1970, 1, 1)
    fixed_build_date(int(datetime.combine(newest, time(), UTC).timestamp()))
    with writing(out.name):
        out.mkdir(parents=True)
        texts = Texts(order.shelf.root.with_name(f"{out.name}.texts"))
        faults = _pages(order, texts, progress)
        _attachments(order)
        _search(order, texts)
        text = manifest(out, edition, order.next_change, order.time_zone)
        out.with_suffix(".json").write_text(text, encoding="utf-8", newline="\n")
    return faults


def _pages(order: SiteOrder, texts: Texts, progress: Callable[[int], None]) -> list[PageFault]:
    edition, out = order.edition, order.out
    pdf = order.pdf is not None
    renderer = Renderer(order.config_file, frame(edition), order.shelf, order.engine, out, pdf=pdf)
    papers = _papers(order, renderer.site_url)
    addresses: dict[str, None] = {}
    flaws: list[PageFault] = []

    def seen(page: Page, content: str) -> None:
        if feeds.listed(page):
            addresses[page.url] = None
        if isinstance(page.data, ItemData):
            texts.put(page.data.item, blocks_of(page.data.item, content))
            if papers:
                flaws.extend(PageFault(*each) for each in papers.add(page.data.item, content))
            progress(1)

    faults = render(renderer, all_pages(edition), seen) + flaws
    if papers:
        papers.finish()
    name = str(settings(order.config_file)["site_name"])
    feeds.write_feeds(edition, name, renderer.site_url, out)
    write_catalogues(edition, out)
    feeds.write_sitemap(edition, addresses, renderer.site_url, out)
    return faults


def _papers(order: SiteOrder, site_url: str) -> WebPapers | None:
    """The maker of the items' PDF files; its engine is loaded only where they are asked for."""
    if order.pdf is None:
        return None
    from generator.press.web import WebPapers  # noqa: PLC0415

    return WebPapers(order.pdf, order.edition, order.shelf, site_url, order.out)


def _search(order: SiteOrder, texts: Texts) -> None:
    """The index of the engine the audience's configuration asks for; the other leaves nothing."""
    if order.engine == "pagefind":
        pagefind.index(order.out)
    else:
        write_index(order.edition, texts, order.out)


def _attachments(order: SiteOrder) -> None:
    for url, files in _attached(order.edition):
        for file in files:
            shutil.copyfile(order.shelf.file(file.digest), order.out / url / file.name)


def _attached(edition: Edition) -> Iterator[tuple[str, tuple[PublishedFile, ...]]]:
    """What lies beside which page: of items and of standing pages."""
    yield from ((f"d/{item.id}/", item.attachments) for item in edition.items)
    yield from ((page.url, page.attachments) for page in edition.pages)
