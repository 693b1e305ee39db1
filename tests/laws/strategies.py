"""Random approved corpora, and random edits of what one audience may not see.

Every text of an item carries a mark made of its id (``«X-3»``), every text of a row one made of
the row's id, and every text that no site may show the mark ``PRIVATE``: what reaches an edition
can be found there by searching.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from hypothesis import strategies as st

from generator.diagnostics import Span
from generator.model.approved import Approved, ApprovedItem, ApprovedPage
from generator.model.catalogue import ROW_FIELDS, Catalogue, Column, Filing, Row
from generator.model.disclosure import (
    LAYOUTS,
    MENUS,
    RELATIONS,
    Act,
    Approval,
    Attachment,
    Change,
    Disclosure,
    Link,
    Series,
    StandingPage,
)
from generator.model.institution import (
    Audience,
    Contact,
    Footer,
    Form,
    Institution,
    Kind,
    PublicFace,
    ScopeWord,
    Step,
    Unit,
)
from generator.model.period import Period, Term
from generator.model.scope import Scope
from tests.laws.oracle import begun, catalogue_seen, fate, page_seen, row_seen

T = TypeVar("T")
PRIVATE = "§内§"
AUDIENCES = ("party", "campus", "public")
DAYS = tuple(date(2025, 12, 28) + timedelta(days=n) for n in range(9))
"""Few days, around a new year, so that releases and ends meet often."""

IDS = tuple(f"X-{n}" for n in range(1, 10))
SLUGS = tuple(f"page-{n}" for n in range(1, 5))
ROWS = tuple(f"row-{n}" for n in range(1, 7))
FACE = PublicFace("示例学院", "示例学院党委", Contact(), Contact(), Footer())
WEB, PAPER = Form("网站", "web"), Form("文件", "paper")
UNITS = (Unit("dzb", "办公室"), Unit("zzb", "组织部"), Unit("jiwei", "纪委"))

days = st.sampled_from(DAYS)
audiences = st.sampled_from(AUDIENCES)


def mark(name: str) -> str:
    """The mark of an item or a row."""
    return f"«{name}»"


def words(*names: str) -> Scope:
    """A scope whose one word reaches these audiences."""
    return Scope("、".join(names), (ScopeWord("、".join(names), frozenset(names)),))


def scopes() -> st.SearchStrategy[Scope | None]:
    """Any subset of the audiences, nobody, no scope at all, or a group."""
    return st.integers(0, 2**20).map(lambda seed: _dealt_scope(Random(seed)))


def _dealt_scope(deal: Random) -> Scope | None:
    if deal.random() < 0.1:
        return None
    names = [each for each in AUDIENCES if deal.random() < 0.6]
    word = ScopeWord("、".join(names), frozenset(names), group=deal.random() < 0.15)
    return Scope(word.word, (word,))


@st.composite
def terms(draw: st.DrawFn, without: str = "") -> dict[str, Term]:
    """First and last days at some audiences, never at ``without``."""
    found = {}
    for name in draw(st.lists(audiences, unique=True)):
        last = draw(st.one_of(st.none(), days, st.just(date.max)))
        if name != without:
            found[name] = Term(draw(days), last)
    return found


def disclosures(item_id: str) -> st.SearchStrategy[Disclosure]:
    """Items of that id, with anything in every field.

    One number is drawn and the fields are dealt from it: a tenth of the time of drawing each.
    """
    return st.integers(0, 2**40).map(lambda seed: _dealt(item_id, Random(seed)))


def _dealt(item_id: str, deal: Random) -> Disclosure:
    sign = mark(item_id)
    folder = "content"
    names = some(deal, (("表", ".xlsx"), ("图", ".png"), ("b", ".pdf")))
    attachments = tuple(
        Attachment(
            f"{name}{sign}{suffix}", f"附{sign}", f"{folder}/{name}{sign}{suffix}", f"f{sign}", 3
        )
        for name, suffix in names
    )
    links = _dealt_links(deal, attachments)

    def perhaps(text: str) -> str:
        return text if deal.random() < 0.3 else ""

    step = (f"s{deal.randint(1, 2)}", deal.randint(1, 3), perhaps(f"整件{sign}"))
    series = Series(*step) if perhaps("x") else None
    return Disclosure(
        file=f"{folder}/{item_id}.md",
        id=item_id,
        title=f"标题{sign}{deal.randint(0, 9)}",
        catalog=deal.choice((*ROWS[:4], "off")),
        scope=_dealt_scope(deal),
        group=perhaps(PRIVATE),
        period=deal.choice([None, Period("2025"), Period("2026-01")]),
        units=some(deal, UNITS),
        forms=None,
        kind=deal.choice([None, Kind("通报"), Kind("公示", True, False, "异议", 30)]),
        number=perhaps(f"文号{sign}"),
        written=deal.choice([None, *DAYS]),
        release={},
        until=None,
        series=series,
        matter=deal.choice(["", "", "m1", "m2"]),
        relations={name: some(deal, IDS) for name in some(deal, RELATIONS)},
        attachments=attachments,
        summary=perhaps(f"概述{sign}"),
        keywords=(f"词{sign}",) if perhaps("x") else (),
        aliases=(f"old/{sign}",) if perhaps("x") else (),
        approval=Approval(
            {"approved": Act(PRIVATE, deal.choice(DAYS), PRIVATE, {"secrecy": PRIVATE})},
            PRIVATE,
            PRIVATE,
        ),
        lifecycle=_dealt_changes(deal, sign),
        links=links,
        digest=f"{PRIVATE}{deal.randint(0, 9)}",
        text_digest=f"t{sign}{deal.randint(0, 9)}",
        marks={},
        effective=deal.choice([None, *DAYS]),
    )


def _dealt_links(deal: Random, attachments: Sequence[Attachment]) -> tuple[Link, ...]:
    """To items, to standing pages, to what lies beside the text."""
    names = [*some(deal, IDS), *(f"pages/{slug}" for slug in some(deal, SLUGS))]
    links = [Link(f"{name}.md", f"content/{name}.md", 0) for name in names]
    return (*links, *(Link(each.file, each.path, 0) for each in some(deal, attachments)))


def _dealt_page(slug: str, deal: Random) -> StandingPage:
    sign = mark(slug)
    file = Attachment(f"表{sign}.docx", f"附{sign}", f"content/pages/表{sign}.docx", f"f{sign}", 3)
    attachments = some(deal, (file,))
    return StandingPage(
        file=f"content/pages/{slug}.md",
        title=f"标题{sign}{deal.randint(0, 9)}",
        scope=_dealt_scope(deal),
        group=PRIVATE,
        release=deal.choice([{}, {"*": DAYS[0]}]),
        until=None,
        attachments=attachments,
        approval=Approval({"approved": Act(PRIVATE, deal.choice(DAYS), PRIVATE)}, PRIVATE, PRIVATE),
        links=_dealt_links(deal, attachments),
        digest=f"{PRIVATE}{deal.randint(0, 9)}",
        text_digest=f"t{sign}{deal.randint(0, 9)}",
        marks={},
        slug=slug,
        label=f"短{sign}",
        nav=some(deal, MENUS),
        order=deal.randint(0, 3),
        layout=deal.choice(LAYOUTS),
    )


@st.composite
def approved_pages(draw: st.DrawFn, slug: str, hidden_from: str = "") -> ApprovedPage:
    """An approved standing page; with ``hidden_from``, one that audience may never see."""
    seed = draw(st.integers(0, 2**40))
    return ApprovedPage(_dealt_page(slug, Random(seed)), draw(terms(hidden_from)))


def some(deal: Random, values: Sequence[T]) -> tuple[T, ...]:
    """None, one or two of ``values``."""
    return tuple(deal.sample(values, min(len(values), deal.randint(0, 2))))


def few(values: Sequence[T]) -> st.SearchStrategy[tuple[T, ...]]:
    """None, one or two of ``values``, drawn."""
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)


def _dealt_changes(deal: Random, sign: str) -> tuple[Change, ...]:
    """Changes after publication; their notes are for the item's readers, who decided is not."""
    kinds = some(deal, ("变更", "变更", "撤销", "终止", "延期"))
    return tuple(
        Change(kind, deal.choice(DAYS), PRIVATE, PRIVATE, f"因故{sign}", deal.choice([None, *DAYS]))
        for kind in kinds
    )


