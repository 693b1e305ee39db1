"""Issuing a release at a target: numbered, signed, staged, switched to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from generator.diagnostics import Diagnostic, Span, fault
from generator.model.record import Entry
from generator.model.release import MANIFEST, SIGNATURE, Release, parse
from generator.publish.release.reach import Reached
from generator.publish.sbom import NAME as BILL
from generator.publish.signing import sign

ITEMS, BUILD = "items.jsonl", "build.json"
"""What lies beside a release's site and is never served."""

NUMBER = "number"
"""Names its own release: a server that reads ``current/number`` serves a whole request from there,
where it would otherwise look at one release for a file's length and at the next for its bytes.
"""

WITHDRAWN, UNSIGNED, STUCK = "D19", "D26", "D27"


@dataclass(frozen=True, slots=True)
class Place:
    """One audience's target, and how releases there are issued.

    ``folder`` is a path or ``user@host:/path``; ``keep`` releases are kept; a manifest is valid
    for ``valid_days``; ``key`` signs it, where there is one. ``root`` is the project, ``at`` an
    aware instant in its time zone.
    """

    root: Path
    audience: str
    folder: str
    at: datetime
    keep: int
    valid_days: int
    key: Path | None


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a deployment or a rollback; ``release`` None: nothing was changed.

    ``sent`` files were copied, all others linked; ``gone`` are the releases that were pruned;
    ``entries`` were made in the publish log.
    """

    release: Release | None = None
    sent: int = 0
    gone: tuple[int, ...] = ()
    entries: tuple[Entry, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """A target as found: the release in service (0: none), all that are kept, the last manifest."""

    current: int
    releases: tuple[int, ...]
    serving: Release | None


@dataclass(frozen=True, slots=True)
class Content:
    """What a release is made of: its files, of which day and edition, and what lies beside."""

    files: Mapping[str, str]
    as_of: date
    source: str
    items: str
    build: str
    notices: frozenset[str]
    bill: str = ""
    """Its bill of materials, where one is known."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A release in service, how many of its files were sent, the releases pruned, warnings."""

    release: Release
    sent: int
    gone: tuple[int, ...]
    diagnostics: tuple[Diagnostic, ...]


class Unsent(Exception):
    """Files that should be at the target already and are not, the first of them."""


def open_target(reached: Reached, place: Place, *, first: bool = False) -> Opened:
    """Lock the target and look at it."""
    found = reached.call("open", audience=place.audience, first=first)
    serving = manifest_of(reached, found["current"]) if found["current"] else None
    return Opened(found["current"], tuple(found["releases"]), serving)


def manifest_of(reached: Reached, number: int) -> Release | None:
    """The manifest of a kept release; None where it is missing or not one."""
    text = reached.call("read", number=number, name=MANIFEST)
    release = parse(text.encode()) if text else None
    return release if isinstance(release, Release) else None


def issue(
    reached: Reached,
    place: Place,
    opened: Opened,
    content: Content,
    *,
    base: int,
    site: Path | None = None,
    least: int = 1,
) -> Issued:
    """Put ``content`` into service as the next release: files as in release ``base`` are linked,
    others come from ``site``; where there is none, every file must be in ``base`` (else Unsent).

    Its number is at least ``least``.
    """
    release = _next(place, opened, content, least)
    manifest = release.to_bytes()
    beside = {MANIFEST: manifest.decode(), ITEMS: content.items, BUILD: content.build}
    beside[NUMBER] = f"{release.version:06d}\n"
    if content.bill:
        beside[BILL] = content.bill
    if place.key:
        beside[SIGNATURE] = sign(manifest, place.key).decode("ascii")
    files = dict(content.files)
    sent: Sequence[str] = reached.call("stage", base=base, files=files)
    if sent and site is None:
        raise Unsent(sent[0])
    if sent and site is not None:
        reached.send(site, sent)
    stamp = int(release.issued.timestamp())
    number, keep = release.version, place.keep
    pruned = reached.call(
        "seal", number=number, files=files, sent=sent, beside=beside, stamp=stamp, keep=keep
    )
    warnings = [*_left(pruned["stuck"]), *_unsigned(place)]
    warnings += _still_kept(reached, content.notices)
    return Issued(release, len(sent), tuple(pruned["gone"]), tuple(warnings))


def _next(place: Place, opened: Opened, content: Content, least: int) -> Release:
    """Later than the release in service even where the clock stands still or was set back:
    servers tell changed files by their times, in whole seconds.
    """
    issued = place.at.astimezone(UTC).replace(microsecond=0)
    if opened.serving:
        issued = max(issued, opened.serving.issued + timedelta(seconds=1))
    return Release(
        audience=place.audience,
        version=max(opened.current + 1, *(each + 1 for each in opened.releases), least),
        as_of=content.as_of,
        issued=issued,
        expires=(issued.astimezone(place.at.tzinfo) + timedelta(days=place.valid_days)).date(),
        source=content.source,
        files=content.files,
    )


def _left(stuck: Sequence[int]) -> Iterable[Diagnostic]:
    yield from (fault(STUCK, release_span(number), number=number) for number in stuck)


def _unsigned(place: Place) -> Iterable[Diagnostic]:
    if place.key is None:
        yield fault(UNSIGNED, Span("site_config/servers.yml"), audience=place.audience)


def _still_kept(reached: Reached, notices: frozenset[str]) -> Iterable[Diagnostic]:
    """Withdrawn items that older releases still hold."""
    showing = reached.call("showing", ids=sorted(notices)) if notices else {}
    where: dict[str, list[str]] = {}
    for number, ids in sorted(showing.items(), key=lambda each: int(each[0])):
        for each in ids:
            where.setdefault(each, []).append(number)
    for name, numbers in sorted(where.items()):
        yield fault(WITHDRAWN, Span("releases"), id=name, releases="、".join(numbers))


def release_span(number: int) -> Span:
    """A kept release as a place."""
    return Span(f"releases/{number:06d}")
