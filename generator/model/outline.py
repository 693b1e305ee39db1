"""A page before it is made: enough to tell whether it would be the last one."""

from __future__ import annotations

from collections.abc import Callable
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


def outlined(page: Page) -> Outline:
    """The outline of a page that is made already: it is a function of itself."""
    item = page.data.item if isinstance(page.data, ItemData) else None
    return Outline(page.url, page.template, page, lambda: page, page.text_digest, item)
