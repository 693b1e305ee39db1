"""What an item's text means on paper: the site's own sanitised HTML as a tree of plain data.

The HTML fragment is the one source of what a text means, on the site and on paper. The tree goes
to the engine as JSON: nothing of it is ever read as markup there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, TypeAlias

from generator.press.tables import fitted

Node: TypeAlias = Any
"""A string, or a mapping with a tag ``t``, content ``c``, and a ``face`` where it changes."""

_VOID = {"br", "hr", "img", "col"}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_INLINE = set("a abbr b br code del em i ins kbd s small span strong sub sup".split())
_FACES = {"b": "hei", "strong": "hei", "em": "kai", "i": "kai", "code": "song", "kbd": "song"}
_MARKS = {"sub": "sub", "sup": "sup", "del": "del", "s": "del"}
_LEVEL_FACES = ("hei", "kai", "fang")
"""GB/T 9704-2012, 7.3.3: first level 黑体, second 楷体, from the third on 仿宋."""
_SPACE = re.compile(r"[ \t\r\n\f]+")
_IGNORED = re.compile("[\u00ad\u200b\u2060\ufeff]")
_NUMBERINGS = {"a": "a.", "A": "A.", "i": "i.", "I": "I."}


@dataclass(slots=True)
class Element:
    """An element of the fragment: its tag, attributes, and children in order."""

    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    def all(self, *tags: str) -> Iterator[Element]:
        """The children with one of these tags."""
        yield from (one for one in self.children if isinstance(one, Element) and one.tag in tags)


class _Reader(HTMLParser):
    """Sanitised HTML, which is always well nested, as elements."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("body")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID and any(each.tag == tag for each in self._open[1:]):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(_IGNORED.sub("", data))


