"""Every attack on a release is detected: in its folder, and through a server."""

from __future__ import annotations

import gzip
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from generator.model.release import MANIFEST, SIGNATURE, Release, parse
from generator.publish.proof.folder import Folder
from generator.publish.proof.http import Server, address
from generator.publish.proof.judge import Expected
from generator.publish.proof.live import Live
from generator.publish.proof.prove import Place, Proof, prove
from tests.proof.lab import FILES, NOW, SITE, Target, nginx

PAGE = "d/X-1/index.html"


def look(
    place: Place, target: Target, state: Path | None = None, audience: str = "", at: datetime = NOW
) -> Proof:
    return prove(place, Expected(target.keys, audience, None, at), state)


def codes(proof: Proof) -> set[tuple[str, str]]:
    return {(each.code, each.span.file) for each in proof.faults}


@pytest.fixture(params=["folder", "nginx", "nginx gzip", "nginx gzip_static"])
def place(request: pytest.FixtureRequest, target: Target, tmp_path: Path) -> Iterator[Place]:
    """The target as a folder, and through servers that compress, do not, or keep copies."""
    if request.param == "folder":
        yield Folder(target.root)
        return
    more = request.param.removeprefix("nginx").strip()
    body = SITE.format(root=target.root, more=f"{more} on;" if more else "")
    with nginx(tmp_path / "nginx", body) as url:
        yield Live(Server(address(url)), "", 4)


def test_an_untouched_release_is_proved(place: Place, target: Target, tmp_path: Path) -> None:
    for _ in range(2):
        proof = look(place, target, tmp_path / "state", "party")
        assert (codes(proof), proof.examined) == (set(), len(FILES))
        assert proof.release is not None and proof.release.version == 7


def _changed(target: Target) -> None:
    path = target.site / PAGE
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


def _truncated(target: Target) -> None:
    path = target.site / PAGE
    path.write_bytes(path.read_bytes()[:-1])


def _emptied(target: Target) -> None:
    (target.site / PAGE).write_bytes(b"")


def _missing(target: Target) -> None:
    (target.site / PAGE).unlink()


def _folder_missing(target: Target) -> None:
    shutil.rmtree(target.site / "d/X-1")


def _unsigned(target: Target) -> None:
    (target.current / SIGNATURE).unlink()


def _unlisted(target: Target) -> None:
    (target.current / MANIFEST).unlink()


def _other_key(target: Target) -> None:
    target.seal(_release(target), key=target.key.with_name("other"))


def _manifest_rewritten(target: Target) -> None:
    """The attacker changes a file and the manifest with it, and cannot sign."""
    _changed(target)
    files = dict(_release(target).files) | {PAGE: "0" * 64}
    (target.current / MANIFEST).write_bytes(replace(_release(target), files=files).to_bytes())


def _signature_damaged(target: Target) -> None:
    path = target.current / SIGNATURE
    path.write_bytes(path.read_bytes().replace(b"\n", b"\nA", 2))


def _no_manifest(target: Target) -> None:
    (target.current / MANIFEST).write_bytes(b"<!doctype html><title>sign on</title>")


def _for_others(target: Target) -> None:
    target.put(version=8, audience="campus")


def _expired(target: Target) -> None:
    target.put(version=8, expires=date(2026, 11, 20))


def _from_the_future(target: Target) -> None:
    target.put(version=8, issued=NOW + timedelta(hours=1))


def _rehearsed(target: Target) -> None:
    target.put(version=8, as_of=date(2026, 11, 23))


def _not_renewed(target: Target) -> None:
    target.put(version=8, issued=NOW - timedelta(days=25), expires=date(2026, 11, 26))


def _release(target: Target) -> Release:
    release = parse((target.current / MANIFEST).read_bytes())
    assert isinstance(release, Release)
    return release


