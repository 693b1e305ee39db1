"""What gates and door made of a disclosure that stands by itself is what they would make again."""

from __future__ import annotations

import dataclasses
import pickle
import shutil
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from generator.build import build, check
from generator.gate.checks import approve
from generator.model.approved import Approved, ApprovedItem
from generator.model.asleep import MARK, Bed, mark_of
from generator.model.canon import fingerprint
from generator.model.disclosure import Corpus
from generator.model.edition import Edition
from generator.model.period import Term
from generator.model.record import Shown, Standing
from generator.model.written import read_back, write_down
from generator.project import project
from generator.settling import settled
from generator.site.order import SiteOrder
from generator.site.revision import revision
from generator.source.cache import FOLDER
from generator.turning import next_change
from tests.incremental.office import DAYS, Office, keyed, lay, lay_small, settle
from tests.incremental.same import built, clean
from tests.laws.strategies import AUDIENCES, corpora, days
from tests.support import item as disclosure


def editions(approved: Approved, day: date) -> list[Edition]:
    """What every audience sees."""
    return [project(approved, approved.institution.audience(each), day) for each in AUDIENCES]


@settings(max_examples=60)
@given(corpora(4), days)
def test_an_item_written_down_is_read_back(approved: Approved, day: date) -> None:
    for seen in editions(approved, day):
        for item in seen.items:
            back = read_back(write_down(item))
            assert back == item
            assert fingerprint(back) == fingerprint(item)


ALONE = {"relations": {}, "lifecycle": (), "matter": "", "series": None, "aliases": (), "links": ()}
AT_ALL = {each: Term(date.min, None) for each in AUDIENCES}


@st.composite
def mixed(draw: st.DrawFn) -> Approved:
    """A corpus in which many items stand by themselves, and some for ever and for everybody."""
    approved, items = draw(corpora(5)), []
    for item in approved.items:
        alone = draw(st.sampled_from([{}, ALONE, ALONE]))
        source = dataclasses.replace(item.disclosure, **alone)
        terms = draw(st.sampled_from([item.terms, AT_ALL]))
        ends = [entry.date for entry in source.lifecycle]
        end = item.withdrawn if ends else None
        items.append(dataclasses.replace(item, disclosure=source, terms=terms, withdrawn=end))
    return dataclasses.replace(approved, items=tuple(items))


def noted(approved: Approved, day: date) -> dict[str, ApprovedItem]:
    """The items by file, those that settle with what they were told."""
    seen = editions(approved, day)
    orders = [SimpleNamespace(edition=each, revision=revision(each)) for each in seen]
    sources = tuple(each.disclosure for each in approved.items)
    corpus = Corpus(approved.institution, approved.catalogues, sources)
    news = settled(corpus, approved, (), cast("list[SiteOrder]", orders))
    found = {}
    for item in approved.items:
        if item.disclosure.file in news:
            found[item.disclosure.file] = copy = dataclasses.replace(item)
            object.__setattr__(copy, "told", news[item.disclosure.file]().told)
    return found


@settings(max_examples=250, phases=[Phase.generate])
@given(st.data(), mixed(), days, days)
def test_the_door_tells_again_what_it_would_tell(
    data: st.DataObject, approved: Approved, day: date, other: date
) -> None:
    """On any day, with other items beside, changed, come or gone, and with other catalogues."""
    known = noted(approved, day)
    gone = data.draw(st.sampled_from(["", *(each.disclosure.id for each in approved.items)]))
    kept = {each.disclosure.id: each for each in approved.items if each.disclosure.id != gone}
    now = data.draw(st.sampled_from([approved, data.draw(mixed())]))
    items = [kept.pop(each.disclosure.id, each) for each in now.items] + list(kept.values())
    catalogues = data.draw(st.sampled_from([approved.catalogues, now.catalogues]))
    beside = dataclasses.replace(approved, items=tuple(items), catalogues=catalogues)
    # A row that bounds an item is the gate's to know: with other catalogues nothing is settled,
    # but what was told may be under one register as under the other.
    fast = tuple(
        known.get(each.disclosure.file, each) if each in approved.items else each for each in items
    )
    again = dataclasses.replace(beside, items=fast)
    for slow, quick in zip(editions(beside, other), editions(again, other), strict=True):
        assert revision(quick) == revision(slow)
        arrived = pickle.loads(pickle.dumps(quick))
        assert arrived == slow == quick
        assert fingerprint(arrived) == fingerprint(slow)
    for each in approved.institution.audiences:
        assert next_change(again, each, other) == next_change(beside, each, other)


