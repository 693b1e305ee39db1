"""Law 2 at the door: what an audience may not see does not change its edition, nor its pages."""

from __future__ import annotations

import dataclasses

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from generator.model.approved import Approved
from generator.pages.sections import all_pages, frame
from generator.project import project
from generator.site.revision import revision
from generator.turning import next_change
from tests.laws import oracle
from tests.laws.strategies import AUDIENCES, DAYS, audiences, corpora, days, edited


@settings(max_examples=300)
@given(st.data(), corpora(), audiences, days)
def test_hidden_edits_leave_the_edition_equal(
    data: st.DataObject, before: Approved, name: str, day: object
) -> None:
    assert day in DAYS
    audience = before.institution.audience(name)
    after = data.draw(edited(before, name, day))
    one, other = project(before, audience, day), project(after, audience, day)
    assert one == other
    assert revision(one) == revision(other)
    assert list(all_pages(one)) == list(all_pages(other))
    assert frame(one) == frame(other)


@settings(max_examples=100)
@given(st.data(), corpora(), audiences, days)
def test_what_is_never_seen_leaves_the_next_change_equal(
    data: st.DataObject, before: Approved, name: str, day: object
) -> None:
    """An embargoed item is on no page, but the day it appears is its audience's to know."""
    audience = before.institution.audience(name)
    seen_some_day = [each for each in before.items if oracle.ever(each, name)]
    pages = tuple(each for each in before.pages if name in each.terms)
    only_seen = dataclasses.replace(before, items=tuple(seen_some_day), pages=pages)
    mixed = dataclasses.replace(
        before,
        items=tuple(data.draw(st.permutations(before.items))),
        pages=tuple(data.draw(st.permutations(before.pages))),
    )
    assert next_change(only_seen, audience, day) == next_change(mixed, audience, day)


@settings(max_examples=100)
@given(corpora(), days)
def test_two_audiences_share_no_notice_of_each_other(approved: Approved, day: object) -> None:
    """An item for one audience alone is mentioned on no other site."""
    for item in approved.items:
        for name in AUDIENCES:
            if oracle.fate(item, name, day) != "hidden":
                continue
            edition = project(approved, approved.institution.audience(name), day)
            assert not oracle.mentions(oracle.told(edition), [f"«{item.disclosure.id}»"])
    for page in approved.pages:
        for name in AUDIENCES:
            if not oracle.page_seen(page, name, day):
                edition = project(approved, approved.institution.audience(name), day)
                assert not oracle.mentions(oracle.told(edition), [f"«{page.page.slug}»"])


def test_the_edits_do_edit() -> None:
    """Guards the guard: the strategy really produces corpora that differ behind the door."""

    @settings(max_examples=40)
    @given(st.data(), corpora(), audiences, days)
    def differs(data: st.DataObject, before: Approved, name: str, day: object) -> None:
        assume(any(value == "hidden" for value in oracle.fates(before, name, day).values()))
        after = data.draw(edited(before, name, day))
        others = [each for each in AUDIENCES if each != name]
        changed.append(
            any(
                project(before, before.institution.audience(each), day)
                != project(after, after.institution.audience(each), day)
                for each in others
            )
        )

    changed: list[bool] = []
    differs()
    assert sum(changed) > len(changed) // 3
