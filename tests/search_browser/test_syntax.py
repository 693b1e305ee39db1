"""The reader's scripts parse as ES2019 and use nothing that a folder or the policy forbids."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import esprima
import pytest

SCRIPTS = Path(__file__).parents[2] / "themes" / "disclosure" / "assets" / "disclosure"
EXACT = ("normal.js", "search.js", "search-exact.js", "item.js")

# Newer than ES2019, by the node's name in the tree, or by its operator.
_NEWER_NODES = {
    "ChainExpression", "Import", "ImportExpression", "MetaProperty", "PropertyDefinition",
    "FieldDefinition", "ClassProperty", "PrivateIdentifier", "PrivateName", "StaticBlock",
}  # fmt: skip
_NEWER_OPERATORS = {"??", "??=", "&&=", "||="}
_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.DOTALL)
# What came to the library after Chromium 86 (October 2020) and is easily written.
_NEWER_CALLS = re.compile(
    r"\.(?:at|replaceAll|findLast|findLastIndex|toSorted|toReversed|toSpliced|hasOwn|groupBy|"
    r"replaceChildren|any|withResolvers|isWellFormed)\(|structuredClone|DecompressionStream|WeakRef"
)


def _nodes(tree: Any) -> Iterator[Any]:
    if isinstance(tree, list):
        for each in tree:
            yield from _nodes(each)
    elif hasattr(tree, "type"):
        yield tree
        for each in vars(tree).values():
            yield from _nodes(each)


def _newer(source: str) -> list[str]:
    found = []
    for node in _nodes(esprima.parseScript(source).body):
        regex = getattr(node, "regex", None)
        if node.type in _NEWER_NODES or getattr(node, "optional", False):
            found.append(node.type)
        if getattr(node, "operator", None) in _NEWER_OPERATORS:
            found.append(node.operator)
        if regex is not None and set(regex.flags) - set("gimsuy"):
            found.append(f"/{regex.flags}")
        if node.type == "Literal" and re.fullmatch(r"[0-9_]+n|\d+_[\d_]+", str(node.raw)):
            found.append(node.raw)
    return found


@pytest.mark.parametrize("name", EXACT)
def test_parses_as_es2019(name: str) -> None:
    assert _newer((SCRIPTS / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    ["a?.b", "a ?? b", "a ||= b", "import('x')", "10n", "class A { x = 1 }", "class A { #x() {} }"],
)
def test_newer_syntax_would_be_found(source: str) -> None:
    with contextlib.suppress(esprima.Error):
        assert _newer(source)


@pytest.mark.parametrize("name", EXACT)
def test_nothing_that_a_folder_or_an_old_browser_lacks(name: str) -> None:
    source = _COMMENT.sub("", (SCRIPTS / name).read_text(encoding="utf-8"))
    for word in ("fetch(", "import(", "XMLHttpRequest", "WebAssembly", "Worker", "eval("):
        assert word not in source, word
    assert not _NEWER_CALLS.search(source)
    assert "import " not in source and "export " not in source