def test_what_is_asleep_is_what_it_was() -> None:
    """A value of its class to everybody, whole when it is asked for."""

    @dataclasses.dataclass(frozen=True, slots=True)
    class Value:
        name: str
        list: tuple[int, ...]
        rest: str = ""

    whole, asked = Value("甲", (), "全文"), []

    def wake() -> Value:
        asked.append(1)
        return whole

    bed = Bed(Value, "name", MARK, list=())
    asleep = bed.put(cast("Any", wake), "甲", b"mark")
    assert isinstance(asleep, Value)
    assert (asleep.name, asleep.list, mark_of(asleep), mark_of(whole)) == ("甲", (), b"mark", b"")
    assert asked == []
    assert (asleep.rest, asleep.rest, asked) == ("全文", "全文", [1])
    assert asleep == whole
    assert whole == asleep
    assert hash(asleep) == hash(whole)
    assert dataclasses.replace(asleep, name="乙") == Value("乙", (), "全文")
    with pytest.raises(AttributeError):
        _ = cast("Any", asleep).nothing


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A project that was built."""
    made = lay(tmp_path_factory.mktemp("settled"), 1)
    assert build(made.root, made.root / "dist", lambda zone: made.day).items
    return made


def seen(root: Path) -> Any:
    """All that a build makes sites of."""
    checked = check(root)
    assert checked.approved is not None
    told = [
        (each, revision(each), next_change(checked.approved, each.audience, day))
        for day in DAYS
        for audience in checked.approved.institution.audiences
        for each in [project(checked.approved, audience, day)]
    ]
    return checked, told, fingerprint((checked.corpus.disclosures, checked.diagnostics, told))


def test_a_build_settles_most_and_the_next_one_sees_the_same(office: Office) -> None:
    quick = seen(office.root)
    corpus = quick[0].corpus
    assert len(corpus.settled) > 3
    assert any(file.endswith(".md") for file in corpus.settled)
    assert any(mark_of(item) for edition, *_ in quick[1] for item in edition.items)
    shutil.rmtree(office.root / FOLDER)
    slow = seen(office.root)
    assert slow[0].corpus.settled == {}
    assert quick == slow


def test_catalogues_unsettle_everything_and_a_changed_file_itself(office: Office) -> None:
    def now() -> set[str]:
        corpus = check(office.root).corpus
        assert corpus is not None
        return set(corpus.settled)

    assert build(office.root, office.root / "dist", lambda zone: office.day).items
    before = now()
    assert before
    path = office.root / sorted(before)[0]
    keyed(path, "summary", "另一个概述")
    assert now() == before - {path.relative_to(office.root).as_posix()}
    settle(office)
    assert build(office.root, office.root / "dist", lambda zone: office.day).items
    assert now() == before
    catalogue = office.root / "catalog.yaml"
    catalogue.write_text(catalogue.read_text(encoding="utf-8") + "\n# 注\n", encoding="utf-8")
    assert now() == before  # a remark is nothing to a reader
    text = catalogue.read_text(encoding="utf-8")
    catalogue.write_text(text.replace("title:", "title: 新", 1), encoding="utf-8")
    assert now() == set()


def test_others_come_and_go_that_name_a_settled_item(tmp_path: Path) -> None:
    """What they say of it stands on its page, and it is settled all the while."""
    office = lay_small(tmp_path)
    first = office.root / "content" / "a-1.md"
    other = office.root / "content" / "b-2.md"
    release = {"party": DAYS[1].isoformat()}
    lines = {"dates": {"written": "2025-03-01", "release": release, "until": "永久"}}
    other.write_text(disclosure("b-2", scope="党内", catalog="zz-01", replaces=["a-1"], **lines))
    settle(office)
    place = first.relative_to(office.root).as_posix()
    page = office.root / "dist/party/d/a-1/index.html"
    for day, told in ((DAYS[0], False), (DAYS[1], True), (DAYS[0], False), (DAYS[2], True)):
        office.day = day
        made = built(office)
        assert made == clean(office)
        assert ("b-2" in page.read_text(encoding="utf-8")) is told
        corpus = check(office.root).corpus
        assert corpus is not None
        assert place in corpus.settled
    keyed(other, "replaces", "")
    settle(office)
    assert built(office) == clean(office)


def test_a_settled_item_still_answers_to_the_publish_log(office: Office) -> None:
    """The log may come to say something else while the item lies there as it was."""
    assert build(office.root, office.root / "dist", lambda zone: office.day).items
    corpus = check(office.root).corpus
    assert corpus is not None
    assert corpus.settled
    state = Shown("", "题", "0" * 64, (), ("网站",), (), "0" * 64)
    ids = [each.id for each in corpus.disclosures if each.file in corpus.settled]
    for shown in (dataclasses.replace(state, id=ids[0]), None):
        said = {"party": {each: Standing(shown, DAYS[0], 1) for each in ids}}
        logged = dataclasses.replace(corpus, published=said)
        quick, slow = approve(logged), approve(dataclasses.replace(logged, settled={}))
        assert quick == slow
        assert len(quick[1]) >= len(ids)
