"""A small project with everything an archive meets, and the packages made of it."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

from click.testing import CliRunner, Result

from generator.bundle.archive import bag
from generator.bundle.archive.box import members, packed
from generator.cli import cli
from tests.support import INSTITUTION, approval, complete, instant, item, make_project, publish

DWGK = Path(sys.executable).with_name("dwgk")
DAY = "2026-03-02"

ARCHIVE = """archive:
  fonds: J001
  retention: {default: 30年, kinds: {公示: 10年}, rows: {zz-01: 永久}}
  units: {组织部: DQ11}
"""
FILES: dict[str, str | bytes] = {
    "site_config/institution.yml": complete(ARCHIVE, INSTITUTION),
    "content/open.md": item(
        "G-1",
        title="=1+1 全校情况 <甲> & “乙”",
        body="正文，见[表](明细 表.csv)。\n",
        attachments=[{"file": "明细 表.csv", "title": "明细表"}],
    ),
    "content/明细 表.csv": "项目,金额\n合计,1\n",
    "content/inner.md": item("X-1", catalog="zz-01", scope="校内", title="党费", unit="组织部"),
    "content/ended.md": item(
        "G-2", catalog="zz-03", kind="公示", unit="组织部", title="任前公示",
        dates="{written: 2025-03-01, release: 2025-04-01, until: 5个工作日}",
    ),
    "content/result.md": item(
        "G-3", unit="组织部", title="公示结果", result_of="G-2",
        dates="{written: 2025-05-01, release: 2025-05-06}",
    ),
    "content/gone.md": item(
        "G-4", title="撤下的事项",
        lifecycle="\n  - {change: 撤销, date: 2025-09-01, by: 院党委会, note: 有误}",
    ),
    "content/paper.md": item(
        "W-1", catalog="jb-02", forms=["会议"], scope="校内一定范围", group="支部书记",
        title="会上公开的事项",
    ),
    "content/whole.md": item("D-1", scope="党内", matter="m", title="党内全文"),
    "content/short.md": item("G-5", matter="m", title="对外摘要"),
    "content/old.md": item(
        "G-0", title="往年事项", period='"2024"',
        dates="{written: 2024-03-01, release: 2024-03-10}",
        approval=approval(
            proposed="{by: 党政办公室, date: 2024-03-01}",
            reviewed="{by: 保密办, date: 2024-03-02, secrecy: 通过, necessity: 通过, "
            "accuracy: 通过, risk: 低}",
            approved="{by: 院党委会, date: 2024-03-03, reference: 2024年第1次党委会}",
        ),
        lifecycle="\n  - {change: 变更, date: 2025-06-01, by: 院党委会, reference: 2025年第9次, "
        "note: 更新数据}",
    ),
    "content/next.md": item(
        "G-6", title="下一年的事项", dates="{written: 2025-12-20, release: 2026-01-05}"
    ),
    "content/later.md": item(
        "G-7", title="还没有公开", dates="{written: 2025-12-20, release: 2026-08-05}"
    ),
}  # fmt: skip

FILED = {"G-1", "X-1", "G-2", "G-3", "G-4", "W-1", "D-1", "G-5"}
"""The ids of what belongs to 2025."""


def make(folder: Path, *, log: bool = True, **more: str | bytes | None) -> Path:
    """The project; with ``log`` its publish log of 2025 and 2026."""
    root = make_project(folder, {**FILES, **more})
    if log:
        for day in ("2025-03-10", "2025-04-02", "2025-04-20", "2025-09-01", "2026-01-05"):
            publish(root, instant(day))
        shutil.rmtree(root / "dist")
    return root


def dwgk(*arguments: object, lang: str = "zh_CN.UTF-8") -> Result:
    """The command in this process."""
    return CliRunner().invoke(cli, [str(each) for each in arguments], env={"LANG": lang})


def archive(root: Path, out: Path, *more: str) -> Result:
    """The package of 2025."""
    return dwgk("archive", "--project", root, "--year", "2025", "--as-of", DAY, "--out", out, *more)


def apart(
    root: Path, out: Path, umask: int = 0o022, limit: tuple[int, int] | None = None, **env: str
) -> subprocess.Popen[bytes]:
    """The same in a process of its own, whose files may be no larger than ``limit`` bytes."""
    command: list[str | Path] = [DWGK, "archive", "--project", root, "--year", "2025"]

    def begin() -> None:
        if limit:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, limit)

    return subprocess.Popen(
        [*command, "--as-of", DAY, "--out", out],
        env={**os.environ, **env},
        umask=umask,
        preexec_fn=begin,  # noqa: PLW1509 - one thread, and the limit is the child's alone
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def unpacked(package: Path, folder: Path) -> Path:
    """The package's one folder, taken out by the standard library."""
    with zipfile.ZipFile(package) as box:
        box.extractall(folder)
    (top,) = folder.iterdir()
    return top


def rebagged(top: Path) -> Path:
    """The folder as a bag whose manifests fit what is in it now: no checksum tells of a change."""
    date = next(
        line.removeprefix("Bagging-Date: ")
        for line in (top / "bag-info.txt").read_text(encoding="utf-8").splitlines()
        if line.startswith("Bagging-Date")
    )
    for name in bag.TAG_FILES:
        (top / name).unlink()
    for path in (top / "data").iterdir():
        path.rename(top / path.name)
    (top / "data").rmdir()
    bag.make(top, {"Bagging-Date": date})
    return top


def boxed(top: Path, target: Path) -> Path:
    """The folder as one file, packed as packages are."""
    with target.open("wb") as out:
        for block in packed(members(top)):
            out.write(block)
    return target
