"""Timers of a project: systemd's units and cron's line, for ``dwgk renew``.

A timer cannot read ``next_change``; a look every few minutes that does nothing when nothing is due
meets it to the minute, in whatever time zone the machine is, and after a night without power.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from generator.model.servers import Servers

NAME = "dwgk-renew"
MINUTES = 5
"""Between two looks. Every time zone is a multiple of it away from UTC, so midnight is met."""

_LONGEST = "2h"
"""A run that takes longer hangs (a dead connection) and is ended; the next one starts anew."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a project runs: its folder, the program, the user, and what else a run writes."""

    project: PurePosixPath
    program: PurePosixPath
    user: str
    targets: tuple[PurePosixPath, ...] = ()
    remote: bool = False

    def writable(self) -> str:
        """What a run may write, as systemd reads a list: with quotes."""
        return " ".join(f'"{each}"' for each in (self.project, *self.targets))


def place(project: PurePosixPath, program: PurePosixPath, user: str, servers: Servers) -> Place:
    """The place of a project whose sites go where ``servers`` says."""
    targets = [each.target for each in servers.servers.values()]
    here = sorted({PurePosixPath(each.folder) for each in targets if not each.host})
    return Place(project, program, user, tuple(here), any(each.host for each in targets))


def systemd(at: Place) -> dict[str, str]:
    """The two units by file name; the first says how to install both."""
    return {
        f"{NAME}.service": _head(_INSTALL.format(name=NAME)) + _service(at),
        f"{NAME}.timer": _TIMER.format(minutes=MINUTES),
    }


def cron(at: Place) -> dict[str, str]:
    """A file for /etc/cron.d with one line, and how to install it."""
    line = (
        f"*/{MINUTES} * * * * {at.user} cd '{at.project}' && "
        f"timeout {_LONGEST} '{at.program}' renew 2>&1 | logger -t {NAME}"
    )
    head = _head(_CRON.format(name=NAME))
    return {"dwgk": f"{head}PATH=/usr/local/bin:/usr/bin:/bin\nLC_ALL=C.UTF-8\n{line}\n"}


def _head(text: str) -> str:
    return "".join(f"# {line}".rstrip() + "\n" for line in text.splitlines())


def _service(at: Place) -> str:
    network = "# 别的服务器经 ssh 发布：密钥在用户的 ~/.ssh，只读。\n" if at.remote else ""
    return _SERVICE.format(
        longest=_LONGEST,
        user=at.user,
        project=at.project,
        program=at.program,
        writable=at.writable(),
        network=network,
    )


_INSTALL = """党务公开：定时生成、核验、发布。由 dwgk server-config systemd 写出。
安装（root）：
  dwgk server-config systemd --out /etc/systemd/system
  systemd-analyze verify /etc/systemd/system/{name}.service /etc/systemd/system/{name}.timer
  systemctl daemon-reload
  systemctl enable --now {name}.timer
查看：systemctl list-timers {name}.timer；journalctl -u {name}
暂停（例如处置泄露时）：systemctl stop {name}.timer
"""

_CRON = """党务公开：定时生成、核验、发布。由 dwgk server-config cron 写出。
安装（root）：dwgk server-config cron --out /etc/cron.d/dwgk
与 systemd 的定时器二者取一。不受机器时区影响，关机错过的开机后补上；失败由程序按 notify 通知。
查看：journalctl -t {name}，或 grep {name} /var/log/syslog
"""

_SERVICE = """[Unit]
Description=党务公开：生成、核验、发布
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User={user}
WorkingDirectory={project}
Environment=LC_ALL=C.UTF-8
# 内容由 git 仓库合并而来的，在这里取：ExecStartPre=-git pull --ff-only --quiet
ExecStart="{program}" renew
TimeoutStartSec={longest}

# 只许写项目和发布位置，别处一律只读。
ProtectSystem=strict
ReadWritePaths={writable}
{network}ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
ProtectProc=invisible
ProcSubset=pid
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
UMask=0022
Nice=10
"""

_TIMER = """[Unit]
Description=每 {minutes} 分钟看一眼党务公开站点有没有该变的

[Timer]
OnCalendar=*:0/{minutes}
AccuracySec=1s
# 关机错过的，开机补上。
Persistent=true

[Install]
WantedBy=timers.target
"""
