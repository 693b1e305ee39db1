"""``dwgk approve``: the digest is written, and nothing else in the file changes."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.answers import approve_paths
from generator.build import check
from generator.desk.approve import Approving, FinalStep
from generator.diagnostics import EnvironmentFault
from tests.support import approval, item, make_project

_DIGEST = re.compile(rb"sha256:[0-9a-f]{64}")
STEP = FinalStep("院党委会", date(2025, 3, 3), '2025年第1次"党委会"')


def _approve(root: Path, *paths: str, step: FinalStep | None = None) -> Approving:
    return approve_paths(root.resolve(), [root / path for path in paths], step)


def _project(tmp_path: Path, text: str | bytes, **files: str) -> tuple[Path, Path]:
    root = make_project(tmp_path, {"content/a.md": text, **files}, approve=False)
    return root, root / "content/a.md"


def _codes(done: Approving) -> list[str]:
    return [each.code for each in done.diagnostics]


def _unbound(*, block: bool = True, **overrides: str | None) -> str:
    return item("A-1", approval=approval(block=block, digest=None, **overrides))


RECORDS = {
    "block": approval(digest=None),
    "flow": approval(block=False, digest=None),
    "flow over lines": """{
    proposed: {by: 党政办公室, date: 2025-03-01},  # 提出
    reviewed: {by: 保密办, date: 2025-03-02,
      secrecy: 通过, necessity: 通过, accuracy: 通过, risk: 低},
    approved: {by: 院党委会, date: 2025-03-03}     # 最后一步
  }""",
    "flow with a comma too many": approval(block=False, digest=None)[:-1] + ", }",
    "all block": """
    proposed:
      by: 党政办公室
      date: 2025-03-01
    reviewed:
      by: 保密办
      date: 2025-03-02
      secrecy: 通过
      necessity: 通过
      accuracy: 通过
      risk: 低
    approved:
      by: 院党委会
      date: 2025-03-03
      # 记录到此

  # 以下另起""",
    "an old digest": approval(digest="sha256:" + "1" * 64),
    "an old digest in quotes, with a comment": approval(digest=f'"sha256:{"1" * 64}"  # 旧'),
    "an old digest in the flow": approval(block=False, digest="'sha256:1'"),
    "a digest left empty": approval(digest=""),
    "a digest left empty with a comment": approval(digest=" # 待写"),
    "a digest left empty in the flow": approval(block=False, digest=""),
    "a digest first": "\n  digest: sha256:1\n" + approval(digest=None)[1:],
    "a long text last": approval(digest=None, off_catalog=">-\n    上级要求\n    公开"),
}


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "BOM"])
@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS.keys())
def test_records_of_every_shape(record: str, mark: bytes, newline: str, tmp_path: Path) -> None:
    text = item("A-1", approval=record, number="示例〔2025〕1号 # 文号").replace("\n", newline)
    root, path = _project(tmp_path, mark + text.encode())
    done = _approve(root, "content/a.md")
    assert (done.bound, _codes(done)) == (("content/a.md",), [])
    after = path.read_bytes()
    assert check(root).diagnostics == ()
    _only_the_digest_differs(mark + text.encode(), after)
    assert after.count(b"\r\n") == (after.count(b"\n") if newline == "\r\n" else 0)
    again = _approve(root, "content/a.md")
    assert (again.bound, again.unchanged) == ((), ("content/a.md",))
    assert path.read_bytes() == after


def _only_the_digest_differs(before: bytes, after: bytes) -> None:
    """Without the digest's entry, whatever form it has, the bytes are the same."""

    def bare(data: bytes) -> bytes:
        entry = rb"""(, )?digest:[ ]?("?'?sha256:\w+'?"?)?|^[ ]+(?=digest)"""
        return re.sub(rb"^\s*\n", b"", re.sub(entry, b"", data, flags=re.M), flags=re.M)

    def lines(data: bytes) -> list[bytes]:
        return [b" ".join(line.split()) for line in bare(data).split(b"\n") if line.strip()]

    assert lines(before) == lines(after)


_COMMENTS = st.sampled_from(["", "# 注释\n", "\n", "  # 缩进的注释\n", "#\n\n"])
_BODIES = st.text(alphabet="甲乙 \t-#\u2028\u00a0\r\n", max_size=20)


@settings(max_examples=60)
@given(before=_COMMENTS, after=_COMMENTS, body=_BODIES, block=st.booleans(), crlf=st.booleans())
def test_not_a_byte_around_the_digest_changes(
    tmp_path_factory: pytest.TempPathFactory,
    before: str,
    after: str,
    body: str,
    block: bool,
    crlf: bool,
) -> None:
    head = f"{before}id: A-1\napproval: {approval(block=block, digest=None)}\n{after}"
    text = item("A-1", approval=None).replace("id: A-1\n", head) + body
    if crlf:
        text = text.replace("\n", "\r\n")
    root, path = _project(tmp_path_factory.mktemp("p"), text.encode())
    assert _approve(root, "content/a.md").diagnostics == ()
    written = path.read_bytes()
    (digest,) = _DIGEST.findall(written)
    newline = b"\r\n" if crlf else b"\n"
    entry = b"  digest: " + digest + newline if block else b", digest: " + digest
    assert written.count(entry) == 1
    assert written.replace(entry, b"") == text.encode()


