"""Checking a package without its project: any byte that differs is found and told."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from openpyxl import load_workbook

from generator.bundle.archive.check import check
from tests.archive import lab

TIMES = 60


def _codes(path: Path) -> set[str]:
    faults, _ = check(path)
    return {each.code for each in faults}


def test_whole_as_a_file_and_as_a_folder(package: Path, top: Path) -> None:
    assert check(package) == ([], 8)
    assert check(top) == ([], 8)


def test_it_needs_no_project(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(package, "拷贝.zip")
    done = lab.dwgk("archive", "--check", "拷贝.zip")
    assert done.exit_code == 0, done.output
    assert hashlib.sha256(package.read_bytes()).hexdigest() in done.output


def test_a_changed_byte_anywhere(package: Path, tmp_path: Path) -> None:
    data, deal = package.read_bytes(), Random(5)
    copy = tmp_path / "copy.zip"
    with zipfile.ZipFile(package) as box:
        heads = [each.header_offset for each in box.infolist()]
        index = box.start_dir
    places = [
        0,
        len(data) - 1,
        index,
        index + 9,
        *(deal.choice(heads) + deal.randrange(60) for _ in range(20)),
    ]
    places += [deal.randrange(index, len(data)) for _ in range(15)]
    places += [deal.randrange(len(data)) for _ in range(TIMES - len(places))]
    for place in places:
        spoiled = bytearray(data)
        spoiled[place] ^= 1 << deal.randrange(8)
        copy.write_bytes(spoiled)
        assert check(copy)[0], f"byte {place} was changed and nobody saw it"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data + b"\0",
        lambda data: b"\0" + data,
        lambda data: data[:-1],
        lambda data: data[1:],
        lambda data: data[: len(data) // 2],
        lambda data: data[:5000] + b"\0" + data[5000:],
        lambda data: data[:5000] + data[5001:],
        lambda data: b"",
        lambda data: b"PK\3\4 no zip",
    ],
)
def test_bytes_added_or_missing(
    package: Path, tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    copy = tmp_path / "copy.zip"
    copy.write_bytes(spoil(package.read_bytes()))
    assert check(copy)[0]


def test_packed_by_another_program(top: Path, tmp_path: Path) -> None:
    """The container is told of; the folder it is unpacked to is whole."""
    made = shutil.make_archive(str(tmp_path / "other"), "zip", top.parent, top.name)
    assert _codes(Path(made)) & {"A10", "A11"}
    assert check(top)[0] == []


@pytest.mark.parametrize(
    "name", ["../x", "/etc/x", "包/../../x", "包\\x", "包", "包/bagit.txt/x", "包/" + "x" * 300]
)
def test_names_that_lead_elsewhere_are_not_unpacked(tmp_path: Path, name: str) -> None:
    target = tmp_path / "evil.zip"
    with zipfile.ZipFile(target, "w") as box:
        box.writestr("包/bagit.txt", "BagIt-Version: 0.97\n")
        box.writestr(name, "x")
    assert "A10" in _codes(target)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr("包/data/x", bytes(1 << 24))
    target = tmp_path / "bomb.zip"
    target.write_bytes(stream.getvalue())
    assert "A10" in _codes(target)


def _first(top: Path, pattern: str) -> Path:
    return sorted(top.rglob(pattern))[0]


def _append(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b" ")


SPOILT: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "text": (lambda top: _append(_first(top, "G-1.md")), {"A12"}),
    "paper": (lambda top: _append(_first(top, "G-1.pdf")), {"A12"}),
    "envelope": (lambda top: _append(_first(top, "封装.xml")), {"A12"}),
    "missing": (lambda top: _first(top, "*.pdf").unlink(), {"A13", "A16"}),
    "added": (lambda top: (top / "data/其他/x.txt").write_text("x"), {"A14", "A17"}),
    "added outside": (lambda top: (top / "x.txt").write_text("x"), {"A14"}),
    "renamed": (
        lambda top: _first(top, "G-1.md").rename(_first(top, "G-1.md").with_name("g.md")),
        {"A13", "A14"},
    ),
    "manifest": (lambda top: _append(top / "manifest-sha256.txt"), {"A12"}),
    "tag manifest": (lambda top: _append(top / "tagmanifest-sha256.txt"), {"A12"}),
    "bag info": (lambda top: _append(top / "bag-info.txt"), {"A12"}),
    "no manifest": (lambda top: (top / "manifest-sha256.txt").unlink(), {"A13"}),
    "no tag manifest": (lambda top: (top / "tagmanifest-sha256.txt").unlink(), {"A13"}),
    "no payload": (lambda top: shutil.rmtree(top / "data"), {"A10"}),
    "no list": (lambda top: (top / "data/文件目录.XML").unlink(), {"A13", "A18"}),
    "no workbook": (lambda top: (top / "data/文件目录.XLSX").unlink(), {"A13", "A18"}),
}


@pytest.mark.parametrize("what", SPOILT)
def test_what_was_spoilt_after_unpacking(top: Path, what: str) -> None:
    spoil, expected = SPOILT[what]
    spoil(top)
    assert expected <= _codes(top)


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _drop_entry(top: Path) -> None:
    path = top / "data/文件目录.XML"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"  <条目.*?</条目>\n", "", text, count=1, flags=re.DOTALL), "utf-8")


def _drop_row(top: Path) -> None:
    book = load_workbook(top / "data/文件目录.XLSX")
    book["文件目录"].delete_rows(3)
    book.save(top / "data/文件目录.XLSX")


def _cut_log(top: Path) -> None:
    path = _first(top, "*.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2] + lines[3:]))


FORGED: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "an item more": (
        lambda top: shutil.copytree(
            _first(top, "G-1.md").parent, _first(top, "G-1.md").parent.with_name("另一件")
        ),
        {"A17"},
    ),
    "an item less": (lambda top: shutil.rmtree(_first(top, "G-1.md").parent), {"A16"}),
    "an entry less": (_drop_entry, {"A17", "A18"}),
    "a row less": (_drop_row, {"A18"}),
    "another title": (
        lambda top: _replace(top / "data/文件目录.XML", "<题名>任前公示", "<题名>任后公示"),
        {"A18"},
    ),
    "another count": (
        lambda top: _replace(top / "data/文件目录.XML", '件数="8"', '件数="9"'),
        {"A18"},
    ),
    "another text": (lambda top: _append(_first(top, "G-1.md")), {"A18"}),
    "no xml": (lambda top: _replace(_first(top, "封装.xml"), "</", "<"), {"A18"}),
    "a declaration": (
        lambda top: _replace(_first(top, "封装.xml"), "\n<仿", "\n<!DOCTYPE a>\n<仿"),
        {"A18"},
    ),
    "another approval's item": (
        lambda top: _replace(_first(top / "data/电子档案", "封装.xml"), "<档号>", "<档号>X"),
        {"A18"},
    ),
    "a log entry less": (_cut_log, {"A19"}),
    "a log entry changed": (
        lambda top: _replace(_first(top, "*.jsonl"), '"as_of":"2025', '"as_of":"2024'),
        {"A19"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", FORGED)
def test_lists_and_files_that_disagree_under_fitting_checksums(
    top: Path, tmp_path: Path, what: str
) -> None:
    spoil, expected = FORGED[what]
    spoil(top)
    found = _codes(lab.boxed(lab.rebagged(top), tmp_path / "forged.zip"))
    assert expected <= found
    assert not found & {"A10", "A11", "A12", "A13", "A14", "A15"}, "the bag itself is in order"


@pytest.mark.parametrize(("lang", "words"), [("zh", "清单不符"), ("en", "do not match")])
def test_told_in_both_languages(top: Path, lang: str, words: str) -> None:
    _append(_first(top, "G-1.md"))
    done = lab.dwgk("archive", "--check", top, "--lang", lang)
    assert done.exit_code == 1
    assert words in done.output
    assert "G-1.md" in done.output
