"""`python -m tests.bench.run`: dwgk and its peers on one corpus, in one run, on one machine.

Exit status: 0 measured and within the limit; 1 dwgk failed, delivered a wrong number of pages, or
its cost per page grows more than the limit; 2 usage. A peer's failure is reported in the table.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from tests.bench import again, corpus, measure, report
from tests.bench.again import Again
from tests.bench.catalogue import AUDIENCE_TITLES
from tests.bench.measure import Cost
from tests.bench.peers import HUGO, PEERS, Peer
from tests.bench.report import Result

OWN = "dwgk ×3"
_ROOT = Path(__file__).resolve().parents[2]
Steps = tuple[tuple[str, Cost], ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, write the page; see the module for the exit status."""
    options = _options(arguments)
    results: list[Result] = []
    later: list[Again] = []
    for size in options.sizes:
        results += _measure(size, options, later)
    programs = dict.fromkeys(result.program for result in results)
    found = [g for name in programs if (g := report.growth(results, name))]
    walls: dict[str, dict[int, float]] = {r.program: {} for r in results}
    for result in results:
        if not result.cost.error:
            walls[result.program][result.size] = result.cost.wall
    again_table = again.table(later, walls.get(OWN, {}), walls.get(HUGO.name, {}))
    parts = [report.machine(), report.table(results, OWN), again_table]
    parts.append(report.steps(results))
    generated = "\n\n".join(filter(None, [*parts, report.growth_text(found)]))
    print(generated)
    if not options.no_write:
        report.write(options.page, generated)
    faults = [f"{r.size:,}: {r.cost.error}" for r in results if r.program == OWN and r.cost.error]
    faults += [
        f"dwgk: {name} per page grows more than {report.LIMIT} from {g.base:,} to {g.largest:,}"
        for g in found
        if g.program == OWN
        for name in g.too_much()
    ]
    for fault in faults:
        print(f"bench: {fault}", file=sys.stderr)
    return 1 if faults else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.bench.run", description=__doc__)
    parser.add_argument(
        "--sizes", type=_sizes, default=(1000, 10000), help="numbers of items: 1000,10000"
    )
    parser.add_argument(
        "--one-core",
        type=_count,
        default=10_000,
        help="up to this size dwgk builds on one core too",
    )
    parser.add_argument("--no-peers", action="store_true", help="dwgk only")
    parser.add_argument("--seed", type=int, default=1, help="of the corpus")
    parser.add_argument(
        "--repeat", type=_count, default=1, help="run everything N times, keep the fastest"
    )
    parser.add_argument(
        "--work", type=Path, default=_ROOT / ".bench", help="scratch folder, emptied before use"
    )
    parser.add_argument("--keep", action="store_true", help="leave corpora and sites for a look")
    parser.add_argument("--no-write", action="store_true", help="print only")
    parser.add_argument(
        "--page", type=Path, default=_ROOT / "docs" / "benchmarks.md", help="the page to update"
    )
    return parser.parse_args(arguments)


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return value


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(sorted({_count(part) for part in text.split(",")}))


def _measure(size: int, options: argparse.Namespace, later: list[Again]) -> list[Result]:
    """All programs at one size, each in a folder that is gone before the next one starts; what
    further builds cost goes into ``later``.
    """
    work: Path = options.work.resolve() / str(size)
    shutil.rmtree(work, ignore_errors=True)
    begin = time.perf_counter()
    seen = corpus.make_project(work / "project", size, options.seed)
    expected = sum(seen.values())
    _say(f"{size:,} items, {expected:,} pages generated in {time.perf_counter() - begin:.1f} s")
    results = [_own(work, size, expected, options)]
    if not results[0].cost.error:
        for each in again.builds(work / "project", size, _command(work)):
            _say(f"  after {each.change}: {each.cost.error or f'{each.cost.wall:.1f} s'}")
            later.append(each)
        if size <= options.one_core:
            results.append(_own(work, size, expected, options, one_core=True))
    if not options.keep:
        shutil.rmtree(work / "project")
    for peer in () if options.no_peers else PEERS:
        if peer.limit is None or size <= peer.limit:
            results.append(_peer(peer, work / "peer", size, expected, options))
            if not options.keep:
                shutil.rmtree(work / "peer", ignore_errors=True)
    if not options.keep:
        shutil.rmtree(work)
    return results


