"""The office's registers change no byte of any site, whatever stands in them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from generator.cli import cli
from generator.publish.verify import verify
from generator.terminal import CLEAN
from tests.support import item, make_project

pytestmark = pytest.mark.usefixtures("inline")

SECRETS = (
    "某件申请的具体内容",
    "不能说出去的缘由一二三",
    "申请人张某某的住处",
    "密定字〔2025〕第九号",
)
FILES = {
    "registers/applications.yaml": f"""applications:
  - {{number: '1', received: 2025-03-03, contact: {SECRETS[2]},
     matter: {SECRETS[0]}, outcome: 办理中}}
""",
    "registers/held.yaml": f"""held:
  - {{row: zz-01, period: '2025', reason: {SECRETS[1]}, by: 院党委会, date: 2025-06-01,
     reference: {SECRETS[3]}, review: 2025-12-01}}
""",
}


def _bytes(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _build(root: Path) -> dict[str, bytes]:
    done = CliRunner().invoke(cli, ["build", "--as-of", "2026-01-05", "--project", str(root)])
    assert done.exit_code == CLEAN, done.output
    return _bytes(root / "dist")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with both registers and its sites, to be copied."""
    root = make_project(tmp_path_factory.mktemp("built"), {"content/a.md": item("A-1"), **FILES})
    _build(root)
    return root


@pytest.fixture
def project(built: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(built, tmp_path / "project")


@pytest.mark.slow
def test_no_site_changes_by_a_byte(tmp_path: Path) -> None:
    root = make_project(tmp_path, {"content/a.md": item("A-1")})
    before = _build(root)
    for name, text in FILES.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    assert _build(root) == before
    assert verify(root / "dist", root) == []
    (root / "registers/held.yaml").write_text("held: [这不是台账]\n")
    assert _build(root) == before, "a broken register stands in no site's way"
    shutil.rmtree(root / "registers")
    (root / "registers").symlink_to(tmp_path / "nowhere")
    assert _build(root) == before
    for data in before.values():
        assert not any(secret.encode() in data for secret in SECRETS)


@pytest.mark.slow
@pytest.mark.parametrize("secret", SECRETS)
def test_a_register_s_words_on_a_site_are_a_leak(secret: str, project: Path) -> None:
    page = project / "dist/party/index.html"
    page.write_text(page.read_text().replace("</main>", f"<p>{secret}</p></main>"))
    leaks = [each for each in verify(project / "dist", project) if each.code == "R30"]
    assert [each.span.file for each in leaks] == ["dist/party/index.html"]
    assert not any(secret in str(each.args) for each in leaks)


@pytest.mark.slow
@pytest.mark.parametrize("text", ["held.yaml", "broken.yaml", "log.jsonl"])
def test_a_register_s_file_on_a_site_is_a_leak(text: str, project: Path) -> None:
    (project / "registers/broken.yaml").write_text(f"held: [{SECRETS[1]}\n", encoding="utf-8")
    (project / "registers/log.jsonl").write_text('{"no": 1}\n', encoding="utf-8")
    shutil.copy(project / "registers" / text, project / "dist/public/copy.txt")
    codes = {(each.code, each.span.file) for each in verify(project / "dist", project)}
    assert ("R30", "dist/public/copy.txt") in codes


@pytest.mark.slow
def test_what_a_visible_item_says_itself_is_no_leak(tmp_path: Path) -> None:
    """An office that writes of a held matter in an item has decided to: the gates ask for it."""
    files = {"content/a.md": item("A-1", title=SECRETS[0], body=f"{SECRETS[1]}。\n"), **FILES}
    root = make_project(tmp_path, files)
    _build(root)
    assert [each for each in verify(root / "dist", root) if each.code == "R30"] == []