def read_fragment(html: str) -> Element:
    """The elements of a sanitised fragment below one root."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root


@dataclass(slots=True)
class Converter:
    """One item's text to a tree. ``address`` turns a link into a full address, or "" where paper
    shows only its words; ``picture`` turns an image's source into the name of its file, or "".

    ``missing`` collects sources of images that are not among the item's files.
    """

    address: Callable[[str], str]
    picture: Callable[[str], str]
    missing: list[str] = field(default_factory=list)
    _levels: list[int] = field(default_factory=list)

    def convert(self, html: str) -> list[Node]:
        """The blocks of a fragment."""
        self._levels = []
        return self._blocks(read_fragment(html).children)

    def _blocks(self, children: Iterable[Element | str]) -> list[Node]:
        found: list[Node] = []
        loose: list[Element | str] = []
        for child in children:
            if isinstance(child, str) or child.tag in _INLINE:
                loose.append(child)
            else:
                found += self._paragraph(loose)
                loose = []
                found += self._block(child)
        return found + self._paragraph(loose)

    def _block(self, element: Element) -> list[Node]:
        tag, children = element.tag, element.children
        if tag == "p":
            return self._paragraph(children)
        if tag in _HEADINGS:
            return self._heading(element)
        if tag == "img":
            return self._image(element)
        if tag in {"ul", "ol"}:
            return self._list(element)
        if tag == "table":
            return self._table(element)
        if tag == "dl":
            return self._definitions(element)
        if tag == "pre":
            lines = _text(element).rstrip("\n").split("\n")
            return [{"t": "pre", "face": "song", "c": lines}]
        if tag == "hr":
            return [{"t": "hr"}]
        inside = self._blocks(children)
        return [{"t": "quote", "c": inside}] if tag == "blockquote" and inside else inside

    def _paragraph(self, children: Sequence[Element | str]) -> list[Node]:
        """One paragraph; a picture within it stands by itself, the text before and after too."""
        found: list[Node] = []
        run: list[Element | str] = []
        for child in [*children, None]:
            if child is None or (isinstance(child, Element) and child.tag == "img"):
                if content := _trimmed(self._inline(run)):
                    found.append({"t": "p", "c": content})
                run = []
                found += self._image(child) if child else []
            elif isinstance(child, Element) and child.tag == "a" and any(child.all("img")):
                found += self._paragraph([*run, *child.children])
                run = []
            else:
                run.append(child)
        return found

    def _heading(self, element: Element) -> list[Node]:
        """Levels without a gap (PDF/UA-1 allows none): what counts is which lies within which."""
        content = _trimmed(self._inline(element.children))
        if not content:
            return []
        written = _HEADINGS[element.tag]
        while self._levels and self._levels[-1] >= written:
            self._levels.pop()
        self._levels.append(written)
        level = len(self._levels)
        face = _LEVEL_FACES[min(level, len(_LEVEL_FACES)) - 1]
        return [{"t": "h", "level": level, "face": face, "c": content}]

    def _image(self, element: Element) -> list[Node]:
        source = element.attributes.get("src", "")
        if not source:
            return []  # leads to what is not to be seen today
        file = self.picture(source)
        if not file:
            self.missing.append(source)
            return []
        return [{"t": "img", "file": file, "alt": element.attributes.get("alt", "") or "插图"}]

    def _list(self, element: Element) -> list[Node]:
        items = [self._blocks(each.children) for each in element.all("li")]
        items = [each for each in items if each]
        if not items or element.tag == "ul":
            return [{"t": "ul", "c": items}] if items else []
        start = element.attributes.get("start", "1")
        numbering = _NUMBERINGS.get(element.attributes.get("type", ""), "1.")
        first = int(start) if start.isdecimal() else 1
        return [{"t": "ol", "start": first, "numbering": numbering, "c": items}]

    def _definitions(self, element: Element) -> list[Node]:
        found: list[Node] = []
        for each in element.all("dt", "dd"):
            inside = self._blocks(each.children)
            if each.tag == "dt":
                found += [{"t": "p", "c": [_face("hei", one["c"])]} for one in inside if "c" in one]
            elif inside:
                found.append({"t": "quote", "c": inside})
        return found

    def _table(self, element: Element) -> list[Node]:
        head, rows = _rows(element)
        caption = [node for each in element.all("caption") for node in self._blocks(each.children)]
        made_head = [[self._cell(cell, "hei") for cell in row] for row in head]
        made_rows = [[self._cell(cell, "fang") for cell in row] for row in rows]
        return [*caption, fitted(made_head, made_rows)] if head or rows else caption

    def _cell(self, element: Element, face: str) -> Node:
        align = element.attributes.get("align", "")
        return {
            "colspan": _number(element.attributes.get("colspan", "")),
            "rowspan": _number(element.attributes.get("rowspan", "")),
            "align": align if align in {"left", "right", "center"} else "",
            "face": face,
            "c": self._blocks(element.children),
        }

    def _inline(self, children: Iterable[Element | str]) -> list[Node]:
        found: list[Node] = []
        for child in children:
            if isinstance(child, str):
                found.append(_SPACE.sub(" ", child))
            elif child.tag == "br":
                found.append({"t": "br"})
            elif "footnote-backref" not in child.attributes.get("class", ""):
                found += self._marked(child)
        return found

    def _marked(self, element: Element) -> list[Node]:
        inside = self._inline(element.children)
        if not inside:
            return []
        if element.tag == "a":
            href = self.address(element.attributes.get("href", ""))
            return [{"t": "a", "href": href, "c": inside}] if href else inside
        if element.tag in _FACES:
            return [_face(_FACES[element.tag], inside)]
        mark = _MARKS.get(element.tag)
        return [{"t": mark, "c": inside}] if mark else inside


def texts(nodes: Iterable[Node], face: str = "fang") -> Iterator[tuple[str, str]]:
    """Every string of a tree with the face it is set in."""
    for node in nodes:
        if isinstance(node, str):
            yield face, node
        elif isinstance(node, list):
            yield from texts(node, face)
        else:
            own = node.get("face", face)
            for part in ("c", "head", "rows"):
                yield from texts(node.get(part, ()), own)


def _face(face: str, inside: list[Node]) -> Node:
    return {"t": "face", "face": face, "c": inside}


def _trimmed(nodes: list[Node]) -> list[Node]:
    """Without spaces at either end, nor around a forced line break; nothing if that is all."""
    found = list(nodes)
    for place, node in enumerate(nodes):
        if isinstance(node, str):
            starts = place == 0 or nodes[place - 1] == {"t": "br"}
            ends = place + 1 == len(nodes) or nodes[place + 1] == {"t": "br"}
            text = node.lstrip(" ") if starts else node
            found[place] = text.rstrip(" ") if ends else text
    kept = [node for node in found if node != ""]
    return kept if any(text.strip(" ") for _, text in texts(kept)) else []


def _rows(table: Element) -> tuple[list[list[Element]], list[list[Element]]]:
    """Head and body of a table; without a head a first row of headings is one."""
    head = [list(row.all("td", "th")) for part in table.all("thead") for row in part.all("tr")]
    parts = [table, *table.all("tbody", "tfoot")]
    rows = [list(row.all("td", "th")) for part in parts for row in part.all("tr")]
    if not head and rows and all(cell.tag == "th" for cell in rows[0]):
        head, rows = rows[:1], rows[1:]
    return [row for row in head if row], [row for row in rows if row]


def _number(text: str) -> int:
    return min(max(int(text), 1), 1000) if text.isdecimal() else 1


def _text(element: Element) -> str:
    return "".join(one if isinstance(one, str) else _text(one) for one in element.children)
