"""What readers are told of corrections, replacements, series and changes: each their own part."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from generator.build import check, edition
from generator.diagnostics import has_errors
from generator.model.edition import Edition, Item
from generator.model.institution import Contact
from generator.model.page import ItemData, Page, SeriesData
from generator.pages.sections import all_pages
from generator.project import narrow
from generator.turning import next_change
from tests.support import INSTITUTION, complete, item, make_project

OWN = complete(
    """kinds:
  通报: {}
  公示: {until: required, invites: 异议}
units:
  - {id: dzb, name: 党政办公室, aliases: [党政办]}
  - {id: zzb, name: 组织部, telephone: 0000-0000003, email: zzb@example.edu.cn}
  - {id: xcb, name: 宣传部}
""",
    INSTITUTION,
)
DAY = date(2026, 6, 1)


def dates(release: str = "2025-03-10", more: str = "") -> str:
    return f"{{written: 2025-03-01, release: {release}{more}}}"


def seen(folder: Path, audience: str, day: date = DAY, **files: str) -> Edition:
    texts = {f"content/{name}.md": text for name, text in files.items()}
    catalogue = {"catalog.yaml": complete(ROWS, {})}
    root = make_project(folder, {"site_config/institution.yml": OWN, **catalogue, **texts})
    checked = check(root)
    assert checked.approved is not None
    assert not has_errors(checked.diagnostics), checked.diagnostics
    return edition(checked.approved, audience, day)


ROWS = """title: 目录
version: "1"
scope: 校内外
columns: {一级目录: category, 二级目录: title}
items:
  - {id: jb-01, category: 一、基本情况, title: 机构设置, forms: 网站、公开栏, scope: 校内外}
  - {id: zz-03, category: 二、组织建设, title: 公示, forms: 网站, scope: 校内外}
