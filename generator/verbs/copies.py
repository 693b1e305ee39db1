"""Verbs for copies handed out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

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
