"""`python -m tests.bench.province`: many institutions in one call, here and on a cluster.

Each institution has a corpus of its own; all are built cold, by `dwgk build --projects` with its
local cores, with one core, and by a dask.distributed cluster of two workers on loopback. Exit
status: 0 measured; 1 something failed or delivered a wrong number of pages.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import psutil  # type: ignore[import-untyped]
from distributed import LocalCluster

from tests.bench import corpus, measure, report
from tests.bench.catalogue import AUDIENCE_TITLES
from tests.bench.measure import Cost

_ROOT = Path(__file__).resolve().parents[2]
BEGIN, END = "<!-- province:begin -->", "<!-- province:end -->"
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One way of building them all."""

    where: str
    cost: Cost


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, write the page; see the module for the exit status."""
    options = _options(arguments)
    work: Path = options.work.resolve()
    shutil.rmtree(work, ignore_errors=True)
    expected = 0
    for number in range(options.institutions):
        root = work / f"institution-{number:02}"
        expected += sum(corpus.make_project(root, options.items, number + 1).values())
        corpus.approve(root)
    rows = [
        Row("this machine, all cores", _built(work, [], expected)),
        Row("this machine, one core", _built(work, ["--cores", "1"], expected)),
        Row(f"dask.distributed, {WORKERS} workers on loopback", _on_a_cluster(work, expected)),
    ]
    text = "\n\n".join([report.machine(), _table(rows, options.institutions, options.items)])
    print(text)
    if not options.no_write:
        report.write(options.page, text, (BEGIN, END))
    shutil.rmtree(work)
    return int(any(row.cost.error for row in rows))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.bench.province", description=__doc__)
    parser.add_argument("--institutions", type=int, default=10)
    parser.add_argument("--items", type=int, default=500, help="of each institution")
    parser.add_argument("--work", type=Path, default=_ROOT / ".bench" / "province")
    parser.add_argument("--page", type=Path, default=_ROOT / "docs" / "benchmarks.md")
    parser.add_argument("--no-write", action="store_true", help="print only")
    return parser.parse_args(arguments)


def _built(work: Path, how: Sequence[str], expected: int) -> Cost:
    """All projects built cold, and counted."""
    roots = sorted(work.iterdir())
    for root in roots:
        for name in ("dist", ".dist.spare", ".dwgk"):
            shutil.rmtree(root / name, ignore_errors=True)
    program = Path(sys.executable).with_name("dwgk")
    as_of = ["--as-of", corpus.AS_OF.isoformat()]
    cost = measure.run([program, "build", "--projects", work, *as_of, *how], work)
    made = measure.weigh(root / "dist" / name for root in roots for name in AUDIENCE_TITLES).pages
    if not cost.error and made != expected:
        cost = replace(cost, error=f"{made:,} item pages instead of {expected:,}")
    return cost


def _on_a_cluster(work: Path, expected: int) -> Cost:
    """The same by workers that build a project with one core each; their processor time counts."""
    with LocalCluster(
        n_workers=WORKERS, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as machines:
        workers = [psutil.Process(each.pid) for each in machines.workers.values()]
        before = sum(map(_seconds, workers))
        cost = _built(work, ["--scheduler", machines.scheduler_address, "--cores", "1"], expected)
        return replace(cost, cpu=cost.cpu + sum(map(_seconds, workers)) - before)


def _seconds(process: psutil.Process) -> float:
    """Processor seconds of a process and of its children that have ended."""
    return float(sum(process.cpu_times()[:4]))


def _table(rows: Sequence[Row], institutions: int, items: int) -> str:
    first = rows[0].cost.wall
    lines = [
        f"| {institutions} × {items:,} | {row.where} | failed: {row.cost.error} | – | – |"
        if row.cost.error
        else f"| {institutions} × {items:,} | {row.where} | {row.cost.wall:.1f} "
        f"| {row.cost.cpu:.1f} | {row.cost.wall / first:.2f} |"
        for row in rows
    ]
    head = (
        "| institutions × items | `dwgk build --projects`, on | wall s | CPU s | ÷ first |\n"
        "| ---: | --- | ---: | ---: | ---: |"
    )
    return "\n".join([head, *lines])


if __name__ == "__main__":
    raise SystemExit(main())
