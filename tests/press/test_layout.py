"""GB/T 9704-2012 on the page, measured."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from generator.model.edition import PublishedFile
from generator.press.documents import Maker
from generator.press.orders import A3, A4
from generator.press.titles import title_lines
from tests.press.lab import HALL, ITEM, POINTS, Line, Workbench, document, edition, lines
from tests.press.lab import told as text_of

HAN = "党务公开是指党的组织将其实施党的领导活动加强党的建设工作的有关事务按规定在党内或者向党外公开"
PLAIN = "".join(f"<p>{HAN * 20}</p>" for _ in range(3))
NEVER_FIRST = "，。、；：？！）》”’〕】%％"
NEVER_LAST = "（《“‘〔【"


def body(data: bytes, page: int, scale: float = 1) -> list[Line]:
    """The lines of a page's type area."""
    top, bottom = 37 * POINTS * scale, (297 - 35) * POINTS * scale
    return [each for each in lines(data) if each.page == page and top < each.base < bottom + 1]


def test_a_page_has_22_lines_of_28_characters(bench: Workbench) -> None:
    data = bench.pdf(document(PLAIN))
    full = body(data, 2)
    assert len(full) == 22
    whole = [each for each in full if len(each.text) > 2]
    assert {len(each.text) for each in whole[1:-1]} <= {28, 26}
    assert sum(len(each.text) == 28 for each in full) >= 19
    pitch = 225 / 22 * POINTS
    for above, below in pairwise(full):
        assert below.base - above.base == pytest.approx(pitch, abs=0.05)


def test_the_type_area_is_156_by_225_mm_at_its_place(bench: Workbench) -> None:
    full = body(bench.pdf(document(PLAIN)), 2)
    assert min(each.left for each in full) == pytest.approx(28 * POINTS, abs=0.6)
    assert max(each.right for each in full) == pytest.approx((210 - 26) * POINTS, abs=0.6)
    assert full[0].base == pytest.approx(37 * POINTS + 0.86 * 15.75, abs=0.1)
    assert full[-1].base + 0.14 * 15.75 <= (297 - 35) * POINTS


def test_every_full_line_reaches_both_edges(bench: Workbench) -> None:
    """Justified: none of the ragged lines that end three points early or more."""
    for each in body(bench.pdf(document(PLAIN)), 2):
        if len(each.text) == 28:
            assert each.right == pytest.approx((210 - 26) * POINTS, abs=0.6)


def test_page_numbers_stand_outside(bench: Workbench) -> None:
    data = bench.pdf(document(PLAIN))
    numbers = [each for each in lines(data) if re.fullmatch("—[0-9]+—", each.text)]
    assert [each.text for each in numbers[:3]] == ["—1—", "—2—", "—3—"]
    for each in numbers:
        assert each.base == pytest.approx((297 - 35 + 7) * POINTS + 14, abs=4)
        if each.page % 2:
            assert each.right == pytest.approx((210 - 26) * POINTS - 14, abs=2)
        else:
            assert each.left == pytest.approx(28 * POINTS + 14, abs=2)


def test_no_line_begins_or_ends_with_what_must_not(bench: Workbench) -> None:
    text = "（一）“党务公开”，是指《条例》所称的、党的组织（含支部）；其范围：党内、党外。共100%！"
    made = "".join(f"<p>{'院' * shift}{text * 12}</p>" for shift in range(28))
    data = bench.pdf(document(made))
    inside = [each.text for page in range(1, 12) for each in body(data, page)]
    assert len(inside) > 150
    assert not [each for each in inside if each[0] in NEVER_FIRST or each[-1] in NEVER_LAST]


def test_a3_has_the_lines_of_a4(bench: Workbench) -> None:
    rich = f"<h2>一、标题</h2>{PLAIN}<ul><li>{HAN}</li></ul><p>English and 2025年12月 {HAN}</p>"
    rich += "<table><thead><tr><th>甲</th><th>乙</th></tr></thead><tbody>"
    rich += f"<tr><td>{HAN}</td><td>短</td></tr></tbody></table>"
    small, large = (lines(bench.pdf(document(rich, scale))) for scale in (A4, A3))
    assert [(each.page, each.text) for each in small] == [(each.page, each.text) for each in large]
    for one, other in zip(small, large, strict=True):
        assert other.base == pytest.approx(one.base * 2**0.5, abs=0.6)


