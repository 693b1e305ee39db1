"""What stands on a paper: an item's sheet for a board, its PDF for the web, the register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate, groupby
from string import ascii_letters, digits
from typing import Any
from urllib.parse import urljoin, urlsplit

from generator.model.catalogue import MAIN
from generator.model.edition import CatalogueView, Edition, Item
from generator.model.institution import Board, Contact
from generator.pages.lists import item_url
from generator.press.content import Converter, texts
from generator.press.orders import A4, last_day
from generator.press.qr import qr_code
from generator.press.tables import LANDSCAPE, fitted
from generator.press.titles import title_lines

BULLET = "·"
MARKS = f"{BULLET}.{digits}{ascii_letters}"
"""What stands before the items of lists."""
_FORMATS = {"jpeg": "jpg", "jpg": "jpg", "png": "png", "gif": "gif", "webp": "webp", "svg": "svg"}


_FEW = 8
"""Attachments whose names stay on the page of the last line of the text."""


@dataclass(frozen=True, slots=True)
class Document:
    """A paper to be set: its name, the address of the page it is of, what goes to the engine, by
    digest the pictures it shows, and images of the text that are not among the item's files.
    """

    name: str
    url: str
    data: Mapping[str, Any]
    pictures: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every text of it with the face it is set in."""
        data = self.data
        yield from (("biao", line) for line in data["title-lines"])
        yield from (("song", text) for text in data["head"])
        yield from (("fang", text) for text in (MARKS, data["under"], *data["closing"]))
        yield "song", "—0123456789"
        for label, value in data["facts"]:
            yield from (("hei", label), ("fang", value))
        if data["qr"]:
            yield "fang", data["qr"]["note"]
        yield from texts([*data["body"], *data["enclosed"]])


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the papers of one edition. ``links`` has the online address of the items that whoever
    stands before the board may open; with ``board`` None the paper is for the site itself.
    """

    edition: Edition
    board: Board | None = None
    scale: float = A4
    links: Mapping[str, str] = field(default_factory=dict)

    def item(self, item: Item, html: str, address: str = "") -> Document:
        """An item's paper from the text as it stands on its page; ``address`` is that page's."""
        files = {file.name: file for file in item.attachments}
        used: dict[str, str] = {}

        def picture(source: str) -> str:
            file = files.get(source.rpartition("/")[2])
            form = _FORMATS.get(source.rpartition(".")[2].lower(), "")
            if file is None or not form:
                return ""
            used[file.digest] = form
            return f"/{file.digest}.{form}"

        converter = Converter(lambda link: self._address(address, link), picture)
        body, enclosed = converter.convert(html), _enclosed(item)
        if len(enclosed) > _FEW:
            body, enclosed = [*body, *enclosed], []
        data = {
            **self._frame("sheet", item.title, item.release),
            "author": "、".join(unit.name for unit in item.units),
            "keywords": list(item.keywords),
            "head": [self._head(), f"索引号 {item.id}"],
            "body": body,
            "enclosed": enclosed,
            "kept": bool(body) and _ends_in_text(body[-1]),
            "closing": [*self._issuers(item), chinese(item.written)],
            "facts": self._facts(item),
            "qr": self._qr(item),
        }
        pictures = tuple(f"{digest}.{form}" for digest, form in used.items())
        return Document(item.id, item_url(item.id), data, pictures, tuple(converter.missing))

    def register(self, view: CatalogueView) -> Document:
        """The register, landscape, in the institution's own columns, with room to sign it."""
        head = [[_cell(column.heading, "hei") for column in view.columns]]
        rows = [
            [_cell(text, "fang", span) for text, span in zip(row.cells, spans, strict=True) if span]
            for row, spans in zip(view.rows, merged(view), strict=True)
        ]
        filing = view.filing
        lines = [
            f"版本 {filing.version}" if filing.version else "",
            f"{chinese(filing.effective)}起施行" if filing.effective else "",
            f"批准：{filing.approved}" if filing.approved else "",
            f"备案：{filing.filed}" if filing.filed else "",
        ]
        data = {
            **self._frame("register", view.title, filing.effective or date(1970, 1, 1)),
            "author": self.edition.face.party_body or self.edition.face.name,
            "keywords": [],
            "head": [self._head(), ""],
            "under": "　".join(each for each in lines if each),
            "body": [fitted(head, rows, LANDSCAPE)],
            "enclosed": [],
            "kept": False,
            "closing": ["单位（盖章）：", "负责人（签字）：", "制表日期：　　　　年　　月　　日"],
            "facts": [],
            "qr": None,
        }
        name = "catalog" if view.id == MAIN else f"catalog-{view.id}"
        return Document(name, "catalog/", data)

    def _frame(self, kind: str, title: str, day: date) -> dict[str, Any]:
        widest = 20.0 if kind == "sheet" else 28.0
        return {
            "kind": kind,
            "scale": self.scale,
            "title": title,
            "title-lines": title_lines(title, widest),
            "date": [day.year, day.month, day.day],
            "bullet": BULLET,
            "under": "",
        }

    def _issuers(self, item: Item) -> list[str]:
        """Who signs; on a board's sheet the seal goes over the name and the date (7.3.5.1)."""
        return [f"{unit.name}（盖章）" if self.board else unit.name for unit in item.units]

    def _head(self) -> str:
        name = f"{self.edition.face.name}党务公开"
        return f"{name}　{self.board.title}" if self.board else name

    def _address(self, page: str, link: str) -> str:
        """A link's full address; on a board's sheet only its words are of use."""
        if self.board or link.startswith("#"):
            return ""
        whole = urljoin(page, link) if page else link
        return whole if urlsplit(whole).scheme else ""

    def _facts(self, item: Item) -> list[tuple[str, str]]:
        units = "、".join(unit.name for unit in item.units)
        # As read aloud; and a line may end at 至.
        period = item.period.replace("/", "至")
        facts = [("公开范围", item.scope), ("所属期", period), ("责任单位", units)]
        facts += [("发文字号", item.number)] if item.number else []
        if self.board:
            last = last_day(item, self.board)
            facts += [
                ("张贴日期", chinese(item.release)),
                ("撤下日期", chinese(last + timedelta(days=1)) if last else "长期张贴"),
                ("保留天数", f"{(last - item.release).days}天" if last else "长期"),
            ]
        else:
            facts += [
                ("发布日期", chinese(item.release)),
                ("公开期限", f"至{chinese(item.last)}" if item.last else "永久"),
            ]
        face = self.edition.face.supervision
        called = [(f"受理{item.call.invites}", item.call.contact)] if item.call else []
        offices = [*called, ("监督电话", face)]
        return [
            *facts,
            *(
                (label, _reached(office))
                for label, office in offices
                if office.unit or office.telephone
            ),
        ]

    def _qr(self, item: Item) -> dict[str, str] | None:
        address = self.links.get(item.id, "")
        if not (self.board and address):
            return None
        alt = f"二维码，本事项的网页地址：{address}"
        return {"svg": qr_code(address), "alt": alt, "note": "扫码查看网页"}


