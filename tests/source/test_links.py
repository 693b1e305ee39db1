"""Links of a body: what the gate sees must be what the renderer will meet."""

from __future__ import annotations

import re

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.source.links import find_links, resolve


def _written(body: str) -> list[str]:
    return [link.written for link in find_links("content/2025/a.md", body, 1)]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("[文](b.md)", ["b.md"]),
        ("![图](图.png)", ["图.png"]),
        ("[文](b.md#第一节)", ["b.md#第一节"]),
        ('[文](b.md "标题")', ["b.md"]),
        ("[文](b.md '标题')", ["b.md"]),
        ("[文](<党费 明细表.xlsx>)", ["党费 明细表.xlsx"]),
        ("[文](党费 明细表.xlsx)", ["党费 明细表.xlsx"]),
        ('[文](党费 明细表.xlsx "标题")', ["党费 明细表.xlsx"]),
        ("[文](%E9%99%84.xlsx)", ["%E9%99%84.xlsx"]),
        ("[文](表(1).xlsx)和[文](表（2）.xlsx)", ["表(1).xlsx", "表（2）.xlsx"]),
        ("[文](表 (第 1 版).xlsx)", ["表 (第 1 版).xlsx"]),
        ("[文][r]\n\n[r]: ../b.md\n", ["../b.md"]),
        ("<a href=\"b.md\">文</a><img src='i.png'>", ["b.md", "i.png"]),
        ("<A HREF = 'b.md'>文</A>", ["b.md"]),
        ("[![图](i.png)](b.md)", ["i.png", "b.md"]),
        ("[文](a&amp;b.md)", ["a&b.md"]),
        ("[一](b.md) [二](b.md)", ["b.md"]),
        ("[网](https://example.edu.cn/) [信](mailto:a@b.cn) [页](#top) [话](tel:0)", []),
        ("注[^1]\n\n[^1]: 见附件说明\n", []),
        ("`[文](b.md)` ``[文](c.md)``", []),
        ("```\n[文](b.md)\n```\n[文](c.md)", ["c.md"]),
        ("~~~ md\n[文](b.md)\n~~~\n", []),
        ("没有链接，只有[方括号]和（括号）", []),
    ],
)
def test_links_found(body: str, found: list[str]) -> None:
    assert _written(body) == found


def test_places() -> None:
    links = find_links("content/a.md", "甲[文](b.md)\n\n乙 ![图](c.png)\n", 10)
    assert [divmod(link.mark, 4096) for link in links] == [(10, 6), (12, 8)]


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("b.md", "content/2025/b.md"),
        ("./b.md#x", "content/2025/b.md"),
        ("b.md?x=1", "content/2025/b.md"),
        ("../2024/b.md", "content/2024/b.md"),
        ("%E9%99%84%20%E8%A1%A8.xlsx", "content/2025/附 表.xlsx"),
        ("../../catalog.yaml", "catalog.yaml"),
        ("../../../etc/passwd", ""),
        ("%2e%2e/%2e%2e/%2e%2e/x", ""),
        ("/etc/passwd", ""),
        ("//example.com/x", ""),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("..\\x", ""),
        ("#x", ""),
    ],
)
def test_resolve(written: str, path: str) -> None:
    assert resolve("content/2025/a.md", written) == path


_NAMES = st.sampled_from(["b.md", "附 表.xlsx", "表(1).xlsx", "../2024/c.md", "i.png", "%20a.md"])
_TEXTS = st.sampled_from(["文", "甲 乙", "`code`", "**重**"])
_PIECES = st.one_of(
    st.builds("[{}]({})".format, _TEXTS, _NAMES),
    st.builds('![{}]({} "题")'.format, _TEXTS, _NAMES),
    st.builds("[{}](<{}>)".format, _TEXTS, _NAMES),
    st.builds("`[{}]({})`".format, st.just("文"), _NAMES),
    st.builds('<a href="{}">文</a>'.format, _NAMES),
    st.sampled_from(
        ["正文，", " ", "\n\n", "- 项\n", "> 引文\n", "| a | b |\n| - | - |\n| 1 | 2 |\n"]
    ),
)


@given(st.lists(_PIECES, max_size=8))
def test_the_gate_sees_every_link_the_renderer_meets(pieces: list[str]) -> None:
    body = "".join(pieces)
    rendered = markdown.markdown(body, extensions=["tables", "fenced_code", "footnotes"])
    met = set(re.findall(r'(?:href|src)="([^"]*)"', rendered))
    assert met <= set(_written(body))