REFUSED = {
    "no record": (item("A-1", approval=None), ["G10"]),
    "an empty record": (item("A-1", approval="{}"), ["G11", "G11", "G11"]),
    "a step missing": (_unbound(reviewed=None), ["G11"]),
    "a step without a date": (_unbound(approved="{by: 院党委会}"), ["G12"]),
    "a step with an empty date": (_unbound(approved="{by: 院党委会, date: }"), ["G12"]),
    "an unfavourable verdict": (
        _unbound(reviewed="{by: 甲, date: 2025-03-02, secrecy: 不通过, necessity: 通过, risk: 低}"),
        ["G14", "G13"],
    ),
    "steps out of order": (_unbound(approved="{by: 院党委会, date: 2025-02-03}"), ["G17"]),
    "released before approval": (
        item("A-1", dates="{written: 2025-01-01, release: 2025-01-02}"),
        ["G18"],
    ),
    "unreadable": (item("A-1", scope="校里"), ["S13"]),
    "no front matter": ("正文\n", ["S02"]),
    "broken": ("---\nid: [\n---\n", ["S04"]),
    "an attachment that is not there": (
        item("A-1", attachments="[{file: a.csv, title: 表}]"),
        ["G29"],
    ),
}


@pytest.mark.parametrize(("text", "codes"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_incomplete_is_refused_and_stays_as_it_is(
    text: str, codes: Sequence[str], tmp_path: Path
) -> None:
    root, path = _project(tmp_path, text)
    done = _approve(root, "content/a.md")
    assert (done.bound, done.unchanged) == ((), ())
    assert sorted(_codes(done)) == sorted(codes)
    assert path.read_bytes() == text.encode()
    assert [each.name for each in path.parent.iterdir()] == ["a.md"]


def test_others_are_bound_while_one_is_refused(tmp_path: Path) -> None:
    files = {"content/b.md": item("B-1"), "content/c/c.md": item("C-1")}
    root = make_project(tmp_path, {"content/a.md": "x", **files}, approve=False)
    done = _approve(root, "content")
    assert done.bound == ("content/b.md", "content/c/c.md")
    assert _codes(done) == ["S02"]


@pytest.mark.parametrize("block", [True, False])
def test_the_last_step_is_filled_in(block: bool, tmp_path: Path) -> None:
    root, path = _project(tmp_path, _unbound(block=block, approved=None))
    assert _approve(root, "content/a.md", step=STEP).bound == ("content/a.md",)
    assert check(root).diagnostics == ()
    entry = 'approved: {by: "院党委会", date: 2025-03-03, reference: "2025年第1次\\"党委会\\""}'
    assert entry in path.read_text(encoding="utf-8")


def test_a_last_step_on_record_is_kept(tmp_path: Path) -> None:
    root, path = _project(tmp_path, _unbound())
    assert _approve(root, "content/a.md", step=FinalStep("乙", date(2026, 1, 1), "")).bound
    assert "乙" not in path.read_text(encoding="utf-8")


def test_a_filled_step_is_taken_back_where_the_record_stays_incomplete(tmp_path: Path) -> None:
    text = _unbound(approved=None, reviewed=None)
    root, path = _project(tmp_path, text)
    assert _codes(_approve(root, "content/a.md", step=STEP)) == ["G11"]
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("by", ["甲: 乙", "甲\\", '"', "{", "#", "- 甲", "甲\n乙: 丙", "甲\x07"])
def test_what_the_command_line_says_cannot_break_the_record(by: str, tmp_path: Path) -> None:
    text = _unbound(approved=None)
    root, path = _project(tmp_path, text)
    done = _approve(root, "content/a.md", step=FinalStep(by, date(2025, 3, 3), ""))
    if done.bound:
        assert check(root).diagnostics == ()
    else:
        assert done.diagnostics
        assert path.read_text(encoding="utf-8") == text


def test_five_hundred_files_in_one_call(tmp_path: Path) -> None:
    files = {
        f"content/{number % 7}/{number}.md": item(f"A-{number}", approval=approval(digest=None))
        for number in range(500)
    }
    root = make_project(tmp_path, files, approve=False)
    start = time.process_time()
    done = _approve(root, "content")
    assert len(done.bound) == 500
    assert time.process_time() - start < 20
    assert check(root).diagnostics == ()


def test_a_changed_attachment_is_bound_anew(tmp_path: Path) -> None:
    text = item("A-1", attachments="[{file: 表.csv, title: 表}]")
    root = make_project(tmp_path, {"content/a.md": text, "content/表.csv": "1"})
    assert check(root).diagnostics == ()
    (root / "content/表.csv").write_text("2")
    assert [each.code for each in check(root).diagnostics] == ["G16"]
    assert _approve(root, "content").bound == ("content/a.md",)
    assert check(root).diagnostics == ()


def test_only_content_is_touched(tmp_path: Path) -> None:
    files = {"README.md": "# 说明\n", "content/.old/a.md": "x", ".venv/x.md": "x"}
    root = make_project(tmp_path, {"content/a.md": _unbound(), **files}, approve=False)
    done = _approve(root, ".")
    assert (done.bound, _codes(done)) == (("content/a.md",), [])
    for outside in ("README.md", "../elsewhere"):
        with pytest.raises(EnvironmentFault, match="E09"):
            _approve(root, outside)


def test_rights_stay_as_they_were(tmp_path: Path) -> None:
    root, path = _project(tmp_path, _unbound())
    path.chmod(0o640)
    assert _approve(root, "content").bound
    assert path.stat().st_mode & 0o777 == 0o640