@st.composite
def approved_items(draw: st.DrawFn, item_id: str, hidden_from: str = "") -> ApprovedItem:
    """An approved item; with ``hidden_from``, one that audience may never see."""
    source = draw(disclosures(item_id))
    end = source.withdrawn()
    office = Contact(f"受理{mark(item_id)}", f"电话{mark(item_id)}")
    return ApprovedItem(
        disclosure=source,
        row=None,
        forms=draw(few((WEB, PAPER))),
        terms=draw(terms(hidden_from)),
        withdrawn=end.date if end else None,
        end=draw(st.one_of(st.none(), days)),
        contact=draw(st.sampled_from([None, office])),
    )


def rows(row_id: str, version: str, hidden_from: str = "") -> st.SearchStrategy[Row]:
    """Rows of that id; with ``hidden_from``, such as that audience may not see."""
    numbers = st.integers(0, 2**40)
    return numbers.map(lambda seed: _dealt_row(row_id, version, hidden_from, Random(seed)))


def _dealt_row(row_id: str, version: str, hidden_from: str, deal: Random) -> Row:
    visible = _dealt_scope(deal)
    if hidden_from and visible and hidden_from in visible.everyone:
        visible = words(*(each for each in AUDIENCES if each != hidden_from))
    sign = f"{mark(f'{row_id}@{version}')}{deal.randint(0, 3)}"
    category = deal.choice(["", "一、基本", "二、组织", f"三、{sign}"])
    return Row(
        id=row_id,
        category=category,
        title=f"目录项{sign}",
        scope=_dealt_scope(deal),
        visible=visible,
        forms=some(deal, (WEB, PAPER)),
        units=some(deal, UNITS),
        duration=None,
        cells={name: f"{name}{sign}" for name in ROW_FIELDS},
        span=Span("catalog.yaml", deal.randint(1, 99)),
        absorbs=some(deal, IDS) if deal.random() < 0.3 else (),
    )


