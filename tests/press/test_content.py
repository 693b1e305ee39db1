"""From the site's HTML to the paper: nothing lost, nothing executed, no heading level skipped."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.build import check, edition
from generator.model.disclosure import Document as Source
from generator.model.page import ItemData
from generator.pages.items import item_pages
from generator.pages.sections import frame
from generator.press.content import Converter, Element, read_fragment, texts
from generator.press.documents import Document, Maker
from generator.press.fonts import find_fonts
from generator.press.making import Press
from generator.press.tables import shares
from generator.site.render import Renderer
from generator.site.tree import Tree
from generator.source.shelf import stock
from tests.press.lab import Workbench, document, squeezed, told

ROOT = Path(__file__).parents[2]
AS_OF = date(2026, 11, 21)


def convert(html: str) -> list[Any]:
    return Converter(lambda link: link, lambda source: "").convert(html)


def words(html: str) -> str:
    """All text of a fragment without white space, footnotes' arrows apart."""

    def inside(element: Element | str) -> str:
        if isinstance(element, str):
            return element
        if "footnote-backref" in element.attributes.get("class", ""):
            return ""
        return "".join(inside(each) for each in element.children)

    return squeezed(inside(read_fragment(html)))


@pytest.mark.parametrize(
    "html",
    [
        "<p>甲<strong>乙</strong><em>丙</em><del>丁</del><sup>2</sup><sub>3</sub></p>",
        "甲<p>乙</p>丙<br>丁",
        "<div>甲<figure><figcaption>乙</figcaption></figure></div>",
        "<ul><li>甲<ul><li>乙</li></ul></li><li><p>丙</p></li></ul>",
        "<dl><dt>甲</dt><dd>乙</dd></dl>",
        "<blockquote><p>甲</p><blockquote>乙</blockquote></blockquote>",
        "<table><caption>题</caption><tr><td>甲<br>乙</td><td rowspan=2>丙</td></tr>"
        "<tr><td>丁</td></tr></table>",
        "<details><summary>甲</summary><p>乙</p></details>",
        "<pre><code>甲 乙\n丙</code></pre><hr><p><a href='http://x.example/'>丁</a></p>",
        "<h3>甲</h3><h2>乙</h2><h6>丙</h6>",
    ],
)
def test_every_word_arrives(bench: Workbench, html: str) -> None:
    tree = convert(html)
    assert squeezed("".join(text for _, text in texts(tree))) == words(html)
    made = told(bench.pdf(document(html)))
    assert all(each in made for each in "甲乙丙丁" if each in html)


_TAGS = ("p", "b", "ul", "li", "table", "tr", "td", "h2", "h4", "blockquote", "dl", "dd", "div")


@given(st.recursive(st.text("甲乙 a1", max_size=4), lambda inner: st.lists(inner, max_size=3)))
@settings(max_examples=100)
def test_any_nesting_keeps_its_words(tree: Any) -> None:
    def html(node: Any, depth: int = 0) -> str:
        if isinstance(node, str):
            return node
        tag = _TAGS[(depth * 5 + len(node)) % len(_TAGS)]
        return f"<{tag}>" + "".join(html(each, depth + 1) for each in node) + f"</{tag}>"

    text = html(tree)
    found = squeezed("".join(each for _, each in texts(convert(text))))
    # Words outside any cell of a table or item of a list have no place there on paper either.
    assert set(found) <= set(words(text))
    if not re.search("<(table|tr|ul|dl)", text):
        assert found == words(text)


@given(st.lists(st.integers(2, 6), max_size=12))
def test_no_heading_level_is_skipped(levels: list[int]) -> None:
    tree = convert("".join(f"<h{level}>题</h{level}>" for level in levels))
    found = [node["level"] for node in tree]
    assert len(found) == len(levels)
    assert all(later <= earlier + 1 for earlier, later in zip([0, *found], found, strict=False))
    for place in range(1, len(levels)):
        if levels[place] > levels[place - 1]:
            assert found[place] == found[place - 1] + 1


@given(st.lists(st.tuples(st.floats(1, 9), st.floats(0, 60)), min_size=1, max_size=12))
def test_columns_fill_the_width_and_none_is_crushed(columns: list[tuple[float, float]]) -> None:
    least = [one for one, _ in columns]
    wished = [one + more for one, more in columns]
    room = 40.0
    found = shares(least, wished, room)
    assert all(width >= one - 0.001 for width, one in zip(found, least, strict=True))
    if sum(least) <= room:
        assert sum(found) == pytest.approx(room, abs=0.02)


@pytest.mark.parametrize(
    "hostile",
    [
        '#read("/etc/passwd")',
        "#import sys",
        "= 标题 *粗* _斜_ `raw` $x$ @label <label> \\u{41}",
        '"); #panic("x',
        "// 注释 /* 注释 */ https://x.example",
        "-- --- ... ~ 'quotes' \"quotes\"",
    ],
)
def test_no_text_is_read_as_markup(bench: Workbench, hostile: str) -> None:
    escaped = hostile.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    made = told(bench.pdf(document(f"<p>{escaped}</p><h2>{escaped}</h2>", title=hostile)))
    assert made.count(squeezed(hostile)) >= 3


def test_links_are_for_the_web_only(bench: Workbench) -> None:
    html = '<p><a href="../X-2/">另一件</a><a href="#here">此处</a></p>'
    online, paper = document(html, board=None), document(html)
    assert "https://x.example/d/X-2/" in str(online.data["body"])
    assert "href" not in str(paper.data["body"])


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Document, bytes, str]]:
    """Paper, PDF and HTML of every item of the example that the party may see online."""
    folder = tmp_path_factory.mktemp("examples")
    approved = check(ROOT).approved
    assert approved is not None
    seen = edition(approved, "party", AS_OF)
    sources: dict[str, Source] = {each.page.url: each.page for each in approved.pages}
    sources |= {item.disclosure.id: item.disclosure for item in approved.items}
    shelf = stock(ROOT, sources, seen, folder / "shelf")
    config = ROOT / "site_config" / "party.yml"
    renderer = Renderer(config, frame(seen), shelf, "exact", Tree(folder / "out"))
    press = Press(find_fonts(ROOT / "fonts"), shelf, folder / "work")
    maker = Maker(seen)
    found = []
    for page in item_pages(seen):
        if isinstance(page.data, ItemData):
            html, _ = renderer.fragment(page)
            target = folder / "one.pdf"
            item = page.data.item
            paper = maker.item(item, html, "https://x.example/")
            assert press.make(paper, target) == []
            found.append((paper, target.read_bytes(), html))
    return found


def test_the_text_of_every_example_is_in_its_pdf(
    examples: list[tuple[Document, bytes, str]],
) -> None:
    """Every letter, in order; what stands between is page furniture and marks of lists."""
    assert len(examples) > 40
    for paper, data, html in examples:
        text, title = told(data), squeezed(paper.data["title"])
        assert title in text[:200], paper.name
        letters = iter(text.replace(title, "", 1))
        lost = [each for each in words(html) if each not in letters]
        assert lost == [], (paper.name, "".join(lost)[:20])
        assert not set(text) - {each for _, part in paper.texts() for each in part}, paper.name
