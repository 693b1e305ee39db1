"""Relative links and images of a body, found without rendering it.

The renderer meets every link again and refuses one that is not in this list, so a link this
scanner misses is an error there, never a leak.
"""

from __future__ import annotations

import html
import posixpath
import re
from urllib.parse import unquote

from generator.model.disclosure import Link

_CODE = re.compile(
    r"^(?P<fence>`{3,}|~{3,}).*?(?:^(?P=fence)[`~]*\s*$|\Z)|(?P<tick>`+)(?:(?!\n\n).)+?(?P=tick)",
    re.MULTILINE | re.DOTALL,
)
_TARGETS = re.compile(
    r"\]\(\s*(?:<(?P<angle>[^>\n]*)>|(?P<inline>(?:[^\s()]|\([^\n()]*\)|[ ]+(?![\"'\s)]))*))"
    r"|^[ ]{0,3}\[(?!\^)[^\]\n]+\]:[ \t]*<?(?P<reference>[^\s>]+)>?"
    r"|\b(?:href|src)\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)')",
    re.MULTILINE | re.IGNORECASE,
)
_ELSEWHERE = re.compile(r"(?:https?|mailto|tel):|#", re.IGNORECASE)


def find_links(file: str, text: str, first_line: int) -> tuple[Link, ...]:
    """Links of a body that stay within the project, each target once, with its place.

    ``file`` is the project path of the Markdown file; ``first_line`` the body's first line there.
    """
    if "](" not in text and "]:" not in text and "=" not in text:
        return ()
    bare = _CODE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
    found: dict[str, Link] = {}
    for match in _TARGETS.finditer(bare):
        written = html.unescape(next((group for group in match.groups() if group), ""))
        if written and not _ELSEWHERE.match(written) and written not in found:
            start = match.start(match.lastgroup or 0)
            line = text.count("\n", 0, start) + first_line
            column = start - text.rfind("\n", 0, start)
            found[written] = Link(written, resolve(file, written), line * 4096 + min(column, 4095))
    return tuple(found.values())


def resolve(file: str, written: str) -> str:
    """The project path a relative link means; "" for one that leaves the project or is rooted."""
    target = unquote(re.split(r"[#?]", written, maxsplit=1)[0])
    if not target or target.startswith("/") or ":" in target.split("/")[0] or "\\" in target:
        return ""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(file), target))
    return "" if path.startswith("..") else path
