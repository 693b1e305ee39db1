"""Markdown to HTML: the one module that knows Python-Markdown.

Most texts of a page (a cell, a date, a sentence) hold no mark-up at all, and yet the inline
processor tries every pattern on each. Here one look tells whether any of the patterns could match,
whatever extension brought it; where that cannot be told, everything goes the ordinary way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from re import _constants as words  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any
from xml.etree.ElementTree import Element

import markdown
from markdown.extensions.toc import TocTreeprocessor
from markdown.treeprocessors import InlineProcessor

Convert = Callable[[str], str]

_HANDLE = "_InlineProcessor__handleInline"
"""The method that tries the patterns on one text: private, so its absence is provided for."""


def converter(extensions: Sequence[Any], configs: Mapping[str, Any]) -> Convert:
    """Texts to HTML, one after the other, each as if it were the first."""
    engine = markdown.Markdown(extensions=extensions, extension_configs=dict(configs))
    _quicken(engine)
    _spare_the_walk(engine)
    return lambda text: str(engine.reset().convert(text))


def _quicken(engine: markdown.Markdown) -> None:
    """Spare texts without mark-up the patterns; the result is the same."""
    ordinary = engine.treeprocessors["inline"]
    handle = getattr(ordinary, _HANDLE, None)
    needed = [_needed(each.getCompiledRegExp()) for each in engine.inlinePatterns]
    if type(ordinary) is not InlineProcessor or handle is None or not all(needed):
        return
    marks = re.compile("[" + "".join(sorted(map(re.escape, frozenset().union(*needed)))) + "]")

    def quick(data: str, *place: int) -> str:
        result: str = data if marks.search(data) is None else handle(data, *place)
        return result

    setattr(ordinary, _HANDLE, quick)


def _spare_the_walk(engine: markdown.Markdown) -> None:
    """Spare texts that have no marker for a table of contents the search for its element."""
    toc = next((each for each in engine.treeprocessors if type(each) is TocTreeprocessor), None)
    if toc is None:
        return
    marker, replace = toc.marker, toc.replace_marker

    def quick(root: Element, table: Element) -> None:
        if marker in "".join(root.itertext()):
            replace(root, table)

    toc.replace_marker = quick  # type: ignore[method-assign, assignment]


def _needed(pattern: re.Pattern[str]) -> frozenset[str]:
    """Characters of which every match has at least one; empty where that cannot be told."""
    if pattern.flags & re.IGNORECASE:
        return frozenset()
    return _in_sequence(_parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG))


def _in_sequence(parts: Any) -> frozenset[str]:
    """The fewest characters one part of a sequence insists on: all parts must match."""
    found = [each for each in (_in_part(*part) for part in parts) if each]
    return min(found, key=_plainness, default=frozenset())


def _plainness(characters: frozenset[str]) -> tuple[bool, int]:
    return bool(characters & {" ", "\n"}), len(characters)


def _in_part(kind: Any, value: Any) -> frozenset[str]:
    if kind is words.LITERAL:
        return frozenset(chr(value))
    if kind is words.IN and all(each is words.LITERAL for each, _ in value):
        return frozenset(chr(code) for _, code in value)
    if kind is words.SUBPATTERN:
        return _in_sequence(value[3])
    if kind is words.BRANCH:
        each = [_in_sequence(branch) for branch in value[1]]
        return frozenset().union(*each) if all(each) else frozenset()
    if kind in (words.MAX_REPEAT, words.MIN_REPEAT) and value[0] > 0:
        return _in_sequence(value[2])
    return frozenset()