COLUMNS = (Column("序号", "number"), Column("内容", "title"), Column("单位", "units"))


@st.composite
def catalogues(
    draw: st.DrawFn,
    name: str,
    version: str,
    row_ids: Sequence[str],
    begins: date | None,
    hidden_from: str = "",
) -> Catalogue:
    """A version of the catalogue ``name`` with these rows, in force from ``begins`` (None: ever);
    with ``hidden_from``, one that audience may not see.
    """
    scope = draw(scopes())
    if hidden_from and scope and hidden_from in scope.everyone:
        scope = words(*(each for each in AUDIENCES if each != hidden_from))
    return Catalogue(
        title=f"目录{draw(st.integers(1, 3))}",
        scope=scope,
        filing=Filing(version, begins, draw(st.sampled_from(["", "审定"]))),
        columns=COLUMNS[: draw(st.integers(2, 3))],
        rows=tuple(draw(rows(each, version)) for each in row_ids),
        id=name,
    )


@st.composite
def histories(draw: st.DrawFn, name: str, row_ids: Sequence[str]) -> tuple[Catalogue, ...]:
    """One to three versions of a catalogue, in any order; the oldest may have no first day."""
    first_days = draw(st.lists(days, min_size=1, max_size=3, unique=True))
    begins: list[date | None] = list(first_days)
    if draw(st.booleans()):
        begins[begins.index(min(first_days))] = None
    return tuple(
        draw(catalogues(name, f"{name}{n}", _subset(draw, row_ids), begin))
        for n, begin in enumerate(begins)
    )


def _subset(draw: st.DrawFn, names: Sequence[str]) -> Sequence[str]:
    left_out = draw(st.sampled_from(["", *names]))
    return [each for each in names if each != left_out]


