"""The conductor of scheduled runs: build, and put into service what is not what is there.

A run that finds nothing due changes nothing but what the build itself remembers. One that fails
says so to whoever is named in ``servers.yml``, and the sites in service stay.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from generator import remembered
from generator.diagnostics import Diagnostic, EnvironmentFault, Span, UnknownName, fault, has_errors
from generator.model.record import canonical
from generator.model.release import Release
from generator.model.servers import Server, Servers
from generator.publish.alarm import Memory, after, keep, recall, told
from generator.publish.notice import Notice, send
from generator.publish.release.deploy import deploy
from generator.publish.release.issue import BUILD, Opened, Place, open_target
from generator.publish.release.reach import reach
from generator.publish.server.service import read_service
from generator.rebuild import rebuild
from generator.site.manifest import read_manifest
from generator.site.place import held
from generator.source.project import read_settings

NOWHERE, BY_HAND, BUG = "D73", "D74", "D75"
_OTHERS = {"E05", "D09"}
"""Another run has the output or the target: not a failure, the next run finds it free."""

_LOCK, _MEMORY = Path(".dwgk") / "renew", Path(".dwgk") / "renew.json"

Instant = Callable[[str], datetime]
"""This instant, given the institution's time zone."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A scheduled run: of which project, when, for whom (all with a server when empty)."""

    root: Path
    instant: Instant
    machine: str
    audiences: tuple[str, ...] = ()
    pdf: bool = False
    cores: int = 1


