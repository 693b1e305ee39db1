"""The command: what it asks for, what it refuses, and the settings it goes by."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator import archiving
from generator.build import check
from generator.model.dossier import Handover
from generator.oversight.reports import Source
from tests.archive import lab
from tests.support import INSTITUTION, complete, instant, item, make_project, publish

ONE = {"content/a.md": item("A-1")}


def _project(folder: Path, archive: str = lab.ARCHIVE, **files: str) -> Path:
    institution = complete(archive, INSTITUTION)
    return make_project(folder, {**ONE, "site_config/institution.yml": institution, **files})


def _settled(folder: Path, archive: str) -> set[str]:
    return {each.code for each in check(_project(folder, archive)).diagnostics}


def test_without_a_fonds_there_is_nothing_to_file_by(tmp_path: Path) -> None:
    done = lab.archive(make_project(tmp_path, ONE), tmp_path / "x.zip")
    assert done.exit_code == 1
    assert "A01" in done.output
    assert not (tmp_path / "x.zip").exists()


def test_a_year_without_items(tmp_path: Path) -> None:
    root = _project(tmp_path)
    done = lab.dwgk("archive", "--project", root, "--year", "2019", "--out", tmp_path / "x.zip")
    assert done.exit_code == 1
    assert "A02" in done.output
    assert not (tmp_path / "x.zip").exists()


def test_a_row_that_no_catalogue_has(tmp_path: Path) -> None:
    rules = "archive:\n  fonds: J1\n  retention: {rows: {zz-011: 永久}}"
    done = lab.archive(_project(tmp_path, rules), tmp_path / "x.zip")
    assert done.exit_code == 1
    assert "A05" in done.output
    assert "zz-01" in done.output, "the nearest row is named"


def test_errors_anywhere_stop_it(tmp_path: Path) -> None:
    root = _project(tmp_path, **{"content/b.md": item("B-1", scope="校里")})
    done = lab.archive(root, tmp_path / "x.zip")
    assert done.exit_code == 1
    assert not (tmp_path / "x.zip").exists()


@pytest.mark.parametrize("place", ["dist/x.zip", "content/x.zip", "dist/public/x.zip"])
def test_never_among_what_is_published(tmp_path: Path, place: str) -> None:
    root = _project(tmp_path)
    assert lab.archive(root, root / place).exit_code == 2
    assert not (root / place).exists()


def test_never_inside_any_output_of_a_build(tmp_path: Path) -> None:
    root = _project(tmp_path)
    web = tmp_path / "web"
    assert lab.dwgk("build", "--project", root, "--out", web).exit_code == 0
    for place in (web / "x.zip", web / "public" / "x.zip"):
        assert lab.archive(root, place).exit_code == 2
        assert not place.exists()


@pytest.mark.parametrize("asked", [[], ["--year", "2025", "--check", "/"], ["--year", "二〇二五"]])
def test_asked_wrongly(asked: list[str]) -> None:
    assert lab.dwgk("archive", *asked).exit_code == 2


def test_what_is_no_package(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_text("x")
    for path in (tmp_path / "x.zip", tmp_path):
        done = lab.dwgk("archive", "--check", path)
        assert done.exit_code == 1
        assert "A10" in done.output


def test_a_year_that_is_not_over(tmp_path: Path) -> None:
    out = tmp_path / "x.zip"
    asked = ["--year", "2025", "--as-of", "2025-06-30", "--out", str(out)]
    done = lab.dwgk("archive", "--project", _project(tmp_path), *asked)
    assert done.exit_code == 0, "a caution, no error"
    assert "A06" in done.output
    assert out.exists()


def test_a_project_that_changes_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, out = _project(tmp_path), tmp_path / "x.zip"
    reports = archiving._reports

    def meanwhile(source: Source, handover: Handover, others: Path) -> None:
        with (root / "content/a.md").open("a", encoding="utf-8") as stream:
            stream.write("又一句。\n")
        reports(source, handover, others)

    monkeypatch.setattr(archiving, "_reports", meanwhile)
    assert lab.archive(root, out).exit_code == 3
    assert not out.exists()


def test_what_only_the_log_knows_is_listed_as_lacking(tmp_path: Path) -> None:
    """It ended and was taken off before its file was lost: no fault for a build, but for this."""
    dates = "{written: 2025-03-01, release: 2025-03-10, until: 2025-05-01}"
    root = _project(tmp_path, **{"content/b.md": item("B-1", title="丢失的事项", dates=dates)})
    publish(root, instant("2025-04-01"))
    publish(root, instant("2025-06-01"))
    (root / "content/b.md").unlink()
    out = tmp_path / "x.zip"
    done = lab.archive(root, out)
    assert done.exit_code == 0, done.output
    assert "A03" in done.output
    note = lab.unpacked(out, tmp_path / "apart") / "data/说明文件.TXT"
    assert "B-1  丢失的事项" in note.read_text(encoding="utf-8-sig")
    assert lab.dwgk("archive", "--check", out).exit_code == 0


@pytest.mark.parametrize(
    ("rules", "codes"),
    [
        ("archive: {fonds: J1}", set()),
        ('archive: {number: "{年度}-{件号}"}', set()),
        ('archive: {number: "{年度}-{流水号}"}', {"A04"}),
        ('archive: {number: "{全宗号}-{件号}"}', {"A04"}),
        ('archive: {number: "{年度}-{件号"}', {"A04"}),
        ("archive: {retention: {default: 15年}}", {"S13"}),
        ("archive: {terms: {长期: C}, retention: {default: 长期}}", set()),
        ("archive: {terms: {长期: C}, retention: {kinds: {公示: 30年}}}", {"S13"}),
        ("archive: {retention: {kinds: {公布: 30年}}}", {"S06"}),
        ("archive: {units: {组织处: ZZ}}", {"S13"}),
        ("archive: {units: {组织部: ZZ}, secrecy: {open: 公开, other: 内部}}", set()),
        ("archive: {font: J1}", {"S06"}),
        ("archive: J1", {"S09"}),
    ],
)
def test_settings(tmp_path: Path, rules: str, codes: set[str]) -> None:
    assert _settled(tmp_path, rules) == codes
