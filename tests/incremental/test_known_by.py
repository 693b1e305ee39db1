"""What stands for something is the same only where that is: nothing changed is taken for known."""

from __future__ import annotations

import dataclasses
import multiprocessing
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.model.approved import Approved
from generator.model.edition import Edition
from generator.model.pack import Pack
from generator.model.page import Anchor, Line, Page
from generator.model.shown import shown
from generator.pages.sections import chapters
from generator.project import project
from generator.site.revision import knowing, revision
from generator.site.shown import line
from generator.states import _beside
from tests.laws.strategies import AUDIENCES, corpora, days


def variants(data: st.DataObject, approved: Approved, day: date) -> Iterator[Approved]:
    """The corpus, and others that differ from it in a fact of one item, or in one item less."""
    yield approved
    for place, item in enumerate(approved.items):
        rest = [each for each in approved.items if each is not item]
        yield dataclasses.replace(approved, items=tuple(rest))
        first = min((term.release for term in item.terms.values()), default=day)
        change = data.draw(
            st.sampled_from(
                [
                    {"title": "另一个标题"},
                    {"text_digest": "f" * 64},
                    {"written": None},
                    {"written": first},
                    {"summary": "另一个摘要"},
                    {"keywords": ("甲", "乙")},
                    {"relations": {}},
                    {"number": "校党〔2026〕1号"},
                ]
            )
        )
        other = dataclasses.replace(item, disclosure=dataclasses.replace(item.disclosure, **change))
        items = (*approved.items[:place], other, *approved.items[place + 1 :])
        yield dataclasses.replace(approved, items=items)


def editions(approved: Approved, day: date) -> Iterator[Edition]:
    """What every audience sees."""
    return (project(approved, approved.institution.audience(each), day) for each in AUDIENCES)


@settings(max_examples=60)
@given(st.data(), corpora(4), days)
def test_pages_made_of_the_same_are_the_same(
    data: st.DataObject, approved: Approved, day: date
) -> None:
    """Pages one by one, and whole chapters of them."""
    found: dict[tuple[str, str], Page] = {}
    whole: dict[str, list[Page]] = {}
    for one in variants(data, approved, day):
        for seen in editions(one, day):
            marks = knowing(revision(seen), seen.items, Anchor, Line)
            for chapter in chapters(seen):
                pages = []
                for each in chapter.outlines():
                    page = each.page()
                    pages.append(page)
                    assert (each.url, each.template) == (page.url, page.template)
                    assert each.text_digest == page.text_digest
                    assert found.setdefault((each.url, marks.of(each.of)), page) == page
                if chapter.of is not None:
                    assert whole.setdefault(marks.of(chapter.of), pages) == pages


@settings(max_examples=60)
@given(st.data(), corpora(4), days)
def test_what_the_publish_log_is_told_is_the_same_for_the_same_key(
    data: st.DataObject, approved: Approved, day: date
) -> None:
    found: dict[bytes, bytes] = {}
    for one in variants(data, approved, day):
        sources = {each.disclosure.id: each for each in one.items}
        for seen in editions(one, day):
            for item, digest in zip(seen.items, revision(seen).items, strict=True):
                source = sources[item.id]
                told = line(shown(source, seen.audience.id, day))
                assert found.setdefault(digest + _beside(source), told) == told


PIECES = st.lists(st.tuples(st.text(max_size=9), st.binary(max_size=40)), min_size=1, max_size=6)


@given(pieces=PIECES, data=st.data())
def test_a_piece_is_there_whole_or_not_at_all(
    tmp_path_factory: pytest.TempPathFactory,
    pieces: list[tuple[str, bytes]],
    data: st.DataObject,
) -> None:
    """Whoever looks while others write sees what is done; what was cut off or altered is not."""
    folder = tmp_path_factory.mktemp("work") / "pack"
    reader, writer = Pack(folder), Pack(folder)
    assert reader.get("nothing") is None
    put: dict[str, bytes] = {}
    for key, piece in pieces:
        if key not in put:
            assert reader.get(key) is None
            put[key] = piece
            writer.put(key, piece)
            assert reader.get(key) == piece
    [file] = folder.iterdir()
    assert (folder.stat().st_mode | file.stat().st_mode) & 0o077 == 0

    whole = file.read_bytes()
    cut = data.draw(st.integers(0, len(whole) - 1))
    file.write_bytes(whole[:cut] + data.draw(st.sampled_from([b"", b"\0", b"\xff" * 9])))
    if file.read_bytes() != whole:
        found = {key: Pack(folder).get(key) for key in put}
        assert all(each in {None, put[key]} for key, each in found.items())
        assert list(found.values())[-1] is None


def test_each_process_writes_a_file_of_its_own(tmp_path: Path) -> None:
    pack = Pack(tmp_path / "pack")
    pack.put("before", b"1")
    helper = multiprocessing.get_context("fork").Process(target=pack.put, args=("helper", b"2"))
    helper.start()
    helper.join()
    pack.put("after", b"3")
    assert [pack.get(each) for each in ("before", "helper", "after")] == [b"1", b"2", b"3"]
    assert len(list((tmp_path / "pack").iterdir())) == 2
