"""The engineer's guide: its units, its shell and its cron lines do what it says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from generator.diagnostics import codes
from generator.oversight.due import EVENTS
from tests.support import item, make_project
from tests.time.test_status import manifest, put

GUIDE = (Path(__file__).parents[2] / "docs" / "schedule.zh.md").read_text(encoding="utf-8")
DWGK = str(Path(sys.executable).with_name("dwgk"))
ANALYZE = shutil.which("systemd-analyze")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def _executable(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder with a ``systemd-run`` that writes down how it was called, and no active unit."""
    folder = tmp_path / "bin"
    _executable(folder / "systemd-run", f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/called\n')
    _executable(folder / "systemctl", f"#!/bin/sh\ntest -e {tmp_path}/active\n")
    return folder


def _next(tools: Path, dist: Path, zone: str = "UTC") -> list[str]:
    (script,) = (each for each in blocks("sh") if each.startswith("#!"))
    path = _executable(tools / "dwgk-next", script)
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "TZ": zone}
    done = subprocess.run([path, dist], env=environment, capture_output=True, check=True)
    assert done.stderr == b""
    called = tools.parent / "called"
    return called.read_text().splitlines() if called.exists() else []


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles"])
def test_the_next_build_is_at_the_earliest_change(zone: str, tools: Path, tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    dist.mkdir()
    changes = ("2026-12-07T00:00:00+08:00", "2026-12-01T00:00:00+08:00", None)
    for name, change in zip(("party", "campus", "public"), changes, strict=True):
        put_manifest(dist, name, change)
    called = _next(tools, dist, zone)
    assert "--on-calendar=2026-11-30 16:00:00 UTC" in called
    assert "--unit=dwgk-next-1796054400" in called
    assert called[-4:] == ["systemctl", "start", "--no-block", "dwgk-build.service"]
    if ANALYZE:
        (calendar,) = (each.partition("=")[2] for each in called if "on-calendar" in each)
        subprocess.run([ANALYZE, "calendar", calendar], check=True, capture_output=True)


def put_manifest(dist: Path, name: str, change: str | None) -> None:
    """As the builder writes it, with a file that looks like the key we are after."""
    table = manifest(name, change, files={"next_change": "2020-01-01T00:00:00+08:00"})
    text = json.dumps(table, ensure_ascii=False, indent=1)
    (dist / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def test_no_change_to_come_no_timer(tools: Path, tmp_path: Path) -> None:
    put(tmp_path / "public.json", manifest("public", None))
    assert _next(tools, tmp_path) == []


def test_a_timer_that_stands_is_left_alone(tools: Path, tmp_path: Path) -> None:
    put(tmp_path / "public.json", manifest("public"))
    (tmp_path / "active").touch()
    assert _next(tools, tmp_path) == []


def test_the_units_are_sound(tmp_path: Path) -> None:
    names = re.findall(r"`/etc/systemd/system/(\S+?)`：", GUIDE)
    assert names == ["dwgk-build.service", "dwgk-build.timer"]
    for name in ("venv/bin/dwgk", "bin/dwgk-next"):
        _executable(tmp_path / "srv" / name, "#!/bin/sh\n")
    for name, text in zip(names, blocks("ini"), strict=True):
        put_text = text.replace("/srv/dwgk", f"{tmp_path}/srv").replace("User=dwgk", "User=root")
        (tmp_path / name).write_text(put_text, encoding="utf-8")
    units = [tmp_path / name for name in names]
    done = subprocess.run(
        [str(ANALYZE), "verify", "--man=no", *units],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "dwgk" not in done.stderr, done.stderr
    (calendar,) = re.findall("^OnCalendar=(.*)$", GUIDE, re.MULTILINE)
    subprocess.run([str(ANALYZE), "calendar", calendar], check=True, capture_output=True)


def _cron(mark: str, project: Path, tools: Path) -> subprocess.CompletedProcess[str]:
    """The command of the cron line that contains ``mark``, as cron's shell runs it."""
    (line,) = (each.strip() for each in blocks("cron") if mark in each)
    assert "%" not in line  # cron takes it for the end of the line
    command = line.split(None, 6)[6]
    command = command.replace("/srv/dwgk/project", str(project))
    command = command.replace("/srv/dwgk/venv/bin", str(tools))
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        ["/bin/sh", "-c", command],
        env=environment,
        cwd="/",
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_the_cron_line_builds_only_when_needed(tmp_path: Path) -> None:
    root = make_project(tmp_path, {"content/a.md": item("A-1")})
    text = f'#!/bin/sh\n[ "$1" = build ] && exec touch {tmp_path}/built\nexec {DWGK} "$@"\n'
    tools = _executable(tmp_path / "bin" / "dwgk", text).parent
    (root / "dist").mkdir()
    for change, needed in (("9999-01-01T00:00:00+08:00", False), ("2025-01-01T00:00+08:00", True)):
        for name in ("party", "campus", "public"):
            put(root / "dist" / f"{name}.json", manifest(name, change))
        assert _cron("*/5", root, tools).returncode == 0
        assert (tmp_path / "built").exists() is needed


def test_the_cron_line_writes_to_the_office_when_something_is_due(tmp_path: Path) -> None:
    (tmp_path / "mail").mkdir()
    root = make_project(tmp_path, {"content/a.md": item("A-1")})
    text = f'#!/bin/sh\nexec {DWGK} "$@" --as-of $(cat {tmp_path}/day)\n'
    tools = _executable(tmp_path / "bin" / "dwgk", text).parent
    _executable(tools / "mail", f"#!/bin/sh\nexec cat > {tmp_path}/letter\n")
    for day, due in (("2025-03-10", False), ("2025-03-09", True)):
        (tmp_path / "day").write_text(day)
        done = _cron("due", root, tools)
        assert (done.stdout, done.stderr) == ("", "")
        assert (tmp_path / "letter").exists() is due
    assert "2025-03-10" in (tmp_path / "letter").read_text(encoding="utf-8")


def test_a_monitor_needs_the_settings_alone(tmp_path: Path) -> None:
    root = make_project(tmp_path, {})
    for path in sorted(root.rglob("*"), reverse=True):
        if path.is_file() and path.name != "institution.yml":
            path.unlink()
    tools = _executable(tmp_path / "bin" / "dwgk", f'#!/bin/sh\nexec {DWGK} "$@"\n').parent
    put(tmp_path / "public.json", manifest("public", "2025-01-01T00:00+08:00"))
    line = ["status", "--project", str(root), "--live", str(tmp_path / "public.json")]
    done = subprocess.run([tools / "dwgk", *line], capture_output=True, check=False)
    assert done.returncode == 1
    assert b"T01" in done.stdout


def test_the_guide_names_every_code_and_event() -> None:
    assert set(re.findall(r"^\| (T\d\d) \|", GUIDE, re.MULTILINE)) == {
        each for each in codes() if re.fullmatch(r"T\d\d", each)
    }
    assert all(f"`{event}`" in GUIDE for event in EVENTS)
