"""Built projects and a real ssh server, for the tests of deployments."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from filelock import FileLock

from generator import build as conductor
from generator.diagnostics import has_errors
from generator.publish.release.issue import Place
from tests.support import item, make_project

DAY = date(2026, 6, 1)
_CHANGED = "[{change: 变更, date: 2026-05-20, by: 院党委会, reference: 2026年第9次, note: 更正}]"
_WITHDRAWN = "[{change: 撤销, date: 2026-05-25, by: 院党委会, reference: 2026年第9次, note: 有误}]"


def _dates(**other: str) -> dict[str, str]:
    return {"written": "2026-05-02", "release": "2026-05-06", **other}


def _files(*, mended: bool) -> dict[str, str]:
    """Three items of all sites; mended: one has another text, one is withdrawn."""
    changed = {"lifecycle": _CHANGED} if mended else {}
    withdrawn = {"lifecycle": _WITHDRAWN} if mended else {}
    text = "改正后的正文。\n" if mended else "原来的正文，含有不该写的内容。\n"
    return {
        "content/a.md": item("A-1", body=text, title="甲事项", dates=_dates(), **changed),
        "content/b.md": item("B-1", title="乙事项", dates=_dates(), **withdrawn),
        "content/c.md": item("C-1", title="丙事项", dates=_dates(until="2026-06-20")),
        "content/p.md": item(
            "P-1", title="党内事项", catalog="zz-01", scope="党内", dates=_dates()
        ),
    }


@dataclass(frozen=True)
class Project:
    """A project with its sites, of a day."""

    root: Path
    day: date = DAY

    @property
    def dist(self) -> Path:
        return self.root / "dist"

    def place(self, target: Path | str, audience: str = "public", **other: object) -> Place:
        """Where its site goes, in the morning of its day."""
        now = datetime.combine(self.day, datetime.min.time(), ZoneInfo("Asia/Shanghai"))
        facts = {"at": now.replace(hour=10), "keep": 5, "valid_days": 30, "key": None} | other
        return Place(self.root, audience, str(target), **facts)  # type: ignore[arg-type]


Make = Callable[..., Project]


@pytest.fixture(scope="session")
def _built(common: Path) -> Make:
    """Each built once for all workers."""

    def make(mended: bool, day: date) -> Project:
        folder = common / f"release-{mended}-{day}"
        root = folder / "project"
        with FileLock(folder.with_suffix(".lock")):
            if not (folder / "done").exists():
                make_project(folder, _files(mended=mended))
                built = conductor.build(root, root / "dist", lambda _: day)
                assert not has_errors(built.diagnostics), built.diagnostics
                (folder / "done").touch()
        return Project(root, day)

    return make


@pytest.fixture
def project(_built: Make, tmp_path: Path) -> Make:
    """``project(mended=…, day=…)``: a copy of a built project, the test's own."""

    def make(*, mended: bool = False, day: date = DAY) -> Project:
        source = _built(mended, day)
        root = tmp_path / f"project-{mended}-{day}"
        if not root.exists():
            shutil.copytree(source.root, root)
        return Project(root, day)

    return make


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """An empty folder."""
    folder = tmp_path / "target"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key that signs; its public half beside it."""
    return _key(tmp_path_factory.mktemp("key") / "release")


def _key(path: Path) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    return path


@dataclass
class Server:
    """An ssh server of this machine: where, and how often it was asked."""

    host: str
    log: Path
    process: subprocess.Popen[bytes]


@pytest.fixture
def ssh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A real sshd on loopback with throw-away keys; RSYNC_RSH leads there."""
    folder = tmp_path / "ssh"
    folder.mkdir(mode=0o700)
    host, own = _key(folder / "host"), _key(folder / "own")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "sshd_config").write_text(
        f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {host}\nPidFile none\nUsePAM no\n"
        f"AuthorizedKeysFile {own}.pub\nStrictModes no\n"
    )
    public = " ".join(Path(f"{host}.pub").read_text().split()[:2])
    (folder / "known").write_text(f"[127.0.0.1]:{port} {public}\n")
    (folder / "config").write_text(
        f"Host server\n HostName 127.0.0.1\n Port {port}\n IdentityFile {own}\n"
        f" IdentitiesOnly yes\n UserKnownHostsFile {folder / 'known'}\n"
    )
    monkeypatch.setenv("RSYNC_RSH", f"ssh -F {folder / 'config'}")
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    sshd = shutil.which("sshd") or "/usr/sbin/sshd"
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sshd, "-D", "-e", "-f", folder / "sshd_config"], stderr=log, stdin=subprocess.DEVNULL
        )
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            assert process.poll() is None, (folder / "log").read_text()
            time.sleep(0.05)
    else:
        raise AssertionError(f"sshd does not listen: {(folder / 'log').read_text()}")
    yield Server(f"{getpass.getuser()}@server", folder / "log", process)
    process.terminate()
    process.wait()
