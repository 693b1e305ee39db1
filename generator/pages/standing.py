"""Standing pages (公开指南、依申请公开、意见反馈……), and the menus that lead to them."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model.edition import Edition
from generator.model.page import Anchor, Page


def standing_pages(edition: Edition) -> Iterator[Page]:
    """A page for each, in their order."""
    for page in edition.pages:
        yield Page(
            url=page.url,
            template="standing.html",
            title=page.title,
            data=page,
            text_digest=page.text_digest,
        )


def led_to(edition: Edition, menu: str) -> tuple[Anchor, ...]:
    """The pages that ``menu`` (``model.disclosure.MENUS``) leads to."""
    return tuple(Anchor(page.label, page.url) for page in edition.pages if menu in page.nav)