def _command(work: Path) -> list[str | Path]:
    program = Path(sys.executable).with_name("dwgk")
    places: list[str | Path] = ["--project", work / "project", "--out", work / "dist"]
    return [program, "build", *places, "--as-of", corpus.AS_OF.isoformat()]


def _own(
    work: Path, size: int, expected: int, options: argparse.Namespace, *, one_core: bool = False
) -> Result:
    """A cold build of dwgk; where the machine's other cores are out of its reach, it is a program
    of its own.
    """
    project, out = work / "project", work / "dist"
    name = f"{OWN} on one core" if one_core else OWN
    try:
        corpus.approve(project)
    except (OSError, subprocess.CalledProcessError) as problem:
        cost = Cost(error=f"dwgk approve: {_reason(problem)}")
        return _told(Result(size, name, cost, measure.weigh(())))
    command = _command(work)
    if one_core:
        command = ["taskset", "--cpu-list", "0", *command, "--cores", "1"]

    def build() -> Steps:
        return (("dwgk", measure.run(command, project)),)

    def clean() -> None:  # cold: no sites and nothing remembered of an earlier build
        for left in (out, out.with_name(f".{out.name}.spare"), project / ".dwgk"):
            shutil.rmtree(left, ignore_errors=True)

    sites = [out / audience for audience in AUDIENCE_TITLES]
    return _told(_best(size, name, expected, options.repeat, build, clean, sites))


def _peer(
    peer: Peer, folder: Path, size: int, expected: int, options: argparse.Namespace
) -> Result:
    try:
        peer.prepare(folder, corpus.generate(size, options.seed))
    except OSError as problem:
        cost = Cost(error=f"{peer.name}: {_reason(problem)}")
        return _told(Result(size, peer.name, cost, measure.weigh(())))
    sites = peer.sites(folder)

    def clean() -> None:
        for site in sites:
            shutil.rmtree(site, ignore_errors=True)

    def build() -> Steps:
        try:
            return peer.build(folder)
        except OSError as problem:
            return ((peer.name, Cost(error=_reason(problem))),)

    return _told(_best(size, peer.name, expected, options.repeat, build, clean, sites))


def _best(
    size: int,
    program: str,
    expected: int,
    repeat: int,
    build: Callable[[], Steps],
    clean: Callable[[], None],
    sites: list[Path],
) -> Result:
    """The fastest of `repeat` cold builds; any failure among them counts."""
    tried: list[Result] = []
    for _ in range(repeat):
        clean()
        steps = build()
        cost = Cost()
        for _, part in steps:
            cost = cost.then(part)
        output = measure.weigh(sites)
        if not cost.error and output.pages != expected:
            cost = replace(cost, error=f"{output.pages:,} item pages instead of {expected:,}")
        tried.append(Result(size, program, cost, output, steps))
    return min(tried, key=lambda result: (not result.cost.error, result.cost.wall))


def _reason(problem: OSError | subprocess.CalledProcessError) -> str:
    """Why it could not be run, in one line and without folder names."""
    if isinstance(problem, subprocess.CalledProcessError):
        said = " ".join((problem.stderr or b"").decode("utf-8", "replace").split())
        return f"status {problem.returncode}: {said.replace(str(_ROOT), '…')[-300:]}"
    return problem.strerror or str(problem)


def _told(result: Result) -> Result:
    """The same result, after saying it on standard error: long runs should not be silent."""
    cost = result.cost
    _say(f"  {result.program}: {cost.error or f'{cost.wall:.1f} s'}")
    return result


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
