"""Sample: a draw anybody can repeat, that no item can escape, with the evidence on file."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from generator.build import check
from generator.model.record import Entry, Gone, Shown
from generator.oversight.render import as_text
from generator.oversight.sample import Sample, sample
from generator.oversight.scene import Scene
from generator.oversight.wording import sample_paper
from tests.support import approval, item, make_project


def _sample(root: Path, count: int, seed: str = "1", as_of: str = "2026-01-01") -> Sample:
    checked = check(root)
    assert checked.corpus is not None
    assert checked.approved is not None
    faulty = frozenset(each.span.file for each in checked.diagnostics if each.severity == "error")
    scene = Scene("示例", 2025, date.fromisoformat(as_of), faulty)
    return sample(checked.corpus, checked.approved, scene, count, seed)


def _many(tmp_path: Path, count: int) -> Path:
    names = [f"A-{number}" for number in range(count)]
    return make_project(tmp_path, {f"content/{name}.md": item(name) for name in names})


def _ids(report: Sample) -> list[str]:
    return [each.id for each in report.drawn]


def test_the_draw_is_the_seed_s_alone(tmp_path: Path) -> None:
    few, more = _many(tmp_path / "few", 20), _many(tmp_path / "more", 30)
    first = _sample(few, 5)
    assert first == _sample(few, 5)
    assert first.population == 20
    assert len(set(_ids(first))) == 5
    assert _ids(_sample(few, 5, "2")) != _ids(first)
    assert _ids(_sample(few, 10))[:5] == _ids(first)
    old = {f"A-{number}" for number in range(20)}
    assert [each for each in _ids(_sample(more, 30)) if each in old] == _ids(_sample(few, 20))


def test_every_item_may_be_drawn(tmp_path: Path) -> None:
    root = _many(tmp_path, 10)
    drawn = {name for seed in range(40) for name in _ids(_sample(root, 2, str(seed)))}
    assert len(drawn) == 10


def test_evidence(tmp_path: Path) -> None:
    changed = "sha256:" + "1" * 64
    files = {
        "content/a.md": item(
            "A-1", dates="{written: 2025-03-01, release: 2025-03-10, until: 30天}"
        ),
        "content/b.md": item("B-1", catalog="jb-02"),
        "content/c.md": item("C-1", approval=approval(approved=None)),
        "content/d.md": item("D-1", dates="{written: 2025-03-01, release: 2026-03-10}"),
    }
    root = make_project(tmp_path, files)
    (root / "content/e.md").write_text(item("E-1", approval=approval(digest=changed)))
    (root / "content/f.md").write_text(item("F-1", approval=approval(digest=None)))
    report = _sample(root, 10)
    assert report.population == 5
    found = {each.id: each for each in report.drawn}
    web = found["A-1"]
    assert web.file == "content/a.md"
    assert [(s.step, s.by, s.reference) for s in web.steps][2] == (
        "审批",
        "院党委会",
        "2025年第1次党委会",
    )
    assert web.releases["社会"] == (date(2025, 3, 10), date(2025, 4, 9))
    assert (web.binding, web.faulty) == ("一致", False)
    paper = found["B-1"]
    assert (paper.releases, paper.stated) == ({}, {"全部受众": date(2025, 3, 10)})
    assert [form.word for form in paper.forms] == ["文件", "会议"]
    assert (found["C-1"].steps[2].by, found["C-1"].faulty) == ("", True)
    assert (found["E-1"].binding, found["E-1"].faulty) == ("审批后有改动", True)
    assert (found["F-1"].binding, found["F-1"].faulty) == ("未绑定", True)


def test_the_log_and_the_verdicts_are_evidence_too(tmp_path: Path) -> None:
    gone = "[{change: 终止, date: 2025-06-01, by: 院党委, reference: 第9次会, note: 到期}]"
    root = make_project(tmp_path, {"content/a.md": item("A-1", scope="党内", lifecycle=gone)})
    zone = timezone(timedelta(hours=8))
    shown = Shown("A-1", "示例事项", "", (), (), (), "")
    days = (datetime(2025, 3, 10, tzinfo=zone), datetime(2025, 6, 1, tzinfo=zone))
    log = (
        Entry(1, "party", days[0], date(2025, 3, 10), "", (shown,), (), ""),
        Entry(2, "party", days[1], date(2025, 6, 1), "", (), (Gone("A-1", True),), ""),
    )
    checked = check(root)
    assert checked.corpus is not None
    assert checked.approved is not None
    for as_of, told in (("2025-05-01", 1), ("2025-12-01", 2)):
        scene = Scene("示例", 2025, date.fromisoformat(as_of), frozenset())
        (drawn,) = sample(checked.corpus, checked.approved, scene, 5, "1", log=log).drawn
        assert len(drawn.spells) == told
    assert drawn.steps[1].verdicts == ("通过", "通过", "通过", "低")
    assert [each.change for each in drawn.changes] == ["终止"]
    text = as_text(sample_paper(sample(checked.corpus, checked.approved, scene, 5, "1", log=log)))
    assert "党内 2025-03-10 00:00 至 2025-06-01 00:00；党内（告示） 2025-06-01 00:00 至 今" in text
    assert "结论：通过、通过、通过、低" in text
    assert "终止 2025-06-01 院党委 第9次会" in text
