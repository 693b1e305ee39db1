"""What a text says once its escapes are undone and its tags are taken off."""

from __future__ import annotations

import html
import re
import urllib.parse

_ESCAPE = re.compile(
    r"\\u\{([0-9a-fA-F]{1,6})\}|\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|\\([nrt/\"'])"
)
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2})+")
_HIDDEN = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z](?>[^>\"']|\"[^\"]*\"|'[^']*')*>|<[!?][^>]*>")
_PAIRS = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def decoded(text: str) -> str:
    """``text`` with entities, JavaScript and JSON escapes and percent signs undone, thrice over."""
    for _ in range(3):
        plainer = _decode_once(text)
        if plainer == text:
            break
        text = plainer
    return text


def _decode_once(text: str) -> str:
    if "\\" in text:
        text = _ESCAPE.sub(_unescape, text)
        text = _PAIRS.sub(_join_halves, text)
    if "%" in text:
        text = _PERCENT.sub(_unquote, text)
    return html.unescape(text) if "&" in text else text


def _unescape(match: re.Match[str]) -> str:
    if plain := match[4]:
        return plain if plain in "/\"'" else " "
    number = int(match[1] or match[2] or match[3], 16)
    return chr(number) if number <= 0x10FFFF else ""


def _join_halves(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16", "surrogatepass").decode("utf-16")


def _unquote(match: re.Match[str]) -> str:
    data = urllib.parse.unquote_to_bytes(match[0])
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return match[0]


def stripped(text: str) -> str:
    """The running text of HTML, XML or SVG, nothing in a tag's place: ``<b>公</b>开`` is 公开."""
    return html.unescape(_TAG.sub("", _HIDDEN.sub("", text)))
