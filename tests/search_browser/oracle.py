"""What each item's page visibly says, read from the built HTML: the truth searches are held to.

It shares nothing with the index but the spelling rules (``normal``): not the blocks the index was
made from, not its reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from random import Random

from generator.site.exact.normal import normal

KINDS = ("title", "body", "cell", "attachment")
_VOID = {"br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
_INLINE = set("a abbr b bdi bdo cite code del dfn em i img ins kbd mark q rp rt ruby s".split())
_INLINE |= set("samp small span strong sub sup time u var wbr".split())
_TERMS = {"索引号": "number", "文号": "number", "关键词": "keywords"}
_CUT = re.compile(r'["“”]')  # a phrase cannot hold the marks that end it


@dataclass(frozen=True, slots=True)
class Page:
    """One item: its visible blocks as (kind, text), and the values of its filters."""

    id: str
    release: str
    blocks: tuple[tuple[str, str], ...]
    filters: Mapping[str, frozenset[str]]
    normal: str = field(repr=False)
    """The blocks in normal form, title first, one a line: no phrase has a line's end."""

    def has(self, phrase: str) -> bool:
        """Whether one block holds the phrase, given in normal form."""
        return phrase in self.normal

    def titled(self, phrase: str) -> bool:
        """Whether the title holds the phrase, given in normal form."""
        return phrase in self.normal.partition("\n")[0]


def read(site: Path) -> list[Page]:
    """All items of a built site."""
    return [_page(path) for path in sorted(site.glob("d/*/index.html"))]


def _page(path: Path) -> Page:
    parser = _Parser()
    parser.feed(path.read_text(encoding="utf-8"))
    blocks = [(kind, " ".join(text.split())) for kind, text in parser.blocks()]
    blocks = [(kind, part) for kind, text in blocks for part in _parts(kind, text) if part]
    filters = {name: frozenset(values) for name, values in parser.filters.items()}
    spelled = "\n".join(normal(text) for _, text in blocks)
    return Page(path.parent.name, parser.release, tuple(blocks), filters, spelled)


def _parts(kind: str, text: str) -> list[str]:
    """The page lists keywords in one line; each stands for itself."""
    return text.split("、") if kind == "keywords" else [text]


class _Parser(HTMLParser):
    """Collects the text of h1, summary, .text, files and three entries of the register."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.filters: dict[str, set[str]] = {}
        self.release = ""
        self._open: list[tuple[str, dict[str, str]]] = []
        self._found: list[tuple[str, list[str]]] = []
        self._term = ""
        self._filter = ""

    def blocks(self) -> Iterator[tuple[str, str]]:
        found = [(kind, "".join(text)) for kind, text in self._found]
        yield from (each for each in found if each[0] == "title")
        yield from (each for each in found if each[0] != "title")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag not in _INLINE:
            self._found.append(("break", []))
        if tag in _VOID:
            return
        self._open.append((tag, found))
        name, _, attribute = found.get("data-pagefind-filter", "").partition("[")
        if attribute:
            self.filters.setdefault(name, set()).add(found[attribute.rstrip("]")])
        self._filter = "" if attribute else name
        self.release = found.get("data-date", self.release)
        if tag == "a" and "download" in found and self._inside("files"):
            self._found.append(("attachment", [found["download"]]))
            self._found.append(("break", []))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass
        self._filter = ""
        if tag not in _INLINE:
            self._found.append(("break", []))

    def handle_data(self, data: str) -> None:
        if self._filter:
            self.filters.setdefault(self._filter, set()).add(data.strip())
        tags = [tag for tag, _ in self._open]
        if "dt" in tags and self._inside("register"):
            self._term = data.strip()
        kind = self._kind(tags)
        if kind and self._found and self._found[-1][0] == kind:
            self._found[-1][1].append(data)
        elif kind:
            self._found.append((kind, [data]))

    def _kind(self, tags: Sequence[str]) -> str:
        if "h1" in tags:
            return "title"
        if self._inside("text"):
            return "cell" if "td" in tags or "th" in tags else "body"
        if self._inside("summary") and tags[-1] != "strong":
            return "body"
        if self._inside("files") and tags[-1] == "a":
            return "attachment"
        in_register = self._inside("register") and "dd" in tags
        return _TERMS.get(self._term, "") if in_register else ""

    def _inside(self, name: str) -> bool:
        return any(name in each.get("class", "").split() for _, each in self._open)


def substrings(pages: Sequence[Page], count: int, seed: int) -> list[str]:
    """Random substrings of 2 to 12 characters as they stand on the pages, a quarter per kind."""
    rng = Random(seed)
    pools = {kind: [b for page in pages for k, b in page.blocks if k == kind] for kind in KINDS}
    found: dict[str, None] = {}
    while len(found) < count:
        text = rng.choice(pools[KINDS[rng.randrange(4)]])
        size = rng.randint(2, 12)
        begin = rng.randrange(max(1, len(text) - size + 1))
        phrase = text[begin : begin + size]
        if len(normal(phrase)) >= 2 and not _CUT.search(phrase):
            found[phrase] = None
    return list(found)


def holding(pages: Sequence[Page], phrase: str) -> set[str]:
    """The items that hold a phrase."""
    wanted = normal(phrase)
    return {page.id for page in pages if page.has(wanted)}
