"""Every template, rendered as the site's renderer does it."""

from __future__ import annotations

import html.parser
import re
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath
from types import SimpleNamespace
from urllib.parse import urlsplit

import jinja2
import pytest

from generator.model.edition import Part
from generator.model.page import Anchor, MovedData, Page

from . import samples
from .rendering import THEME, environment, material_css, render


class Reader(html.parser.HTMLParser):
    """Collects elements as (tag, attributes), and the text with inline scripts apart."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.inline = ""
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {key: value or "" for key, value in attrs}))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("script", "style"):
            self.inline += data.strip()
        else:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attrs for name, attrs in self.elements if name == tag]

    def having(self, attribute: str) -> list[dict[str, str]]:
        return [attrs for _, attrs in self.elements if attribute in attrs]


@pytest.fixture(scope="module")
def env() -> jinja2.Environment:
    return environment()


def pages() -> list[Page]:
    return list(samples.PAGES)


def by_url(page: Page) -> str:
    return page.url or "home"


def addresses(read: Reader) -> list[str]:
    names = ("href", "src", "action", "data-engine-script", "data-engine-root")
    return [attrs[name] for _, attrs in read.elements for name in names if name in attrs]


@pytest.mark.parametrize("page", pages(), ids=by_url)
def test_no_inline_code_no_other_host_no_absolute_path(env: jinja2.Environment, page: Page) -> None:
    read = Reader(render(env, page))
    assert read.inline == ""
    for tag, attrs in read.elements:
        assert "style" not in attrs, tag
        assert not [name for name in attrs if name.startswith("on")], tag
    for address in addresses(read):
        parts = urlsplit(address)
        assert parts.scheme in ("", "mailto"), address
        assert not parts.netloc, address
        assert not address.startswith("/"), address


@pytest.mark.parametrize("page", pages(), ids=by_url)
def test_links_lead_to_the_site_at_every_depth(env: jinja2.Environment, page: Page) -> None:
    """Resolved against its own address, no link climbs above the site's root."""
    read = Reader(render(env, page))
    base = ["site", "x", *[p for p in page.url.split("/") if p]]
    if page.url.endswith(".html"):
        base.pop()
    for address in addresses(read):
        if address.startswith(("mailto:", "#")):
            continue
        at = list(base)
        for part in PurePosixPath(urlsplit(address).path).parts:
            at = at[:-1] if part == ".." else [*at, part]
        assert at[:2] == ["site", "x"], address
    if page.template != "404.html":
        assert any(a.endswith("assets/disclosure/site.css") for a in addresses(read))


def test_the_lost_page_has_no_links(env: jinja2.Environment) -> None:
    lost = next(page for page in samples.PAGES if page.template == "404.html")
    read = Reader(render(env, lost))
    assert addresses(read) == []
    assert "未找到页面" in read.text


@pytest.mark.parametrize("page", pages(), ids=by_url)
def test_structure(env: jinja2.Environment, page: Page) -> None:
    """Language, title, one heading of the first level, landmarks, unique ids, named fields."""
    read = Reader(render(env, page, body=""))
    assert read.all("html")[0]["lang"] == "zh-CN"
    assert len(read.all("h1")) == 1
    assert len(read.all("main")) == 1
    ids = [attrs["id"] for attrs in read.having("id")]
    assert len(ids) == len(set(ids))
    labels = {attrs.get("for") for attrs in read.all("label")}
    for field in [*read.all("input"), *read.all("select")]:
        assert field["id"] in labels
    for cell in read.all("th"):
        assert cell["scope"] in ("col", "row")
    if page.template != "404.html":
        assert {"href": "#main", "class": "skip"} in read.all("a")


