"""文件目录 in XML and in Excel, and 说明文件.TXT: what the archive office opens first.

Columns are those of DA/T 22-2015's 归档文件目录 with what an electronic transfer adds: where the
files lie and their digests. Every row is written when its item is packed: nothing is held.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from xml.sax.saxutils import quoteattr

from generator.bundle.archive.envelope import Enclosed, file_element, responsible, written
from generator.bundle.archive.workbook import Book
from generator.bundle.archive.xml import clean, element, facts, piece
from generator.model.dossier import Dossier, Handover
from generator.model.institution import Institution

XML, EXCEL, README = "文件目录.XML", "文件目录.XLSX", "说明文件.TXT"
ITEMS, FILES = "文件目录", "文件清单"
"""The sheets of the workbook."""
FOLDER, OTHERS = "电子档案", "其他"

COLUMNS = (
    ("顺序号", 8),
    ("档号", 30),
    ("责任者", 18),
    ("题名", 48),
    ("日期", 10),
    ("保管期限", 9),
    ("密级", 7),
    ("电子档案名称", 44),
    ("备注", 28),
    ("校验值", 34),
)
"""Headings with their widths in letters; 校验值 is the SHA-256 of the item's envelope, which has
those of its files.
"""
_FILE_COLUMNS = (("档号", 30), ("文件", 70), ("用途", 10), ("字节数", 12), ("SHA-256", 66))


@dataclass(frozen=True, slots=True)
class Line:
    """A filed item as listed: its row, the folder it lies in, its files."""

    cells: tuple[str | int, ...]
    folder: str
    files: tuple[Enclosed, ...]


def line(place: int, dossier: Dossier, folder: str, files: Sequence[Enclosed]) -> Line:
    """The row of an item; the first of its files is its envelope."""
    source = dossier.item.disclosure
    cells = (
        place,
        dossier.number,
        responsible(source),
        source.title,
        f"{written(dossier):%Y%m%d}",
        dossier.term,
        dossier.secrecy,
        folder,
        remarks(dossier),
        files[0].digest,
    )
    return Line(cells, folder, tuple(files))


def remarks(dossier: Dossier) -> str:
    """What a reader of the list should know: how it was disclosed, and that it is no more."""
    item = dossier.item
    said = []
    if not item.terms:
        said.append(f"未上网站，公开方式：{'、'.join(form.word for form in item.forms)}")
    ended = item.disclosure.withdrawn()
    if item.withdrawn and ended:
        said.append(f"{item.withdrawn.isoformat()}{ended.change}")
    if item.end:
        said.append(f"公开至{item.end.isoformat()}")
    return "；".join(said)


class Listing:
    """Both lists being written, side by side."""

    def __init__(self, folder: Path, handover: Handover, institution: Institution) -> None:
        self._folder = folder
        self._day = handover.as_of
        self._book = Book()
        self._book.sheet(ITEMS, COLUMNS)
        self._book.sheet(FILES, _FILE_COLUMNS)
        self._stream = (folder / XML).open("wb")
        said = {
            "编制单位": institution.face.party_body or institution.face.name,
            "全宗号": institution.archive.fonds,
            "年度": str(handover.year),
            "件数": str(len(handover.items)),
            "编制日期": handover.as_of.isoformat(),
        }
        head = " ".join(f"{key}={quoteattr(clean(value))}" for key, value in said.items())
        self._write(f'<?xml version="1.0" encoding="UTF-8"?>\n<文件目录 {head}>\n'.encode())

    def __enter__(self) -> Listing:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        """Both are whole only where nothing went wrong."""
        if kind is None:
            self._write("</文件目录>\n".encode())
        self._stream.close()
        if kind is None:
            self._book.save(self._folder / EXCEL, self._day)

    def add(self, listed: Line) -> None:
        """An item."""
        self._book.row(ITEMS, listed.cells)
        for file in listed.files:
            path = f"{listed.folder}/{file.name}"
            self._book.row(FILES, (str(listed.cells[1]), path, file.role, file.size, file.digest))
        cells = zip(COLUMNS[1:], listed.cells[1:], strict=True)
        said = [(heading, str(text)) for (heading, _), text in cells]
        parts = [*facts(said), *map(file_element, listed.files)]
        self._write(piece(element("条目", parts, 顺序号=str(listed.cells[0])), 1))

    def enclose(self, files: Iterable[Enclosed]) -> None:
        """What lies beside the filed items, by its path."""
        for file in files:
            self._book.row(FILES, ("", file.name, file.role, file.size, file.digest))
            self._write(piece(file_element(file), 1))

    def _write(self, data: bytes) -> None:
        self._stream.write(data)


def readme(handover: Handover, institution: Institution, log: str) -> bytes:
    """说明文件.TXT, with line ends and a mark that Notepad knows; ``log`` tells of the log."""
    lines = [*_about(handover, institution), "", *_contents(), "", log, "", *_lacking(handover)]
    return "".join(f"{each}\r\n" for each in lines).encode("utf-8-sig")


def _about(handover: Handover, institution: Institution) -> list[str]:
    rules, face = institution.archive, institution.face
    return [
        f"{handover.year}年度党务公开档案移交说明",
        "",
        f"移交单位：{face.party_body or face.name}",
        f"全宗号：{rules.fonds}",
        f"编制日期：{handover.as_of.isoformat()}（内容以这一天为准）",
        f"件数：{len(handover.items)}",
        f"档号格式：{rules.pattern}",
        "收录范围：本年度首次公开的全部事项，包括已经到期、撤销、终止的，也包括只在公开栏、",
        "    文件、会议上公开而没有上网站的。首次公开的日期以公开台账为准，台账没有记到的以",
        "    事项登记的公开日期为准。",
        "密级：党务公开事项都经过保密审查，不含国家秘密；“内部”指只向一定范围公开。",
    ]


def _contents() -> list[str]:
    return [
        "内容（没有的不列）：",
        f"  {XML}、{EXCEL}  文件目录，两种格式内容相同；{EXCEL} 另有逐个文件的清单",
        f"  {FOLDER}/年度/类别/档号/  每件一个文件夹：封装.xml（审批、变动、关联、台账、校验值）、",
        "    索引号.md（经审批的原文）、索引号.pdf（版式文件，PDF/A-3a）、附件",
        f"  {OTHERS}/公开目录/  本年度施行过的各版公开目录；",
        f"  {OTHERS}/公开台账/  本年度的公开台账；",
        f"  {OTHERS}/年度报告/  本年度党务公开情况的统计，和已经公布的年度报告；",
        f"  {OTHERS}/依申请公开/  本年度依申请公开的办理情况；",
        f"  {OTHERS}/往年事项变动/  以前年度公开、本年度有变动的事项现在的文本",
        "",
        "档案包按 BagIt（0.97 版）组织，可以用任何支持 BagIt 的软件核对；用 dwgk 核对：",
        "    dwgk archive --check 档案包文件或解压后的文件夹",
        "封装.xml 的结构仿照 DA/T 48 的封装包（EEP），没有经过该标准的符合性检测，不声明符合。",
    ]


def _lacking(handover: Handover) -> list[str]:
    if not handover.lacking:
        return ["缺件：无"]
    listed = (f"  {name}  {title}" for name, title in sorted(handover.lacking.items()))
    return ["缺件（公开台账有记载，项目里已经没有，请经办人说明原因）：", *listed]
