"""Somebody whom a guarded site must refuse, and what they get of each file all the same."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from generator.publish.proof.found import OPEN, OPEN_TO_GROUP, TELLS, TELLS_GROUP, UNREADABLE
from generator.publish.proof.http import Answer, NoAnswer, Server
from generator.publish.proof.portion import HOME
from generator.publish.proof.refusal import LARGEST, Shape, like, shape, steady
from generator.publish.proof.ways import PATH, PLAIN, WAYS, Way

_MUTE = "0"
"""The status of no answer at all: some servers hang up on what they do not understand."""


@dataclass(frozen=True, slots=True)
class Hole:
    """One file that one way of asking brought something of."""

    code: str
    way: str
    detail: str
    """Status, or the part of the answer that tells; of no answer, why."""

    path: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """How an address that does not exist is refused: the common parts, the parts that waver."""

    parts: Shape
    wrong: Sequence[str] = ()


@dataclass(slots=True)
class Visitor:
    """Somebody who must be refused: nobody (no cookies), or an account that is not entitled."""

    server: Server
    cookies: str
    digests: frozenset[str]
    """Of all files of the site: whatever the status, such a body is content."""

    refusals: dict[tuple[str, ...], Refusal] = field(default_factory=dict)
    asked: int = 0
    """Questions so far."""

    _measuring: threading.Lock = field(default_factory=threading.Lock)
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def holes(self, path: str) -> list[Hole]:
        """What can be had of one file."""
        plain = self._answer(PLAIN, path)
        if isinstance(plain, str):
            return [Hole(UNREADABLE, PLAIN.label, plain, path)]
        found = self._judge(PLAIN, path, plain, -1)
        if found and found.code in (OPEN, OPEN_TO_GROUP):
            return [found]  # it is open; in how many ways more says nothing
        holes = [found] if found else []
        for way in WAYS[1:]:
            hole = self._one(way, path, plain.length)
            if hole and (not found or hole.code in (OPEN, OPEN_TO_GROUP)):
                holes.append(hole)
        return holes

    def _one(self, way: Way, path: str, plain_length: int) -> Hole | None:
        if way.spell(self.server.where.base, path) is None:
            return None
        answer = self._answer(way, path)
        if not isinstance(answer, str):
            return self._judge(way, path, answer, plain_length)
        mute = self.refusal(way, path).parts.get("status") == _MUTE
        return None if mute else Hole(UNREADABLE, way.label, answer, path)

    def _judge(self, way: Way, path: str, answer: Answer, plain_length: int) -> Hole | None:
        refusal, base = self.refusal(way, path), self.server.where.base
        differs = like(refusal.parts, self._shape(way, path, answer, plain_length))
        content = answer.length > 0 and answer.digest in self.digests
        if path != HOME and not differs and way.spell(base, path) == base:
            content = False  # the home page at its own address, which is asked for by itself
        if content or (200 <= answer.status < 300 and differs):
            code = OPEN_TO_GROUP if self.cookies else OPEN
            return Hole(code, way.label, str(answer.status), path)
        if differs and not refusal.wrong:
            code = TELLS_GROUP if self.cookies else TELLS
            return Hole(code, way.label, "status" if "status" in differs else differs[0], path)
        return None

    def _shape(self, way: Way, path: str, answer: Answer, plain_length: int) -> Shape:
        where = self.server.where
        length = plain_length if way.method == "HEAD" else -1
        asked = way.spell(where.base, path) or where.base
        return shape(answer, asked, where, plain_length=length)

    def refusal(self, way: Way, path: str) -> Refusal:
        """How the server refuses, asked this way, what does not exist in the place of ``path``."""
        place = PurePosixPath(path)
        folder = place.parts[0] if len(place.parts) > 1 else ""
        last = HOME if place.name == HOME else "/" if path.endswith("/") else place.suffix
        key = (way.label, folder, last)
        with self._measuring:
            if key not in self.refusals:
                self.refusals[key] = self._measure(way, folder, last)
            return self.refusals[key]

    def _measure(self, way: Way, folder: str, last: str) -> Refusal:
        shapes: list[Shape] = []
        for word in ("one", "another-one", "one"):  # of two lengths, and the first one again
            nowhere = f"dwgk-{hashlib.sha256(word.encode()).hexdigest()[: 8 + len(word)]}"
            name = f"{nowhere}/{last}" if last == HOME else f"{nowhere}{last}"
            name = f"{folder}/{name}" if folder else name
            answer, plain = self._answer(way, name), None
            if way.method == "HEAD" and not isinstance(answer, str):
                plain = self._answer(PLAIN, name)
            if isinstance(answer, str) or isinstance(plain, str):
                shapes.append({"status": _MUTE})
            else:
                shapes.append(self._shape(way, name, answer, plain.length if plain else -1))
        return Refusal(*steady(shapes))

    def _answer(self, way: Way, path: str) -> Answer | str:
        base = self.server.where.base
        plain = PLAIN.spell(base, path) or base
        headers = {name: plain if value == PATH else value for name, value in way.headers}
        asked = {"Accept-Encoding": "identity"} | headers
        if self.cookies:
            asked["Cookie"] = self.cookies
        with self._counting:
            self.asked += 1
        spelled = way.spell(base, path) or base
        try:
            return self.server.ask(spelled, asked, method=way.method, keep=LARGEST)
        except NoAnswer as problem:
            return str(problem)
