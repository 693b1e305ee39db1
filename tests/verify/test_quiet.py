"""What must not be found: clean sites, and near misses."""

from __future__ import annotations

from verify_lab import OPEN_TEXT, OPEN_TITLE, REFERENCE, SECRET_TITLE, Lab


def test_clean_site(lab: Lab) -> None:
    lab.seal()
    assert lab.findings() == []
    assert lab.findings("public") == []


def test_party_site_may_hold_it_all(lab: Lab) -> None:
    lab.page("index.html", f"<h1>{SECRET_TITLE}</h1><p>inner-0002 gbxb-07</p>", "party")
    lab.seal()
    lab.seal("party")
    assert lab.findings() == []


def test_title_within_a_visible_title(lab: Lab) -> None:
    lab.item("inner-0005", "党委工作机构设置", "略", scope="党内")
    assert lab.leak("a.txt", OPEN_TITLE) == set()


def test_sentence_shared_with_a_visible_item(lab: Lab) -> None:
    lab.item("inner-0005", "另一份内部通报的标题", OPEN_TEXT, scope="党内")
    assert lab.leak("a.txt", OPEN_TEXT) == set()


def test_desensitised_text_of_the_same_matter(lab: Lab) -> None:
    lab.item("full-0001", "名单通报", "共有三人因私外出未按规定报备。", scope="党内", matter="m")
    lab.item("mild-0001", "名单通报", "个别人员外出未按规定报备的情况。", matter="m")
    assert lab.leak("a.txt", "mild-0001 名单通报 个别人员外出未按规定报备的情况。") == set()


def test_id_within_a_longer_id(lab: Lab) -> None:
    lab.item("inner-0002-2", "可以公开的第二部分", "略")
    text = "inner-00021 winner-0002 inner-0002-2 <a href='d/inner-0002-2/'>"
    assert lab.leak("a.txt", text) == set()


def test_short_and_numeric_ids_do_not_match_everywhere(lab: Lab) -> None:
    lab.item("'2025'", "另一份内部通报的标题", "略", scope="党内")
    assert lab.leak("a.txt", "2025 年度，archive/2025/") == set()
    assert lab.leak("a.txt", "<a href='../d/2025/'>") == {"VF01"}


def test_approval_words_that_are_public_elsewhere(lab: Lab) -> None:
    lab.item("open-0004", "会议决定事项公开说明", f"根据{REFERENCE}，现予公开。")
    assert lab.leak("a.txt", f"根据{REFERENCE}，现予公开。") == set()


def test_shared_attachment(lab: Lab) -> None:
    for name, scope in (("open-0006", "校内外"), ("inner-0006", "党内")):
        (lab.root / "content" / f"{name}-liebiao.txt").write_text("one list", encoding="utf-8")
        entry = f"[{{file: {name}-liebiao.txt, title: 清单}}]"
        lab.item(name, f"{name} 所附清单的说明", "略", scope=scope, attachments=entry)
    assert lab.leak("d/open-0006/open-0006-liebiao.txt", "one list") == set()
