"""The verbs as the engineer uses them: what they say, in both languages, and how they end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from generator.cli import cli
from generator.diagnostics import codes
from tests.release.lab import current, exact, kept
from tests.support import item, make_project


def _run(root: Path, *words: object) -> Result:
    return CliRunner().invoke(cli, [*map(str, words), "--project", str(root)])


@pytest.fixture
def root(tmp_path: Path, target: Path, key: Path) -> Path:
    """A project whose servers.yml names a target and a key, built for today."""
    servers = (
        "servers:\n  public:\n    url: https://public.example.edu.cn/dwgk/\n    host: shared\n"
        f"    target: {target}\n    keep: 3\n    valid_days: 10\n    key: {key}\n"
    )
    files = {"content/a.md": item("A-1"), "site_config/servers.yml": servers}
    root = make_project(tmp_path, files)
    assert _run(root, "build").exit_code == 0
    return root


def test_from_nothing_to_a_rollback(root: Path, target: Path) -> None:
    unasked = _run(root, "deploy", "public")
    assert unasked.exit_code == 3
    assert "--first" in unasked.output
    first = _run(root, "deploy", "public", "--first", "--lang", "zh")
    assert first.exit_code == 0, first.output
    assert "public 第 1 版已投入使用" in first.output
    assert (target / "current/dwgk-release.json.sig").is_file()
    second = _run(root, "deploy", "public", "--lang", "en")
    assert "release 2, is in service" in second.output
    assert "0 files written" in second.output
    page = root / "content/a.md"
    page.write_text(item("A-1", body="另一篇。\n"), encoding="utf-8")
    assert kept(target) == [2]
    back = _run(root, "rollback", "public", "--lang", "en")
    assert back.exit_code == 1
    assert "D22" in back.output
    assert current(target) == 2


def test_the_first_version_after_a_loss(root: Path, target: Path) -> None:
    """A new server must not begin at 1 where monitors remember 57."""
    assert _run(root, "deploy", "public", "--first=58").exit_code == 0
    assert current(target) == 58


def test_unknown_and_unplaced_audiences(root: Path, target: Path) -> None:
    assert _run(root, "deploy", "nobody").exit_code == 2
    without = _run(root, "deploy", "party", "--lang", "en")
    assert without.exit_code == 3
    assert "servers.yml has no target" in without.output
    assert not list(target.iterdir())


def test_another_audience_into_the_public_root(root: Path, target: Path) -> None:
    assert _run(root, "deploy", "public", "--first").exit_code == 0
    before = exact(target)
    done = _run(root, "deploy", "party", "--to", target, "--lang", "zh")
    assert done.exit_code == 3
    assert "是“public”站点的，不能放“party”的内容" in done.output
    assert exact(target) == before


def test_a_hand_edited_build(root: Path, target: Path) -> None:
    assert _run(root, "deploy", "public", "--first").exit_code == 0
    before = exact(target)
    with (root / "dist/public/index.html").open("a", encoding="utf-8") as page:
        page.write("<p>手工</p>")
    done = _run(root, "deploy", "public", "--lang", "zh")
    assert done.exit_code == 1
    assert "VF24" in done.output
    assert "没有部署，线上保持原样" in done.output
    assert exact(target) == before


def test_every_code_says_what_to_do() -> None:
    mine = [code for name, code in codes().items() if name in {f"D{n:02}" for n in range(1, 30)}]
    assert len(mine) == 29
    for code in mine:
        for texts in (code.message, code.hint, code.why):
            assert texts["zh"]
            assert texts["en"]


def test_no_ssh_keygen(
    root: Path, target: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", os.fspath(tmp_path / "bin"))
    done = _run(root, "deploy", "public", "--first", "--lang", "en")
    assert done.exit_code == 3
    assert "openssh-client" in done.output
    assert not (target / "releases").exists()
