"""Fitting a table to the page: the widths of its columns and the size of its letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

SIZES = (12.0, 10.5, 9.0, 7.5)
"""小四, 五号, 小五, 六号, in points; the first at which no word must be broken is taken."""

PORTRAIT, LANDSCAPE = 442.2, 637.8
"""156 mm and 225 mm in points."""

_PADDING = 0.8
"""Left and right inset of a cell, in letters."""
_UNBROKEN = re.compile(r"[!-~]+")
_LOW = 10
"""Lines: half of what fits a page even if every line held only half of what is reckoned."""
_TALL = 8
"""A text longer than this many letters may stand on several lines."""


def fitted(
    head: Sequence[Sequence[Any]], rows: Sequence[Sequence[Any]], width: float = PORTRAIT
) -> dict[str, Any]:
    """A table node with ``widths`` (shares of the width) and ``size`` (points)."""
    table = [*head, *rows]
    columns = max(sum(cell["colspan"] for cell in row) for row in table)
    least, wished = [1.0] * columns, [1.0] * columns
    for place, cell in _placed(table):
        if cell["colspan"] == 1 and place < columns:
            for line in _lines(cell["c"]):
                least[place] = max(least[place], _least(line))
                wished[place] = max(wished[place], measure(line))
    least = [each + _PADDING for each in least]
    wished = [each + _PADDING for each in wished]
    size = next((each for each in SIZES if sum(least) * each <= width), SIZES[-1])
    widths = shares(least, wished, width / size)
    wide = {id(cell): sum(widths[at : at + cell["colspan"]]) for at, cell in _placed(table)}
    for row in table:
        low = all(_low(cell, wide[id(cell)]) for cell in row if cell["rowspan"] == 1)
        for cell in row:
            cell["breakable"] = not low or cell["rowspan"] > 1
    return {"t": "table", "head": head, "rows": rows, "widths": widths, "size": size}


def shares(least: Sequence[float], wished: Sequence[float], room: float) -> list[float]:
    """Widths in letters that fill ``room``: short columns get all they wish, long ones share.

    A long text is read as well in a column of half its length and two lines: beyond the least a
    column's claim is the root of its wish.
    """
    if sum(least) >= room:
        return [round(each, 3) for each in least]
    if sum(wished) <= room:
        return [round(each * room / sum(wished), 3) for each in wished]
    widths = list(least)
    open_ = sorted(range(len(least)), key=lambda place: wished[place])
    left = room
    while wished[open_[0]] <= left / len(open_):
        place = open_.pop(0)
        widths[place] = wished[place]
        left -= wished[place]
    spare = left - sum(least[place] for place in open_)
    claims = sum(wished[place] ** 0.5 for place in open_)
    for place in open_:
        widths[place] += spare * wished[place] ** 0.5 / claims
    return [round(each, 3) for each in widths]


def measure(text: str) -> float:
    """How many letters wide a text is, a Chinese character being one."""
    return sum(1.0 if unicodedata.east_asian_width(each) in "WFA" else 0.58 for each in text)


def _least(line: str) -> float:
    """The widest part that must not be broken: a number, a word; a short text as a whole."""
    whole = measure(line)
    if whole <= 4:
        return whole
    words = (measure(word) for word in _UNBROKEN.findall(line))
    return min(max([2.0 if whole <= _TALL else 3.0, *words]), 16.0)


def _low(cell: Any, width: float) -> bool:
    """Whether a cell surely stays far below a page's height, so that its row may be kept whole.

    A row kept whole that is taller than the page would be cut off: in any doubt it may be broken,
    and a cell over several rows may be as tall as they are together.
    """
    plain = all(node["t"] == "p" for node in cell["c"])
    room = max(width - 2 * _PADDING, 1.0)
    return plain and sum(measure(line) // room + 1 for line in _lines(cell["c"])) <= _LOW


def _placed(table: Sequence[Sequence[Any]]) -> Iterator[tuple[int, Any]]:
    """Every cell with the column it begins in, cells that reach down from above counted."""
    reaching: dict[int, int] = {}
    for row in table:
        place = 0
        below: dict[int, int] = {}
        for cell in row:
            while reaching.get(place, 0) > 0:
                place += 1
            yield place, cell
            for column in range(place, place + cell["colspan"]):
                below[column] = cell["rowspan"]
            place += cell["colspan"]
        reaching = {
            column: max(reaching.get(column, 0), below.get(column, 0)) - 1
            for column in reaching.keys() | below.keys()
        }


def _lines(nodes: Any) -> Iterator[str]:
    """The texts of a cell, a paragraph or a forced line each."""
    line = ""
    for node in nodes:
        if isinstance(node, str):
            line += node
        elif isinstance(node, list):
            yield from _lines(node)
        elif node["t"] in {"br", "p", "h", "ul", "ol", "quote", "pre", "table"}:
            yield line
            line = ""
            yield from _lines(node.get("c", ()))
        else:
            *before, last = ["", *_lines(node.get("c", ()))]
            line += last
            yield from before
    yield line
