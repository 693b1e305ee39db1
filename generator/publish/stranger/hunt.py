"""Thousands of needles in tens of thousands of texts, in one pass over each text."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import ahocorasick_rs

from generator.publish.stranger.plain import as_bytes, close, loose

_TOKEN = re.compile(rb"[a-z0-9-]*")
_TOKEN_BEFORE = re.compile(rb"[a-z0-9-]*\Z")
_LONGEST_TOKEN = 80


@dataclass(frozen=True, slots=True)
class Needle:
    """Something that must not be found: its code, and the id of the item or row it betrays."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Secrets:
    """What one audience may not find on its site.

    ``phrases`` are in ``tight`` form and count anywhere; ``tokens`` are ASCII words in ``loose``
    form and count only where no letter or digit adjoins, and not within a token of ``known``.
    ``digests`` are SHA-256 (hex) of files.
    """

    phrases: Mapping[str, Needle] = field(default_factory=dict)
    tokens: Mapping[str, Needle] = field(default_factory=dict)
    digests: Mapping[str, Needle] = field(default_factory=dict)
    known: frozenset[str] = frozenset()


class Finder:
    """An automaton over patterns; answers which of them occur in a text."""

    def __init__(self, patterns: list[str]) -> None:
        self._patterns = patterns
        self._machine = (
            ahocorasick_rs.BytesAhoCorasick([as_bytes(each) for each in patterns])
            if patterns
            else None
        )

    def within(self, text: str) -> list[tuple[str, int, int, bytes]]:
        """Each occurrence of a pattern: itself, its byte range, and the bytes searched."""
        if self._machine is None or not text:
            return []
        hay = as_bytes(text)
        found = self._machine.find_matches_as_indexes(hay, overlapping=True)
        return [(self._patterns[index], start, end, hay) for index, start, end in found]


class Hunter:
    """Searches the texts of one audience's site for its secrets."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._phrases = Finder(list(secrets.phrases))
        self._tokens = Finder(list(secrets.tokens))

    def in_text(self, text: str) -> Iterator[Needle]:
        """The needles found in a text as it stands in a file."""
        form = loose(text)
        for pattern, start, end, hay in self._tokens.within(form):
            if self._stands_alone(hay, start, end):
                yield self._secrets.tokens[pattern]
        for pattern, *_ in self._phrases.within(close(form)):
            yield self._secrets.phrases[pattern]

    def in_digest(self, digest: str) -> Needle | None:
        """The needle whose file has this SHA-256."""
        return self._secrets.digests.get(digest)

    def _stands_alone(self, hay: bytes, start: int, end: int) -> bool:
        if hay[start - 1 : start].isalnum() or hay[end : end + 1].isalnum():
            return False
        before = _TOKEN_BEFORE.search(hay[max(0, start - _LONGEST_TOKEN) : start])
        after = _TOKEN.match(hay, end, end + _LONGEST_TOKEN)
        token = (before[0] if before else b"") + hay[start:end] + (after[0] if after else b"")
        return token.strip(b"-").decode() not in self._secrets.known

    def mask(self, path: str) -> str:
        """``path`` fit for a public log: parts that hold withheld words become a digest."""
        return "/".join(self._mask(part) for part in path.split("/"))

    def _mask(self, part: str) -> str:
        if not self._phrases.within(close(loose(part))):
            return part
        suffix = PurePosixPath(part).suffix
        suffix = suffix if suffix.isascii() and len(suffix) <= 6 else ""
        return f"#{hashlib.sha256(part.encode('utf-8', 'replace')).hexdigest()[:8]}{suffix}"
