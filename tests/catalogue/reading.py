"""A register page read as a reader sees it: a grid of texts, merged cells filled in."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

DONE = "已公开事项"
"""The site's own last column."""


@dataclass
class Grid(HTMLParser):
    """The first table of class ``kind``: headings, rows of cells, and the id of each row."""

    kind: str
    headings: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._inside = self._head = False
        self._cell: list[str] | None = None
        self._carried: dict[int, tuple[int, str]] = {}
        self._span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "table" and not self.rows:
            self._inside = self.kind in (named.get("class") or "").split()
        elif self._inside and tag == "thead":
            self._head = True
        elif self._inside and tag == "tr" and not self._head:
            self.rows.append([])
            self.ids.append(named.get("id") or "")
        elif self._inside and tag in {"td", "th"}:
            self._fill()
            self._cell, self._span = [], int(named.get("rowspan") or 1)

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self._inside = False
        elif tag == "thead":
            self._head = False
        elif tag in {"td", "th"} and self._cell is not None:
            text = "".join(self._cell).strip()
            if self._head:
                self.headings.append(text)
            else:
                row = self.rows[-1]
                if self._span > 1:
                    self._carried[len(row)] = (self._span - 1, text)
                row.append(text)
            self._cell = None

    def _fill(self) -> None:
        """Cells that a cell above stands for."""
        while not self._head and len(row := self.rows[-1]) in self._carried:
            place = len(row)
            left, text = self._carried.pop(place)
            if left > 1:
                self._carried[place] = (left - 1, text)
            row.append(text)


def page_table(page: Path) -> tuple[list[str], list[list[str]], list[str]]:
    """Headings, rows and row ids of a register page, without the site's own last column."""
    grid = Grid("ledger")
    grid.feed(page.read_text(encoding="utf-8"))
    assert grid.headings[-1] == DONE
    return grid.headings[:-1], [row[:-1] for row in grid.rows], grid.ids


def csv_rows(path: Path) -> list[list[str]]:
    """A CSV file as a spreadsheet program reads it: an apostrophe in front is a mark."""
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    return [
        [cell[1:] if cell[:1] == "'" and cell[1:2] in set("=+-@\t\r'") else cell for cell in row]
        for row in rows
    ]


def json_rows(path: Path) -> tuple[list[str], list[list[str]], list[str]]:
    """Columns, rows and ids of the JSON of a catalogue."""
    record = json.loads(path.read_text(encoding="utf-8"))
    rows = [[row["cells"][column] for column in record["columns"]] for row in record["rows"]]
    return record["columns"], rows, [row["id"] for row in record["rows"]]
