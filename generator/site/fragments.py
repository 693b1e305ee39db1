"""The texts of an edition as they stand on its pages, for whoever lays them out elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from generator.model.edition import Edition, Item
from generator.model.page import ItemData
from generator.model.shelf import Shelf
from generator.pages.items import item_pages
from generator.pages.sections import frame
from generator.site.faults import PageFault
from generator.site.render import Renderer
from generator.site.tree import Tree


@dataclass(frozen=True, slots=True)
class FragmentOrder:
    """An edition, its shelf, the MkDocs configuration of its audience, and the folder to fill
    with sanitised HTML, a file for each item's id.
    """

    edition: Edition
    shelf: Shelf
    config_file: Path
    out: Path


def write_fragments(order: FragmentOrder) -> list[PageFault]:
    """Fill the folder; returns what must not be published, as ``render`` does."""
    order.out.mkdir(parents=True)
    tree = Tree(order.out)
    renderer = Renderer(order.config_file, frame(order.edition), order.shelf, "exact", tree)
    faults = []
    for page in item_pages(order.edition):
        if isinstance(page.data, ItemData):
            html, found = renderer.fragment(page)
            put_fragment(order.out, page.data.item, html)
            faults += found
    return faults


def put_fragment(folder: Path, item: Item, html: str) -> None:
    """Keep one item's text."""
    (folder / f"{item.id}.html").write_text(html, encoding="utf-8", newline="\n")
