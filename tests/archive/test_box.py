"""The container: what any unzip reads, and every byte of it accounted for."""

from __future__ import annotations

import io
import subprocess
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.bundle.archive.box import Member, members, packed, shells
from generator.bundle.archive.names import LONGEST, Names, safe

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)


def _member(name: str, data: bytes) -> Member:
    return Member(name, len(data), zlib.crc32(data), lambda: io.BytesIO(data))


@given(st.dictionaries(TEXTS.map(lambda text: f"包/{safe(text)}"), st.binary(max_size=64)))
def test_read_back_by_the_standard_library(files: Mapping[str, bytes]) -> None:
    data = b"".join(packed(_member(name, each) for name, each in files.items()))
    with zipfile.ZipFile(io.BytesIO(data)) as box:
        assert box.testzip() is None
        assert {name: box.read(name) for name in box.namelist()} == files
        assert {each.date_time for each in box.infolist()} <= {(1980, 1, 1, 0, 0, 0)}


def test_every_byte_is_shell_or_content() -> None:
    files = [_member(f"包/{n}", bytes(n)) for n in range(50)]
    data = b"".join(packed(files))
    covered = bytearray(len(data))
    for offset, shell, each in shells(files):
        end = offset + len(shell) + (each.size if each else 0)
        assert not any(covered[offset:end])
        covered[offset:end] = b"\1" * (end - offset)
    assert all(covered)


def test_more_files_than_old_zips_can_count(tmp_path: Path) -> None:
    target = tmp_path / "many.zip"
    with target.open("wb") as out:
        out.writelines(packed(_member(f"包/{n:06}", b"") for n in range(70_000)))
    with zipfile.ZipFile(target) as box:
        assert len(box.namelist()) == 70_000
        assert box.read("包/069999") == b""


def test_files_larger_than_old_zips_can_say(tmp_path: Path) -> None:
    """Only the shell is written: the contents are holes in the file."""
    target, size = tmp_path / "large.zip", 5 << 30
    files = [Member(f"包/{n}", size, 0, io.BytesIO) for n in "ab"]
    with target.open("wb") as out:
        for offset, shell, _ in shells(files):
            out.seek(offset)
            out.write(shell)
    with zipfile.ZipFile(target) as box:
        found = {each.filename: each.file_size for each in box.infolist()}
        assert found == {"包/a": size, "包/b": size}
        with box.open("包/b") as stream:
            assert stream.read(4) == bytes(4)


def test_another_program_reads_it(package: Path) -> None:
    done = subprocess.run(["unzip", "-tqq", package], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_files_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    folder = tmp_path / "包"
    for name in ("b/1", "a", "b/0", "b-1", "数/据"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name, encoding="utf-8")
    names = [each.name for each in members(folder)]
    assert names == sorted(names)
    assert len(names) == 5


@given(TEXTS | st.text(max_size=300))
def test_names_that_every_system_keeps(text: str) -> None:
    name = safe(text)
    assert name
    assert len(name) <= LONGEST + 1
    assert len(name.encode()) <= 255
    assert not set(name) & set('<>:"/\\|?*%')
    assert name.isprintable()
    assert name == name.strip(" .")
    assert safe(name) == name


@given(st.lists(st.sampled_from(["a.txt", "A.TXT", "a-2.txt", "a/txt", "a_txt", "", "con", "."])))
def test_each_name_is_given_once(texts: list[str]) -> None:
    names = Names()
    given_ones = [names.take(text).casefold() for text in texts]
    assert len(set(given_ones)) == len(given_ones)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("明细表.xlsx", "明细表.xlsx"),
        ("一、基本情况", "一、基本情况"),
        ("0001-WS·2025-D30-DZB-0001", "0001-WS·2025-D30-DZB-0001"),
        ("a/b:c?.md", "a_b_c_.md"),
        ("nul.txt", "_nul.txt"),
        (" .隐藏. ", "隐藏"),
        ("长" * 100 + ".docx", "长" * 65 + ".docx"),
    ],
)
def test_names_stay_readable(text: str, name: str) -> None:
    assert safe(text) == name
