"""The verb that writes configurations of web servers, and of the timers that keep them fresh."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import cast

import click

from generator.diagnostics import has_errors
from generator.publish.server.render import Kind
from generator.publish.server.service import read_service
from generator.publish.server.service import server_config as written
from generator.publish.units import cron, place, systemd
from generator.source.project import read_settings
from generator.terminal import CLEAN, Desk, verb

_TIMERS = {"systemd": systemd, "cron": cron}


@verb
@click.argument("kind", type=click.Choice(["apache", "nginx", *_TIMERS]))
@click.argument("audience", required=False)
@click.option("--user", help="定时任务以哪个用户运行，默认 dwgk。")
@click.option("--out", type=click.Path(path_type=Path), help="写到这个文件；systemd 写到文件夹。")
def server_config(
    desk: Desk, kind: str, audience: str | None, user: str | None, out: Path | None
) -> int:
    """按 site_config/servers.yml 写出 Apache、nginx 的完整配置，或 systemd、cron 的定时任务。"""
    if kind in _TIMERS:
        if audience:
            raise click.UsageError("定时任务不分受众，一份管全部站点。")
        return _timers(desk, kind, user or "dwgk", out)
    if not audience or user:
        raise click.UsageError("要写明受众；--user 只用于定时任务。")
    text, faults = written(desk.root(), cast(Kind, kind), audience)
    status = desk.report(faults)
    return status if text is None else _put(desk, {f"{kind}-{audience}.conf": text}, out)


def _timers(desk: Desk, kind: str, user: str, out: Path | None) -> int:
    """For this machine: the project's folder, and the program that is running."""
    institution, faults = read_settings(desk.root())
    if institution is None:
        return desk.report(faults)
    servers, more = read_service(desk.root(), institution)
    if has_errors(faults := [*faults, *more]):
        return desk.report(faults)
    program = PurePosixPath(sys.executable).with_name("dwgk")
    at = place(PurePosixPath(desk.root()), program, user, servers)
    return _put(desk, _TIMERS[kind](at), out)


def _put(desk: Desk, files: Mapping[str, str], out: Path | None) -> int:
    """On the screen, or into a folder, or one file under the name given."""
    if out is None:
        for text in files.values():
            click.echo(text, nl=False)
        return CLEAN
    if len(files) > 1 and not out.is_dir():
        raise click.UsageError(f"要写出 {len(files)} 个文件，--out 须是已有的文件夹。")
    for name, text in files.items():
        path = out / name if out.is_dir() else out
        path.write_text(text, encoding="utf-8", newline="\n")
        desk.say(f"已写出 {path}；启用的命令在文件里。", f"Wrote {path}; it says what to do next.")
    return CLEAN
