"""Verbs of the publish log: what each site showed from when to when."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from generator import answers
from generator.model.record import Entry
from generator.terminal import Desk, Instant, instant_in, verb


@verb
@click.argument("audiences", nargs=-1)
@click.option("--dist", type=click.Path(path_type=Path), help="站点所在文件夹，默认 dist。")
@click.option("--at", type=Instant(), help="站点投入使用的时刻，默认此刻。")
@click.option("--check", "checking", is_flag=True, help="只核对台账，并给出最后一条的校验值。")
@click.option("--noted", default="", help="核对时：以前抄下的校验值，必须还在台账里。")
def publish_log(  # noqa: PLR0917 - one parameter for each option
    desk: Desk,
    audiences: tuple[str, ...],
    dist: Path | None,
    at: datetime | None,
    checking: bool,
    noted: str,
) -> int:
    """把站点现在显示的内容记入公开台账；静悄悄的改动由 dwgk check 据此发现。"""
    root = desk.root()
    if checking or noted:
        return _check(desk, root, noted)

    def moment(zone: str) -> datetime:
        place = ZoneInfo(zone)
        given = at or instant_in(None, zone)
        zoned = given.astimezone(place) if given.tzinfo else given.replace(tzinfo=place)
        return zoned.replace(microsecond=0)

    made = answers.enter_log(root, (dist or root / "dist").resolve(), audiences, moment)
    status = desk.report(made.diagnostics)
    for entry in made.entries:
        _tell(desk, entry)
    if not made.entries and not made.diagnostics:
        desk.say("没有新的变化，台账不变。", "Nothing new; the log stays as it is.")
    return status


def _check(desk: Desk, root: Path, noted: str) -> int:
    chain, faults = answers.examine_log(root, noted)
    status = desk.report(faults)
    count, last = len(chain.entries), chain.last
    if count:
        word = ("前", "the first ") if chain.fault else ("", "all ")
        desk.say(
            f"台账{word[0]} {count} 条完整，最后一条的校验值：{last}",
            f"The log: {word[1]}{count} entries are whole; digest of the last: {last}",
        )
    elif not faults:
        desk.say("还没有公开台账。", "There is no publish log yet.")
    return status


def _tell(desk: Desk, entry: Entry) -> None:
    came, went = len(entry.came), len(entry.went)
    desk.say(
        f"第 {entry.number} 条 {entry.audience} {entry.at}：新增或变更 {came} 件，撤下 {went} 件",
        f"entry {entry.number} {entry.audience} {entry.at}: {came} came or changed, {went} went",
    )
    desk.tell(f"    {entry.hash}")
