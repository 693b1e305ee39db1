"""Reports as the office gets them: text, CSV, one HTML file; the same bytes each time."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from playwright.sync_api import Browser

from generator.cli import cli
from generator.oversight.charts import bar_chart
from generator.oversight.paper import NOTHING, Bars, Paper, Series, Table
from generator.oversight.render import as_csv, as_html, as_text
from generator.terminal import CLEAN, ENVIRONMENT, FAULTY, USAGE
from tests.support import approval, item, make_project

HOME = Path(__file__).parents[2]
KINDS = ("coverage", "timeliness", "annual", "applications", "sample")
CHARTS = {"coverage": 1, "timeliness": 2, "annual": 9, "applications": 1, "sample": 0}
NASTY = "=1+1 <script>alert(1)</script> $x_1$ & “引号”"


def _report(kind: str, *arguments: object, root: Path = HOME, year: int = 2025) -> Result:
    fixed = ["report", kind, "--year", year, "--as-of", "2026-11-21", "--project", root]
    environment = {"LC_ALL": "", "LANG": "zh_CN.UTF-8"}
    return CliRunner().invoke(cli, [str(each) for each in (*fixed, *arguments)], env=environment)


@dataclass(frozen=True)
class Made:
    """What the command wrote: on the screen, and both files."""

    text: str
    html: bytes
    csv: bytes
    names: frozenset[str]


def _made(kind: str, folder: Path) -> Made:
    table, page = folder / "r.csv", folder / "r.html"
    result = _report(kind, "--csv", table, "--html", page)
    assert result.exit_code == CLEAN, result.output
    names = frozenset(each.name for each in folder.iterdir())
    return Made(result.stdout, page.read_bytes(), table.read_bytes(), names)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Made]:
    """Each report of the example, by its kind."""
    return {kind: _made(kind, tmp_path_factory.mktemp(kind)) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_all_forms(kind: str, reports: Mapping[str, Made]) -> None:
    made = reports[kind]
    if kind != "annual":  # its text is the draft for readers
        assert "内部使用" in made.text
        assert "截至 2026-11-21" in made.text
    head, *rows = csv.reader(io.StringIO(made.csv.decode("utf-8-sig")))
    assert rows
    assert {len(row) for row in rows} == {len(head)}
    assert {tuple(row[:2]) for row in rows} == {("2025", "2026-11-21")}
    html = made.html.decode("utf-8")
    assert "内部使用" in html
    assert "截至 2026-11-21" in re.sub("<[^>]+>", "", html)
    assert html.count("<svg") == CHARTS[kind]
    assert made.names == {"r.csv", "r.html"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_bytes_again(kind: str, reports: Mapping[str, Made], tmp_path: Path) -> None:
    assert _made(kind, tmp_path) == reports[kind]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_bytes_elsewhere(kind: str, reports: Mapping[str, Made], tmp_path: Path) -> None:
    """In a process of its own, with another clock, hash seed and taste in charts."""
    (tmp_path / "matplotlib").mkdir()
    (tmp_path / "matplotlib/matplotlibrc").write_text("font.size: 21\n")
    arguments = f"report {kind} --year 2025 --as-of 2026-11-21 --html r.html --csv r.csv"
    env = {"TZ": "America/New_York", "PYTHONHASHSEED": "7", "LC_ALL": "zh_CN.UTF-8"}
    done = subprocess.run(
        [Path(sys.executable).with_name("dwgk"), *arguments.split(), "--project", HOME],
        cwd=tmp_path,
        env={**os.environ, **env, "MPLCONFIGDIR": str(tmp_path / "matplotlib")},
        capture_output=True,
        check=True,
    )
    assert done.stderr == b""
    assert done.stdout.decode("utf-8") == reports[kind].text
    assert (tmp_path / "r.html").read_bytes() == reports[kind].html
    assert (tmp_path / "r.csv").read_bytes() == reports[kind].csv


class _Page(HTMLParser):
    """Every tag and every id; what a page asks for from elsewhere."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.asked: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in {"src", "srcset", "action", "data"} or name.endswith("href"):
                self.asked.append(value or "")
            assert not name.startswith("on")


@pytest.mark.parametrize("kind", KINDS)
def test_html_needs_nothing_else(kind: str, reports: Mapping[str, Made]) -> None:
    text = reports[kind].html.decode("utf-8")
    page = _Page(text)
    assert not page.tags & {"script", "link", "iframe", "img", "object", "base", "form", "image"}
    assert all(each.startswith("#") and each[1:] in page.ids for each in page.asked)
    assert len(page.ids) == len(set(page.ids))
    assert not re.search(r"@import|url\((?!#)", text)
    assert str(HOME) not in text


def test_titles_are_text_in_every_form(tmp_path: Path) -> None:
    title = f"'{NASTY}'"
    root = make_project(tmp_path, {"content/a.md": item("A-1", title=title)})
    for kind in KINDS:
        files = ("--html", tmp_path / "r.html", "--csv", tmp_path / "r.csv")
        assert _report(kind, *files, "--within", 1, root=root).exit_code == CLEAN
        assert "<script" not in (tmp_path / "r.html").read_text()
    rows = list(csv.reader(io.StringIO((tmp_path / "r.csv").read_bytes().decode("utf-8-sig"))))
    assert "'" + NASTY in rows[1]


def _bars(*labels: str) -> Bars:
    values = tuple(float(number) for number in range(1, len(labels) + 1))
    return Bars("图", labels, (Series("甲", "#2f6f4e", values),), "项")


