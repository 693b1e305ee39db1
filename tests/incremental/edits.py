"""Edits of a project, of its sites and of what builds remember: one thing at a time."""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.laws.lab import approval, dates, files
from tests.support import bind, item, make_project, site_config

DAYS = tuple(
    date.fromisoformat(day) for day in ("2026-04-15", "2026-06-01", "2026-06-02", "2026-09-01")
)


@dataclass
class Office:
    """A project being edited: where it lies, the day of the next build, a source of chance."""

    root: Path
    day: date
    chance: random.Random
    made: int = 0

    def text(self) -> Path:
        """Some disclosure."""
        return self.chance.choice(sorted((self.root / "content").glob("*.md")))

    def site_file(self, folder: str = "dist") -> Path | None:
        """Some file of some finished site, or of its spare."""
        dist = self.root / folder
        found = sorted(path for path in dist.rglob("*") if path.is_file()) if dist.is_dir() else []
        return self.chance.choice(found) if found else None

    def remembered(self, what: str) -> Path | None:
        """Some file that builds remember by."""
        found = sorted(path for path in (self.root / ".dwgk").rglob(what) if path.is_file())
        return self.chance.choice(found) if found else None


Edit = Callable[[Office], None]
EDITS: list[Edit] = []


def _edit(edit: Edit) -> Edit:
    EDITS.append(edit)
    return edit


def lay(folder: Path, seed: int) -> Office:
    """The project of the laws with a theme of its own, every site with the exact index."""
    own = "theme: {name: material, custom_dir: ../own}\n"
    root = make_project(
        folder,
        {
            **files(),
            "site_config/campus.yml": site_config("campus") + own,
            "own/parts/note.html": "<p>第一版</p>",
            "own/assets/own.css": "p { margin: 0 }",
        },
    )
    return Office(root, DAYS[1], random.Random(seed))


def _replaced(path: Path, pattern: str, text: str) -> bool:
    before = path.read_text(encoding="utf-8")
    after = re.sub(pattern, text, before, count=1)
    path.write_text(after, encoding="utf-8")
    return before != after


@_edit
def add(office: Office) -> None:
    office.made += 1
    name = f"new-{1000 + office.made}"
    scope = office.chance.choice(["党内", "校内", "校内外"])
    day = office.chance.choice(["2021-02-03", "2025-12-30", "2026-05-31", "2026-06-02"])
    text = item(
        name,
        f"新公开的第{office.made}件，参见[机构设置](open-0001.md)。\n",
        title=f"第{office.made}件新事项",
        scope=scope,
        dates=dates(day),
        approval=approval("第一次会议"),
    )
    (office.root / "content" / f"{name}.md").write_text(text, encoding="utf-8")


@_edit
def change_text(office: Office) -> None:
    path = office.text()
    path.write_text(
        path.read_text(encoding="utf-8") + f"\n补充{office.chance.random()}。\n", "utf-8"
    )


@_edit
def change_title(office: Office) -> None:
    _replaced(
        office.text(), r"(?m)^title: \"?([^\"\n]*)\"?$", rf"title: \1之{office.chance.random()}"
    )


@_edit
def rescope(office: Office) -> None:
    scope = office.chance.choice(["党内", "校内", "校内外"])
    _replaced(office.root / "content/open-0002.md", r"(?m)^scope: .*$", f"scope: {scope}")


@_edit
def move_day(office: Office) -> None:
    office.day = office.chance.choice(DAYS)


@_edit
def withdraw(office: Office) -> None:
    entry = (
        "lifecycle:\n  - {change: 撤销, date: 2026-04-20, by: 院党委会, "
        "reference: 决定一号, note: 撤下}\n"
    )
    path = office.text()
    if "lifecycle:" not in path.read_text(encoding="utf-8"):
        _replaced(path, r"\A---\n", f"---\n{entry}")


@_edit
def rename_attachment(office: Office) -> None:
    page = office.root / "content/open-0001.md"
    match = re.search(r"biao\d*\.xlsx", page.read_text(encoding="utf-8"))
    assert match
    name = f"biao{office.chance.randrange(100)}.xlsx"
    if name != match[0]:
        _replaced(page, re.escape(match[0]), name)
        (office.root / "content" / match[0]).rename(office.root / "content" / name)


@_edit
def change_attachment(office: Office) -> None:
    picture = office.root / "content/tu.png"
    picture.write_bytes(picture.read_bytes() + b"\0")


@_edit
def remove(office: Office) -> None:
    for path in sorted((office.root / "content").glob("new-*.md"))[:1]:
        path.unlink()


@_edit
def change_theme(office: Office) -> None:
    sheet = office.root / "own/assets/own.css"
    sheet.write_text(f"p {{ margin: {office.chance.random()}px }}", encoding="utf-8")


@_edit
def change_template(office: Office) -> None:
    text = f"{{% extends 'base.html' %}}{{% block main %}}{office.chance.random()}{{% endblock %}}"
    (office.root / "own/notice.html").write_text(text, encoding="utf-8")


@_edit
def change_setting(office: Office) -> None:
    number = f"0000-{office.chance.randrange(10**6, 10**7)}"
    _replaced(
        office.root / "site_config/institution.yml", r"telephone: [\d-]+", f"telephone: {number}"
    )


@_edit
def change_configuration(office: Office) -> None:
    name = office.chance.choice(["party", "campus", "public"])
    path = office.root / "site_config" / f"{name}.yml"
    _replaced(path, r"(?m)^site_name: .*$", f"site_name: 党务公开{office.chance.random()}")


@_edit
def edit_site(office: Office) -> None:
    """A stranger's hand in a finished site: other bytes, same size, same time of writing."""
    path = office.site_file()
    if path and path.stat().st_size:
        facts = path.stat()
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))


@_edit
def lose_site_file(office: Office) -> None:
    if path := office.site_file():
        path.unlink()


@_edit
def add_to_site(office: Office) -> None:
    path = office.site_file()
    if path and path.parent != office.root / "dist":
        path.with_name("foreign.html").write_text("外来文件", encoding="utf-8")


@_edit
def lose_spare_file(office: Office) -> None:
    if path := office.site_file(".dist.spare"):
        path.unlink()


@_edit
def add_to_spare(office: Office) -> None:
    if path := office.site_file(".dist.spare"):
        path.with_name("foreign.html").write_text("外来文件", encoding="utf-8")


@_edit
def change_both(office: Office) -> None:
    """A file of the spare written into is a file of the site too."""
    if path := office.site_file(".dist.spare"):
        path.write_bytes(path.read_bytes() + b" ")


@_edit
def poison(office: Office) -> None:
    path = office.remembered(office.chance.choice(["ledger", "source/*"]))
    if path and path.stat().st_size:
        data = bytearray(path.read_bytes())
        data[office.chance.randrange(len(data))] ^= 1
        path.write_bytes(data)


@_edit
def truncate(office: Office) -> None:
    path = office.remembered(office.chance.choice(["ledger", "source/*"]))
    if path:
        os.truncate(path, path.stat().st_size // 2)


@_edit
def swap_ledgers(office: Office) -> None:
    """Each one sound in itself, but another audience's."""
    found = sorted((office.root / ".dwgk").rglob("ledger"))
    if len(found) > 1:
        one, other = office.chance.sample(found, 2)
        shutil.copyfile(one, other)


@_edit
def forget(office: Office) -> None:
    shutil.rmtree(office.root / ".dwgk", ignore_errors=True)


def settle(office: Office) -> None:
    """Bind the approval records to the texts again."""
    bind(office.root)
