"""Matters disclosed step by step (逐段公开): one page each, with the parts in their order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from generator.model.edition import Edition, Item, Part
from generator.model.page import Anchor, Line, Page, SeriesData
from generator.pages.lists import ToLine


@dataclass(frozen=True, slots=True)
class Whole:
    """A series as its readers see it: where its page is, and the parts they may read."""

    anchor: Anchor
    parts: tuple[Line, ...]

    def page(self) -> Page:
        """The page of the whole series."""
        heading = self.anchor.label
        return Page(self.anchor.url, "series.html", heading, SeriesData(heading, self.parts))


SeriesPages: TypeAlias = Mapping[str, Whole]
"""By the id of the series."""


def series_of(edition: Edition, line: ToLine) -> SeriesPages:
    """Every series of which the edition holds a part.

    It goes by the title its newest visible part gives it, or else by that of its first visible
    part: a title known to a hidden part only is not known here.
    """
    found: dict[str, list[tuple[Part, Item]]] = defaultdict(list)
    for item in edition.items:
        if item.series:
            found[item.series.series].append((item.series, item))
    wholes = {}
    for key, parts in sorted(found.items()):
        parts.sort(key=lambda each: (each[0].number, each[1].id))
        titles = [part.title for part, _ in parts if part.title]
        heading = titles[-1] if titles else f"{parts[0][1].title}等"
        lines = tuple(line(item) for _, item in parts)
        wholes[key] = Whole(Anchor(heading, f"series/{key}/"), lines)
    return wholes
