"""A small press for tests, and a ruler: where every character of a PDF stands."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from generator.model.catalogue import Column, Filing
from generator.model.edition import CatalogueView, Category, Edition, Item, RowView
from generator.model.institution import Audience, Board, Contact, Footer, PublicFace, Unit
from generator.model.shelf import Shelf
from generator.press.documents import Document, Maker
from generator.press.fonts import find_fonts
from generator.press.making import Press
from generator.press.orders import A4

FACE = PublicFace(
    "示例学院", "示例学院党委", Contact(), Contact("纪委", telephone="0000-0000002"), Footer()
)
CAMPUS = Audience("campus", "校内")
HALL = Board("hall", "办公楼公开栏", "campus", 30)
POINTS = 72 / 25.4
"""Points of a millimetre."""

ITEM = Item(
    id="X-2025-0001",
    title="2025年度党费收缴、使用和管理情况",
    row="",
    category=Category("一、基本情况", "basics"),
    scope="校内",
    period="2025",
    units=(Unit("zzb", "组织部"),),
    forms=("公开栏",),
    kind="通报",
    number="",
    written=date(2025, 1, 20),
    release=date(2025, 2, 1),
    last=None,
    series=None,
    related=(),
    changes=(),
    attachments=(),
    summary="",
    keywords=(),
    aliases=(),
    links={},
    text_digest="",
)


def edition(*items: Item) -> Edition:
    """What the campus sees."""
    rows = tuple(
        RowView(f"r{number}", Category(name, "c"), title, (name, title, "校内外"), True)
        for number, (name, title) in enumerate(
            [
                ("一、基本情况", "机构设置"),
                ("一、基本情况", "会议决定"),
                ("二、组织建设", "党费管理"),
            ]
        )
    )
    columns = (Column("一级目录", "category"), Column("二级目录", "title"), Column("范围", "scope"))
    filing = Filing("2024-1", date(2024, 1, 1), "院党委会 2023-12-20", "上级党组织 2023-12-28")
    view = CatalogueView("示例学院党务公开目录", filing, columns, rows)
    return Edition(CAMPUS, date(2025, 2, 10), FACE, (view,), items, ())


def document(html: str, scale: float = A4, board: Board | None = HALL, **changes: Any) -> Document:
    """The paper of an item with that text."""
    item = replace(ITEM, **changes)
    return Maker(edition(item), board, scale).item(item, html, "https://x.example/d/X-2025-0001/")


class Workbench:
    """A press in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shelf = Shelf(folder / "shelf")
        self.shelf.root.mkdir()
        self.press = Press(find_fonts(folder / "no-own-fonts"), self.shelf, folder / "work")

    def pdf(self, paper: Document) -> bytes:
        """The PDF of a paper without flaws."""
        target = self.folder / "made.pdf"
        assert self.press.make(paper, target) == []
        return target.read_bytes()


@dataclass(frozen=True)
class Glyph:
    """A character of a page: its page (from 1), left edge and base line from the top, in points."""

    page: int
    text: str
    left: float
    right: float
    base: float


@dataclass(frozen=True)
class Line:
    """Characters on one base line, from left to right."""

    page: int
    base: float
    text: str
    left: float
    right: float


def glyphs(data: bytes) -> list[Glyph]:
    """Every visible character of a PDF."""
    found = []
    for number, page in enumerate(pdfium.PdfDocument(data), start=1):
        height = page.get_height()
        text = page.get_textpage()
        for place in range(text.count_chars()):
            character = text.get_text_range(place, 1)
            if character.strip():
                left, _, right, _ = text.get_charbox(place, loose=True)
                base = height - _origin(text, place)
                found.append(Glyph(number, character, left, right, base))
    return found


def _origin(text: pdfium.PdfTextPage, place: int) -> float:
    """The height of a character's base line over the foot of the page."""
    x, y = ctypes.c_double(), ctypes.c_double()
    assert pdfium_c.FPDFText_GetCharOrigin(text, place, x, y)
    return y.value


def lines(data: bytes) -> list[Line]:
    """The lines of a PDF in reading order: characters whose boxes end at the same height."""
    rows: dict[tuple[int, int], list[Glyph]] = {}
    for each in glyphs(data):
        key = next((k for k in rows if k[0] == each.page and abs(k[1] - each.base) <= 4), None)
        rows.setdefault(key or (each.page, round(each.base)), []).append(each)
    found = []
    for (page, _), row in rows.items():
        row.sort(key=lambda each: each.left)
        text = "".join(each.text for each in row)
        base = sum(each.base for each in row) / len(row)
        found.append(Line(page, base, text, row[0].left, row[-1].right))
    return sorted(found, key=lambda each: (each.page, each.base))


def told(data: bytes) -> str:
    """All text of a PDF without white space."""
    pages = pdfium.PdfDocument(data)
    return squeezed("".join(page.get_textpage().get_text_range() for page in pages))


def squeezed(text: str) -> str:
    """A text without white space and without marks that nobody sees."""
    return "".join(each for each in text if not each.isspace() and each not in "\ufffe\ufeff")