ATTACKS: dict[Callable[[Target], None], set[tuple[str, str]]] = {
    _changed: {("D50", PAGE)},
    _truncated: {("D50", PAGE)},
    _emptied: {("D50", PAGE)},
    _missing: {("D51", PAGE)},
    _folder_missing: {("D51", PAGE), ("D51", "d/X-1/fujian-1.xlsx")},
    _unsigned: {("D41", SIGNATURE)},
    _unlisted: {("D40", MANIFEST)},
    _other_key: {("D42", SIGNATURE)},
    _manifest_rewritten: {("D42", SIGNATURE)},
    _signature_damaged: {("D42", SIGNATURE)},
    _no_manifest: {("D43", MANIFEST)},
    _for_others: {("D44", MANIFEST)},
    _expired: {("D47", MANIFEST)},
    _from_the_future: {("D48", MANIFEST)},
    _rehearsed: {("D48", MANIFEST)},
    _not_renewed: {("D49", MANIFEST)},
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_detected(
    attack: Callable[[Target], None], place: Place, target: Target
) -> None:
    attack(target)
    assert codes(look(place, target, audience="party")) == ATTACKS[attack]


def test_a_truly_signed_older_release_is_a_rollback(
    place: Place, target: Target, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    assert not look(place, target, state).faults
    target.switch(6)
    for _ in range(2):  # what is older is never remembered instead
        assert codes(look(place, target, state)) == {("D45", MANIFEST)}
    assert not look(place, target).faults  # who remembers nothing cannot tell
    target.put(version=8)  # a lawful return is a new release
    assert not look(place, target, state).faults


def test_two_manifests_of_one_version(place: Place, target: Target, tmp_path: Path) -> None:
    assert not look(place, target, tmp_path / "state").faults
    target.seal(replace(_release(target), source="sha256:" + "6" * 64))
    for _ in range(2):
        assert codes(look(place, target, tmp_path / "state")) == {("D46", MANIFEST)}


def test_the_memory_knows_the_audience(place: Place, target: Target, tmp_path: Path) -> None:
    assert not look(place, target, tmp_path / "state").faults
    target.put(version=8, audience="campus")
    assert codes(look(place, target, tmp_path / "state")) == {("D44", MANIFEST)}
    target.switch(6)
    assert codes(look(place, target, tmp_path / "state")) == {("D45", MANIFEST)}


def test_what_is_not_signed_is_not_remembered(place: Place, target: Target, tmp_path: Path) -> None:
    target.put(version=99, key=target.key.with_name("other"))
    assert look(place, target, tmp_path / "state").faults
    assert not (tmp_path / "state").exists()


def test_a_deployment_during_the_look_is_no_attack(place: Place, target: Target) -> None:
    class Moving:
        """Deploys between manifest and files."""

        moved = False

        def __str__(self) -> str:
            return str(place)

        def papers(self) -> tuple[bytes, bytes]:
            papers = place.papers()
            if not self.moved:
                self.moved = True
                target.put({**FILES, PAGE: b"new", "d/X-3/index.html": b"more"}, version=8)
                shutil.rmtree(target.root / "releases/000007")
            return papers

        examine = staticmethod(place.examine)

    proof = look(Moving(), target)
    assert (codes(proof), proof.release and proof.release.version) == (set(), 8)


# In a folder everything is walked.


def test_added_files_in_a_folder(target: Target) -> None:
    (target.site / "d/X-1/shell.php").write_text("<?php")
    (target.site / ".hidden").write_text("x")
    found = codes(look(Folder(target.root), target))
    assert found == {("D52", "d/X-1/shell.php"), ("D52", ".hidden")}


def test_links_are_not_followed(target: Target, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "index.html").write_bytes(FILES[PAGE])
    (target.site / "d/X-3").symlink_to(secret)
    (target.site / PAGE).unlink()
    (target.site / PAGE).symlink_to(secret / "index.html")  # the very bytes, from outside
    found = codes(look(Folder(target.root), target))
    assert found == {("D54", "d/X-3"), ("D54", PAGE)}


@pytest.mark.parametrize("there", ["../elsewhere", "/tmp", "releases/../../x", "releases"])
def test_current_leads_to_a_release_only(target: Target, there: str) -> None:
    (target.root / "current").unlink()
    (target.root / "current").symlink_to(there)
    assert codes(look(Folder(target.root), target)) == {("D54", "current")}


def test_the_site_is_no_link(target: Target, tmp_path: Path) -> None:
    shutil.move(target.site, tmp_path / "site")
    target.site.symlink_to(tmp_path / "site")
    assert codes(look(Folder(target.root), target)) == {("D54", "site")}


def test_a_pipe_is_not_waited_for(target: Target) -> None:
    (target.site / PAGE).unlink()
    os.mkfifo(target.site / PAGE)
    assert codes(look(Folder(target.root), target)) == {("D54", PAGE)}


def test_the_marker_names_the_audience(target: Target) -> None:
    (target.root / "dwgk-target.json").write_text('{"audience": "public", "format": 1}')
    assert codes(look(Folder(target.root), target)) == {("D44", "dwgk-target.json")}
    (target.root / "dwgk-target.json").unlink()
    assert codes(look(Folder(target.root), target)) == {("D44", "dwgk-target.json")}


def test_a_release_names_itself(target: Target) -> None:
    """Apache reads there which release to serve."""
    (target.current / "number").write_text("000006\n")
    assert codes(look(Folder(target.root), target)) == {("D50", "number")}
    (target.current / "number").unlink()
    assert codes(look(Folder(target.root), target)) == {("D58", "number")}


def test_one_release_of_a_target(target: Target) -> None:
    assert not look(Folder(target.root / "releases/000006"), target).faults
    (target.root / "releases/000006/site" / PAGE).write_bytes(b"x")
    assert not look(Folder(target.root), target).faults
    assert codes(look(Folder(target.root / "releases/000006"), target)) == {("D50", PAGE)}


# Through a server.


def test_a_compressed_copy_is_looked_at(target: Target, tmp_path: Path) -> None:
    """``gzip_static`` gives the copy beside the file to browsers: the file alone is not enough."""
    path = target.site / PAGE
    path.with_name("index.html.gz").write_bytes(gzip.compress(path.read_bytes() + b"planted"))
    body = SITE.format(root=target.root, more="gzip_static on;")
    with nginx(tmp_path / "nginx", body) as url:
        assert codes(look(Live(Server(address(url)), "", 4), target)) == {("D50", PAGE)}
    assert codes(look(Folder(target.root), target)) == {("D52", f"{PAGE}.gz")}


def test_the_file_beside_a_true_compressed_copy_is_looked_at(
    target: Target, tmp_path: Path
) -> None:
    path = target.site / PAGE
    path.with_name("index.html.gz").write_bytes(gzip.compress(path.read_bytes()))
    path.write_bytes(b"planted")
    body = SITE.format(root=target.root, more="gzip_static on;")
    with nginx(tmp_path / "nginx", body) as url:
        assert codes(look(Live(Server(address(url)), "", 4), target)) == {("D50", PAGE)}


def test_what_answers_without_being_listed(target: Target, tmp_path: Path) -> None:
    body = SITE.format(root=target.root, more="autoindex on;")
    body += f"location = /build.json {{ alias {target.root}/current/build.json; }}"
    (target.site / "planted.html").write_text("x")
    (target.site / PAGE).write_text("<a href='../../planted.html'>x</a> <a href='../X-2/'>y</a>")
    with nginx(tmp_path / "nginx", body) as url:
        found = codes(look(Live(Server(address(url)), "", 4), target))
    listings = {("D53", folder) for folder in ("assets/", "d/", "exact/")}
    assert found == {("D50", PAGE), ("D53", "build.json"), ("D53", "planted.html"), *listings}


def test_a_server_that_says_yes_to_everything(target: Target, tmp_path: Path) -> None:
    body = SITE.format(root=target.root, more="try_files $uri $uri/index.html /index.html;")
    with nginx(tmp_path / "nginx", body) as url:
        assert codes(look(Live(Server(address(url)), "", 4), target)) == {("D60", url)}


def test_a_wrong_audience_is_not_asked_for_its_files(target: Target, tmp_path: Path) -> None:
    with nginx(tmp_path / "nginx", SITE.format(root=target.root, more="")) as url:
        proof = look(Live(Server(address(url)), "", 4), target, audience="public")
    assert codes(proof) == {("D44", MANIFEST)}
    assert proof.examined == 0
    asked = set(re.findall(r'"GET (\S+) ', (tmp_path / "nginx/access.log").read_text()))
    assert asked == {f"/{MANIFEST}", f"/{SIGNATURE}"}
