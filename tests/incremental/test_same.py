"""Law 7: whatever was edited since, an incremental build equals a clean one, byte for byte."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator import build as conductor
from generator.diagnostics import has_errors
from generator.site import crew
from tests.incremental.edits import EDITS, Edit, Office, lay, settle
from tests.laws.snapshot import Snapshot, complete, differing, exact

AUDIENCES = ("party", "campus", "public")


class Inline(Executor):
    """Does the work where it is asked for: a process for each site would take the test's time."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(work(*args, **named))
        except BaseException as error:
            future.set_exception(error)
        return future


@pytest.fixture
def inline(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Builds in this process, which gets its umask and build date back."""
    monkeypatch.setattr(crew, "_hire", lambda counter: Inline())
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    mask, before = os.umask(0o022), os.environ.get("SOURCE_DATE_EPOCH")
    yield
    os.umask(mask)
    os.environ.pop("SOURCE_DATE_EPOCH", None)
    if before is not None:
        os.environ["SOURCE_DATE_EPOCH"] = before


def _built(root: Path, office: Office) -> tuple[Snapshot, list[str]]:
    """The sites after a build, and what it said."""
    built = conductor.build(root, root / "dist", lambda zone: office.day)
    said = [f"{each.span} {each.code}" for each in built.diagnostics]
    assert built.items or has_errors(built.diagnostics)
    return exact(root / "dist") if (root / "dist").is_dir() else {}, said


def _clean(office: Office) -> tuple[Snapshot, list[str]]:
    """The same from a copy of the project that remembers nothing."""
    other = office.root.with_name("clean")
    shutil.rmtree(other, ignore_errors=True)
    shutil.copytree(office.root, other, ignore=shutil.ignore_patterns("dist", ".d*"))
    return _built(other, office)


def _run(office: Office, edits: list[Edit]) -> None:
    _built(office.root, office)
    for each in edits:
        each(office)
        settle(office)
        mine, said = _built(office.root, office)
        right, told = _clean(office)
        assert said == told, each.__name__
        if right:
            assert differing(mine, right) == [], each.__name__
            assert complete(office.root / "dist", AUDIENCES)
            if not any("spare" in one.__name__ for one in edits):  # seen when next filled
                _spared(office.root)


def _spared(root: Path) -> None:
    """The next build begins with what the sites are now: nothing in it is from before."""
    for audience in AUDIENCES:
        spare = root / ".dist.spare" / audience
        assert differing(exact(spare), exact(root / "dist" / audience)) == []
    assert not (root / ".dist.spare").stat().st_mode & 0o077


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**16), edits=st.lists(st.sampled_from(EDITS), min_size=2, max_size=6))
def test_any_edits(
    inline: None, tmp_path_factory: pytest.TempPathFactory, seed: int, edits: list[Edit]
) -> None:
    _run(lay(tmp_path_factory.mktemp("office") / "mine", seed), edits)


@pytest.mark.slow
@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_each_edit(inline: None, tmp_path: Path, edit: Edit) -> None:
    """Every edit twice: the second time what the first one left is remembered."""
    _run(lay(tmp_path / "mine", 1), [edit, edit])


def test_an_unchanged_run_touches_no_file(inline: None, tmp_path: Path) -> None:
    office = lay(tmp_path / "mine", 0)
    settle(office)
    _built(office.root, office)
    before = _facts(office.root / "dist")
    _built(office.root, office)
    assert _facts(office.root / "dist") == before


def test_one_change_leaves_the_rest_as_it_lies(inline: None, tmp_path: Path) -> None:
    """Only pages that show the item, its part of the index and the lists are written anew."""
    office = lay(tmp_path / "mine", 0)
    settle(office)
    _built(office.root, office)
    before = _facts(office.root / "dist")
    page = office.root / "content/open-0002.md"
    page.write_text(page.read_text(encoding="utf-8") + "\n补充一段。\n", encoding="utf-8")
    settle(office)
    _built(office.root, office)
    after = _facts(office.root / "dist")
    new = {path for path, facts in after.items() if before.get(path, facts)[:2] != facts[:2]}
    pages = {path for path in new if path.endswith(".html") and path.startswith("public/")}
    assert pages == {"public/d/open-0002/index.html"}
    assert after.keys() == before.keys()


def _facts(dist: Path) -> dict[str, tuple[int, int, int]]:
    found = {}
    for path in sorted([dist, *dist.rglob("*")]):
        facts = path.lstat()
        found[path.relative_to(dist).as_posix()] = (
            facts.st_ino,
            facts.st_mtime_ns,
            facts.st_ctime_ns,
        )
    return {path: each for path, each in found.items() if (dist / path).is_file()}


def test_what_is_remembered_is_for_its_owner_alone(inline: None, tmp_path: Path) -> None:
    """A clerk's content may be closed to other accounts of the machine: so must its traces be."""
    office = lay(tmp_path / "mine", 0)
    _built(office.root, office)
    kept = [path for path in (office.root / ".dwgk" / "cache").rglob("*") if path.is_file()]
    assert kept
    for path in kept:
        assert not (path.stat().st_mode & path.parent.stat().st_mode & 0o077), path
