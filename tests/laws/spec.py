"""Random small projects on disk, and random edits of what one audience may not see."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from tests.laws.lab import ENGINE, Files, approval, picture, sheet
from tests.support import INSTITUTION, item, page, site_config

AS_OF = date(2026, 6, 1)
AUDIENCES = ("party", "campus", "public")
WORDS: Mapping[str, frozenset[str]] = {
    "党内": frozenset({"party"}),
    "师生": frozenset({"campus"}),
    "校内": frozenset({"party", "campus"}),
    "仅社会": frozenset({"public"}),
    "校内外": frozenset(AUDIENCES),
    "校内一定范围": frozenset(),
}
UNITS = ("党政办公室", "组织部", "宣传部", "纪委")
KINDS = """kinds:
  通报: {}
  制度: {effective: required, invites: 意见, result: {within: 10天}}"""
ROWS = tuple(f"h{number}" for number in range(1, 6))


@dataclass(frozen=True)
class Part:
    """One disclosure of a random project."""

    id: str
    scope: str
    web: bool
    release: Mapping[str, date]
    until: date | None
    withdrawn: date | None
    word: str
    row: str
    unit: str
    kind: str
    matter: str
    series: int
    attached: int
    related: tuple[str, ...]
    linked: tuple[str, ...]
    paper: str

    @property
    def sites(self) -> frozenset[str]:
        """Audiences that may ever see it."""
        return WORDS[self.scope] if self.web else frozenset()

    def seen(self, audience: str) -> bool:
        """Whether its title stands on that site today."""
        if audience not in self.sites or self.release[audience] > AS_OF:
            return False
        ended = self.until is not None and self.until < AS_OF
        return not ended and (self.withdrawn is None or self.withdrawn > AS_OF)


@dataclass(frozen=True)
class Spec:
    """A random project: its items, and its rows with the scope word each is visible to: of the
    version in force, of the one before it and of one that is yet to begin.
    """

    parts: tuple[Part, ...]
    rows: tuple[tuple[str, str, str], ...]
    names: Mapping[str, str]
    unit: str = ""
    former: tuple[tuple[str, str, str], ...] = ()
    coming: tuple[tuple[str, str, str], ...] = ()
    pages: tuple[tuple[str, str, str], ...] = ()
    """Standing pages: slug, scope, and a word of their texts."""

    def files(self) -> Files:
        """The project's files."""
        found: Files = {
            "catalog.yaml": _catalogue("3", "2029-01-01", self.coming),
            "content/catalogs/history/main/2.yaml": _catalogue("2", "2021-01-01", self.rows),
            "content/catalogs/history/main/1.yaml": _catalogue("1", "2015-01-01", self.former),
            "site_config/institution.yml": self._own(),
        }
        for name in AUDIENCES:
            config = site_config(name).replace("site_name: ", f"site_name: {self.names[name]}")
            found[f"site_config/{name}.yml"] = config + (ENGINE if name == "campus" else "")
        for part in self.parts:
            found |= _files(part)
        for order, (slug, scope, word) in enumerate(self.pages):
            found |= _page(slug, scope, word, order)
        return found

    def _own(self) -> str:
        scopes = "".join(
            f"\n  {word}: {{audiences: [{', '.join(sorted(who))}]}}"
            if who
            else f"\n  {word}: {{audiences: [party, campus], group: required}}"
            for word, who in WORDS.items()
        )
        unit = f"\n  - {{id: other, name: {self.unit}, telephone: 0000-1}}" if self.unit else ""
        parts = {**INSTITUTION, "scopes": f"scopes:{scopes}", "kinds": KINDS}
        parts["units"] = parts["units"].replace("name: 组织部", "name: 组织部, telephone: 0000-2")
        parts["units"] += unit
        return "\n".join(parts.values()) + "\n"


def _catalogue(version: str, effective: str, rows: Sequence[tuple[str, str, str]]) -> str:
    lines = [
        "title: 目录",
        f'version: "{version}"',
        f"effective: {effective}",
        "scope: 校内外",
        "columns: {序号: number, 类别: category, 内容: title}",
        "items:",
    ]
    for name, visible, word in rows:
        cells = f"category: 第{name[1]}类{word}, title: 目录项{name}{word}, visible: {visible}"
        lines.append(f"  - {{id: {name}, {cells}}}")
    return "\n".join(lines) + "\n"


