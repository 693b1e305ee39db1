"""The manifest before the files: who signed it, whom it is for, which release, how old.

Nothing of a manifest is believed before its signature.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from generator.diagnostics import Diagnostic, Span, fault
from generator.model.release import MANIFEST, SIGNATURE, Release, parse
from generator.publish.proof.found import (
    BAD_SIGNATURE,
    EXPIRED,
    FUTURE,
    NOT_A_MANIFEST,
    OLDER,
    SOON,
    TWO_OF_ONE,
    WRONG_AUDIENCE,
)
from generator.publish.proof.memory import Seen
from generator.publish.signing import check

_SKEW = timedelta(minutes=10)
"""By how much the clocks of the monitor and of the machine that signs may differ."""

_EAST = timedelta(hours=14)
"""The easternmost time zone: nowhere is it a later day than this far ahead of UTC."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a look is measured by: trusted keys, the audience ("" for any), the memory, the time."""

    keys: Path
    audience: str
    seen: Seen | None
    at: datetime


def believe(manifest: bytes, signature: bytes, keys: Path) -> Release | Diagnostic:
    """The release that ``manifest`` states, when one of ``keys`` signed these very bytes."""
    if not check(manifest, signature, keys):
        looks = parse(manifest)
        if isinstance(looks, str):
            return fault(NOT_A_MANIFEST, Span(MANIFEST), why=looks)
        return fault(BAD_SIGNATURE, Span(SIGNATURE))
    release = parse(manifest)
    return (
        fault(NOT_A_MANIFEST, Span(MANIFEST), why=release) if isinstance(release, str) else release
    )


def for_others(release: Release, expected: Expected) -> Diagnostic | None:
    """The fault when the release is for another audience than the one asked for or remembered."""
    wanted = expected.audience or (expected.seen.audience if expected.seen else "")
    if wanted in ("", release.audience):
        return None
    return fault(WRONG_AUDIENCE, Span(MANIFEST), audience=release.audience, expected=wanted)


def doubts(release: Release, expected: Expected) -> Iterator[Diagnostic]:
    """What is wrong with a release that was signed and is for the right audience."""
    place, now = Span(MANIFEST), expected.at.astimezone(UTC)
    if (seen := expected.seen) is not None:
        if release.version < seen.version:
            yield fault(OLDER, place, version=release.version, seen=seen.version)
        elif release.version == seen.version and seen_of(release).digest != seen.digest:
            yield fault(TWO_OF_ONE, place, version=release.version)
    if release.issued > now + _SKEW:
        yield fault(FUTURE, place, value=f"issued {release.issued:%Y-%m-%d %H:%M} UTC")
    if release.as_of > (now + _EAST).date():
        yield fault(FUTURE, place, value=f"as_of {release.as_of}")
    left = (release.expires - now.date()).days
    if left < 0:
        yield fault(EXPIRED, place, expires=release.expires)
    elif left <= (release.expires - release.issued.date()).days // 4:
        yield fault(SOON, place, expires=release.expires, left=left)


def seen_of(release: Release) -> Seen:
    """What a memory keeps of a release."""
    digest = hashlib.sha256(release.to_bytes()).hexdigest()
    return Seen(release.audience, release.version, digest)