def test_levels_have_their_faces(bench: Workbench) -> None:
    html = (
        "<h2>一、甲</h2><h3>（一）乙</h3><h4>1. 丙</h4><h3>（二）丁</h3><h2>二、戊</h2><p>正文</p>"
    )
    paper = document(html)
    assert [(node["level"], node["face"]) for node in paper.data["body"][:-1]] == [
        (1, "hei"),
        (2, "kai"),
        (3, "fang"),
        (2, "kai"),
        (1, "hei"),
    ]
    assert "二、戊" in text_of(bench.pdf(paper))


def _table(rows: int) -> str:
    cells = "".join(
        f"<tr><td>{n}</td><td>姓名{n}</td><td>{'说明' * (n % 9)}{n}</td></tr>" for n in range(rows)
    )
    head = "<thead><tr><th>序号</th><th>姓名</th><th>说明</th></tr></thead>"
    return f"<table>{head}<tbody>{cells}</tbody></table>"


def test_a_table_repeats_its_head_and_keeps_every_row(bench: Workbench) -> None:
    data = bench.pdf(document(_table(200)))
    pages = {each.page for each in lines(data)}
    heads = [each.page for each in lines(data) if each.text == "序号姓名说明"]
    with_rows = {each.page for each in lines(data) if "姓名" in each.text}
    assert len(pages) > 5
    assert set(heads) == with_rows
    assert len(heads) == len(with_rows)
    text = text_of(data)
    for number in range(200):
        assert f"姓名{number}" in text


def test_a_row_taller_than_the_page_loses_nothing(bench: Workbench) -> None:
    words = [f"第{number}句话都要印出来。" for number in range(400)]
    head = "<tr><th>甲</th><th>乙</th></tr>"
    tall = f"<table>{head}<tr><td>{''.join(words)}</td><td>短</td></tr></table>"
    data = bench.pdf(document(tall))
    pages = range(1, max(each.page for each in lines(data)) + 1)
    inside = "".join(
        each.text for page in pages for each in body(data, page) if each.text != "甲乙"
    )
    assert [word for word in words if word not in inside.replace("短", "")] == []


def test_a_cell_over_more_rows_than_a_page_holds_loses_none(bench: Workbench) -> None:
    rows = "".join(f"<tr><td>第{number}行</td></tr>" for number in range(1, 90))
    first = "<tr><th>甲</th><th>乙</th></tr><tr><td rowspan=90>类</td><td>第0行</td></tr>"
    html = f"<table>{first}{rows}</table>"
    text = text_of(bench.pdf(document(html)))
    assert all(f"第{number}行" in text for number in range(90))


def test_rows_are_kept_whole_where_they_fit(bench: Workbench) -> None:
    words = "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸"
    cells = "".join(f"<tr><td>{n}</td><td>始{words * 4}终</td></tr>" for n in range(40))
    data = bench.pdf(document(f"<table><tr><th>号</th><th>文</th></tr>{cells}</table>"))
    for number in range(1, 4):
        text = "".join(each.text for each in body(data, number))
        assert text.count("始") == text.count("终") > 0


