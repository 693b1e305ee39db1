"""Reads the cases: Markdown files in which a section is a small site with its expected faults.

A section (``## heading``) holds fenced blocks. ``file=PATH`` in the info string names the file a
block is; a file the section does not give is that of the default project, and the keys a YAML
text does not name are completed below it (``raw``: as it stands; ``without=a,b``: not these).
``encoding=``, ``newline=crlf`` and ``bom`` say how it is written to disk. A comment ``# !G03@8``
is cut off and means: code G03 here, at column 8 (``@`` may be left out). Where no comment can
stand, a block ``expect`` lists ``path:line:column CODE``. A block ``edit file=PATH`` holds lines
``old → new``, done after the approval records are bound; with ``approved`` they are bound again.
A block ``log at=DAY`` says that on the morning of that day, before the edits, all sites were
entered in the publish log; ``removed file=PATH`` deletes a file after that. Sections without
expectations are clean.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote_to_bytes

from tests import support

FOLDER = Path(__file__).parent
_FENCE = re.compile(r"(?P<ticks>`{3,})(?P<info>.*)")
_MARK = re.compile(r"[ \t]*#((?: ![SGBERP]\d\d(?:@\d+)?)+)[ \t]*$")
_CODE = re.compile(r"!(\w+?)(?:@(\d+))?(?= |$)")
_EXPECTED = re.compile(
    r"(?P<file>.+?)(?::(?P<line>\d+))?(?::(?P<column>\d+))? (?P<code>[SGBERP]\d\d)"
)


@dataclass(frozen=True, order=True)
class Expected:
    """A fault a case promises; column 0 where it does not say."""

    file: str
    line: int
    column: int
    code: str


@dataclass
class Case:
    """A small site."""

    name: str
    files: dict[str, bytes | None] = field(default_factory=dict)
    edits: list[tuple[str, str, str]] = field(default_factory=list)
    expected: list[Expected] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    approved: bool = False

    def write(self, folder: Path) -> Path:
        """The site on disk, its records bound, then edited."""
        root = support.make_project(folder, dict(self.files))
        for day in self.logged:
            support.publish(root, support.instant(day))
        for file, old, new in self.edits:
            text = (root / file).read_bytes()
            assert text.count(old.encode()) == 1, f"{file}: {old} must stand there once"
            (root / file).write_bytes(text.replace(old.encode(), new.encode()))
        for file in self.removed:
            (root / file).unlink()
        if self.approved:
            support.bind(root)
        return root


def all_cases() -> Iterator[Case]:
    """Every case of every Markdown file beside this module."""
    for path in sorted(FOLDER.glob("*.md")):
        yield from _read(path)


def _read(path: Path) -> Iterator[Case]:
    case: Case | None = None
    lines = iter(path.read_text(encoding="utf-8").splitlines())
    for line in lines:
        if line.startswith("## "):
            if case:
                yield case
            case = Case(f"{path.stem}: {line[3:]}")
        elif case and (fence := _FENCE.match(line)):
            block = []
            while (inner := next(lines)) != fence["ticks"]:
                block.append(inner)
            _take(case, fence["info"].split(), block)
    if case:
        yield case


def _take(case: Case, info: list[str], block: list[str]) -> None:
    options = dict(word.partition("=")[::2] for word in info[1:])
    file = os.fsdecode(unquote_to_bytes(options.get("file", "")))
    if info[0] == "expect":
        case.expected += [_expected(line) for line in block]
    elif info[0] == "edit":
        case.edits += [(file, *line.replace("\\n", "\n").split(" → ")) for line in block]  # type: ignore[misc]
        case.approved |= "approved" in options
    elif info[0] == "log":
        case.logged.append(options["at"])
    elif info[0] == "removed":
        case.removed.append(file)
    elif info[0] == "absent":
        case.files[file] = None
    else:
        text = "".join(f"{_unmarked(case, file, n, line)}\n" for n, line in enumerate(block, 1))
        case.files[file] = _encoded(_completed(file, text, options), options)


def _expected(line: str) -> Expected:
    match = _EXPECTED.fullmatch(line)
    assert match, line
    return Expected(
        match["file"], int(match["line"] or 1), int(match["column"] or 0), match["code"]
    )


def _unmarked(case: Case, file: str, number: int, line: str) -> str:
    match = _MARK.search(line)
    if match is None:
        return line
    found = [(code, int(column or 0)) for code, column in _CODE.findall(match[1])]
    case.expected += [Expected(file, number, column, code) for code, column in found]
    return line[: match.start()]


def _completed(file: str, text: str, options: dict[str, str]) -> str:
    without = tuple(options.get("without", "").split(","))
    if "raw" in options:
        return text
    if file.startswith("content/pages/") and file.endswith(".md"):
        return support.complete_item(text, without, support.PAGE)
    if file.endswith(".md"):
        return support.complete_item(text, without)
    if file == "site_config/institution.yml":
        return support.complete(text, support.INSTITUTION, without)
    if file == "catalog.yaml" or file.startswith("content/catalogs/"):
        return support.complete(text, support.CATALOGUE, without)
    return text


def _encoded(text: str, options: dict[str, str]) -> bytes:
    if options.get("newline") == "crlf":
        text = text.replace("\n", "\r\n")
    return (b"\xef\xbb\xbf" if "bom" in options else b"") + text.encode(
        options.get("encoding", "utf-8")
    )
