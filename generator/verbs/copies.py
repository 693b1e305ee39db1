"""Verbs for copies handed out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from generator import archiving
from generator import build as conductor
from generator.bundle.copies import copies
from generator.terminal import CLEAN, Day, Desk, Years, as_of_option, bar, day_in, verb


@verb
@click.argument("audience")
@click.option("--out", type=click.Path(path_type=Path), help="zip 文件，默认 dwgk-受众.zip。")
@click.option("--to", default="", help="交给谁，记入副本登记。")
@click.option("--years", type=Years(), default=(), help="只含这些年度，例如 2024,2025。")
@click.option("--since", type=Day(), help="只含这一天以后公开的事项。")
@click.option("--copy", "number", default=0, help="副本号，默认接续登记。")
@as_of_option
def offline(  # noqa: PLR0917 - one parameter for each option
    desk: Desk,
    audience: str,
    out: Path | None,
    to: str,
    years: tuple[int, ...],
    since: date | None,
    number: int,
    as_of: date | None,
) -> int:
    """制作离线副本：一个 zip，解压即可在没有网络的电脑上查阅和检索，并记入副本登记。"""
    root = desk.root()
    target = out or Path.cwd() / f"dwgk-{audience}.zip"
    asked = conductor.CopyAsked(target.resolve(), to, years, since or date.min, number)
    with bar("离线副本") as shown:
        made = conductor.offline(root, day_in(as_of), audience, asked, shown)
    status = desk.report(made.diagnostics)
    if made.number is not None:
        name = target.name
        desk.say(f"{name}：第 {made.number:04d} 号副本。", f"{name}: copy {made.number:04d}.")
    return status


@verb
@click.option("--holding", help="只列出仍含这一索引号的副本。")
def offline_copies(desk: Desk, holding: str | None) -> int:
    """列出已交出的离线副本；事项撤销后，用 --holding 查哪些副本里还有它。"""
    for copy in copies(desk.root()):
        if holding is None or holding in copy.items:
            count = len(copy.items)
            desk.tell(f"{copy.number:04d}  {copy.audience}  {copy.as_of}  {count}  {copy.to}")
    return CLEAN


@verb
@click.option("--year", type=click.IntRange(1949, 9998), help="移交首次公开在这一年的事项。")
@click.option("--out", type=click.Path(path_type=Path), help="档案包，默认 dwgk-archive-年度.zip。")
@click.option(
    "--check",
    "package",
    type=click.Path(path_type=Path, exists=True),
    help="只核对一个档案包，或它解压后的文件夹；不需要项目。",
)
@as_of_option
def archive(
    desk: Desk, year: int | None, out: Path | None, package: Path | None, as_of: date | None
) -> int:
    """制作一个年度的移交档案包；或用 --check 核对一个档案包。"""
    if (year is None) == (package is None):
        raise click.UsageError("--year 和 --check 写一个，只写一个。")
    if package is not None:
        return _check(desk, package)
    root, name = desk.root(), out or Path(f"dwgk-archive-{year}.zip")
    target = name.resolve()
    inside = any(target.is_relative_to(root / folder) for folder in ("content", "dist"))
    if inside or archiving.served(target):
        raise click.UsageError("档案包含有不公开的记录，不能放在内容或站点的文件夹里。")
    with bar("移交档案") as shown:
        made = archiving.archive(root, day_in(as_of), year or 0, target, shown)
    status = desk.report(made.diagnostics)
    if made.digest:
        desk.say(
            f"{target.name}：{made.items} 件，{made.size} 字节。移交时请登记校验值（SHA-256）：",
            f"{target.name}: {made.items} items, {made.size} bytes. Note its digest (SHA-256):",
        )
        desk.tell(f"    {made.digest}")
    return status


def _check(desk: Desk, package: Path) -> int:
    """What a package is, for whoever receives it."""
    found = archiving.examine_package(package.resolve())
    status = desk.report(found.diagnostics)
    if status == CLEAN:
        desk.say(
            f"核对通过：{found.items} 件，与文件目录、封装文件、校验清单、公开台账一致。",
            f"Whole: {found.items} items, as catalogue, envelopes, manifest and log say.",
        )
    if found.digest:
        desk.say(f"档案包的校验值（SHA-256）：{found.digest}", f"SHA-256: {found.digest}")
    return status
