"""YAML read so that a value means what it shows, and every fault knows its place.

Scalars stay the characters the clerk typed: no booleans from ``on``, no sexagesimal ``12:30``,
no date objects. Only the node tree of PyYAML is used, never its constructors.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import yaml

from generator.diagnostics import Diagnostic, Span, fault, nearest, several

T = TypeVar("T")

# Bound once: C marks and tree equal the pure Python ones, at a tenth of the time.
_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_FULL_WIDTH_COLON = re.compile(r"^[ \t]*(?:- )?([A-Za-z_]+)[ \t]*：", re.MULTILINE)
_FULL_WIDTH_ENTRY = re.compile(r"[ \t]*(?:- )?([^\s:：#\"'\[{]+)[ \t]*：")
_FULL_WIDTH_KEY = re.compile(r"：[ \t]*[\[{]")
_BLOCK_TEXT = re.compile(
    r"^( *)[^\n]*[:-][ \t]+[|>][-+\d]*[ \t]*\n(?P<text>(?:[ \t]*\n|\1 +[^\n]*(?:\n|\Z))*)",
    re.MULTILINE,
)
_DECORATED = re.compile(r"(?:^|[\s\[{,])[&*!]\S", re.MULTILINE)
_SEPARATORS = re.compile(r"[、，,;；\s]+")


class Sheet:
    """One YAML text being read: collects faults, and the places of the keys it was asked for.

    ``first_line`` is the line of the file on which the text begins.
    """

    def __init__(self, file: str, text: str, first_line: int = 1) -> None:
        self.file = file
        self.faults: list[Diagnostic] = []
        self.marks: dict[str, int] = {}
        self._first_line = first_line
        self.root = self._compose(text)

    def _compose(self, text: str) -> yaml.MappingNode | None:
        for match in _FULL_WIDTH_COLON.finditer(_without_block_texts(text)):
            line = text.count("\n", 0, match.start()) + self._first_line
            column = match.end() - (text.rfind("\n", 0, match.end()) + 1)
            self.faults.append(fault("S05", Span(self.file, line, column), key=match[1]))
        if self.faults:
            return None
        try:
            if decorated := _first_decorated(text):
                self._syntax(decorated, "a value that begins with &, * or ! needs quotes")
                return None
            node = yaml.compose(text, Loader=_LOADER)
        except yaml.MarkedYAMLError as error:
            if not self._full_width(text, error):
                self._syntax(error.problem_mark or error.context_mark, error.problem or "")
            return None
        except yaml.YAMLError as error:  # a character YAML forbids: no mark, but a position
            before = text[: getattr(error, "position", 0)]
            line, column = before.count("\n"), len(before) - before.rfind("\n") - 1
            place = Span(self.file, line + self._first_line, column + 1)
            self.faults.append(fault("S04", place, problem="a character that is not allowed"))
            return None
        if isinstance(node, yaml.MappingNode):
            return node
        self.faults.append(fault("S09", Span(self.file, self._first_line), key="", wanted="键: 值"))
        return None

    def _full_width(self, text: str, error: yaml.MarkedYAMLError) -> bool:
        """Whether a full-width colon where the reader stumbled is to blame; names it if so."""
        lines = text.split("\n")
        marks = [mark for mark in (error.context_mark, error.problem_mark) if mark]
        for number in sorted({mark.line for mark in marks if mark.line < len(lines)}):
            if match := _FULL_WIDTH_ENTRY.match(lines[number]):
                place = Span(self.file, number + self._first_line, match.end())
                self.faults.append(fault("S05", place, key=match[1]))
                return True
        return False

    def _syntax(self, mark: Any, problem: str) -> None:
        line, column = (mark.line, mark.column) if mark else (0, 0)
        place = Span(self.file, line + self._first_line, column + 1)
        self.faults.append(fault("S04", place, problem=problem))

    def span(self, node: yaml.Node) -> Span:
        """Where a node begins."""
        mark = node.start_mark
        return Span(self.file, mark.line + self._first_line, mark.column + 1)

    def mark(self, path: str, node: yaml.Node) -> None:
        """Remember the place of a key path."""
        place = self.span(node)
        self.marks[path] = place.line * 4096 + min(place.column, 4095)

    def add(self, code: str, node: yaml.Node, /, **args: object) -> None:
        """Record a fault at a node."""
        self.faults.append(fault(code, self.span(node), None, **args))

    def fields(self, known: Sequence[str]) -> Fields:
        """The top-level mapping, whose keys must be among ``known``."""
        return Fields(self, self.root, "", known)


class Fields:
    """One mapping of the sheet. Asking for a value that is wrong records a fault, and answers
    with the empty value of its type, so that all faults come out in one run.
    """

    def __init__(
        self, sheet: Sheet, node: yaml.Node | None, path: str, known: Sequence[str] | None
    ) -> None:
        self.sheet = sheet
        self.node = node
        self.path = path
        self._values: dict[str, yaml.Node] = {}
        if isinstance(node, yaml.MappingNode):
            self._take(node, known)
        elif node is not None:
            sheet.add("S09", node, key=path, wanted="键: 值")

    def _take(self, node: yaml.MappingNode, known: Sequence[str] | None) -> None:
        for key_node, value in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else "?"
            if _FULL_WIDTH_KEY.search(key):
                word, _, rest = key.partition("：")
                place = self.sheet.span(key_node)
                column = place.column + len(key) - len(rest) - 1
                self.sheet.faults.append(
                    fault("S05", Span(place.file, place.line, column), key=word)
                )
            elif key in self._values:
                self.sheet.add("S07", key_node, key=key)
            elif known is not None and key not in known:
                self.sheet.add("S06", key_node, key=key, near=nearest(key, known))
            else:
                self._values[key] = value
                if not (isinstance(value, yaml.ScalarNode) and _is_empty(value)):
                    self.sheet.mark(self._inner(key), value)

    def _inner(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def names(self) -> Iterator[str]:
        """The keys present, in the author's order."""
        return iter(self._values)

    def at(self, key: str = "") -> yaml.Node | None:
        """The node of a key, or of the mapping itself."""
        return self._values.get(key, self.node)

    def fail(self, code: str, key: str = "", /, **args: object) -> None:
        """Record a fault at a key of this mapping (or at the mapping itself)."""
        node = self.at(key)
        if node is not None:
            self.sheet.add(code, node, **args)

    def require(self, *keys: str) -> None:
        """Every one of ``keys`` must be present and not empty."""
        if not isinstance(self.node, yaml.MappingNode):
            return  # absent, or of the wrong shape: told where it stands
        for key in keys:
            node = self._values.get(key)
            if node is None or _is_empty(node):
                self.fail("S08", key, key=self._inner(key))

    def text(self, key: str) -> str:
        """A scalar as typed, outer spaces removed; "" when absent."""
        node = self._values.get(key)
        if node is None:
            return ""
        if isinstance(node, yaml.ScalarNode):
            return str(node.value).strip()
        self.sheet.add("S09", node, key=self._inner(key), wanted="文字")
        return ""

    def parsed(self, key: str, parse: Callable[[str], T | None], code: str) -> T | None:
        """A scalar through ``parse``; None there is fault ``code`` with the value named."""
        text = self.text(key)
        if not text:
            return None
        value = parse(text)
        if value is None:
            self.fail(code, key, key=self._inner(key), value=text)
        return value

    def word(self, key: str, choices: Iterable[str], what: str) -> str:
        """A scalar that must be one of ``choices``; "" and a fault when it is not."""
        text = self.text(key)
        return text if not text or self._is_word(self._values[key], text, choices, what) else ""

    def _is_word(self, node: yaml.Node, text: str, choices: Iterable[str], what: str) -> bool:
        listed = list(choices)
        if text in listed:
            return True
        self.unknown_word(node, text, listed, what)
        return False

    def unknown_word(self, node: yaml.Node, text: str, choices: Iterable[str], what: str) -> None:
        """Record that ``text`` is no word of ``what``, with the nearest one that is."""
        listed = list(choices)
        self.sheet.add(
            "S13", node, what=what, value=text, near=nearest(text, listed), choices=several(listed)
        )

    def texts(self, key: str, split: bool = False) -> list[tuple[str, yaml.Node]]:
        """A list of scalars, or one scalar (``split`` at 、 ， spaces), each with its node."""
        node = self._values.get(key)
        if node is None:
            return []
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        found: list[tuple[str, yaml.Node]] = []
        for each in nodes:
            if not isinstance(each, yaml.ScalarNode):
                self.sheet.add("S09", each, key=self._inner(key), wanted="文字")
                continue
            parts = _SEPARATORS.split(each.value) if split else [each.value.strip()]
            found += [(part, each) for part in parts if part]
        return found

    def map(self, key: str, known: Sequence[str] | None) -> Fields:
        """A mapping below this one; without ``known`` its keys are free."""
        return Fields(self.sheet, self._values.get(key), self._inner(key), known)

    def maps(self, key: str, known: Sequence[str]) -> list[Fields]:
        """A list of mappings."""
        node = self._values.get(key)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.sheet.add("S09", node, key=self._inner(key), wanted="- 列表")
            return []
        found = []
        for number, each in enumerate(node.value):
            path = f"{self._inner(key)}.{number}"
            self.sheet.mark(path, each)
            found.append(Fields(self.sheet, each, path, known))
        return found

    def is_text(self, key: str) -> bool:
        """Whether the value of a key is a scalar."""
        return isinstance(self._values.get(key), yaml.ScalarNode)


def _is_empty(node: yaml.Node) -> bool:
    return not (node.value.strip() if isinstance(node, yaml.ScalarNode) else node.value)


def _without_block_texts(text: str) -> str:
    """The same lines, those of block scalars (``summary: |``) empty."""
    return _BLOCK_TEXT.sub(
        lambda match: (
            match[0][: match.start("text") - match.start()] + re.sub(r"[^\n]", " ", match["text"])
        ),
        text,
    )


def _first_decorated(text: str) -> Any:
    """Where an alias, an anchor or a tag stands. An alias could make a text contain itself; an
    anchor or a tag would vanish from the value, which must mean what it shows.
    """
    if not _DECORATED.search(text):
        return None
    for each in yaml.parse(text, Loader=_LOADER):
        if isinstance(each, yaml.AliasEvent) or getattr(each, "anchor", None):
            return each.start_mark
        if getattr(each, "tag", None):
            return each.start_mark
    return None
