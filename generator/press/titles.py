"""Where a title's lines end: whole in words, balanced (GB/T 9704-2012, 7.3.1: 词意完整)."""

from __future__ import annotations

import re

from generator.press.tables import measure

WIDEST = 20.0
"""Letters of 22 pt in 156 mm."""

_AFTER = "，、。；：！？）》”’〕】的等"
_BEFORE = "（《“‘〔【和与及或暨"
_AHEAD = ("关于", "情况", "工作", "公示", "通报", "通知", "办法", "规定", "方案", "报告", "征求")
_NEVER_FIRST = "，、。；：！？）》”’〕】%％的"
_NEVER_LAST = "（《“‘〔【"
_WHOLE = re.compile(
    r"[0-9A-Za-z.\-]+(?:年度?|月份?|日|号|次|届|级|学期)?|第[〇一二三四五六七八九十百]+[届次批期]"
)


def title_lines(title: str, widest: float = WIDEST) -> list[str]:
    """The title in the fewest lines that fit, each ending where a reader would pause."""
    count = max(1, -int(-measure(title) // widest))
    lines = []
    rest = title
    while count > 1:
        end = _end(rest, measure(rest) / count, widest)
        lines.append(rest[:end])
        rest = rest[end:].lstrip(" ")
        count = max(count - 1, -int(-measure(rest) // widest))
    return [*lines, rest]


def _end(text: str, wanted: float, widest: float) -> int:
    """The place to end a line at: nearest to the wanted width, better where the sense ends."""
    inside = {place for match in _WHOLE.finditer(text) for place in range(*match.span())}
    inside -= {match.start() for match in _WHOLE.finditer(text)}
    best, least = 0, float("inf")
    for place in range(1, len(text)):
        width = measure(text[:place])
        if width > widest:
            break
        if place in inside or text[place] in _NEVER_FIRST or text[place - 1] in _NEVER_LAST:
            continue
        cost = abs(width - wanted) - _worth(text, place)
        if cost <= least:
            best, least = place, cost
    return best or max(1, int(widest))


def _worth(text: str, place: int) -> float:
    """How good a place is to end a line at, in letters of distance."""
    if text[place - 1] in _AFTER or text[place] in _BEFORE:
        return 5.0
    return 4.0 if text.startswith(_AHEAD, place) else 0.0
