"""Walls around a command: no network, or nothing writable but what is said.

A namespace of its own where the machine allows one; else Python itself refuses, by its audit hook.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

NO_NETWORK = """
import sys

def refuse(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        raise AssertionError(f"the network was asked: {event} {args!r}")

sys.addaudithook(refuse)
"""

READ_ONLY = """
import os, sys

OPEN = tuple(os.environ["WRITABLE"].split(":"))
EVENTS = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "os.link", "os.chmod")

def refuse(event, args):
    if event in EVENTS:
        paths = [each for each in args if isinstance(each, (str, bytes, os.PathLike))]
    elif event == "open" and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        paths = [args[0]]
    else:
        return
    for path in paths:
        full = os.path.abspath(os.fsdecode(path)) if not isinstance(path, int) else OPEN[0]
        if not full.startswith((*OPEN, "/dev/")):
            raise PermissionError(30, "Read-only file system", full)

sys.addaudithook(refuse)
"""

CLOSE = """
set -e
mount --make-rprivate /
for path in $WRITABLE_LIST; do mount --bind "$path" "$path"; done
mount -t tmpfs tmpfs /var/tmp
cut -d' ' -f2 /proc/self/mounts | sort -u | while read -r path; do
  case " $WRITABLE_LIST /var/tmp " in *" $path "*) continue ;; esac
  case "$path" in /dev | /dev/* | /proc | /proc/* | /sys | /sys/*) continue ;; esac
  mount -o remount,bind,ro "$path"
done
mount -t proc -o subset=pid proc /proc
cd "$PWD"
exec "$@"
"""


def _allowed(*words: str) -> list[str]:
    """The command that opens such a namespace here, or nothing."""
    for command in (["unshare", *words], ["unshare", "--map-root-user", *words]):
        if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
            return command
    return []


def without_network(folder: Path) -> tuple[list[str], dict[str, str]]:
    """What to put before a command, and its environment; ``folder`` may be written."""
    if command := _allowed("--net"):
        return command, {**os.environ}
    (folder / "sitecustomize.py").write_text(NO_NETWORK, encoding="utf-8")
    return [], {**os.environ, "PYTHONPATH": str(folder)}


def read_only(folder: Path, writable: Sequence[Path]) -> tuple[list[str], dict[str, str]]:
    """The same where only ``writable`` folders and a private place for temporary files are.

    As ``ProtectSystem=strict``, ``ReadWritePaths=``, ``PrivateTmp=`` and ``ProcSubset=pid`` of a
    systemd unit have it.
    """
    paths = [str(each) for each in writable]
    environment = {**os.environ, "TMPDIR": "/var/tmp", "WRITABLE_LIST": " ".join(paths)}
    if command := _allowed("--mount", "--pid", "--fork"):
        return [*command, "/bin/sh", "-c", CLOSE, "sh"], environment
    private = folder / "private"
    private.mkdir()
    (folder / "sitecustomize.py").write_text(READ_ONLY, encoding="utf-8")
    environment |= {"PYTHONPATH": str(folder), "TMPDIR": str(private)}
    return [], environment | {"WRITABLE": ":".join([*paths, str(private)])}
