"""Verbs of what is in service: deploy, roll back, purge."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from generator import answers
from generator.bundle.copies import copies
from generator.diagnostics import Diagnostic, EnvironmentFault, Span, UnknownName, fault, has_errors
from generator.model.institution import Institution
from generator.model.release import Release
from generator.model.servers import KEEP, VALID_DAYS, Servers
from generator.publish.release.back import rollback as take_back
from generator.publish.release.deploy import deploy as put
from generator.publish.release.issue import Done, Place
from generator.publish.release.purge import Purged
from generator.publish.release.purge import purge as remove
from generator.site.shown import SUFFIX, Unfit, read_site
from generator.source.project import read_settings
from generator.source.servers import read_servers
from generator.terminal import CLEAN, FAULTY, Desk, bar, day_in, instant_in, verb

NO_TARGET, HANDED_OUT, BUILT = "D28", "D25", "D29"

_target_option = click.option(
    "--to", "--target", "target", help="目标：文件夹或 user@host:文件夹；默认按 servers.yml。"
)


@verb
@click.argument("audience")
@_target_option
@click.option("--dist", type=click.Path(path_type=Path), help="站点所在文件夹，默认 dist。")
@click.option(
    "--first",
    type=click.IntRange(1),
    is_flag=False,
    flag_value=1,
    help="目标是空文件夹：初始化为这个受众的，可写第一版的版本号（--first=58）。",
)
def deploy(
    desk: Desk, audience: str, target: str | None, dist: Path | None, first: int | None
) -> int:
    """把生成好的站点投入使用：核验、签名、写好落盘、一次切换；不成就保持原样。"""
    known, faults = _known(desk)
    if known is None or has_errors(faults):
        return desk.report(faults)
    place, dist = _place(desk, known, audience, target), dist or desk.root() / "dist"
    with bar("部署") as shown:
        done = put(place, dist.resolve(), first=first or 0)
        shown(1, 1)
    return _tell(desk, place, done)


@verb
@click.argument("audience")
@click.option("--to", "number", type=click.IntRange(1), help="退回到哪一版，默认前一版。")
@click.option("--target", help="目标：文件夹或 user@host:文件夹；默认按 servers.yml。")
@click.option("--again", multiple=True, help="确有批准重新公开的索引号，逐件写。")
def rollback(
    desk: Desk, audience: str, number: int | None, target: str | None, again: tuple[str, ...]
) -> int:
    """退回到保留的旧版：作为新的一版发布、重新签名；已撤下的内容不会因此回来。"""
    known, faults = _known(desk)
    if known is None or has_errors(faults):
        return desk.report(faults)
    place = _place(desk, known, audience, target)
    allowed = {item.id for item in answers.look(desk.root(), day_in(None), audience).items}
    done = take_back(place, number or 0, frozenset(allowed), frozenset(again))
    status = _tell(desk, place, done)
    if done.release:
        desk.say(
            "项目里的内容没有变：改正以后再 dwgk deploy；在那之前定时任务不动这个站点。",
            "The project still holds what it held: mend it, then dwgk deploy; until then timers "
            "leave this site alone.",
        )
    return status


@verb
@click.argument("item")
@click.option("--audience", "audiences", multiple=True, help="只在这些受众的目标上，默认全部。")
@_target_option
def purge(desk: Desk, item: str, audiences: tuple[str, ...], target: str | None) -> int:
    """把一件已撤下的事项从保留的旧版里彻底清除，并列出程序够不到的副本。"""
    known, faults = _known(desk)
    if known is None or has_errors(faults):
        return desk.report(faults)
    if target and len(audiences) != 1:
        raise click.UsageError("--to 要和一个 --audience 合用。")
    places = [
        _place(desk, known, each, target)
        for each in audiences or (name for name in known[1].servers)
    ]
    if not places:
        raise click.UsageError("servers.yml 里没有目标；用 --audience 和 --to 指定。")
    worst = CLEAN
    for place in places:
        worst = max(worst, _purged(desk, place, item))
    worst = max(worst, desk.report([*_copies(desk.root(), known[0], item)]))
    desk.say(
        "程序够不到的还有：备份和磁盘快照、移交的档案包、印出的张贴页、项目的历史版本、"
        "读者保存的和搜索引擎收录的页面，请按 docs/operations.zh.md 逐项处理。",
        "Out of reach as well: backups and snapshots, transfer packages, printed sheets, the "
        "project's own history, what readers saved or search engines hold: docs/operations.zh.md.",
    )
    return worst


def _known(desk: Desk) -> tuple[tuple[Institution, Servers] | None, list[Diagnostic]]:
    institution, faults = read_settings(desk.root())
    if institution is None:
        return None, faults
    servers, more = read_servers(desk.root(), institution)
    return (institution, servers), [*faults, *more]


def _place(
    desk: Desk, known: tuple[Institution, Servers], audience: str, target: str | None
) -> Place:
    institution, servers = known
    if audience not in {each.id for each in institution.audiences}:
        raise UnknownName(audience)
    server = servers.servers.get(audience)
    folder = target or (str(server.target) if server else "")
    if not folder:
        raise EnvironmentFault(NO_TARGET, {"audience": audience})
    return Place(
        root=desk.root(),
        audience=audience,
        folder=folder,
        at=instant_in(None, institution.time_zone),
        keep=server.keep if server else KEEP,
        valid_days=server.valid_days if server else VALID_DAYS,
        key=Path(server.key) if server and server.key else None,
    )


def _tell(desk: Desk, place: Place, done: Done) -> int:
    status = desk.report(done.diagnostics)
    if done.release is None:
        desk.say("没有部署，线上保持原样。", "Nothing was deployed; what is in service stays.")
        return FAULTY
    _tell_release(desk, place, done.release, done)
    if status != CLEAN:
        desk.say(
            "站点已经切换，但公开台账没有记上：改正后运行 dwgk publish-log。",
            "The site is in service, but the publish log is not written: run dwgk publish-log.",
        )
    return status


def _tell_release(desk: Desk, place: Place, release: Release, done: Done) -> None:
    number, audience, folder = release.version, place.audience, place.folder
    kept = len(release.files) - done.sent
    desk.say(
        f"{audience} 第 {number} 版已投入使用：{folder}（按 {release.as_of}，"
        f"新写 {done.sent} 个文件，沿用 {kept} 个，清单有效至 {release.expires}）。",
        f"{audience}, release {number}, is in service: {folder} (as of {release.as_of}, "
        f"{done.sent} files written, {kept} linked, manifest valid until {release.expires}).",
    )
    if done.gone:
        gone = "、".join(str(each) for each in done.gone)
        desk.say(f"不再保留：第 {gone} 版。", f"No longer kept: {gone}.")


def _purged(desk: Desk, place: Place, item: str) -> int:
    found = remove(place, item)
    status = desk.report(found.diagnostics)
    if found.gone:
        _tell_purged(desk, place, found)
    elif not found.diagnostics:
        desk.say(
            f"{place.audience}：{place.folder} 保留的各版里没有 {item}。",
            f"{place.audience}: no release kept in {place.folder} shows {item}.",
        )
    return status


def _tell_purged(desk: Desk, place: Place, found: Purged) -> None:
    gone, left = ("、".join(map(str, each)) for each in (found.gone, found.left))
    desk.say(
        f"{place.audience}：已删除第 {gone} 版，还保留第 {left} 版。",
        f"{place.audience}: deleted {gone}; still kept: {left}.",
    )


def _copies(root: Path, institution: Institution, item: str) -> Iterator[Diagnostic]:
    """Copies that a purge cannot reach but the program knows of."""
    for audience in institution.audiences:
        try:
            shown = item in read_site(root / "dist", audience.id).state.items
        except Unfit:
            shown = False
        if shown:
            file = f"dist/{audience.id}{SUFFIX}"
            yield fault(BUILT, Span(file), file=f"dist/{audience.id}", id=item)
    for copy in copies(root):
        if item in copy.items:
            at = {"number": f"{copy.number:04d}", "audience": copy.audience, "as_of": copy.as_of}
            yield fault(
                HANDED_OUT, Span("registers/offline-copies.jsonl"), **at, to=copy.to, id=item
            )
