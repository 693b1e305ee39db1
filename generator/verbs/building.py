"""The verb that makes the sites: it loads little, for most of its runs find nothing to do."""

from __future__ import annotations

from datetime import date
from os import cpu_count
from pathlib import Path

import click

from generator.rebuild import rebuild
from generator.remembered import Asked
from generator.terminal import Desk, as_of_option, bar, day_in, verb


@verb
@click.argument("audiences", nargs=-1)
@as_of_option
@click.option("--out", type=click.Path(path_type=Path), help="输出文件夹，默认 dist。")
@click.option("--pdf", is_flag=True, help="每件事项另附一个 PDF。")
@click.option("--cores", type=click.IntRange(1), help="最多用几个处理器核心，默认全部。")
@click.option(
    "--projects",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="一次生成这个文件夹里的全部项目；一个单位出错不影响其他单位。",
)
@click.option("--scheduler", help="与 --projects 合用：dask.distributed 调度器，如 tcp://…:8786。")
def build(
    desk: Desk,
    audiences: tuple[str, ...],
    *,
    as_of: date | None,
    out: Path | None,
    pdf: bool,
    cores: int | None,
    projects: Path | None,
    scheduler: str | None,
) -> int:
    """生成各受众的站点；有任何错误就不发布，原有站点保持不变。"""
    if projects:
        from generator.verbs.province import build_all  # noqa: PLC0415 - many projects, much code

        if out:
            raise click.UsageError("--out 不与 --projects 合用：每个项目的站点在它自己的 dist。")
        asked = [*audiences, *(["--as-of", as_of.isoformat()] if as_of else [])]
        return build_all(desk, projects, [*asked, *["--pdf"] * pdf], scheduler, cores)
    if scheduler:
        raise click.UsageError("--scheduler 只与 --projects 合用。")
    root = desk.root()
    with bar("生成") as shown:
        wanted = Asked(root, (out or root / "dist").absolute(), audiences, pdf)
        built = rebuild(wanted, day_in(as_of), shown, cores=cores or cpu_count() or 1)
    status = desk.report(built.diagnostics)
    for audience, count in built.items.items():
        desk.say(f"{audience}: {count} 件公开事项", f"{audience}: {count} disclosures")
    return status
