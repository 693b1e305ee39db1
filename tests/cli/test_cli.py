"""The commands: exit statuses, formats, languages, and where they may be run from."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from generator.cli import cli
from generator.diagnostics import codes
from generator.terminal import CLEAN, ENVIRONMENT, FAULTY, USAGE
from tests.support import INSTITUTION, approval, complete, item, make_project

COMMANDS = set(
    "approve archive build check deploy due explain offline offline-copies print probe "
    "publish-log purge renew report rollback sbom search serve server-config show status "
    "verify".split()
)
"""The commands of this version; a new one is added here and gets its tests below."""

FAULTY_ITEM = item("F-1", scope="校里")
DWGK = Path(sys.executable).with_name("dwgk")


def _dwgk(*arguments: object, cwd: Path | None = None, **env: str) -> Result:
    """A command run in this process; the language is Chinese unless the environment says other."""
    environment = {"LC_ALL": "", "LANG": "zh_CN.UTF-8", **env}
    before = Path.cwd()
    os.chdir(cwd or before)
    try:
        return CliRunner().invoke(cli, [str(each) for each in arguments], env=environment)
    finally:
        os.chdir(before)


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    return make_project(tmp_path, {"content/2025/a.md": item("A-1")})


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    files = {"content/a.md": item("A-1"), "content/f.md": FAULTY_ITEM}
    return make_project(tmp_path, files)


def test_every_command_is_told_by_help() -> None:
    for flag in ("--help", "-h"):
        shown = _dwgk(flag)
        assert shown.exit_code == CLEAN
        told = re.findall(r"^  ([a-z-]+) ", shown.output.partition("Commands:")[2], re.MULTILINE)
        assert set(told) == COMMANDS


def test_a_verb_loads_only_what_it_needs() -> None:
    """A timer runs every few minutes: the readers of office files and the press stay unloaded."""
    program = (
        "import sys, click; from generator.cli import cli; "
        "cli.get_command(click.Context(cli), 'build'); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    loaded = set(done.stdout.split())
    assert "generator.verbs.building" in loaded
    assert not loaded & {"openpyxl", "pypdf", "bagit", "typst", "matplotlib", "pikepdf"}


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_explains_itself(command: str) -> None:
    shown = _dwgk(command, "--help")
    assert shown.exit_code == CLEAN
    assert re.search("[\u4e00-\u9fff]", shown.output)
    for option in ("--project", "--lang", "--format"):
        assert option in shown.output


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["check", "--nonsense"],
        ["check", "extra"],
        ["check", "--format", "xml"],
        ["check", "--lang", "fr"],
        ["build", "--as-of", "明天"],
        ["show"],
        ["serve"],
        ["explain"],
        ["approve"],
        ["approve", "not-there.md"],
        ["approve", "content", "--by", "院党委会"],
        ["approve", "content", "--date", "2025-01-01"],
        ["approve", "content", "--by", "院党委会", "--date", "2025-02-30"],
        ["verify", "not-there"],
        ["build", "nobody"],
        ["show", "nobody"],
        ["serve", "nobody"],
        ["explain", "X99"],
    ],
    ids=" ".join,
)
def test_wrong_use_is_status_2(arguments: list[str], clean: Path) -> None:
    result = _dwgk(*arguments, cwd=clean)
    assert result.exit_code == USAGE, result.output
    assert "Traceback" not in result.output
    assert not (clean / "dist").exists()


@pytest.mark.parametrize(
    "arguments",
    [["check"], ["build"], ["serve", "public"], ["show", "A-1"], ["approve", "."], ["verify", "."]],
    ids=" ".join,
)
def test_no_project_is_status_3(arguments: list[str], tmp_path: Path) -> None:
    result = _dwgk(*arguments, cwd=tmp_path)
    assert result.exit_code == ENVIRONMENT
    assert result.stdout == ""
    assert "institution.yml" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_check(clean: Path) -> None:
    result = _dwgk("check", cwd=clean)
    assert (result.exit_code, result.stderr) == (CLEAN, "")
    assert "检查通过：1 件" in result.stdout


def test_check_with_faults(faulty: Path) -> None:
    result = _dwgk("check", cwd=faulty)
    assert result.exit_code == FAULTY
    assert "content/f.md:3:8: 错误 S13: " in result.stdout
    assert "    → 是不是“" in result.stdout
    assert "1 处错误，0 处提醒" in result.stdout


def test_warnings_alone_are_clean(tmp_path: Path) -> None:
    settings = {"site_config/institution.yml": _settings_with("rules: {party_first: warning}")}
    release = "{party: 2025-03-12, campus: 2025-03-11, public: 2025-03-12}"
    dates = f"{{written: 2025-03-01, release: {release}}}"
    root = make_project(tmp_path, {"content/a.md": item("A-1", dates=dates), **settings})
    result = _dwgk("check", cwd=root)
    assert result.exit_code == CLEAN
    assert "提醒 G19" in result.stdout
    assert "0 处错误，1 处提醒" in result.stdout


def _settings_with(line: str) -> str:
    return complete(line + "\n", INSTITUTION)


@pytest.mark.parametrize(
    "command",
    [["check"], ["build"], ["show", "F-1"], ["approve", "content"]],
)
def test_json_is_json_and_nothing_else(command: list[str], faulty: Path) -> None:
    result = _dwgk(*command, "--format", "json", cwd=faulty)
    assert result.exit_code == FAULTY
    (row,) = json.loads(result.stdout)
    assert set(row) == {"code", "severity", "file", "line", "column", "message", "hint"}
    place = (row["code"], row["severity"], row["file"], row["line"], row["column"])
    assert place == ("S13", "error", "content/f.md", 3, 8)


def test_json_of_a_clean_project_is_an_empty_list(clean: Path) -> None:
    assert json.loads(_dwgk("check", "--format", "json", cwd=clean).stdout) == []


def test_github_annotations(faulty: Path) -> None:
    result = _dwgk("check", "--format", "github", cwd=faulty)
    assert result.exit_code == FAULTY
    (line,) = result.stdout.splitlines()
    assert line.startswith("::error file=content/f.md,line=3,col=8,title=S13::")


@pytest.mark.parametrize(
    ("arguments", "env", "english"),
    [
        (["--lang", "en"], {}, True),
        ([], {}, False),
        ([], {"LANG": "en_US.UTF-8"}, True),
        ([], {"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, True),
        (["--lang", "zh"], {"LANG": "en_US.UTF-8"}, False),
        ([], {"LANG": "C"}, False),
    ],
)
def test_languages(arguments: list[str], env: dict[str, str], english: bool, faulty: Path) -> None:
    result = _dwgk("check", *arguments, cwd=faulty, **env)
    assert ("is not a word of this institution" in result.stdout) == english
    assert ("不在本单位规定的用词之内" in result.stdout) != english
    assert "S13" in result.stdout
    other = _dwgk("explain", "S13", *arguments, **env).stdout
    assert (re.search("[\u4e00-\u9fff]{6}", other) is None) == english


def test_from_any_folder_inside(clean: Path) -> None:
    for folder in (clean / "content/2025", clean / "site_config", clean):
        assert _dwgk("check", cwd=folder).exit_code == CLEAN


def test_with_project_from_outside(clean: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert _dwgk("check", cwd=elsewhere).exit_code == ENVIRONMENT
    for project in (clean, clean / "content", "../project"):
        assert _dwgk("check", "--project", project, cwd=elsewhere).exit_code == CLEAN
    assert _dwgk("check", "--project", "not-there", cwd=elsewhere).exit_code == ENVIRONMENT


@pytest.mark.parametrize("code", codes())
def test_explain_every_code(code: str) -> None:
    texts: dict[str, str] = {}
    for language in ("zh", "en"):
        result = _dwgk("explain", code.lower(), "--lang", language)
        assert result.exit_code == CLEAN
        assert len(result.stdout.splitlines()) >= 3
        texts[language] = result.stdout
    assert texts["zh"] != texts["en"]


COMING = (
    "{written: 2025-03-01, release: {party: 2025-03-10, campus: 2025-03-10, public: 2026-01-01}}"
)
SHOWN = {
    "L-1": (item("L-1"), {"party": "在公开", "campus": "在公开", "public": "在公开"}),
    "C-1": (
        item("C-1", dates=COMING),
        {"party": "在公开", "public": "尚未到公开日期  2026-01-01"},
    ),
    "E-1": (
        item("E-1", dates="{written: 2025-03-01, release: 2025-03-10, until: 30天}"),
        {"public": "公开期限已过  2025-03-10 – 2025-04-09"},
    ),
    "W-1": (
        item("W-1", lifecycle="[{change: 撤销, date: 2025-04-01, by: 院党委}]"),
        {"public": "已撤销或终止"},
    ),
    "P-1": (item("P-1", catalog="jb-02"), {"party": "公开方式不含", "public": "公开方式不含"}),
    "S-1": (item("S-1", scope="党内"), {"party": "在公开", "campus": "不在公开范围之内"}),
    "M-1": (item("M-1", matter="m"), {"public": "在公开", "party": "由同一事项的更完整文本代替"}),
    "M-2": (item("M-2", matter="m", scope="党内"), {"party": "在公开", "public": "不在公开范围"}),
    "F-1": (FAULTY_ITEM, {"party": "有错误", "public": "有错误"}),
}  # fmt: skip


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {f"content/{name}.md": text for name, (text, _) in SHOWN.items()}
    return make_project(tmp_path_factory.mktemp("shown"), files)


@pytest.mark.parametrize("name", SHOWN)
def test_show_an_item(name: str, shown: Path) -> None:
    result = _dwgk("show", name, "--as-of", "2025年6月1日", cwd=shown)
    assert result.exit_code == (FAULTY if name == "F-1" else CLEAN)
    for audience, reason in SHOWN[name][1].items():
        assert re.search(rf"（{audience}）: {reason}", result.stdout), result.stdout
    english = _dwgk("show", name, "--as-of", "2025-06-01", "--lang", "en", cwd=shown).stdout
    assert len(english.splitlines()) == len(result.stdout.splitlines())


def test_show_an_audience(shown: Path) -> None:
    result = _dwgk("show", "public", "--as-of", "2025-06-01", cwd=shown)
    assert re.findall(r"^2025-03-10  (\S+)", result.stdout, re.MULTILINE) == ["M-1", "L-1"]
    assert "下一次变动：2026-01-01" in result.stdout


def test_approve(tmp_path: Path) -> None:
    files = {
        "content/a.md": item("A-1", approval=approval(digest=None)),
        "content/b.md": item("B-1", approval=approval(digest=None, approved=None)),
    }
    root = make_project(tmp_path, files, approve=False)
    result = _dwgk("approve", "content", cwd=root)
    assert result.exit_code == FAULTY
    assert "G11" in result.stdout
    assert "绑定 1 件，无需改动 0 件" in result.stdout
    final = ("--by", "院党委会", "--date", "二〇二五年三月三日", "--reference", "2025年第1次党委会")
    result = _dwgk("approve", "b.md", "a.md", *final, cwd=root / "content")
    assert result.exit_code == CLEAN
    assert "绑定 1 件，无需改动 1 件" in result.stdout
    assert _dwgk("check", cwd=root).exit_code == CLEAN
    (tmp_path / "x.md").write_text("x")
    assert _dwgk("approve", "../x.md", cwd=root).exit_code == ENVIRONMENT
    assert _dwgk("approve", "catalog.yaml", cwd=root).exit_code == ENVIRONMENT


def test_build_with_faults_leaves_the_last_output(faulty: Path) -> None:
    for name in ("dist/public/index.html", "dist/public.json"):
        (faulty / name).parent.mkdir(parents=True, exist_ok=True)
        (faulty / name).write_text("last")
    assert _dwgk("build", cwd=faulty).exit_code == FAULTY
    assert (faulty / "dist/public/index.html").read_text() == "last"


@pytest.mark.parametrize("foreign", ["README.md", "photos/a.jpg", "public/index.html"])
def test_build_keeps_its_hands_off_foreign_files(foreign: str, clean: Path) -> None:
    path = clean / "out" / foreign
    path.parent.mkdir(parents=True)
    path.write_text("mine")
    result = _dwgk("build", "public", "--out", "out", cwd=clean)
    assert result.exit_code == ENVIRONMENT
    assert "out" in result.stderr
    assert [each for each in (clean / "out").rglob("*") if each.is_file()] == [path]
    assert path.read_text() == "mine"


def test_an_output_folder_is_where_the_command_is_given(clean: Path) -> None:
    result = _dwgk("build", "public", "--out", "elsewhere", cwd=clean)
    assert result.exit_code == CLEAN, result.output
    assert (clean / "elsewhere/public/index.html").is_file()


def test_a_foreign_file_among_our_sites_stays(clean: Path) -> None:
    (clean / "dist/public").mkdir(parents=True)
    (clean / "dist/public.json").write_text("{}")
    (clean / "dist/notes.txt").write_text("mine")
    result = _dwgk("build", "public", cwd=clean)
    assert result.exit_code == ENVIRONMENT
    assert (clean / "dist/notes.txt").read_text() == "mine"


def _run(*arguments: object, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    environment: dict[str, Any] = {**os.environ, "LC_ALL": "C.UTF-8", **env}
    return subprocess.run(
        [DWGK, *map(str, arguments)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_a_pipe_sees_no_progress(faulty: Path) -> None:
    result = _run("check", "--format", "json", cwd=faulty)
    assert (result.returncode, result.stderr[:1]) == (FAULTY, "1")
    assert "\r" not in result.stdout + result.stderr
    assert "\x1b" not in result.stdout + result.stderr
    assert json.loads(result.stdout)


@pytest.mark.parametrize("env", [{"LC_ALL": "C"}, {"LC_ALL": "POSIX"}, {"PYTHONIOENCODING": "gbk"}])
def test_a_poor_terminal_breaks_nothing(env: dict[str, str], faulty: Path) -> None:
    environment = {**os.environ, **env}
    done = subprocess.run(
        [DWGK, "check"], cwd=faulty, env=environment, capture_output=True, check=False
    )
    assert done.returncode == FAULTY
    assert b"S13" in done.stdout
    assert b"Traceback" not in done.stderr


@pytest.mark.slow
def test_build_and_verify(clean: Path) -> None:
    built = _run("build", "--as-of", "2025-06-01", cwd=clean / "content")
    assert (built.returncode, built.stderr) == (CLEAN, "")
    assert [line for line in built.stdout.splitlines() if "1 件公开事项" in line]
    names = {each.name for each in (clean / "dist").iterdir()}
    audiences = {"party", "campus", "public"}
    beside = {f"{name}{end}" for name in audiences for end in (".json", ".items.jsonl")}
    assert names == audiences | beside
    looked = _run("verify", "dist", cwd=clean)
    assert looked.returncode == CLEAN, looked.stdout
    again = _run("build", "public", "--as-of", "2025-06-02", cwd=clean)
    assert again.returncode == CLEAN
    days = {
        name: json.loads((clean / f"dist/{name}.json").read_text())["as_of"] for name in audiences
    }
    assert days == {"party": "2025-06-01", "campus": "2025-06-01", "public": "2025-06-02"}
    (clean / "dist/public/extra.html").write_text("x")
    assert _run("verify", "dist", cwd=clean).returncode == FAULTY
