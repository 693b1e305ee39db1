"""The digest: what is written another way stays bound, what says another thing does not."""

from __future__ import annotations

import json
import random
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from generator.source.digest import approval_digest, text_digest
from generator.source.front import decode, split
from generator.source.sheet import Sheet

_WORDS = st.text(alphabet="abc 〇一二党费：,#&", min_size=1, max_size=8).filter(
    lambda text: text == text.strip()
)
_LEAVES = _WORDS
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=3),
    max_leaves=8,
)
_SHEETS = st.dictionaries(st.sampled_from(["id", "title", "scope", "dates", "unit"]), _VALUES)


def _digest(head: str, body: str = "正文", attachments: tuple[str | None, ...] = ()) -> str:
    sheet = Sheet("a.md", head)
    assert sheet.root is not None, sheet.faults
    return approval_digest(sheet.root, text_digest(body), attachments)


def _flow(value: Any, chance: random.Random) -> str:
    """A YAML text of a value: keys in any order, quotes of either kind, spaces at will."""
    space = " " * chance.randrange(1, 3)
    if isinstance(value, dict):
        pairs = list(value.items())
        chance.shuffle(pairs)
        inner = f",{space}".join(
            f"{_quoted(k, chance)}:{space}{_flow(v, chance)}" for k, v in pairs
        )
        return "{" + inner + "}"
    if isinstance(value, list):
        return "[" + f",{space}".join(_flow(each, chance) for each in value) + "]"
    return _quoted(value, chance)


def _quoted(text: str, chance: random.Random) -> str:
    if chance.random() < 0.5:
        return json.dumps(text, ensure_ascii=False)
    return "'" + text.replace("'", "''") + "'"


def _sheet(values: dict[str, Any], chance: random.Random) -> str:
    entries = list(values.items())
    chance.shuffle(entries)
    lines = [f"{key}: {_flow(value, chance)}" for key, value in entries]
    comments = ["# 注释", "", "   # 又一行"]
    return "\n".join(x for line in lines for x in (line, chance.choice(comments))) + "\nz: '1'\n"


@given(_SHEETS, st.randoms(use_true_random=False), st.randoms(use_true_random=False))
def test_order_quotes_and_comments_do_not_count(
    values: dict[str, Any], one: random.Random, other: random.Random
) -> None:
    assert _digest(_sheet(values, one)) == _digest(_sheet(values, other))


@given(_SHEETS, _SHEETS, st.randoms(use_true_random=False))
def test_another_value_is_another_digest(
    one: dict[str, Any], other: dict[str, Any], chance: random.Random
) -> None:
    assume(one != other)
    assert _digest(_sheet(one, chance)) != _digest(_sheet(other, chance))


@given(st.text(max_size=20), st.text(max_size=20))
def test_another_text_is_another_digest(one: str, other: str) -> None:
    assume(one.encode("utf-8", "replace") != other.encode("utf-8", "replace"))
    one, other = (each.encode("utf-8", "replace").decode() for each in (one, other))
    assert (_digest("id: A", one) == _digest("id: A", other)) == (one == other)


@given(
    st.lists(st.sampled_from(["x", "y", None]), max_size=3),
    st.lists(st.sampled_from(["x", "y", None]), max_size=3),
)
def test_attachments_count_in_their_order(one: list[str | None], other: list[str | None]) -> None:
    same = _digest("id: A", "", tuple(one)) == _digest("id: A", "", tuple(other))
    assert same == (one == other)


def test_parts_cannot_be_shifted_between_metadata_and_list() -> None:
    assert _digest("keywords: [a, b]") != _digest("keywords: a, b")
    assert _digest("keywords: [a, [b]]") != _digest("keywords: [a, b]")
    assert _digest("title: ''") != _digest("other: ''")


def test_the_digest_and_the_life_after_it_stand_outside() -> None:
    bare = _digest("id: A\napproval: {by: x}")
    assert bare == _digest(
        "id: A\napproval: {by: x, digest: sha256:0}\nlifecycle: [{change: 撤销}]"
    )
    assert bare != _digest("id: A\napproval: {by: y}")
    assert bare != _digest("id: A\napproval: {by: x}\ndigest: 1")
    assert bare != _digest("id: A\napproval: {by: x, lifecycle: 1}")
    assert bare != _digest("id: A\napproval: {by: x, proposed: {digest: 1}}")


def test_what_readers_are_told_of_changes_is_bound_and_taking_down_is_not() -> None:
    bare = _digest("id: A")
    told = _digest("id: A\nlifecycle: [{change: 变更, date: 2025-04-01, note: 甲}]")
    assert told not in (bare, _digest("id: A\nlifecycle: [{change: 变更, date: 2025-04-01}]"))
    ended = "lifecycle: [{note: 甲, change: 变更, date: 2025-04-01}, {change: 终止, note: 乙}]"
    assert told == _digest(f"id: A\n{ended}")
    assert bare == _digest("id: A\nlifecycle: []")


@given(st.text(alphabet="甲乙 \n", max_size=30))
def test_line_ends_do_not_count(body: str) -> None:
    digests = set()
    for newline in ("\n", "\r\n", "\r"):
        written = f"---\nid: A-1\n---\n{body}".replace("\n", newline)
        halves, _ = split("a.md", decode("a.md", written.encode())[0])
        assert halves is not None
        digests.add(_digest(halves.head, halves.body))
    assert len(digests) == 1
