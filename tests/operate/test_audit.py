"""The audit fails on each thing it promises to find, and the locks as they stand pass it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from importlib.metadata import Distribution
from pathlib import Path

import pytest

from tests.loopback import answering
from tests.operate import audit
from tests.operate.audit import LOCKS, ROOT

HASH = f"--hash=sha256:{'0' * 64}"


class Package(Distribution):
    """An installed package that says what the test wants."""

    def __init__(self, name: str, version: str = "1", *lines: str) -> None:
        head = ["Metadata-Version: 2.4", f"Name: {name}", f"Version: {version}"]
        self._text = "\n".join([*head, *(lines or ["License-Expression: MIT"])]) + "\n"

    def read_text(self, filename: str) -> str | None:
        return self._text if filename == "METADATA" else None

    def locate_file(self, path: object) -> Path:
        raise NotImplementedError


@pytest.mark.parametrize("name", LOCKS)
def test_the_locks_pin_everything_by_hash(name: str) -> None:
    assert list(audit.loose((ROOT / name).read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        ("a==1\n", "hashes"),
        (f"a==1 \\\n    {HASH[:-1]}\n", "hashes"),
        (f"a==1 \\\n    --hash=md5:{'0' * 32}\n", "hashes"),
        (f"a>=1 \\\n    {HASH}\n", "one version"),
        (f"a==1.* \\\n    {HASH}\n", "one version"),
        (f"a @ https://files.example.org/a.whl \\\n    {HASH}\n", "address"),
        (f"--index-url https://packages.example.org\na==1 \\\n    {HASH}\n", "address"),
        (f"-e . \\\n    {HASH}\n", "address"),
    ],
)
def test_what_pins_nothing_is_found(entry: str, word: str) -> None:
    assert word in "".join(audit.loose(entry))
    assert (
        list(audit.loose(f"a==1 ; python_version < '3.12' \\\n    {HASH} \\\n    {HASH}\n")) == []
    )


def test_locks_agree_with_each_other() -> None:
    small, test, bench = LOCKS
    assert list(audit.nested({small: {"a": "1"}, test: {"a": "1"}, bench: {"a": "1"}})) == []
    assert "a is not 1" in "".join(audit.nested({small: {"a": "1"}, test: {}, bench: {}}))


def test_what_is_installed_is_what_is_locked() -> None:
    pins = {"a": "1"}
    assert list(audit.unequal({"a": Package("a"), "pip": Package("pip")}, pins)) == []
    assert "locked: 1" in "".join(audit.unequal({"a": Package("a", "2")}, pins))
    assert "locked: not at all" in "".join(audit.unequal({"b": Package("b")}, pins))


def test_every_dependency_has_its_purpose(tmp_path: Path) -> None:
    assert list(audit.unnamed(ROOT)) == []
    (tmp_path / "docs").mkdir()
    for name in ("pyproject.toml", "docs/architecture.md"):
        (tmp_path / name).write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
    project = tmp_path / "pyproject.toml"
    text = project.read_text(encoding="utf-8")
    more = text.replace('    "click', '    "unexplained>=1",\n    "click').replace(
        '    "pytest>', '    "untold>=1",\n    "pytest>'
    )
    project.write_text(more.replace('    "nh3>=0.2",\n', ""), encoding="utf-8")
    found = "\n".join(audit.unnamed(tmp_path))
    assert "no purpose for unexplained" in found
    assert "untold (test) is not named" in found
    assert "nh3 is no dependency" in found


def test_the_environment_knows_the_present_dependencies() -> None:
    wanted = [f"Requires-Dist: {each}" for each in _dependencies()]
    assert list(audit.stale(ROOT, Package("dwgk", "1", *wanted))) == []
    assert list(audit.stale(ROOT, Package("dwgk", "1", *wanted[1:])))
    assert list(audit.stale(ROOT, None))


def _dependencies() -> list[str]:
    project = audit.tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[str] = project["project"]["dependencies"]
    return found


def test_what_servers_need_is_in_their_lock() -> None:
    pins = dict(audit.pinned((ROOT / LOCKS[0]).read_text(encoding="utf-8")))
    del pins["mkdocs"]
    assert any("mkdocs" in each for each in audit.unlocked(pins))


@pytest.mark.parametrize(
    ("lines", "runs", "word"),
    [
        (["License-Expression: MIT AND (BSD-3-Clause OR Apache-2.0)"], True, ""),
        (["Classifier: License :: OSI Approved :: MIT License"], True, ""),
        (["License: BSD"], True, ""),
        (["License-Expression: AGPL-3.0-only"], True, "not allowed: AGPL-3.0-only"),
        (["License-Expression: AGPL-3.0-only"], False, "not allowed"),
        (["License-Expression: LGPL-3.0-or-later"], True, "not allowed"),
        (["License-Expression: LGPL-3.0-or-later"], False, ""),
        (["License: do what you like"], True, "unknown"),
        (["Summary: none stated"], True, "unknown: none"),
        (["Classifier: License :: OSI Approved"], False, "unknown"),
    ],
)
def test_licences_are_known_and_allowed(lines: list[str], runs: bool, word: str) -> None:
    found = "".join(audit.forbidden([Package("a", "1", *lines)], {"a"} if runs else ()))
    assert word in found
    assert bool(word) is bool(found)


def test_locks_of_npm_are_hashed_and_name_no_place(tmp_path: Path) -> None:
    assert list(audit.foreign(ROOT)) == []
    table = {"": {}, "node_modules/a": {"resolved": "https://r.example.org/a", "version": "1"}}
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/package-lock.json").write_text(json.dumps({"packages": table}))
    assert len(list(audit.foreign(tmp_path))) == 2


def test_faults_are_the_exit_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit, "distributions", lambda: [Package("untracked")])
    assert audit.main() == 1
    assert "audit: installed untracked 1" in capsys.readouterr().out


class Advisories(BaseHTTPRequestHandler):
    """An advisory service that speaks OSV and knows one bad version."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        bad = asked["package"]["name"] == "bad"
        found = {"id": "GHSA-0000-0000-0000", "affected": [], "summary": "broken"}
        text = json.dumps({"vulns": [found]} if bad else {}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def service() -> Iterator[str]:
    with answering(Advisories) as origin:
        yield f"{origin}/v1/query"


def _asked(address: str, tmp_path: Path, name: str) -> int:
    """The line of ``make audit``, at another service and with another lock."""
    (line,) = (
        each.strip().split()
        for each in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
        if "pip-audit" in each and each.startswith("\t")
    )
    lock = tmp_path / "lock"
    lock.write_text(f"{name}==1 \\\n    {HASH}\n")
    program = str(Path(sys.executable).with_name("pip-audit"))
    line = [program, *line[1:-1], str(lock), "--osv-url", address, "--timeout", "5"]
    return subprocess.run(line, capture_output=True, check=False, timeout=300).returncode


def test_known_weaknesses_and_no_answer_both_fail(service: str, tmp_path: Path) -> None:
    assert _asked(service, tmp_path, "good") == 0
    assert _asked(service, tmp_path, "bad") == 1
    assert _asked("http://127.0.0.1:9/v1/query", tmp_path, "good") != 0
