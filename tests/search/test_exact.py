"""The exact index against plain containment: every item that has the phrase, and no other."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.site.exact import tokens
from generator.site.exact import write as writer
from generator.site.exact.normal import normal
from generator.site.exact.packing import (
    from_letters,
    from_varints,
    pack,
    to_letters,
    unpack,
    varints,
)
from generator.site.exact.plan import ENOUGH, plan
from generator.site.exact.read import Index
from tests.search.samples import edition, item, write

# Few letters, so that phrases repeat and overlap; spaces, brackets, digits and rare characters.
ALPHABET = "党费收缴缴一段简示例〔〕［2024号 aA𠮷，。○"
blocks = st.lists(st.text(ALPHABET, min_size=1, max_size=30), min_size=0, max_size=5)
titles = st.text(ALPHABET, min_size=1, max_size=12).filter(lambda text: bool(normal(text)))
bodies = st.lists(st.tuples(titles, blocks).map(lambda each: [each[0], *each[1]]), max_size=12)


def containing(corpus: Sequence[Sequence[str]], phrase: str) -> set[str]:
    wanted = normal(phrase)
    return {
        f"T-{number:05d}"
        for number, each in enumerate(corpus)
        if any(wanted in normal(block) for block in each)
    }


def found(site: Path, query: str, **filters: str) -> set[str]:
    return {hit.id for hit in Index(site).search(query, filters)}


@given(bodies.filter(bool), st.data())
def test_finds_exactly_what_contains_the_phrase(
    corpus: list[list[str]], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write(corpus, Path(folder))
        site = Path(folder) / "site"
        for _ in range(5):
            text = data.draw(st.sampled_from([block for each in corpus for block in each]))
            begin = data.draw(st.integers(0, len(text) - 1))
            phrase = text[begin : begin + data.draw(st.integers(1, 12))]
            if normal(phrase):
                assert found(site, f'"{phrase}"') == containing(corpus, phrase)
        absent = data.draw(st.text(ALPHABET, min_size=1, max_size=4))
        if normal(absent):
            assert found(site, f'"{absent}"') == containing(corpus, absent)


@given(bodies.filter(bool), titles, titles)
def test_terms_are_all_demanded_and_exclusions_kept_out(
    corpus: list[list[str]], one: str, other: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write(corpus, Path(folder))
        site = Path(folder) / "site"
        has_one, has_other = containing(corpus, one), containing(corpus, other)
        assert found(site, f'"{one}" "{other}"') == has_one & has_other
        assert found(site, f'"{one}" -"{other}"') == has_one - has_other


def test_blocks_are_kept_apart(tmp_path: Path) -> None:
    write([["标题", "党费", "收缴"], ["党费收缴"]], tmp_path)
    assert found(tmp_path / "site", "党费收缴") == {"T-00001"}


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("院党发〔2024〕3号", "依据院党发[2024]3号文件"),
        ("院党发[2024]3号", "院党发〔２０２４〕３号"),
        ("二〇二四", "二○二四年"),
        ("PPP", "采用ppp模式"),
        ("2025年", "2025 年度"),
        ("12", "共512人"),
        ("缴", "收缴"),
        ("单", "单"),
    ],
)
def test_spellings_that_readers_take_to_be_the_same(query: str, text: str, tmp_path: Path) -> None:
    write([["甲", text], ["乙", "无关"]], tmp_path)
    assert found(tmp_path / "site", query) == {"T-00000"}


def test_titles_come_first_then_weight_then_the_newest(tmp_path: Path) -> None:
    corpus = [["旧", "党费"], ["新", "党费"], ["很新", "党费党费党费"], ["党费", "无"]]
    write(corpus, tmp_path)
    index = Index(tmp_path / "site")
    best = [hit.title for hit in index.search("党费")]
    assert best == ["党费", "很新", "新", "旧"]
    assert [hit.in_title for hit in index.search("党费")] == [True, False, False, False]
    newest = [hit.title for hit in index.search("党费", by_date=True)]
    assert newest == ["党费", "很新", "新", "旧"]


def test_filters_are_those_of_the_items(tmp_path: Path) -> None:
    whole = write([[f"第{number}件", "党费"] for number in range(12)], tmp_path)
    for one in whole.items:
        for unit in one.units:
            assert one.id in found(tmp_path / "site", "党费", unit=unit.name)
        others = found(tmp_path / "site", "", kind=one.kind, year=str(one.release.year))
        same = {
            each.id
            for each in whole.items
            if each.kind == one.kind and each.release.year == one.release.year
        }
        assert others == same
    assert found(tmp_path / "site", "党费", unit="没有这个单位") == set()


def test_a_new_item_leaves_other_texts_as_they_were(tmp_path: Path) -> None:
    corpus = [[f"第{number}件", f"内容{number}党费" * 400] for number in range(30)]
    (tmp_path / "before").mkdir()
    (tmp_path / "after").mkdir()
    write(corpus, tmp_path / "before")
    write([*corpus, ["新的一件", "党费"]], tmp_path / "after")
    before, after = (tmp_path / each / "site" / writer.FOLDER for each in ("before", "after"))
    texts = list((before / "all" / "t").iterdir())
    assert len(texts) == 30
    for path in texts:
        assert path.read_bytes() == (after / path.relative_to(before)).read_bytes()


def test_index_is_the_same_however_its_alphabet_is_parted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = [[f"第{number}件", "党费收缴、使用和管理情况" * 3] for number in range(20)]
    found_files = []
    for name, at_once in (("whole", 10**9), ("parts", 50)):
        (tmp_path / name).mkdir()
        monkeypatch.setattr(tokens, "_AT_ONCE", at_once)
        monkeypatch.setattr(tokens, "CHUNK", 100)
        write(corpus, tmp_path / name)
        for query in ("党费收缴", "费", "使用和管", "第3件"):
            hits = found(tmp_path / name / "site", query)
            assert hits == containing(corpus, query)
        root = tmp_path / name / "site"
        files = {each.relative_to(root): each.read_bytes() for each in root.rglob("*.js")}
        found_files.append(files)
    assert found_files[0] == found_files[1]


def test_segments_are_cut_at_aligned_years_and_months() -> None:
    def names(*counts: int, month: int = 1) -> list[tuple[str, int]]:
        items = [
            item(number, "题", date(2000 + year, 1 + number % month, 1))
            for year, count in enumerate(counts)
            for number in range(count)
        ]
        segments = plan(edition(items).items)
        for each in segments:
            assert len(set(each.numbers)) == len(each.items)
        return [(each.name, len(each.items)) for each in segments]

    half = ENOUGH // 2
    assert names(3, 2, 1) == [("all", 6)]
    assert names(half, half, 1) == [("2002-2003", 1), ("2000-2001", ENOUGH)]
    assert names(half, half + 1) == [("2001", half + 1), ("2000", half)]
    august = half // 4
    assert names(ENOUGH + 2, month=8) == [("2000.08", august), ("2000.01", ENOUGH + 2 - august)]
    assert plan(()) == []


@given(st.lists(st.integers(0, 2**32 - 1)))
def test_numbers_survive_packing(values: list[int]) -> None:
    numbers = np.array(values, np.uint32)
    assert from_varints(varints(numbers)).tolist() == values


@given(st.binary(max_size=300), st.binary(max_size=300), st.binary(max_size=80))
def test_bytes_survive_packing(data: bytes, dictionary: bytes, noise: bytes) -> None:
    assert from_letters(to_letters(data))[: len(data)] == data
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.js"
        path.write_bytes(pack("x", data, dictionary, noise))
        assert unpack(path.read_bytes(), "x", dictionary) == data + noise


def test_a_long_noise_is_cut_into_blocks(tmp_path: Path) -> None:
    noise = bytes(range(256)) * 600
    (tmp_path / "x.js").write_bytes(pack("x", b"head", noise=noise))
    assert unpack((tmp_path / "x.js").read_bytes(), "x") == b"head" + noise
