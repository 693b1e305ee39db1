"""What hangs on a board: the door once more, with the form 公开栏 for the second gate."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from generator.model.approved import Approved
from generator.model.institution import Board
from generator.printing import hangs
from generator.project import on_boards, project
from tests.laws import oracle
from tests.laws.strategies import PRIVATE, audiences, corpora, days, terms


@st.composite
def hung(draw: st.DrawFn) -> Approved:
    """A corpus in which sites and boards have nothing to do with one another."""
    approved = draw(corpora())
    items = tuple(replace(each, boards=draw(terms())) for each in approved.items)
    return replace(approved, items=items)


@settings(max_examples=150)
@given(hung(), audiences, days)
def test_a_board_shows_what_its_audience_may_see_on_a_board(
    approved: Approved, name: str, day: date
) -> None:
    seen = project(on_boards(approved), approved.institution.audience(name), day)
    allowed = {each.disclosure.id for each in approved.items if name in each.boards}
    assert {each.id for each in seen.items} | {each.id for each in seen.notices} <= allowed
    text = oracle.told(seen.items)
    assert PRIVATE not in text
    assert set(re.findall("«(X-[0-9])»", text)) <= allowed
    for item in seen.items:
        term = next(each.boards[name] for each in approved.items if each.disclosure.id == item.id)
        assert (item.release, item.last) == (term.release, term.last)
        assert term.release <= day
        assert term.last is None or day <= term.last


@settings(max_examples=100)
@given(hung(), audiences, days)
def test_boards_change_no_site(approved: Approved, name: str, day: date) -> None:
    audience = approved.institution.audience(name)
    bare = replace(approved, items=tuple(replace(each, boards={}) for each in approved.items))
    assert project(approved, audience, day) == project(bare, audience, day)


@settings(max_examples=100)
@given(hung(), audiences, days, st.data())
def test_what_may_not_hang_there_changes_nothing(
    approved: Approved, name: str, day: date, data: st.DataObject
) -> None:
    """Law 2 for boards: items of a narrower scope may be changed, added or dropped."""
    audience = approved.institution.audience(name)
    kept = tuple(each for each in approved.items if name in each.boards)
    changed = tuple(
        replace(each, disclosure=replace(each.disclosure, title="改", text_digest="改"))
        for each in approved.items
        if name not in each.boards and data.draw(st.booleans())
    )
    others = replace(approved, items=(*kept, *changed))
    one, other = (project(on_boards(each), audience, day) for each in (approved, others))
    assert one.items == other.items
    assert one.notices == other.notices


@settings(max_examples=100)
@given(hung(), audiences, days, st.integers(0, 5))
def test_a_board_keeps_no_sheet_longer_than_it_may(
    approved: Approved, name: str, day: date, keep: int
) -> None:
    board = Board("hall", "公开栏", name, keep)
    seen = hangs(on_boards(approved), board, day, lambda item: True)
    full = hangs(on_boards(approved), replace(board, keep=0), day, lambda item: True)
    assert {each.id for each in seen.items} <= {each.id for each in full.items}
    for item in full.items:
        stays = keep == 0 or (day - item.release).days <= keep
        assert (item.id in {each.id for each in seen.items}) == stays
