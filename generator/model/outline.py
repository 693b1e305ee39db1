"""Pages before they are made: enough to tell whether they would be the last ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from generator.model.edition import Item
from generator.model.page import ItemData, Page


@dataclass(frozen=True, slots=True)
class Outline:
    """``of`` is all that the page at ``url`` is a function of, and ``page`` that function; ``item``
    is the one the page is about. The others are as in ``Page``.
    """

    url: str
    template: str
    of: Any
    page: Callable[[], Page]
    text_digest: str = ""
    item: Item | None = None


@dataclass(frozen=True, slots=True)
class Chapter:
    """Pages that follow each other: which they are, and each of them, is a function ``make`` of
    ``of`` alone. Where that is what it was, none of them need be thought of. None: each is asked.
    """

    make: Callable[..., Iterable[Outline]]
    of: tuple[Any, ...] | None

    def outlines(self) -> Iterable[Outline]:
        """Those of its pages, in their order."""
        return self.make(*(self.of or ()))


def loose(pages: Iterable[Page]) -> Chapter:
    """A chapter of pages that are each a function of itself."""
    return Chapter(lambda: map(outlined, pages), None)


def outlined(page: Page) -> Outline:
    """The outline of a page that is made already: it is a function of itself."""
    item = page.data.item if isinstance(page.data, ItemData) else None
    return Outline(page.url, page.template, page, lambda: page, page.text_digest, item)
