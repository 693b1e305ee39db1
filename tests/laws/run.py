"""``dwgk`` as a process of its own, and what to know of the processes it leaves."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from click.testing import CliRunner, Result

from generator.cli import cli

COMMAND = [sys.executable, "-c", "from generator.cli import main; main()"]
AS_OF = "2026-06-01"


def arguments(root: Path, out: Path | None = None) -> list[str]:
    """The build of a project on the day of these tests."""
    more = ["--out", str(out)] if out else []
    return [*COMMAND, "build", "--project", str(root), "--as-of", AS_OF, *more]


def environment(**changes: str) -> Mapping[str, str]:
    """This process' environment with ``changes``, and nothing of a locale or time zone else."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG"))}
    for key in ("TZ", "SOURCE_DATE_EPOCH", "PYTHONHASHSEED"):
        kept.pop(key, None)
    here = str(Path(__file__).parents[2])
    return {**kept, "PYTHONPATH": here, **changes}


def build(
    root: Path, out: Path | None = None, prefix: tuple[str, ...] = (), **env: str
) -> subprocess.CompletedProcess[str]:
    """A whole build; the caller looks at the exit status."""
    command = [*prefix, *arguments(root, out)]
    return subprocess.run(
        command,
        env=environment(**env),
        cwd=root.parent,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def inside(root: Path, out: Path | None = None) -> Result:
    """The same build in this process, where nothing is asked of a process of its own."""
    return CliRunner().invoke(cli, arguments(root, out)[len(COMMAND) :], env={"LANG": "C.UTF-8"})


def start(root: Path, **env: str) -> subprocess.Popen[bytes]:
    """A build in a session of its own, so that it and its children can be found and killed."""
    return subprocess.Popen(
        arguments(root),
        env=environment(**env),
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def parent(process: int) -> int:
    """Who started a process; 0 where it is gone."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return 0
    return int(stat.rpartition(")")[2].split()[1])


def members(session: int) -> list[int]:
    """Living processes of a session (zombies are dead)."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            state, _, _, owner = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if int(owner) == session and state not in "ZX":
            found.append(int(entry.name))
    return found


def gone(session: int, patience: float = 30.0) -> bool:
    """Whether every process of a session ends within ``patience`` seconds."""
    end = time.monotonic() + patience
    while members(session):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def with_pagefind(folder: Path, body: str) -> str:
    """A ``PYTHONPATH`` on which ``pagefind_bin`` is another one: ``body`` gives the program."""
    module = folder / "pagefind_bin.py"
    module.write_text(f"def get_executable():\n    {body}\n", encoding="utf-8")
    return f"{folder}{os.pathsep}{environment()['PYTHONPATH']}"