def test_the_register_is_landscape_in_the_columns_of_the_institution(bench: Workbench) -> None:
    seen = edition(ITEM)
    paper = Maker(seen, HALL).register(seen.catalogues[0])
    data = bench.pdf(paper)
    text = text_of(data)
    for expected in ("一级目录", "二级目录", "机构设置", "会议决定", "盖章", "签字", "制表日期"):
        assert expected in text
    assert text.count("一、基本情况") == 1
    right = max(each.right for each in lines(data))
    assert 210 * POINTS < right < 297 * POINTS


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("短标题", ["短标题"]),
        (
            "关于对党代表任期制实施办法（征求意见稿）公开征求意见的公告",
            ["关于对党代表任期制实施办法", "（征求意见稿）公开征求意见的公告"],
        ),
        (
            "2025年度党费收缴、使用和管理情况的公示（示例）",
            ["2025年度党费收缴、使用", "和管理情况的公示（示例）"],
        ),
    ],
)
def test_titles_end_their_lines_where_the_sense_does(title: str, expected: list[str]) -> None:
    assert title_lines(title) == expected


def test_no_title_line_is_too_wide_or_loses_a_letter() -> None:
    for length in range(1, 90):
        title = ("关于印发第十一次党代会2025年工作要点、任务的通知" * 5)[:length]
        parts = title_lines(title)
        assert "".join(parts) == title
        assert all(len(each) <= 30 for each in parts)


def test_the_signature_stands_on_no_page_without_text(bench: Workbench) -> None:
    for count in range(13, 22):
        data = bench.pdf(document("".join(f"<p>第{n}段。</p>" for n in range(count))))
        found = {
            word: next(each.page for each in lines(data) if word in each.text)
            for word in (f"第{count - 1}段", "盖章", "张贴日期")
        }
        assert len(set(found.values())) == 1, (count, found)


@pytest.mark.parametrize(
    ("ending", "enclosed"),
    [
        (f"<p>{HAN * 4}</p>", 0),
        (f"<p>{HAN * 4}</p>", 3),
        ("<p>特此通报。</p>", 1),
        ("<p>特此通报。</p>", 3),
        ("<ul><li><p>一</p></li><li><p>特此通报。</p></li></ul>", 2),
        ("<blockquote><p>特此通报。</p></blockquote>", 1),
    ],
)
def test_the_last_page_has_a_line_of_the_text(bench: Workbench, ending: str, enclosed: int) -> None:
    """Not the names of attachments over the signature alone (7.3.5.5: no page without text)."""
    files = tuple(
        PublishedFile(f"a{n}.pdf", f"a{n}.pdf", f"附表{n}", "0" * 64, 1) for n in range(enclosed)
    )
    pages = set()
    for count in range(4, 22, 2):
        html = "".join(f"<p>第{n}段。</p>" for n in range(count)) + ending
        data = bench.pdf(document(html, attachments=files))
        found = lines(data)
        signed = next(each for each in found if "盖章" in each.text)
        above = [each for each in body(data, signed.page) if each.base < signed.base - 1]
        written = [each for each in above if not re.search(r"附件|附表\d", each.text)]
        assert written, (count, [each.text for each in above])
        assert next(each.page for each in found if "张贴日期" in each.text) == signed.page
        pages.add(signed.page)
    assert pages == {1, 2}, "on both sides of the turn of the page"


def test_names_of_attachments_that_fill_a_page_are_all_there(bench: Workbench) -> None:
    files = tuple(
        PublishedFile(f"a{n}.pdf", f"a{n}.pdf", f"{HAN * 2}之{n}", "0" * 64, 1) for n in range(8)
    )
    for count in (1, 18):
        html = "".join(f"<p>第{n}段。</p>" for n in range(count))
        text = text_of(bench.pdf(document(html, attachments=files)))
        assert text.count(HAN) >= 15, "all of them, one perhaps over the turn of the page"
        assert all(f"之{n}" in text for n in range(8))
        assert f"第{count - 1}段" in text
        assert "盖章" in text


def test_an_address_is_broken_at_its_points_and_copied_whole(bench: Workbench) -> None:
    address = "https://www.example.edu.cn/dwgk/d/X-2025-0001/index.html"
    html = "".join(f"<p>{'院' * shift}（网址：{address}）</p>" for shift in range(8, 24))
    data = bench.pdf(document(html))
    assert text_of(data).count(address) == 16
    ends = [each.text[-1] for each in body(data, 1) if "https" in each.text]
    assert set(ends) <= set("/.）") | {"院"}
