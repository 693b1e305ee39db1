"""``dwgk probe``: does a guarded site give anything to those it must refuse?

Every file is asked for in every way of ``ways.py``, without a session and with that of an account
which is not entitled. A refusal is measured by the refusal of an address that certainly does not
exist, asked in the same way in the same place: equal but for the address itself, or it tells.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.diagnostics import Diagnostic, EnvironmentFault, Span, fault, several
from generator.model.release import MANIFEST, SIGNATURE, Release, parse
from generator.publish.proof.abreast import abreast
from generator.publish.proof.found import (
    ANYTHING,
    BAD_INPUT,
    NO_SESSION,
    OPEN,
    OPEN_TO_GROUP,
    STOPPED,
    UNREADABLE,
    UNSTEADY,
)
from generator.publish.proof.http import Server
from generator.publish.proof.live import PRIVATE
from generator.publish.proof.portion import HOME
from generator.publish.proof.refusal import like
from generator.publish.proof.visitor import Hole, Visitor
from generator.publish.proof.ways import PLAIN
from generator.publish.stranger.listing import read_listing

_ENOUGH = 20
"""So many files in a row without an answer mean that nobody is there."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The files of a site (path → SHA-256 in hex), and whose it is."""

    audience: str
    files: Mapping[str, str]


def listed(path: Path) -> Listed:
    """What a release manifest, or the manifest beside a built site, lists.

    Raises ``EnvironmentFault`` for a file that is neither.
    """
    try:
        release = parse(path.read_bytes())
    except OSError as problem:
        raise EnvironmentFault(BAD_INPUT, _named(path, problem.strerror or "")) from None
    if isinstance(release, Release):
        return Listed(release.audience, release.files)
    built = read_listing(path)
    if built.fault:
        raise EnvironmentFault(BAD_INPUT, _named(path, built.fault))
    files = {name: digest.removeprefix("sha256:") for name, digest in built.files.items()}
    return Listed(built.audience, files)


def _named(path: Path, why: str) -> dict[str, str]:
    return {"file": path.name, "why": why}


def _beside(audience: str) -> set[str]:
    """What lies beside or above a web root, by the names deployments and builds give it."""
    built = (f"{audience}.json", f"{audience}.items.jsonl")
    return {MANIFEST, SIGNATURE, *PRIVATE, *built, *(f"../{name}" for name in (*built, MANIFEST))}


@dataclass(frozen=True, slots=True)
class Probed:
    """What was asked, and what came of it."""

    paths: int
    questions: int
    faults: tuple[Diagnostic, ...]


def probe(
    server: Server,
    site: Listed,
    chosen: Collection[str],
    cookies: str,
    *,
    hands: int,
    shown: Callable[[int, int], None] = lambda done, total: None,
) -> Probed:
    """Ask for the ``chosen`` paths of ``site`` and for what lies beside it.

    ``cookies`` is the session of an account that is not entitled; "" leaves that half out. No
    text of the site is in what is told: paths, counts and names of headers only.
    """
    paths = sorted({*chosen, *_beside(site.audience)})
    digests = frozenset(site.files.values())
    visitors = [Visitor(server, each, digests) for each in dict.fromkeys(("", cookies))]
    faults: list[Diagnostic] = []
    for turn, visitor in enumerate(visitors):

        def told(done: int, turn: int = turn) -> None:
            shown(turn * len(paths) + done, len(visitors) * len(paths))

        faults += _visit(visitor, paths, hands, told)
    if len(visitors) > 1:
        faults += _same_person(*visitors)
    return Probed(len(paths), sum(each.asked for each in visitors), tuple(faults))


def _visit(
    visitor: Visitor, paths: Sequence[str], hands: int, told: Callable[[int], None]
) -> Iterator[Diagnostic]:
    holes: list[Hole] = []
    mute, done = 0, 0
    for done, found in enumerate(abreast(visitor.holes, paths, hands), 1):
        told(done)
        holes += found
        mute = mute + 1 if found and found[0].code == UNREADABLE else 0
        if mute == _ENOUGH:
            break
    yield from _grouped(holes)
    yield from _unsound(visitor)
    if done < len(paths):
        yield fault(STOPPED, Span(str(visitor.server.where)), left=len(paths) - done)


def _grouped(holes: Sequence[Hole]) -> Iterator[Diagnostic]:
    """One fault for each kind of hole: where it shows first, how often, and a few examples."""
    kinds: dict[tuple[str, str, str], list[str]] = {}
    for hole in holes:
        kinds.setdefault((hole.code, hole.way, hole.detail), []).append(hole.path)
    for (code, way, detail), paths in sorted(kinds.items(), key=_worst_first):
        place = Span(paths[0])
        if code == UNREADABLE:
            yield fault(code, place, why=f"{way}: {detail} ({len(paths)})")
            continue
        known = {"way": way, "count": len(paths), "paths": several(paths, 3)}
        detail_name = "status" if code in (OPEN, OPEN_TO_GROUP) else "part"
        yield fault(code, place, **known, **{detail_name: detail})


def _worst_first(kind: tuple[tuple[str, str, str], list[str]]) -> tuple[str, int]:
    return kind[0][0], -len(kind[1])


def _unsound(visitor: Visitor) -> Iterator[Diagnostic]:
    """Refusals that prove nothing: they waver, or what does not exist is not refused."""
    place, told = Span(str(visitor.server.where)), set()
    for (label, *_), refusal in sorted(visitor.refusals.items()):
        if refusal.wrong and label not in told:
            told.add(label)
            yield fault(UNSTEADY, place, way=label, part=refusal.wrong[0])
    plain = [each for (label, *_), each in visitor.refusals.items() if label == PLAIN.label]
    if any(each.parts.get("status", "").startswith("2") for each in plain):
        yield fault(ANYTHING, place)


def _same_person(nobody: Visitor, account: Visitor) -> Iterator[Diagnostic]:
    """Whether the session made any difference: if not, nobody else than before was refused.

    A server that asks nobody to sign on and says the same to all may be right: a reminder then.
    """
    first, second = (each.refusal(PLAIN, HOME).parts for each in (nobody, account))
    if not like(first, second):
        signing_on = first.get("status", "")[:1] == "3" or first.get("status") == "401"
        place = Span(str(account.server.where))
        yield fault(NO_SESSION, place, "error" if signing_on else "warning")
