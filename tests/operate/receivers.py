"""Whom notices reach, on loopback: a real mail server and a real web server, which remember."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler
from typing import Any

from aiosmtpd.controller import Controller

from tests.loopback import answering


class Letters:
    """An SMTP server's handler: takes mail for everybody but nobody@…"""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """As if nothing had come."""
        self.received: list[EmailMessage] = []
        self.to: list[list[str]] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's own names
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody@"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's own names
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.received.append(letter)
        self.to.append(list(envelope.rcpt_tos))
        return "250 accepted"


class AnyPort(Controller):
    """On a free port, known before the controller greets itself there."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server() -> Iterator[tuple[str, Letters]]:
    """Its ``host:port``, and what arrives."""
    letters = Letters()
    server = AnyPort(letters, hostname="127.0.0.1", port=0)
    server.start()
    try:
        yield f"127.0.0.1:{server.port}", letters
    finally:
        server.stop()


class Robot:
    """What was posted where, and what is answered."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """As if nothing had come, and all is well again."""
        self.posts: list[tuple[str, str, bytes]] = []
        self.status = 200
        self.body = b'{"errcode":0,"errmsg":"ok"}'


@contextmanager
def web_server() -> Iterator[tuple[str, Robot]]:
    """Its address, with a query as robots have, and what arrives."""
    robot = Robot()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            robot.posts.append((self.path, self.headers["Content-Type"], body))
            self.send_response(robot.status)
            self.send_header("Content-Length", str(len(robot.body)))
            self.end_headers()
            self.wfile.write(robot.body)

        def log_message(self, *args: object) -> None:
            pass

    with answering(Handler) as origin:
        yield f"{origin}/hook/send?key=s3cret", robot
