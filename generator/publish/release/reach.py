"""Reaching a target: a folder of this machine, or ``user@host:folder`` over ssh with rsync.

The same code works at both (``agent``). Over ssh one connection holds the target's lock from
beginning to end: when it breaks, the other end throws away what is unfinished. The only module
that knows ``ssh`` and ``rsync``; RSYNC_RSH names another ssh, as rsync has it.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from inspect import getsource
from pathlib import Path
from shutil import copyfile
from typing import Any, Protocol

from generator.diagnostics import EnvironmentFault
from generator.publish.release import agent, disk
from generator.publish.release.agent import NEXT, Target, answer

UNREACHABLE, NO_HELP = "D15", "D16"

REMOTE = re.compile(r"([A-Za-z0-9_][A-Za-z0-9_.@-]*):(/.+)")
"""``user@host:/folder``; what else a connection needs belongs into ssh's own configuration."""

_SSH = ("-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=20", "-o", "ServerAliveInterval=15")
"""Nobody is asked anything, and a dead line ends: deployments run unattended."""

_BOOT = """
import json, sys, types
for name, text in json.loads(sys.stdin.buffer.readline()):
    module = sys.modules[name] = types.ModuleType(name)
    exec(compile(text, name, "exec"), module.__dict__)
module.serve(sys.stdin.buffer, sys.stdout.buffer)
"""


class Reached(Protocol):
    """A target within reach."""

    def call(self, do: str, **values: Any) -> Any:
        """Let the agent do one thing; raises EnvironmentFault with what it refuses."""

    def send(self, site: Path, paths: Sequence[str]) -> None:
        """Bring files of ``site`` to the staged release."""


@contextmanager
def reach(target: str) -> Iterator[Reached]:
    """The target at ``target``; let go at the end, whatever happened."""
    remote = REMOTE.fullmatch(target)
    if remote is None:
        here = _Here(Path(target).resolve())
        try:
            yield here
        finally:
            here.close()
        return
    with tempfile.TemporaryFile() as errors, _started(remote[1], errors) as line:
        yield _There(remote[1], remote[2], line, errors)


class _Here:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._target = Target(str(folder))

    def call(self, do: str, **values: Any) -> Any:
        try:
            return answer(self._target, do, values)
        except disk.Refused as refused:
            raise EnvironmentFault(refused.code, refused.values) from refused

    def send(self, site: Path, paths: Sequence[str]) -> None:
        """Copies, never links: what is built next must not reach into what is served."""
        staged = self._folder / NEXT / "site"
        try:
            for path in paths:
                with suppress(FileNotFoundError):  # found missing where it is sealed
                    copyfile(site / path, staged / path, follow_symlinks=False)
        except OSError as error:
            refused = disk.refusal(error)
            raise EnvironmentFault(refused.code, refused.values) from error

    def close(self) -> None:
        self.call("close")


class _There:
    def __init__(self, host: str, folder: str, line: subprocess.Popen[bytes], errors: Any) -> None:
        self._host, self._folder = host, folder
        self._line, self._errors = line, errors
        self._say([(each.__name__, getsource(each)) for each in (disk, agent)])
        self._say({"folder": folder})

    def call(self, do: str, **values: Any) -> Any:
        self._say({"do": do, "with": values})
        assert self._line.stdout is not None  # asked for
        text = self._line.stdout.readline()
        if not text.endswith(b"\n"):
            raise self._lost()
        try:
            reply = json.loads(text)
        except ValueError:  # something else answers: a greeting, a restricted shell
            reason = text.decode("utf-8", "replace").strip()
            raise EnvironmentFault(NO_HELP, {"host": self._host, "reason": reason}) from None
        if "refused" in reply:
            raise EnvironmentFault(*reply["refused"])
        return reply["done"]

    def send(self, site: Path, paths: Sequence[str]) -> None:
        command = ["rsync", "--from0", "--files-from=-", "--no-implied-dirs", "--ignore-times"]
        command += ["--compress", "--protect-args", "-e", shlex.join(_ssh())]
        command += [f"{site}/", f"{self._host}:{self._folder}/{NEXT}/site/"]
        try:
            done = subprocess.run(
                command, input="\0".join(paths).encode(), capture_output=True, check=False
            )
        except FileNotFoundError:
            raise EnvironmentFault(NO_HELP, {"host": "rsync", "reason": "rsync"}) from None
        if done.returncode != 0:
            raise self._failed(done.stderr, done.returncode)

    def _say(self, value: Any) -> None:
        assert self._line.stdin is not None  # asked for
        try:
            self._line.stdin.write(json.dumps(value).encode("ascii") + b"\n")
            self._line.stdin.flush()
        except BrokenPipeError:
            raise self._lost() from None

    def _lost(self) -> EnvironmentFault:
        status = self._line.wait()
        self._errors.seek(0)
        return self._failed(self._errors.read(), status)

    def _failed(self, errors: bytes, status: int) -> EnvironmentFault:
        lines = [each.strip() for each in errors.decode("utf-8", "replace").splitlines()]
        reason = next((each for each in reversed(lines) if each), str(status))
        code = UNREACHABLE if status == 255 else NO_HELP
        return EnvironmentFault(code, {"host": self._host, "reason": reason})


def _ssh() -> list[str]:
    return [*shlex.split(os.environ.get("RSYNC_RSH") or "ssh"), *_SSH]


@contextmanager
def _started(host: str, errors: Any) -> Iterator[subprocess.Popen[bytes]]:
    """The agent at ``host``, waiting for its own text; its input's end lets it end."""
    command = [*_ssh(), host, f"python3 -I -c {shlex.quote(_BOOT)}"]
    pipe = subprocess.PIPE
    try:
        line = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=errors)
    except FileNotFoundError:
        raise EnvironmentFault(UNREACHABLE, {"host": host, "reason": command[0]}) from None
    try:
        yield line
    finally:
        for stream in (line.stdin, line.stdout):
            assert stream is not None  # asked for
            with suppress(BrokenPipeError):
                stream.close()
        line.wait()
