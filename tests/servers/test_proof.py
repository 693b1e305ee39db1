"""Proof and probe against the servers as ``dwgk server-config`` configures them, with sign-on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from generator.cli import cli
from generator.model.release import MANIFEST, SIGNATURE, Release
from generator.publish.signing import sign
from tests.proof.lab import NOW, make_key
from tests.servers.conftest import GUARDED, OPEN, Stage

pytestmark = pytest.mark.slow

FEW = ("index.html", "d/", "feed.xml", "search/index.html")
"""Beginnings of paths: a page, items with attachments, a feed, what loads the index."""


def dwgk(*arguments: object) -> Result:
    environment = {"LC_ALL": "", "LANG": "zh_CN.UTF-8"}
    return CliRunner().invoke(cli, [str(each) for each in arguments], env=environment)


def _cookies(stage: Stage, path: Path, url: str, account: str) -> Path:
    """A session of this account as a browser exports it."""
    visitor = stage.visitor(account)
    visitor.open(url)
    lines = ["# Netscape HTTP Cookie File"]
    for each in visitor.session.cookies:
        secure = "TRUE" if each.secure else "FALSE"
        fields = (each.domain, "FALSE", each.path, secure, "0", each.name, each.value)
        lines.append("#HttpOnly_" + "\t".join(map(str, fields)))
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def few(stage: Stage, tmp_path: Path) -> Path:
    """The manifest of the party's site, cut down: each kind of path once."""
    built = json.loads((stage.sites / "party.json").read_text("utf-8"))
    kinds: dict[tuple[str, str], str] = {}
    for name in built["files"]:
        kinds.setdefault((name.partition("/")[0], Path(name).suffix), name)
    chosen = [name for name in kinds.values() if name.startswith(FEW)]
    built["files"] = {name: built["files"][name] for name in chosen}
    path = tmp_path / "party.json"
    path.write_text(json.dumps(built))
    assert len(chosen) >= 4
    return path


@pytest.mark.parametrize("variant", GUARDED)
def test_a_guarded_site_gives_nothing(
    stage: Stage,
    variant: str,
    few: Path,
    tmp_path: Path,
) -> None:
    url = stage.urls[variant, "party"]
    cookies = _cookies(stage, tmp_path / "cookies", url, "teacher")
    asked = ("probe", url, "--manifest", few, "--ca", stage.authority, "--cookies", cookies)
    result = dwgk(*asked)
    assert result.exit_code == 0, result.output
    assert "没有任何内容给出" in result.stdout
    cookies.write_text(cookies.read_text().replace("\t0\t", "\t0\tx"))
    built = json.loads(few.read_text())  # whose session has ended, one path tells
    few.write_text(json.dumps(built | {"files": dict(list(built["files"].items())[:1])}))
    expired = dwgk(*asked)
    assert (expired.exit_code, expired.stdout.count("错误")) == (1, 2)
    assert "错误 D69" in expired.stdout


@pytest.mark.parametrize("variant", ["cas", "nginx-oidc"])
def test_who_may_read_shows_what_a_hole_would_be(
    stage: Stage,
    variant: str,
    few: Path,
    tmp_path: Path,
) -> None:
    url = stage.urls[variant, "party"]
    cookies = _cookies(stage, tmp_path / "cookies", url, "member")
    result = dwgk("probe", url, "--manifest", few, "--ca", stage.authority, "--cookies", cookies)
    assert result.exit_code == 1
    count = len(json.loads(few.read_text())["files"]) + 2
    assert f"GET PATH，状态 200，共 {count} 个地址" in result.stdout
    assert "错误 D65" in result.stdout
    assert "错误 D64" not in result.stdout


@pytest.fixture
def signed(stage: Stage, tmp_path: Path) -> Iterator[dict[str, Path]]:
    """The releases in service with true manifests and signatures; put back as they were."""
    key, before = make_key(tmp_path / "key"), {}
    for audience in ("public", "party"):
        current = (stage.target(audience) / "current").resolve()
        built = json.loads((current / "build.json").read_text("utf-8"))
        files = {name: digest.removeprefix("sha256:") for name, digest in built["files"].items()}
        release = Release(
            audience, 1, date(2026, 11, 21), NOW, date(2099, 1, 1), built["source"], files
        )
        for name, data in (
            (MANIFEST, replace(release).to_bytes()),
            (SIGNATURE, sign(release.to_bytes(), key)),
        ):
            before[current / name] = (current / name).read_bytes()
            (current / name).write_bytes(data)
    yield {"key": key.with_suffix(".pub")}
    for path, data in before.items():
        path.write_bytes(data)


@pytest.mark.parametrize("variant", OPEN)
def test_the_open_site_is_proved_and_tampering_found(
    stage: Stage,
    variant: str,
    signed: dict[str, Path],
) -> None:
    url = stage.urls[variant, "public"]
    asked = ("verify", url, "--key", signed["key"], "--ca", stage.authority)
    clean = dwgk(*asked, "--audience", "public")
    assert clean.exit_code == 0, clean.output
    page = stage.target("public") / "current/site/feed.xml"
    original = page.read_bytes()
    page.write_bytes(original.replace(b"0", b"O", 1))
    try:
        changed = dwgk(*asked)
        folder = dwgk("verify", stage.target("public"), "--key", signed["key"])
    finally:
        page.write_bytes(original)
    assert (changed.exit_code, "feed.xml:1:1: 错误 D50" in changed.stdout) == (1, True)
    assert (folder.exit_code, "feed.xml:1:1: 错误 D50" in folder.stdout) == (1, True)
    assert dwgk(*asked, "--audience", "party").exit_code == 1


@pytest.mark.parametrize("variant", ["cas", "nginx-cas", "oidc"])
def test_a_guarded_site_is_proved_with_the_session_of_a_reader(
    stage: Stage,
    variant: str,
    signed: dict[str, Path],
    tmp_path: Path,
) -> None:
    url = stage.urls[variant, "party"]
    cookies = _cookies(stage, tmp_path / "cookies", url, "member")
    asked = ("verify", url, "--key", signed["key"], "--ca", stage.authority, "--cookies", cookies)
    clean = dwgk(*asked)
    assert clean.exit_code == 0, clean.output
    cookies.write_text(cookies.read_text().replace("\t0\t", "\t0\tx"))
    expired = dwgk(*asked)
    assert expired.exit_code == 1
    assert "错误 D55: 没有给出文件，而是转到了 id.localhost" in expired.stdout
    assert expired.stdout.count("错误 D") == 1
