"""The publish log as the program writes it, and what check, show and verify make of it."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from generator import build as conductor
from generator.build import check
from generator.cli import cli
from generator.diagnostics import EnvironmentFault
from generator.model.disclosure import Disclosure
from generator.model.edition import Item
from generator.model.record import REGISTER
from generator.publish.log import enter
from generator.publish.verify import verify
from generator.site.place import held
from tests.laws.snapshot import exact
from tests.support import bind, instant, item, make_project, publish

AUDIENCES = ["party", "campus", "public"]


def project(tmp_path: Path) -> Path:
    return make_project(
        tmp_path,
        {
            "content/a.md": item("A-1", title="甲事项"),
            "content/b.md": item("B-1", title="乙事项", dates="{written: 2025-03-01, release: "
                                 "{party: 2025-03-10, campus: 2025-03-10, public: 2025-05-01}}"),
        },
    )  # fmt: skip


def codes(root: Path) -> list[str]:
    return [each.code for each in check(root).diagnostics]


def dwgk(root: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, [*arguments, "--project", str(root), "--lang", "zh"])
    return done.exit_code, done.output


def change(root: Path, file: str, old: str, new: str, *, again: bool = True) -> None:
    path = root / "content" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    if again:
        bind(root)


def entries(root: Path) -> list[dict[str, object]]:
    text = (root / REGISTER).read_text(encoding="utf-8")
    return [json.loads(each) for each in text.splitlines()]


def test_an_entry_tells_only_what_changed(tmp_path: Path) -> None:
    root = project(tmp_path)
    assert len(publish(root, instant("2025-04-01")).entries) == 3
    assert publish(root, instant("2025-04-02")).entries == ()
    (entry,) = publish(root, instant("2025-05-01", 0)).entries
    assert (entry.audience, [each.id for each in entry.came], entry.went) == ("public", ["B-1"], ())
    assert entry.at.isoformat() == "2025-05-01T00:00:00+08:00"
    assert [each["number"] for each in entries(root)] == [1, 2, 3, 4]
    assert codes(root) == []


def test_nothing_is_entered_before_what_is_there(tmp_path: Path) -> None:
    root = project(tmp_path)
    publish(root, instant("2025-04-02"))
    before = (root / REGISTER).read_bytes()
    made = publish(root, instant("2025-04-01"))
    assert [each.code for each in made.diagnostics] == ["R07"]
    assert (root / REGISTER).read_bytes() == before


def test_a_site_that_is_not_as_its_manifest_says(tmp_path: Path) -> None:
    """All sites or none: nothing is entered of the others either."""
    root = project(tmp_path)
    dist = root / "dist"
    at = instant("2025-04-01")
    assert {each.code for each in enter(root, dist, AUDIENCES, at).diagnostics} == {"R06"}
    publish(root, at, tmp_path / "dist")
    (root / REGISTER).unlink()
    stray = tmp_path / "dist/public/index.html"
    stray.write_text("x")
    made = enter(root, tmp_path / "dist", AUDIENCES, at)
    assert [(each.code, each.span.file) for each in made.diagnostics] == [
        ("R05", "dist/public/index.html")
    ]
    assert not (root / REGISTER).exists()
    stray.unlink()
    items = tmp_path / "dist/party.items.jsonl"
    kept = items.read_bytes()
    (tmp_path / "dist/campus.items.jsonl").replace(items)
    codes_found = {each.code for each in enter(root, tmp_path / "dist", AUDIENCES, at).diagnostics}
    assert codes_found == {"R05", "R06"}
    items.write_bytes(kept)
    assert enter(root, tmp_path / "dist", ["party"], at).entries


@pytest.mark.parametrize("damage", [b'{"as_of":"2025', b"\x00\x00\x00", "中".encode()[:1]])
def test_a_line_cut_off_is_told_and_mended(tmp_path: Path, damage: bytes) -> None:
    root = project(tmp_path)
    publish(root, instant("2025-04-01"))
    whole = (root / REGISTER).read_bytes()
    (root / REGISTER).write_bytes(whole + damage)
    assert codes(root) == ["R09"]
    publish(root, instant("2025-04-01"))
    assert (root / REGISTER).read_bytes() == whole
    (root / REGISTER).write_bytes(whole[:-1])
    assert codes(root) == ["R09"]
    publish(root, instant("2025-05-01"))
    assert (root / REGISTER).read_bytes().startswith(whole)
    assert len(entries(root)) == 4
    assert codes(root) == []


def test_a_broken_chain_stops_everything(tmp_path: Path) -> None:
    root = project(tmp_path)
    publish(root, instant("2025-04-01"))
    path = root / REGISTER
    whole = path.read_bytes()
    path.write_bytes(whole.replace("甲事项".encode(), "丙事项".encode(), 1))
    (found,) = check(root).diagnostics
    assert (found.code, str(found.span)) == ("E11", f"{REGISTER}:1:1")
    made = publish_anyway(root)
    assert made == ["E11"]
    path.write_bytes(whole[whole.index(b"\n") + 1 :])
    assert [str(each.span) for each in check(root).diagnostics] == [f"{REGISTER}:1:1"]
    assert codes(root) == ["E12"]
    path.write_bytes(b"\xff" + whole)
    assert codes(root) == ["E13"]


def publish_anyway(root: Path) -> list[str]:
    made = enter(root, root / "dist", AUDIENCES, instant("2025-06-01"))
    return [each.code for each in made.diagnostics]


def test_one_at_a_time(tmp_path: Path) -> None:
    root = project(tmp_path)
    with held(root / ".dwgk/publish-log"), pytest.raises(EnvironmentFault):
        publish(root, instant("2025-04-01"))


def test_the_verb(tmp_path: Path) -> None:
    root = project(tmp_path)
    status, said = dwgk(root, "publish-log", "--check")
    assert (status, "还没有公开台账" in said) == (0, True)
    publish(root, instant("2025-04-01"))
    last = str(entries(root)[-1]["hash"])
    status, said = dwgk(root, "publish-log", "--check")
    assert (status, last in said) == (0, True)
    assert dwgk(root, "publish-log", "--noted", last)[0] == 0
    status, said = dwgk(root, "publish-log", "--noted", "0" * 64)
    assert (status, "R08" in said) == (1, True)
    assert dwgk(root, "publish-log", "nobody")[0] == 2
    status, said = dwgk(root, "publish-log", "--at", "2025-04-02 09:00")
    assert (status, "没有新的变化" in said) == (0, True)
    (root / "dist/public.items.jsonl").unlink()
    assert dwgk(root, "publish-log", "public", "--at", "2025-04-02")[0] == 1
    assert dwgk(root, "publish-log", "party", "--at", "2025-04-02")[0] == 0


def test_a_change_waits_for_the_day_of_its_entry(tmp_path: Path) -> None:
    """Between the edit and the day its note appears no site is built; from that day on it is."""
    root = project(tmp_path)
    publish(root, instant("2025-04-01"))
    note = "{change: 变更, date: 2025-04-10, by: 院党委会, reference: 会议, note: 更名}"
    change(root, "a.md", "title: 甲事项", f"title: 新名\nlifecycle: [{note}]")
    assert codes(root) == []
    built = conductor.build(root, root / "out", lambda zone: date(2025, 4, 9))
    assert [each.code for each in built.diagnostics] == ["R03"]
    assert not (root / "out").exists()
    approved = check(root).approved
    corpus = check(root).corpus
    assert approved is not None
    assert corpus is not None
    assert not list(conductor.check_day(corpus, approved.items, date(2025, 4, 10)))
    assert not list(conductor.check_day(corpus, approved.items, date(2025, 3, 20))), "a look back"


def test_show_answers_from_the_log(tmp_path: Path) -> None:
    root = project(tmp_path)
    publish(root, instant("2025-04-01"))
    note = "{change: 变更, date: 2025-04-10, by: 院党委会, reference: 会议, note: 更名}"
    change(root, "a.md", "title: 甲事项", f"title: 新名\nlifecycle: [{note}]")
    publish(root, instant("2025-04-10", 9))
    _, said = dwgk(root, "show", "A-1", "--as-of", "2025-04-05")
    assert "台账 党内（party）: 2025-04-01 08:00 – 2025-04-10 09:00  甲事项" in said
    assert re.search(r"sha256:[0-9a-f]{64}", said)
    assert "后来变更以前" in said
    assert "不一致" not in said
    _, said = dwgk(root, "show", "A-1", "--as-of", "2025-04-10")
    assert said.index("甲事项") < said.index("2025-04-10 09:00 – …  新名")
    _, said = dwgk(root, "show", "A-1", "--as-of", "2025-03-20")
    assert "台账" not in said, "the log begins later and claims nothing"
    _, said = dwgk(root, "show", "public", "--recorded", "--as-of", "2025-04-05")
    assert ("甲事项" in said, "乙事项" in said) == (True, False)
    _, said = dwgk(root, "show", "public", "--recorded", "--as-of", "2025-05-02")
    assert "B-1: 与项目不一致：按现在的项目当日应当显示，台账里没有" in said


def test_what_was_shown_outlives_withdrawal_expiry_and_deletion(tmp_path: Path) -> None:
    root = project(tmp_path)
    dates = "{written: 2025-03-01, release: 2025-03-10, until: 2025-04-10}"
    path = root / "content/c.md"
    path.write_text(item("C-1", title="丙事项", dates=dates), encoding="utf-8")
    bind(root)
    publish(root, instant("2025-04-01"))
    end = "{change: 撤销, date: 2025-04-20, by: 院党委会, reference: 会议, note: 撤下}"
    change(root, "a.md", "id: A-1", f"id: A-1\nlifecycle: [{end}]")
    publish(root, instant("2025-04-21"))
    path.unlink()
    assert codes(root) == [], "an expired item may go when the log has seen it expire"
    _, said = dwgk(root, "show", "C-1", "--as-of", "2025-04-05")
    assert said.count("2025-04-01 08:00 – 2025-04-21 08:00  丙事项") == 3
    assert "与项目不一致：台账记着当日显示过" in said
    _, said = dwgk(root, "show", "A-1", "--recorded", "--as-of", "2025-06-01")
    assert said.count("2025-04-01 08:00 – 2025-04-21 08:00  甲事项") == 3
    assert said.count("2025-04-21 08:00 – …  撤销或终止的告示") == 3
    assert dwgk(root, "show", "C-9", "--as-of", "2025-04-05")[0] == 2


@pytest.mark.slow
def test_the_log_changes_no_byte_of_a_site(tmp_path: Path) -> None:
    """Law 2: neither its presence nor what it holds reaches a site; it can only forbid one."""
    plain, logged = project(tmp_path / "plain"), project(tmp_path / "logged")
    secret = item("P-1", title="只给党内看的题目", scope="党内", catalog="zz-01", unit="组织部")
    for root in (plain, logged):
        (root / "content/p.md").write_text(secret, encoding="utf-8")
        bind(root)
    publish(logged, instant("2025-04-01"), tmp_path / "sites")
    for root in (plain, logged):
        assert conductor.build(root, root / "dist", lambda zone: date(2025, 4, 2)).items
    assert exact(plain / "dist") == exact(logged / "dist")
    assert verify(logged / "dist", logged) == []
    # Another log, of another history, forbids nothing and changes nothing either.
    (logged / REGISTER).unlink()
    publish(logged, instant("2025-03-15"), tmp_path / "sites")
    assert conductor.build(logged, logged / "dist", lambda zone: date(2025, 4, 2)).items
    assert exact(plain / "dist") == exact(logged / "dist")
    beside = (plain / "dist/public.items.jsonl").read_text(encoding="utf-8")
    assert "P-1" not in beside
    assert "甲事项" in beside


def test_the_log_on_a_site_is_a_leak(tmp_path: Path) -> None:
    """Whole, or only a title that the file it came from no longer holds."""
    root = project(tmp_path)
    secret = item("P-1", title="只给党内看的旧题目", scope="党内", catalog="zz-01", unit="组织部")
    (root / "content/p.md").write_text(secret, encoding="utf-8")
    bind(root)
    publish(root, instant("2025-04-01"))
    note = "{change: 变更, date: 2025-04-10, by: 院党委会, reference: 会议, note: 更名}"
    change(root, "p.md", "title: 只给党内看的旧题目", f"title: 另一题目\nlifecycle: [{note}]")
    site = root / "dist/public"
    (site / "copy.jsonl").write_bytes((root / REGISTER).read_bytes())
    (site / "old.txt").write_text("说的是只给党内看的旧题目。", encoding="utf-8")
    found = {(each.code, each.span.file) for each in verify(root / "dist", root, ["public"])}
    assert ("R30", "dist/public/copy.jsonl") in found
    assert ("VF02", "dist/public/old.txt") in found


def test_registers_cannot_be_attached_or_linked(tmp_path: Path) -> None:
    root = project(tmp_path)
    publish(root, instant("2025-04-01"))
    text = item(
        "X-1",
        "[台账](../registers/publish-log.jsonl)\n",
        attachments=[{"file": "../registers/publish-log.jsonl", "title": "台账"}],
    )
    (root / "content/x.md").write_text(text, encoding="utf-8")
    bind(root)
    assert {"S20", "G31"} <= set(codes(root))


def test_every_fact_of_an_item_is_judged() -> None:
    """Who adds a fact that readers see decides whether its silent change is the item's fault."""
    compared = {
        "title", "scope", "period", "units", "forms", "kind", "number", "written", "release",
        "last", "series", "effective", "attachments", "summary", "keywords", "text_digest",
    }  # fmt: skip
    others = {
        "id",  # another id is another item
        "row", "category", "related", "links", "call", "year",  # made of what is not the item's
        "aliases",  # no reader sees a former address
        "changes",  # compared by themselves: they only grow
    }  # fmt: skip
    assert {each.name for each in dataclasses.fields(Item)} == compared | others
    assert {"published"} <= {each.name for each in dataclasses.fields(conductor.Corpus)}
    assert "published" not in {each.name for each in dataclasses.fields(Disclosure)}


def test_two_audiences_one_message(tmp_path: Path) -> None:
    root = project(tmp_path)
    publish(root, instant("2025-04-01"))
    publish(root, instant("2025-05-01"))
    change(root, "b.md", "正文。", "新文。")
    (found,) = check(root).diagnostics
    assert found.code == "R01"
    assert dict(found.args)["audience"] == "党内、校内、社会"
    assert dict(found.args)["since"] == "2025-05-01", "a day that explains it to all of them"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("2025-04-01T16:30:00+00:00", "2025-04-02T00:30:00+08:00"),
        ("2025-04-01 16:30", "2025-04-01T16:30:00+08:00"),
    ],
)
def test_instants_are_told_in_the_institution_zone(tmp_path: Path, asked: str, told: str) -> None:
    root = project(tmp_path)
    publish(root, instant("2025-04-01"))
    (root / REGISTER).unlink()
    status, said = dwgk(root, "publish-log", "--at", asked)
    assert status == 0, said
    assert {each["at"] for each in entries(root)} == {told}