def _files(part: Part) -> Files:
    name, word = part.id, part.word
    attached = [f"{name}-{word}{number}.xlsx" for number in range(part.attached)]
    attached += [f"{name}.png"] if part.attached else []
    body = f"这是{word}号正文的第一句话。\n\n"
    body += "".join(f"参见[{word}]({other}.md)。\n" for other in part.linked)
    body += f"![图]({name}.png)\n" if part.attached else ""
    more: dict[str, Any] = {}
    if part.withdrawn:
        day = part.withdrawn.isoformat()
        more["lifecycle"] = [{"change": "撤销", "date": day, "by": part.paper, "note": "有误"}]
    if part.matter:
        more["matter"] = part.matter
    if part.series:
        more["series"] = {"id": "zhuduan", "part": part.series, "title": f"{word}的全过程"}
    if part.related:
        relation = ("interprets", "replaces", "republishes")[len(part.related[0] + name) % 3]
        more[relation] = list(part.related)
    if part.attached:
        more["attachments"] = [{"file": file, "title": f"附件{word}"} for file in attached]
    if part.scope == "校内一定范围":
        more["group"] = f"课题组{word}"
    until = part.until.isoformat() if part.until else "永久"
    release = {key: day.isoformat() for key, day in part.release.items()}
    dates = {"written": "2021-01-02", "release": release, "until": until}
    if part.kind == "制度":
        dates["effective"] = f"2026-08-{int(part.id.strip('an-ew')) + 1:02}"
    text = item(
        name,
        body,
        title=f"关于{word}事项的通报",
        scope=part.scope,
        catalog=part.row,
        unit=part.unit,
        kind=part.kind,
        forms=["网站", "文件"] if part.web else ["文件"],
        summary=f"{word}的概述",
        keywords=f"{word}、{part.unit}",
        dates=dates,
        approval=approval(part.paper),
        **more,
    )
    found: Files = {f"content/{name}.md": text}
    for file in attached:
        found[f"content/{file}"] = picture() if file.endswith("png") else sheet(f"{file}里的数")
    return found


def _page(slug: str, scope: str, word: str, order: int) -> Files:
    return {
        f"content/pages/{slug}.md": page(
            f"第{word}号说明的正文，样表见[附表]({slug}.docx)。\n",
            title=f"关于{word}办理办法的说明",
            label=f"办法{word}",
            scope=scope,
            order=order,
            attachments=[{"file": f"{slug}.docx", "title": f"样表{word}"}],
        ),
        f"content/pages/{slug}.docx": sheet(f"{slug}的{word}样表"),
    }


def spec(seed: int) -> Spec:
    """A random project of about ten items."""
    deal = Random(f"project {seed}")
    rows = tuple((name, deal.choice(list(WORDS)[:5]), "") for name in ROWS)
    parts: list[Part] = []
    for number in range(deal.randint(8, 12)):
        parts.append(_fitting(_part(deal, f"n{number}", rows, parts), parts))
    names = dict.fromkeys(AUDIENCES, "示例")
    former = _reworded(deal, rows)
    pages = tuple((f"p{n}", deal.choice(list(WORDS)[:5]), f"{n}初") for n in range(3))
    return Spec(tuple(parts), rows, names, former=former, coming=rows[:3], pages=pages)


def _reworded(
    deal: Random, rows: tuple[tuple[str, str, str], ...]
) -> tuple[tuple[str, str, str], ...]:
    """Some of the rows as an earlier version had them, open to others and perhaps worded anew."""
    kept = [row for row in rows if deal.random() < 0.7] or rows[:1]
    old = [
        (name, deal.choice(list(WORDS)[:5]), deal.choice([word, "旧"])) for name, _, word in kept
    ]
    return (*old, ("h8", deal.choice(list(WORDS)[:5]), "旧"))


def _part(deal: Random, name: str, rows: Sequence[tuple[str, ...]], others: Sequence[Part]) -> Part:
    scope = deal.choice(list(WORDS))
    web = deal.random() < 0.85
    release = _releases(deal, WORDS[scope])
    gone = date(2026, 5, deal.randint(1, 31)) if deal.random() < 0.3 else None
    part = Part(
        id=name,
        scope=scope,
        web=web,
        release=release,
        until=_day(deal, 2027) if deal.random() < 0.4 else None,
        withdrawn=gone if gone and gone >= max(release.values()) else None,
        word=f"{deal.randint(100, 999)}",
        row=deal.choice([row[0] for row in rows]),
        unit=deal.choice(UNITS),
        kind=deal.choice(["通报", "制度"]),
        matter=deal.choice(["", "", "shi-1", "shi-2"]),
        series=deal.choice([0, int(name.strip("an-ew")) + 1 + 50 * name.startswith("a")]),
        attached=deal.choice([0, 0, 1, 2]),
        related=(),
        linked=(),
        paper=f"纪要第{deal.randint(1, 999)}号",
    )
    open_to = [each.id for each in others if part.sites <= each.sites]
    chosen = deal.sample(open_to, min(len(open_to), deal.randint(0, 2)))
    return dataclasses.replace(part, related=tuple(chosen[:1]), linked=tuple(chosen[1:]))


