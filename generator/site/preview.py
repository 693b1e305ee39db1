"""Live preview of one audience's site: built again when a file of the project changes."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from generator.facts import facts
from generator.site.manifest import MANIFEST

QUIET_SECONDS = 0.05
"""How long the files must be at rest before a rebuild: one save is several events."""

_RELOAD_PATH = "/.reload"
_RELOAD = (
    "<script>(function(){function ask(){fetch('%s').then(function(r){return r.text()})"
    ".then(function(v){if(v!=='%s')location.reload();setTimeout(ask,200)},"
    "function(){setTimeout(ask,2000)})}ask()})()</script>"
)


class _Changes(FileSystemEventHandler):
    """Sets an event when one of the watched files and folders changes."""

    def __init__(self, changed: threading.Event, watched: tuple[Path, ...]) -> None:
        self._changed = changed
        self._watched = watched

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Any change but a mere look."""
        path = Path(os.fsdecode(event.dest_path or event.src_path))
        looked = event.event_type in {"opened", "closed_no_write"}
        if not looked and any(path.is_relative_to(each) for each in self._watched):
            self._changed.set()


def preview(
    site: Path,
    watched: Iterable[Path],
    rebuild: Callable[[], object],
    port: int,
    ready: Callable[[str], None],
) -> None:
    """Serve ``site`` on the loopback address until interrupted, and rebuild on change.

    A page is loaded again as soon as another site lies in its place, while ``rebuild`` may still be
    at work. ``port`` 0 takes a free one; ``ready`` is told the address.
    """
    changed = threading.Event()
    paths = tuple(path for path in watched if path.exists())
    observer = Observer()
    # A file is watched through its folder: editors replace files, and a watch on one dies then.
    for folder in {path if path.is_dir() else path.parent for path in paths}:
        observer.schedule(_Changes(changed, paths), str(folder), recursive=folder in paths)
    handler = partial(_Handler, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        observer.start()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        ready(f"http://127.0.0.1:{server.server_port}/")
        try:
            while True:
                changed.wait()
                while changed.is_set():
                    changed.clear()
                    changed.wait(QUIET_SECONDS)
                rebuild()
        except KeyboardInterrupt:
            observer.stop()
            server.shutdown()


class _Handler(SimpleHTTPRequestHandler):
    """Files of the site; pages get a line that reloads them when another site is in its place."""

    def do_GET(self) -> None:
        """Answer which site this is, with a page and that line, or with a plain file."""
        # A manifest of its own is put in place with each site; a link to it changes its last time.
        site = "-".join(map(str, facts(self.directory + MANIFEST)[:-1]))
        if self.path == _RELOAD_PATH:
            self._send(site.encode(), "text/plain")
            return
        page = Path(self.translate_path(self.path))
        if page.is_dir() and self.path.partition("?")[0].endswith("/"):
            page /= "index.html"
        if page.suffix == ".html" and page.is_file():
            line = _RELOAD % (_RELOAD_PATH, site)
            self._send(page.read_bytes() + line.encode(), "text/html; charset=utf-8")
            return
        super().do_GET()

    def end_headers(self) -> None:
        """Forbid keeping a page: the next look must show the next build."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def _send(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Stay quiet: the terminal belongs to the diagnostics."""
