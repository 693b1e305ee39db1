"""What is remembered of a project is what reading it anew gives."""

from __future__ import annotations

import pickle
from datetime import date
from pathlib import Path

import pytest

from generator.build import edition
from generator.gate.checks import approve
from generator.model.canon import fingerprint
from generator.model.written import read_all, write_all
from generator.source.cache import FOLDER
from generator.source.project import read_project
from tests.bench.corpus import approve as bind
from tests.bench.corpus import make_project


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("known") / "project"
    make_project(root, 80, 1)
    bind(root)
    with next((root / "content").rglob("*.md")).open("a", encoding="utf-8") as text:
        text.write("\n[不在这里](nowhere.md)\n")
    return root


def test_known_is_what_was_read(project: Path) -> None:
    fresh = read_project(project)
    known = read_project(project)
    # By fingerprint too: numbers and truth values that are equal are not always the same.
    assert known == fresh
    assert fingerprint(known) == fingerprint(fresh)


def test_what_recurs_is_there_once(project: Path) -> None:
    corpus, _ = read_project(project)
    assert corpus is not None
    scopes = [each.scope for each in corpus.disclosures]
    places = [each.marks for each in corpus.disclosures]
    assert len({*map(id, scopes)}) == len({*scopes}) < len(scopes) / 4
    assert len({*map(id, places)}) < len(places) / 2


@pytest.mark.parametrize("how", ["cut", "changed", "emptied"])
def test_damaged_is_read_anew(project: Path, how: str) -> None:
    fresh = read_project(project)
    for shard in (project / FOLDER).iterdir():
        data = shard.read_bytes()
        middle = len(data) * 2 // 3
        other = bytes([data[middle] ^ 1])
        damaged = {"cut": data[:middle], "changed": data[:middle] + other + data[middle + 1 :]}
        shard.write_bytes(damaged.get(how, b""))
    assert fingerprint(read_project(project)) == fingerprint(fresh)


def test_an_edition_survives_the_way_to_its_site(project: Path) -> None:
    corpus, _ = read_project(project)
    assert corpus is not None
    approved, _ = approve(corpus)
    for audience in approved.institution.audiences:
        seen = edition(approved, audience.id, date(2026, 11, 21))
        assert len(seen.items) > 10
        assert fingerprint(pickle.loads(pickle.dumps(seen))) == fingerprint(seen)
        assert fingerprint(read_all(write_all(seen.items))) == fingerprint(seen.items)
