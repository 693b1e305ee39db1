"""Targets made by hand, signed with keys of the test, and an nginx of the test's own."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from generator.model.release import MANIFEST, SIGNATURE, Release
from generator.publish.proof.http import Address, Answer, NoAnswer
from generator.publish.signing import sign
from tests.loopback import running

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

PAGE = "<!doctype html><title>示例</title><p>正文。</p><a href='../../'>首页</a>"
FILES: Mapping[str, bytes] = {
    "index.html": b"<!doctype html><title>home</title><a href='d/X-1/'>X-1</a>" + b" " * 2000,
    "404.html": b"<!doctype html><title>nothing here</title>",
    "d/X-1/index.html": PAGE.encode() * 40,
    "d/X-1/fujian-1.xlsx": bytes(range(256)) * 64,
    "d/X-2/index.html": PAGE.encode() * 20,
    "assets/site.css": b"p { color: black }\n" * 100,
    "exact/index.js": b"answer('terms')\n" * 300,
    "robots.txt": b"User-agent: *\nDisallow: /\n",
}


def make_key(path: Path) -> Path:
    """A key pair; the public half is ``<path>.pub``."""
    asked = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", str(path)]
    subprocess.run(asked, check=True)
    return path


def make_certificate(folder: Path) -> ssl.SSLContext:
    """What a server for ``party.localhost`` needs; who trusts ``folder/cert.pem`` trusts it."""
    extensions = "-addext subjectAltName=DNS:party.localhost -addext basicConstraints=CA:TRUE"
    asked = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test"
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    command = ["openssl", *asked.split(), *extensions.split(), *files]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def release_of(files: Mapping[str, bytes], version: int = 7, **changed: object) -> Release:
    release = Release(
        audience="party",
        version=version,
        as_of=date(2026, 11, 21),
        issued=NOW - timedelta(hours=9),
        expires=date(2026, 12, 21),
        source="sha256:" + "5" * 64,
        files={name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    )
    return replace(release, **changed)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Target:
    """A target as a deployment leaves it."""

    root: Path
    key: Path

    @property
    def keys(self) -> Path:
        return self.key.with_suffix(".pub")

    @property
    def current(self) -> Path:
        return (self.root / "current").resolve()

    @property
    def site(self) -> Path:
        return self.current / "site"

    def put(
        self,
        files: Mapping[str, bytes] = FILES,
        version: int = 7,
        key: Path | None = None,
        **changed: object,
    ) -> Release:
        """One more release, switched to."""
        release = release_of(files, version, **changed)
        folder = self.root / "releases" / f"{version:06}"
        for name, data in files.items():
            (folder / "site" / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / "site" / name).write_bytes(data)
        self.seal(release, folder, key)
        (folder / "build.json").write_text("{}")
        (folder / "items.jsonl").write_text("")
        (folder / "number").write_text(f"{version:06}\n")
        marker = json.dumps({"audience": "party", "format": 1})
        (self.root / "dwgk-target.json").write_text(marker)
        self.switch(version)
        return release

    def seal(self, release: Release, folder: Path | None = None, key: Path | None = None) -> None:
        """Write and sign a manifest."""
        place = folder or self.current
        (place / MANIFEST).write_bytes(release.to_bytes())
        (place / SIGNATURE).write_bytes(sign(release.to_bytes(), key or self.key))

    def switch(self, version: int) -> None:
        link = self.root / ".current"
        link.symlink_to(f"releases/{version:06}")
        link.rename(self.root / "current")


NGINX = shutil.which("nginx") or "/usr/sbin/nginx"

_CONFIGURATION = """
{user}
worker_processes 2;
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  types {{ text/html html; text/css css; application/javascript js; }}
  default_type application/octet-stream;
  access_log {folder}/access.log;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  gzip_types text/css application/javascript;
  server {{
    listen 127.0.0.1:{port};
    {body}
  }}
}}
"""

SITE = """
    location / {{ root {root}/current/site; index index.html; {more} }}
    location = /dwgk-release.json {{ alias {root}/current/dwgk-release.json; }}
    location = /dwgk-release.json.sig {{ alias {root}/current/dwgk-release.json.sig; }}
"""


@contextmanager
def nginx(folder: Path, body: str) -> Iterator[str]:
    """An nginx with one server of this ``body``; the address of its root."""
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    user = "user root;" if os.geteuid() == 0 else ""
    text = _CONFIGURATION.format(user=user, folder=folder, port=port, body=body)
    (folder / "nginx.conf").write_text(text)
    started = subprocess.Popen(
        [NGINX, "-p", str(folder), "-e", str(folder / "error.log"), "-c", "nginx.conf"]
    )
    try:
        _await(port, started)
        yield f"http://party.localhost:{port}/"
    finally:
        started.terminate()
        started.wait(20)


def _await(port: int, started: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert started.poll() is None, "nginx did not start"
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nginx does not listen")


Reply = tuple[int, Mapping[str, str], bytes]


@contextmanager
def scripted(
    reply: Callable[[BaseHTTPRequestHandler], Reply | None], tls: ssl.SSLContext | None = None
) -> Iterator[str]:
    """A server that answers as ``reply`` says: status, headers (a stated length is kept), body.

    ``None`` hangs up without an answer.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def answer(self) -> None:
            said = reply(self)
            if said is None:
                self.close_connection = True
                return
            status, headers, body = said
            self.send_response_only(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(body)))
            elif int(headers["Content-Length"]) > len(body):
                self.close_connection = True
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def __getattr__(self, name: str) -> object:
            if name.startswith("do_"):
                return self.answer
            raise AttributeError(name)

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Clients that do not trust us hang up."""

    server = Quiet(("127.0.0.1", 0), Handler)
    scheme = "http"
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    with running(server) as port:
        yield f"{scheme}://party.localhost:{port}/"


@dataclass
class Question:
    """What a ``reply`` looks at, of a real request or of one that never left this process."""

    command: str
    path: str
    headers: Message


class Fake:
    """A server without a network, for the thousands of questions of a probe."""

    def __init__(self, reply: Callable[[Question], Reply | None], base: str = "/") -> None:
        self.where = Address("http", "party.localhost", 80, base)
        self._reply = reply

    def ask(
        self, target: str, headers: Mapping[str, str], *, method: str = "GET", keep: int = 0
    ) -> Answer:
        asked = Message()
        for name, value in headers.items():
            asked[name] = value
        said = self._reply(Question(method, target, asked))
        if said is None:
            raise NoAnswer("hangs up")
        status, given, body = said
        data = b"" if method == "HEAD" else body
        shown = {"content-length": str(len(body)), **{k.lower(): v for k, v in given.items()}}
        digest = hashlib.sha256(data).hexdigest()
        return Answer(status, tuple(shown.items()), data[:keep], digest, len(data))