def hostile_readings(bad: str) -> list[Page]:
    """The other pages of a register, with what a clerk writes into rows and heads."""
    line = replace(samples.ROW_LINES[0], row=Anchor(bad, "catalog/#x"))
    group = replace(samples.GROUPS.groups[0], heading=bad, rows=(line,))
    row = replace(samples.VERSIONS.versions[0].changed[0], title=bad)
    cell = replace(samples.ALTERED[0], heading=bad, before=bad, after=bad)
    version = replace(
        samples.VERSIONS.versions[0],
        title=bad,
        columns=((bad,), (bad, bad)),
        added=(row,),
        dropped=(replace(row, cells=(cell,)),),
        changed=(replace(row, cells=(cell,)),),
    )
    cells = (Anchor(bad, "d/X-1/", 1), None, None, None)
    return [
        Page("a/", "catalogue-groups.html", bad, replace(samples.GROUPS, groups=(group,))),
        Page("b/", "catalogue-years.html", bad, replace(samples.MATRIX, rows=((line, cells),))),
        Page("c/", "catalogue-versions.html", bad, replace(samples.VERSIONS, versions=(version,))),
    ]


def hostile_pages() -> list[Page]:
    bad = samples.HOSTILE
    anchor = Anchor(bad, "category/x/", 1)
    row = replace(samples.ROWS[0], cells=(bad,) * 6, latest=(samples.line(1, bad),))
    catalogue = replace(samples.CATALOGUE, title=bad, rows=(row,))
    item = samples.item_page(1, bad, summary=bad, keywords=(bad,), number=bad, scope=bad)
    item = replace(item, title=bad, crumbs=(anchor,), meta=(("ArticleTitle", bad),))
    return [
        item,
        Page("", "home.html", bad, replace(samples.HOME, latest=(samples.line(1, bad),))),
        Page("catalog/", "catalogue.html", bad, replace(samples.REGISTER, catalogue=catalogue)),
        *hostile_readings(bad),
        Page("archive/", "list.html", bad, replace(samples.LIST, heading=bad, groups=(anchor,))),
        Page("search/", "search.html", bad, replace(samples.SEARCH, kinds=(bad,), units=(anchor,))),
        Page("old/", "moved.html", bad, MovedData(bad, "d/X-1/")),
    ]


@pytest.mark.parametrize("page", hostile_pages(), ids=by_url)
def test_what_authors_write_is_text(env: jinja2.Environment, page: Page) -> None:
    face = replace(samples.FACE, name=samples.HOSTILE)
    text = render(env, page, samples.frame(face=face))
    assert "<script>alert" not in text
    read = Reader(text)
    assert samples.HOSTILE in read.text
    assert read.inline == ""


def test_item_register_and_attributes_for_the_index(env: jinja2.Environment) -> None:
    page = samples.item_page(1)
    text = render(env, page)
    read = Reader(text)
    for label in ("索引号", "责任单位", "公开范围", "所属期", "公开方式", "发布日期", "文号",
                  "成文日期", "公开期限", "目录事项"):  # fmt: skip
        assert f">{label}</dt>" in text, label
    assert '至<time datetime="2025-12-03">2025年12月3日</time>' in text
    assert len(read.having("data-pagefind-body")) == 1
    filters = {attrs["data-pagefind-filter"] for attrs in read.having("data-pagefind-filter")}
    assert filters == {"year[data-year]", "category", "unit", "kind"}
    assert [a["data-year"] for a in read.having("data-year")] == ["2025"]
    assert {a["data-date"] for a in read.having("data-pagefind-sort")} == {"2025-11-11"}
    files = [attrs for attrs in read.all("a") if "download" in attrs]
    assert files[0]["download"] == "明细表.xlsx"
    assert "XLSX，24.6 kB" in text


def test_only_items_are_indexed(env: jinja2.Environment) -> None:
    for page in samples.PAGES:
        read = Reader(render(env, page))
        assert bool(read.having("data-pagefind-body")) == (page.template == "item.html")


