"""Items and editions made by hand, for an index without a site around it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from generator.model.edition import Category, Edition, Item
from generator.model.institution import Audience, Contact, Footer, PublicFace, Unit
from generator.site.exact.write import Texts, write_index

UNITS = (Unit("zzb", "组织部"), Unit("xcb", "宣传部"), Unit("jw", "纪委"))
KINDS = ("通报", "公示", "制度")
CATEGORIES = (Category("一、基本情况", "basics"), Category("四、组织建设", "org"))


def item(number: int, title: str, released: date) -> Item:
    """An item whose facets follow from its number."""
    return Item(
        id=f"T-{number:05d}",
        title=title,
        row="",
        category=CATEGORIES[number % 2],
        scope="校内",
        period="2025",
        units=(UNITS[number % 3],) if number % 4 else (UNITS[0], UNITS[2]),
        forms=("网站",),
        kind=KINDS[number % 3],
        number="",
        written=released,
        release=released,
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


def edition(items: Sequence[Item]) -> Edition:
    """An edition of items, newest first."""
    face = PublicFace("示例", "示例", Contact(), Contact(), Footer())
    ordered = sorted(items, key=lambda each: (each.release, each.id), reverse=True)
    audience = Audience("public", "社会", open=True)
    return Edition(audience, date(2026, 11, 21), face, (), tuple(ordered), ())


def write(bodies: Sequence[Sequence[str]], folder: Path, days_apart: int = 100) -> Edition:
    """Index items with these blocks (title first) into ``folder / "site"``; the edition."""
    first = date(2024, 1, 1)
    items = [
        item(number, blocks[0], first + timedelta(days=days_apart * number))
        for number, blocks in enumerate(bodies)
    ]
    whole = edition(items)
    texts = Texts(folder / "texts")
    for each, blocks in zip(items, bodies, strict=True):
        texts.put(each, list(blocks))
    (folder / "site").mkdir()
    write_index(whole, texts, folder / "site")
    return whole
