"""An index made in parts, by several processes, is the one made at one go, byte for byte."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.site.exact import tokens, whole
from generator.site.exact.cut import certain, cut
from generator.site.exact.plan import plan
from generator.site.exact.write import FOLDER, Texts
from generator.site.ledger import Ledger
from generator.site.segments import Segments
from generator.site.tree import Tree
from tests.search.test_update import Corpus, Files, made, small, whole_of

LIMITS = st.sampled_from([(150, 60, 10**6), (400, 100, 20), (60, 30, 8), (12_000, 6_000, 10**6)])


def corpus_of(seed: int, size: int) -> Corpus:
    chance = random.Random(seed)
    return {each.id: (each, blocks) for each, blocks in (made(n, chance) for n in range(size))}


@contextmanager
def parts(letters: int, items: int) -> Iterator[None]:
    """Ranges of about so many characters, runs of so many items."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens, "_AT_ONCE", letters)
        patch.setattr(tokens, "_LOOK", max(2, letters))
        patch.setattr(whole, "_SHARE", items)
        yield


def in_any_order(corpus: Corpus, chance: random.Random) -> Files:
    """The files of all segments; each time the parts of a task are done in another order."""
    files: Files = {}

    def share(task: Any, parts: Any) -> Iterator[Any]:
        order = chance.sample(range(len(parts)), len(parts))
        results = {place: task(parts[place], files.__setitem__) for place in order}
        return (results[place] for place in range(len(parts)))

    for segment in plan(whole_of(corpus).items):
        blocks, put = lambda each: corpus[each.id][1], files.__setitem__
        files[segment.name] = whole.whole(segment, blocks, put, share).encode()
    return files


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(1, 40), LIMITS, st.integers(1, 400), st.integers(1, 9))
def test_parts_make_the_same_index_whichever_is_done_first(
    seed: int, size: int, limits: tuple[int, int, int], letters: int, items: int
) -> None:
    corpus, chance = corpus_of(seed, size), random.Random(seed)
    with small(*limits):
        with parts(10**9, 10**9):
            at_one_go = in_any_order(corpus, chance)
        with parts(letters, items):
            assert in_any_order(corpus, chance) == at_one_go


@pytest.mark.parametrize(
    ("size", "limits"), [(1, (60, 30, 8)), (40, (60, 30, 8)), (40, (150, 60, 99))]
)
def test_helpers_write_the_index_of_one_process(
    tmp_path: Path, size: int, limits: tuple[int, int, int]
) -> None:
    corpus = corpus_of(7, size)
    texts = Texts(tmp_path / "texts")
    for each, blocks in corpus.values():
        texts.put(each, blocks)
    sites = []
    for helpers in (1, 3):
        out = tmp_path / str(helpers)
        out.mkdir()
        tree = Tree(out)
        with small(*limits), parts(100, 3):
            Segments(whole_of(corpus), texts, tree, Ledger()).finish(helpers)
        files = {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*.js")}
        assert files.keys() == tree.rows.keys()
        assert f"{FOLDER}/index.js" in files
        sites.append((files, tree.rows))
    assert sites[0] == sites[1]


@given(st.data())
def test_what_is_certain_of_a_range_is_so_of_all(data: st.DataObject) -> None:
    weights = data.draw(st.dictionaries(st.integers(0, 255), st.integers(1, 9), min_size=1))
    keys = sorted(weights)
    since, until = sorted(data.draw(st.tuples(st.integers(0, 256), st.integers(0, 256))))
    some = [key for key in keys if since <= key < until]
    limit = data.draw(st.integers(9, 40))
    every = {
        (part.start, part.level): keys[part.begin : part.end]
        for part in cut(keys, [weights[key] for key in keys], limit, 8)
    }
    found = certain(some, [weights[key] for key in some], limit, 8, (since, until))
    for part in found:
        assert every[part.start, part.level] == some[part.begin : part.end]
    assert all(one.end == other.begin for one, other in pairwise(found))
    edges = [some[: found[0].begin], some[found[-1].end :]] if found else [some]
    for edge in edges:  # no more than a part on either side
        assert sum(weights[key] for key in edge) <= limit * (1 if found else 2)