def _fitting(part: Part, others: Sequence[Part]) -> Part:
    """The part, out of its matter where a text of it is for as many audiences already."""
    taken = {(each.matter, len(each.sites)) for each in others if each.id != part.id}
    apart = (part.matter, len(part.sites)) in taken
    return dataclasses.replace(part, matter="") if apart else part


def _releases(deal: Random, who: frozenset[str]) -> Mapping[str, date]:
    """One by one in the order of the audiences; some in the future, some years back."""
    day = _day(deal, deal.choice([2023, 2024, 2025, 2026]))
    found = {}
    for name in AUDIENCES:
        if name in who:
            found[name] = day
            day += timedelta(days=deal.choice([0, 0, 1, 40]))
    return found or {"party": day}


def _day(deal: Random, year: int) -> date:
    return date(year, 3, 1) + timedelta(days=deal.randint(0, 150))


def edited(before: Spec, audience: str, seed: int) -> Spec:
    """The project after edits of what ``audience`` may not see today.

    Its own days stay: when something it will see appears is told by its manifest.
    """
    deal = Random(f"edit {seed} {audience}")
    rows = _edited_rows(deal, before.rows, {part.row for part in before.parts}, audience)
    parts: list[Part] = []
    for each in before.parts:
        if audience in each.sites:
            parts.append(_private_edit(deal, each, audience))
        elif (chance := deal.random()) < 0.35:
            fresh = _part(deal, each.id, rows, ())
            parts.append(_fitting(_kept_from(fresh, audience), (*before.parts, *parts)))
        elif chance < 0.7:
            parts.append(each)
    for number in range(deal.randint(1, 3)):
        fresh = _kept_from(_part(deal, f"a{number}-new", rows, ()), audience)
        fresh = _fitting(fresh, (*before.parts, *parts))
        parts.append(dataclasses.replace(fresh, unit="内部工作组"))
    there = {each.id for each in parts}
    parts = [_without(each, there, parts) for each in parts]
    deal.shuffle(parts)
    names = {name: "示例" if name == audience else "另名" for name in AUDIENCES}
    former = _edited_rows(deal, before.former, frozenset(), audience)
    coming = tuple((name, word, f"将改{deal.randint(1, 99)}") for name, word, _ in rows[-3:])
    pages = _edited_rows(deal, before.pages, frozenset(), audience)
    return Spec(tuple(parts), rows, names, "内部工作组", former, coming, pages)


def _kept_from(part: Part, audience: str) -> Part:
    return dataclasses.replace(part, web=False) if audience in part.sites else part


def _private_edit(deal: Random, part: Part, audience: str) -> Part:
    """Its approval, other audiences' days, and all its words where it is not seen today."""
    release = dict(part.release)
    for name, day in release.items():
        if AUDIENCES.index(name) < AUDIENCES.index(audience):
            release[name] = day - timedelta(days=365)
        elif name != audience:
            release[name] = day + timedelta(days=500)
    part = dataclasses.replace(part, release=release, paper=f"另一纪要{deal.randint(1, 999)}号")
    if part.until and max(release.values()) > part.until:
        return dataclasses.replace(part, release=_old(part, release, audience))
    if part.seen(audience):
        return part
    return dataclasses.replace(
        part,
        word=f"改{deal.randint(100, 999)}",
        attached=deal.choice([0, 1, 2]),
        unit=deal.choice(UNITS),
        kind="制度",
    )


def _old(part: Part, release: Mapping[str, date], audience: str) -> Mapping[str, date]:
    """Later audiences' days no later than the end of disclosure."""
    return {name: min(day, part.until or day) for name, day in release.items()}


def _without(part: Part, there: set[str], parts: Sequence[Part]) -> Part:
    """Only references that lead somewhere all its readers may go."""
    sites = {each.id: each.sites for each in parts}

    def kept(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name for name in names if name in there and part.sites <= sites[name])

    return dataclasses.replace(part, related=kept(part.related), linked=kept(part.linked))


def _edited_rows(
    deal: Random, before: Sequence[tuple[str, str, str]], used: Set[str], audience: str
) -> tuple[tuple[str, str, str], ...]:
    outside = [word for word in list(WORDS)[:5] if audience not in WORDS[word]]
    rows = []
    for name, visible, word in before:
        if audience in WORDS[visible]:
            rows.append((name, visible, word))
        elif name in used or deal.random() < 0.5:
            rows.append((name, deal.choice(outside), f"改{deal.randint(1, 99)}"))
    rows.insert(deal.randint(0, len(rows)), ("h9", deal.choice(outside), "新"))
    return tuple(rows)
