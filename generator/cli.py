"""The verbs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from generator import build as conductor
from generator.bundle.copies import copies
from generator.desk.approve import FinalStep
from generator.diagnostics import codes
from generator.oversight.due import due_json, due_lines
from generator.oversight.files import write_report
from generator.oversight.reports import Asked
from generator.oversight.show import REASONS
from generator.publish import status as dead_man
from generator.publish.verify import verify as look_at
from generator.site.preview import preview
from generator.source.project import read_settings
from generator.terminal import (
    CLEAN,
    FAULTY,
    Day,
    Days,
    Desk,
    Years,
    bar,
    cli,
    day_in,
    instant_in,
    verb,
)

_as_of = click.option("--as-of", type=Day(), help="按这一天的情况，默认今天。")
_out = click.option("--out", type=click.Path(path_type=Path), help="输出文件夹，默认 dist。")


@verb
def check(desk: Desk) -> int:
    """检查内容、目录和设置，一次报出全部问题。"""
    with bar("检查") as shown:
        checked = conductor.check(desk.root(), shown)
    status = desk.report(checked.diagnostics)
    if status == CLEAN and checked.corpus is not None:
        count = len(checked.corpus.disclosures)
        desk.say(f"检查通过：{count} 件公开事项。", f"Clean: {count} disclosures.")
    return status


@verb
@click.argument("audiences", nargs=-1)
@_as_of
@_out
def build(desk: Desk, audiences: tuple[str, ...], as_of: date | None, out: Path | None) -> int:
    """生成各受众的站点；有任何错误就不发布，原有站点保持不变。"""
    root = desk.root()
    with bar("生成") as shown:
        built = conductor.build(root, out or root / "dist", day_in(as_of), audiences, shown)
    status = desk.report(built.diagnostics)
    for audience, count in built.items.items():
        desk.say(f"{audience}: {count} 件公开事项", f"{audience}: {count} disclosures")
    return status


@verb
@click.argument("audience")
@click.option("--port", default=8000, show_default=True, help="0 表示任选一个空闲端口。")
@_as_of
def serve(desk: Desk, audience: str, port: int, as_of: date | None) -> int:
    """在本机预览一个受众的站点，改动后自动更新。"""
    root = desk.root()
    out = root / ".dwgk" / "preview"

    def rebuild() -> bool:
        built = conductor.build(root, out, day_in(as_of), [audience])
        return desk.report(built.diagnostics) == CLEAN

    def ready(address: str) -> None:
        desk.say(f"预览：{address}（Ctrl+C 结束）", f"Preview at {address} (Ctrl+C ends it)")

    if not rebuild():
        return FAULTY
    parts = ("content", "catalog.yaml", "site_config", "mkdocs.yml", "themes")
    preview(out / audience, [root / part for part in parts], rebuild, port, ready)
    return CLEAN


@verb
@click.argument("audience")
@click.argument("query")
@click.option("--year", help="年度。")
@click.option("--category", help="类别。")
@click.option("--unit", help="责任单位。")
@click.option("--kind", help="类型。")
@click.option("--by-date", is_flag=True, help="最新优先；默认相关优先。")
@click.option("--dist", type=click.Path(path_type=Path), help="站点所在文件夹，默认 dist。")
def search(
    desk: Desk, audience: str, query: str, by_date: bool, dist: Path | None, **filters: str | None
) -> int:
    """在终端检索一个已生成的站点，与网页上的检索同一索引、同一结果。"""
    chosen = {name: value for name, value in filters.items() if value}
    hits = conductor.search(dist or desk.root() / "dist", audience, query, chosen, by_date)
    for hit in hits:
        desk.tell(f"{hit.release}  {hit.id}  {hit.title}")
    desk.say(f"找到 {len(hits)} 项。", f"{len(hits)} found.")
    return CLEAN


@verb
@click.argument("audience")
@click.option("--out", type=click.Path(path_type=Path), help="zip 文件，默认 dwgk-受众.zip。")
@click.option("--to", default="", help="交给谁，记入副本登记。")
@click.option("--years", type=Years(), default=(), help="只含这些年度，例如 2024,2025。")
@click.option("--since", type=Day(), help="只含这一天以后公开的事项。")
@click.option("--copy", "number", default=0, help="副本号，默认接续登记。")
@_as_of
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
@click.argument("name")
@_as_of
def show(desk: Desk, name: str, as_of: date | None) -> int:
    """谁在何时能看到一件事项，为什么看不到；或一个受众能看到哪些事项。"""
    seen = conductor.look(desk.root(), day_in(as_of), name)
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
@_as_of
def due(desk: Desk, within: int, as_of: date | None) -> int:
    """今后几天各站点有哪些公开、到期、撤销；有则退出状态为 1，没有为 0。仅供办公室使用。"""
    outlooks, faults = conductor.due(desk.root(), day_in(as_of), within)
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
@_as_of
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
@_as_of
def report(
    desk: Desk, as_of: date | None, table: Path | None, page: Path | None, **asked: Any
) -> int:
    """覆盖情况、时效、抽查表：办公室和检查人员内部使用，不上任何站点。"""
    root = desk.root()
    for folder in ("content", "dist"):
        if any(each and each.resolve().is_relative_to(root / folder) for each in (table, page)):
            raise click.UsageError(f"报告只供内部使用，不能放在 {folder} 里。")
    made = conductor.report(root, day_in(as_of), Asked(**asked))
    if made.paper is None:
        return desk.report(made.diagnostics)
    desk.tell(write_report(made.paper, table, page))
    return CLEAN


@verb
@click.argument("code")
def explain(desk: Desk, code: str) -> int:
    """解释一个诊断代码：什么意思，怎么办，为什么。"""
    known = codes().get(code.upper())
    if known is None:
        raise conductor.UnknownName(code)
    for text in (known.message, known.hint, known.why):
        click.echo(text[desk.language])
    return CLEAN


@verb
@click.argument("target", type=click.Path(path_type=Path, exists=True), default="dist")
def verify(desk: Desk, target: Path) -> int:
    """以陌生人的眼光检查已生成的站点：泄露、死链、外部请求、清单不符。"""
    with bar("核验") as shown:
        found = look_at(target.resolve(), desk.root())
        shown(1, 1)
    status = desk.report(found)
    if status == CLEAN:
        desk.say("核验通过。", "Nothing found.")
    return status


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
    done = conductor.approve_paths(desk.root(), paths, step)
    status = desk.report(done.diagnostics)
    bound, kept = len(done.bound), len(done.unchanged)
    desk.say(f"绑定 {bound} 件，无需改动 {kept} 件。", f"Bound {bound}, unchanged {kept}.")
    return status


def main() -> None:
    """The ``dwgk`` command."""
    cli()
