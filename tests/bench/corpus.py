"""Realistic synthetic disclosure projects, any number of items, the same bytes for the same seed.

Item *n* depends only on the seed, the years and *n*: the corpus of 1,000 is the beginning of the
corpus of 10,000, so that costs per page compare like with like.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from tests.bench import words
from tests.bench.catalogue import AUDIENCES, ROWS, UNITS, Row, write_settings

AS_OF = date(2026, 11, 21)  # every generated item is released by then
YEARS: tuple[int, ...] = tuple(range(2017, 2027))

# Of each 20 items 8, 7 and 5: 40 %, 35 % and 25 %.
_SCOPES = ("校内外",) * 8 + ("校内",) * 7 + ("党内",) * 5
_PREFIX = {"校内外": "G", "校内": "X", "党内": "D"}  # numbers run per scope: gaps tell nothing
_ATTACHMENT_EVERY = 101  # prime, so that the scopes' cycle of 20 gives all scopes some
_LAST_DAY = 300  # of the year, counted from 1 January: leaves room for review and release


@dataclass(frozen=True, slots=True)
class Attachment:
    """A small table beside the item."""

    name: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """One generated disclosure; `body` is Markdown, `number` may be empty."""

    id: str
    title: str
    row: Row
    scope: str
    period: str
    kind: str
    number: str
    written: date
    staggered: bool
    body: str
    attachment: Attachment | None

    @property
    def audiences(self) -> tuple[str, ...]:
        """Who may see it, in order of release."""
        return AUDIENCES[self.scope]

    def release(self, audience: str) -> date:
        """The day it reaches `audience`: nine days after writing, then a day apart if staggered."""
        wait = self.audiences.index(audience) if self.staggered else 0
        return self.written + timedelta(days=9 + wait)


def generate(
    count: int, seed: int = 1, years: tuple[int, ...] = YEARS, start: int = 0
) -> Iterator[Item]:
    """Items `start` to `start + count`, one at a time: the corpus is never held in memory."""
    scopes = list(_SCOPES)
    Random(f"{seed}:scopes").shuffle(scopes)
    rows = {scope: [row for row in ROWS if row.scope == scope] for scope in AUDIENCES}
    for n in range(start, start + count):
        scope = scopes[n % len(scopes)]
        rng = Random(f"{seed}:{n}")
        year = years[(n // len(scopes)) % len(years)]
        # Unique within scope and year whatever the corpus' size: the item's own number.
        identifier = f"{_PREFIX[scope]}-{year}-{_serial(scopes, n):05}"
        serial = n // (len(scopes) * len(years)) * len(scopes) + n % len(scopes) + 1
        number = f"示党发〔{year}〕{serial}号" if rng.random() < 0.6 else ""
        yield _item(rng, n, identifier, number, year, rng.choice(rows[scope]))


def _serial(scopes: list[str], n: int) -> int:
    """How many items up to and including the n-th have its scope."""
    rounds, rest = divmod(n, len(scopes))
    scope = scopes[rest]
    return rounds * scopes.count(scope) + scopes[: rest + 1].count(scope)


def _item(rng: Random, n: int, identifier: str, number: str, year: int, row: Row) -> Item:
    written = date(year, 1, 1) + timedelta(days=rng.randrange(_LAST_DAY))
    yearly = row.time == "年度"
    period = str(year) if yearly else f"{year}-{written.month:02}"
    subject = f"{words.place(rng)}{words.word(rng)}"
    title = f"{year}年{'度' if yearly else f'{written.month}月'}{subject}：{row.title}"
    body = words.body(rng)
    attachment = None
    if n % _ATTACHMENT_EVERY == _ATTACHMENT_EVERY // 3:
        name = f"{identifier.lower()}-mingxi.csv"
        attachment = Attachment(name, f"{subject}明细表", words.csv(rng, rng.randrange(8, 30)))
        body += f"\n详见附件[{attachment.title}]({name})。\n"
    return Item(
        id=identifier,
        title=title,
        row=row,
        scope=row.scope,
        period=period,
        kind="制度" if row.category == "zdgf" else "通报",
        number=number,
        written=written,
        staggered=rng.random() < 0.5,
        body=body,
        attachment=attachment,
    )


def make_project(
    root: Path, items: int, seed: int = 1, years: tuple[int, ...] = YEARS
) -> dict[str, int]:
    """Write a complete project into the new folder `root`; approval digests are still missing.

    Returns the number of items each audience may see. Raises FileExistsError if `root` exists.
    """
    root.mkdir(parents=True)
    write_settings(root)
    for year in years:
        (root / "content" / str(year)).mkdir(parents=True)
    seen = dict.fromkeys(AUDIENCES["校内外"], 0)
    for item in generate(items, seed, years):
        folder = root / "content" / str(item.written.year)
        (folder / f"{item.id}.md").write_text(
            f"---\n{_front_matter(item)}---\n{item.body}", encoding="utf-8", newline="\n"
        )
        if item.attachment:
            (folder / item.attachment.name).write_text(
                item.attachment.text, encoding="utf-8", newline="\n"
            )
        for audience in item.audiences:
            seen[audience] += 1
    return seen


def approve(root: Path) -> None:
    """Have dwgk itself write the approval digests; raises CalledProcessError or OSError."""
    program = Path(sys.executable).with_name("dwgk")
    subprocess.run(
        [program, "approve", "content", "--project", root],
        cwd=root,
        check=True,
        capture_output=True,
    )


def _front_matter(item: Item) -> str:
    release = ", ".join(f"{name}: {item.release(name)}" for name in item.audiences)
    days = [item.written + timedelta(days=wait) for wait in (1, 3, 6)]
    lines = [
        f"id: {item.id}",
        f"title: {item.title}",
        f"catalog: {item.row.id}",
        f"scope: {item.scope}",
        f'period: "{item.period}"',
        f"unit: {UNITS[item.row.unit]}",
        "forms: [网站]" if item.staggered else "forms: [网站, 公开栏]",
        f"kind: {item.kind}",
        *([f"number: {item.number}"] if item.number else []),
        f"dates: {{written: {item.written}, release: {{{release}}}, until: 永久}}"
        if item.staggered
        else f"dates: {{written: {item.written}, release: {item.release('party')}, until: 永久}}",
    ]
    if item.attachment:
        lines += ["attachments:"]
        lines += [f"  - {{file: {item.attachment.name}, title: {item.attachment.title}}}"]
    lines += [
        "approval:",
        f"  proposed: {{by: {UNITS[item.row.unit]}, date: {days[0]}}}",
        f"  reviewed: {{by: 保密委员会办公室, date: {days[1]}, "
        "secrecy: 通过, necessity: 通过, accuracy: 通过, risk: 低}",
        f"  approved: {{by: 院党委会, date: {days[2]}, "
        f"reference: {item.written.year}年第{days[2].timetuple().tm_yday // 7 + 1}次党委会}}",
    ]
    return "\n".join(lines) + "\n"