@pytest.mark.parametrize(
    ("relation", "inverse", "word"),
    [
        ("replaces", False, "替代"),
        ("replaces", True, "被替代"),
        ("responds_to", False, "回应"),
        ("result_of", True, "办理结果"),
        ("corrects", False, "更正"),
        ("interprets", False, "解读"),
        ("republishes", False, "原公开事项"),
        ("republishes", True, "再次公开"),
        ("unheard_of", False, "相关"),
    ],
)
def test_relations_are_named_in_both_directions(
    env: jinja2.Environment, relation: str, inverse: bool, word: str
) -> None:
    related = (samples.Related(relation, inverse, "X-2025-0003", "另一事项"),)
    text = render(env, samples.item_page(1, related=related))
    assert f'<span class="relation">{word}</span>' in text
    assert 'href="../X-2025-0003/"' in text


def test_what_a_reader_must_know_first_stands_on_top(env: jinja2.Environment) -> None:
    related = (
        samples.Related("corrects", True, "X-2025-0003", "一处更正"),
        samples.Related("replaces", True, "X-2025-0004", "新办法", date(2026, 5, 1)),
        samples.Related("replaces", True, "X-2025-0005", "另一办法"),
        samples.Related("corrects", False, "X-2025-0006", "所更正的"),
    )
    contact = samples.Contact("组织部", "0000-0000003", email="a@example.edu.cn")
    call = samples.Call("异议", contact)
    text = render(env, samples.item_page(1, related=related, call=call))
    top = text[text.index('class="standing"') : text.index('class="register"')]
    for words in ("本事项有更正", "一处更正", "2026年5月1日</time>起失效", "已被替代", "如有异议",
                  "至<time datetime=\"2025-12-03\">", "向组织部提出", "0000-0000003"):  # fmt: skip
        assert words in top, words
    assert 'href="../X-2025-0003/"' in top
    assert "所更正的" not in top
    assert 'class="standing"' not in render(env, samples.item_page(1, related=related[3:]))


def test_series_and_its_parts_lead_to_each_other(env: jinja2.Environment) -> None:
    whole = samples.Anchor("实训楼建设", "series/lou/")
    page = samples.item_page(1)
    text = render(env, replace(page, data=replace(page.data, series=whole)))
    assert '逐段公开：<a href="../../series/lou/">实训楼建设</a>' in text
    data = samples.SeriesData(whole.label, samples.LINES[:3])
    text = render(env, Page(whole.url, "series.html", whole.label, data))
    assert [text.index(f">{each.title}</a>") for each in data.parts] == sorted(
        text.index(f">{each.title}</a>") for each in data.parts
    )
    assert 'href="../../d/X-2025-0000/"' in text


def test_no_page_shows_the_number_of_a_part(env: jinja2.Environment) -> None:
    """Its gaps would tell of parts this reader does not see."""
    pages = [samples.item_page(1, series=Part("lou", n, "实训楼建设")) for n in (2, 97)]
    assert render(env, pages[0]) == render(env, pages[1])


def test_an_item_with_nothing_optional(env: jinja2.Environment) -> None:
    page = samples.item_page(
        0, number="", keywords=(), attachments=(), related=(), last=None, units=()
    )
    data = replace(page.data, row=None, parts=(), newer=None, older=None)
    text = render(env, replace(page, data=data, text_digest=""))
    for absent in ("文号</dt>", "关键词", "附件", "相关事项", "逐段公开", "目录事项", "相邻事项"):
        assert absent not in text, absent
    assert "永久" in text


