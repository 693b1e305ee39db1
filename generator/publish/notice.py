"""Telling somebody that scheduled runs fail, and that they work again: by mail and by webhook.

A notice leaves the institution's machines, so it says codes, how often, and files: never a title,
a text, or the value a message would quote.
"""

from __future__ import annotations

import json
import smtplib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from generator.diagnostics import Diagnostic, Span, fault
from generator.model.servers import Notify
from generator.publish.proof import http

NO_MAIL, NO_HOOK = "D71", "D72"

Event = Literal["failed", "failing", "mended"]
"""Failing began, lasts, or is over."""

_TIMEOUT = 30
"""Seconds to wait for a mail server."""

_FILES = 5
"""Files named with each code; a notice is read on a telephone."""

_LONGEST = 2000
"""Bytes of a robot's message; 企业微信 takes 2,048."""

_HEADS: Mapping[Event, str] = {
    "failed": "党务公开定时发布失败",
    "failing": "党务公开定时发布仍然失败",
    "mended": "党务公开定时发布恢复正常",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """What happened on which machine; ``since`` is when failing began (aware)."""

    event: Event
    machine: str
    at: datetime
    since: datetime
    faults: tuple[Diagnostic, ...] = ()

    def title(self) -> str:
        """One line."""
        return f"{_HEADS[self.event]}（{self.machine}）"

    def text(self) -> str:
        """The whole of it, a line for each code."""
        told = [self.title(), f"时间：{_minutes(self.at)}，失败始于 {_minutes(self.since)}"]
        for code, (count, files) in sorted(self.table().items()):
            more = " 等" if len(files) > _FILES else ""
            told.append(f"{code} {count} 处：{'、'.join(files[:_FILES])}{more}")
        if self.event != "mended":
            told.append("在服务器上运行 dwgk renew 看详细情况，dwgk explain 代码 看怎么办。")
        return "\n".join(told)

    def table(self) -> dict[str, tuple[int, list[str]]]:
        """By code: how many faults, and in which files."""
        counts = Counter(each.code for each in self.faults)
        return {
            code: (count, sorted({each.span.file for each in self.faults if each.code == code}))
            for code, count in counts.items()
        }


def send(notice: Notice, notify: Notify) -> list[Diagnostic]:
    """Tell everybody named; what could not be sent, as faults. Never raises for a server."""
    faults = []
    if notify.to and (why := _mail(notice, notify)):
        faults.append(fault(NO_MAIL, Span("site_config/servers.yml"), server=notify.smtp, why=why))
    if notify.webhook and (why := _post(notice, Path(notify.webhook))):
        faults.append(fault(NO_HOOK, Span("site_config/servers.yml"), why=why))
    return faults


def _mail(notice: Notice, notify: Notify) -> str:
    """Why the mail could not be handed over; nothing when it was."""
    letter = EmailMessage()
    letter["Subject"] = notice.title()
    letter["From"] = notify.sender or notify.to[0]
    letter["To"] = ", ".join(notify.to)
    letter["Date"] = format_datetime(notice.at)
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answering machine replies
    letter.set_content(notice.text(), charset="utf-8", cte="base64")
    host, _, port = notify.smtp.partition(":")
    try:
        with smtplib.SMTP(host, int(port or 25), timeout=_TIMEOUT) as server:
            refused = server.send_message(letter)
    except (OSError, smtplib.SMTPException) as problem:
        return _short(problem)
    return "、".join(sorted(refused))


def _post(notice: Notice, place: Path) -> str:
    """Why the webhook could not be told; nothing when it was. Its address is a secret."""
    try:
        parts = urlsplit(place.read_text(encoding="utf-8").split()[0])
        where = http.address(f"{parts.scheme}://{parts.netloc}/")
    except (OSError, ValueError, IndexError) as problem:
        return "address" if isinstance(problem, ValueError | IndexError) else _short(problem)
    server = http.Server(where, hands=1)
    try:
        answer = server.ask(
            (parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
            {"Content-Type": "application/json; charset=utf-8"},
            method="POST",
            body=message(notice),
            keep=_LONGEST,
        )
    except http.NoAnswer as problem:
        return str(problem)
    finally:
        server.close()
    return _refusal(answer.body) if 200 <= answer.status < 300 else str(answer.status)


def _refusal(body: bytes) -> str:
    """Robots answer 200 also where they refuse, and say so inside."""
    try:
        code = json.loads(body)["errcode"]
    except (ValueError, KeyError, TypeError):
        return ""  # another receiver, which has no such word
    return f"errcode {code}" if code else ""


def message(notice: Notice) -> bytes:
    """JSON as the group robots of 企业微信 and 钉钉 take it, and the same as data beside it."""
    table: Mapping[str, tuple[int, Sequence[str]]] = notice.table()
    return json.dumps(
        {
            "msgtype": "text",
            "text": {"content": notice.text().encode()[:_LONGEST].decode(errors="ignore")},
            "event": notice.event,
            "machine": notice.machine,
            "at": notice.at.isoformat(),
            "since": notice.since.isoformat(),
            "codes": {code: count for code, (count, _) in sorted(table.items())},
            "files": sorted({file for _, files in table.values() for file in files}),
        },
        ensure_ascii=False,
    ).encode()


def _minutes(instant: datetime) -> str:
    return instant.isoformat(" ", "minutes")


def _short(problem: BaseException) -> str:
    return str(getattr(problem, "strerror", None) or type(problem).__name__)