@st.composite
def institutions(draw: st.DrawFn) -> Institution:
    """Only face and audiences may matter to a site; the rest is drawn to prove it."""
    return Institution(
        face=FACE,
        time_zone="Asia/Shanghai",
        audiences=tuple(Audience(each, each.title(), each == "public") for each in AUDIENCES),
        scopes={PRIVATE: ScopeWord(PRIVATE, frozenset(draw(few(AUDIENCES))))},
        forms={"网站": WEB},
        units={each.name: each for each in draw(few(UNITS))},
        kinds={"通报": Kind("通报")},
        default_kind="通报",
        times=draw(few(("年度", "即时"))),
        workflow=tuple(Step(each, PRIVATE) for each in draw(few(("a", "b")))),
        rules={},
        calendar={},
    )


@st.composite
def corpora(draw: st.DrawFn, most: int = 6) -> Approved:
    """An approved corpus of up to ``most`` items and two catalogues in several versions."""
    names = draw(st.lists(st.sampled_from(IDS), unique=True, max_size=most))
    cut = draw(st.integers(0, 4))
    found = (*draw(histories("main", ROWS[:cut])), *draw(histories("zzb", ROWS[cut:4])))
    items = [draw(approved_items(each)) for each in names]
    pages = [draw(approved_pages(each)) for each in draw(few(SLUGS))]
    return joined(draw(institutions()), found, items, pages)


def joined(
    institution: Institution,
    found: Sequence[Catalogue],
    items: Sequence[ApprovedItem],
    pages: Sequence[ApprovedPage],
) -> Approved:
    """A corpus whose items know the row they name, as the gate leaves them."""
    table = {row.id: row for each in found for row in each.rows}
    placed = (
        dataclasses.replace(each, row=table.get(each.disclosure.catalog), forms=each.forms)
        for each in items
    )
    return Approved(institution, tuple(found), tuple(placed), tuple(pages))


@st.composite
def edited(draw: st.DrawFn, approved: Approved, audience: str, day: date) -> Approved:
    """``approved`` after any edits of what ``audience`` may not see on ``day``.

    Items it does not see are deleted, rewritten or added and stay unseen; of the items it sees,
    what is private or belongs to other audiences changes; the order of files changes; rows and
    catalogues it may not see are deleted, rewritten or added.
    """
    items = []
    for each in approved.items:
        state = fate(each, audience, day)
        if state == "hidden":
            items += draw(_hidden_edit(each, audience, day))
        else:
            items.append(draw(_seen_edit(each, audience, retold=state == "notice")))
    free = [each for each in IDS if each not in {item.disclosure.id for item in approved.items}]
    for name in draw(few(free)) if free else ():
        items.append(draw(approved_items(str(name), hidden_from=audience)))
    items = draw(st.permutations(items))
    found = draw(_catalogue_edits(approved, audience, day))
    pages = draw(_page_edits(approved, audience, day))
    return joined(draw(institutions()), found, items, pages)


@st.composite
def _page_edits(
    draw: st.DrawFn, approved: Approved, audience: str, day: date
) -> list[ApprovedPage]:
    """Standing pages: those it does not see go, change or come; of those it sees, what is private
    changes.
    """
    found = []
    for each in approved.pages:
        if page_seen(each, audience, day):
            hidden = {"group": "", "digest": PRIVATE, "approval": None, "marks": {"title": 1}}
            page = dataclasses.replace(each.page, **hidden) if draw(st.booleans()) else each.page
            others = {name: Term(draw(days), None) for name in draw(few(AUDIENCES))}
            kept = {**others, audience: each.terms[audience]}
            found.append(ApprovedPage(page, kept))
        elif draw(st.booleans()):
            found.append(draw(approved_pages(each.page.slug, hidden_from=audience)))
    free = [each for each in SLUGS if each not in {page.page.slug for page in approved.pages}]
    extra = draw(few(free)) if free else ()
    found += [draw(approved_pages(each, hidden_from=audience)) for each in extra]
    return draw(st.permutations(found))