def test_a_chart_keeps_its_labels_as_text() -> None:
    drawn = bar_chart(_bars("党政办公室", "$x_1$ & <部>"), "c")
    assert "党政办公室" in drawn
    assert "$x_1$ &amp; &lt;部&gt;" in drawn
    assert "<metadata" not in drawn
    assert "部" * 90 in bar_chart(_bars("部" * 90), "long")
    ids = re.findall(r'\bid="([^"]*)"', drawn)
    assert all(each.startswith("c-") for each in ids)


def test_forms_of_a_paper() -> None:
    table = Table("表", ("甲", "乙乙"), (("长长的", "1"), ("b", NOTHING)))
    paper = Paper("题", ("头",), (_bars("一"), table, Table("空", ("甲",), ())), table)
    text = "题（内部使用）\n头\n\n表\n  甲      乙乙\n  长长的  1\n  b       —\n\n空\n  无。"
    assert as_text(paper) == text
    assert as_csv(paper).decode("utf-8-sig") == "甲,乙乙\r\n长长的,1\r\nb,\r\n"
    assert as_html(paper).count(b"<svg") == 1


def test_errors_stand_in_nobody_s_way(tmp_path: Path) -> None:
    files = {"content/a.md": item("A-1"), "content/f.md": item("F-1", scope="校里")}
    root = make_project(tmp_path, files)
    for kind in KINDS:
        result = _report(kind, root=root)
        assert result.exit_code == CLEAN
        assert "1 个文件有错误" in (result.stderr if kind == "annual" else result.stdout)
    unreadable = make_project(tmp_path / "b", {"site_config/institution.yml": "name: 学院\n"})
    assert _report("coverage", root=unreadable).exit_code == FAULTY


def test_an_empty_project_is_reported_too(tmp_path: Path) -> None:
    root = make_project(tmp_path, {})
    for kind in KINDS:
        files = ("--html", tmp_path / "r.html", "--csv", tmp_path / "r.csv")
        assert _report(kind, *files, root=root).exit_code == CLEAN


@pytest.mark.parametrize("target", ["dist/r.html", "content/r.html", "dist/public/../r.html"])
@pytest.mark.parametrize("option", ["--html", "--csv"])
def test_no_report_among_content_or_sites(option: str, target: str, tmp_path: Path) -> None:
    root = make_project(tmp_path, {"content/a.md": item("A-1")})
    (root / "dist/public").mkdir(parents=True)
    assert _report("coverage", option, root / target, root=root).exit_code == USAGE
    assert not list(root.rglob("r.html"))


def test_wrong_use(tmp_path: Path) -> None:
    root = make_project(tmp_path, {})
    for arguments in (["--count", "0"], ["--within", "-1"], ["--due", "明天"], ["--year", "x"]):
        assert _report("sample", *arguments, root=root).exit_code == USAGE
    assert _report("yearly", root=root).exit_code == USAGE
    assert _report("coverage", root=tmp_path).exit_code == ENVIRONMENT
    nowhere = tmp_path / "nowhere/r.html"
    assert _report("sample", "--html", nowhere, root=root).exit_code == ENVIRONMENT


def test_the_due_day_may_be_said() -> None:
    early = _report("coverage", "--due", "2025年12月31日").stdout
    assert "以 2025-12-31 为按期公开的最后一日" in early
    assert re.search(r"逾期公开 +dflz-3 ", early)
    assert not re.search(r"逾期公开 +dflz-3 ", _report("coverage").stdout)


@pytest.mark.slow
@pytest.mark.usefixtures("inline")
def test_no_site_tells_of_a_report(tmp_path: Path) -> None:
    secret = approval(approved="{by: 院党委会, date: 2025-03-03, reference: 密会字第77号}")
    root = make_project(tmp_path, {"content/a.md": item("A-1", approval=secret)})
    arguments = ["build", "--as-of", "2026-11-21", "--project", str(root)]
    assert CliRunner().invoke(cli, arguments).exit_code == CLEAN
    before = {path: path.read_bytes() for path in (root / "dist").rglob("*") if path.is_file()}
    for kind in KINDS:
        shown = _report(kind, "--html", root / f"{kind}.html", "--csv", root / "r.csv", root=root)
        assert shown.exit_code == CLEAN
    assert "密会字第77号" in shown.stdout
    assert CliRunner().invoke(cli, arguments).exit_code == CLEAN
    after = {path: path.read_bytes() for path in (root / "dist").rglob("*") if path.is_file()}
    assert after == before
    for data in after.values():
        assert not any(word.encode() in data for word in ("内部使用", "密会字第77号", "抽查表"))


@pytest.mark.slow
def test_a_browser_asks_for_nothing_and_clips_no_label(
    reports: Mapping[str, Made], tmp_path: Path, chromium: Browser
) -> None:
    page = chromium.new_page(viewport={"width": 1100, "height": 900})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for kind in KINDS:
        file = tmp_path / f"{kind}.html"
        file.write_bytes(reports[kind].html)
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 1100
        assert page.evaluate(_CLIPPED) == []
    page.close()
    assert asked == [(tmp_path / f"{kind}.html").as_uri() for kind in KINDS]


_CLIPPED = """[...document.querySelectorAll('svg text')].filter(each => {
  const [a, b] = [each.getBoundingClientRect(), each.closest('svg').getBoundingClientRect()];
  return a.left < b.left || a.right > b.right || a.top < b.top || a.bottom > b.bottom;
}).map(each => each.textContent)"""
