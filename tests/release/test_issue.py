"""What a release at a target is, whatever was there before."""

from __future__ import annotations

import os
import stat
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.model.release import parse
from generator.publish.release import disk
from generator.publish.release.issue import issue, open_target
from generator.publish.release.reach import reach
from tests.release.lab import (
    NOW,
    Site,
    content,
    current,
    in_child,
    kept,
    lay,
    manifest,
    place,
    put,
    swept,
    whole,
)

SITE: Site = {"index.html": b"home", "d/a/index.html": b"a", "d/b/index.html": b"b"}


def _put(target: Path, site: Site, **other: object) -> None:
    fresh = not any(target.iterdir())
    with TemporaryDirectory(dir=target.parent) as folder:
        put(place(target, **other), lay(Path(folder), site), content(site), first=fresh)


def _inodes(target: Path, number: int) -> dict[str, int]:
    site = target / f"releases/{number:06d}/site"
    return {
        each.relative_to(site).as_posix(): each.stat().st_ino
        for each in site.rglob("*")
        if each.is_file()
    }


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "target"
    folder.mkdir()
    return folder


_paths = st.sampled_from(["index.html", "feed.xml", "d/a/index.html", "d/b/index.html", "s/1.js"])
_bytes = st.sampled_from([b"", b"one", b"two", b"three"])
_sites = st.dictionaries(_paths, _bytes, min_size=1)


@given(sites=st.lists(_sites, min_size=1, max_size=6), keep=st.integers(1, 4))
def test_any_series_of_releases(sites: list[Site], keep: int) -> None:
    """The site in service is the one given; a path never has two contents at one time and size,
    to the second, which is all that a server may compare; unchanged files are links.
    """
    seen: dict[tuple[str, int, int], bytes] = {}
    with TemporaryDirectory() as folder:
        target = Path(folder) / "target"
        target.mkdir()
        for number, site in enumerate(sites, start=1):
            _put(target, site, keep=keep)
            release = whole(target, current(target))
            assert release.version == number
            assert release.files == content(site).files
            assert swept(target)
            assert len(kept(target)) <= keep
            for path, data in site.items():
                facts = (target / "current/site" / path).stat()
                mark = (path, int(facts.st_mtime), facts.st_size)
                assert seen.setdefault(mark, data) == data
            before, after = (sites[number - 2] if number > 1 else {}), _inodes(target, number)
            if number > 1 and number - 1 in kept(target):
                older = _inodes(target, number - 1)
                same = {path for path in site if before.get(path) == site[path]}
                assert same == {path for path in after if older.get(path) == after[path]}


def test_nothing_is_linked_to_the_build(target: Path, tmp_path: Path) -> None:
    dist = lay(tmp_path / "dist", SITE)
    put(place(target), dist, content(SITE), first=True)
    assert all(each.stat().st_nlink == 1 for each in dist.rglob("*.html"))
    (dist / "index.html").write_bytes(b"built again")
    whole(target, 1)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_modes_do_not_depend_on_the_umask(target: Path, umask: int) -> None:
    target.chmod(0o750)
    old = os.umask(umask)
    try:
        _put(target, SITE)
        _put(target, {**SITE, "index.html": b"2"})
    finally:
        os.umask(old)
    for path in [*target.rglob("*")]:
        mode = stat.S_IMODE(path.lstat().st_mode)
        if path.name in ("items.jsonl", "build.json"):
            assert mode == 0o600
        elif not path.is_symlink():
            assert mode == (0o755 if path.is_dir() else 0o644), path
    assert stat.S_IMODE(target.stat().st_mode) == 0o750  # the engineer's, not ours


def test_what_somebody_changed_at_the_target_is_not_taken_over(target: Path) -> None:
    """In place, replaced by a link elsewhere, or writable to all: the next release is clean."""
    _put(target, SITE)
    site = target / "current/site"
    (site / "index.html").write_bytes(b"EVIL")
    (site / "d/a/index.html").unlink()
    (site / "d/a/index.html").symlink_to("/etc/passwd")
    (site / "d/b/index.html").chmod(0o666)
    (site / "shell.php").write_bytes(b"EVIL")
    _put(target, SITE)
    whole(target, 2)
    modes = {each.lstat().st_mode for each in (target / "current/site").rglob("*.html")}
    assert modes == {stat.S_IFREG | 0o644}
    assert (target / "current/site/index.html").stat().st_mtime > NOW.timestamp()


