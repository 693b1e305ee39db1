"""What one command costs: seconds, processor seconds, memory of its process tree, its output."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]

_ADOPT = 36  # PR_SET_CHILD_SUBREAPER
_PERIOD = 0.05  # seconds between two looks at memory
_PAGE = os.sysconf("SC_PAGE_SIZE")
_TIMEOUT = 3600.0  # seconds; a program that needs longer has failed the comparison
_TAIL = 400  # characters of a failed program's last words


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds and bytes; `error` is empty where every command succeeded."""

    wall: float = 0.0
    cpu: float = 0.0
    peak_tree: int = 0
    peak_process: int = 0
    error: str = ""

    def then(self, other: Cost) -> Cost:
        """Both one after the other: times add up, of the peaks the higher one counts."""
        return Cost(
            self.wall + other.wall,
            self.cpu + other.cpu,
            max(self.peak_tree, other.peak_tree),
            max(self.peak_process, other.peak_process),
            "; ".join(filter(None, (self.error, other.error))),
        )


@dataclass(frozen=True, slots=True)
class Output:
    """Finished sites: item pages (HTML files `d/<id>/index.html`), files and bytes in all."""

    pages: int
    files: int
    size: int


class _Memory(threading.Thread):
    """Looks at the resident memory of a process and its descendants until stopped."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._stop_event = threading.Event()
        self.tree = 0
        self.process = 0

    def run(self) -> None:
        while not self._stop_event.is_set():
            sizes = list(self._sizes())
            self.tree = max(self.tree, sum(sizes))
            self.process = max(self.process, max(sizes, default=0))
            self._stop_event.wait(_PERIOD)

    def stop(self) -> None:
        self._stop_event.set()
        self.join()

    def _sizes(self) -> Iterable[int]:
        for process in _family(self._pid):
            with contextlib.suppress(OSError):  # it ended between the listing and the look
                yield int(_read(f"/proc/{process}/statm").split()[1]) * _PAGE


def _family(process: int) -> Iterable[int]:
    """A process and its descendants, by the kernel's own lists: to go through all processes of the
    machine 20 times a second took a tenth of a core from what was measured.
    """
    yield process
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{process}/task").iterdir():
            for child in _read(f"{thread}/children").split():
                yield from _family(int(child))


def _read(path: str) -> bytes:
    file = os.open(path, os.O_RDONLY)
    try:
        return os.read(file, 1 << 16)
    finally:
        os.close(file)


def run(command: Sequence[str | Path], cwd: Path, env: Mapping[str, str] | None = None) -> Cost:
    """Run one command to its end; failures and timeouts come back in `Cost.error`, not raised.

    Processor time is the kernel's own account of the command and of all its descendants: those it
    leaves behind come to this process, which waits for them too. Memory is sampled 20 times a
    second, pages shared between processes counted in each.
    """
    ctypes.CDLL(None).prctl(_ADOPT, 1, 0, 0, 0)
    before = _children()
    os.sync()  # what was prepared is not to be put on the disk while it is measured
    with tempfile.TemporaryFile() as sink:
        begin = time.perf_counter()
        try:
            process = subprocess.Popen(
                command,
                cwd=cwd,
                env={**os.environ, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as problem:
            return Cost(error=f"{Path(command[0]).name}: {problem.strerror}")
        memory = _Memory(process.pid)
        memory.start()
        timer = threading.Timer(_TIMEOUT, os.killpg, (process.pid, signal.SIGKILL))
        timer.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise
        finally:
            timer.cancel()
            memory.stop()
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        cpu = usage.ru_utime + usage.ru_stime + _left_behind(before)
        sink.seek(0)
        said = sink.read().decode("utf-8", "replace").replace(str(cwd), "…")
    error = _error(Path(command[0]).name, process.returncode, said)
    return Cost(wall, cpu, memory.tree, memory.process, error)


def _children() -> set[int]:
    return {each.pid for each in psutil.Process().children()}


def _left_behind(before: set[int]) -> float:
    """Processor seconds of orphans, once they have ended; a browser's driver or a cluster that
    was there ``before`` is none.
    """
    found = 0.0
    while orphans := _children() - before:
        _, _, usage = os.wait4(orphans.pop(), 0)
        found += usage.ru_utime + usage.ru_stime
    return found


def _error(name: str, status: int, said: str) -> str:
    """Empty for status 0, else the program's name, its status and the end of what it said."""
    if status == 0:
        return ""
    if status == -signal.SIGKILL:
        return f"{name}: killed (after {_TIMEOUT:.0f} s, or for want of memory)"
    return f"{name}: status {status}: {' '.join(said[-_TAIL:].split())}"


def weigh(sites: Iterable[Path]) -> Output:
    """Count what lies in the given web roots; a missing one counts as nothing."""
    pages = files = size = 0
    for site in sites:
        pages += sum(1 for _ in site.glob("d/*/index.html"))
        for folder, _, names in os.walk(site):
            files += len(names)
            size += sum((Path(folder) / name).stat().st_size for name in names)
    return Output(pages, files, size)
