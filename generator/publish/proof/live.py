"""A release as a server gives it: every file asked for as readers ask, against every file listed.

What is compared is the identity body; where the server compresses, both what it compresses and
what it sends plain. Added files cannot be listed from outside: looked for are the private files
of a target, listings of folders, and what altered pages link to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from pathlib import PurePosixPath
from urllib.parse import quote, urljoin, urlsplit

from generator.diagnostics import Diagnostic, Span, fault
from generator.model.release import MANIFEST, SIGNATURE, Release
from generator.publish.proof.abreast import abreast
from generator.publish.proof.found import (
    ANYTHING,
    CHANGED,
    GONE,
    NO_MANIFEST,
    NO_SIGNATURE,
    REFUSED,
    SENT_AWAY,
    STATUS,
    STOPPED,
    UNLISTED,
    UNREADABLE,
    Unavailable,
)
from generator.publish.proof.http import Answer, NoAnswer, Server
from generator.publish.proof.portion import HOME
from generator.publish.stranger.links import Links

PRIVATE = (
    "build.json",
    "items.jsonl",
    "number",
    "sbom.cdx.json",
    "dwgk-target.json",
    "current/",
    "releases/",
    "site/",
)
"""What lies beside or above a web root and must never answer below a site's address."""

_STRAY = (".git/HEAD", ".htaccess")

_MANIFEST_MOST = 1 << 28
_PAGE_MOST = 1 << 21
_ENOUGH = 20
"""So many answers in a row that are none of a site mean the site is not there to be looked at."""

_NO_SITE = {SENT_AWAY, REFUSED, STATUS, UNREADABLE}


class Live:
    """A site on the web as a place to be proved, asked with ``cookies`` if there are any."""

    def __init__(self, server: Server, cookies: str, hands: int) -> None:
        self._server, self._hands = server, hands
        self._session = {"Cookie": cookies} if cookies else {}

    def __str__(self) -> str:
        return str(self._server.where)

    def papers(self) -> tuple[bytes, bytes]:
        """Manifest and signature, both of one release. Raises ``Unavailable``."""
        before, signature = self._paper(MANIFEST, NO_MANIFEST), b""
        for _ in range(3):
            signature = self._paper(SIGNATURE, NO_SIGNATURE)
            manifest = self._paper(MANIFEST, NO_MANIFEST)
            if manifest == before:  # no deployment came between
                break
            before = manifest
        return before, signature

    def _paper(self, name: str, absent: str) -> bytes:
        try:
            answer = self._ask(name, "identity", keep=_MANIFEST_MOST)
        except NoAnswer as problem:
            raise Unavailable(fault(UNREADABLE, Span(name), why=problem)) from None
        if answer.status != 200:
            found = _instead(answer, name)
            missing = fault(absent, Span(name), why=answer.status)
            raise Unavailable(missing if found.code == GONE else found)
        return answer.body

    def examine(
        self, release: Release, chosen: Collection[str], shown: Callable[[int, int], None]
    ) -> Iterator[Diagnostic]:
        """Faults of the ``chosen`` files, then what answers though it is not listed."""
        answered, row = 0, 0
        followed: set[str] = set()
        looks = abreast(partial(self._look, release), sorted(chosen), self._hands)
        for answered, (found, links) in enumerate(looks, 1):
            shown(answered, len(chosen))
            followed |= links
            if found:
                yield found
            row = row + 1 if found and found.code in _NO_SITE else 0
            if row == _ENOUGH:
                break
        if answered < len(chosen):
            yield fault(STOPPED, Span(str(self)), left=len(chosen) - answered)
        elif row < len(chosen):
            yield from self._unlisted(release, followed)

    def _look(self, release: Release, name: str) -> tuple[Diagnostic | None, set[str]]:
        """What is wrong with one file, and what it links to that is not listed."""
        expected = release.files[name]
        try:
            for encoding in ("gzip", "identity"):
                answer = self._ask(name, encoding, keep=_PAGE_MOST if _is_page(name) else 0)
                if answer.status != 200 and (name, answer.status) != ("404.html", 404):
                    return _instead(self._plainer(answer, name), name), set()
                if answer.digest != expected:
                    return fault(CHANGED, Span(name)), self._links(release, name, answer.body)
                if not answer.header("content-encoding"):  # the same bytes for whoever asks plain
                    break
        except NoAnswer as problem:
            return fault(UNREADABLE, Span(name), why=problem), set()
        return None, set()

    def _plainer(self, answer: Answer, name: str) -> Answer:
        """Of a folder without its page servers say "forbidden"; of the page itself the truth."""
        if answer.status != 403 or not name.endswith(HOME):
            return answer
        base = self._server.where.base
        return self._server.ask(base + quote(name), self._session)

    def _links(self, release: Release, name: str, page: bytes) -> set[str]:
        """Targets below the site that a page links to and the manifest does not list."""
        if not _is_page(name):
            return set()
        root = str(self._server.where)
        links = Links(release.files.keys(), root).of_file(name, page.decode("utf-8", "replace"))
        targets = {urljoin(root + name, each.target).partition("#")[0] for each in links}
        inside = {each[len(root) :] for each in targets if each.startswith(root)}
        return {each for each in inside if each and not _listed(release, each)}

    def _unlisted(self, release: Release, followed: Iterable[str]) -> Iterator[Diagnostic]:
        """Whatever answers below the site although the manifest does not list it."""
        nowhere = f"dwgk-{hashlib.sha256(release.source.encode()).hexdigest()[:16]}"
        if self._answers(nowhere) or self._answers(f"{nowhere}/"):
            yield fault(ANYTHING, Span(str(self)))
            return
        asked = {*PRIVATE, *_STRAY, *_folders(release), *followed}
        names = sorted(each for each in asked if not _listed(release, each))
        for name, there in zip(names, abreast(self._answers, names, self._hands), strict=True):
            if there:
                yield fault(UNLISTED, Span(name))

    def _answers(self, name: str) -> bool:
        try:
            return self._ask(name, "identity").status == 200
        except NoAnswer:
            return False

    def _ask(self, name: str, encoding: str, keep: int = 0) -> Answer:
        headers = {"Accept-Encoding": encoding, **self._session}
        return self._server.ask(target(self._server.where.base, name), headers, keep=keep)


def target(base: str, name: str) -> str:
    """Where readers ask for the file ``name`` of a site: pages by their folder."""
    folder, _, last = name.rpartition("/")
    shown = f"{folder}/" if folder else ""
    written = shown if last == HOME else name
    return base + quote(written, safe="/!$&'()*+,;=:@~?%")


def _is_page(name: str) -> bool:
    return name.endswith((".html", ".htm"))


def _listed(release: Release, name: str) -> bool:
    path = urlsplit(name).path
    return path in release.files or f"{path.rstrip('/')}/index.html".lstrip("/") in release.files


def _folders(release: Release) -> set[str]:
    """Folders of the site that have no page of their own: a server may list what is in them."""
    parents = {f"{each}/" for name in release.files for each in PurePosixPath(name).parents}
    return {each for each in parents - {"./"} if f"{each}index.html" not in release.files}


def _instead(answer: Answer, name: str) -> Diagnostic:
    """What it means when something else than the file came back."""
    place = Span(name)
    if answer.status in (301, 302, 303, 307, 308):
        parts = urlsplit(answer.header("location"))
        return fault(SENT_AWAY, place, to=parts.netloc.rpartition("@")[2] + parts.path)
    if answer.status in (401, 403):
        return fault(REFUSED, place, status=answer.status)
    if answer.status in (404, 410):
        return fault(GONE, place)
    return fault(STATUS, place, status=answer.status)
