"""YAML without its surprises: a value means what it shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.source.front import decode, split
from generator.source.sheet import Sheet


def _value(text: str) -> str:
    sheet = Sheet("a.yml", text)
    assert not sheet.faults, sheet.faults
    return sheet.fields(["key"]).text("key")


@pytest.mark.parametrize(
    "shown",
    [
        "on",
        "off",
        "yes",
        "no",
        "y",
        "n",
        "true",
        "null",
        "~",
        "2025",
        "12:30",
        "2025-09-12",
        "1e3",
        "0o17",
        "010",
        "1_000",
        ".inf",
        "=",
        "<<",
        "2025-09-12 10:00:00",
        "０１",
        "党内：校内",
        "50%",
        "(一)",
        "《办法》",
        "“一岗双责”",
        "A&B",
        "1*2",
        "重要!",
        "a#b",
    ],
)
def test_a_plain_value_means_what_it_shows(shown: str) -> None:
    assert _value(f"key: {shown}") == shown


def test_a_key_means_what_it_shows() -> None:
    sheet = Sheet("a.yml", "on: 1\n2025: 2\nyes: 3\n2025-09-12: 4\n")
    assert list(sheet.fields(["on", "2025", "yes", "2025-09-12"]).names()) == [
        "on", "2025", "yes", "2025-09-12",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["key: &name 值", "key: !tag 值", "key: [!!int 3]", "- key: *a"])
def test_a_decorated_value_is_refused(text: str) -> None:
    assert next(each.code for each in Sheet("a.yml", text).faults) == "S04"


def test_an_alias_cannot_make_a_text_contain_itself() -> None:
    for text in ("a: &x [*x]", "a: &x {b: *x}", "a: &x 1\nb: *x", "a: &x {<<: *x}"):
        assert [each.code for each in Sheet("a.yml", text).faults] == ["S04"]


def test_quoted_decorations_are_text() -> None:
    assert _value('key: "&*! 值"') == "&*! 值"


@pytest.mark.parametrize(
    ("text", "line", "column", "key"),
    [
        ("id: 1\ntitle：甲\n", 2, 6, "title"),
        ("id: 1\ndates:\n  written ： 2025-01-01\n", 3, 11, "written"),
        ("items:\n  - id：1\n", 2, 7, "id"),
        ("forms:\n  网站：{channel: web}\n", 2, 5, "网站"),
        ("scopes:\n  党内: {audiences: [party]}\n  校内：\n    audiences: [party]\n", 3, 5, "校内"),
    ],
)
def test_a_full_width_colon_is_named(text: str, line: int, column: int, key: str) -> None:
    sheet = Sheet("a.yml", text)
    if sheet.root is not None:
        sheet.fields(["id", "title", "dates", "items", "forms"]).map("forms", None)
    (fault,) = sheet.faults
    place = (fault.span.line, fault.span.column)
    assert (fault.code, place, dict(fault.args)["key"]) == ("S05", (line, column), key)


@pytest.mark.parametrize(
    "text",
    [
        "key: |\n  注意：甲\n  PPT：乙\n",
        "key: >-\n\n  PPT：乙\nother: 1\n",
        "key: 甲：乙",
        "key: PPT：乙",
        "list:\n  - |\n    PPT：乙\n",
        "categories: {一：基本情况: basics}",
    ],
)
def test_a_full_width_colon_within_a_text_is_text(text: str) -> None:
    sheet = Sheet("a.yml", text)
    sheet.fields(["key", "list", "other", "categories"]).map("categories", None)
    assert sheet.faults == []


def test_the_line_after_a_block_text_is_looked_at() -> None:
    sheet = Sheet("a.yml", "key: |\n  PPT：乙\ntitle：甲\n")
    assert [(each.code, each.span.line) for each in sheet.faults] == [("S05", 3)]


def test_duplicate_keys_are_told_at_the_second() -> None:
    sheet = Sheet("a.yml", "a: 1\nb: {c: 1, c: 2}\na: 3\n")
    fields = sheet.fields(["a", "b"])
    fields.map("b", ["c"])
    places = {(each.code, each.span.line, each.span.column) for each in sheet.faults}
    assert places == {("S07", 3, 1), ("S07", 2, 11)}
    assert fields.text("a") == "1"


@pytest.mark.parametrize("text", ["", "# nur\n", "- a\n- b\n", "text", "---\n...\n"])
def test_a_sheet_that_is_no_mapping(text: str) -> None:
    assert [each.code for each in Sheet("a.yml", text).faults] == ["S09"]


@given(st.text(max_size=80))
def test_no_text_breaks_the_reader(text: str) -> None:
    sheet = Sheet("a.yml", text)
    assert (sheet.root is None) == bool(sheet.faults)
    for each in sheet.faults:
        assert each.span.line >= 1
        assert each.span.column >= 1


@given(st.text(alphabet="ab:：,[]{}&*!#'\"|>- \n\t", max_size=60))
def test_no_yaml_like_text_breaks_the_reader(text: str) -> None:
    sheet = Sheet("a.yml", text)
    if sheet.root is not None:
        sheet.fields(["a", "b"]).texts("a", split=True)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark_make_no_difference(newline: str, mark: str) -> None:
    written = mark + "---\nid: A-1\n---\n\n正文\n---\n".replace("\n", newline)
    text, faults = decode("a.md", written.encode("utf-8"))
    halves, more = split("a.md", text)
    assert not faults + more
    assert halves is not None
    assert (halves.head, halves.body, halves.body_line) == ("id: A-1\n", "\n正文\n---\n", 4)


def test_other_encodings_are_told_at_their_line() -> None:
    _, (fault,) = decode("a.md", "---\nid: A-1\n标题".encode("gbk"))
    assert (fault.code, fault.span.line) == ("S01", 3)
