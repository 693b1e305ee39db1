"""Markdown is converted as Python-Markdown converts it, however much work a text is spared."""

from __future__ import annotations

import markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.site.markup import converter

EXTENSIONS = {
    "mkdocs": ("toc", "tables", "fenced_code"),
    "all": ("extra", "toc", "sane_lists", "admonition", "nl2br", "smarty"),
}
MARKERS = {"default": {}, "own": {"toc": {"marker": "目录"}}, "none": {"toc": {"marker": ""}}}
LINES = [
    "# 总则",
    "## 第一节",
    "正文*强调*。",
    "[TOC]",
    " [TOC] ",
    "见[TOC]",
    "\\[TOC]",
    "`[TOC]`",
    "- 项",
    "  [TOC]",
    "> [TOC]",
    "    [TOC]",
    "| 甲 | 乙 |\n| - | - |\n| [TOC] | `x` |",
    "目录",
    "**目录**",
    "目录\n[TOC]",
    "<div>[TOC]</div>",
    "<p>目录</p>",
    "```\n[TOC]\n```",
    "",
]


@pytest.mark.parametrize("marker", MARKERS)
@pytest.mark.parametrize("extensions", EXTENSIONS)
@settings(max_examples=40)
@given(texts=st.lists(st.lists(st.sampled_from(LINES), max_size=6), min_size=2, max_size=3))
def test_as_python_markdown_does(extensions: str, marker: str, texts: list[list[str]]) -> None:
    names, configs = EXTENSIONS[extensions], MARKERS[marker]
    ours = converter(names, configs)
    for each in texts:  # one after the other, each as if it were the first
        text = "\n\n".join(each)
        plain = markdown.Markdown(extensions=names, extension_configs=configs)
        assert ours(text) == plain.convert(text)
