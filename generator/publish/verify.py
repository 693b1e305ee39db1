"""``dwgk verify``: a stranger's look at finished sites.

It shares no code with the projection, reads the project with its own eyes, opens every file of
every site, and tells what it finds. A message names the file, the kind of thing and the id of the
withheld item, never withheld words: logs may be public.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from generator.diagnostics import Diagnostic, Span, fault
from generator.publish.stranger import listing
from generator.publish.stranger.found import Blob, Sealed, Text
from generator.publish.stranger.hunt import Hunter, Needle
from generator.publish.stranger.links import NO_ANCHOR, Links, has_anchor
from generator.publish.stranger.listing import Listing, read_listing, walk
from generator.publish.stranger.opening import open_file
from generator.publish.stranger.reading import Project, characters, read_project
from generator.publish.stranger.settings import site_url
from generator.publish.stranger.shard import Broken, open_shard, words_of
from generator.publish.stranger.sight import Eyes
from generator.publish.stranger.withheld import secrets

UNSEALED, NO_PROJECT = "VF08", "VF09"

_BESIDE = (".json", ".items.jsonl")
"""Endings of what lies beside a site: its manifest, and its items for the publish log."""


def verify(dist: Path, project: Path, audiences: Sequence[str] = ()) -> list[Diagnostic]:
    """Findings on the sites in ``dist``, judged by the content in ``project``.

    ``dist`` holds ``<audience>/`` and ``<audience>.json``; it may also be one site, its manifest
    beside it. ``audiences`` names the sites to look at; none means all there are. The order of
    findings is that of files. Never raises for faulty content or sites; ``OSError`` may escape
    when a disk fails.
    """
    known = read_project(project)
    found = [
        fault(NO_PROJECT, Span(path.relative_to(project).as_posix())) for path in known.unreadable
    ]
    ids = [name for name, _ in known.audiences if name]
    if _is_site(dist, ids):
        return [*found, *_site(known, dist.parent, dist.name)]
    wanted = list(audiences) or [name for name in ids if _exists(dist, name)]
    if not wanted:
        found.append(_at(dist, listing.UNREADABLE, dist.name, why="no site"))
    for name in wanted:
        found += _site(known, dist, name)
    if dist.is_dir():
        found += _strays(known, dist, ids)
    return found


def _is_site(dist: Path, ids: Sequence[str]) -> bool:
    beside = dist.parent / f"{dist.name}.json"
    return not any(_exists(dist, name) for name in ids) and (
        (dist / "index.html").is_file() or (dist.name in ids and beside.is_file())
    )


def _exists(dist: Path, name: str) -> bool:
    return (dist / name).exists() or (dist / f"{name}.json").exists()


def _at(dist: Path, code: str, name: str, **args: object) -> Diagnostic:
    place = name if dist.name in ("", name) else f"{dist.name}/{name}"
    return fault(code, Span(place), **args)


def _strays(project: Project, dist: Path, ids: Sequence[str]) -> Iterator[Diagnostic]:
    expected = {f"{name}{ending}" for name in ids for ending in ("", *_BESIDE)}
    strays = sorted(path.name for path in dist.iterdir() if path.name not in expected)
    if strays and ids:  # a stray name may itself be a withheld title: ask the least trusted
        hunter = Hunter(secrets(Eyes(project, ids[-1], None)))
        strays = [hunter.mask(name) for name in strays]
    yield from (_at(dist, listing.STRAY, name) for name in strays)


def _site(project: Project, dist: Path, audience: str) -> list[Diagnostic]:
    manifest = read_listing(dist / f"{audience}.json")
    site = dist / audience
    found = []
    if manifest.fault:
        found.append(_at(dist, listing.UNREADABLE, f"{audience}.json", why=manifest.fault))
    if not site.is_dir():
        return [*found, _at(dist, listing.UNREADABLE, audience, why="no such site")]
    if manifest.audience and manifest.audience != audience:
        found.append(_at(dist, listing.WRONG_AUDIENCE, f"{audience}.json", audience=audience))
    hunter = Hunter(secrets(Eyes(project, audience, manifest.as_of)))
    look = _Look(dist, audience, manifest, hunter, site_url(project.root, audience))
    return [*found, *look.findings()]


class _Look:
    """One walk through one site, file by file; no text outlives its file."""

    def __init__(
        self, dist: Path, audience: str, manifest: Listing, hunter: Hunter, base: str
    ) -> None:
        self._dist, self._audience = dist, audience
        self._manifest, self._hunter = manifest, hunter
        self._paths = dict(walk(dist / audience))
        self._links = Links(self._paths.keys(), base)
        self._words: tuple[str | None, bytes] = (None, b"")

    def findings(self) -> Iterator[Diagnostic]:
        """Everything found: beside the site, in each file, then links to missing anchors."""
        for beside in (self._dist / f"{self._audience}{ending}" for ending in _BESIDE):
            if beside.is_file():
                yield from self._leaks(beside.name, beside.read_bytes(), inside=False)
        for name, path in self._paths.items():
            yield from self._file(name, path)
        for name in sorted(self._manifest.files.keys() - self._paths.keys()):
            yield self._tell(listing.MISSING, name)
        yield from self._anchors()

    def _tell(self, code: str, name: str, *, inside: bool = True, **args: object) -> Diagnostic:
        shown = self._hunter.mask(name)
        hidden = {key: self._hunter.mask(str(value)) for key, value in args.items()}
        return _at(self._dist, code, f"{self._audience}/{shown}" if inside else shown, **hidden)

    def _file(self, name: str, path: Path) -> Iterator[Diagnostic]:
        if not name.isascii():
            yield self._tell(listing.NOT_ASCII, name)
        if path.is_symlink() or not path.is_file():
            yield self._tell(UNSEALED, name, place=".", why="not an ordinary file")
            return
        data = path.read_bytes()
        yield from self._leaks(name, data)
        if PurePosixPath(name).suffix.lower() in (".html", ".htm", ".svg", ".xml", ".css"):
            for each in self._links.of_file(name, data.decode("utf-8", "replace")):
                yield self._tell(each.code, name, target=each.target)

    def _leaks(self, name: str, data: bytes, *, inside: bool = True) -> Iterator[Diagnostic]:
        told: set[Needle] = set()
        for found, place in self._needles(name, data):
            if isinstance(found, Sealed):
                yield self._tell(UNSEALED, name, inside=inside, place=place, why=found.why)
            elif isinstance(found, str):
                yield from self._listed(name, found) if inside else ()
            elif found not in told:
                told.add(found)
                yield self._tell(found.code, name, inside=inside, item=found.label, place=place)

    def _needles(self, name: str, data: bytes) -> Iterator[tuple[Needle | Sealed | str, str]]:
        for needle in self._hunter.in_text(name):
            yield needle, "file name"
        for each in (*open_file(name, data), *self._shard(name, data)):
            place = each.where or "."
            if isinstance(each, Text):
                for needle in self._hunter.in_text(each.text):
                    yield needle, place
            elif isinstance(each, Blob):
                if not each.where:
                    yield each.digest, place
                if found := self._hunter.in_digest(each.digest):
                    yield found, place
            else:
                yield each, place

    def _shard(self, name: str, data: bytes) -> Iterator[Text | Sealed]:
        """What a file of the search index says, in the clear."""
        try:
            text = open_shard(data, self._window(name))
        except Broken as problem:
            yield Sealed("search", str(problem))
            return
        for each in open_file("search.txt", text) if text else ():
            if not isinstance(each, Blob):  # the text inside is no file of the site
                yield each

    def _window(self, name: str) -> bytes:
        beside = words_of(name)
        path = self._paths.get(beside) if beside else None
        if path is None:
            return b""
        if beside != self._words[0]:
            self._words = (beside, open_shard(path.read_bytes()) or b"")
        return self._words[1]

    def _listed(self, name: str, digest: str) -> Iterator[Diagnostic]:
        expected = self._manifest.files.get(name)
        if expected is None:
            yield self._tell(listing.UNLISTED, name)
        elif expected.removeprefix("sha256:") != digest:
            yield self._tell(listing.CHANGED, name)

    def _anchors(self) -> Iterator[Diagnostic]:
        for page, wanted in self._links.anchors():
            text = characters(self._paths[page])
            for fragment, name in sorted(wanted):
                if not has_anchor(text, fragment):
                    yield self._tell(NO_ANCHOR, name, target=f"{page}#{fragment}")
