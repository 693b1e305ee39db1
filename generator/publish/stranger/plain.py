"""Normal forms in which withheld text and site text are compared, and sentences of a text."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

SENTENCE_LEAST = 12
"""Characters a sentence needs, after normalisation, to be told from chance."""

BREAK = "\x00"
"""Stands in a text where an element, a cell or a value ends; survives normalisation."""

_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_ENDS = re.compile(r"[。；！？;!?\n|\x00]+")
_FENCE = re.compile(r"[`*~\\]+|(?<![0-9A-Za-z])_+|_+(?![0-9A-Za-z])")
_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)")
_TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z][^>]*>", re.DOTALL)
_LEAD = re.compile(r"^[ \t>]*(?:#{1,6}\s+|[-+*]\s+|\d+[.)]\s+)?", re.MULTILINE)


def loose(text: str) -> str:
    """NFKC, lower case, without characters that do not show; white space kept."""
    if text.isascii():
        return text.lower()
    if _INVISIBLE.search(text):
        text = _INVISIBLE.sub("", text)
    return unicodedata.normalize("NFKC", text).lower()


def close(text: str) -> str:
    """A ``loose`` text without its white space."""
    return "".join(text.split())


def tight(text: str) -> str:
    """The normal form of comparison: NFKC, lower case, no white space, nothing invisible."""
    return close(loose(text))


def as_bytes(text: str) -> bytes:
    """UTF-8, with halves of surrogate pairs (from broken escapes) replaced."""
    return text.encode("utf-8", "replace")


def unmarked(markdown: str) -> str:
    """Roughly the text a reader sees of a Markdown text: emphasis, links and tags undone."""
    text = _LINK.sub(r"\1", _TAG.sub("", markdown))
    return html.unescape(_FENCE.sub("", _LEAD.sub("", text)))


def sentences(text: str) -> Iterator[str]:
    """Sentences and table cells, in normal form, long and varied enough to be distinctive."""
    for piece in _ENDS.split(text):
        sentence = tight(piece)
        if len(sentence) >= SENTENCE_LEAST and len(set(filter(str.isalnum, sentence))) >= 5:
            yield sentence