def test_catalogue_keeps_the_merged_cells(env: jinja2.Environment) -> None:
    page = Page("catalog/", "catalogue.html", "目录", samples.REGISTER)
    text = render(env, page)
    read = Reader(text)
    assert {attrs["id"] for attrs in read.all("tr") if "id" in attrs} == {
        row.id for row in samples.ROWS
    }
    body = re.search(r"<tbody>(.*?)</tbody>", text, re.S)
    assert body
    width = len(samples.COLUMNS) + 1
    covered = [0] * width
    for row in body[1].split("</tr>")[:-1]:  # the table's own arithmetic must come out even
        cells = re.findall(r"<t[hd][^>]*?(?:rowspan=\"(\d+)\")?>", row)
        assert len(cells) + sum(1 for c in covered if c) == width
        spans = iter(int(c or 1) for c in cells)
        covered = [c - 1 if c else next(spans) - 1 for c in covered]
    assert not any(covered)
    assert "按所列方式公开，不在网站发布" in text
    assert "暂无" in text
    again = re.findall(r'<p class="again"><span class="again-heading">(.*?)</span>(.*?)</p>', text)
    assert again == [("责任单位", "党政办公室")]


def test_closed_sites_are_not_for_search_engines(env: jinja2.Environment) -> None:
    page = samples.item_page(1)
    closed = render(env, page, site_url="https://dwgk.example.edu.cn/x/")
    assert 'name="robots" content="noindex' in closed
    assert "canonical" not in closed
    assert "校内版" in closed
    opened = render(
        env, page, samples.frame(samples.PUBLIC), site_url="https://dwgk.example.edu.cn/x/"
    )
    assert "noindex" not in opened
    assert '<link rel="canonical" href="https://dwgk.example.edu.cn/x/d/X-2025-0001/">' in opened
    assert "面向社会公开" in opened


def test_footer_says_only_what_is_given(env: jinja2.Environment) -> None:
    home = samples.PAGES[0]
    bare = render(env, home, samples.frame(face=samples.BARE_FACE))
    for absent in ("联系我们", "监督", "ICP备案", "主办单位", "公安备案", "网站标识码"):
        assert absent not in bare, absent
    full = render(env, home)
    for present in ("联系我们", "0000-0000002", "示例ICP备00000000号", "主办单位"):
        assert present in full, present


def test_settings_of_mkdocs_are_honoured(env: jinja2.Environment) -> None:
    text = render(
        env,
        samples.item_page(1),
        extra_css=["assets/own.css"],
        extra_javascript=["assets/own.js"],
        theme=SimpleNamespace(favicon="assets/own.ico", logo="assets/own.png"),
    )
    for name in ("own.css", "own.js", "own.ico", "own.png"):
        assert f'"../../assets/{name}"' in text, name
    sheets = [a["href"] for a in Reader(text).all("link") if a["rel"] == "stylesheet"]
    assert sheets == [f"../../{path}" for path in material_css()] + [
        "../../assets/disclosure/site.css",
        "../../assets/own.css",
    ]


def test_the_search_page_is_a_form_that_works_from_the_address_bar(
    env: jinja2.Environment,
) -> None:
    page = Page("search/", "search.html", "检索", samples.SEARCH)
    read = Reader(render(env, page))
    assert [f["method"] for f in read.all("form")] == ["get"]
    fields = {f["name"] for f in [*read.all("input"), *read.all("select")]}
    assert fields == {"q", "year", "category", "unit", "kind", "sort"}
    assert {"value": "2025"} in read.all("option")
    for attribute in ("data-search-total", "data-search-more"):
        assert len(read.having(attribute)) == 1
    assert "不能检索" in read.text  # noscript, with the lists below it
    assert "请重新登录" in read.text
    opened = Reader(render(env, page, samples.frame(samples.PUBLIC)))
    assert "请重新登录" not in opened.text


def test_moved_leads_on(env: jinja2.Environment) -> None:
    page = next(page for page in samples.PAGES if page.template == "moved.html")
    text = render(env, page)
    assert '<meta http-equiv="refresh" content="0; url=../../d/X-2025-0000/">' in text
    assert 'href="../../d/X-2025-0000/"' in text


def test_stylesheet_and_scripts_keep_to_themselves() -> None:
    for path in (THEME / "assets" / "disclosure").iterdir():
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text), path.name
        assert "@import" not in text
        assert "innerHTML" not in text
        assert "eval(" not in text