def test_a_clock_set_back_does_not_set_back_times(target: Path) -> None:
    _put(target, SITE)
    _put(target, {**SITE, "index.html": b"2222"}, at=NOW - timedelta(days=400))
    assert manifest(target, 2).issued == NOW + timedelta(seconds=1)
    times = [
        (target / f"releases/00000{number}/site/index.html").stat().st_mtime for number in (1, 2)
    ]
    assert times == [NOW.timestamp(), NOW.timestamp() + 1]


def test_a_renewed_manifest_does_not_push_out_other_releases(target: Path) -> None:
    """A timer renews the manifest of an unchanged site; what one could go back to stays."""
    _put(target, SITE)
    for _ in range(6):
        _put(target, {**SITE, "index.html": b"2"})
    assert kept(target) == [1, 7]


def test_versions_rise_whatever_is_kept(target: Path) -> None:
    """Also where somebody set the link back by hand, or the marker's folder was made anew."""
    for number in range(4):
        _put(target, {**SITE, "index.html": b"%d" % number}, keep=9)
    (target / "current").unlink()
    (target / "current").symlink_to("releases/000002")
    _put(target, SITE, keep=9)
    assert current(target) == 5


def test_the_first_version_may_be_given(target: Path, tmp_path: Path) -> None:
    with reach(str(target)) as reached:
        opened = open_target(reached, place(target), first=True)
        site = lay(tmp_path / "dist", SITE)
        made = issue(reached, place(target), opened, content(SITE), base=0, site=site, least=58)
    assert made.release.version == current(target) == 58


def test_the_current_release_heals_a_broken_link(target: Path) -> None:
    _put(target, SITE)
    (target / "current").unlink()
    (target / "current").symlink_to("releases/000009")
    _put(target, SITE)
    assert current(target) == 10
    whole(target, 10)


def test_everything_is_on_disk_before_the_switch(target: Path) -> None:
    """Each file written and each folder made is synced before ``current`` leads to it."""
    _put(target, SITE)

    def work() -> None:
        synced, order = set(), []
        true_sync, true_rename = os.fsync, Path.rename

        def sync(descriptor: int) -> None:
            synced.add(os.fstat(descriptor).st_ino)
            true_sync(descriptor)

        def rename(path: Path, place: Path) -> Path:
            order.append(path.name)
            if path.name == ".next":
                written = [each for each in path.rglob("*") if each.stat().st_nlink == 1]
                folders = [path, *(each for each in path.rglob("*") if each.is_dir())]
                assert len(written) >= 4
                assert {each.stat().st_ino for each in (*written, *folders)} <= synced
            if path.name == ".current":
                assert (target / "releases").stat().st_ino in synced
            return true_rename(path, place)

        disk.os.fsync, Path.rename = sync, rename  # type: ignore[method-assign,assignment]
        _put(target, {**SITE, "index.html": b"2", "d/c/index.html": b"c"})
        assert order == [".next", ".current"]
        assert target.stat().st_ino in synced

    assert in_child(work) == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-1],
        lambda text: text.replace(b'"version":3', b'"version":3.0'),
        lambda text: text.replace(b'"version":3', b'"version":0'),
        lambda text: text.replace(b'"version":3', b'"version":3,"version":3'),
        lambda text: text.replace(b"d/a/", b"d/../"),
        lambda text: text.replace(b'"index.html"', b'"/index.html"'),
        lambda text: text.replace(b"2026-06-01T", b"2026-06-01t"),
        lambda text: text.replace(b'"audience"', b'"next_change":null,"audience"'),
        lambda text: text.replace(b'"index.html"', b'"\\ud800.html"'),
        lambda text: b"[" * 100_000,
        lambda text: b"null",
        lambda text: b"\xff",
    ],
)
def test_only_canonical_manifests_are_read(target: Path, change) -> None:  # type: ignore[no-untyped-def]
    for _ in range(3):
        _put(target, SITE)
    text = (target / "current/dwgk-release.json").read_bytes()
    release = parse(text)
    assert not isinstance(release, str)
    assert release.to_bytes() == text
    assert change(text) != text
    assert isinstance(parse(change(text)), str)
