"""A project being edited, and the list of what may be done to it: one thing at a time."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.laws.lab import files, picture, sheet
from tests.support import bind, item, make_project, site_config

DAYS = tuple(
    date.fromisoformat(day) for day in ("2026-04-15", "2026-06-01", "2026-06-02", "2026-09-01")
)


@dataclass
class Office:
    """A project being edited: where it lies, the day of the next build, a source of chance; of the
    next build how many helpers it has, whether it makes PDF files, whether it dies first.
    """

    root: Path
    day: date
    chance: random.Random
    made: int = 0
    cores: int = 1
    pdf: bool = False
    dies: bool = False

    def number(self) -> int:
        """A number not given before."""
        self.made += 1
        return self.made

    def text(self) -> Path:
        """Some disclosure."""
        return self.chance.choice(sorted((self.root / "content").glob("*.md")))

    def holding(self, item: str) -> Path:
        """The file of an item, wherever it was moved."""
        wanted = re.compile(rf"(?m)^id: {item}$")
        texts = sorted((self.root / "content").rglob("*.md"))
        return next(path for path in texts if wanted.search(path.read_text(encoding="utf-8")))

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


def an_edit(edit: Edit) -> Edit:
    """List an edit for the tests that try all of them."""
    EDITS.append(edit)
    return edit


def there_and_back(edit: Edit) -> Edit:
    """List an edit that each second time takes itself back: twice, for the way back."""
    return an_edit(an_edit(edit))


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


def lay_small(folder: Path) -> Office:
    """Three items, one of them with a picture and a table, in a project of the defaults."""
    texts = {"a-1": "第一件，见[表](附表.xlsx)。\n\n![图](tu.png)\n", "b-2": "第二件。\n"}
    files = {f"content/{name}.md": item(name, text) for name, text in texts.items()}
    listed = [{"file": "附表.xlsx", "title": "表"}, {"file": "tu.png", "title": "图"}]
    files["content/a-1.md"] = item("a-1", texts["a-1"], attachments=listed)
    files["content/c-3.md"] = item("c-3", "第三件。\n", scope="党内", catalog="zz-01")
    beside = {"content/附表.xlsx": sheet("表"), "content/tu.png": picture()}
    return Office(make_project(folder, {**files, **beside}), DAYS[1], random.Random(1))


def replaced(path: Path, pattern: str, text: str) -> bool:
    """Write ``text`` for the first of ``pattern``; whether that changed anything."""
    before = path.read_text(encoding="utf-8")
    after = re.sub(pattern, text, before, count=1)
    path.write_text(after, encoding="utf-8")
    return before != after


def keyed(path: Path, key: str, value: str) -> None:
    """Let a key of the front matter have this value, on one line; "" takes the key out."""
    replaced(path, rf"(?m)^{key}: .*\n", "")
    if value:
        replaced(path, r"\A---\n", f"---\n{key}: {value}\n")


def settle(office: Office) -> None:
    """Bind the approval records to the texts again."""
    bind(office.root)