@st.composite
def _hidden_edit(
    draw: st.DrawFn, item: ApprovedItem, audience: str, day: date
) -> list[ApprovedItem]:
    choice = draw(st.sampled_from(["keep", "delete", "rewrite", "rewrite"]))
    if choice == "keep":
        return [item]
    if choice == "delete":
        return []
    fresh = draw(approved_items(item.disclosure.id))
    if fate(fresh, audience, day) == "hidden":
        return [fresh]
    kept = {name: term for name, term in fresh.terms.items() if name != audience}
    return [dataclasses.replace(fresh, terms=kept)]


@st.composite
def _seen_edit(draw: st.DrawFn, item: ApprovedItem, audience: str, *, retold: bool) -> ApprovedItem:
    """What the audience does not see of an item it sees. Who else may see it stays: that is the
    item's scope, which its page names; when they may does not.
    """
    others = {
        name: term if name == audience else Term(draw(days), draw(st.one_of(st.none(), days)))
        for name, term in item.terms.items()
    }
    source = draw(disclosures(item.disclosure.id)) if retold else item.disclosure
    source = dataclasses.replace(
        source,
        group=draw(st.sampled_from(["", PRIVATE])),
        approval=None if draw(st.booleans()) else item.disclosure.approval,
        digest=PRIVATE,
        release=draw(st.sampled_from([{}, {"*": DAYS[0]}])),
        lifecycle=(_unseen_change(item.terms[audience].release), *_other_hands(item)),
        marks={"id": draw(st.integers(1, 99999))},
    )
    end = draw(st.one_of(st.none(), days))
    return dataclasses.replace(item, disclosure=source, terms=others, end=end)


def _unseen_change(release: date) -> Change:
    """A change this audience did not live to see: it came no later than its own release."""
    return Change("延期", release, PRIVATE, PRIVATE, PRIVATE)


def _other_hands(item: ApprovedItem) -> tuple[Change, ...]:
    """The same changes, decided by others: who decided is never told."""
    changes = item.disclosure.lifecycle
    return tuple(dataclasses.replace(each, by=PRIVATE, reference=PRIVATE) for each in changes)


@st.composite
def _catalogue_edits(
    draw: st.DrawFn, approved: Approved, audience: str, day: date
) -> list[Catalogue]:
    """Of versions the audience sees, the rows it does not; of the others everything but their
    first day and that they are closed; one that is yet to begin may go, or come.
    """
    found: list[Catalogue] = []
    for each in approved.catalogues:
        if catalogue_seen(each, approved, audience, day):
            edits = draw(_row_edits(each, approved, audience, day))
            found.append(dataclasses.replace(each, rows=edits))
        elif begun(each, day):
            found.append(draw(_rewritten(each, audience)))
        elif draw(st.booleans()):
            found.append(draw(_rewritten(each, "")))
    if draw(st.booleans()):
        name = draw(st.sampled_from(["main", "zzb", "xgc"]))
        closed = "" if name != "xgc" else audience
        begins = date(2030, 1, 1) if name != "xgc" else draw(days)
        found.append(draw(catalogues(name, "new", [ROWS[4]], begins, closed)))
    return found


@st.composite
def _rewritten(draw: st.DrawFn, version: Catalogue, closed: str) -> Catalogue:
    """Another version in the place of one, with the same first day; ``closed`` to whom."""
    names = [row.id for row in version.rows if draw(st.booleans())]
    filing = version.filing
    return draw(catalogues(version.id, filing.version, names, filing.effective, closed))


@st.composite
def _row_edits(
    draw: st.DrawFn, catalogue: Catalogue, approved: Approved, audience: str, day: date
) -> tuple[Row, ...]:
    found = []
    number = catalogue.filing.version
    for row in catalogue.rows:
        if row_seen(row, catalogue, approved, audience, day):
            found.append(row)
        elif draw(st.booleans()):
            found.append(draw(rows(row.id, number, hidden_from=audience)))
    if draw(st.booleans()):
        place = draw(st.integers(0, len(found)))
        found.insert(place, draw(rows(ROWS[5], number, hidden_from=audience)))
    return tuple(found)
