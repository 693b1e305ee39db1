"""The figures of `tests.bench.search` as Markdown, between the markers of `docs/search.md`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.bench.report import machine

BEGIN, END = "<!-- search:begin -->", "<!-- search:end -->"
Figures = dict[str, Any]

_COST = (
    "| items | engine | CPU s | peak MB | index MB | index ÷ text | cold kB, index | with texts |\n"
    "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
)
_FOUND = (
    "| items | engine, where | recall | precision | exact sets | typed, ms "
    "| at once, ms | again, ms |\n"
    "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
)
_PEERS = {"pagefind_bin": "Pagefind", "pagefind_bin_extended": "Pagefind extended"}


def write(page: Path, work: Path) -> None:
    """Put the figures of every size in ``work`` on the page; ValueError if it lacks the markers."""
    files = sorted(work.glob("*.json"), key=lambda path: int(path.stem))
    sizes = [json.loads(path.read_text(encoding="utf-8")) for path in files]
    cost = [_COST, *(line for each in sizes for line in _costs(each))]
    found = [_FOUND, *(line for each in sizes for line in _answers(each))]
    misses = [line for each in sizes for line in _misses(each)]
    parts = [machine(), "\n".join(cost), "\n".join(found)]
    parts.append("\n".join(["Missed by the exact engine:", "", *misses]) if misses else "")
    text = page.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{page.name} lacks the markers {BEGIN} and {END}")
    generated = "\n\n".join(filter(None, parts))
    page.write_text(f"{before}{BEGIN}\n\n{generated}\n\n{END}{after}", encoding="utf-8")


def _costs(figures: Figures) -> list[str]:
    engines = {"exact": figures["index"] | {"cold": figures["cold"]}}
    engines |= {_PEERS[name]: each for name, each in figures.get("peers", {}).items()}
    lines = []
    for name, each in engines.items():
        lead = f"| {figures['items']:,} | {name} |"
        if "error" in each:
            lines.append(f"{lead} failed: {each['error']} |" + " – |" * 5)
            continue
        lines.append(
            f"{lead} {each['cpu']:.1f} | {each['peak'] / 1e6:,.0f} | {each['bytes'] / 1e6:.1f} "
            f"| {each['bytes'] / figures['text']:.2f} | {each['cold']['index'] / 1e3:,.0f} "
            f"| {each['cold']['bytes'] / 1e3:,.0f} |"
        )
    return lines


def _answers(figures: Figures) -> list[str]:
    rows = {
        f"exact, {name}": each | {"times": figures["times"][name]}
        for name, each in figures["found"].items()
    }
    peers = figures.get("peers", {}).items()
    rows |= {f"{_PEERS[name]}, Chromium": each for name, each in peers if "error" not in each}
    return [_answer(figures["items"], name, each) for name, each in rows.items()]


def _answer(items: int, name: str, each: Figures) -> str:
    times = each["times"]
    took = [_pair(times[key]) if key in times else "–" for key in ("typed", "at once", "again")]
    return (
        f"| {items:,} | {name} | {each['recall']:.3f} | {each['precision']:.3f} "
        f"| {each['exact']:,} of {each['queries']:,} | {' | '.join(took)} |"
    )


def _pair(times: Figures) -> str:
    return f"{times['median']:.0f} / {times['p95']:.0f}"


def _misses(figures: Figures) -> list[str]:
    return [
        f"- {figures['items']:,}, {name}, `{query}`: "
        f"without {missing or 'none'}, with {extra or 'none'}"
        for name, each in figures["found"].items()
        for query, missing, extra in each["misses"]
    ]
