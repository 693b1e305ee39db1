"""``dwgk deploy``: what goes into service, what never does, what the publish log says after."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest

from generator.diagnostics import EnvironmentFault, has_errors
from generator.model.release import MANIFEST, SIGNATURE
from generator.publish.log import enter
from generator.publish.release.deploy import deploy
from generator.publish.release.issue import Done
from generator.publish.signing import check
from generator.site.place import held
from generator.source.record import read_log
from tests.release.conftest import DAY, Make, Project
from tests.release.lab import at_once, current, digest, exact, kept, manifest, swept, whole


def _codes(done: Done) -> set[str]:
    return {each.code for each in done.diagnostics}


@pytest.fixture
def live(project: Make, target: Path) -> Project:
    """A project in service."""
    made = project()
    assert deploy(made.place(target), made.dist, first=1).release
    return made


def test_what_was_built_is_in_service(project: Make, target: Path, key: Path) -> None:
    made = project()
    done = deploy(made.place(target, key=key), made.dist, first=1)
    assert done.release is not None
    assert not has_errors(done.diagnostics)
    assert whole(target, 1) == done.release
    built = json.loads((made.dist / "public.json").read_text())
    assert (done.release.files, done.release.source) == (built["files"], built["source"])
    assert (done.release.as_of, done.release.expires) == (DAY, DAY + timedelta(days=30))
    folder = target / "current"
    assert (folder / "build.json").read_bytes() == (made.dist / "public.json").read_bytes()
    assert (folder / "items.jsonl").read_bytes() == (made.dist / "public.items.jsonl").read_bytes()
    assert b"next_change" not in (folder / MANIFEST).read_bytes()
    text, signature = (folder / MANIFEST).read_bytes(), (folder / SIGNATURE).read_bytes()
    public = Path(f"{key}.pub")
    assert check(text, signature, public)
    assert not check(text.replace(b'"version":1', b'"version":2'), signature, public)


def test_the_publish_log_is_entered_after_the_switch(live: Project, target: Path) -> None:
    chain, faults = read_log(live.root)
    assert not faults
    (entry,) = chain.entries
    assert (entry.audience, entry.at) == ("public", live.place(target).at)
    assert {each.id for each in entry.came} == {"A-1", "B-1", "C-1"}
    again = deploy(live.place(target), live.dist)
    assert again.release
    assert not again.entries  # nothing new is shown


def test_only_what_changed_is_written(live: Project, target: Path, project: Make) -> None:
    mended = project(mended=True)
    done = deploy(mended.place(target), mended.dist)
    old, new = manifest(target, 1).files, manifest(target, 2).files
    changed = {path for path in new if old.get(path) != new[path]}
    assert done.sent == len(changed)
    for path in new:
        same = (
            (target / "current/site" / path).samefile(target / "releases/000001/site" / path)
            if path in old
            else False
        )
        assert same == (path not in changed), path


def _edited(made: Project) -> None:
    page = made.dist / "public/index.html"
    page.write_bytes(page.read_bytes() + b"<!-- by hand -->")


def _added(made: Project) -> None:
    (made.dist / "public/note.txt").write_text("by hand")


def _removed(made: Project) -> None:
    (made.dist / "public/feed.xml").unlink()


def _leaking(made: Project) -> None:
    """A withheld text on the page, and a manifest that agrees: only the stranger sees it."""
    page = made.dist / "public/d/C-1/index.html"
    text = (made.root / "content/p.md").read_text(encoding="utf-8")
    page.write_text(
        page.read_text(encoding="utf-8").replace("丙事项", "党内事项"), encoding="utf-8"
    )
    assert "党内事项" in text
    file = made.dist / "public.json"
    table = json.loads(file.read_text(encoding="utf-8"))
    table["files"]["d/C-1/index.html"] = digest(page.read_bytes())
    file.write_text(json.dumps(table), encoding="utf-8")


def _unlisted_items(made: Project) -> None:
    (made.dist / "public.items.jsonl").unlink()


@pytest.mark.parametrize("harm", [_edited, _added, _removed, _leaking, _unlisted_items])
def test_what_verify_refuses_is_not_deployed(
    live: Project, target: Path, harm: Callable[[Project], None]
) -> None:
    harm(live)
    before, log = exact(target), (live.root / "registers/publish-log.jsonl").read_bytes()
    done = deploy(live.place(target), live.dist)
    assert done.release is None
    assert has_errors(done.diagnostics)
    assert exact(target) == before
    assert (live.root / "registers/publish-log.jsonl").read_bytes() == log


def test_past_its_next_change(live: Project, target: Path) -> None:
    """C-1 left on 21 June; a build of 1 June would show it again from then on."""
    before = exact(target)
    evening = live.place(target).at.replace(month=6, day=20, hour=23, minute=59)
    assert deploy(replace(live.place(target), at=evening), live.dist).release
    before = exact(target)
    midnight = evening + timedelta(minutes=1)
    done = deploy(replace(live.place(target), at=midnight), live.dist)
    assert (done.release, _codes(done)) == (None, {"T01"})
    assert exact(target) == before


def test_of_a_day_to_come(project: Make, target: Path) -> None:
    made = project(day=date(2026, 6, 2))
    yesterday = replace(made.place(target), at=made.place(target).at - timedelta(days=1))
    done = deploy(yesterday, made.dist, first=1)
    assert (done.release, _codes(done)) == (None, {"D18"})
    assert not (target / "releases").exists()


def test_another_audience(live: Project, target: Path) -> None:
    before = exact(target)
    with pytest.raises(EnvironmentFault) as refused:
        deploy(live.place(target, "party"), live.dist)
    assert refused.value.code == "D07"
    assert exact(target) == before


def test_no_key_where_one_is_configured(live: Project, target: Path, tmp_path: Path) -> None:
    before = exact(target)
    with pytest.raises(EnvironmentFault) as refused:
        deploy(live.place(target, key=tmp_path / "gone"), live.dist)
    assert refused.value.code == "D02"
    assert exact(target) == before


def test_not_while_a_build_is_at_work(live: Project, target: Path) -> None:
    with held(live.dist), pytest.raises(EnvironmentFault) as refused:
        deploy(live.place(target), live.dist)
    assert refused.value.code == "E05"


def test_a_withdrawn_item_is_told_of_while_older_releases_hold_it(
    live: Project, target: Path, project: Make
) -> None:
    mended = project(mended=True)
    done = deploy(mended.place(target), mended.dist)
    (warning,) = (each for each in done.diagnostics if each.code == "D19")
    assert dict(warning.args) == {"id": "B-1", "releases": "1"}
    site = target / "current/site"
    assert not [
        each
        for each in site.rglob("*")
        if each.is_file() and "乙事项".encode() in each.read_bytes()
    ]


def test_the_log_says_what_is_served_even_if_the_log_could_not_be_written(
    live: Project, target: Path, project: Make
) -> None:
    """The switch counts: what is in service is told, and the log made up for."""
    mended = project(mended=True)
    (mended.root / "registers").mkdir(exist_ok=True)
    (mended.root / "registers/publish-log.jsonl").write_text("broken\n")
    done = deploy(mended.place(target), mended.dist)
    assert done.release is not None
    assert has_errors(done.diagnostics)
    assert current(target) == 2
    (mended.root / "registers/publish-log.jsonl").unlink()
    made_up = enter(mended.root, mended.dist, ["public"], mended.place(target).at)
    assert len(made_up.entries) == 1


def test_two_deployments_never_meet(live: Project, target: Path, project: Make) -> None:
    """From two projects, so that no lock of a project keeps them apart."""
    others = [live, project(mended=True)]

    def work(made: Project) -> None:
        for _ in range(4):
            try:
                assert deploy(made.place(target, keep=3), made.dist).release
            except EnvironmentFault as problem:
                assert problem.code == "D09"

    assert at_once([partial(work, each) for each in others]) == [0, 0]
    assert swept(target)
    assert len(kept(target)) <= 3
    assert all(whole(target, each) for each in kept(target))