@dataclass(frozen=True, slots=True)
class Renewed:
    """What a run did: releases put into service, faults; ``busy``: another run has the turn."""

    releases: tuple[Release, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    machine: bool = False
    """Whether a fault of the machine is among them."""
    busy: bool = False


def renew(asked: Asked) -> Renewed:
    """Do what is due, and tell of failures. A second run at the same time does nothing."""
    try:
        with held(asked.root / _LOCK):
            return _announced(asked)
    except EnvironmentFault as problem:
        if problem.code in _OTHERS and problem.values.get("name") == _LOCK.name:
            return Renewed(busy=True)
        raise


def _announced(asked: Asked) -> Renewed:
    """The run with whatever is to be told of it, and what it leaves to the next."""
    before = recall(asked.root / _MEMORY)
    run = _Run(asked, before)
    try:
        run.go()
    except EnvironmentFault as problem:
        run.fail(problem, Span("dist"))
    except UnknownName:
        raise
    except Exception as bug:
        run.faults.append(fault(BUG, Span("dwgk"), kind=type(bug).__name__))
        run.leave()
        raise
    return run.leave()


class _Run:
    """One run: what it knows, did and found wrong so far."""

    def __init__(self, asked: Asked, before: Memory) -> None:
        self._asked, self._before = asked, before
        self._served = dict(before.served)
        self._notify = before.notify
        self._zone = "UTC"
        self._machine = self._busy = False
        self.faults: list[Diagnostic] = []
        self.releases: list[Release] = []

    def go(self) -> None:
        """Settings, build, then each target by itself: what ails one holds up no other."""
        institution, faults = read_settings(self._asked.root)
        if institution is None:
            self.faults += faults
            return
        self._zone = institution.time_zone
        servers, more = read_service(self._asked.root, institution)
        self._notify = servers.notify
        if has_errors(found := [*faults, *more]):
            self.faults += found
            return
        if not (chosen := self._chosen(servers, [each.id for each in institution.audiences])):
            return
        if not self._build():
            return
        for server in chosen:
            try:
                self._serve(server)
            except EnvironmentFault as problem:
                self.fail(problem, server.span)

    def fail(self, problem: EnvironmentFault, span: Span) -> None:
        """A fault of the machine, as one more to tell; another's turn is none."""
        if problem.code in _OTHERS:
            self._busy = True
            return
        self._machine = True
        self.faults.append(fault(problem.code, span, "error", **problem.values))

    def _chosen(self, servers: Servers, known: Sequence[str]) -> list[Server]:
        names = self._asked.audiences or tuple(name for name in known if name in servers.servers)
        for name in names:
            if name not in known:
                raise UnknownName(name)
        place = Span("site_config/servers.yml")
        missing = [name for name in names or known if name not in servers.servers]
        self.faults += [fault(NOWHERE, place, audience=name) for name in missing]
        return [servers.servers[name] for name in names if name in servers.servers]

    def _build(self) -> bool:
        asked = self._asked
        wanted = remembered.Asked(asked.root, asked.root / "dist", pdf=asked.pdf)
        built = rebuild(wanted, lambda zone: asked.instant(zone).date(), cores=asked.cores)
        self.faults += built.diagnostics
        return not has_errors(built.diagnostics)

    def _serve(self, server: Server) -> None:
        """Put one site into service where it is not what is there, or its manifest grows old."""
        place = self._place(server)
        made = read_manifest(self._asked.root / "dist", server.audience) or {}
        with reach(place.folder) as reached:
            opened = open_target(reached, place)
            text = reached.call("read", number=opened.current, name=BUILD) or "{}"
        need = self._need(server, opened, made, _change(text), self._now())
        if isinstance(need, Diagnostic):
            self.faults.append(need)
        elif need:
            done = deploy(place, self._asked.root / "dist")
            self.faults += done.diagnostics
            if done.release:
                self.releases.append(done.release)
                self._saw(done.release)

    def _place(self, server: Server) -> Place:
        return Place(
            root=self._asked.root,
            audience=server.audience,
            folder=str(server.target),
            at=self._now(),
            keep=server.keep,
            valid_days=server.valid_days,
            key=Path(server.key) if server.key else None,
        )

    def _now(self) -> datetime:
        return self._asked.instant(self._zone)

    def _need(
        self,
        server: Server,
        opened: Opened,
        made: Mapping[str, Any],
        change: datetime | None,
        now: datetime,
    ) -> bool | Diagnostic:
        """Whether to deploy, or why a timer must not: what somebody put there himself stays."""
        serving = opened.serving
        if serving is None:
            return True
        present = _mark(serving.source, serving.files)
        if present == _mark(made.get("source", ""), made.get("files", {})):
            self._saw(serving)
            days_left = (serving.expires - now.date()).days
            return 3 * days_left <= server.valid_days or (change is not None and change <= now)
        number, mark = self._served.get(server.audience, (serving.version, present))
        if serving.version > number and present != mark:
            audience, version = server.audience, serving.version
            return fault(BY_HAND, server.span, audience=audience, version=version)
        return True

    def _saw(self, release: Release) -> None:
        self._served[release.audience] = release.version, _mark(release.source, release.files)

    def leave(self) -> Renewed:
        """Tell who is to be told, remember for the next run, and say what was done."""
        now = self._now()
        wrong = [each for each in self.faults if each.severity == "error"]
        codes = sorted({each.code for each in wrong})
        alarm = self._before.alarm
        if wrong or not self._busy:
            alarm, event = after(alarm, codes, now)
            if event:
                since = alarm.since or self._before.alarm.since or now
                notice = Notice(event, self._asked.machine, now, since, tuple(wrong))
                untold = send(notice, self._notify)
                self.faults += untold
                if len(untold) < bool(self._notify.to) + bool(self._notify.webhook) or not untold:
                    alarm = told(alarm, event, codes, now)
        memory = replace(self._before, alarm=alarm, served=self._served, notify=self._notify)
        if memory != self._before:
            keep(self._asked.root / _MEMORY, memory)
        told_once = tuple(dict.fromkeys(self.faults))
        return Renewed(tuple(self.releases), told_once, self._machine, self._busy)


def _mark(source: str, files: Mapping[str, str]) -> str:
    """What a release shows, in short."""
    return hashlib.sha256(canonical({"source": source, "files": dict(files)}).encode()).hexdigest()


def _change(build: str) -> datetime | None:
    """When the site in service should have changed, as its own build said; None: never."""
    try:
        return datetime.fromisoformat(json.loads(build)["next_change"])
    except (ValueError, KeyError, TypeError):
        return None
