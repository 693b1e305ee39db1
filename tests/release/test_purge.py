"""``dwgk purge``: nothing of an item in any kept release, and what is out of reach is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from generator.bundle.copies import Copy, record
from generator.cli import cli
from generator.publish.release.deploy import deploy
from generator.publish.release.purge import purge
from tests.release.conftest import Make
from tests.release.lab import (
    Site,
    content,
    current,
    exact,
    kept,
    lay,
    place,
    put,
    swept,
    whole,
)

LEAKED: Site = {"index.html": b"home", "d/X-1/index.html": b"LEAKED", "feed.xml": b"LEAKED too"}
CLEAN: Site = {"index.html": b"home", "d/X-1/index.html": b"notice", "feed.xml": b"nothing"}


def _found(target: Path, word: bytes) -> list[Path]:
    return [each for each in target.rglob("*") if each.is_file() and word in each.read_bytes()]


@pytest.fixture
def target(target: Path, tmp_path: Path) -> Path:
    """Clean, leaked, leaked and otherwise changed, clean again and in service."""
    before = {path: data for path, data in CLEAN.items() if not path.startswith("d/")}
    sites = [
        (before, ()),
        (LEAKED, ("X-1",)),
        ({**LEAKED, "a": b"1"}, ("X-1", "X-2")),
    ]
    for number, (site, items) in enumerate([*sites, (CLEAN, ("X-2",))]):
        folder = lay(tmp_path / f"site-{number}", site)
        notices = ("X-1",) if number == 3 else ()
        put(place(target, keep=9), folder, content(site, items, notices), first=not number)
    return target


def test_every_release_that_shows_it_is_gone(target: Path) -> None:
    assert _found(target, b"LEAKED")
    before = exact(target / "releases/000004")
    done = purge(place(target), "X-1")
    assert (done.gone, done.left, done.diagnostics) == ((2, 3), (1, 4), ())
    assert not _found(target, b"LEAKED")
    assert (current(target), kept(target)) == (4, [1, 4])
    assert exact(target / "releases/000004") == before
    assert swept(target)


def test_never_the_one_in_service(target: Path) -> None:
    before = exact(target)
    done = purge(place(target), "X-2")
    assert [each.code for each in done.diagnostics] == ["D24"]
    assert exact(target) == before


def test_what_nobody_shows(target: Path) -> None:
    before = exact(target)
    assert purge(place(target), "X-9").gone == ()
    assert exact(target) == before


@pytest.mark.parametrize("text", ["", "{", '{"notices": []}\n{"title": "no id"}\n', "\n[]\n"])
def test_a_release_that_cannot_be_told_is_purged_too(target: Path, text: str) -> None:
    """Unsure means gone; the one in service is not touched on a guess, but refused."""
    (target / "releases/000001/items.jsonl").write_text(text)
    assert purge(place(target), "X-1").gone == (1, 2, 3)
    (target / "releases/000004/items.jsonl").write_text(text)
    assert [each.code for each in purge(place(target), "X-1").diagnostics] == ["D24"]
    assert whole(target, current(target))


def test_a_list_of_items_cut_short_hides_nothing(target: Path) -> None:
    """The pages of a release tell as well."""
    file = target / "releases/000002/items.jsonl"
    file.write_text(file.read_text().splitlines(keepends=True)[0])
    assert purge(place(target), "X-1").gone == (2, 3)


def test_half_deleted_ones_go_as_well(target: Path) -> None:
    """A purge that was killed in the middle: the next deletes what it left."""
    (target / "releases/000002").rename(target / ".gone-000002")
    assert purge(place(target), "X-1").gone == (3,)
    assert not _found(target, b"LEAKED")


def test_copies_out_of_reach_are_told(project: Make, tmp_path: Path) -> None:
    made, folder = project(mended=True), tmp_path / "empty"
    folder.mkdir()
    old = project()
    assert deploy(old.place(folder), old.dist, first=1).release
    assert deploy(made.place(folder), made.dist).release
    record(made.root, Copy(1, "public", "2026-05-10", "某系党总支", ("B-1", "C-1")))
    record(made.root, Copy(2, "public", "2026-05-11", "档案馆", ("C-1",)))
    asked = ["purge", "B-1", "--audience", "public", "--to", str(folder), "--lang", "zh"]
    done = CliRunner().invoke(cli, [*asked, "--project", str(made.root)])
    assert done.exit_code == 0, done.output
    assert "已删除第 1 版，还保留第 2 版" in done.output
    assert "某系党总支" in done.output
    assert "档案馆" not in done.output
    assert "备份" in done.output
    assert kept(folder) == [2]
    asked = ["purge", "C-1", "--audience", "public", "--to", str(folder), "--format", "json"]
    done = CliRunner().invoke(cli, [*asked, "--project", str(made.root)])
    assert done.exit_code == 1
    told = json.JSONDecoder().raw_decode(done.stdout)[0]
    assert [each["code"] for each in told] == ["D24"]
