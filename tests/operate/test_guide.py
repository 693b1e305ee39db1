"""The engineer's guide is true: its commands parse, and its procedures are run as they stand."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import pytest

from generator.cli import cli
from generator.diagnostics import codes
from generator.oversight.due import EVENTS
from tests.operate.audit import ROOT
from tests.support import bind, item, make_project
from tests.time.test_status import manifest, put

DOCS = (
    "README.md",
    "README.zh.md",
    *(f"docs/{each.name}" for each in (ROOT / "docs").glob("*.md")),
)
GUIDE = (ROOT / "docs" / "operations.zh.md").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent
HERE = click.Context(cli)

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`(dwgk [a-z-]+ [^`\n]+)`")
_COMMAND = re.compile(
    r"(?:^|[;({&|]\s*|runuser -u dwgk -- )(?:\S*/bin/)?dwgk +([a-z-]+[^|;&>)}\n]*)", re.MULTILINE
)


def _fenced(text: str) -> Iterator[str]:
    for kind, block in _FENCE.findall(text):
        if kind in {"sh", "cron", "bash"}:
            lines = [line.split("  #")[0] for line in block.splitlines()]
            yield from (line for line in lines if not line.startswith("#"))


def _said(name: str) -> list[str]:
    """Every command of ours in a document; in prose only of the guide, elsewhere they are forms."""
    text = (ROOT / name).read_text(encoding="utf-8")
    lines = [*_fenced(text), *(_INLINE.findall(text) if "operations" in name else ())]
    return [found for line in lines for found in _COMMAND.findall(line)]


@pytest.mark.parametrize("name", DOCS)
def test_every_command_is_one(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Verb, arguments and options, as the command line itself reads them."""
    monkeypatch.setattr(click.Path, "convert", lambda self, value, param, ctx: value)
    for said in _said(name):
        verb, *words = shlex.split(said.removeprefix("dwgk "))
        command = cli.get_command(HERE, verb)
        assert command is not None, said
        try:
            command.make_context(verb, words)
        except click.ClickException as problem:
            pytest.fail(f"{name}: dwgk {said}: {problem.format_message()}")


def test_the_guide_has_commands_of_every_verb_an_engineer_needs() -> None:
    verbs = {each.split()[0] for each in _said("docs/operations.zh.md")}
    assert verbs >= {
        *("build", "check", "deploy", "due", "offline-copies", "probe", "publish-log", "purge"),
        *("renew", "rollback", "sbom", "server-config", "status"),
        *("verify", "show", "search"),
    }


