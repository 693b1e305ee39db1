"""Links of HTML, SVG, XML and CSS: dead ones, absolute ones, and requests to other hosts."""

from __future__ import annotations

import html
import posixpath
import re
import urllib.parse
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import PurePosixPath

from generator.publish.stranger.found import words

DEAD, OTHER_HOST, ABSOLUTE, NO_ANCHOR = "VF10", "VF11", "VF12", "VF13"

_SCRIPT = re.compile(r"(<script\b[^>]*>).*?</script\s*>", re.DOTALL | re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style\s*>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<([a-zA-Z][\w:-]*)((?>[^>\"']|\"[^\"]*\"|'[^']*')*)>")
_ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_CSS = re.compile(
    r"url\(\s*(?:\"([^\"]*)\"|'([^']*)'|([^\"')\s]*))\s*\)|@import\s+[\"']([^\"']+)[\"']"
)
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_LOC = re.compile(r"<loc>\s*([^<\s]+)\s*</loc>")
_SCHEME = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:|//)")
_FETCHING_RELS = words(
    "stylesheet icon shortcut preload prefetch preconnect dns-prefetch modulepreload manifest"
    " prerender apple-touch-icon apple-touch-icon-precomposed mask-icon apple-touch-startup-image"
)
_ADDRESSES = words(
    "href src data poster action formaction background xlink:href srcset imagesrcset ping content"
    " style id name"
)
_MARKUP = words(".html .htm .xhtml .svg .xml")


@dataclass(frozen=True, slots=True)
class Address:
    """An address as written, and whether opening the page (not a click) requests it."""

    url: str
    fetched: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a link: code, what it points to, in the file that is being looked at."""

    code: str
    target: str


class Links:
    """Checks the links of one site. ``base`` is the site's own URL, if its settings tell one."""

    def __init__(self, files: Set[str], base: str) -> None:
        self._files = files
        self._base = base if not base or base.endswith("/") else f"{base}/"
        self._anchors: dict[str, set[tuple[str, str]]] = {}

    def of_file(self, name: str, text: str) -> Iterator[Fault]:
        """Faults of the links in a file of the site; ``name`` is its path there."""
        suffix = PurePosixPath(name).suffix.lower()
        if suffix in _MARKUP:
            addresses = set(_in_markup(text, suffix))
        elif suffix == ".css":
            addresses = set(_in_css(text))
        else:
            return
        for address in sorted(addresses, key=lambda each: (each.url, each.fetched)):
            yield from self._fault(name, address)

    def anchors(self) -> Iterator[tuple[str, set[tuple[str, str]]]]:
        """Pages to which links with a fragment lead, each with (fragment, linking file)."""
        yield from sorted(self._anchors.items())

    def _fault(self, name: str, address: Address) -> Iterator[Fault]:
        url = address.url
        if self._base and url.startswith(self._base):
            yield from self._internal("", name, url[len(self._base) :])
        elif _SCHEME.match(url):
            yield from _external(address)
        elif url.startswith("/"):
            yield from self._absolute(name, url)
        else:
            yield from self._internal(posixpath.dirname(name), name, url)

    def _absolute(self, name: str, url: str) -> Iterator[Fault]:
        # The page for "not found" is answered at any depth: only absolute links work on it.
        root = urllib.parse.urlsplit(self._base).path
        if name == "404.html" and root and url.startswith(root):
            yield from self._internal("", name, url[len(root) :])
        else:
            yield Fault(ABSOLUTE, url)

    def _internal(self, folder: str, name: str, url: str) -> Iterator[Fault]:
        parts = urllib.parse.urlsplit(url)
        path = urllib.parse.unquote(parts.path)
        if not path and not parts.fragment:
            return
        target = self._target(
            posixpath.normpath(posixpath.join(folder, path)) if path else name, path
        )
        if target is None:
            yield Fault(DEAD, url)
        elif parts.fragment and target.endswith(".html"):
            fragment = urllib.parse.unquote(parts.fragment)
            self._anchors.setdefault(target, set()).add((fragment, name))

    def _target(self, path: str, written: str) -> str | None:
        if path.startswith(".."):
            return None
        if path in self._files and not written.endswith("/"):
            return path
        index = "index.html" if path == "." else f"{path}/index.html"
        return index if index in self._files else None


def has_anchor(text: str, fragment: str) -> bool:
    """Whether a page holds an element of this id (or name)."""
    if fragment in ("", "top") or fragment.startswith(":~:"):
        return True
    return any(
        value == fragment
        for tag in _TAG.finditer(text)
        for key, value in _attributes(tag[2])
        if key in ("id", "name")
    )


def _external(address: Address) -> Iterator[Fault]:
    scheme = address.url.partition(":")[0].lower()
    if address.fetched and scheme not in ("data", "blob", "about", "mailto", "tel", "javascript"):
        yield Fault(OTHER_HOST, urllib.parse.urlsplit(address.url).netloc or address.url)


def _in_markup(text: str, suffix: str) -> Iterator[Address]:
    for style in _STYLE.finditer(text):
        yield from _in_css(style[1])
    if suffix == ".xml":
        yield from (Address(html.unescape(loc[1]), False) for loc in _LOC.finditer(text))
    text = _COMMENT.sub("", _SCRIPT.sub(r"\1", text))
    for tag in _TAG.finditer(text):
        if "=" in tag[2]:
            yield from _in_tag(tag[1].lower(), dict(_attributes(tag[2])))


def _attributes(source: str) -> Iterator[tuple[str, str]]:
    for match in _ATTRIBUTE.finditer(source):
        if (key := match[1].lower()) in _ADDRESSES or key in ("rel", "http-equiv"):
            value = match[2] if match[2] is not None else match[3] or match[4] or ""
            yield key, html.unescape(value).strip()


def _in_tag(tag: str, values: dict[str, str]) -> Iterator[Address]:
    for key in (
        "href",
        "xlink:href",
        "src",
        "poster",
        "action",
        "formaction",
        "background",
        "ping",
    ):
        if key in values:
            yield Address(values[key], _fetches(tag, key, values))
    if tag == "object" and "data" in values:
        yield Address(values["data"], True)
    for key in ("srcset", "imagesrcset"):
        for candidate in values.get(key, "").split(","):
            if candidate.strip() and not values[key].startswith("data:"):
                yield Address(candidate.split()[0], True)
    if tag == "meta" and values.get("http-equiv", "").lower() == "refresh":
        yield Address(values.get("content", "").partition("=")[2].strip("'\" "), True)
    if "style" in values:
        yield from _in_css(values["style"])


def _fetches(tag: str, key: str, values: dict[str, str]) -> bool:
    if tag == "link":
        return bool(_FETCHING_RELS & set(values.get("rel", "").lower().split()))
    return not (tag in ("a", "area") and key in ("href", "xlink:href"))


def _in_css(text: str) -> Iterator[Address]:
    for match in _CSS.finditer(_CSS_COMMENT.sub("", text)):
        if url := next((each for each in match.groups() if each), ""):
            yield Address(url, True)
