"""What is in a package: exactly the year's items with their whole record, readable by strangers."""

from __future__ import annotations

import csv
import re
import stat
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pikepdf
import pytest
import yaml
from openpyxl import load_workbook

from generator.press.conformance import problems
from tests.archive import lab

EXAMPLE = Path(__file__).parents[2]


def _data(top: Path) -> Path:
    return top / "data"


def _entries(top: Path) -> list[ElementTree.Element]:
    return ElementTree.parse(_data(top) / "文件目录.XML").getroot().findall("条目")


def _folder(top: Path, name: str) -> Path:
    return next(_data(top).rglob(f"电子档案/**/{name}.md")).parent


def _envelope(top: Path, name: str) -> ElementTree.Element:
    return ElementTree.parse(_folder(top, name) / "封装.xml").getroot()


def test_lists_exactly_the_items_of_the_year(top: Path) -> None:
    listed = {Path(each.findall("文件")[1].get("名称", "")).stem for each in _entries(top)}
    there = {path.stem for path in (_data(top) / "电子档案").rglob("*.md")}
    assert listed == there == lab.FILED


def test_bagit_itself_validates(top: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bagit", "--validate", top],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_both_catalogues_say_the_same(top: Path) -> None:
    book = load_workbook(_data(top) / "文件目录.XLSX")
    head, *rows = book["文件目录"].iter_rows(values_only=True)
    assert [*head] == [
        *("顺序号", "档号", "责任者", "题名", "日期", "保管期限", "密级"),
        *("电子档案名称", "备注", "校验值"),
    ]
    told = [
        (int(each.get("顺序号", "")), *(each.findtext(str(name)) for name in head[1:]))
        for each in _entries(top)
    ]
    assert told == rows
    assert len({row[1] for row in rows}) == len(rows)
    assert "=1+1 全校情况 <甲> & “乙”" in {row[3] for row in rows}, "a text, not a formula"
    listed = {row[1] for row in list(book["文件清单"].iter_rows(values_only=True))[1:]}
    files = {p.relative_to(_data(top)).as_posix() for p in _data(top).rglob("*") if p.is_file()}
    assert listed == files - {"文件目录.XML", "文件目录.XLSX", "说明文件.TXT"}


def test_numbers_after_the_settings(top: Path) -> None:
    numbers = {
        Path(each.findall("文件")[1].get("名称", "")).stem: (
            each.findtext("档号"), each.findtext("保管期限"), each.findtext("密级"),
        )
        for each in _entries(top)
    }  # fmt: skip
    assert numbers["X-1"] == ("J001-WS·2025-Y-DQ11-0001", "永久", "内部")
    assert numbers["G-2"] == ("J001-WS·2025-D10-DQ11-0001", "10年", "公开")
    assert numbers["G-3"] == ("J001-WS·2025-D30-DQ11-0001", "30年", "公开")
    office = sorted(n for n, *_ in numbers.values() if n and n.startswith("J001-WS·2025-D30-DZB"))
    assert office == [f"J001-WS·2025-D30-DZB-000{n}" for n in range(1, 6)]


def test_each_item_has_text_paper_attachments_and_envelope(top: Path, project: Path) -> None:
    folder = _folder(top, "G-1")
    names = {path.name for path in folder.iterdir()}
    assert names == {"G-1.md", "G-1.pdf", "明细 表.csv", "封装.xml"}
    assert (folder / "G-1.md").read_bytes() == (project / "content/open.md").read_bytes()
    source = project / "content/明细 表.csv"
    assert (folder / "明细 表.csv").read_bytes() == source.read_bytes()


def test_papers_are_for_keeping(top: Path) -> None:
    papers = sorted(_data(top).rglob("*.pdf"))
    assert len(papers) == len(lab.FILED) + 2, "of the items, one changed item, the catalogue"
    for path in papers:
        assert problems(path.read_bytes()) == []
        with pikepdf.open(path) as pdf, pdf.open_metadata() as meta:
            assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("3", "A")


def test_the_record_is_whole(top: Path) -> None:
    root = _envelope(top, "G-4")
    assert root.tag == "仿EEP封装包"
    assert "不声明符合" in root.findtext("封装包信息/性质", "")
    steps = root.findall("审批过程/步骤")
    assert [each.get("名称") for each in steps] == ["提出", "审核", "审批"]
    assert steps[2].findtext("依据") == "2025年第1次党委会"
    assert {each.get("项目"): each.text for each in steps[1].findall("结论")} == {
        "保密审查": "通过", "必要性": "通过", "准确性": "通过", "风险评估": "低",
    }  # fmt: skip
    change = root.find("变动记录/变动")
    assert change is not None
    assert (change.get("种类"), change.findtext("日期")) == ("撤销", "2025-09-01")
    shown = root.findall("台账记载/显示")
    assert {each.get("受众") for each in shown} == {"党内", "校内", "社会"}
    assert shown[0].findtext("自", "").startswith("2025-03-10")
    assert any(each.findtext("题名") == "撤下的告示" for each in shown)


def test_feedback_is_tied_to_what_it_answers(top: Path) -> None:
    (tie,) = _envelope(top, "G-2").findall("关联与反馈/关联")
    assert (tie.get("关系"), tie.findtext("索引号")) == ("办理结果", "G-3")
    assert tie.findtext("档号") == "J001-WS·2025-D30-DQ11-0001"


def test_every_text_of_a_matter_is_filed(top: Path) -> None:
    assert _envelope(top, "D-1").findtext("文件实体/同一事项") == "m"
    assert _folder(top, "D-1") != _folder(top, "G-5")


def test_what_was_never_on_a_site_says_so(top: Path) -> None:
    entry = next(each for each in _entries(top) if each.findtext("题名") == "会上公开的事项")
    assert entry.findtext("备注") == "未上网站，公开方式：会议"
    assert _envelope(top, "W-1").findtext("文件实体/特定对象") == "支部书记"


def test_enclosed_beside_the_items(top: Path, project: Path) -> None:
    others = _data(top) / "其他"
    assert {each.name for each in others.iterdir()} == {
        "公开目录", "公开台账", "年度报告", "依申请公开", "往年事项变动",
    }  # fmt: skip
    changed = others / "往年事项变动/G-0"
    assert {path.name for path in changed.iterdir()} == {"G-0.md", "G-0.pdf", "封装.xml"}
    catalogue = next((others / "公开目录").glob("*.yaml"))
    assert catalogue.read_bytes() == (project / "catalog.yaml").read_bytes()
    log = (others / "公开台账/publish-log-2025.jsonl").read_bytes()
    whole = (project / "registers/publish-log.jsonl").read_bytes()
    assert whole.startswith(log)
    assert len(log) < len(whole), "the next year's entries are the next year's"
    with (others / "年度报告/党务公开情况统计.csv").open(encoding="utf-8-sig") as stream:
        assert list(csv.reader(stream))


def test_the_note_opens_in_notepad(top: Path) -> None:
    data = (_data(top) / "说明文件.TXT").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\n") == data.count(b"\r\n")
    text = data.decode("utf-8-sig")
    assert "件数：8" in text
    assert "缺件：无" in text


def test_nobody_else_may_read_it(package: Path) -> None:
    assert stat.S_IMODE(package.stat().st_mode) == 0o600


def test_nothing_of_it_stays_in_the_project(project: Path, package: Path) -> None:
    assert package.exists()
    here = {path.relative_to(project).parts[:3] for path in project.rglob("*") if path.is_file()}
    assert not any("dist" in parts for parts in here)
    caches = {parts for parts in here if parts[0] == ".dwgk"}
    assert caches <= {parts for parts in here if parts[:3] == (".dwgk", "cache", "source")} | {
        (".dwgk", ".publish-log.lock")
    }
    left = {path.name for path in package.parent.iterdir()}
    assert left == {package.name, f".{package.name}.lock"}


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example's package of 2025, taken apart."""
    folder = tmp_path_factory.mktemp("example")
    made = lab.dwgk(
        "archive", "--project", EXAMPLE, "--year", "2025", "--as-of", "2026-11-21",
        "--out", folder / "x.zip",
    )  # fmt: skip
    assert made.exit_code == 0, made.output
    checked = lab.dwgk("archive", "--check", folder / "x.zip")
    assert checked.exit_code == 0, checked.output
    return lab.unpacked(folder / "x.zip", folder / "apart")


def _oracle(year: int) -> set[str]:
    """The ids first released in a year, by a reader of its own that knows no code of ours."""
    found = set()
    for path in (EXAMPLE / "content").rglob("*.md"):
        front = yaml.load(path.read_text(encoding="utf-8").split("---\n")[1], yaml.BaseLoader)
        if "id" in front and path.parts[-2] != "pages":
            release = front["dates"]["release"]
            days = release.values() if isinstance(release, dict) else [release]
            if min(re.findall(r"\d+", day)[0] for day in days) == str(year):
                found.add(front["id"])
    return found


def test_the_example_year_lists_what_an_oracle_expects(example: Path) -> None:
    listed = {Path(each.findall("文件")[1].get("名称", "")).stem for each in _entries(example)}
    assert listed == _oracle(2025)
    assert len(listed) == 25


def test_the_example_encloses_its_annual_report(example: Path) -> None:
    reports = {path.name for path in (_data(example) / "其他/年度报告").iterdir() if path.is_dir()}
    assert reports == {"G-2026-0008"}


def test_no_applicant_is_named(example: Path) -> None:
    text = next((_data(example) / "其他/依申请公开").glob("*.csv")).read_text(encoding="utf-8-sig")
    assert "依申请2025-01" in text
    assert not re.search(r"依申请2026", text)
