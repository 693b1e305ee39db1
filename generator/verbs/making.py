"""Verbs that make sites and look at what was made."""

from __future__ import annotations

from datetime import date
from os import cpu_count
from pathlib import Path

import click

from generator import answers
from generator import build as conductor
from generator.diagnostics import UnknownName, codes
from generator.site.crew import crew, warm
from generator.site.preview import preview
from generator.terminal import (
    CLEAN,
    FAULTY,
    Desk,
    as_of_option,
    bar,
    day_in,
    verb,
)


@verb
def check(desk: Desk) -> int:
    """检查内容、目录和设置，一次报出全部问题。"""
    with bar("检查") as shown:
        checked, _ = answers.examine(desk.root(), shown)
    status = desk.report(checked.diagnostics)
    if status == CLEAN and checked.corpus is not None:
        count = len(checked.corpus.disclosures)
        desk.say(f"检查通过：{count} 件公开事项。", f"Clean: {count} disclosures.")
    return status


@verb
@click.argument("audience")
@click.option("--port", default=8000, show_default=True, help="0 表示任选一个空闲端口。")
@as_of_option
def serve(desk: Desk, audience: str, port: int, as_of: date | None) -> int:
    """在本机预览一个受众的站点，改动后自动更新。"""
    root = desk.root()
    out = root / ".dwgk" / "preview"

    def ready(address: str) -> None:
        desk.say(f"预览：{address}（Ctrl+C 结束）", f"Preview at {address} (Ctrl+C ends it)")

    warm()
    with crew() as hands:

        def rebuild() -> bool:
            day, cores = day_in(as_of), cpu_count() or 1
            built = conductor.build(root, out, day, [audience], cores=cores, hands=hands)
            hands.rest()
            return desk.report(built.diagnostics) == CLEAN

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
    hits = answers.search(dist or desk.root() / "dist", audience, query, chosen, by_date)
    for hit in hits:
        desk.tell(f"{hit.release}  {hit.id}  {hit.title}")
    desk.say(f"找到 {len(hits)} 项。", f"{len(hits)} found.")
    return CLEAN


@verb
@click.argument("code")
def explain(desk: Desk, code: str) -> int:
    """解释一个诊断代码：什么意思，怎么办，为什么。"""
    known = codes().get(code.upper())
    if known is None:
        raise UnknownName(code)
    for text in (known.message, known.hint, known.why):
        click.echo(text[desk.language])
    return CLEAN