@pytest.mark.parametrize("name", DOCS)
def test_every_verb_that_is_named_exists(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    named = set(re.findall(r"`dwgk ([a-z-]+)", text))
    assert named <= set(cli.list_commands(HERE))


def test_the_guide_names_every_code_of_stale_sites_and_every_event() -> None:
    assert set(re.findall(r"^\| (T\d\d) \|", GUIDE, re.MULTILINE)) == {
        each for each in codes() if re.fullmatch(r"T\d\d", each)
    }
    assert all(f"`{event}`" in GUIDE for event in EVENTS)
    assert set(re.findall(r"\b[A-Z]\d\d\b", GUIDE)) <= codes().keys()


@pytest.mark.parametrize("name", DOCS)
def test_links_between_documents_lead_somewhere(name: str) -> None:
    text = _FENCE.sub("", (ROOT / name).read_text(encoding="utf-8"))
    text = re.sub("`[^`]*`", "", text)
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert ((ROOT / name).parent / target).exists(), target


# The procedures: a machine in a folder. Only what belongs to another machine, or to root alone,
# is stood in for; every dwgk, ssh-keygen, tar, sha256sum, zgrep is the real one.

STANDINS = {
    "apt": "",
    "chown": "",
    "systemctl": 'echo "$@" >> "$WORLD/systemctl"',
    "install": """
words=
while [ $# -gt 0 ]; do
  case "$1" in -o | -g) shift 2 ;; *) words="$words '$1'"; shift ;; esac
done
eval exec /usr/bin/install "$words"
""",
}
_MACHINE = re.compile(
    r"(?<![\w./}])/(srv/dwgk|etc/dwgk|etc/systemd|etc/cron\.d|mnt/backup|var/log/apache2)"
)


class World:
    """A server in a folder: its paths begin with the folder, its users are the one who tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "srv" / "dwgk"
        self.bin = folder / "bin"
        places = ("bin", "srv/dwgk", "etc/dwgk", "etc/systemd/system", "etc/cron.d", "mnt/backup")
        for each in (*places, "var/log/apache2"):
            (folder / each).mkdir(parents=True, exist_ok=True)
        for name, text in STANDINS.items():
            path = self.bin / name
            path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
            path.chmod(0o755)
        self.today = datetime.now(ZoneInfo("Asia/Shanghai")).date()

    def project(self) -> Path:
        own = "tls: {certificate: /etc/ssl/a.pem, key: /etc/ssl/a.key}\n    backend: 127.0.0.1:8081"
        servers = "servers:\n"
        for each, host in (("party", own), ("campus", "host: shared"), ("public", "host: shared")):
            servers += f"  {each}:\n    url: https://{each}.example.edu.cn/dwgk/\n"
            servers += f"    {host}\n    target: {self.home}/{each}\n"
            servers += f"    key: {self.folder}/etc/dwgk/release-key\n"
            if each != "public":
                cas = "{login: https://cas.example.edu.cn/, validate: https://cas.example.edu.cn/}"
                servers += f"    sign_on: {{cas: {cas}}}\n    require: any\n"
        files = {"content/a.md": item("A-1"), "site_config/servers.yml": servers}
        return make_project(self.home, files)

    def run(self, text: str, status: int = 0) -> str:
        """A block of the guide, or a line of it, as this machine has it."""
        script = _MACHINE.sub(rf"{self.folder}/\1", text).replace("-C / ", f"-C {self.folder} ")
        script = script.replace("tar.gz --same-owner -C /", f"tar.gz -C {self.folder}")
        environment = {
            **os.environ,
            "PATH": f"{self.bin}:{BIN}:{os.environ['PATH']}",
            "LC_ALL": "C.UTF-8",
            "WORLD": str(self.folder),
        }
        at = self.home / "project"
        done = subprocess.run(
            ["/bin/bash", "-euo", "pipefail", "-c", script],
            cwd=at if at.is_dir() else self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, f"{script}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def anywhere(self, words: str) -> list[str]:
        """Files below the targets that contain ``words``, whatever they are."""
        found = subprocess.run(
            ["grep", "-rlaF", words, *(self.home / each for each in ("party", "campus", "public"))],
            capture_output=True,
            text=True,
            check=False,
        )
        return found.stdout.splitlines()


def block(first: str, which: int = 0) -> str:
    """The block of shell that begins with ``first``, without what asks another machine."""
    found = [
        text for kind, text in _FENCE.findall(GUIDE) if kind == "sh" and text.startswith(first)
    ]
    return "".join(line for line in found[which].splitlines(True) if "https://" not in line)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A server installed and in service as the guide says, kept to begin from again and again."""
    folder = tmp_path_factory.mktemp("guide")
    world = World(folder / "world")
    world.project()
    world.run(block("for audience in party campus public"))
    world.run(block("ssh-keygen -q -t ed25519"))
    world.run(block("dwgk check"))
    subprocess.run(["cp", "-a", world.folder, folder / "kept"], check=True)
    return folder


@pytest.fixture
def world(installed: Path) -> World:
    """That server as it was on its first day, at the same place."""
    shutil.rmtree(installed / "world")
    subprocess.run(["cp", "-a", installed / "kept", installed / "world"], check=True)
    return World(installed / "world")


PROVE = block("dwgk verify /srv/dwgk/party")
SECRET = "误公开的名单"


@pytest.mark.slow
def test_installing_puts_three_sites_into_service(world: World) -> None:
    """And each folder is closed to everybody but its owner and the web server's group."""
    for audience in ("party", "campus", "public"):
        target = world.home / audience
        assert target.stat().st_mode & 0o7777 == 0o2750
        release = target / "current"
        names = {"site", "dwgk-release.json", "dwgk-release.json.sig"}
        assert {each.name for each in release.iterdir()} == names | {
            *("number", "items.jsonl", "build.json", "sbom.cdx.json"),
        }
        assert (release / "sbom.cdx.json").stat().st_mode & 0o077 == 0
    assert (world.folder / "etc/dwgk/release-key").stat().st_mode & 0o777 == 0o400
    assert "dwgk-release" in world.run(block("ssh-keygen -l"))
    world.run(PROVE)
    world.run(block("dwgk status --live"))
    assert "没有该变的" in world.run(block("dwgk renew"))
    first = block("dwgk check").splitlines()[-1]
    world.run(first, 3)  # only once


@pytest.mark.slow
def test_timers_are_written_where_they_belong(world: World) -> None:
    lines = block("dwgk server-config systemd").splitlines()
    assert lines[1].startswith("systemd-analyze verify ")
    units = world.folder / "etc/systemd/system"
    world.run(lines[0])
    assert {each.name for each in units.iterdir()} == {"dwgk-renew.service", "dwgk-renew.timer"}
    for unit in units.glob("*.service"):  # the user of the guide is not one of this machine
        text = unit.read_text(encoding="utf-8")
        unit.write_text(text.replace("User=dwgk", "User=daemon"), encoding="utf-8")
    world.run("\n".join(lines[1:]))
    log = (world.folder / "systemctl").read_text(encoding="utf-8").splitlines()
    assert log == [line.removeprefix("systemctl ") for line in lines[2:]]
    world.run(block("dwgk server-config cron"))
    assert "dwgk-renew" in (world.folder / "etc/cron.d/dwgk").read_text(encoding="utf-8")


@pytest.mark.slow
def test_web_servers_are_configured(world: World) -> None:
    lines = block("dwgk server-config apache party").splitlines()
    world.run("\n".join(lines))
    for line in lines:
        assert (world.home / "project" / line.split()[-1]).is_file()
    certificate = world.folder / "etc/party.pem"
    make = "openssl req -x509 -newkey ed25519 -nodes -subj /CN=x -keyout /dev/null -out"
    check = block("openssl x509").replace("/etc/ssl/dwgk/party.pem", str(certificate))
    for days, status in ((60, 0), (20, 1)):
        world.run(f"{make} {certificate} -days {days} 2>/dev/null")
        world.run(check, status)


@pytest.mark.slow
def test_a_key_is_replaced_without_an_alarm(world: World) -> None:
    world.run(PROVE)
    world.run(block("mv /etc/dwgk/release-key"))
    world.run(PROVE)  # what the old key signed still holds
    world.run("dwgk deploy party")
    world.run(PROVE)
    keys = world.folder / "etc/dwgk/release-key.pub"
    lines = keys.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2
    keys.write_text(lines[0] + "\n", encoding="utf-8")
    world.run(PROVE)
    keys.write_text(lines[1] + "\n", encoding="utf-8")
    world.run(PROVE, 1)  # the old one alone knows nothing of the new


@pytest.mark.slow
def test_the_drill_leaves_nothing(world: World) -> None:
    """Word by word: a matter is published by mistake, and half an hour later it is nowhere."""
    slip = world.home / "project/content/slip.md"
    slip.write_text(item("A-9", SECRET, title=SECRET), encoding="utf-8")
    bind(world.home / "project")
    world.run("dwgk renew")
    world.run("dwgk offline public --out /srv/dwgk/copy.zip --to 图书馆")
    assert world.anywhere(SECRET)

    world.run(block("systemctl stop"))
    world.run(block("dwgk rollback public"))
    public = world.home / "public/current/site"
    assert not (public / "d/A-9").exists()
    assert "D74" in world.run("dwgk renew", 1)  # had the timer been forgotten
    assert not (public / "d/A-9").exists()

    (lifecycle,) = (text for _, text in _FENCE.findall(GUIDE) if text.startswith("lifecycle:"))
    told = lifecycle.replace("2026-11-21", world.today.isoformat())
    head = slip.read_text(encoding="utf-8")
    slip.write_text(head.replace("---\n", f"---\n{told}", 1), encoding="utf-8")
    world.run(block("dwgk check", 1))
    assert "按规定撤下" in (public / "d/A-9/index.html").read_text(encoding="utf-8")
    assert "第 0001 号离线副本" in world.run(block("dwgk purge A-9"))
    assert world.anywhere(SECRET) == []
    found = world.run(block("dwgk verify\n").replace("检索词", SECRET))
    assert "找到 0 项" in found
    assert "图书馆" in world.run(block("dwgk offline-copies"))
    assert "撤销或终止的告示" in world.run(block("dwgk show A-9"))

    log = world.folder / "var/log/apache2"
    (log / "access.log").write_text("GET /dwgk/d/A-9/ 200\nGET /dwgk/ 200\n", encoding="utf-8")
    subprocess.run(["gzip", "-k", log / "access.log"], check=True)
    assert world.run(block("install -d -m 700")).count("/d/A-9/") == 2
    world.run(block("systemctl start"))
    assert "没有该变的" in world.run("dwgk renew")
    assert world.anywhere(SECRET) == []


@pytest.mark.slow
def test_from_a_backup_everything_comes_back(world: World) -> None:
    world.run(PROVE)
    world.run("dwgk publish-log")
    world.run(block("umask 077"))
    backup = world.folder / "mnt/backup"
    assert (backup / "dwgk.tar.gz").stat().st_mode & 0o077 == 0
    assert len((backup / "versions.txt").read_text(encoding="utf-8").splitlines()) == 3
    noted = world.run(block("dwgk publish-log --check"))
    (digest,) = re.findall(r"[0-9a-f]{64}|sha256:[0-9a-f]{64}", noted)[-1:]
    state = world.home / "project/party.state"
    kept = state.read_bytes()  # the monitor is another machine
    shutil.rmtree(world.folder / "srv")
    shutil.rmtree(world.folder / "etc/dwgk")
    world.home.mkdir(parents=True)

    world.run(block("for audience in party campus public"))
    world.run(block("sha256sum --check"))
    state.write_bytes(kept)
    world.run(
        block("dwgk publish-log --check", 1).replace("--check", f"--check --noted {digest}", 1)
    )
    assert world.run(PROVE)
    assert '"version":58' in (world.home / "party/current/dwgk-release.json").read_text("utf-8")


@pytest.mark.slow
def test_a_restored_site_that_counts_from_one_is_an_alarm(world: World) -> None:
    """Why the guide says to write the number."""
    for _ in range(2):
        world.run("dwgk deploy party")
    world.run(PROVE)
    shutil.rmtree(world.home / "party")
    world.run(block("for audience in party campus public"))
    world.run("dwgk deploy party --first")
    world.run(PROVE, 1)


def _cron(world: World) -> subprocess.CompletedProcess[str]:
    """The guide's cron line, as cron's shell runs it."""
    crons = (text.strip() for kind, text in _FENCE.findall(GUIDE) if kind == "cron")
    (line,) = (text for text in crons if " due " in text)
    assert "%" not in line  # cron takes it for the end of the line
    command = _MACHINE.sub(rf"{world.folder}/\1", line.split(None, 6)[6])
    environment = {**os.environ, "PATH": f"{world.bin}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        ["/bin/sh", "-c", command],
        env=environment,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_office_hears_of_what_is_due(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.project()
    letter = tmp_path / "letter"
    for path, text in (
        (world.home / "venv/bin/dwgk", f'exec {BIN}/dwgk "$@" --as-of $(cat {tmp_path}/day)'),
        (world.bin / "mail", f"exec cat > {letter}"),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        path.chmod(0o755)
    for day, due in (("2025-03-10", False), ("2025-03-09", True)):
        (tmp_path / "day").write_text(day)
        done = _cron(world)
        assert (done.stdout, done.stderr) == ("", "")
        assert letter.exists() is due
    assert "2025-03-10" in letter.read_text(encoding="utf-8")


def test_a_monitor_needs_the_settings_alone(tmp_path: Path) -> None:
    root = make_project(tmp_path, {})
    for path in sorted(root.rglob("*"), reverse=True):
        if path.is_file() and path.name != "institution.yml":
            path.unlink()
    put(tmp_path / "build.json", manifest("party", "2025-01-01T00:00+08:00"))
    line = ["status", "--project", str(root), "--live", str(tmp_path / "build.json")]
    done = subprocess.run([BIN / "dwgk", *line], capture_output=True, check=False)
    assert done.returncode == 1
    assert b"T01" in done.stdout
