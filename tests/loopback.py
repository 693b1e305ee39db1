"""Small servers on loopback, each in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

LOOKS = 0.01
"""Seconds between looks for the end of the service: the usual half a second is what hundreds of
tests would wait for.
"""


@contextmanager
def running(server: ThreadingHTTPServer) -> Iterator[int]:
    """Let a server serve until the block ends; its port."""
    thread = threading.Thread(target=server.serve_forever, args=(LOOKS,), daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def answering(handler: Callable[..., BaseHTTPRequestHandler]) -> Iterator[str]:
    """The address, without a slash at its end, of a server on a free port."""
    with running(ThreadingHTTPServer(("127.0.0.1", 0), handler)) as port:
        yield f"http://127.0.0.1:{port}"


class Files(SimpleHTTPRequestHandler):
    """Static files, served in silence."""

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving(folder: Path, handler: type[SimpleHTTPRequestHandler] = Files) -> Iterator[str]:
    """The address of a folder's files, without a slash at its end."""
    with answering(partial(handler, directory=str(folder))) as origin:
        yield origin
