"""Tables for spreadsheet programs, and the rows of the catalogues in that form and as JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Sequence

from generator.model.edition import CatalogueView, Edition
from generator.pages.register import CSV, JSON, catalogue_url

_MARKED = frozenset("=+-@\t\r'")
"""How a formula begins, and the mark itself, so that it can be told from a clerk's own."""


class _Spelled:
    """A file that hands on what is written into it."""

    def write(self, text: str) -> str:
        return text


_row = csv.writer(_Spelled()).writerow


def csv_row(cells: Sequence[str]) -> str:
    """A row of ``csv_table``, with its line end."""
    return str(_row([f"'{cell}" if cell[:1] in _MARKED else cell for cell in cells]))


def csv_table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """CSV in UTF-8 with a mark, for spreadsheet programs would otherwise read it as GBK.

    A cell that such a program would run as a formula begins with an apostrophe, by which it
    knows a text.
    """
    return "".join(map(csv_row, (heading, *rows))).encode("utf-8-sig")


def write_catalogues(edition: Edition, put: Callable[[str, bytes], None]) -> None:
    """Beside each register page its rows, cell by cell as on the page; ``put`` takes the files."""
    for view in edition.catalogues:
        folder = catalogue_url(view)
        headings = [column.heading for column in view.columns]
        put(f"{folder}{CSV}", csv_table(headings, (row.cells for row in view.rows)))
        text = json.dumps(_record(view, headings), ensure_ascii=False, indent=1)
        put(f"{folder}{JSON}", f"{text}\n".encode())


def _record(view: CatalogueView, headings: Sequence[str]) -> dict[str, object]:
    filing = view.filing
    return {
        "title": view.title,
        "version": filing.version,
        "effective": filing.effective.isoformat() if filing.effective else "",
        "approved": filing.approved,
        "filed": filing.filed,
        "columns": headings,
        "rows": [
            {"id": row.id, "cells": dict(zip(headings, row.cells, strict=True))}
            for row in view.rows
        ],
    }
