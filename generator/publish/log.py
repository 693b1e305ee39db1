"""Entering in the publish log what sites show from now on. Lines are added, never changed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from generator.diagnostics import Diagnostic, Span, fault, has_errors
from generator.model.chain import Chain, difference, line, seal, standings, state_of
from generator.model.record import REGISTER, Entry
from generator.site.place import held, writing
from generator.site.shown import Site, Unfit, read_site
from generator.source.record import read_log

UNEQUAL, MISSING, BACKDATED = "R05", "R06", "R07"
_LOCK = ".dwgk/publish-log"
"""Its lock lies among the program's own files: registers/ holds registers only."""


@dataclass(frozen=True, slots=True)
class Entered:
    """The entries made (none where nothing changed), and what stood in the way of any."""

    entries: tuple[Entry, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def enter(root: Path, dist: Path, audiences: Sequence[str], at: datetime) -> Entered:
    """Enter what the sites of ``audiences`` in ``dist`` show, put into service at ``at``.

    ``at`` is aware and in the institution's time zone. All sites or none are entered, with one
    write; a site that shows what the log already says gets no entry. Raises EnvironmentFault
    where the log cannot be written, or another process is writing it.
    """
    sites, faults = _sites(dist, audiences)
    return Entered((), tuple(faults)) if faults else enter_sites(root, sites, at)


def enter_sites(root: Path, sites: Sequence[Site], at: datetime) -> Entered:
    """The same of sites wherever they lie."""
    with held(root / _LOCK):
        chain, faults = read_log(root)
        if has_errors(faults):
            return Entered((), tuple(faults))
        last = chain.entries[-1].at if chain.entries else at
        if at < last:
            return Entered((), (fault(BACKDATED, Span(REGISTER), at=at, last=last),))
        entries = tuple(_entries(chain, sites, at))
        if entries or chain.torn:
            _append(root / REGISTER, chain, entries)
        return Entered(entries)


def _sites(dist: Path, audiences: Sequence[str]) -> tuple[list[Site], list[Diagnostic]]:
    sites, faults = [], []
    for name in audiences:
        try:
            sites.append(read_site(dist, name))
        except Unfit as unfit:
            place = Span(f"{dist.name}/{unfit.file}")
            faults.append(fault(MISSING if unfit.missing else UNEQUAL, place))
    return sites, faults


def _entries(chain: Chain, sites: Sequence[Site], at: datetime) -> Iterator[Entry]:
    known = standings(chain.entries)
    previous, number = chain.last, len(chain.entries)
    for site in sites:
        came, went = difference(state_of(known.get(site.audience, {})), site.state)
        if came or went:
            number += 1
            bare = Entry(number, site.audience, at, site.as_of, site.source, came, went, "")
            entry = seal(bare, previous)
            previous = entry.hash
            yield entry


def _append(path: Path, chain: Chain, entries: Sequence[Entry]) -> None:
    """Cut off what an interrupted run left behind the last whole line, then add; on disk after."""
    text = "".join(f"{line(entry)}\n" for entry in entries).encode("utf-8")
    fresh = not path.exists()
    path.parent.mkdir(exist_ok=True)
    with writing(path.name), path.open("ab") as stream:
        stream.truncate(chain.size)
        if chain.torn and chain.entries and not _ended(path, chain.size):
            text = b"\n" + text
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    if fresh:
        _keep_name(path.parent)


def _ended(path: Path, size: int) -> bool:
    """Whether a line ends before byte ``size``."""
    with path.open("rb") as stream:
        stream.seek(size - 1)
        return stream.read(1) == b"\n"


def _keep_name(folder: Path) -> None:
    """A new file's name is on disk only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
