"""Laws 1, 2 and 7 for renditions: lent only to those who may know all, and never believed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import build as conductor
from generator.model.approved import Approved
from generator.model.edition import Edition
from generator.pages.sections import all_pages
from generator.project import narrow, project
from generator.site import crew
from generator.site.order import SiteOrder
from generator.site.renditions import Lending, Renditions, lenders
from tests.incremental.office import lay, settle
from tests.laws.snapshot import differing, exact
from tests.laws.strategies import AUDIENCES, corpora, days

KEYS = st.tuples(
    st.sampled_from(["d/a/", "d/b/"]),
    st.sampled_from(["1" * 64, "2" * 64]),
    st.dictionaries(st.sampled_from(["x.md", "y.md"]), st.sampled_from(["", "d/a/", "d/b/"])),
)


def texts(edition: Edition) -> set[tuple[str, str]]:
    """What the pages of a site say, and where."""
    return {(page.url, page.text_digest) for page in all_pages(edition) if page.text_digest}


def addresses(edition: Edition) -> set[str]:
    """Where the links of a site's texts lead: pages and files."""
    seen = (*edition.items, *edition.pages)
    return {address for each in seen for address in each.links.values() if address}


@settings(max_examples=100)
@given(corpora(), days, st.sets(st.integers(0, 5)))
def test_nobody_is_given_the_folder_of_one_who_has_a_text_that_he_has_not(
    approved: Approved, day: date, chosen: set[int]
) -> None:
    seen = [project(approved, approved.institution.audience(each), day) for each in AUDIENCES]
    kept = {item.id for place, item in enumerate(seen[0].items) if place in chosen}
    seen.append(narrow(seen[0], lambda item: item.id in kept))
    found = lenders(seen)
    for own, theirs in ((own, theirs) for own in range(4) for theirs in range(4) if own != theirs):
        may = texts(seen[theirs]) <= texts(seen[own])
        assert (theirs in found[own]) == may
        if may:  # and so none of their links leads to what he does not know
            pages = {page.url for page in all_pages(seen[own])}
            files = (*seen[own].items, *seen[own].pages)
            names = {file.name for each in files for file in each.attachments}
            for address in addresses(seen[theirs]):
                folder, _, name = address.rpartition("/")
                assert f"{folder}/" in pages and (not name or name in names)
    assert all(own not in each for own, each in enumerate(found))
    assert 3 in found[0]


@given(made=KEYS, asked=KEYS, basis=st.sampled_from(["one", "other"]), data=st.data())
def test_a_rendition_is_found_by_all_it_is_made_of_or_not_at_all(
    tmp_path_factory: pytest.TempPathFactory,
    made: tuple[str, str, dict[str, str]],
    asked: tuple[str, str, dict[str, str]],
    basis: str,
    data: st.DataObject,
) -> None:
    """However much of it was written when somebody looks, and whatever else lies there."""
    own = tmp_path_factory.mktemp("work") / "public.renditions"
    lender, html = Renditions(Lending(own), "one"), data.draw(st.text())
    lender.keep(lender.key(*made), html)
    assert own.stat().st_mode & 0o077 == 0
    lent = Lending(None, (own.with_name("none"), own))
    borrower = Renditions(lent, basis)
    found = borrower.find(borrower.key(*asked))
    assert found == (html if (made, "one") == (asked, basis) else None)

    [file] = own.iterdir()
    whole = file.read_bytes()
    cut = data.draw(st.integers(0, len(whole) - 1))
    file.write_bytes(whole[:cut] + data.draw(st.sampled_from([b"", b"\0", b"<p>"])))
    if file.read_bytes() != whole:
        assert Renditions(lent, "one").find(lender.key(*made)) is None


@pytest.mark.usefixtures("inline")
def test_a_site_is_the_same_whether_or_not_it_was_lent_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Campus and public say the same here: whichever comes first, the other takes its texts."""
    office = lay(tmp_path / "mine", 1)
    settle(office)
    found: list[int] = []
    find = Renditions.find

    def counting(self: Renditions, key: str) -> str | None:
        html = find(self, key)
        found[-1] += html is not None
        return html

    monkeypatch.setattr(Renditions, "find", counting)
    sites = []
    for name, step in (("first", -1), ("last", 1), ("alone", 0)):
        found.append(0)
        if step:
            _in_turn(monkeypatch, step)
        else:
            monkeypatch.setattr(crew, "sharing", lambda orders: [Lending()] * len(orders))
        conductor.build(office.root, tmp_path / name, lambda zone: office.day)
        sites.append(exact(tmp_path / name))
    assert found[0] == found[1] > found[2] == 0
    assert differing(sites[0], sites[2]) == differing(sites[1], sites[2]) == []


def _in_turn(monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """Sites are made one after the other, the public one last, or first."""

    def turns(asked: dict[object, SiteOrder]) -> Sequence[object]:
        return sorted(asked, key=lambda each: step * AUDIENCES.index(asked[each].out.name))

    monkeypatch.setattr(crew, "as_completed", turns)
