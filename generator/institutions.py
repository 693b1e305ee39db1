"""Many institutions' projects in one call, on this machine or on a cluster.

Each project is built by a program of its own: what goes wrong with one stops no other, and no
institution's text comes into another's process. Whoever runs them is a ``concurrent.futures``
executor; that of dask.distributed sends them to other machines, which need this program and the
same folders at the same places.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.diagnostics import EnvironmentFault

SETTINGS = Path("site_config") / "institution.yml"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one project: the program's exit status (negative: the signal that ended it),
    its diagnostics as ``--format json`` gives them, and its last words on the error stream.
    """

    name: str
    status: int
    diagnostics: tuple[dict[str, Any], ...]
    words: str

    def count(self, severity: str) -> int:
        """How many diagnostics of a severity there are."""
        return sum(each.get("severity") == severity for each in self.diagnostics)


def projects_in(folder: Path) -> list[Path]:
    """The folders of a folder that are projects, by name; EnvironmentFault when there is none."""
    found = sorted(path for path in folder.iterdir() if (path / SETTINGS).is_file())
    if not found:
        raise EnvironmentFault("E16", {"name": folder.name})
    return found


def build_each(
    projects: Sequence[Path], options: Sequence[str], executor: Executor, progress: Progress
) -> list[Outcome]:
    """Build them all with these options of ``dwgk build``; outcomes in the order of projects."""
    futures: dict[Future[Outcome], Path] = {
        executor.submit(build_one, str(each), tuple(options)): each for each in projects
    }
    found = {}
    for number, future in enumerate(as_completed(futures), start=1):
        found[futures[future]] = _outcome(future, futures[future])
        progress(number, len(projects))
    return [found[each] for each in projects]


def build_one(project: str, options: tuple[str, ...]) -> Outcome:
    """Build one project in a program of its own, wherever this is called."""
    command = [sys.executable, "-m", "generator", "build", "--project", project]
    done = subprocess.run(
        [*command, "--format", "json", *options],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        cwd=project,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    try:
        diagnostics = tuple(json.loads(done.stdout or "[]"))
    except ValueError:
        diagnostics = ()
    last = "\n".join(done.stderr.strip().splitlines()[-5:])
    return Outcome(Path(project).name, done.returncode, diagnostics, last)


def _outcome(future: Future[Outcome], project: Path) -> Outcome:
    """The outcome; a project that could not even be tried has one too."""
    try:
        return future.result()
    except Exception as error:  # whatever a cluster may raise: it must not stop the others
        return Outcome(project.name, 3, (), f"{type(error).__name__}: {error}")


@contextmanager
def here(cores: int) -> Iterator[Executor]:
    """So many projects at once on this machine."""
    with ThreadPoolExecutor(cores) as pool:
        yield pool


@contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """The workers of a dask.distributed scheduler (``tcp://…``); EnvironmentFault without one."""
    try:
        distributed = importlib.import_module("distributed")
    except ImportError:
        raise EnvironmentFault("E14", {}) from None
    try:
        client = distributed.Client(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise EnvironmentFault("E15", {"name": address, "reason": type(error).__name__}) from None
    with client, client.get_executor(pure=False, retries=0) as pool:
        yield pool
