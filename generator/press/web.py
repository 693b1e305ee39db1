"""A PDF of every item for its site."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from generator.model.edition import Edition, Item
from generator.model.shelf import Shelf
from generator.press.documents import Document, Maker
from generator.press.fonts import find_fonts, fingerprint
from generator.press.making import Flaw, Press
from generator.press.orders import WebOrder
from generator.press.typeset import engine


def made_by(order: WebOrder) -> tuple[str, ...]:
    """The engine and the fonts: with others, other bytes."""
    return (engine(), *fingerprint(find_fonts(order.own_fonts)))


class WebPapers:
    """The PDF files of one site, item by item, made in the folder ``work``."""

    def __init__(
        self, order: WebOrder, edition: Edition, shelf: Shelf, site_url: str, work: Path
    ) -> None:
        self._made_by = made_by(order)
        self._maker = Maker(edition)
        self._site_url = site_url
        self._work = work
        self._press = Press(find_fonts(order.own_fonts), shelf, work)

    def document(self, item: Item, html: str) -> tuple[Document, str]:
        """An item on paper before it is set, and a key: the same key means the same bytes."""
        document = self._maker.item(item, html, f"{self._site_url}d/{item.id}/")
        whole = json.dumps(
            [self._made_by, document.data, document.pictures], ensure_ascii=False, sort_keys=True
        )
        return document, hashlib.sha256(whole.encode("utf-8")).hexdigest()

    def make(self, document: Document) -> tuple[bytes, list[Flaw]]:
        """The PDF file; or, without one, why there is none."""
        target = self._work / "fresh.pdf"
        flaws = self._press.make(document, target)
        return (b"" if flaws else target.read_bytes()), flaws
