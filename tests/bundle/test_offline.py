"""Offline copies: whole, marked, checkable, the same each time, and on record."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from generator.bundle.copies import Copy, copies, next_number, record
from generator.bundle.offline import for_folder
from generator.cli import cli
from tests.support import item, make_project

pytestmark = pytest.mark.usefixtures("inline")

MARK = "离线副本"


def dwgk(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ('<a href="../../catalog/">', '<a href="../../catalog/index.html">'),
        ('<a href="../../catalog/#r-1">', '<a href="../../catalog/index.html#r-1">'),
        ('<a href=".">', '<a href="./index.html">'),
        ('<a href="../..">', '<a href="../../index.html">'),
        ('<form action="./">', '<form action="./index.html">'),
        ('<a href="fujian-1.xlsx">', '<a href="fujian-1.xlsx">'),
        ('<a href="#main">', '<a href="#main">'),
        ('<a href="https://www.example.edu.cn/">', '<a href="https://www.example.edu.cn/">'),
        ('<a href="mailto:dwgk@example.edu.cn">', '<a href="mailto:dwgk@example.edu.cn">'),
        (
            '<meta http-equiv="refresh" content="0; url=../d/X-1/">',
            '<meta http-equiv="refresh" content="0; url=../d/X-1/index.html">',
        ),
    ],
)
def test_links_name_their_files(written: str, named: str) -> None:
    assert for_folder(written, MARK) == named


def test_mark_stands_before_the_masthead_and_is_text() -> None:
    page = for_folder('<body><header class="masthead"></header></body>', "<b>第1号")
    assert page.index("&lt;b&gt;第1号") < page.index("<header")


def test_register_numbers_and_keeps_copies(tmp_path: Path) -> None:
    assert next_number(tmp_path) == 1
    one = Copy(1, "campus", "2026-11-21", "示例支部", ("X-1", "X-2"))
    record(tmp_path, one)
    record(tmp_path, Copy(2, "party", "2026-11-21", "", ("X-1",)))
    assert next(copies(tmp_path)) == one
    assert next_number(tmp_path) == 3


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two items of two years, one party-internal, one linking to the older one."""
    dates = "{written: %s, release: %s, until: 永久}"
    old = item("X-2025-0001", title="旧年事项示例", dates=dates % ("2025-01-02", "2025-04-01"))
    new = item(
        "X-2026-0001",
        body="见[旧年](x-2025-0001.md)。党费收缴。\n",
        title="新年事项示例",
        dates=dates % ("2025-01-02", "2026-03-01"),
    )
    secret = item("P-2025-0001", title="只给党内看的事项", scope="党内")
    files = {
        "content/x-2025-0001.md": old,
        "content/x-2026-0001.md": new,
        "content/p-2025-0001.md": secret,
    }
    return make_project(tmp_path_factory.mktemp("offline"), files)


def copy(project: Path, target: Path, *more: str) -> dict[str, bytes]:
    made = dwgk(
        "offline", "campus", "--project", str(project), "--out", str(target),
        "--as-of", "2026-11-21", *more,
    )  # fmt: skip
    assert made.exit_code == 0, made.output
    with zipfile.ZipFile(target) as box:
        assert all(info.flag_bits & 0x800 for info in box.infolist()), "names marked as UTF-8"
        return {name: box.read(name) for name in box.namelist()}


@pytest.mark.slow
def test_copy_is_whole_marked_checkable_and_the_same_each_time(
    project: Path, tmp_path: Path
) -> None:
    first = copy(project, tmp_path / "a.zip", "--copy", "7", "--to", "示例支部")
    again = copy(project, tmp_path / "b.zip", "--copy", "7")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert first == again
    (top,) = {name.partition("/")[0] for name in first}
    assert top == "党务公开-校内-2026-11-21-0007"
    sums = first[f"{top}/SHA256SUMS.txt"].decode().splitlines()
    listed = dict(reversed(line.split("  ", 1)) for line in sums)
    for name, data in first.items():
        inner = name.partition("/")[2]
        if inner != "SHA256SUMS.txt":
            assert listed.pop(inner) == hashlib.sha256(data).hexdigest()
        assert "只给党内看".encode() not in data and b"P-2025-0001" not in data
        if name.endswith(".html") and "/site/" in name and not name.endswith("404.html"):
            assert "离线副本 第0007号 · 校内 · 截至2026年11月21日".encode() in data, name
    assert not listed
    held = dwgk("offline-copies", "--project", str(project), "--holding", "X-2025-0001")
    assert held.output.count("0007") == 2 and "示例支部" in held.output
    assert (
        dwgk("offline-copies", "--project", str(project), "--holding", "P-2025-0001").output == ""
    )


@pytest.mark.slow
def test_a_smaller_copy_has_no_trace_of_what_is_left_out(project: Path, tmp_path: Path) -> None:
    for asked in (["--years", "2026"], ["--since", "2026-01-01"]):
        found = copy(project, tmp_path / "small.zip", *asked)
        assert not any("X-2025-0001" in name for name in found)
        assert not any("旧年事项示例".encode() in data for data in found.values())
        page = next(data for name, data in found.items() if "d/X-2026-0001/" in name)
        assert "旧年".encode() in page and b"X-2025" not in page


def test_years_that_are_none_are_a_usage_error(project: Path) -> None:
    asked = dwgk("offline", "campus", "--project", str(project), "--years", "去年")
    assert asked.exit_code == 2


@pytest.mark.slow
def test_search_in_the_terminal_answers_like_the_page(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "dist"
    built = dwgk("build", "--project", str(project), "--out", str(out), "--as-of", "2026-11-21")
    assert built.exit_code == 0, built.output
    found = dwgk("search", "campus", "党费收缴", "--project", str(project), "--dist", str(out))
    assert "X-2026-0001" in found.output and "找到 1 项" in found.output
    year = dwgk(
        "search", "campus", "示例", "--year", "2025", "--project", str(project), "--dist", str(out)
    )
    assert "X-2025-0001" in year.output and "X-2026-0001" not in year.output
    assert (
        dwgk("search", "nobody", "x", "--project", str(project), "--dist", str(out)).exit_code == 2
    )
