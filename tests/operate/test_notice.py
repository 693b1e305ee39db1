"""Notices arrive, by mail and by webhook, and say nothing that is not for everybody's ears."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from generator.diagnostics import Diagnostic, Span, fault
from generator.model.servers import Notify
from generator.publish.notice import NO_HOOK, NO_MAIL, Notice, message, send
from tests.operate.receivers import mail_server, web_server

NOW = datetime(2026, 11, 21, 0, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
SECRET = "某同志严重违纪审查情况"
"""A title that a message of the program quotes."""

FAULTS = tuple(
    fault("S06", Span(f"content/2026/{name}.md", 3), key=SECRET, near="id") for name in "aab"
)


def _notice(faults: tuple[Diagnostic, ...] = FAULTS) -> Notice:
    return Notice("failed", "web1", NOW, NOW, faults)


def test_a_notice_says_codes_counts_and_files_only() -> None:
    for text in (_notice().text(), message(_notice()).decode()):
        assert "S06" in text
        assert "content/2026/a.md" in text
        assert SECRET not in text
    assert "S06 3 处：content/2026/a.md、content/2026/b.md" in _notice().text()
    assert "2026-11-21 00:05+08:00" in _notice().text()


def test_mail_arrives_as_written() -> None:
    with mail_server() as (server, letters):
        to = ("dwgk@example.edu.cn", "office@example.edu.cn")
        assert send(_notice(), Notify(to, "server@example.edu.cn", smtp=server)) == []
        (letter,) = letters.received
        assert letters.to == [list(to)]
        assert letter["Subject"] == _notice().title() == "党务公开定时发布失败（web1）"
        assert letter["From"] == "server@example.edu.cn"
        assert letter["Auto-Submitted"] == "auto-generated"
        assert letter["Date"].datetime == NOW
        assert letter.get_content().strip() == _notice().text()


def test_without_a_sender_the_first_of_those_told_is_it() -> None:
    with mail_server() as (server, letters):
        assert send(_notice(), Notify(("dwgk@example.edu.cn",), smtp=server)) == []
        assert letters.received[0]["From"] == "dwgk@example.edu.cn"


def _hook(folder: Path, address: str) -> str:
    path = folder / "webhook"
    path.write_text(f"{address}\n", encoding="utf-8")
    return str(path)


def test_a_robot_is_told(tmp_path: Path) -> None:
    with web_server() as (address, robot):
        assert send(_notice(), Notify(webhook=_hook(tmp_path, address))) == []
        ((path, kind, body),) = robot.posts
        assert path == "/hook/send?key=s3cret"
        assert kind.startswith("application/json")
        told = json.loads(body)
        assert told["msgtype"] == "text"
        assert told["text"]["content"] == _notice().text()
        assert told["event"] == "failed"
        assert told["codes"] == {"S06": 3}
        assert told["files"] == ["content/2026/a.md", "content/2026/b.md"]


def test_a_robot_s_message_is_never_too_long() -> None:
    many = tuple(
        fault(code, Span(f"content/2026/{'长' * 40}{number}.md"), key="", near="")
        for code in ("S01", "S02", "S03", "S06", "S09")
        for number in range(9)
    )
    content = json.loads(message(_notice(many)))["text"]["content"]
    assert len(content.encode()) <= 2000


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [(500, b"", "500"), (200, b'{"errcode":93000,"errmsg":"invalid"}', "errcode 93000")],
)
def test_a_robot_that_refuses_is_a_fault(
    status: int, body: bytes, why: str, tmp_path: Path
) -> None:
    with web_server() as (address, robot):
        robot.status, robot.body = status, body
        (told,) = send(_notice(), Notify(webhook=_hook(tmp_path, address)))
    assert told.code == NO_HOOK
    assert dict(told.args) == {"why": why}


def test_any_other_receiver_may_answer_what_it_likes(tmp_path: Path) -> None:
    with web_server() as (address, robot):
        for robot.status, robot.body in ((200, b"ok"), (202, b""), (200, b"[]")):
            assert send(_notice(), Notify(webhook=_hook(tmp_path, address))) == []


def test_nobody_there_is_a_fault_and_the_others_are_told_nevertheless(tmp_path: Path) -> None:
    with web_server() as (address, robot):
        hook = _hook(tmp_path, address)
        (told,) = send(_notice(), Notify(("dwgk@example.edu.cn",), "", hook, "127.0.0.1:9"))
        assert told.code == NO_MAIL
        assert len(robot.posts) == 1
    (told,) = send(_notice(), Notify(webhook=hook))
    assert told.code == NO_HOOK
    assert "s3cret" not in str(told)
    (told,) = send(_notice(), Notify(webhook=str(tmp_path / "absent")))
    assert told.code == NO_HOOK


def test_a_mailbox_that_is_refused_is_told() -> None:
    with mail_server() as (server, letters):
        to = ("dwgk@example.edu.cn", "nobody@example.edu.cn")
        (told,) = send(_notice(), Notify(to, smtp=server))
        assert len(letters.received) == 1
    assert told.code == NO_MAIL
    assert "nobody@example.edu.cn" in dict(told.args)["why"]


def test_a_file_without_an_address_is_a_fault(tmp_path: Path) -> None:
    for text in ("", "not an address", "ftp://example.org/x"):
        (told,) = send(_notice(), Notify(webhook=_hook(tmp_path, text)))
        assert told.code == NO_HOOK
