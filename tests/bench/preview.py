"""`python -m tests.bench.preview`: how soon a saved file shows in the browser's preview.

`dwgk serve` shows a project; again and again one item is saved, its text changed and bound to its
approval as the office would, and its page is asked for until it says so. Exit status: 0 measured;
1 it did not show within a minute.
"""

from __future__ import annotations

import argparse
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.error import URLError
from urllib.request import urlopen

from tests.bench import corpus, report

_ROOT = Path(__file__).resolve().parents[2]
_DWGK = Path(sys.executable).with_name("dwgk")
BEGIN, END = "<!-- preview:begin -->", "<!-- preview:end -->"
AUDIENCE = "party"  # sees everything
SAVES = 7
_TIMEOUT, _REST = 60.0, 3.0
"""Seconds: to wait at most, and for the preview to come to rest between two saves."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, write the page; see the module for the exit status."""
    options = _options(arguments)
    rows = []
    for size in options.sizes:
        project = options.work.resolve() / str(size)
        shutil.rmtree(project, ignore_errors=True)
        corpus.make_project(project, size, 1)
        corpus.approve(project)
        rows.append((size, sorted(_waits(project))))
        shutil.rmtree(project)
    text = "\n\n".join([report.machine(), _table(rows)])
    print(text)
    if not options.no_write:
        report.write(options.page, text, (BEGIN, END))
    return int(any(wait >= _TIMEOUT for _, waits in rows for wait in waits))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.bench.preview", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[75, 10_000])
    parser.add_argument("--work", type=Path, default=_ROOT / ".bench" / "preview")
    parser.add_argument("--page", type=Path, default=_ROOT / "docs" / "benchmarks.md")
    parser.add_argument("--no-write", action="store_true", help="print only")
    return parser.parse_args(arguments)


def _waits(project: Path) -> Iterator[float]:
    """Seconds from each save to the page that shows it."""
    paths = sorted((project / "content").glob("*/*.md"))
    chosen = [paths[len(paths) * number // SAVES] for number in range(SAVES)]
    words = [f"预览{number}" for number in range(SAVES)]
    changed = [_bound(project, path, word) for path, word in zip(chosen, words, strict=True)]
    with _preview(project) as address:
        for path, text, word in zip(chosen, changed, words, strict=True):
            time.sleep(_REST)
            beside = path.with_name(f".{path.name}")  # as editors save: written beside, and renamed
            beside.write_bytes(text)
            begin = time.perf_counter()
            beside.replace(path)
            yield _seen(f"{address}d/{path.stem}/", word) - begin


def _bound(project: Path, path: Path, word: str) -> bytes:
    """The file with a further sentence, approved; what lies there stays as it was."""
    before = path.read_bytes()
    path.write_bytes(before + f"\n{word}。\n".encode())
    name = path.relative_to(project).as_posix()
    subprocess.run([_DWGK, "approve", name], cwd=project, check=True, capture_output=True)
    after = path.read_bytes()
    path.write_bytes(before)
    return after


@contextmanager
def _preview(project: Path) -> Iterator[str]:
    command = [_DWGK, "serve", AUDIENCE, "--port", "0", "--as-of", corpus.AS_OF.isoformat()]
    with subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, text=True) as server:
        try:
            said = server.stdout.readline() if server.stdout else ""
            yield re.findall(r"http://[\d.:]+/", said)[0]
        finally:
            server.send_signal(signal.SIGINT)


def _seen(address: str, word: str) -> float:
    """When the page says the word."""
    until = time.perf_counter() + _TIMEOUT
    while (now := time.perf_counter()) < until:
        try:
            with urlopen(address) as page:
                if word in page.read().decode("utf-8"):
                    return time.perf_counter()
        except URLError:  # between two sites
            pass
        time.sleep(0.01)
    return now


def _table(rows: Sequence[tuple[int, list[float]]]) -> str:
    lines = [
        f"| {size:,} | {SAVES} | {median(waits):.2f} | {waits[-1]:.2f} |" for size, waits in rows
    ]
    head = "| items | saves | shown after, median s | longest |\n| ---: | ---: | ---: | ---: |"
    return "\n".join([head, *lines])


if __name__ == "__main__":
    raise SystemExit(main())
