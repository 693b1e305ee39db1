"""``dwgk rollback``: an older release as a new one, without what must not come back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from generator import answers
from generator.model.release import MANIFEST, SIGNATURE
from generator.publish.release.back import rollback
from generator.publish.release.deploy import deploy
from generator.publish.release.issue import Done
from generator.publish.signing import check
from generator.source.record import read_log
from tests.release.conftest import Make, Project
from tests.release.lab import current, digest, exact, kept, manifest, swept, whole


def _codes(done: Done) -> list[str]:
    return sorted({each.code for each in done.diagnostics} - {"D26"})


def _ids(done: Done, code: str) -> list[str]:
    return [dict(each.args)["id"] for each in done.diagnostics if each.code == code]


def _back(
    project: Project, target: Path, number: int = 0, again: tuple[str, ...] = (), **other: object
) -> Done:
    """As the verb does it: what may be shown is what the project says of that day."""
    place = project.place(target, **other)
    allowed = answers.look(project.root, lambda _: place.at.date(), "public").items
    return rollback(place, number, frozenset(each.id for each in allowed), frozenset(again))


@pytest.fixture
def live(project: Make, target: Path, key: Path) -> Project:
    """In service: release 1, and release 2 with another text of A-1, which nobody registered."""
    made = project()
    assert deploy(made.place(target, key=key), made.dist, first=1).release
    page = made.dist / "public/d/A-1/index.html"
    page.write_bytes(page.read_bytes().replace("甲事项".encode(), "甲事".encode()))
    _relist(made, "d/A-1/index.html")
    assert deploy(made.place(target, key=key), made.dist).release
    return made


def _relist(made: Project, path: str) -> None:
    file = made.dist / "public.json"
    table = json.loads(file.read_text(encoding="utf-8"))
    table["files"][path] = digest((made.dist / "public" / path).read_bytes())
    file.write_text(json.dumps(table), encoding="utf-8")


def test_the_older_files_come_back_as_a_new_release(live: Project, target: Path, key: Path) -> None:
    done = _back(live, target, key=key)
    assert done.release is not None
    assert (done.release.version, done.sent) == (3, 0)
    assert whole(target, 3).files == manifest(target, 1).files
    assert done.release.issued > manifest(target, 2).issued
    assert done.release.as_of == manifest(target, 1).as_of
    for path in done.release.files:
        assert (target / f"releases/000003/site/{path}").samefile(
            target / f"releases/000001/site/{path}"
        )
    text, signature = ((target / "current" / name).read_bytes() for name in (MANIFEST, SIGNATURE))
    assert check(text, signature, Path(f"{key}.pub"))
    assert signature != (target / f"releases/000001/{SIGNATURE}").read_bytes()


def test_what_differs_has_a_newer_time(live: Project, target: Path, key: Path) -> None:
    """A server that compares times and sizes must not take the page for the one in between."""
    path = "d/A-1/index.html"
    between = (target / "current/site" / path).stat()
    done = _back(live, target, key=key)
    assert done.release
    back = (target / "current/site" / path).stat()
    assert back.st_mtime == done.release.issued.timestamp() > between.st_mtime


def test_the_log_says_that_the_older_is_shown(live: Project, target: Path, key: Path) -> None:
    before = len(read_log(live.root)[0].entries)
    assert _back(live, target, key=key).release
    assert len(read_log(live.root)[0].entries) == before  # both showed the same items


def test_twice_is_not_guessed(live: Project, target: Path, key: Path) -> None:
    """The release before one that was taken back is the very one that had to go."""
    assert _back(live, target, key=key).release
    before = exact(target)
    done = _back(live, target, key=key)
    assert (done.release, _codes(done)) == (None, ["D22"])
    assert exact(target) == before
    assert _back(live, target, 2, key=key).release


@pytest.mark.parametrize("number", [2, 7])
def test_only_a_kept_release_that_is_not_in_service(
    live: Project, target: Path, key: Path, number: int
) -> None:
    before = exact(target)
    done = _back(live, target, number, key=key)
    assert (done.release, _codes(done)) == (None, ["D22"])
    assert exact(target) == before


@pytest.fixture
def mended(project: Make, target: Path) -> Project:
    """Release 1 as it was; release 2, in service: A-1 changed by approval, B-1 withdrawn."""
    old, new = project(), project(mended=True)
    assert deploy(old.place(target), old.dist, first=1).release
    assert deploy(new.place(target), new.dist).release
    return new


def test_withdrawn_items_do_not_come_back(mended: Project, target: Path) -> None:
    before = exact(target)
    done = _back(mended, target)
    assert done.release is None
    assert _ids(done, "D20") == ["B-1"]
    assert exact(target) == before


def test_each_must_be_named(mended: Project, target: Path) -> None:
    assert _back(mended, target, again=("A-1",)).release is None
    done = _back(mended, target, again=("B-1",))
    assert done.release is not None
    assert _ids(done, "D21") == ["A-1"]  # the text before an approved change is back: told
    assert whole(target, 3).files == manifest(target, 1).files


def test_not_even_where_the_project_was_set_back(
    mended: Project, target: Path, project: Make
) -> None:
    """An older checkout knows nothing of the withdrawal; what is in service does."""
    done = _back(project(), target)
    assert _ids(done, "D20") == ["B-1"]


def test_expired_items_do_not_come_back(project: Make, target: Path) -> None:
    old, new = project(), project(day=date(2026, 6, 21))
    assert deploy(old.place(target), old.dist, first=1).release
    assert deploy(new.place(target), new.dist).release
    assert _ids(_back(new, target), "D20") == ["C-1"]


def test_nor_what_expired_since_the_last_deployment(live: Project, target: Path, key: Path) -> None:
    """The site in service is itself too old: the day decides, not what is in service."""
    late = replace(live, day=date(2026, 6, 25))
    assert _ids(_back(late, target, key=key), "D20") == ["C-1"]


def test_after_a_leak_the_release_before_it_comes_back(project: Make, target: Path) -> None:
    """What leaked with the release in service goes at once; nothing stands in the way."""
    before, leaking = project(mended=True), project()
    assert deploy(before.place(target), before.dist, first=1).release
    assert deploy(leaking.place(target), leaking.dist).release
    done = _back(before, target)
    assert done.release is not None
    assert not [
        each
        for each in (target / "current/site").rglob("*")
        if each.is_file() and "乙事项".encode() in each.read_bytes()
    ]


def _changed(target: Path) -> None:
    (target / "releases/000001/site/index.html").write_bytes(b"EVIL")


def _changed_with_manifest(target: Path) -> None:
    """The attacker adapts the manifest, too; he has no key."""
    _changed(target)
    file = target / "releases/000001" / MANIFEST
    old = manifest(target, 1)
    files = {**old.files, "index.html": digest(b"EVIL")}
    file.write_bytes(replace(old, files=files).to_bytes())


def _unsigned(target: Path) -> None:
    (target / "releases/000001" / SIGNATURE).unlink()


def _swapped(target: Path) -> None:
    """The manifest and signature of another release, genuine both."""
    for name in (MANIFEST, SIGNATURE):
        data = (target / "releases/000002" / name).read_bytes()
        (target / "releases/000001" / name).write_bytes(data)


def _items_gone(target: Path) -> None:
    (target / "releases/000001/items.jsonl").write_text("")


@pytest.mark.parametrize(
    "harm", [_changed, _changed_with_manifest, _unsigned, _swapped, _items_gone]
)
def test_an_altered_release_is_not_signed_anew(
    live: Project,
    target: Path,
    key: Path,
    harm: Callable[[Path], None],
) -> None:
    harm(target)
    before = exact(target)
    done = _back(live, target, key=key)
    assert (done.release, _codes(done)) == (None, ["D23"])
    assert exact(target) == before
    assert swept(target)
    assert (current(target), kept(target)) == (2, [1, 2])