"""


def one(found: Edition, name: str) -> Item:
    return next(each for each in found.items if each.id == name)


def page(found: Edition, url: str) -> Page | None:
    return next((each for each in all_pages(found) if each.url == url), None)


def test_a_replacement_tells_from_when(tmp_path: Path) -> None:
    files = {
        "a": item("A-1"),
        "b": item("B-1", replaces="A-1", dates=dates(more=", effective: 2025-05-01")),
    }
    found = seen(tmp_path, "public", **files)
    (told,) = one(found, "A-1").related
    assert (told.relation, told.inverse, told.effective) == ("replaces", True, date(2025, 5, 1))
    (back,) = one(found, "B-1").related
    assert (back.relation, back.inverse, back.id) == ("replaces", False, "A-1")
    assert back.effective is None
    assert one(found, "B-1").effective == date(2025, 5, 1)
    assert one(found, "A-1").effective is None


def test_a_notice_leads_to_what_was_disclosed_again_where_that_may_be_read(tmp_path: Path) -> None:
    gone = "[{change: 撤销, date: 2025-04-01, by: 院党委, note: 另行公开}]"
    files = {
        "a": item("A-1", lifecycle=gone),
        "b": item("B-1", republishes="A-1", scope="校内", dates=dates("2025-05-01")),
        "c": item("C-1", replaces="A-1", dates=dates("2025-05-01")),
    }
    campus = seen(tmp_path / "1", "campus", **files)
    (notice,) = campus.notices
    assert [each.id for each in notice.again] == ["B-1"]
    assert one(campus, "B-1").related == ()  # a notice has no title to show
    (notice,) = narrow(campus, lambda each: each.id != "B-1").notices
    assert notice.again == ()
    (notice,) = seen(tmp_path / "2", "public", **files).notices
    assert notice.again == ()
    (notice,) = seen(tmp_path / "3", "campus", date(2025, 4, 30), **files).notices
    assert notice.again == ()


def test_a_series_is_the_parts_its_reader_sees(tmp_path: Path) -> None:
    def part(name: str, number: int, title: str = "", **more: str) -> str:
        title = f", title: {title}" if title else ""
        return item(name, series=f"{{id: lou, part: {number}{title}}}", title=f"题{name}", **more)

    files = {
        "z": part("Z-1", 1),
        "b": part("B-1", 2, "党内的叫法", scope="党内"),
        "a": part("A-1", 3, dates=dates("2025-03-12")),
        "d": part("D-1", 4, "尚未公开", dates=dates("2026-07-01")),
        "e": item("E-1"),
    }
    public = seen(tmp_path / "1", "public", **files)
    sheet = page(public, "series/lou/")
    assert sheet is not None
    assert isinstance(sheet.data, SeriesData)
    assert [each.id for each in sheet.data.parts] == ["Z-1", "A-1"]
    assert sheet.title == sheet.data.heading == "题Z-1等"
    for name in ("Z-1", "A-1"):
        inner = page(public, f"d/{name}/")
        assert inner is not None
        assert isinstance(inner.data, ItemData)
        assert inner.data.series is not None
        assert inner.data.series.url == "series/lou/"
        assert inner.data.parts == sheet.data.parts
    other = page(public, "d/E-1/")
    assert other is not None
    assert isinstance(other.data, ItemData)
    assert (other.data.series, other.data.parts) == (None, ())
    party = page(seen(tmp_path / "2", "party", **files), "series/lou/")
    assert party is not None
    assert party.title == "党内的叫法"
    none = {"b": files["b"], "e": files["e"]}
    assert page(seen(tmp_path / "3", "public", **none), "series/lou/") is None


def test_whom_to_turn_to(tmp_path: Path) -> None:
    row, until = "zz-03", dates(more=", until: 2026-12-31")
    files = {
        name: item(name.upper(), catalog=row, kind="公示", unit=unit, dates=until)
        for name, unit in (("a-1", "[宣传部, 组织部]"), ("b-1", "宣传部"))
    }
    found = seen(tmp_path, "public", **files, c=item("C-1", unit="组织部"))
    call = one(found, "A-1").call
    assert call is not None
    assert (call.invites, call.contact.unit) == ("异议", "组织部")
    assert call.contact.telephone == "0000-0000003"
    call = one(found, "B-1").call
    assert call is not None
    assert call.contact == found.face.contact == Contact("党政办公室", "0000-0000001")
    assert one(found, "C-1").call is None
    assert "0000-0000003" not in str(one(found, "C-1"))


def test_an_extension_is_told_to_those_who_saw_the_earlier_end(tmp_path: Path) -> None:
    changes = "[{change: 延期, date: 2025-04-01, by: 院党委, reference: 纪要, until: 2026-12-31}]"
    day = "{party: 2025-03-10, campus: 2025-04-02, public: 2025-04-02}"
    text = item("A-1", dates=dates(day, ", until: 2026-12-31"), lifecycle=changes)
    (note,) = one(seen(tmp_path / "1", "party", a=text), "A-1").changes
    assert (note.change, note.until) == ("延期", date(2026, 12, 31))
    assert one(seen(tmp_path / "2", "public", a=text), "A-1").changes == ()


def test_the_site_changes_when_a_correction_comes_and_goes(tmp_path: Path) -> None:
    files = {
        "content/a.md": item("A-1"),
        "content/b.md": item(
            "B-1", corrects="A-1", dates=dates("2026-06-10", ", until: 2026-06-20")
        ),
    }
    approved = check(make_project(tmp_path, files)).approved
    assert approved is not None
    public = approved.institution.audience("public")
    for day, following in ((DAY, date(2026, 6, 10)), (date(2026, 6, 10), date(2026, 6, 21))):
        assert next_change(approved, public, day) == following
    told = {day: one(edition(approved, "public", date(2026, 6, day)), "A-1") for day in (9, 10, 21)}
    assert [len(told[day].related) for day in (9, 10, 21)] == [0, 1, 0]


def test_the_example_shows_each_of_these() -> None:
    corpus = check(Path(__file__).parents[2]).corpus
    assert corpus is not None
    items = {each.id: each for each in corpus.disclosures}
    pairs = [
        (relation, each, items[name])
        for each in corpus.disclosures
        for relation, names in each.relations.items()
        for name in names
    ]
    kinds = {(relation, old.kind.word) for relation, _, old in pairs if old.kind}
    assert {("result_of", "公示"), ("result_of", "征求意见")} <= kinds
    assert {"corrects", "interprets", "republishes"} <= {relation for relation, *_ in pairs}
    assert any(r == "replaces" and new.effective and old.effective for r, new, old in pairs)
    parts = [each.series.id for each in corpus.disclosures if each.series]
    assert any(parts.count(name) >= 3 for name in parts)
    assert any(entry.until for each in corpus.disclosures for entry in each.lifecycle)
