"""What a later build costs: after one change, after a change of everything, after none."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench import measure
from tests.bench.measure import Cost

_WITHDRAWN = (
    "lifecycle:\n  - {change: 撤销, date: 2026-11-20, by: 院党委会, "
    "reference: 2026年第40次党委会, note: 内容有误}\n"
)


@dataclass(frozen=True, slots=True)
class Again:
    """One later build of a project of ``size`` items."""

    size: int
    change: str
    cost: Cost


def builds(project: Path, size: int, command: Sequence[str | Path]) -> Iterator[Again]:
    """Change the project, build, and so on; each cost is of the build alone."""
    for name, change in _CHANGES:
        change(project)
        yield Again(size, name, measure.run(command, project))


def table(found: Sequence[Again], cold: dict[int, float], peers: dict[int, float]) -> str:
    """Seconds and ratios; ``cold`` and ``peers`` have the wall seconds of cold builds by size."""
    if not found:
        return ""
    head = (
        "| items | dwgk ×3, after | wall s | CPU s | peak MB, largest | ÷ cold | "
        "÷ Hugo ×3 + Pagefind extended ×3 |\n| ---: | --- | ---: | ---: | ---: | ---: | ---: |"
    )
    return "\n".join([head, *(_row(each, cold, peers) for each in found)])


def _row(each: Again, cold: dict[int, float], peers: dict[int, float]) -> str:
    cost = each.cost
    lead = f"| {each.size:,} | {each.change} |"
    if cost.error:
        return f"{lead} failed: {cost.error} |" + " – |" * 4
    ratios = (_ratio(cost.wall, known.get(each.size)) for known in (cold, peers))
    peak = cost.peak_process / 1e6
    return f"{lead} {cost.wall:.1f} | {cost.cpu:.1f} | {peak:,.0f} | {' | '.join(ratios)} |"


def _ratio(wall: float, other: float | None) -> str:
    return f"1/{other / wall:.0f}" if other else "–"


def _nothing(project: Path) -> None:
    """The same again."""


def _texts(project: Path) -> list[Path]:
    """All items, those of the newest month of writing last."""
    return sorted((project / "content").glob("*/*.md"), key=_written)


def _written(path: Path) -> tuple[str, str]:
    head = path.read_text(encoding="utf-8").partition("written: ")[2]
    return head[:10], path.name


def _change(project: Path, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}\n补充说明一句。\n", encoding="utf-8", newline="\n")
    _bind(project, path)


def _newest(project: Path) -> None:
    _change(project, _texts(project)[-1])


def _oldest(project: Path) -> None:
    _change(project, _texts(project)[0])


def _withdraw(project: Path) -> None:
    path = _texts(project)[-2]
    text = path.read_text(encoding="utf-8").replace("---\n", f"---\n{_WITHDRAWN}", 1)
    path.write_text(text, encoding="utf-8", newline="\n")


def _everything(project: Path) -> None:
    """A setting that every template can read: every page depends on it."""
    with (project / "mkdocs.yml").open("a", encoding="utf-8") as stream:
        stream.write("extra: {edition: second}\n")


def _bind(project: Path, path: Path) -> None:
    program = Path(sys.executable).with_name("dwgk")
    name = path.relative_to(project).as_posix()
    subprocess.run([program, "approve", name], cwd=project, check=True, capture_output=True)


_CHANGES: tuple[tuple[str, Callable[[Path], None]], ...] = (
    ("nothing", _nothing),
    ("one item of the newest month", _newest),
    ("one item of the oldest year", _oldest),
    ("one item withdrawn", _withdraw),
    ("theme or setting", _everything),
)
