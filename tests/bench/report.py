"""The figures of a run as Markdown, for the terminal and for `docs/benchmarks.md`."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from tests.bench.measure import Cost, Output

BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"
LIMIT = 1.2  # cost per page at the largest size over cost per page at the base size
BASE_SIZE = 1000

_TOOLS = ("mkdocs", "mkdocs-material", "pagefind_bin", "hugo", "pagefind_bin_extended")
_HEAD = (
    "| items | program | wall s | CPU s | peak MB, all processes | peak MB, largest | item pages "
    "| files | output MB | ms a page | dwgk's wall ÷ this | dwgk's memory ÷ this |\n"
    "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
)
_PROSE = """\
# Benchmarks

`make bench` writes the tables below; read the ratios, which are taken in one run on one machine,
rather than the seconds. `python -m tests.bench.run --help` has the options.

The corpus is synthetic and the same for every program (`tests/bench/corpus.py`): Chinese texts of
about 6 kB with headings, paragraphs, a list and a table, 40 % for everybody, 35 % for the campus,
25 % for the Party, one in a hundred with an attachment. Everything is built cold, for all three
audiences; an item page counts once for each audience that gets it.

- **dwgk** is `dwgk build` from the command line: reading, every check of the gate, the door, three
  sites with their search indexes, lists, catalogue, feeds and exports, and the manifests.
- **Hugo ×3 + Pagefind extended ×3** is what an institution would otherwise put together. Both get
  folders in which somebody has already sorted the items by audience; that sorting, its checks and
  its proof cost them nothing here, and the theme (`tests/bench/hugo_theme.py`) makes fewer kinds of
  pages than dwgk does: no catalogue, no lists by unit and year, no exports.
- **MkDocs + Material ×3** is the stock theme with its default navigation, sorted beforehand
  likewise; its cost grows with the square of the pages, so it takes part at 1,000 only.

Wall time includes starting the programs. Processor time is the kernel's account. Memory is the
resident set sampled 20 times a second, summed over the process tree (shared pages count in each
process) and for the largest single process; programs that run one after another count by the
highest peak. Every program must deliver exactly the expected number of item pages, or its row says
what went wrong.
"""


@dataclass(frozen=True, slots=True)
class Result:
    """One program at one size; `steps` are its parts where it has several."""

    size: int
    program: str
    cost: Cost
    output: Output
    steps: tuple[tuple[str, Cost], ...] = ()

    @property
    def per_page(self) -> float:
        """Wall seconds for one item page; infinite where there is none."""
        return self.cost.wall / self.output.pages if self.output.pages else float("inf")


@dataclass(frozen=True, slots=True)
class Growth:
    """How a program's cost per page grows from the base size to the largest size."""

    program: str
    base: int
    largest: int
    wall: float
    cpu: float

    def too_much(self) -> tuple[str, ...]:
        """The measures over the limit, by name."""
        figures = (("wall time", self.wall), ("processor time", self.cpu))
        return tuple(name for name, value in figures if value > LIMIT)


def growth(results: Sequence[Result], program: str) -> Growth | None:
    """Growth of one program, or None where it did not succeed at two sizes."""
    good = {r.size: r for r in results if r.program == program and not r.cost.error}
    if len(good) < 2:
        return None
    base = BASE_SIZE if BASE_SIZE in good else min(good)
    largest = max(good)
    if base == largest:
        return None
    small, large = good[base], good[largest]
    pages = large.output.pages / small.output.pages
    return Growth(
        program,
        base,
        largest,
        large.cost.wall / small.cost.wall / pages,
        large.cost.cpu / small.cost.cpu / pages,
    )


def table(results: Sequence[Result], own: str) -> str:
    """The main table; ratios are those of program `own` to each other program of that size."""
    mine = {r.size: r.cost for r in results if r.program == own and not r.cost.error}
    return "\n".join([_HEAD, *(_row(r, mine.get(r.size), own) for r in results)])


def _row(result: Result, mine: Cost | None, own: str) -> str:
    cost, output = result.cost, result.output
    lead = f"| {result.size:,} | {result.program} |"
    if cost.error:
        return f"{lead} failed: {_cell(cost.error)} |" + " – |" * 9
    ratios = " – | – |"
    if mine and result.program != own:
        ratios = f" {mine.wall / cost.wall:.2f} | {mine.peak_tree / max(cost.peak_tree, 1):.2f} |"
    return (
        f"{lead} {cost.wall:.1f} | {cost.cpu:.1f} | {_mega(cost.peak_tree)} "
        f"| {_mega(cost.peak_process)} | {output.pages:,} | {output.files:,} "
        f"| {_mega(output.size)} | {result.per_page * 1000:.2f} |{ratios}"
    )


def steps(results: Sequence[Result]) -> str:
    """The parts of the programs that have several, one line each; may be empty."""
    lines = [
        f"| {r.size:,} | {name} | {cost.wall:.1f} | {cost.cpu:.1f} | {_mega(cost.peak_tree)} |"
        for r in results
        for name, cost in r.steps
        if len(r.steps) > 1 and not cost.error
    ]
    if not lines:
        return ""
    head = "| items | part | wall s | CPU s | peak MB |\n| ---: | --- | ---: | ---: | ---: |"
    return "\n".join([head, *lines])


def growth_text(found: Sequence[Growth]) -> str:
    """The growth of each program as a table, with the limit dwgk must keep."""
    lines = [
        f"| {g.program} | {g.largest:,} ÷ {g.base:,} | {g.wall:.2f} | {g.cpu:.2f} |" for g in found
    ]
    if not lines:
        return "Cost per page at two sizes: not measured in this run."
    return "\n".join(
        [
            f"Cost per page at the larger size over cost per page at the smaller "
            f"(dwgk must stay under {LIMIT}):",
            "",
            "| program | sizes | wall | CPU |",
            "| --- | --- | ---: | ---: |",
            *lines,
        ]
    )


def machine() -> str:
    """The machine by processor, cores, memory and system; and the versions of the programs."""
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"Machine: {_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, {_system()}, "
        f"Python {platform.python_version()}. Versions: {', '.join(_versions())}."
    )


def write(path: Path, generated: str, markers: tuple[str, str] = (BEGIN, END)) -> None:
    """Replace the part between the markers in `path`, which is made with its prose if missing.

    Raises ValueError where the file is there without its markers: nothing is overwritten then.
    """
    text = path.read_text(encoding="utf-8") if path.exists() else f"{_PROSE}\n{BEGIN}\n{END}\n"
    before, begin, rest = text.partition(markers[0])
    _, end, after = rest.partition(markers[1])
    if not (begin and end):
        raise ValueError(f"{path.name} lacks the markers {markers[0]} and {markers[1]}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{before}{begin}\n\n{generated}\n\n{end}{after}", encoding="utf-8")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _mega(size: int) -> str:
    return f"{size / 1e6:,.0f}"


def _versions() -> list[str]:
    found = []
    for tool in _TOOLS:
        try:
            found.append(f"{tool} {version(tool)}")
        except PackageNotFoundError:
            continue
    return found


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.machine()


def _system() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    except OSError:
        return platform.system()
