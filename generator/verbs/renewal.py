"""Verbs for running the sites for years: the timer's, and the bill of materials."""

from __future__ import annotations

import platform
from os import cpu_count
from pathlib import Path

import click

from generator.publish.sbom import bill
from generator.renewal import Asked
from generator.renewal import renew as do_what_is_due
from generator.terminal import CLEAN, ENVIRONMENT, Desk, bar, instant_in, verb


@verb
@click.argument("audiences", nargs=-1)
@click.option("--pdf", is_flag=True, help="每件事项另附一个 PDF。")
@click.option("--cores", type=click.IntRange(1), help="最多用几个处理器核心，默认全部。")
def renew(desk: Desk, audiences: tuple[str, ...], pdf: bool, cores: int | None) -> int:
    """生成、核验，把该变的站点投入使用；没有该变的就什么也不做。供定时任务运行，失败时发通知。"""
    asked = Asked(
        root=desk.root(),
        instant=lambda zone: instant_in(None, zone),
        machine=platform.node(),
        audiences=audiences,
        pdf=pdf,
        cores=cores or cpu_count() or 1,
    )
    with bar("更新") as shown:
        done = do_what_is_due(asked)
        shown(1, 1)
    status = desk.report(done.diagnostics)
    for release in done.releases:
        desk.say(
            f"{release.audience} 第 {release.version} 版已投入使用（按 {release.as_of}）。",
            f"{release.audience}, release {release.version}, is in service ({release.as_of}).",
        )
    if done.busy:
        desk.say("另一次正在进行，留给下一次。", "Another run is at it; left for the next.")
    elif not done.releases and status == CLEAN:
        desk.say("没有该变的，什么也没有动。", "Nothing is due; nothing was touched.")
    return ENVIRONMENT if done.machine else status


@verb
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="写到这个文件。")
def sbom(desk: Desk, out: Path | None) -> int:
    """列出程序由哪些软件包组成（CycloneDX 物料清单），同样的环境得到同样的字节。"""
    text = bill()
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_bytes(text)
        desk.say(f"已写出 {out}。", f"Wrote {out}.")
    return CLEAN
