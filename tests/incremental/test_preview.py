"""`dwgk serve` as a clerk sees it: what is saved shows, and an open page is loaded again."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from tests.incremental.office import Office, lay_small, settle
from tests.support import bind

PATIENCE = 120.0


@contextmanager
def _serving(office: Office) -> Iterator[tuple[str, Callable[[], str]]]:
    asked = ("serve", "party", "--port", "0", "--as-of", office.day.isoformat())
    command = [sys.executable, "-m", "generator", *asked, "--project", str(office.root)]
    # Tests that run in the background ignore it, and so would what they start.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            signal.signal(signal.SIGINT, before)
            assert server.stdout
            said = server.stdout.readline
            yield re.findall(r"http://[\d.:]+/", said())[0], said
        finally:
            server.send_signal(signal.SIGINT)


def _read(address: str) -> str:
    with urlopen(address) as answer:
        return str(answer.read().decode("utf-8"))


def _until(told: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not told():
        assert time.monotonic() < end
        time.sleep(0.05)


def _save(office: Office, text: str) -> None:
    """As editors save: a file beside, bound, that takes the other's place."""
    path = office.root / "content/b-2.md"
    whole = path.read_text("utf-8")
    beside = office.root / "b-2.md"
    beside.write_text(whole.replace("第二件。", text), "utf-8")
    beside.replace(path)


def test_what_is_saved_shows_and_its_page_is_loaded_again(tmp_path: Path) -> None:
    office = lay_small(tmp_path / "mine")
    settle(office)
    with _serving(office) as (address, said):
        page, asked = f"{address}d/b-2/", f"{address}.reload"
        first = _read(asked)
        assert "第二件。" in _read(page)
        assert f"'{first}'" in _read(page)
        assert _read(asked) == first

        # Not approved: the last good site stays, and there is no reason to load it again.
        _save(office, "第二件，改过。")
        assert "b-2.md" in said()
        assert _read(asked) == first
        assert "改过" not in _read(page)

        bind(office.root)
        _until(lambda: "改过" in _read(page))
        assert _read(asked) != first
        assert f"'{_read(asked)}'" in _read(page)
