"""Verbs for the office: approving, and what was, is and will be seen by whom."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from generator import answers
from generator.desk.approve import FinalStep
from generator.oversight.due import due_json, due_lines
from generator.oversight.files import write_report
from generator.oversight.reports import Asked
from generator.oversight.show import REASONS
from generator.publish import status as dead_man
from generator.source.project import read_settings
from generator.terminal import (
    CLEAN,
    FAULTY,
    Day,
    Days,
    Desk,
    as_of_option,
    day_in,
    instant_in,
    verb,
)


@verb
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--by", help="批准单位：补写流程的最后一步。")
@click.option("--date", "day", type=Day(), help="批准日期。")
@click.option("--reference", default="", help="批准依据，例如 2026年第2次党委会。")
def approve(
    desk: Desk, paths: tuple[Path, ...], by: str | None, day: date | None, reference: str
) -> int:
    """把审批记录与此刻的正文、登记信息和附件绑定（写入 digest），不改动其他内容。"""
    if (by is None) != (day is None):
        raise click.UsageError("--by 和 --date 要一起写。")
    step = FinalStep(by, day, reference) if by and day else None
    done = answers.approve_paths(desk.root(), paths, step)
    status = desk.report(done.diagnostics)
    bound, kept = len(done.bound), len(done.unchanged)
    desk.say(f"绑定 {bound} 件，无需改动 {kept} 件。", f"Bound {bound}, unchanged {kept}.")
    return status


@verb
@click.argument("name")
@as_of_option
def show(desk: Desk, name: str, as_of: date | None) -> int:
    """谁在何时能看到一件事项，为什么看不到；或一个受众能看到哪些事项。"""
    seen = answers.look(desk.root(), day_in(as_of), name)
    english = desk.language == "en"
    for item in seen.items:
        desk.tell(f"{item.release}  {item.id}  {item.title}")
    for sight in seen.sights:
        reason = REASONS[sight.reason][english]
        end = sight.last or ("" if sight.release is None else "…")
        term = f"  {sight.release} – {end}" if sight.release else ""
        desk.tell(f"{sight.audience.title}（{sight.audience.id}）: {reason}{term}")
    if seen.next_change:
        desk.say(f"下一次变动：{seen.next_change}", f"Next change: {seen.next_change}")
    return desk.report(seen.diagnostics)


@verb
@click.option(
    "--within", type=Days(), default="7d", show_default=True, help="今后几天，如 7d、7天。"
)
@as_of_option
def due(desk: Desk, within: int, as_of: date | None) -> int:
    """今后几天各站点有哪些公开、到期、撤销；有则退出状态为 1，没有为 0。仅供办公室使用。"""
    outlooks, faults = answers.due(desk.root(), day_in(as_of), within)
    if faults:
        return desk.report(faults)
    if desk.form == "json":
        click.echo(due_json(outlooks))
    else:
        for line in due_lines(outlooks, desk.language):
            desk.tell(line)
    return FAULTY if any(each.entries for each in outlooks) else CLEAN


@verb
@click.option("--live", multiple=True, required=True, help="站点所在文件夹，或清单的网址；可多次。")
@as_of_option
def status(desk: Desk, live: tuple[str, ...], as_of: date | None) -> int:
    """在线站点是否过了该更新的时刻仍未更新；过期、缺失、读不到都算有问题，退出状态为 1。"""
    institution, faults = read_settings(desk.root())
    if institution is None:
        return desk.report(faults)
    now = instant_in(as_of, institution.time_zone)
    known = [each.id for each in institution.audiences]
    found = [each for place in live for each in dead_man.status(place, known, now)]
    right, wrong = dead_man.parted(found)
    for each in right:
        until = each.next_change.isoformat() if each.next_change else "—"
        desk.say(
            f"{each.audience}: 有效，下一次变动：{until}", f"{each.audience}: right, until {until}"
        )
    return desk.report(wrong)


@verb
@click.argument("kind", type=click.Choice(["coverage", "timeliness", "sample"]))
@click.option("--year", type=click.IntRange(1949, 9998), required=True, help="年度。")
@click.option("--due", type=Day(), help="覆盖：年度事项按期公开的最后一日，默认次年6月30日。")
@click.option("--within", type=click.IntRange(0), default=20, help="时效：几个工作日，默认 20。")
@click.option("--count", type=click.IntRange(1), default=10, help="抽查：件数，默认 10。")
@click.option("--seed", default="1", help="抽查：随机种子，默认 1。")
@click.option("--csv", "table", type=click.Path(path_type=Path), help="另存为表格。")
@click.option("--html", "page", type=click.Path(path_type=Path), help="另存为一个网页文件。")
@as_of_option
def report(
    desk: Desk, as_of: date | None, table: Path | None, page: Path | None, **asked: Any
) -> int:
    """覆盖情况、时效、抽查表：办公室和检查人员内部使用，不上任何站点。"""
    root = desk.root()
    for folder in ("content", "dist"):
        if any(each and each.resolve().is_relative_to(root / folder) for each in (table, page)):
            raise click.UsageError(f"报告只供内部使用，不能放在 {folder} 里。")
    made = answers.report(root, day_in(as_of), Asked(**asked))
    if made.paper is None:
        return desk.report(made.diagnostics)
    desk.tell(write_report(made.paper, table, page))
    return CLEAN
