"""A PDF of every item for its site, kept by content: what has not changed is not made again."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from generator.model.edition import Edition, Item
from generator.model.shelf import Shelf
from generator.press.documents import Document, Maker
from generator.press.fonts import find_fonts, fingerprint
from generator.press.making import Flaw, Press
from generator.press.orders import WebOrder
from generator.press.typeset import engine


class WebPapers:
    """The PDF files of one site, item by item; ``finish`` forgets what no item needs any more."""

    def __init__(
        self, order: WebOrder, edition: Edition, shelf: Shelf, site_url: str, out: Path
    ) -> None:
        fonts = find_fonts(order.own_fonts)
        self._made_by = [engine(), *fingerprint(fonts)]
        self._maker = Maker(edition)
        self._site_url = site_url
        self._out = out
        self._work = out.with_name(f"{out.name}.press")
        self._press = Press(fonts, shelf, self._work)
        self._kept = order.kept
        self._kept.mkdir(parents=True, exist_ok=True)
        self._known = {path.name.partition(".")[0]: path for path in self._kept.iterdir()}
        self._used: set[Path] = set()
        self.made = 0

    def add(self, item: Item, html: str) -> list[Flaw]:
        """Put an item's PDF beside its page, made now or before; or say why there is none."""
        document = self._maker.item(item, html, f"{self._site_url}d/{item.id}/")
        key = self._key(document)
        target = self._out / "d" / item.id / f"{item.id}.pdf"
        target.parent.mkdir(parents=True, exist_ok=True)
        kept = self._known.get(key)
        if kept is None or not _whole(kept):
            fresh = self._work / "fresh.pdf"
            if flaws := self._press.make(document, fresh):
                return flaws
            self.made += 1
            kept = self._kept / f"{key}.{_digest(fresh.read_bytes())}.pdf"
            fresh.replace(kept)
        self._used.add(kept)
        shutil.copyfile(kept, target)
        return []

    def finish(self) -> None:
        """Forget what is not used: the text of a withdrawn item does not stay behind."""
        for path in self._kept.iterdir():
            if path not in self._used:
                path.unlink()
        shutil.rmtree(self._work)

    def _key(self, document: Document) -> str:
        whole = [self._made_by, document.data, document.pictures]
        return _digest(json.dumps(whole, ensure_ascii=False, sort_keys=True).encode("utf-8"))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _whole(path: Path) -> bool:
    """Whether a kept file is what its name says: a machine that lost power may have cut it."""
    return path.name.split(".")[1] == _digest(path.read_bytes())
