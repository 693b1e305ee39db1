"""From documents to PDF files: every glyph asked for, set, checked, written."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from generator.diagnostics import EnvironmentFault
from generator.helpers import spread
from generator.model.edition import Item
from generator.model.shelf import Shelf
from generator.press.conformance import problems, verify
from generator.press.documents import Document, Maker
from generator.press.fonts import Fonts, find_fonts, unprintable
from generator.press.orders import A4, PrintOrder
from generator.press.typeset import Typesetter, TypesettingFault


class Flaw(NamedTuple):
    """Why a paper cannot be made: the address of its page, a code, and the value it names."""

    url: str
    code: str
    value: str


class Press:
    """Makes papers one after another; ``work`` is an empty folder for its links."""

    def __init__(self, fonts: Fonts, shelf: Shelf, work: Path) -> None:
        self._fonts = fonts
        self._shelf = shelf
        self._pictures = work / "pictures"
        self._pictures.mkdir(parents=True)
        self._typesetter = Typesetter(fonts, self._pictures, work)

    def flaws(self, document: Document) -> list[Flaw]:
        """What can be said against a document before it is set."""
        found = [Flaw(document.url, "P04", each) for each in document.missing]
        characters = unprintable(self._fonts, document.texts())
        named = (f"{each}（U+{ord(each):04X}）" for each in characters)
        return found + [Flaw(document.url, "P01", each) for each in named]

    def make(self, document: Document, target: Path) -> list[Flaw]:
        """Write the PDF, or say what is against it and write nothing.

        Raises EnvironmentFault for a PDF that is not what it claims to be: never one on disk.
        """
        if found := self.flaws(document):
            return found
        for name in document.pictures:
            link = self._pictures / name
            if not link.exists():
                link.symlink_to(self._shelf.file(name.partition(".")[0]))
        try:
            data = self._typesetter.pdf(document.data)
        except TypesettingFault as fault:
            return [Flaw(document.url, "P05", str(fault))]
        if wrong := problems(data):
            raise EnvironmentFault("E19", {"name": document.name, "problem": "; ".join(wrong)})
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        return []


def print_papers(order: PrintOrder) -> list[Flaw]:
    """Make every paper of an order; the flaws of all of them in one run."""
    global _order  # noqa: PLW0603 - what helpers are forked with
    _order = order
    find_fonts(order.own_fonts)  # read once, for all helpers
    order.out.mkdir(parents=True)
    count = len(order.edition.items)
    parts = [range(at, min(at + _PART, count)) for at in range(0, max(count, 1), _PART)]
    flaws = [each for found in spread(_print, parts, order.helpers) for each in found]
    if wrong := verify(sorted(order.out.glob("*.pdf"))):
        raise EnvironmentFault("E19", {"name": "veraPDF", "problem": "; ".join(wrong)})
    return flaws


_PART = 100
"""Items that are worth a press of their own."""
_order: PrintOrder | None = None


def _print(part: range) -> list[Flaw]:
    """The papers of a part of the items; the registers are made with the first."""
    order = _order
    if order is None:
        raise AssertionError("asked before there is an order")
    maker = Maker(order.edition, order.board, order.scale, order.links)
    press = Press(find_fonts(order.own_fonts), order.shelf, order.work / str(part.start))
    suffix = ".pdf" if order.scale == A4 else "-a3.pdf"
    return [
        flaw
        for document in _documents(order, maker, part)
        for flaw in press.make(document, order.out / f"{document.name}{suffix}")
    ]


def _documents(order: PrintOrder, maker: Maker, part: range) -> Iterable[Document]:
    for view in order.edition.catalogues if order.registers and not part.start else ():
        yield maker.register(view)
    for item in order.edition.items[part.start : part.stop]:
        yield maker.item(item, fragment(order.fragments, item))


def fragment(folder: Path, item: Item) -> str:
    """The text of an item as it stands on its page."""
    return (folder / f"{item.id}.html").read_text(encoding="utf-8")
