"""A folder read as a project: what counts as content, and what never gets in."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.build import check
from tests.support import item, make_project


def _codes(root: Path) -> list[str]:
    return [each.code for each in check(root).diagnostics]


def test_an_attachment_is_no_way_out_of_the_project(tmp_path: Path) -> None:
    """Neither a linked file nor a file in a linked folder is taken."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text("secret")
    for name, target in (("content/link.csv", outside / "secret.csv"), ("content/box", outside)):
        written = {"content/link.csv": "link.csv", "content/box": "box/secret.csv"}[name]
        attachments = f"[{{file: {written}, title: 表}}]"
        text = item("A-1", attachments=attachments)
        root = make_project(tmp_path / written.replace("/", "-"), {"content/a.md": text}, False)
        (root / name).symlink_to(target)
        assert "G29" in _codes(root)


@pytest.mark.parametrize(
    "name",
    [".a.md.new", ".git/x.md", "~$表.xlsx", "Thumbs.db", "2025/.~lock.表.ods#", "desktop.ini"],
)
def test_what_offices_leave_behind_is_no_content(name: str, tmp_path: Path) -> None:
    files = {"content/a.md": item("A-1"), f"content/{name}": "x"}
    assert _codes(make_project(tmp_path, files)) == []


def test_an_attachment_may_lie_in_a_folder_beside_the_text(tmp_path: Path) -> None:
    text = item(
        "A-1", attachments="[{file: 附件/表 1.csv, title: 表}]", body="[表](<附件/表 1.csv>)"
    )
    assert (
        _codes(make_project(tmp_path, {"content/a.md": text, "content/附件/表 1.csv": "1"})) == []
    )


def test_an_empty_project_is_clean(tmp_path: Path) -> None:
    assert _codes(make_project(tmp_path, {})) == []


def test_a_faulty_item_is_closed_and_the_others_are_not(tmp_path: Path) -> None:
    files = {"content/a.md": item("A-1"), "content/b.md": item("B-1", scope="校里")}
    approved = check(make_project(tmp_path, files)).approved
    assert approved is not None
    assert [each.disclosure.id for each in approved.items] == ["A-1"]


def test_no_message_repeats_a_text(tmp_path: Path) -> None:
    """Reports may be public: of a faulty file they show the offending value, nothing else."""
    text = item(
        "A-1", title="机密标题", summary="机密概述", body="机密正文 [x](没有.md)\n", scope="校里"
    )
    files = {
        "content/a.md": text,
        "content/b.md": text.replace("title:", "title"),
        "content/c.md": "机密",
    }
    found = check(make_project(tmp_path, files)).diagnostics
    assert len({each.span.file for each in found}) == 3
    assert "机密" not in repr(found)