def merged(view: CatalogueView) -> Sequence[Sequence[int]]:
    """How many rows each cell stands for: equal neighbours in the first column are one cell."""
    firsts = [row.cells[0] or place for place, row in enumerate(view.rows)]  # empty ones stay apart
    runs = [sum(1 for _ in run) for _, run in groupby(firsts)]
    starts = dict(zip(accumulate([0, *runs]), runs, strict=False))
    return [
        (starts.get(place, 0), *(1 for _ in row.cells[1:])) for place, row in enumerate(view.rows)
    ]


def chinese(day: date) -> str:
    """A date as GB/T 9704-2012 (7.3.5.4) writes it: Arabic figures, no padding."""
    return f"{day.year}年{day.month}月{day.day}日"


def _reached(office: Contact) -> str:
    """How an office is reached: telephone, or else mail, and who it is."""
    reached = office.telephone or office.email
    return f"{reached}（{office.unit}）" if office.unit else reached


def _ends_in_text(node: Mapping[str, Any]) -> bool:
    """Whether a part of the text ends with a line of writing: beside that the signature stays."""
    if node["t"] in {"ul", "ol"}:
        return bool(node["c"] and node["c"][-1]) and _ends_in_text(node["c"][-1][-1])
    if node["t"] == "quote":
        return bool(node["c"]) and _ends_in_text(node["c"][-1])
    return bool(node["t"] == "p")


def _enclosed(item: Item) -> list[dict[str, Any]]:
    """The note of attachments below the text (7.3.4); pictures that the text shows are none."""
    names = [file.title or file.download for file in item.attachments if not file.inline]
    if len(names) == 1:
        return [{"t": "p", "c": [f"附件：{names[0]}"]}]
    heads = ("附件：" if place == 0 else "　　　" for place in range(len(names)))
    numbered = enumerate(zip(heads, names, strict=True), start=1)
    return [{"t": "p", "c": [f"{head}{number}. {name}"]} for number, (head, name) in numbered]


def _cell(text: str, face: str, span: int = 1) -> dict[str, Any]:
    inside = [{"t": "p", "c": [text]}] if text.strip() else []
    return {"colspan": 1, "rowspan": span, "align": "", "face": face, "c": inside}
