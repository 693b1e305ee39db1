"""An offline copy: one zip with a whole site that works from a folder, marked and checkable.

From a folder there is no server to turn ``d/X-1/`` into ``d/X-1/index.html``, and no sign-on to
keep a reader out: links name their files, and every page says whose copy this is, of which day.
"""

from __future__ import annotations

import hashlib
import html
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

SITE = "site"
START = "开始查阅.html"
SUMS = "SHA256SUMS.txt"
CHECKING = "怎样核对.txt"

_LINK = re.compile(r'(\s(?:href|action)=")([^"]*)(")')
_REFRESH = re.compile(r'(<meta http-equiv="refresh" content="\d+; ?url=)([^"]*)(")', re.IGNORECASE)
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#")
_HEADER = '<header class="masthead">'


@dataclass(frozen=True, slots=True)
class Label:
    """What a copy says of itself. ``change`` is the day from which the site differs, if known."""

    institution: str
    audience: str
    as_of: date
    number: int
    change: date | None

    @property
    def folder(self) -> str:
        """The one folder inside the zip."""
        return f"党务公开-{self.audience}-{self.as_of.isoformat()}-{self.number:04d}"

    @property
    def mark(self) -> str:
        """The line on every page."""
        until = f"，{_day(self.change)}起以网站为准" if self.change else ""
        return f"离线副本 第{self.number:04d}号 · {self.audience} · 截至{_day(self.as_of)}{until}"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def write_copy(site: Path, label: Label, target: Path) -> None:
    """Pack the files of ``site`` as a copy into ``target``, byte for byte the same each time."""
    sums = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as box:
        for name, data in _contents(site, label):
            sums.append(f"{hashlib.sha256(data).hexdigest()}  {name}\n")
            _put(box, label, name, data)
        _put(box, label, SUMS, "".join(sums).encode("utf-8"))


def _contents(site: Path, label: Label) -> Iterator[tuple[str, bytes]]:
    yield START, _start(label).encode("utf-8")
    yield CHECKING, _checking().encode("utf-8-sig")
    for path in sorted(each for each in site.rglob("*") if each.is_file()):
        name = path.relative_to(site).as_posix()
        data = path.read_bytes()
        if path.suffix in {".html", ".htm"}:
            data = for_folder(data.decode("utf-8"), label.mark).encode("utf-8")
        yield f"{SITE}/{name}", data


def _put(box: zipfile.ZipFile, label: Label, name: str, data: bytes) -> None:
    day = label.as_of
    info = zipfile.ZipInfo(f"{label.folder}/{name}", (day.year, day.month, day.day, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = 0o644 << 16
    box.writestr(info, data)


def for_folder(page: str, mark: str) -> str:
    """A page whose links name files, with the mark of the copy at its top."""
    named = _LINK.sub(_named, _REFRESH.sub(_named, page))
    note = f'<p class="copy-mark" role="note">{html.escape(mark)}</p>\n'
    return named.replace(_HEADER, note + _HEADER, 1)


def _named(match: re.Match[str]) -> str:
    before, address, after = match.groups()
    path, tail = re.fullmatch(r"([^?#]*)(.*)", address, re.DOTALL).groups()  # type: ignore[union-attr]
    if path and not _ELSEWHERE.match(path):
        last = path.rpartition("/")[2]
        if last in {"", ".", ".."}:
            path = f"{path.rstrip('/')}/index.html"
    return f"{before}{path}{tail}{after}"


def _start(label: Label) -> str:
    until = ""
    if label.change:
        until = f"<p>有的事项自{_day(label.change)}起撤下、变更或新增；此后请以网站为准。</p>"
    return f"""<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>党务公开离线副本 - {html.escape(label.institution)}</title>
</head>
<body>
<h1>{html.escape(label.institution)}党务公开（{html.escape(label.audience)}）离线副本</h1>
<p>副本号：{label.number:04d}。内容截至{_day(label.as_of)}。</p>
{until}
<p>本副本仅供{html.escape(label.audience)}范围内查阅，不受登录保护，请妥善保管，勿向范围以外传播。</p>
<p><a href="{SITE}/index.html">打开首页</a>　<a href="{SITE}/search/index.html">检索</a></p>
</body>
</html>
"""


def _checking() -> str:
    return (
        "怎样核对这份副本是否完整、未被改动\r\n\r\n"
        f"{SUMS} 列出每个文件的 SHA-256。\r\n"
        f"Linux 或 macOS：在本文件夹打开终端，运行 sha256sum -c {SUMS}\r\n"
        "Windows：在 PowerShell 中运行 Get-FileHash 文件名，与清单中的一行比较。\r\n"
    )
