"""The peers on the same corpus: Hugo with Pagefind extended, and stock MkDocs with Material.

Each audience gets a folder with only what it may see, sorted out here by scope alone: the peers
are spared the gate, the approval digests and the proof, and that sorting is not timed.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.bench import measure
from tests.bench.catalogue import AUDIENCE_TITLES, NAME, SITE_URL, UNITS
from tests.bench.corpus import Item
from tests.bench.hugo_theme import write_theme
from tests.bench.measure import Cost


@dataclass(frozen=True, slots=True)
class Peer:
    """A way to build the three sites: writes its folders, then builds them one after another."""

    name: str
    prepare: Callable[[Path, Iterable[Item]], None]
    build: Callable[[Path], tuple[tuple[str, Cost], ...]]
    sites: Callable[[Path], list[Path]]
    limit: int | None = None  # largest corpus that ends in reasonable time


def _inside(package: str, *parts: str) -> Path:
    """The path of a file that an installed package carries; raises FileNotFoundError."""
    spec = importlib.util.find_spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder, *parts)
        if path.is_file():
            return path
    raise FileNotFoundError(f"{package} is not installed: pip install 'dwgk[bench]'")


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _hugo_prepare(root: Path, items: Iterable[Item]) -> None:
    for audience, title in AUDIENCE_TITLES.items():
        write_theme(root / audience, audience, title)
    for item in items:
        for audience in item.audiences:
            head = (
                f"---\ntitle: {item.title}\ndate: {item.release(audience)}\n"
                f"url: /d/{item.id}/\nidentifier: {item.id}\n"
                f'years: ["{item.release(audience).year}"]\n'
                f"categories: [{item.row.category}]\nunits: [{item.row.unit}]\n"
                f'scope: {item.scope}\nperiod: "{item.period}"\nforms: 网站\nkind: {item.kind}\n'
                f"number: {item.number}\n---\n"
            )
            _write(root / audience / "content/d" / f"{item.id}.md", head + item.body)
            if item.attachment:
                folder = root / audience / "static/d" / item.id
                folder.mkdir(parents=True)
                _write(folder / item.attachment.name, item.attachment.text)


def _hugo_build(root: Path) -> tuple[tuple[str, Cost], ...]:
    """Three times Hugo, then three times Pagefind on the finished folders."""
    hugo = _inside("hugo", "binaries", "hugo")
    # By path, not by module: `pagefind_bin` is installed beside it and would be taken instead.
    pagefind = _inside("pagefind_bin_extended", "pagefind_extended")
    built = indexed = Cost()
    for audience in AUDIENCE_TITLES:
        built = built.then(measure.run([hugo, "--quiet"], root / audience))
    for audience in AUDIENCE_TITLES:
        indexed = indexed.then(measure.run([pagefind, "--site", "public"], root / audience))
    return (("Hugo ×3", built), ("Pagefind extended ×3", indexed))


def _mkdocs_prepare(root: Path, items: Iterable[Item]) -> None:
    for audience, title in AUDIENCE_TITLES.items():
        (root / audience / "docs/d").mkdir(parents=True)
        _write(
            root / audience / "mkdocs.yml",
            f"site_name: {NAME}党务公开（{title}）\nsite_url: {SITE_URL}{audience}/\n"
            "theme: {name: material, language: zh, font: false}\n",
        )
        _write(root / audience / "docs/index.md", f"# {NAME}党务公开\n")
    for item in items:
        for audience in item.audiences:
            folder = root / audience / "docs/d"
            head = (
                f"# {item.title}\n\n| 索引号 | {item.id} |\n| --- | --- |\n"
                f"| 责任单位 | {UNITS[item.row.unit]} |\n| 公开范围 | {item.scope} |\n"
                f"| 所属期 | {item.period} |\n| 发布日期 | {item.release(audience)} |\n"
                f"| 发文字号 | {item.number} |\n\n"
            )
            _write(folder / f"{item.id}.md", head + item.body)
            if item.attachment:
                _write(folder / item.attachment.name, item.attachment.text)


def _mkdocs_build(root: Path) -> tuple[tuple[str, Cost], ...]:
    built = Cost()
    for audience in AUDIENCE_TITLES:
        command = [sys.executable, "-m", "mkdocs", "build", "--quiet"]
        built = built.then(measure.run(command, root / audience))
    return (("MkDocs + Material ×3", built),)


HUGO = Peer(
    "Hugo ×3 + Pagefind extended ×3",
    _hugo_prepare,
    _hugo_build,
    lambda root: [root / audience / "public" for audience in AUDIENCE_TITLES],
    limit=20_000,  # at 100,000 Pagefind would want some 35 GB
)
MKDOCS = Peer(
    "MkDocs + Material ×3, default navigation",
    _mkdocs_prepare,
    _mkdocs_build,
    lambda root: [root / audience / "site" for audience in AUDIENCE_TITLES],
    limit=1000,
)
PEERS: tuple[Peer, ...] = (HUGO, MKDOCS)
