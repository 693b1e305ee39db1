"""``dwgk verify`` with a key and ``dwgk probe``, as their users call them."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from generator.cli import cli
from generator.terminal import CLEAN, ENVIRONMENT, FAULTY, USAGE
from tests.proof.lab import SITE, Target, nginx


def dwgk(*arguments: object, cwd: Path | None = None) -> Result:
    """Run far from any project, in Chinese."""
    before = Path.cwd()
    os.chdir(cwd or "/")
    try:
        environment = {"LC_ALL": "", "LANG": "zh_CN.UTF-8"}
        return CliRunner().invoke(cli, [str(each) for each in arguments], env=environment)
    finally:
        os.chdir(before)


@pytest.fixture
def today(target: Target) -> Target:
    """Signed a moment ago, by the clock of this machine."""
    now = datetime.now(UTC).replace(microsecond=0)
    expires = now.date().replace(year=now.year + 1, day=1)
    target.put(version=8, issued=now, as_of=now.date(), expires=expires)
    return target


def test_a_clean_target_needs_no_project(today: Target, tmp_path: Path) -> None:
    result = dwgk("verify", today.root, "--key", today.keys, cwd=tmp_path)
    assert (result.exit_code, result.stderr) == (CLEAN, "")
    assert "核对通过：party 第 8 版，8 个文件" in result.stdout
    english = dwgk("verify", today.root, "--key", today.keys, "--lang", "en")
    assert "Proved: party version 8, 8 files" in english.stdout


def test_tampering_is_told_in_every_form(today: Target, tmp_path: Path) -> None:
    (today.site / "robots.txt").write_text("x")
    shown = {
        form: dwgk("verify", today.root, "--key", today.keys, "--format", form)
        for form in ("text", "json", "github", "nagios", "prometheus")
    }
    assert [each.exit_code for each in shown.values()] == [FAULTY] * 3 + [2, FAULTY]
    assert "robots.txt:1:1: 错误 D50: " in shown["text"].stdout
    assert [each["code"] for each in json.loads(shown["json"].stdout)] == ["D50"]
    assert shown["github"].stdout.startswith("::error file=robots.txt")
    assert shown["nagios"].stdout.startswith("DWGK CRITICAL - target: party 第 8 版")
    assert (
        'dwgk_verify_faults_by_code{site="target",look="all",code="D50"} 1'
        in shown["prometheus"].stdout
    )


def test_statuses_of_a_plugin(today: Target, tmp_path: Path) -> None:
    asked = ("verify", today.root, "--key", today.keys, "--format", "nagios")
    assert dwgk(*asked).exit_code == 0
    now = datetime.now(UTC).replace(microsecond=0)
    today.put(version=9, issued=now, as_of=now.date(), expires=now.date())
    result = dwgk(*asked)
    assert (result.exit_code, result.stdout.split()[1]) == (1, "WARNING")
    (tmp_path / "state").write_text("damaged")
    result = dwgk(*asked, "--state", tmp_path / "state")
    assert (result.exit_code, result.stdout.split()[1]) == (3, "UNKNOWN")
    plain = dwgk("verify", today.root, "--key", today.keys, "--state", tmp_path / "state")
    assert (plain.exit_code, plain.stdout) == (ENVIRONMENT, "")


def test_metrics_are_written_for_the_collector(today: Target, tmp_path: Path) -> None:
    out = tmp_path / "dwgk.prom"
    asked = ("verify", today.root, "--key", today.keys, "--format", "prometheus", "--out", out)
    result = dwgk(*asked)
    assert (result.exit_code, result.output) == (CLEAN, "")
    assert 'dwgk_verify_ok{site="target",look="all"} 1' in out.read_text()
    dwgk(*asked, "--sample", 2)
    assert 'dwgk_verify_ok{site="target",look="sample"} 1' in out.read_text()
    result = dwgk(*asked[:-1], tmp_path / "no/such/folder/x.prom")
    assert result.exit_code == ENVIRONMENT
    assert "Traceback" not in result.output


def test_a_rollback_is_told_to_who_remembers(today: Target, tmp_path: Path) -> None:
    asked = ("verify", today.root, "--key", today.keys, "--state", tmp_path / "state")
    assert dwgk(*asked).exit_code == CLEAN
    today.switch(6)
    result = dwgk(*asked)
    assert result.exit_code == FAULTY
    assert "D45: 站点退回到了第 6 版，以前看到过第 8 版" in result.stdout


def test_a_live_site_is_proved_and_probed(today: Target, tmp_path: Path) -> None:
    with nginx(tmp_path / "nginx", SITE.format(root=today.root, more="gzip on;")) as url:
        proved = dwgk("verify", url, "--key", today.keys, "--audience", "party")
        sampled = dwgk("verify", url, "--key", today.keys, "--sample", 2)
        wrong = dwgk("verify", url, "--key", today.keys, "--audience", "public")
        probed = dwgk("probe", url, "--manifest", today.current / "dwgk-release.json")
    assert (proved.exit_code, sampled.exit_code) == (CLEAN, CLEAN), proved.output
    assert "2 个文件" in sampled.stdout or "3 个文件" in sampled.stdout
    assert (wrong.exit_code, "错误 D44" in wrong.stdout) == (FAULTY, True)
    assert probed.exit_code == FAULTY
    assert "错误 D64: 没有登录就能拿到内容：GET PATH，状态 200" in probed.stdout
    assert "另用 --cookies 给出无权账号的会话再试" in probed.stdout


def test_a_guarded_site_is_silent(today: Target, tmp_path: Path) -> None:
    manifest = tmp_path / "party.json"
    built = {"format": 1, "audience": "party", "as_of": "2026-11-21"}
    manifest.write_text(json.dumps({**built, "files": {"index.html": "0" * 64}}))
    cookies = tmp_path / "cookies"
    cookies.write_text("party.localhost\tFALSE\t/\tFALSE\t0\tsession\t1\n")
    with nginx(
        tmp_path / "nginx",
        "location / { if ($http_cookie) { return 403 x; } return 302 https://sso.localhost/; }",
    ) as url:
        result = dwgk("probe", url, "--manifest", manifest, "--cookies", cookies)
        assert (result.exit_code, "没有任何内容给出" in result.stdout) == (CLEAN, True)
        cookies.write_text("campus.localhost\tFALSE\t/\tFALSE\t0\tsession\t1\n")
        assert dwgk("probe", url, "--manifest", manifest, "--cookies", cookies).exit_code == USAGE


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify", "http://party.localhost:1/"],
        ["verify", ".", "--audience", "party"],
        ["verify", ".", "--format", "nagios"],
        ["verify", ".", "--out", "x"],
        ["verify", "not-there", "--key", "{key}"],
        ["verify", ".", "--key", "not-there"],
        ["verify", "https://a b/", "--key", "{key}"],
        ["verify", "https://a/", "--key", "{key}", "--resolve", "x"],
        ["verify", "https://a/", "--key", "{key}", "--sample", "0"],
        ["probe"],
        ["probe", "ftp://a/", "--manifest", "{key}"],
    ],
    ids=" ".join,
)
def test_wrong_use_is_status_2(arguments: list[str], keys: Path, tmp_path: Path) -> None:
    public = str(keys.with_suffix(".pub"))
    result = dwgk(*[each.replace("{key}", public) for each in arguments], cwd=tmp_path)
    assert result.exit_code == USAGE, result.output
    assert "Traceback" not in result.output


def test_a_file_that_is_no_manifest(keys: Path, tmp_path: Path) -> None:
    result = dwgk("probe", "http://party.localhost:1/", "--manifest", keys)
    assert result.exit_code == ENVIRONMENT
    assert "dist/受众.json" in result.stderr
