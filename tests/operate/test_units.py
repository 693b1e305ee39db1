"""The units and the cron line: sound by systemd's own judgement, and writing only where said."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import pytest

from generator.diagnostics import Span
from generator.model.servers import Address, Server, Servers, Target
from generator.publish.units import MINUTES, Place, cron, place, systemd

ANALYZE = str(shutil.which("systemd-analyze"))


def _server(audience: str, folder: str, host: str = "") -> Server:
    address = Address(f"{audience}.example.edu.cn", 443, "/")
    return Server(audience, address, Target(folder, host), Span("site_config/servers.yml"))


def _place(root: Path) -> Place:
    servers = {
        "party": _server("party", "/srv/dwgk/party"),
        "campus": _server("campus", "/srv/dwgk/campus"),
        "public": _server("public", "/srv/www/public", "dwgk@www.example.edu.cn"),
    }
    program = root / "venv" / "bin" / "dwgk"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    (root / "project").mkdir()
    project = PurePosixPath(root / "project")
    return place(project, PurePosixPath(program), "daemon", Servers(servers))


def units(files: Mapping[str, str], folder: Path) -> list[Path]:
    """Each unit in a file of its own."""
    for name, unit in files.items():
        (folder / name).write_text(unit, encoding="utf-8")
    return [folder / name for name in files]


@pytest.fixture
def service(tmp_path: Path) -> Path:
    return units(systemd(_place(tmp_path)), tmp_path)[0]


def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    files = units(systemd(_place(tmp_path)), tmp_path)
    assert [each.name for each in files] == ["dwgk-renew.service", "dwgk-renew.timer"]
    done = subprocess.run(
        [ANALYZE, "verify", "--man=no", *files], capture_output=True, text=True, check=False
    )
    assert "dwgk" not in done.stderr, done.stderr


def test_the_service_is_hardened(service: Path) -> None:
    """Of the scale from 0 (closed) to 10 (open); below 2 is what systemd itself calls OK."""
    done = subprocess.run(
        [ANALYZE, "security", "--offline=yes", service], capture_output=True, text=True, check=False
    )
    exposure = re.search(r"exposure level for dwgk-renew.service: ([0-9.]+)", done.stdout)
    assert exposure, done.stderr
    assert float(exposure[1]) < 2.0


def test_it_may_write_the_project_and_the_folders_of_this_machine(service: Path) -> None:
    (line,) = re.findall("^ReadWritePaths=(.*)$", service.read_text("utf-8"), re.MULTILINE)
    project = service.parent / "project"
    assert line == f'"{project}" "/srv/dwgk/campus" "/srv/dwgk/party"'


def test_the_timer_meets_every_midnight(tmp_path: Path) -> None:
    """Of every zone: offsets from UTC are quarters of an hour."""
    _, timer = units(systemd(_place(tmp_path)), tmp_path)
    text = timer.read_text(encoding="utf-8")
    assert "Persistent=true" in text
    assert 15 % MINUTES == 0
    (calendar,) = re.findall("^OnCalendar=(.*)$", text, re.MULTILINE)
    run = [ANALYZE, "calendar", "--iterations=300", "--base-time=2026-11-20 23:52:00", calendar]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    assert "2026-11-21 00:00:00" in done.stdout
    assert "2026-11-21 18:15:00" in done.stdout  # midnight of Kathmandu, on a machine in UTC


def test_the_cron_line_is_one_command_of_that_user(tmp_path: Path) -> None:
    at = _place(tmp_path)
    (line,) = (each for each in cron(at)["dwgk"].splitlines() if each.startswith("*"))
    assert "%" not in line  # cron takes it for the end of the line
    minute, *rest, user, command = line.split(None, 6)
    assert (minute, rest, user) == ("*/5", ["*"] * 4, "daemon")
    (tmp_path / "bin").mkdir()
    logger = tmp_path / "bin" / "logger"
    logger.write_text(f'#!/bin/sh\nprintf "%s " "$@" > {tmp_path}/logged\ncat >> {tmp_path}/logged')
    logger.chmod(0o755)
    Path(at.program).write_text('#!/bin/sh\necho "$PWD" "$@"\n', encoding="utf-8")
    environment = {"PATH": f"{logger.parent}:/usr/bin:/bin"}
    subprocess.run(["/bin/sh", "-c", command], env=environment, cwd="/", check=True)
    logged = (tmp_path / "logged").read_text(encoding="utf-8")
    assert logged == f"-t dwgk-renew {at.project} renew\n"
