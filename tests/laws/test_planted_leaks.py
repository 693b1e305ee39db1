"""Leaks planted one by one, and what catches each; ``docs/leaks.md`` holds the table.

Write the table anew with ``python -m tests.laws.test_planted_leaks``.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from generator.diagnostics import EnvironmentFault
from generator.publish.verify import verify
from tests.laws.lab import World, lay, sites
from tests.laws.planted import PLANTS, Plant
from tests.laws.snapshot import differing, exact, site

TABLE = Path(__file__).parents[2] / "docs" / "leaks.md"
HEAD = """# Planted leaks

Each row is a leak planted on purpose by `tests/laws/planted.py` in one function of the program,
and what caught it. `verify` is `dwgk verify`, with its codes. "Comparison with the twin" is the
non-interference test: the same site built from a second project that differs only in what this
audience may not see. This table is checked against the tests.

| leak | caught by |
| --- | --- |
"""


def table() -> str:
    """The page, from the list of plants."""
    return HEAD + "".join(f"| {each.leak} | {each.caught_by} |\n" for each in PLANTS)


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both projects, to be copied."""
    folder = tmp_path_factory.mktemp("laid")
    for name in ("mine", "twin"):
        lay(folder / name, {}, twin=name == "twin")
    return folder


def _worlds(laid: Path, folder: Path, plant: Plant) -> tuple[World, World]:
    made = []
    for name in ("mine", "twin"):
        root = folder / name / "project"
        if plant.files:
            lay(folder / name, plant.files, twin=name == "twin")
        else:
            shutil.copytree(laid / name / "project", root)
        made.append(World(root, plant.audiences[-1], name == "twin"))
    return made[0], made[1]


def _built(world: World, work: Path, plant: Plant, patch: pytest.MonkeyPatch) -> Path:
    with patch.context() as planted:
        plant.install(planted, world)
        world.__dict__.pop("approved", None)  # some plants change what the gate approves
        dist = sites(world, work, plant.audiences)
    world.__dict__.pop("approved", None)
    return dist


@pytest.mark.usefixtures("inline")
@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.install.__name__.strip("_"))
def test_each_is_caught(
    plant: Plant, laid: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    audience = plant.audiences[-1]
    mine, twin = _worlds(laid, tmp_path, plant)
    if plant.refused:
        with pytest.raises(EnvironmentFault) as refusal:
            _built(mine, tmp_path / "out", plant, monkeypatch)
        assert refusal.value.code == plant.refused
        return
    dist = _built(mine, tmp_path / "out", plant, monkeypatch)
    found = {each.code for each in verify(dist, mine.root, [audience])}
    assert set(plant.told) <= found

    other = _built(twin, tmp_path / "other", plant, monkeypatch)
    assert bool(differing(site(dist, audience), site(other, audience))) == (
        plant.compared or plant.repeated
    )
    if plant.repeated:
        again = _built(mine, tmp_path / "again", plant, monkeypatch)
        assert differing(exact(dist), exact(again))
    assert found or plant.compared or plant.repeated


@pytest.mark.usefixtures("inline")
@pytest.mark.parametrize("audience", ["campus", "public"])
def test_nothing_planted_nothing_caught(
    audience: str, laid: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: without a leak both detectors are silent, whichever the engine."""
    plant = Plant("", lambda patch, world: None, audiences=(audience,))
    mine, twin = _worlds(laid, tmp_path, plant)
    dist = _built(mine, tmp_path / "out", plant, monkeypatch)
    assert verify(dist, mine.root, [audience]) == []
    other = _built(twin, tmp_path / "other", plant, monkeypatch)
    assert differing(site(dist, audience), site(other, audience)) == []


def test_the_table_is_of_these_tests() -> None:
    assert len(PLANTS) >= 24
    assert all(each.caught_by for each in PLANTS)
    assert TABLE.read_text(encoding="utf-8") == table()


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
