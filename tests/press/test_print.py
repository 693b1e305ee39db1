"""``dwgk print`` and ``dwgk build --pdf`` as the office uses them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from generator.build import build
from generator.cli import cli
from tests.press.lab import told
from tests.support import CATALOGUE, INSTITUTION, complete, item, make_project

pytestmark = pytest.mark.usefixtures("inline")

BOARDS = """boards:
  street: {title: 东门公开栏, audience: public, keep: 30天}
  hall: {title: 办公楼公开栏, audience: campus}
  room: {title: 党员活动室, audience: party}
"""
DAY = "2025-03-20"
BOARD_ONLY = ["公开栏"]


def _files() -> dict[str, str | bytes | None]:
    institution = complete(BOARDS, {**INSTITUTION})
    catalogue = """items:
  - {id: jb-01, category: 一、基本情况, title: 机构设置,
     forms: 网站、公开栏、文件, scope: 校内外, time: 年度, units: 党政办}
  - {id: jb-09, category: 九、内部, title: 党内目录项, visible: 党内,
     forms: 网站、公开栏、文件, scope: 校内外, time: 年度, units: 党政办}
"""

    def one(name: str, **keys: object) -> str:
        return item(name, f"{name}的正文。\n", title=f"标题{name}", **keys)

    return {
        "site_config/institution.yml": institution,
        "catalog.yaml": complete(catalogue, CATALOGUE),
        "content/a.md": one("A-1", forms=["网站", "公开栏"]),
        "content/b.md": one("B-1", forms=BOARD_ONLY, scope="党内", catalog="jb-09"),
        "content/c.md": one("C-1", forms=["网站"]),
        "content/d.md": one("D-1", forms=BOARD_ONLY, scope="校内", period='"2025-03"'),
        "content/e.md": one(
            "E-1", forms=BOARD_ONLY, dates="{written: 2025-03-01, release: 2025-04-01}"
        ),
    }


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("print"), _files())


def run(project: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments, "--project", str(project)])


def printed(out: Path) -> set[str]:
    return {each.relative_to(out).as_posix() for each in out.rglob("*.pdf")}


def test_every_board_gets_what_its_passers_by_may_read(project: Path, tmp_path: Path) -> None:
    result = run(project, "print", "--out", str(tmp_path / "p"), "--as-of", DAY)
    assert result.exit_code == 0, result.output
    assert printed(tmp_path / "p") == {
        "street/A-1.pdf",
        "hall/A-1.pdf",
        "hall/D-1.pdf",
        "room/A-1.pdf",
        "room/B-1.pdf",
        "room/D-1.pdf",
    }
    text = told((tmp_path / "p" / "street" / "A-1.pdf").read_bytes())
    assert "标题A-1" in text
    assert "A-1的正文。" in text
    for each in (tmp_path / "p" / "hall").iterdir():
        assert "B-1" not in told(each.read_bytes())


def test_a_sheet_alone_by_id_and_by_list(project: Path, tmp_path: Path) -> None:
    result = run(project, "print", "D-1", "--board", "hall", "--out", str(tmp_path), "--as-of", DAY)
    assert result.exit_code == 0, result.output
    assert printed(tmp_path) == {"hall/D-1.pdf"}
    names = tmp_path / "list.txt"
    names.write_text("A-1\nD-1\n", encoding="utf-8")
    out = tmp_path / "listed"
    run(
        project, "print", "--list", str(names), "--board", "hall", "--out", str(out), "--as-of", DAY
    )
    assert printed(out) == {"hall/A-1.pdf", "hall/D-1.pdf"}


def test_a_period_takes_what_lies_in_it(project: Path, tmp_path: Path) -> None:
    for asked, expected in (
        ("2025-03", {"hall/D-1.pdf"}),
        ("2025", {"hall/A-1.pdf", "hall/D-1.pdf"}),
    ):
        out = tmp_path / asked
        arguments = ["--period", asked, "--board", "hall", "--out", str(out), "--as-of", DAY]
        assert run(project, "print", *arguments).exit_code == 0
        assert printed(out) == expected


@pytest.mark.parametrize(
    ("name", "board", "code", "file"),
    [
        ("C-1", "street", "P02", "content/c.md"),
        ("B-1", "hall", "P03", "content/b.md"),
        ("D-1", "street", "P03", "content/d.md"),
        ("E-1", "street", "P06", "content/e.md"),
    ],
)
def test_what_may_not_hang_there_is_refused_with_its_reason(
    project: Path, tmp_path: Path, name: str, board: str, code: str, file: str
) -> None:
    arguments = ["--board", board, "--out", str(tmp_path / "p"), "--as-of", DAY]
    result = run(project, "print", "A-1", name, *arguments)
    assert result.exit_code == 1
    assert code in result.output
    assert file in result.output
    assert printed(tmp_path) == set()


@pytest.mark.parametrize(
    "arguments",
    [
        ["nobody"],
        ["--board", "nowhere"],
        ["--catalog", "--audience", "nobody"],
        ["--audience", "party"],
        ["A-1", "--period", "2025"],
        ["--period", "某年"],
        ["--paper", "a5"],
    ],
)
def test_what_is_not_there_is_wrong_usage(
    project: Path, tmp_path: Path, arguments: list[str]
) -> None:
    result = run(project, "print", *arguments, "--out", str(tmp_path / "p"), "--as-of", DAY)
    assert result.exit_code == 2
    assert printed(tmp_path) == set()


@pytest.mark.parametrize("folder", ["content", "dist", "content/2025/print"])
def test_nothing_is_printed_into_content_or_a_site(project: Path, folder: str) -> None:
    assert run(project, "print", "--out", str(project / folder)).exit_code == 2
    assert printed(project) == set()


def test_what_no_longer_hangs_is_removed_and_told(project: Path, tmp_path: Path) -> None:
    arguments = ["print", "--board", "street", "--out", str(tmp_path)]
    run(project, *arguments, "--as-of", DAY)
    assert printed(tmp_path) == {"street/A-1.pdf"}
    result = run(project, *arguments, "--as-of", "2025-04-20")
    assert printed(tmp_path) == {"street/E-1.pdf"}
    assert "street/A-1.pdf：不再张贴" in result.output


def test_a3_stands_beside_a4(project: Path, tmp_path: Path) -> None:
    common = ["print", "A-1", "--board", "street", "--out", str(tmp_path), "--as-of", DAY]
    run(project, *common)
    run(project, *common, "--paper", "a3")
    assert printed(tmp_path) == {"street/A-1.pdf", "street/A-1-a3.pdf"}


def test_the_register_of_a_board_and_of_an_audience(project: Path, tmp_path: Path) -> None:
    assert (
        run(project, "print", "--catalog", "--board", "street", "--out", str(tmp_path)).exit_code
        == 0
    )
    arguments = ["--catalog", "--audience", "party", "--out", str(tmp_path)]
    assert run(project, "print", *arguments).exit_code == 0
    assert printed(tmp_path) == {"street/catalog.pdf", "party/catalog.pdf"}
    public, party = (
        told((tmp_path / each / "catalog.pdf").read_bytes()) for each in ("street", "party")
    )
    assert "机构设置" in public
    assert "党内目录项" not in public
    assert "党内目录项" in party


def test_a_character_without_a_glyph_is_told_with_its_line(tmp_path: Path) -> None:
    files = _files()
    files["content/a.md"] = item("A-1", "第一行。\n\n第三行\U0001f600。\n", forms=BOARD_ONLY)
    project = make_project(tmp_path / "p", files)
    lines = (project / "content" / "a.md").read_text(encoding="utf-8").splitlines()
    line = next(n for n, text in enumerate(lines, start=1) if "\U0001f600" in text)
    result = run(project, "print", "--out", str(tmp_path / "out"), "--as-of", DAY)
    assert result.exit_code == 1
    assert f"content/a.md:{line}:4" in result.output
    assert "U+1F600" in result.output
    assert printed(tmp_path / "out") == set()


def test_without_boards_it_says_what_to_do(tmp_path: Path) -> None:
    project = make_project(tmp_path / "p", {"content/a.md": item("A-1")})
    result = run(project, "print", "--out", str(tmp_path / "out"))
    assert result.exit_code == 1
    assert "P07" in result.output
    assert "site_config/institution.yml" in result.output


def test_an_error_anywhere_prints_nothing(tmp_path: Path) -> None:
    files = _files()
    files["content/z.md"] = item("Z-1", scope="火星")
    project = make_project(tmp_path / "p", files, approve=False)
    assert run(project, "print", "--out", str(tmp_path / "out"), "--as-of", DAY).exit_code == 1
    assert printed(tmp_path / "out") == set()


def _build(project: Path) -> dict[str, bytes]:
    built = build(project, project / "dist", lambda zone: date(2025, 3, 20), pdf=True)
    assert built.diagnostics == ()
    return {each: (project / "dist" / each).read_bytes() for each in printed(project / "dist")}


@pytest.mark.slow
def test_each_site_has_the_pdf_of_its_items_kept_until_they_change(tmp_path: Path) -> None:
    project = make_project(tmp_path / "p", _files())
    first = _build(project)
    assert set(first) == {
        f"{audience}/d/{name}/{name}.pdf"
        for audience in ("party", "campus", "public")
        for name in ("A-1", "C-1")
    }
    page = (project / "dist" / "public" / "d" / "A-1" / "index.html").read_text(encoding="utf-8")
    assert 'href="A-1.pdf"' in page
    kept = _places(project)
    assert _build(project) == first
    assert _places(project) == kept

    changed = _files()["content/a.md"]
    assert isinstance(changed, str)
    make_project(tmp_path / "p", {**_files(), "content/a.md": changed.replace("正文", "新正文")})
    second = _build(project)
    again = _places(project)
    assert {name for name in kept if kept[name] != again[name]} == {"A-1.pdf"}
    assert {each for each in first if first[each] != second[each]} == {
        f"{audience}/d/A-1/A-1.pdf" for audience in ("party", "campus", "public")
    }


@pytest.mark.slow
def test_a_pdf_that_was_damaged_is_made_again(tmp_path: Path) -> None:
    project = make_project(tmp_path / "p", _files())
    first = _build(project)
    for path in (project / "dist").rglob("*.pdf"):
        path.write_bytes(path.read_bytes()[:1000])
    assert _build(project) == first


def _places(project: Path) -> dict[str, set[int]]:
    """By name the files on disk that the sites' PDF files are."""
    found: dict[str, set[int]] = {}
    for path in (project / "dist").rglob("*.pdf"):
        found.setdefault(path.name, set()).add(path.stat().st_ino)
    return found


@pytest.mark.slow
def test_a_build_without_pdf_is_as_before(tmp_path: Path) -> None:
    project = make_project(tmp_path / "p", _files())
    build(project, project / "dist", lambda zone: date(2025, 3, 20))
    assert printed(project / "dist") == set()
    page = (project / "dist" / "public" / "d" / "A-1" / "index.html").read_text(encoding="utf-8")
    assert ".pdf" not in page
