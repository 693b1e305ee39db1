"""Excel: 文件目录 as the archive office works with it. The one module that knows openpyxl."""

from __future__ import annotations

import os
import re
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

# With lxml beside it openpyxl writes other bytes for the same rows: it is told to do without.
os.environ["OPENPYXL_LXML"] = "False"

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from generator.bundle.archive.box import Member, measured, packed
from generator.bundle.archive.xml import clean

_CORE = "docProps/core.xml"
_MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


class Book:
    """A workbook being written row by row: what was written is not held in memory."""

    def __init__(self) -> None:
        self._book = Workbook(write_only=True)
        self._book.properties.creator = "dwgk"
        self._sheets: dict[str, Any] = {}

    def sheet(self, title: str, columns: Sequence[tuple[str, int]]) -> None:
        """Begin a sheet; ``columns`` are headings with their widths in letters."""
        sheet: Any = self._book.create_sheet(title)
        for number, (_, width) in enumerate(columns, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        sheet.freeze_panes = "A2"
        sheet.print_title_rows = "1:1"
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = 9  # A4
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        self._sheets[title] = sheet
        sheet.append([_cell(sheet, heading, bold=True) for heading, _ in columns])

    def row(self, title: str, values: Sequence[str | int]) -> None:
        """Add a row; texts stay texts, whatever they begin with."""
        sheet = self._sheets[title]
        sheet.append([_cell(sheet, value) for value in values])

    def save(self, target: Path, day: date) -> None:
        """Write it, the same bytes for the same rows; ``day`` is the day it was made."""
        rough = target.with_name("rough.xlsx")
        self._book.save(rough)
        with zipfile.ZipFile(rough) as box, target.open("wb") as out:
            for block in packed(_members(box, day)):
                out.write(block)
        rough.unlink()


def _cell(sheet: Any, value: str | int, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value=value if isinstance(value, int) else clean(value))
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if bold:
        cell.font = Font(bold=True)
    return cell


def _members(box: zipfile.ZipFile, day: date) -> Iterator[Member]:
    """The parts of the workbook, the clock's moment in its properties made that of ``day``."""
    moment = f"{day.isoformat()}T00:00:00Z".encode()
    for name in sorted(box.namelist()):
        opened = partial(box.open, name)
        if name == _CORE:
            opened = partial(BytesIO, _MOMENT.sub(moment, box.read(name)))  # type: ignore[assignment]
        with opened() as stream:
            size, crc = measured(stream)
        yield Member(name, size, crc, opened)


def rows(path: Path, title: str) -> Iterator[tuple[str, ...]]:
    """The rows of a sheet below its head; ValueError where the file is no such workbook."""
    try:
        book = load_workbook(path, read_only=True)
        listed = book[title].iter_rows(min_row=2, values_only=True)
        for row in listed:
            yield tuple("" if value is None else str(value) for value in row)
        book.close()
    except (OSError, KeyError, zipfile.BadZipFile) as problem:
        raise ValueError(str(problem)) from None


@contextmanager
def scratch(folder: Path) -> Iterator[None]:
    """Let what is written in between lie in ``folder``, which is private and swept."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before
