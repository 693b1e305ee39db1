"""What can be typed, and the order, filters and counts of what comes back."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from generator.site.exact.normal import normal
from tests.search_browser import oracle, scripts

pytestmark = pytest.mark.slow

# As typed, the phrases that must occur, those that must not.
QUERIES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("党费", ("党费",), ()),
    ("党费收缴", ("党费收缴",), ()),
    ("党费 收缴", ("党费", "收缴"), ()),
    ("党费\u3000收缴", ("党费", "收缴"), ()),
    ('"党费收缴" 院党发', ("党费收缴", "院党发"), ()),
    ("“党费收缴”", ("党费收缴",), ()),
    ("党费 -收缴", ("党费",), ("收缴",)),
    ('建设 -"经费" -2024', ("建设",), ("经费", "2024")),
    ("费", ("费",), ()),
    ("𠮷", ("𠮷",), ()),
    ("1", ("1",), ()),
    ("12", ("12",), ()),
    ("12.5", ("12.5",), ()),
    ("院党发〔2024〕3号", ("院党发[2024]3号",), ()),
    ("院党发[2024]3号", ("院党发[2024]3号",), ()),
    ("院党发［２０２４］３号", ("院党发[2024]3号",), ()),
    ("院党发【2024】3号", ("院党发[2024]3号",), ()),
    ("〔2024〕", ("[2024]",), ()),
    ("3号", ("3号",), ()),
    ("ppp", ("ppp",), ()),
    ("PPP模式", ("ppp模式",), ()),
    ("EBOOK", ("ebook",), ()),
    ("系统名eBookX2", ("系统名ebookx2",), ()),
    ("a&b", ("a&b",), ()),
    ("共12人", ("共12人",), ()),
    ("2025年6月", ("2025年6月",), ()),
    ("二〇二四", ("二〇二四",), ()),
    ("℃", ("°c",), ()),
    ("花名册 csv", ("花名册", "csv"), ()),
    ("样表一.csv", ("样表一.csv",), ()),
    ("X-2025-90003", ("x-2025-90003",), ()),
    ("没有这样的话", ("没有这样的话",), ()),
    ("党费 没有这样的话", ("党费", "没有这样的话"), ()),
)


@pytest.fixture(scope="module")
def page(chromium: Browser, url: str) -> Page:
    found = chromium.new_page()
    found.goto(f"{url}search/")
    return found


def ask(page: Page, queries: list[tuple[str, dict[str, str], str]]) -> list[dict[str, Any]]:
    return list(page.evaluate(f"async (arg) => {{ {scripts.ASK} }}", queries))


def expected(
    pages: list[oracle.Page], wanted: tuple[str, ...], unwanted: tuple[str, ...]
) -> list[oracle.Page]:
    return [
        page
        for page in pages
        if all(page.has(each) for each in wanted) and not any(page.has(each) for each in unwanted)
    ]


def test_terms_phrases_exclusions_and_spellings(page: Page, pages: list[oracle.Page]) -> None:
    answers = ask(page, [(query, {}, "") for query, _, _ in QUERIES])
    for (query, wanted, unwanted), answer in zip(QUERIES, answers, strict=True):
        right = {each.id for each in expected(pages, wanted, unwanted)}
        assert set(answer["ids"]) == right, query
        assert bool(right) != ("没有这样" in query), f"{query} proves nothing"


def test_a_phrase_joins_inline_marks_and_never_blocks(page: Page) -> None:
    (answer,) = ask(page, [("党费收缴", {}, "")])
    assert "X-2025-90002" in answer["ids"]
    assert "X-2025-90003" not in answer["ids"]


def test_titles_first_and_by_date(page: Page, pages: list[oracle.Page]) -> None:
    known = {each.id: each for each in pages}
    for query in ("建设", "党费收缴", "2025年 建设", "管理", "1"):
        terms = [normal(each) for each in query.split()]
        best, newest = ask(page, [(query, {}, ""), (query, {}, "date")])
        titled = [sum(known[each].titled(term) for term in terms) for each in best["ids"]]
        assert titled == sorted(titled, reverse=True), query
        dates = [known[each].release for each in newest["ids"]]
        assert dates == sorted(dates, reverse=True), query
        assert set(best["ids"]) == set(newest["ids"])
        assert len(dates) > 1


def test_more_often_comes_before_once(page: Page) -> None:
    (answer,) = ask(page, [("党费收缴", {}, "")])
    assert answer["ids"].index("X-2025-90001") == 0
    assert answer["ids"].index("X-2025-90004") < answer["ids"].index("X-2025-90002")


FILTERED: tuple[tuple[str, dict[str, str]], ...] = (
    ("建设", {}),
    ("建设", {"year": "2024"}),
    ("建设", {"unit": "组织部"}),
    ("管理", {"year": "2025", "unit": "组织部"}),
    ("管理", {"kind": "通报", "year": "2020"}),
    ("", {"year": "2023"}),
    ("", {"unit": "组织部", "kind": "通报"}),
    ("2024", {"unit": "没有这个单位"}),
    ("没有这样的话", {"year": "2024"}),
)


@pytest.mark.parametrize(("query", "filters"), FILTERED)
def test_filters_and_their_counts(
    query: str, filters: dict[str, str], page: Page, pages: list[oracle.Page]
) -> None:
    category = sorted(pages[0].filters["category"])[0]
    for chosen in (filters, filters | {"category": category}):
        if not query and not chosen:
            continue
        (answer,) = ask(page, [(query, chosen, "")])
        matching = expected(pages, (normal(query),) if query else (), ())
        assert set(answer["ids"]) == {each.id for each in matching if _passes(each, chosen, "")}
        for name in ("year", "category", "unit", "kind"):
            counts: dict[str, int] = {}
            for each in matching:
                if _passes(each, chosen, name):
                    for value in each.filters[name]:
                        counts[value] = counts.get(value, 0) + 1
            given = {value: n for value, n in answer["facets"].get(name, {}).items() if n}
            assert given == counts, (query, chosen, name)


def _passes(page: oracle.Page, filters: dict[str, str], but: str) -> bool:
    return all(value in page.filters[name] for name, value in filters.items() if name != but)
