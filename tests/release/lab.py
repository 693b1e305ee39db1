"""Targets for tests: small sites issued without a build, and what must be true of a target."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from generator.model.release import MANIFEST, Release, parse
from generator.publish.release.issue import Content, Issued, Place, issue, open_target
from generator.publish.release.reach import reach

NOW = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
AUDIENCE = "party"

Site = Mapping[str, bytes]
"""The files of a site: path → bytes."""


def place(target: Path | str, **other: object) -> Place:
    """A target without key, of the audience of all tests."""
    plain = Place(Path("/"), AUDIENCE, str(target), NOW, keep=3, valid_days=30, key=None)
    return replace(plain, **other)  # type: ignore[arg-type]


def lay(folder: Path, site: Site) -> Path:
    """A site on disk."""
    for path, data in site.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def content(site: Site, items: tuple[str, ...] = (), notices: tuple[str, ...] = ()) -> Content:
    """What a release of ``site`` is made of."""
    source = f"sha256:{digest(repr(sorted(site.items())).encode())}"
    head = {"format": 1, "audience": AUDIENCE, "source": source, "notices": sorted(notices)}
    lines = [head, *({"id": each} for each in items)]
    return Content(
        files={path: digest(data) for path, data in site.items()},
        as_of=date(2026, 6, 1),
        source=source,
        items="".join(f"{json.dumps(each)}\n" for each in lines),
        build="{}\n",
        notices=frozenset(notices),
    )


def put(where: Place, folder: Path, made: Content, *, first: bool = False) -> Issued:
    """Issue a release as a deployment does."""
    with reach(where.folder) as reached:
        opened = open_target(reached, where, first=first)
        return issue(reached, where, opened, made, base=opened.current, site=folder)


def digest(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def manifest(target: Path, number: int) -> Release:
    """The manifest of a kept release."""
    release = parse((target / f"releases/{number:06d}" / MANIFEST).read_bytes())
    assert isinstance(release, Release), release
    return release


def current(target: Path) -> int:
    """The number of the release in service."""
    link = (target / "current").readlink().as_posix()
    assert link.startswith("releases/"), link
    return int(link.removeprefix("releases/"))


def kept(target: Path) -> list[int]:
    """All releases that are kept."""
    return sorted(int(each.name) for each in (target / "releases").iterdir())


def whole(target: Path, number: int) -> Release:
    """The release, every file of which is as its manifest says, and no other."""
    release = manifest(target, number)
    folder = target / f"releases/{number:06d}"
    assert release.version == number
    assert (folder / "number").read_text() == f"{number:06d}\n"
    assert {"items.jsonl", "build.json"} <= {each.name for each in folder.iterdir()}
    found = {
        each.relative_to(folder / "site").as_posix(): digest(each.read_bytes())
        for each in (folder / "site").rglob("*")
        if each.is_file()
    }
    assert found == release.files
    return release


def swept(target: Path) -> bool:
    """Whether nothing lies there but what belongs there."""
    names = {each.name for each in target.iterdir()}
    return names == {"dwgk-target.json", "releases", "current"}


def exact(folder: Path) -> dict[str, tuple[int, int, int, bytes | str]]:
    """Everything in a folder: mode, inode and content of each, and the time of each file."""
    found = {}
    for path in sorted([folder, *folder.rglob("*")]):
        facts = path.lstat()
        if stat.S_ISLNK(facts.st_mode):
            data: bytes | str = str(path.readlink())
        else:
            data = path.read_bytes() if path.is_file() else ""
        name = path.relative_to(folder).as_posix()
        time = 0 if path.is_dir() else facts.st_mtime_ns
        found[name] = (facts.st_mode, facts.st_ino, time, data)
    return found


def in_child(work: Callable[[], object]) -> int:
    """Do it in a process of its own; how that ended: 0, 1 for an exception, -9 when killed."""
    return at_once([work])[0]


def at_once(works: Sequence[Callable[[], object]]) -> list[int]:
    """Do all of them, each in a process of its own, at the same time; how each ended."""
    processes = []
    for work in works:
        process = os.fork()
        if process == 0:
            try:
                work()
            except BaseException:
                traceback.print_exc(file=sys.__stderr__)
                os._exit(1)
            os._exit(0)
        processes.append(process)
    return [os.waitstatus_to_exitcode(os.waitpid(each, 0)[1]) for each in processes]
