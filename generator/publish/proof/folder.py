"""A release that lies in a folder of this machine: every file there is, against every file listed.

``TARGET`` holds a marker with its audience, ``current`` and ``releases/``; one release of it may
be looked at as well. Links are never followed into or out of a site.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Callable, Collection, Iterator
from functools import partial
from os import cpu_count
from pathlib import Path

from generator.diagnostics import Diagnostic, Span, fault
from generator.model.release import MANIFEST, SIGNATURE, Release
from generator.publish.proof.abreast import abreast
from generator.publish.proof.found import (
    ADDED,
    CHANGED,
    GONE,
    NO_MANIFEST,
    NO_SIGNATURE,
    NOT_A_FILE,
    UNREADABLE,
    WRONG_AUDIENCE,
    Unavailable,
)
from generator.publish.release.issue import NUMBER
from generator.publish.stranger.listing import walk

_MARKER, _CURRENT, _RELEASES, _SITE = "dwgk-target.json", "current", "releases", "site"


class Folder:
    """A target, or one release of it, as a place to be proved."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._target = (path / _MARKER).exists() or (path / _CURRENT).is_symlink()
        self._release = path

    def __str__(self) -> str:
        return self._path.name

    def papers(self) -> tuple[bytes, bytes]:
        """Manifest and signature of the release in place now, both of one release.

        Raises ``Unavailable``.
        """
        if self._target:
            self._release = _current(self._path)
        found = []
        for name, code in ((MANIFEST, NO_MANIFEST), (SIGNATURE, NO_SIGNATURE)):
            try:
                found.append(_read(self._release / name))
            except OSError as problem:
                raise Unavailable(fault(code, Span(name), why=problem.strerror or "")) from None
        return found[0], found[1]

    def examine(
        self, release: Release, chosen: Collection[str], shown: Callable[[int, int], None]
    ) -> Iterator[Diagnostic]:
        """Faults of the site's files: all are walked, the ``chosen`` ones are read."""
        if self._target:
            yield from _of_another(self._path / _MARKER, release)
            yield from _numbered(self._release)
        site = self._release / _SITE
        if site.is_symlink():
            yield fault(NOT_A_FILE, Span(_SITE))
            return
        closed: list[OSError] = []
        wanted, seen, ordinary = set(chosen), set(), []
        for name, path in walk(site, closed.append):
            seen.add(name)
            if not stat.S_ISREG(path.lstat().st_mode):
                yield fault(NOT_A_FILE, Span(name))
            elif name not in release.files:
                yield fault(ADDED, Span(name))
            elif name in wanted:
                ordinary.append((name, path))
        looks = abreast(partial(_compare, release), ordinary, cpu_count() or 1)
        for done, found in enumerate(looks, 1):
            shown(done, len(ordinary))
            if found:
                yield found
        for problem in closed:
            name = Path(problem.filename).relative_to(self._release).as_posix()
            yield fault(UNREADABLE, Span(name), why=problem.strerror or "")
        for name in sorted(release.files.keys() - seen):
            yield fault(GONE, Span(name))


def _current(target: Path) -> Path:
    """The release that ``current`` names; nothing but a folder of ``releases/`` is one."""
    link = target / _CURRENT
    try:
        there = link.readlink()
    except OSError as problem:
        raise Unavailable(fault(NO_MANIFEST, Span(_CURRENT), why=problem.strerror or "")) from None
    release = target / there
    ordinary = not (target / _RELEASES).is_symlink() and not release.is_symlink()
    if len(there.parts) != 2 or there.parts[0] != _RELEASES or ".." in there.parts or not ordinary:
        raise Unavailable(fault(NOT_A_FILE, Span(_CURRENT)))
    return release


def _of_another(marker: Path, release: Release) -> Iterator[Diagnostic]:
    """The marker must name the release's audience: it is what guards the next deployment."""
    try:
        audience = json.loads(_read(marker))["audience"]
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        audience = "?"
    if audience != release.audience:
        place = Span(marker.name)
        yield fault(WRONG_AUDIENCE, place, audience=release.audience, expected=audience)


def _numbered(release: Path) -> Iterator[Diagnostic]:
    """Servers read here which release to serve: another number would be another release."""
    try:
        number = _read(release / NUMBER)
    except OSError as problem:
        yield fault(UNREADABLE, Span(NUMBER), why=problem.strerror or "")
        return
    if number.decode("ascii", "replace").strip() != release.name:
        yield fault(CHANGED, Span(NUMBER))


def _compare(release: Release, named: tuple[str, Path]) -> Diagnostic | None:
    name, path = named
    try:
        with os.fdopen(_open(path), "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as problem:
        return fault(UNREADABLE, Span(name), why=problem.strerror or "")
    return None if digest == release.files[name] else fault(CHANGED, Span(name))


def _read(path: Path) -> bytes:
    with os.fdopen(_open(path), "rb") as file:
        return file.read()


def _open(path: Path) -> int:
    """Not through a link, and not waiting for a pipe that was put in a file's place."""
    return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
