"""The author's HTML made safe: an allow-list of tags, and no link the gate has not seen."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

import nh3

_TAGS = set(
    "a abbr b blockquote br caption code col colgroup dd del details div dl dt em figcaption "
    "figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li ol p pre s small span strong sub summary sup "
    "table tbody td tfoot th thead tr u ul".split()
)
_ATTRIBUTES = {
    "*": {"id", "class"},
    "a": {"href", "title"},
    "abbr": {"title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start", "type"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
}
_SCHEMES = {"http", "https", "mailto", "tel"}
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_HAN = "\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef"
_WRAPPED = re.compile(rf"(?<=[{_HAN}])\n(?=[{_HAN}])")


@dataclass(slots=True)
class Sanitiser:
    """Cleans the HTML of one page. ``links`` maps what the author wrote to a site address ("" for
    a target that is not to be seen); ``relative`` turns such an address into one for this page.

    ``unseen`` collects links that are not in the table, ``foreign`` images of other hosts: the
    page must not be published with either.
    """

    links: Mapping[str, str]
    relative: Callable[[str], str]
    unseen: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def clean(self, html: str) -> str:
        """Safe HTML, with links rewritten; comments, scripts, styles and handlers gone."""
        safe = nh3.clean(
            html,
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            attribute_filter=self._attribute,
            url_schemes=_SCHEMES,
            link_rel=None,
        )
        return _join_lines(_below_title(safe))

    def _attribute(self, tag: str, name: str, value: str) -> str | None:
        if name not in {"href", "src"} or value.startswith("#"):
            return value
        if _SCHEME.match(value):
            if tag == "img":
                self.foreign.append(value)
            return value
        target = self.links.get(value, self.links.get(unquote(value)))
        if target is None:
            self.unseen.append(value)
            return None
        return self.relative(target) if target else None


def _below_title(html: str) -> str:
    """The page's title is its only first-level heading: an author's own moves all one down."""
    if "<h1" not in html:
        return html
    return re.sub(r"(</?h)([1-5])\b", lambda match: f"{match[1]}{int(match[2]) + 1}", html)


def _join_lines(html: str) -> str:
    """Chinese has no spaces: a line break between two characters must not become one."""
    if "<pre" in html:
        parts = re.split(r"(<pre\b.*?</pre>)", html, flags=re.DOTALL)
        return "".join(part if part.startswith("<pre") else _join_lines(part) for part in parts)
    return _WRAPPED.sub("", html)
