"""An index brought up to date is the index made anew, byte for byte, whatever was edited."""

from __future__ import annotations

import dataclasses
import hashlib
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.model.edition import Edition, Item
from generator.site.exact import chunk, plan, recut, tokens, whole, write
from generator.site.exact import patch as patching
from generator.site.exact.head import facts, row_digest
from generator.site.exact.last import Last
from generator.site.exact.normal import normal
from generator.site.exact.read import Index
from generator.site.exact.write import FOLDER, index, wanted
from tests.search.samples import edition, item

LETTERS = "党费收缴一段简示例[2024号a，〇"
Files = dict[str, bytes]
Corpus = dict[str, tuple[Item, list[str]]]


@contextmanager
def small(limit: int, piece: int, enough: int) -> Iterator[None]:
    """Cut a few items as a real corpus is cut."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (chunk, tokens):
            patch.setattr(module, "CHUNK", limit)
        patch.setattr(chunk, "PIECE", piece)
        patch.setattr(recut, "BY_TOKEN", dataclasses.replace(recut.BY_TOKEN, limit=limit))
        patch.setattr(patching, "BY_TOKEN", recut.BY_TOKEN)
        patch.setattr(recut, "BY_NUMBER", dataclasses.replace(recut.BY_NUMBER, limit=piece))
        patch.setattr(patching, "BY_NUMBER", recut.BY_NUMBER)
        patch.setattr(plan, "ENOUGH", enough)
        for module in (whole, patching):
            patch.setattr(module, "WINDOW", 200)
        patch.setattr(patching, "MOST", 1)
        yield


def whole_of(corpus: Corpus) -> Edition:
    return edition([each for each, _ in corpus.values()])


def digests(corpus: Corpus) -> dict[str, bytes]:
    return {key: row_digest(facts(each), blocks) for key, (each, blocks) in corpus.items()}


def clean(corpus: Corpus) -> Files:
    files: Files = {}
    index(whole_of(corpus), lambda each: corpus[each.id][1], files.__setitem__)
    return files


def last_of(files: Files, told: Files | None = None) -> Last:
    """The last index; what is not as it was ``told`` is refused."""
    marks = {path: hashlib.sha256(data).digest() for path, data in (told or files).items()}

    def read(path: str) -> bytes:
        data = files.get(path)
        if data is None or hashlib.sha256(data).digest() != marks[path]:
            raise ValueError(path)
        return data

    return Last(read, marks.keys())


def strict(*arguments: Any) -> patching.Patch:
    """A patch of what is whole: it never finds damage."""
    try:
        return patching.patch(*arguments)
    except patching.TooMuch:
        raise
    except ValueError as error:
        raise AssertionError from error


def updated(corpus: Corpus, before: Files) -> tuple[Files, int]:
    """The files after an update, and how many of them were put."""
    last, marks = last_of(before), digests(corpus)
    new = {each.id for each in wanted(whole_of(corpus), last, marks)}

    def blocks(each: Item) -> list[str]:
        assert each.id in new
        return corpus[each.id][1]

    put: Files = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(write, "patch", strict)
        kept = index(whole_of(corpus), blocks, put.__setitem__, last, marks)
    assert not kept & put.keys()
    return {path: before[path] for path in kept} | put, len(put)


def made(number: int, chance: random.Random, years: int = 4) -> tuple[Item, list[str]]:
    """An item of a random day and random blocks; many share a day."""
    day = date(2022, 1, 1) + timedelta(days=chance.randrange(0, 365 * years, 30))
    some = "".join(chance.choices(LETTERS, k=3))
    title = f"第{number}件{some}"
    blocks = ["".join(chance.choices(LETTERS, k=chance.randrange(1, 60))) for _ in range(3)]
    return item(number, title, day), [title, *blocks]


def edit(corpus: Corpus, chance: random.Random) -> Corpus:
    """One edit: text, title, day, unit, one more, one less, or many at once."""
    after = dict(corpus)
    key = chance.choice([*corpus])
    each, blocks = corpus[key]
    change = chance.randrange(7)
    if change == 0:
        at = chance.randrange(1, len(blocks))
        after[key] = (each, [*blocks[:at], blocks[at] + chance.choice(LETTERS), *blocks[at + 1 :]])
    elif change == 1:
        title = f"{each.title}新{chance.choice(LETTERS)}"
        after[key] = (dataclasses.replace(each, title=title), [title, *blocks[1:]])
    elif change == 2:
        day = each.release + timedelta(days=chance.choice((-400, -30, 30, 400)))
        after[key] = (dataclasses.replace(each, release=day), blocks)
    elif change == 3:
        after[key] = (dataclasses.replace(each, units=(), kind="通报"), blocks)
    elif change == 4 and len(corpus) > 1:
        del after[key]
    elif change == 5:
        for number in range(len(corpus)):
            new, text = made(1000 + number, chance)
            after[new.id] = (new, text)
    else:
        new, text = made(chance.randrange(100, 999), chance)
        after[new.id] = (new, text)
    return after


def assert_found(corpus: Corpus, files: Files, chance: random.Random, folder: Path) -> None:
    for path, data in files.items():
        target = folder / FOLDER / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    reader = Index(folder)
    for _ in range(4):
        _, blocks = corpus[chance.choice([*corpus])]
        text = chance.choice(blocks)
        begin = chance.randrange(len(text))
        phrase = normal(text[begin : begin + chance.randrange(1, 7)])
        if phrase:
            having = {
                key
                for key, (_, each) in corpus.items()
                if any(phrase in normal(block) for block in each)
            }
            assert {hit.id for hit in reader.search(f'"{phrase}"')} == having


LIMITS = st.sampled_from([(150, 60, 10**6), (400, 100, 20), (60, 30, 8), (12_000, 6_000, 10**6)])


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32), st.integers(3, 50), LIMITS, st.integers(1, 5))
def test_an_updated_index_is_a_clean_one(
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    size: int,
    limits: tuple[int, int, int],
    edits: int,
) -> None:
    chance = random.Random(seed)
    with small(*limits):
        corpus: Corpus = {}
        for number in range(size):
            each, blocks = made(number, chance)
            corpus[each.id] = (each, blocks)
        files = clean(corpus)
        for _ in range(edits):
            corpus = edit(corpus, chance)
            files, _ = updated(corpus, files)
            assert files == clean(corpus)
        assert_found(corpus, files, chance, tmp_path_factory.mktemp("site"))


@settings(max_examples=25)
@given(st.integers(0, 2**32))
def test_damaged_files_are_never_used(seed: int) -> None:
    chance = random.Random(seed)
    with small(150, 60, 10**6):
        corpus: Corpus = {}
        for number in range(30):
            each, blocks = made(number, chance)
            corpus[each.id] = (each, blocks)
        before = clean(corpus)
        corpus = edit(corpus, chance)
        damaged = dict(before)
        for path in chance.sample(sorted(damaged), chance.randrange(1, 9)):
            data = damaged[path]
            at = chance.randrange(len(data))
            change = chance.choice((data[:at], data[:at] + b"~" + data[at + 1 :], None))
            if change is None:
                del damaged[path]
            else:
                damaged[path] = change
        put: Files = {}
        last, marks = last_of(damaged, before), digests(corpus)

        def blocks(each: Item, corpus: Corpus = corpus) -> list[str]:
            return corpus[each.id][1]

        kept = index(whole_of(corpus), blocks, put.__setitem__, last, marks)
        assert {path: before[path] for path in kept} | put == clean(corpus)


def test_one_edit_among_many_items_touches_few_files() -> None:
    chance = random.Random(5)
    with small(400, 200, 10**6):
        corpus: Corpus = {}
        for number in range(400):
            each, blocks = made(number, chance)
            corpus[each.id] = (each, blocks)
        files = clean(corpus)
        for key in ("T-00010", "T-00200", "T-00399"):
            each, blocks = corpus[key]
            after = {**corpus, key: (each, [*blocks, "添"])}
            now, put = updated(after, files)
            assert now == clean(after)
            assert put < 12, put


def test_an_unchanged_index_is_left_alone() -> None:
    chance = random.Random(6)
    corpus: Corpus = {}
    for number in range(200):
        each, blocks = made(number, chance)
        corpus[each.id] = (each, blocks)
    files = clean(corpus)
    now, put = updated(corpus, files)
    assert now == files
    assert put == 1  # the table of segments; it has the same bytes
