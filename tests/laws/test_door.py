"""Laws 1, 3, 4 and 5 at the door: it never fails, lets nothing else through, and knows its days."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from generator.gate.checks import approve
from generator.model.approved import Approved, ApprovedItem
from generator.model.disclosure import Act, Approval, Corpus, Disclosure, Link
from generator.model.edition import Edition
from generator.model.institution import Form, Institution, ScopeWord, Step
from generator.model.period import FOREVER, Period, Term
from generator.model.scope import Scope
from generator.pages.sections import all_pages
from generator.project import project
from generator.turning import next_change
from tests.laws import oracle
from tests.laws.strategies import (
    AUDIENCES,
    DAYS,
    PRIVATE,
    UNITS,
    audiences,
    corpora,
    days,
    disclosures,
    institutions,
    mark,
)

PAPER, WEB, BOARD = Form("文件", "paper"), Form("网站", "web"), Form("公开栏", "board")


def seen(approved: Approved, name: str, day: date) -> Edition:
    return project(approved, approved.institution.audience(name), day)


@settings(max_examples=200)
@given(corpora(), audiences, days)
def test_the_door_is_total_and_lets_through_only_what_may_be_seen(
    approved: Approved, name: str, day: date
) -> None:
    edition = seen(approved, name, day)
    pages = list(all_pages(edition))
    fates = oracle.fates(approved, name, day)
    live = {each for each, state in fates.items() if state == "live"}
    gone = {each for each, state in fates.items() if state == "notice"}

    standing = {each.page.slug for each in approved.pages if oracle.page_seen(each, name, day)}
    assert [each.url for each in edition.pages] == sorted(
        (f"about/{each}/" for each in standing), key=_order_in(approved)
    )
    assert {each.id for each in edition.items} <= live
    assert {each.id for each in edition.notices} == gone
    for text in (oracle.told(edition), oracle.told(pages)):
        assert PRIVATE not in text
        marks = set(re.findall("«(.*?)»", text))
        rows = {
            f"{row.id}@{each.filing.version}"
            for each in approved.catalogues
            for row in each.rows
            if oracle.row_seen(row, each, approved, name, day)
        }
        assert marks <= live | gone | rows | standing
        assert set(re.findall("about/(.*?)/", text)) <= standing
        names = set(re.findall(r"d/(X-\d)/|\"(X-\d)\"", text))
        assert {one or other for one, other in names} <= live | gone
    for notice in edition.notices:
        assert f"标题{mark(notice.id)}" not in oracle.told(pages)


def _order_in(approved: Approved) -> Callable[[str], tuple[int, str]]:
    orders = {each.page.url: each.page.order for each in approved.pages}
    return lambda url: (orders[url], url)


@settings(max_examples=200)
@given(corpora(), audiences, days)
def test_every_live_matter_is_told_exactly_once(approved: Approved, name: str, day: date) -> None:
    """Nothing is lost at the door: each live item stands there, or one text of its matter does."""
    edition = seen(approved, name, day)
    shown = {each.id for each in edition.items}
    matters: dict[str, set[str]] = {}
    for item in approved.items:
        if oracle.fate(item, name, day) == "live":
            key = item.disclosure.matter or item.disclosure.id
            matters.setdefault(key, set()).add(item.disclosure.id)
    assert all(len(texts & shown) == 1 for texts in matters.values())
    assert len(shown) == len(edition.items) == len(matters)


@settings(max_examples=100)
@given(corpora(), audiences, days)
def test_pages_are_complete_and_apart(approved: Approved, name: str, day: date) -> None:
    """Each address once; every internal address that data names has its page."""
    pages = list(all_pages(seen(approved, name, day)))
    addresses = [page.url for page in pages]
    assert len(addresses) == len(set(addresses))
    linked = set(re.findall(r'"url": "([^"#]*)', oracle.told([page.data for page in pages])))
    assert {each for each in linked if each.endswith("/")} <= set(addresses)


@settings(max_examples=100)
@given(corpora(), audiences, days)
def test_next_change_is_the_very_day(approved: Approved, name: str, day: date) -> None:
    """No day before it differs, and it does; None means no day ever does."""
    said = next_change(approved, approved.institution.audience(name), day)
    today = dataclasses.replace(seen(approved, name, day), as_of=date.min)
    following = (day + timedelta(days=n) for n in range(1, len(DAYS) + 3))
    found = next(
        (
            each
            for each in following
            if dataclasses.replace(seen(approved, name, each), as_of=date.min) != today
        ),
        None,
    )
    assert said == found


@given(disclosures("X-1"), institutions())
@settings(max_examples=5)
def test_next_change_when_a_link_leads_elsewhere(one: Disclosure, at: Institution) -> None:
    """Found by hand: the mild text of a matter ends, and a link to it, which led the party to the
    full text, leads nowhere; no item comes or goes.
    """
    target = Link("X-3.md", "content/X-3.md", 0)
    items = (
        _placed(one, "X-2", "m", {"party": Term(DAYS[0], None)}),
        _placed(one, "X-3", "m", dict.fromkeys(("party", "public"), Term(DAYS[0], DAYS[2]))),
        _placed(one, "X-4", "", {"party": Term(DAYS[0], None)}, target),
    )
    approved = Approved(at, (), items)
    assert next_change(approved, at.audience("party"), DAYS[1]) == DAYS[3]


def _placed(
    source: Disclosure, name: str, matter: str, terms: dict[str, Term], *links: Link
) -> ApprovedItem:
    item = dataclasses.replace(
        source,
        id=name,
        file=f"content/{name}.md",
        matter=matter,
        links=links,
        relations={},
        lifecycle=(),
    )
    return ApprovedItem(item, None, (WEB,), terms, None)


@settings(max_examples=60)
@given(corpora(), audiences, days, days)
def test_without_ends_a_site_only_grows(
    approved: Approved, name: str, one: date, other: date
) -> None:
    """Without expiry, withdrawal or texts told in turn, a later edition holds the earlier one."""
    items = tuple(_endless(each) for each in approved.items)
    endless = dataclasses.replace(approved, items=items)
    early, late = (seen(endless, name, each) for each in sorted((one, other)))
    assert {each.id for each in early.items} <= {each.id for each in late.items}


@settings(max_examples=60)
@given(corpora(), days)
def test_who_is_told_more_sees_more(approved: Approved, day: date) -> None:
    """Where whatever society sees the party sees from the same day, society's items are a part
    of the party's.
    """
    items = tuple(_party_too(_endless(each)) for each in approved.items)
    nested = dataclasses.replace(approved, items=items)
    public, party = seen(nested, "public", day), seen(nested, "party", day)
    assert {each.id for each in public.items} <= {each.id for each in party.items}


@settings(max_examples=60)
@given(st.data(), corpora(), audiences, days)
def test_taking_an_item_away_adds_no_item(
    data: st.DataObject, approved: Approved, name: str, day: date
) -> None:
    """Without several texts of a matter: what stays is what was there, less that item."""
    items = tuple(_endless(each) for each in approved.items)
    whole = dataclasses.replace(approved, items=items)
    kept = tuple(each for each in items if data.draw(st.booleans()))
    part = dataclasses.replace(approved, items=kept)
    before = {each.id for each in seen(whole, name, day).items}
    after = {each.id for each in seen(part, name, day).items}
    assert after == before & {each.disclosure.id for each in kept}


def _endless(item: ApprovedItem) -> ApprovedItem:
    terms = {name: Term(term.release, None) for name, term in item.terms.items()}
    source = dataclasses.replace(item.disclosure, matter="", lifecycle=())
    return dataclasses.replace(item, disclosure=source, terms=terms, withdrawn=None)


def _party_too(item: ApprovedItem) -> ApprovedItem:
    public = item.terms.get("public")
    terms = {**item.terms, "party": public} if public else item.terms
    return dataclasses.replace(item, terms=terms)


@st.composite
def cells(draw: st.DrawFn) -> Scope | None:
    """A scope cell of one or two words, perhaps with a choice or a group in it."""
    if draw(st.integers(0, 4)) == 0:
        return None
    sizes = st.lists(audiences, unique=True).map(frozenset)
    found = tuple(
        ScopeWord(f"w{n}", draw(sizes), group=draw(st.integers(0, 2)) == 0)
        for n in range(draw(st.integers(0, 2)))
    )
    return Scope("、".join(each.word for each in found), found, draw(st.integers(0, 3)) == 0)


@st.composite
def candidates(draw: st.DrawFn) -> Disclosure:
    """An item with nothing wrong but, perhaps, scope, group, forms, approval or digest."""
    item = draw(disclosures("X-1"))
    approval = Approval({"approved": Act("院党委会", DAYS[0], "", {})}, "目录外", "d")
    return dataclasses.replace(
        item,
        catalog="off",
        scope=draw(cells()),
        group=draw(st.sampled_from(["", "party", "Campus", "nobody"])),
        period=Period("2025"),
        forms=draw(st.sampled_from([None, (), (PAPER,), (BOARD,), (WEB,), (PAPER, WEB)])),
        kind=None,
        release=draw(st.sampled_from([{"*": DAYS[0]}, {"party": DAYS[0]}, {}])),
        until=FOREVER,
        matter="",
        relations={},
        links=(),
        units=UNITS[:1],
        aliases=(),
        lifecycle=(),
        approval=draw(
            st.sampled_from([approval, approval, dataclasses.replace(approval, digest="x"), None])
        ),
        digest="d",
    )


@settings(max_examples=200)
@given(candidates(), institutions())
def test_unsure_means_closed(item: Disclosure, institution: Institution) -> None:
    """Through gate and door: whoever sees the item has its scope, a web form, a bound approval
    and a date for them; no scope, an open choice or a group without a site means nobody.
    """
    workflow = (Step("approved", "审批"),)
    rules = {"party_first": "off", "approval_before_release": "off"}
    institution = dataclasses.replace(institution, workflow=workflow, rules=rules)
    approved, _ = approve(Corpus(institution, (), (item,)))
    for name in AUDIENCES:
        if not seen(approved, name, DAYS[-1]).items:
            continue
        assert item.scope is not None
        assert not item.scope.choice
        assert any(form.channel == "web" for form in item.forms or ())
        assert item.approval is not None
        assert item.approval.digest == item.digest
        assert name in item.release or "*" in item.release
        plain = {who for word in item.scope.words if not word.group for who in word.audiences}
        group = {who for word in item.scope.words if word.group for who in word.audiences}
        assert name in plain or (name in group and item.group in (name, name.title()))


@given(corpora(), st.sampled_from(AUDIENCES), days)
def test_changes_are_told_to_those_who_saw_the_item_before(
    approved: Approved, audience: str, day: date
) -> None:
    sources = {each.disclosure.id: each for each in approved.items}
    for item in seen(approved, audience, day).items:
        release = sources[item.id].terms[audience].release
        told = {(each.date, each.change) for each in item.changes}
        assert told == {
            (each.date, each.change)
            for each in sources[item.id].disclosure.lifecycle
            if each.change in {"变更", "延期"} and each.date and release < each.date <= day
        }
