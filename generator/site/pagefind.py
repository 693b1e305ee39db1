"""Pagefind's command line over built pages. The one module that knows Pagefind."""

from __future__ import annotations

import ctypes
import shutil
import signal
import subprocess
from pathlib import Path

import pagefind_bin

from generator.diagnostics import EnvironmentFault

FOLDER = "pagefind"

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


def index(site: Path) -> None:
    """Write ``site/pagefind`` from the item pages of ``site``, into an empty folder.

    Pagefind never removes fragments of pages that are gone, so a used folder would leak them.
    Raises EnvironmentFault when Pagefind is missing or fails.
    """
    folder = site / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    if not any((site / "d").glob("*/index.html")):
        return
    try:
        program = pagefind_bin.get_executable()
    except FileNotFoundError:
        raise EnvironmentFault("E07", {"tool": "Pagefind", "package": "pagefind-bin"}) from None
    command = [str(program), "--site", str(site), "--output-subdir", FOLDER]
    command += ["--glob", "d/**/*.html", "--force-language", "zh", "--quiet"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, preexec_fn=_end_with_us
    )
    if done.returncode:
        reason = " ".join(done.stderr.split())[-300:]
        raise EnvironmentFault("E08", {"tool": "Pagefind", "reason": reason})


def _end_with_us() -> None:
    """Let the kernel end Pagefind when this process is killed, lest it write on alone."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
