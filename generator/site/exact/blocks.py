"""The visible text of an item's page as blocks: a phrase never crosses from one to the next."""

from __future__ import annotations

import html
import re

from generator.model.edition import Item

_BREAK = re.compile(
    r"</?(?:blockquote|br|caption|dd|details|div|dl|dt|figcaption|figure|h[1-6]|hr|li|ol|p|pre"
    r"|summary|table|tbody|td|tfoot|th|thead|tr|ul)\b[^>]*>"
)
_TAG = re.compile(r"<[^>]*>")


def blocks_of(item: Item, content: str) -> list[str]:
    """Title first, then what the register block adds, then the text block by block.

    ``content`` is the page's sanitised HTML. Units, categories and kinds are filters, not text.
    """
    parts = [item.title, item.id, item.number, item.summary, *item.keywords]
    bare = _TAG.sub("", _BREAK.sub("\0", content))
    parts += html.unescape(bare).split("\0")
    for file in item.attachments:
        if not file.inline:
            parts += [file.title, file.download]
    flat = (" ".join(part.split()) for part in parts)
    return [part for part in flat if part]
