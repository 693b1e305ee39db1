"""Lists for programs: Atom feed, JSON and CSV of the disclosures, sitemap, robots.txt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from datetime import date
from functools import cache
from json.encoder import encode_basestring as _quoted
from urllib.parse import urljoin
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from generator.model.edition import Edition, Item
from generator.model.outline import Outline
from generator.site.tables import csv_row, csv_table

FEED_LENGTH = 50
JSON, CSV = "disclosures.json", "disclosures.csv"
COLUMNS = (
    ("id", "索引号"),
    ("title", "标题"),
    ("kind", "类型"),
    ("category", "类别"),
    ("row", "目录项"),
    ("units", "责任单位"),
    ("scope", "公开范围"),
    ("period", "所属期"),
    ("forms", "公开方式"),
    ("number", "发文字号"),
    ("written", "成文日期"),
    ("release", "发布日期"),
    ("last", "公开截止"),
    ("url", "地址"),
)
"""Fields of the JSON and headings of the CSV, in order: a list of what may be told."""

_BEGIN, _BETWEEN, _END = b'{"disclosures": [\n', b",\n", b"\n]}\n"
_LINE_END = b"\r\n"
_OBJECT = "{" + ", ".join(f"{_quoted(key)}: %s" for key, _ in COLUMNS) + "}"
"""A row as JSON but for its values. ``dumps`` makes its encoder anew for each row, which costs more
than the row; what that spells strings by is there without it.
"""

_ATOM = "http://www.w3.org/2005/Atom"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


Put = Callable[[str, bytes], None]
"""Takes a file of the site: its path and its bytes."""

Rows = tuple[bytes, bytes]
"""An item as it stands in the JSON and in the CSV."""


def write_feeds(
    edition: Edition, site_name: str, site_url: str, put: Put, known: Mapping[str, Rows]
) -> None:
    """All of them into the root of the site; rows that are ``known`` need not be spelled."""
    rows = [known.get(item.id) or _spelled(item) for item in edition.items]
    put(JSON, _BEGIN + _BETWEEN.join([row for row, _ in rows]) + _END)
    put(CSV, _csv([row for _, row in rows]))
    put("feed.xml", _feed(edition, site_name, site_url))
    put("robots.txt", _robots(edition, site_url).encode("ascii"))


def known_rows(read: Callable[[str], bytes], touched: Set[str]) -> dict[str, Rows]:
    """The rows in the files of the last site, by id, but for items ``touched`` since; none where
    ``read`` has not these files (OSError, ValueError).
    """
    try:
        objects = read(JSON).removeprefix(_BEGIN).removesuffix(_END).split(_BETWEEN)
        lines = read(CSV).split(_LINE_END)[1:-1]
    except (OSError, ValueError):
        return {}
    if len(objects) != len(lines):  # a cell has a line end, which JSON spells otherwise
        return {}
    begin = _OBJECT.index("%s") + 1  # ids are letters, digits and hyphens
    ids = [row[begin : row.index(b'"', begin)].decode() for row in objects]
    rows = zip(ids, zip(objects, lines, strict=True), strict=True)
    return {key: row for key, row in rows if key not in touched}


def write_sitemap(edition: Edition, pages: Mapping[str, None], site_url: str, put: Put) -> None:
    """Every page's address; items with the day of their release."""
    spell = cache(date.isoformat)
    days = {f"d/{item.id}/": spell(item.release) for item in edition.items}
    lines = ['<?xml version="1.0" encoding="utf-8"?>', f'<urlset xmlns="{_SITEMAP}">']
    start = f"<url><loc>{escape(site_url)}"
    # Escaped all at once, which costs a tenth; an address has no line end.
    for address, escaped in zip(pages, escape("\n".join(pages)).split("\n"), strict=True):
        day = f"<lastmod>{days[address]}</lastmod>" if address in days else ""
        lines.append(f"{start}{escaped}</loc>{day}</url>")
    put("sitemap.xml", "\n".join([*lines, "</urlset>", ""]).encode("utf-8"))


def listed(page: Outline) -> bool:
    """Whether a page belongs in the sitemap: real pages, not notices, moves or the 404."""
    return page.template not in {"404.html", "notice.html", "moved.html"}


def _spelled(item: Item) -> Rows:
    row = _row(item)
    cells = csv_row(row).encode("utf-8").removesuffix(_LINE_END)
    return (_OBJECT % tuple(map(_quoted, row))).encode("utf-8"), cells


def _row(item: Item) -> list[str]:
    """What may be told of an item, in the order of ``COLUMNS``."""
    return [
        item.id,
        item.title,
        item.kind,
        item.category.title,
        item.row,
        "、".join([unit.name for unit in item.units]),
        item.scope,
        item.period,
        "、".join(item.forms),
        item.number,
        item.written.isoformat(),
        item.release.isoformat(),
        item.last.isoformat() if item.last else "",
        f"d/{item.id}/",
    ]


def _csv(rows: Iterable[bytes]) -> bytes:
    heading = csv_table([heading for _, heading in COLUMNS], ())
    return heading + b"".join([row + _LINE_END for row in rows])


def _feed(edition: Edition, site_name: str, site_url: str) -> bytes:
    newest = edition.items[:FEED_LENGTH]
    feed = ET.Element("feed", xmlns=_ATOM)
    ET.SubElement(feed, "id").text = site_url
    ET.SubElement(feed, "title").text = site_name
    ET.SubElement(feed, "link", href=site_url)
    ET.SubElement(feed, "link", rel="self", href=urljoin(site_url, "feed.xml"))
    # An empty site has no date of its own, and the clock is no source of one.
    updated = newest[0].release.isoformat() if newest else "1970-01-01"
    ET.SubElement(feed, "updated").text = f"{updated}T00:00:00+08:00"
    author = ET.SubElement(feed, "author")
    ET.SubElement(author, "name").text = edition.face.party_body or edition.face.name
    for item in newest:
        _entry(feed, item, site_url)
    return _xml(feed)


def _entry(feed: ET.Element, item: Item, site_url: str) -> None:
    address = urljoin(site_url, f"d/{item.id}/")
    entry = ET.SubElement(feed, "entry")
    ET.SubElement(entry, "id").text = address
    ET.SubElement(entry, "title").text = item.title
    ET.SubElement(entry, "link", href=address)
    ET.SubElement(entry, "updated").text = f"{item.release.isoformat()}T00:00:00+08:00"
    if item.summary:
        ET.SubElement(entry, "summary").text = item.summary


def _robots(edition: Edition, site_url: str) -> str:
    if not edition.audience.open:
        return "User-agent: *\nDisallow: /\n"
    return f"User-agent: *\nAllow: /\nSitemap: {urljoin(site_url, 'sitemap.xml')}\n"


def _xml(root: ET.Element) -> bytes:
    ET.indent(root, " ")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"
