"""Law 7: whatever was edited since, an incremental build equals a clean one, byte for byte."""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.incremental import around, edits, strangers
from tests.incremental.office import EDITS, Edit, Office, keyed, lay, lay_small, replaced, settle
from tests.incremental.same import built, clean, restore, sources
from tests.laws.lab import picture, sheet
from tests.laws.snapshot import complete, differing, exact

LISTED = {around.__name__, edits.__name__, strangers.__name__}
"""The modules that list edits."""


def _run(office: Office, edits: Sequence[Edit]) -> list[str]:
    """Each edit, a build, and a look whether it gave what a clean one gives; the names of those
    edits after which there was something to publish. What the gates refuse is taken back.
    """
    built(office)
    good, spoilt = [], False
    for number, each in enumerate(edits):
        before, there = sources(office.root), _inode(office.root / "dist")
        each(office)
        settle(office)
        if office.dies:
            _die(office)
        mine, said = built(office)
        right, told = clean(office)
        so_far = [one.__name__ for one in edits[: number + 1]]
        assert said == told, so_far
        if not right:
            restore(office.root, before)
            continue
        assert differing(mine, right) == [], so_far
        good.append(each.__name__)
        audiences = {name.partition("/")[0] for name in right if name.count("/")}
        assert complete(office.root / "dist", tuple(audiences))
        # What was done to a spare is seen when it is next filled: when an output takes its place.
        spoilt = (spoilt or "spare" in each.__name__) and there == _inode(office.root / "dist")
        if not spoilt:
            _spared(office.root, audiences)
    return good


def _die(office: Office) -> None:
    """A build of the same that is killed at some event of its work on the disk."""
    office.dies = False
    at, done = int(10 ** office.chance.uniform(0, 3)), 0

    def watch(event: str, _: tuple[object, ...]) -> None:
        nonlocal done
        done += event in _EVENTS
        if done == at:
            os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:
        try:
            sys.addaudithook(watch)
            built(office)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert not (office.root / "dist").exists() or complete_each(office.root / "dist")


_EVENTS = {"os.link", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "open"}
_EVENTS |= {"ctypes.call_function", "ctypes.dlsym", "shutil.copyfile"}


def complete_each(dist: Path) -> bool:
    """Whether every site of an output is whole."""
    return complete(dist, tuple(path.name for path in dist.iterdir() if path.is_dir()))


def _inode(path: Path) -> int:
    return path.stat().st_ino if path.exists() else 0


def _spared(root: Path, audiences: set[str]) -> None:
    """The next build begins with what the sites are now: nothing in it is from before."""
    spare = root / ".dist.spare"
    spares = {path.name for path in spare.iterdir()} if spare.is_dir() else set()
    assert spares <= audiences
    for audience in spares:
        assert differing(exact(spare / audience), exact(root / "dist" / audience)) == []
    assert not spares or not spare.stat().st_mode & 0o077


@pytest.mark.slow
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**16), edits=st.lists(st.sampled_from(EDITS), min_size=3, max_size=6))
def test_any_edits(
    inline: None, tmp_path_factory: pytest.TempPathFactory, seed: int, edits: list[Edit]
) -> None:
    _run(lay(tmp_path_factory.mktemp("office") / "mine", seed), edits)


PARTS = 4


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_each_edit(inline: None, tmp_path: Path, part: int) -> None:
    """Every edit in an order of chance: each finds what others left to be remembered."""
    assert {each.__module__ for each in EDITS} == LISTED
    some = list(dict.fromkeys(EDITS))[part::PARTS]
    listed = [each for each in EDITS if each in some]
    random.Random(part).shuffle(listed)
    good = _run(lay(tmp_path / "mine", part), listed)
    assert {each.__name__ for each in listed} == set(good)


def test_an_old_address_becomes_a_folder_and_a_file_again(inline: None, tmp_path: Path) -> None:
    """Also where another item has it next; the spare is filled each time."""
    office = lay_small(tmp_path / "mine")
    built(office)
    for number, address in enumerate(
        ["[x.htm]", "[x.htm/y]", "[x.htm/y/z.html]", "[x.htm/y]", "x.htm"]
    ):
        names = ["a-1", "b-2"][:: 1 if number % 2 else -1]
        for name, aliases in zip(names, (address, ""), strict=True):
            keyed(office.holding(name), "aliases", aliases)
        settle(office)
        assert (office.root / ".dist.spare/public").is_dir()
        assert built(office) == clean(office)
        assert (office.root / "dist/public/x.htm").exists()


@pytest.mark.slow
def test_pdf_files_come_and_go(inline: None, tmp_path: Path) -> None:
    """Whatever was changed while they were not made."""
    office = lay_small(tmp_path / "mine")
    item, table = office.root / "content/a-1.md", office.root / "content/附表.xlsx"
    for number, pdf in enumerate((True, False, True, True)):
        office.pdf = pdf
        assert built(office) == clean(office)
        assert (office.root / "dist/public/d/a-1/a-1.pdf").exists() == pdf
        assert replaced(item, "第一件" if not number else "又", f"又{number}")
        table.write_bytes(sheet(f"第{number}张"))
        shown = office.root / "content/tu.png"
        shown.write_bytes(picture(("#090", "#009", "#990", "#099")[number]))
        settle(office)


def test_an_unchanged_run_touches_no_file(inline: None, tmp_path: Path) -> None:
    office = lay(tmp_path / "mine", 0)
    settle(office)
    built(office)
    before = _facts(office.root / "dist")
    built(office)
    assert _facts(office.root / "dist") == before


def test_one_change_leaves_the_rest_as_it_lies(inline: None, tmp_path: Path) -> None:
    """Only pages that show the item, its part of the index and the lists are written anew."""
    office = lay(tmp_path / "mine", 0)
    settle(office)
    built(office)
    before = _facts(office.root / "dist")
    page = office.root / "content/open-0002.md"
    page.write_text(page.read_text(encoding="utf-8") + "\n补充一段。\n", encoding="utf-8")
    settle(office)
    built(office)
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
    built(office)
    kept = [path for path in (office.root / ".dwgk" / "cache").rglob("*") if path.is_file()]
    assert kept
    for path in kept:
        assert not (path.stat().st_mode & path.parent.stat().st_mode & 0o077), path
