"""Killed, or out of room, in the middle of an entry: no earlier line is lost, a next run mends."""

from __future__ import annotations

import multiprocessing
import resource
import signal
from pathlib import Path
from random import Random

import pytest

from generator.diagnostics import EnvironmentFault, has_errors
from generator.model.record import REGISTER
from generator.publish.log import enter
from generator.source.record import read_log
from tests.support import instant, item, make_project, publish

AUDIENCES = ["party", "campus", "public"]
TIMES = 12


def _enter_with_room(root: Path, room: int, deadly: bool) -> None:
    """Enter while the file may grow by ``room`` bytes; the byte after that ends the process."""
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL if deadly else signal.SIG_IGN)
    size = (root / REGISTER).stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + room, resource.RLIM_INFINITY))
    try:
        enter(root, root / "dist", AUDIENCES, instant("2025-05-02"))
    except EnvironmentFault as fault:
        raise SystemExit(3 if fault.code == "E04" else 4) from None


@pytest.mark.parametrize("deadly", [True, False])
def test_cut_off_anywhere_in_the_writing(tmp_path: Path, deadly: bool) -> None:
    early = {f"content/a-{n}.md": item(f"A-{n}", title=f"早先的事项{n}") for n in range(3)}
    dates = "{written: 2025-03-01, release: 2025-05-01}"
    late = {f"content/b-{n}.md": item(f"B-{n}", title=f"后来{n}", dates=dates) for n in range(9)}
    root = make_project(tmp_path, {**early, **late})
    publish(root, instant("2025-04-01"))
    path = root / REGISTER
    first = path.read_bytes()
    publish(root, instant("2025-05-02"))
    whole = path.read_bytes()
    assert whole.startswith(first)
    deal = Random(7)
    places = [0, 1, len(whole) - len(first) - 1]
    places += [deal.randrange(len(whole) - len(first)) for _ in range(TIMES)]
    context = multiprocessing.get_context("fork")
    for room in places:
        path.write_bytes(first)
        child = context.Process(target=_enter_with_room, args=(root, room, deadly))
        child.start()
        child.join()
        assert child.exitcode == (-signal.SIGXFSZ if deadly else 3)
        left = path.read_bytes()
        assert left == whole[: len(first) + room], "the lines before it stand as they were"
        _, faults = read_log(root)
        assert not has_errors(faults)
        again = enter(root, root / "dist", AUDIENCES, instant("2025-05-02"))
        assert again.diagnostics == ()
        assert path.read_bytes() == whole
