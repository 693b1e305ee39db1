"""What is done at a target, on whatever machine it lies.

Here it is imported; to a server it is sent as it stands, with ``disk``, and run by the
``python3`` there (3.8 or later): the standard library only. At every moment ``current`` leads to
one complete release, whoever is killed at whatever event.

A target: ``dwgk-target.json`` names its audience and is the lock; ``releases/000017/`` holds
``site/`` and what lies beside it; ``current`` is a symbolic link to one of them. ``.next`` is a
release being made, ``.gone-000012`` one being deleted; the next run sweeps what is left of either.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from generator.publish.release.disk import (
    FILE,
    FOLDER,
    PRIVATE,
    Refused,
    digest,
    linked,
    make_folders,
    refusal,
    settle,
    sync,
)

MARKER = "dwgk-target.json"
MANIFEST = "dwgk-release.json"
ITEMS, BUILD, BILL = "items.jsonl", "build.json", "sbom.cdx.json"
FORMAT = 1
NEXT, GONE, LINK, RELEASES, CURRENT = ".next", ".gone-", ".current", "releases", "current"

ABSENT, EMPTY, FOREIGN, OTHER, UNREADABLE = "D04", "D05", "D06", "D07", "D08"
BUSY, DIFFERENT, ALREADY = "D09", "D13", "D14"

_NUMBER = re.compile("[0-9]{6,}")


class Target:
    """One target, held by one process at a time from ``open`` to ``close``."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)
        self._lock = -1

    def open(self, audience: str, first: bool) -> dict[str, Any]:
        """Lock the target of ``audience`` and sweep it; ``first`` makes an empty folder one.

        The answer has ``current`` (a release's number, 0 where there is none) and ``releases``
        (the numbers of all that are kept, rising).
        """
        if not self._folder.is_dir():
            raise Refused(ABSENT, folder=str(self._folder))
        if first:
            self._mark(audience)
        self._check(audience)
        self._lock = os.open(self._folder / MARKER, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            self._lock = -1
            raise Refused(BUSY, folder=str(self._folder)) from None
        self._sweep()
        return {"current": self._current(), "releases": self._numbers()}

    def close(self) -> None:
        """Let go; what is not finished is thrown away."""
        if self._lock >= 0:
            try:
                self._sweep()
            finally:
                os.close(self._lock)
                self._lock = -1

    def read(self, number: int, name: str) -> str | None:
        """The text of a file beside the site of a release; None where it is missing."""
        path = self._release(number) / name
        return path.read_bytes().decode("utf-8", "replace") if path.is_file() else None

    def showing(self, ids: Sequence[str]) -> dict[str, list[str]]:
        """Which of ``ids`` each kept release shows, by its number.

        Both its list of items and its pages are asked. A release of which that cannot be told
        counts as showing all.
        """
        wanted, found = set(ids), {}
        for number in self._numbers():
            try:
                head, *lines = (self.read(number, ITEMS) or "").splitlines()
                notices = json.loads(head)["notices"]
                shown = wanted & {json.loads(line)["id"] for line in lines}
                files = self._files(number)
                pages = {each for each in wanted if f"d/{each}/index.html" in files}
                found[str(number)] = sorted(shown | pages.difference(notices))
            except (ValueError, KeyError, TypeError):
                found[str(number)] = sorted(wanted)
        return found

    def stage(self, base: int, files: Mapping[str, str]) -> list[str]:
        """Begin a release of ``files`` (path → SHA-256): link what release ``base`` has of them.

        A file counts only by its bytes: one that somebody changed at the target is not taken
        over. The answer is what must be sent, to ``.next/site`` of the target.
        """
        work, old = self._folder / NEXT, self._files(base)
        site, source = work / "site", self._release(base) / "site"
        make_folders(work, files)
        missing = []
        for path in sorted(files):
            same = old.get(path) == files[path] and digest(source / path) == files[path]
            if not (same and linked(source / path, site / path)):
                missing.append(path)
        return missing

    def seal(  # noqa: PLR0917 - one value for each fact of a release
        self,
        number: int,
        files: Mapping[str, str],
        sent: Sequence[str],
        beside: Mapping[str, str],
        stamp: int,
        keep: int,
    ) -> dict[str, list[int]]:
        """Finish the release and switch to it; ``keep`` releases stay, this one among them.

        What was ``sent`` must be what ``files`` says. ``beside`` are further files, name → text.
        Files that differ from the release in service get the time ``stamp`` (seconds since
        1970), later than any before: servers tell a changed file by its time and size.
        """
        work = self._folder / NEXT
        site, serving = work / "site", self._files(self._current())
        for path in sent:
            if digest(site / path) != files[path]:
                raise Refused(DIFFERENT, file=path)
            (site / path).chmod(FILE)
        fresh = {path for path, each in files.items() if serving.get(path) != each}
        for path in fresh.union(sent):
            os.utime(site / path, (stamp, stamp))
        for name, text in beside.items():
            (work / name).write_bytes(text.encode("utf-8"))
            (work / name).chmod(PRIVATE if name in (ITEMS, BUILD, BILL) else FILE)
            os.utime(work / name, (stamp, stamp))
        settle(work, [*(site / path for path in sent), *(work / name for name in beside)])
        before = self._current()
        self._switch(number)
        # A release of the same files only renews its manifest: it must not push out others.
        left = [each for each in self._numbers() if each != before or serving != dict(files)]
        return self._delete([each for each in self._numbers() if each not in left[-keep:]])

    def drop(self, numbers: Sequence[int]) -> dict[str, list[int]]:
        """Delete kept releases, never the one in service: which are ``gone``, which ``stuck``."""
        chosen = set(numbers) - {self._current()}
        return self._delete([each for each in self._numbers() if each in chosen])

    def _release(self, number: int) -> Path:
        return self._folder / RELEASES / f"{number:06d}"

    def _current(self) -> int:
        try:
            name = Path(os.readlink(self._folder / CURRENT)).name  # noqa: PTH115 - from 3.9 on
        except OSError:
            return 0
        return int(name) if _NUMBER.fullmatch(name) else 0

    def _numbers(self) -> list[int]:
        folder = self._folder / RELEASES
        names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
        return sorted(int(name) for name in names if _NUMBER.fullmatch(name))

    def _files(self, number: int) -> dict[str, str]:
        """What the manifest of a release says of its files; nothing where it cannot be read."""
        try:
            files = json.loads(self.read(number, MANIFEST) or "")["files"]
        except (ValueError, KeyError, TypeError):
            return {}
        return files if isinstance(files, dict) else {}

    def _mark(self, audience: str) -> None:
        """Make an empty folder a target. The marker appears with its content or not at all."""
        if self._current():
            raise Refused(ALREADY, folder=str(self._folder))
        if (self._folder / MARKER).exists():
            return  # the first deployment came no further
        if strange := self._strange():
            raise Refused(FOREIGN, folder=str(self._folder), name=strange)
        fresh = self._folder / f"{MARKER}.{os.getpid()}"
        text = json.dumps({"audience": audience, "format": FORMAT}) + "\n"
        fresh.write_bytes(text.encode("utf-8"))
        fresh.chmod(FILE)
        sync(fresh)
        os.link(fresh, self._folder / MARKER)
        fresh.unlink()
        sync(self._folder)

    def _strange(self) -> str:
        """Something in the folder that is not ours; "" where there is none."""
        ours = ("lost+found", MARKER, GONE, NEXT, LINK)
        names = sorted(each.name for each in self._folder.iterdir())
        return next((name for name in names if not name.startswith(ours)), "")

    def _check(self, audience: str) -> None:
        folder = str(self._folder)
        try:
            text = (self._folder / MARKER).read_bytes()
        except FileNotFoundError:
            strange = self._strange()
            code = FOREIGN if strange else EMPTY
            raise Refused(code, folder=folder, name=strange, audience=audience) from None
        try:
            table = json.loads(text)
            found = table["audience"] if table["format"] == FORMAT else None
        except (ValueError, KeyError, TypeError):
            found = None
        if not isinstance(found, str):
            raise Refused(UNREADABLE, folder=folder)
        if found != audience:
            raise Refused(OTHER, folder=folder, found=found, audience=audience)

    def _sweep(self) -> None:
        """What killed runs left half-made or half-deleted."""
        for path in list(self._folder.iterdir()):
            if path.name == NEXT or path.name.startswith(GONE):
                shutil.rmtree(path, ignore_errors=True)
            elif path.name == LINK or path.name.startswith(f"{MARKER}."):
                path.unlink()

    def _switch(self, number: int) -> None:
        releases, link = self._folder / RELEASES, self._folder / LINK
        if not releases.is_dir():
            releases.mkdir()
            releases.chmod(FOLDER)
        (self._folder / NEXT).rename(self._release(number))
        try:
            sync(releases)
            link.symlink_to(f"{RELEASES}/{number:06d}")
            link.rename(self._folder / CURRENT)
        except OSError:
            self._release(number).rename(self._folder / NEXT)  # never in service: swept
            raise
        sync(self._folder)

    def _delete(self, numbers: Sequence[int]) -> dict[str, list[int]]:
        """Each goes under another name first: a kept release is whole or not there."""
        stuck = []
        for number in numbers:
            gone = self._folder / f"{GONE}{number:06d}"
            try:
                self._release(number).rename(gone)
                shutil.rmtree(gone)
            except OSError:
                stuck.append(number)
        if numbers:
            sync(self._folder)
        return {"gone": [each for each in numbers if each not in stuck], "stuck": stuck}


def answer(target: Target, do: str, values: Mapping[str, Any]) -> Any:
    """Do one thing at a target; raises Refused, also for what the machine refuses."""
    try:
        return getattr(target, do)(**values)
    except OSError as error:
        raise refusal(error) from error


def serve(asked: BinaryIO, told: BinaryIO) -> None:
    """Answer line by line until the other end hangs up; then nothing unfinished is left."""
    target = Target(json.loads(asked.readline())["folder"])
    try:
        for line in asked:
            request = json.loads(line)
            try:
                reply = {"done": answer(target, request["do"], request["with"])}
            except Refused as refused:
                reply = {"refused": [refused.code, refused.values]}
            told.write(json.dumps(reply).encode("ascii") + b"\n")
            told.flush()
    finally:
        target.close()
