"""Verbs that prove what is in service: nothing changed, and nothing given to the wrong people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from generator.diagnostics import EnvironmentFault, has_errors
from generator.publish.proof import monitor
from generator.publish.proof.cookies import cookies_for
from generator.publish.proof.folder import Folder
from generator.publish.proof.found import BAD_INPUT
from generator.publish.proof.http import Address, BadAddress, Server, address
from generator.publish.proof.judge import Expected
from generator.publish.proof.live import Live
from generator.publish.proof.memory import write_whole
from generator.publish.proof.portion import hour_of, portion
from generator.publish.proof.probe import listed
from generator.publish.proof.probe import probe as probing
from generator.publish.proof.prove import Place, Proof, prove
from generator.publish.verify import verify as look_at
from generator.source.project import read_settings
from generator.source.servers import read_servers
from generator.terminal import CLEAN, ENVIRONMENT, FAULTY, Desk, bar, instant_in, verb

_HANDS = 8
"""Questions a server is asked at once: enough to hide the way there, no load for it."""

_MONITORS = ("nagios", "prometheus")

_file = click.Path(path_type=Path, exists=True, dir_okay=False)


def _server_options(function: Callable[..., int]) -> Callable[..., int]:
    """The options of every verb that asks a server."""
    for option in (
        click.option("--resolve", default="", help="主机:端口:地址，改为询问这台机器。"),
        click.option("--ca", type=_file, help="签发服务器证书的机构的证书（PEM）。"),
        click.option("--cookies", type=_file, help="登录会话的 Cookie（Netscape 格式）。"),
    ):
        function = option(function)
    return function


@partial(verb, forms=("text", "json", "github", *_MONITORS))
@click.argument("target", default="dist")
@click.option("--key", type=_file, help="公钥；给出时按签名清单核对网站或发布目标有没有被篡改。")
@click.option("--audience", default="", help="应当是哪个受众的站点。")
@click.option("--state", type=click.Path(path_type=Path), help="记住见过的最新版本的文件。")
@click.option("--sample", type=click.IntRange(1), help="只查约这么多个文件，每小时换一批。")
@click.option("--out", type=click.Path(path_type=Path), help="把 prometheus 的结果写入这个文件。")
@_server_options
def verify(desk: Desk, *, target: str, key: Path | None, out: Path | None, **asked: Any) -> int:
    """以陌生人的眼光检查已生成的站点；给出 --key 时查在线站点或发布目标有没有被篡改。"""
    if out and desk.form != "prometheus":
        raise click.UsageError("--out 只与 --format prometheus 合用。")
    if key is not None:
        return _proved(desk, target, key, out, **asked)
    if any(asked.values()) or desk.form in _MONITORS or _is_url(target):
        raise click.UsageError("核对网址或发布目标要用 --key 给出公钥。")
    with bar("核验") as shown:
        found = look_at(_existing(target).resolve(), desk.root())
        shown(1, 1)
    status = desk.report(found)
    if status == CLEAN:
        desk.say("核验通过。", "Nothing found.")
    return status


def _proved(  # noqa: PLR0917 - one parameter for each option
    desk: Desk,
    target: str,
    key: Path,
    out: Path | None,
    audience: str,
    state: Path | None,
    sample: int | None,
    **server: Any,
) -> int:
    now = instant_in(None, "UTC")
    try:
        place = _live(target, **server) if _is_url(target) else Folder(_existing(target).resolve())
        with bar("核对") as shown:
            proof = prove(place, Expected(key, audience, None, now), state, sample, shown)
    except EnvironmentFault as problem:
        if desk.form != "nagios":
            raise
        click.echo(f"DWGK UNKNOWN - {problem.sentence(desk.language)}")
        return ENVIRONMENT
    if desk.form == "prometheus":
        return _collected(proof, monitor.prometheus(proof, now, sample=sample is not None), out)
    return _told(desk, proof, now)


def _collected(proof: Proof, text: str, out: Path | None) -> int:
    if out is None:
        click.echo(text, nl=False)
    else:
        _written(out, text)
    return FAULTY if has_errors(proof.faults) else CLEAN


def _told(desk: Desk, proof: Proof, now: datetime) -> int:
    """The proof in the form asked for; the exit status of that form."""
    if desk.form == "nagios":
        click.echo(monitor.nagios(proof, now, desk.language))
        return monitor.nagios_status(proof)
    status = desk.report(proof.faults)
    if status == CLEAN and (release := proof.release):
        desk.say(
            f"核对通过：{release.audience} 第 {release.version} 版，{proof.examined} 个文件"
            f"与签名清单一致，签名到 {release.expires}。",
            f"Proved: {release.audience} version {release.version}, {proof.examined} files "
            f"agree with the signed manifest, which holds until {release.expires}.",
        )
    return status


@verb
@click.argument("url")
@click.option("--manifest", type=_file, help="站点的清单：dwgk-release.json 或 dist/受众.json。")
@click.option("--sample", type=click.IntRange(1), help="只试约这么多个文件，每小时换一批。")
@_server_options
def probe(
    desk: Desk,
    url: str,
    manifest: Path | None,
    cookies: Path | None,
    sample: int | None,
    **asked: Any,
) -> int:
    """对在线的内部站点逐个地址试探：没有登录、登录了但无权的人，一个字节也不该得到。"""
    server = _server(url, **asked)
    site = listed(manifest or _manifest(desk, server.where))
    session = cookies_for(cookies, server.where) if cookies else ""
    if cookies and not session:
        raise click.BadParameter(f"没有一条是给 {server.where} 的。", param_hint="--cookies")
    hour = hour_of(instant_in(None, "UTC"))
    paths = portion(site.files, 0, hour, sample) if sample else site.files.keys()
    with bar("试探") as shown:
        found = probing(server, site, paths, session, hands=_HANDS, shown=shown)
    status = desk.report(found.faults)
    desk.say(
        f"{found.paths} 个地址，问了 {found.questions} 次；"
        + ("没有任何内容给出，拒绝与地址是否存在无关。" if status == CLEAN else "见以上问题。"),
        f"{found.paths} addresses, {found.questions} questions; "
        + ("nothing came back, and refusals tell nothing." if status == CLEAN else "see above."),
    )
    if not cookies:
        desk.say(
            "只试了没有登录的情形；另用 --cookies 给出无权账号的会话再试。",
            "Only who is not signed in was tried; try the session of an account that is not "
            "entitled too (--cookies).",
        )
    return status


def _manifest(desk: Desk, where: Address) -> Path:
    """The manifest of the site at this address, in the project around us."""
    root = desk.root()
    institution, _ = read_settings(root)
    servers = read_servers(root, institution)[0].servers if institution else {}
    for audience, server in servers.items():
        path = root / "dist" / f"{audience}.json"
        if server.address.url == str(where) and path.is_file():
            return path
    raise click.UsageError("用 --manifest 给出站点的清单：dwgk-release.json 或 dist/受众.json。")


def _written(out: Path, text: str) -> None:
    try:
        write_whole(out, text)
    except OSError as problem:
        values = {"file": str(out), "why": problem.strerror or ""}
        raise EnvironmentFault(BAD_INPUT, values) from None


def _is_url(target: str) -> bool:
    return target.startswith(("http://", "https://"))


def _existing(target: str) -> Path:
    path = Path(target)
    if not path.exists():
        raise click.BadParameter(f"没有“{target}”。", param_hint="TARGET")
    return path


def _live(url: str, cookies: Path | None, **asked: Any) -> Place:
    server = _server(url, **asked)
    return Live(server, cookies_for(cookies, server.where) if cookies else "", _HANDS)


def _server(url: str, ca: Path | None, resolve: str) -> Server:
    try:
        return Server(address(url), ca=ca, resolve=resolve, hands=_HANDS)
    except BadAddress as problem:
        raise click.BadParameter(f"“{problem}”不能用。", param_hint="URL") from None
