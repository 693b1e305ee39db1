"""Standing pages from disk to the menus of each audience, and what the office is told of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from generator import answers
from generator.build import UnknownName, check, edition
from generator.model.edition import Edition
from generator.model.page import HomeData
from generator.pages.sections import all_pages, frame
from generator.project import narrow
from generator.turning import next_change
from tests.support import item, make_project, page

BEFORE, AFTER = date(2026, 3, 31), date(2026, 4, 1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {
        "content/a-1.md": item("a-1", "先看[指南](pages/guide.md)。\n"),
        "content/pages/guide.md": page(
            "[事项](../a-1.md)与[表](apply/index.md#biao)。\n",
            title="党务公开指南",
            label="指南",
            order=2,
        ),
        "content/pages/apply/index.md": page(
            "[表](表.docx)\n",
            title="依申请公开",
            order=10,
            nav="页脚",
            layout="表单",
            dates={"release": "2026-04-01", "until": "2026-04-30"},
            attachments=[{"file": "表.docx", "title": "申请表"}],
        ),
        "content/pages/apply/表.docx": b"x",
        "content/pages/inner.md": page(title="党内意见直报", scope="党内", order=1, nav=[]),
    }
    return make_project(tmp_path, files)


def seen(root: Path, audience: str, day: date) -> Edition:
    checked = check(root)
    assert checked.approved is not None
    assert checked.diagnostics == ()
    return edition(checked.approved, audience, day)


def test_menus_hold_what_the_audience_may_see_in_the_order_given(root: Path) -> None:
    public = seen(root, "public", AFTER)
    assert [each.url for each in public.pages] == ["about/guide/", "about/apply/"]
    shared = frame(public)
    assert [each.label for each in shared.sections][-2:] == ["检索", "指南"]
    assert [each.label for each in shared.standing] == ["指南", "依申请公开"]
    home = next(iter(all_pages(public))).data
    assert isinstance(home, HomeData)
    assert [each.label for each in home.standing] == ["指南"]
    party = seen(root, "party", AFTER)
    assert party.pages[0].url == "about/inner/"
    assert "党内意见直报" not in str(frame(party))  # nav: [] – reached by links alone
    assert "about/inner/" in {each.url for each in all_pages(party)}


def test_a_page_and_every_way_to_it_keep_its_days(root: Path) -> None:
    before, after = (seen(root, "public", day) for day in (BEFORE, AFTER))
    assert "apply" not in str(before).replace("apply/index.md#biao", "")
    assert before.pages[0].links["apply/index.md#biao"] == ""
    assert after.pages[0].links["apply/index.md#biao"] == "about/apply/#biao"
    assert after.pages[1].links == {"表.docx": "about/apply/fujian-1.docx"}
    assert after.pages[1].release == AFTER
    assert after.pages[0].release is None
    assert before.items[0].links == {"pages/guide.md": "about/guide/"}
    approved = check(root).approved
    assert approved is not None
    assert next_change(approved, before.audience, BEFORE) == AFTER
    assert next_change(approved, before.audience, AFTER) == date(2026, 5, 1)
    assert next_change(approved, before.audience, date(2026, 5, 1)) is None


def test_a_partial_copy_keeps_the_pages_and_no_link_to_what_it_leaves_out(root: Path) -> None:
    part = narrow(seen(root, "public", AFTER), lambda item: False)
    links = part.pages[0].links
    assert links == {"../a-1.md": "", "apply/index.md#biao": "about/apply/#biao"}
    whole = narrow(seen(root, "public", AFTER), lambda item: True)
    assert whole == seen(root, "public", AFTER)


@pytest.mark.parametrize("name", ["inner", "about/inner", "/about/inner/"])
def test_show_knows_pages_by_their_address(root: Path, name: str) -> None:
    sights = answers.look(root, lambda zone: BEFORE, name).sights
    assert [each.reason for each in sights] == ["live", "scope", "scope"]
    assert {each.release for each in sights} == {None}
    with pytest.raises(UnknownName):
        answers.look(root, lambda zone: BEFORE, "about/nothing/")


def test_show_and_due_tell_what_comes(root: Path) -> None:
    sights = answers.look(root, lambda zone: BEFORE, "apply").sights
    assert [each.reason for each in sights] == ["coming"] * 3
    gone = answers.look(root, lambda zone: date(2026, 5, 1), "apply").sights
    assert [each.reason for each in gone] == ["expired"] * 3
    coming, _ = answers.due(root, lambda zone: BEFORE, 60)
    assert coming is not None
    for outlook in coming.outlooks:
        told = [(each.date, each.event, each.id) for each in outlook.entries]
        assert told == [
            (AFTER, "release", "about/apply/"),
            (date(2026, 5, 1), "expiry", "about/apply/"),
        ]
