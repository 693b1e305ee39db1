"""Verbs for the office: approving, and what was, is and will be seen by whom."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, get_args

import click

from generator import answers
from generator.desk.approve import FinalStep
from generator.oversight.due import due_json, due_lines
from generator.oversight.files import write_drafts, write_report
from generator.oversight.recorded import recorded_lines, recorded_list
from generator.oversight.reports import Asked, Kind
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
@click.option("--recorded", is_flag=True, help="只看公开台账：受众当日实际看到的；事项的全部记录。")
@as_of_option
def show(desk: Desk, name: str, recorded: bool, as_of: date | None) -> int:
    """谁在何时能看到一件事项，为什么看不到，台账记着当日显示了什么；或一个受众能看到哪些事项。"""
    seen = answers.look(desk.root(), day_in(as_of), name, history=recorded)
    english = desk.language == "en"
    if recorded:
        return _show_recorded(desk, seen, name)
    for item in seen.items:
        desk.tell(f"{item.release}  {item.id}  {item.title}")
    for sight in seen.sights:
        reason = REASONS[sight.reason][english]
        bounded = sight.release or sight.last
        term = f"  {sight.release or '…'} – {sight.last or '…'}" if bounded else ""
        desk.tell(f"{sight.audience.title}（{sight.audience.id}）: {reason}{term}")
    if seen.next_change:
        desk.say(f"下一次变动：{seen.next_change}", f"Next change: {seen.next_change}")
    for line in recorded_lines(seen.recorded, desk.language):
        desk.tell(line)
    return desk.report(seen.diagnostics)


def _show_recorded(desk: Desk, seen: answers.Seen, name: str) -> int:
    """What the publish log alone says."""
    listing = all(each.audience == name for each in seen.recorded)
    tell = recorded_list if listing else recorded_lines
    for line in tell(seen.recorded, desk.language):
        desk.tell(line)
    if not seen.recorded:
        desk.say("台账里没有相应的记录。", "The log has nothing of that.")
    return desk.report(seen.diagnostics)


@verb
@click.option(
    "--within", type=Days(), default="7d", show_default=True, help="今后几天，如 7d、7天。"
)
@as_of_option
def due(desk: Desk, within: int, as_of: date | None) -> int:
    """今后几天各站点的公开、到期、撤销，和办公室应办的事；有则退出状态为 1，没有为 0。"""
    coming, faults = answers.due(desk.root(), day_in(as_of), within)
    if coming is None:
        return desk.report(faults)
    if desk.form == "json":
        click.echo(due_json(coming))
    else:
        for line in due_lines(coming, desk.language):
            desk.tell(line)
    return FAULTY if coming.entries else CLEAN


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
@click.argument("kind", type=click.Choice(get_args(Kind)))
@click.option("--year", type=click.IntRange(1949, 9998), required=True, help="年度。")
@click.option(
    "--due", type=Day(), help="覆盖：年度事项按期公开的最后一日，默认按 institution.yml。"
)
@click.option("--within", type=click.IntRange(0), default=20, help="时效：几个工作日，默认 20。")
@click.option("--count", type=click.IntRange(1), default=10, help="抽查：件数，默认 10。")
@click.option("--seed", default="1", help="抽查：随机种子，默认 1。")
@click.option("--audience", "audiences", multiple=True, help="年度通报：哪个受众，默认全部。")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="年度通报：存为草稿和图表的文件夹；不写就在屏幕上显示。",
)
@click.option("--csv", "table", type=click.Path(path_type=Path), help="另存为表格。")
@click.option("--html", "page", type=click.Path(path_type=Path), help="另存为一个网页文件。")
@as_of_option
def report(
    desk: Desk,
    as_of: date | None,
    table: Path | None,
    page: Path | None,
    out: Path | None,
    **asked: Any,
) -> int:
    """覆盖情况、时效、年度通报草稿、依申请公开、抽查表：内部使用，不上任何站点。"""
    root = desk.root()
    for folder in ("content", "dist"):
        if any(each and each.resolve().is_relative_to(root / folder) for each in (table, page)):
            raise click.UsageError(f"报告只供内部使用，不能放在 {folder} 里。")
    if asked["kind"] != "annual" and (out or asked["audiences"]):
        raise click.UsageError("--out、--audience 只用于年度通报（annual）。")
    made = answers.report(root, day_in(as_of), Asked(**asked))
    if made.paper is None:
        return desk.report(made.diagnostics)
    text = write_report(made.paper, table, page)
    if asked["kind"] == "annual":
        _tell_drafts(desk, made, out)
    else:
        desk.tell(text)
    return CLEAN


def _tell_drafts(desk: Desk, made: answers.Reported, out: Path | None) -> None:
    """Drafts on the screen or in their folders; a caution where their figures fall short."""
    faulty = len({each.span.file for each in made.diagnostics if each.severity == "error"})
    if faulty:
        desk.complain(
            f"注意：{faulty} 个文件有错误，其中的事项未计入。",
            f"Caution: {faulty} files have errors; what they hold is not counted.",
        )
    if out is None:
        for draft in made.drafts:
            desk.tell(draft.text)
        return
    for place in write_drafts(made.drafts, out):
        desk.say(
            f"已起草 {place}：补全【请填写】各处，审批后再公开。",
            f"Drafted {place}: fill in every 【请填写】, have it approved, then publish.",
        )
