"""What the last build left is looked at while spares are moved and strangers come by."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.remembered import Asked
from generator.site.ledger import hold
from generator.site.left import Left, look_back
from tests.incremental.office import Office, lay, settle
from tests.incremental.same import built


@pytest.fixture
def office(inline: None, tmp_path: Path) -> Office:
    """A project as the last build left it."""
    found = lay(tmp_path / "mine", 0)
    settle(found)
    assert built(found)
    return found


@pytest.fixture
def spare(office: Office) -> Iterator[int]:
    """The spare of a site, held."""
    here = hold(_spare(office))
    yield here
    os.close(here)


def _spare(office: Office) -> Path:
    return office.root / ".dist.spare" / "public"


def _left(office: Office, spare: int | None) -> Left:
    asked = Asked(office.root, office.root / "dist")
    return look_back(asked.folder / "public", asked.out / "public", spare)


def test_a_spare_may_be_moved_while_it_is_looked_at(office: Office, spare: int) -> None:
    """The first site that is begun takes the spares of all to where sites are made."""
    elsewhere = office.root / "elsewhere"
    _spare(office).parent.rename(elsewhere)
    left = _left(office, spare)
    assert left.is_at(elsewhere / "public")
    assert (left.whole, left.other) == (True, {})


def test_another_folder_in_its_place_is_not_the_spare(office: Office, spare: int) -> None:
    left = _left(office, spare)
    _spare(office).rename(office.root / "elsewhere")
    _spare(office).mkdir()
    assert not left.is_at(_spare(office))
    assert not _left(office, None).is_at(office.root / "elsewhere")


@pytest.mark.parametrize("folder", ["dist", ".dist.spare"])
def test_what_slipped_in_is_seen_where_it_is(office: Office, spare: int, folder: str) -> None:
    (office.root / folder / "public/catalog/secret.html").write_text("外来文件", "utf-8")
    left = _left(office, spare)
    assert left.whole == (folder != "dist")
    assert left.is_at(_spare(office)) == (folder == "dist")
    assert left.other == {}


def test_only_what_differs_is_kept(office: Office, spare: int) -> None:
    site = office.root / "dist" / "public"
    (site / "robots.txt").write_text("别的", "utf-8")  # the file of the spare too
    os.utime(site / "sitemap.xml", ns=(1, 1))
    left = _left(office, spare)
    assert left.other.keys() == {"robots.txt", "sitemap.xml"}
    assert left.other["robots.txt"] is None
    assert left.other["sitemap.xml"] != left.ledger.files["sitemap.xml"]
    assert not left.stands(left.ledger.key)
