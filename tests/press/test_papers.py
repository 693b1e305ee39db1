"""Fonts, conformance, QR codes, and the same bytes everywhere."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest
import zxingcpp
from pikepdf import Name, Pdf

from generator.diagnostics import EnvironmentFault
from generator.model.edition import Call, PublishedFile
from generator.model.institution import Contact
from generator.press import conformance
from generator.press.conformance import problems
from generator.press.documents import Maker
from generator.press.fonts import ROLES, find_fonts, unprintable
from generator.press.orders import last_day
from tests.press.lab import HALL, ITEM, Workbench, document, edition, told

RARE = "赵喆、钱堃、孙珺、李昇、周祎、吴赟、郑㛃、王䶮、冯翀"
RICH = (
    f"<h2>一、名单</h2><p>{RARE}</p><ul><li>甲</li></ul><p><a href='https://x.example/'>链</a></p>"
    "<table><thead><tr><th>甲</th></tr></thead><tbody><tr><td>乙</td></tr></tbody></table>"
)
PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="2"><path d="M0 0h4v2z"/></svg>'
)


@pytest.fixture(scope="module")
def rich(bench: Workbench) -> bytes:
    return bench.pdf(document(RICH, board=None))


def test_rare_names_come_from_the_second_font(bench: Workbench, rich: bytes) -> None:
    assert RARE in told(rich)
    with Pdf.open(BytesIO(rich)) as pdf:
        names = {str(each.BaseFont)[8:] for each in pdf.objects if _is_font(each)}
    assert any("WenKai" in each for each in names)
    assert all(any(word in each for word in ("Noto", "Fandol", "WenKai")) for each in names)


def _is_font(each: object) -> bool:
    return isinstance(each, pikepdf.Dictionary) and each.get("/Subtype") == Name("/Type0")


def test_a_character_without_a_glyph_is_named_and_nothing_is_made(bench: Workbench) -> None:
    target = bench.folder / "never.pdf"
    for text in ("<p>党\U0001f600费</p>", "<h2>\U0001f600</h2>", "<ul><li>\U0001f600</li></ul>"):
        flaws = bench.press.make(document(text), target)
        assert [(each.code, each.value[0]) for each in flaws] == [("P01", "\U0001f600")]
    flaws = bench.press.make(document("<p>甲</p>", title="标题\U0001f600"), target)
    assert [each.code for each in flaws] == ["P01"]
    assert not target.exists()


def test_every_role_is_asked_for_its_own_characters() -> None:
    fonts = dict(find_fonts(Path("nowhere")))
    bare = {ord(each) for each in "党费"}
    fonts = {key: replace(font, characters=frozenset(bare)) for key, font in fonts.items()}
    fonts["hei"] = replace(fonts["hei"], characters=frozenset([*bare, ord("喆")]))
    assert unprintable(fonts, [("hei", "党喆"), ("fang", "费喆")]) == ["喆"]
    assert unprintable(fonts, [("hei", "党喆"), ("fang", "费")]) == []


def test_an_own_font_takes_its_role(tmp_path: Path) -> None:
    kai = find_fonts(Path("nowhere"))["kai"].path
    shutil.copyfile(kai, tmp_path / "某某仿宋_GB2312.otf")
    fonts = find_fonts(tmp_path)
    assert fonts["fang"].path.parent == tmp_path
    assert fonts["kai"].path == kai


def test_a_font_of_no_known_role_is_refused(tmp_path: Path) -> None:
    (tmp_path / "花体.ttf").write_bytes(b"no font")
    with pytest.raises(EnvironmentFault, match="E18"):
        find_fonts(tmp_path)


def test_missing_fonts_are_named_with_their_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.press.fonts.PLACES", (str(tmp_path),))
    with pytest.raises(EnvironmentFault) as fault:
        find_fonts(tmp_path)
    for role in ROLES.values():
        assert role.title in fault.value.sentence("zh")
        assert role.package in fault.value.sentence("zh")


def test_a_paper_is_pdf_a_and_pdf_ua(rich: bytes) -> None:
    assert problems(rich) == []
    with Pdf.open(BytesIO(rich)) as pdf:
        assert str(pdf.docinfo["/Title"]) == ITEM.title
        assert str(pdf.Root.Lang) == "zh-CN"
        tags = {
            str(each.S)
            for each in pdf.objects
            if isinstance(each, pikepdf.Dictionary)
            and "/S" in each
            and each.get("/Type", Name("/StructElem")) == Name("/StructElem")
        }
        assert {"/H1", "/Table", "/TH", "/L", "/LI", "/Link"} <= tags
        with pdf.open_outline() as outline:
            assert [each.title for each in outline.root] == ["一、名单"]


def _without(key: str) -> Callable[[Pdf], None]:
    def damage(pdf: Pdf) -> None:
        del pdf.Root[key]

    return damage


def _unmark(pdf: Pdf) -> None:
    pdf.Root.MarkInfo.Marked = False


def _unclaim(pdf: Pdf) -> None:
    with pdf.open_metadata(set_pikepdf_as_editor=False) as meta:
        meta["pdfaid:conformance"] = "B"


def _script(pdf: Pdf) -> None:
    pdf.Root.OpenAction = pdf.make_indirect(pikepdf.Dictionary(S=Name.JavaScript, JS="1"))


def _bare_font(pdf: Pdf) -> None:
    for each in pdf.objects:
        if _is_font(each):
            descriptor = each.DescendantFonts[0].FontDescriptor
            for key in ("/FontFile2", "/FontFile3"):
                if key in descriptor:
                    del descriptor[key]


@pytest.mark.parametrize(
    "damage",
    [
        _without("/Lang"),
        _without("/StructTreeRoot"),
        _without("/OutputIntents"),
        _without("/ViewerPreferences"),
        _without("/MarkInfo"),
        _unmark,
        _unclaim,
        _script,
        _bare_font,
    ],
)
def test_a_damaged_claim_is_found(rich: bytes, damage: Callable[[Pdf], None]) -> None:
    stream = BytesIO()
    with Pdf.open(BytesIO(rich)) as pdf:
        damage(pdf)
        pdf.save(stream)
    assert problems(stream.getvalue())


def test_verapdf_is_asked_where_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "verapdf"
    tool.write_text('#!/bin/sh\necho "$@" >> "$0.log"\necho "FAIL $5 $4"\nexit 1\n')
    tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    found = conformance.verify([tmp_path / "a.pdf"])
    asked = (tmp_path / "verapdf.log").read_text()
    assert len(found) == 2
    assert "--flavour 3a" in asked
    assert "--flavour ua1" in asked


def test_verapdf_missing_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert conformance.verify([Path("a.pdf")]) == []


def test_no_clock_no_path_no_user_in_a_paper(bench: Workbench, rich: bytes) -> None:
    assert str(bench.folder).encode() not in rich
    with Pdf.open(BytesIO(rich)) as pdf:
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20250201")
        assert bench.folder.name not in str(dict(pdf.docinfo))


def test_the_qr_code_leads_to_the_item(bench: Workbench) -> None:
    address = "https://www.example.edu.cn/dwgk/d/X-2025-0001/"
    maker = Maker(edition(ITEM), HALL, links={ITEM.id: address})
    data = bench.pdf(maker.item(ITEM, "<p>正文</p>"))
    picture = pdfium.PdfDocument(data)[0].render(scale=200 / 72).to_pil()
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text == address
    assert code.ec_level == "Q"


def test_without_an_address_there_is_no_code(bench: Workbench) -> None:
    data = bench.pdf(document("<p>正文</p>"))
    assert zxingcpp.read_barcodes(pdfium.PdfDocument(data)[0].render(scale=2).to_pil()) == []


def test_a_sheet_says_all_that_a_board_needs(bench: Workbench) -> None:
    text = told(bench.pdf(document("<p>正文</p>")))
    for expected in (
        ITEM.title,
        "办公楼公开栏",
        "索引号X-2025-0001",
        "公开范围校内",
        "所属期2025",
        "责任单位组织部",
        "张贴日期2025年2月1日",
        "撤下日期2025年3月4日",
        "保留天数30天",
        "监督电话0000-0000002（纪委）",
        "组织部（盖章）",
        "2025年1月20日",
    ):
        assert expected in text


def test_a_sheet_names_its_attachments_and_whom_to_tell(bench: Workbench) -> None:
    files = tuple(
        PublishedFile(f"{n}.docx", f"文件{n}.docx", title, f"a{n}", 9)
        for n, title in enumerate(("办法（征求意见稿）", ""))
    )
    call = Call("意见", Contact("组织部", telephone="0000-0000003"))
    paper = document("<p>正文</p>", attachments=files, call=call, number="示委〔2025〕1号")
    text = told(bench.pdf(paper))
    assert "正文附件：1.办法（征求意见稿）2.文件1.docx" in text
    assert "受理意见0000-0000003（组织部）" in text
    assert "发文字号示委〔2025〕1号" in text
    assert "附件：办法（征求意见稿）" in told(
        bench.pdf(document("<p>正</p>", attachments=files[:1]))
    )


@pytest.mark.parametrize(
    ("last", "keep", "expected"),
    [
        (None, 0, None),
        (None, 30, date(2025, 3, 3)),
        (date(2025, 2, 8), 30, date(2025, 2, 8)),
        (date(2025, 12, 31), 30, date(2025, 3, 3)),
        (date(2025, 12, 31), 0, date(2025, 12, 31)),
    ],
)
def test_a_sheet_hangs_until_the_first_end(
    last: date | None, keep: int, expected: date | None
) -> None:
    assert last_day(replace(ITEM, last=last), replace(HALL, keep=keep)) == expected


def test_pictures_have_their_words_and_missing_ones_are_told(bench: Workbench) -> None:
    (bench.shelf.root / "d1").write_bytes(PICTURE)
    file = PublishedFile("tu.svg", "图.svg", "图", "d1", len(PICTURE), True)
    paper = document('<p><img src="tu.svg" alt="机构图"></p>', attachments=(file,))
    data = bench.pdf(paper)
    with Pdf.open(BytesIO(data)) as pdf:
        assert any(
            str(each.get("/Alt", "")) == "机构图"
            for each in pdf.objects
            if isinstance(each, pikepdf.Dictionary)
        )
    flaws = bench.press.make(document('<p><img src="weg.png" alt=""></p>'), bench.folder / "n.pdf")
    assert [(each.code, each.value) for each in flaws] == [("P04", "weg.png")]


def test_a_broken_picture_is_a_flaw_of_its_item(bench: Workbench) -> None:
    (bench.shelf.root / "d2").write_bytes(b"no picture")
    file = PublishedFile("tu.png", "图.png", "图", "d2", 10, True)
    paper = document('<p><img src="tu.png" alt="图"></p>', attachments=(file,))
    flaws = bench.press.make(paper, bench.folder / "n.pdf")
    assert [(each.url, each.code) for each in flaws] == [("d/X-2025-0001/", "P05")]


_AGAIN = """
import sys
from pathlib import Path
from tests.press.lab import Workbench, document
from tests.press.test_papers import RICH
bench = Workbench(Path(sys.argv[1]))
sys.stdout.buffer.write(bench.pdf(document(RICH, board=None)))
"""


def test_the_same_bytes_everywhere(tmp_path: Path, rich: bytes) -> None:
    """Another process, time zone, language, hash seed, home with other fonts, folder."""
    fonts = tmp_path / "home" / ".fonts"
    fonts.mkdir(parents=True)
    shutil.copyfile(find_fonts(Path("nowhere"))["kai"].path, fonts / "AAA.otf")
    folder = tmp_path / "其他 文件夹"
    folder.mkdir()
    environment = {
        **os.environ,
        "TZ": "America/New_York",
        "LC_ALL": "C",
        "HOME": str(tmp_path / "home"),
        "PYTHONHASHSEED": "7",
        "SOURCE_DATE_EPOCH": "1",
    }
    asked = [sys.executable, "-c", _AGAIN, str(folder)]
    done = subprocess.run(
        asked, env=environment, cwd=Path(__file__).parents[2], capture_output=True, check=True
    )
    assert done.stdout == rich
