"""What the publish log says was shown on a day, and where the project now says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from generator.diagnostics import Language
from generator.model.chain import spells
from generator.model.record import Entry, Shown, Spell

CONFLICTS = {
    "log": (
        "与项目不一致：台账记着当日显示过，按现在的项目当日不应显示",
        "the project differs: on record as shown, by the present project it would not be",
    ),
    "project": (
        "与项目不一致：按现在的项目当日应当显示，台账里没有",
        "the project differs: by the present project it would be shown, the log has it not",
    ),
    "content": (
        "与项目不一致：当日显示的内容和项目里现在的不同",
        "the project differs: what was shown is not what the project now holds",
    ),
    "later": (
        "这是后来变更以前的内容，变更也已记入台账",
        "this is the content before a later change, which is on record too",
    ),
}
"""How log and project stand to each other → how it is said in Chinese and English."""


@dataclass(frozen=True, slots=True)
class Witness:
    """What one audience was shown of one item on a day, oldest first.

    ``title`` is the audience's. ``conflict`` is a key of ``CONFLICTS``, or "" where log and project
    agree about the day's end.
    """

    audience: str
    title: str
    id: str
    spells: tuple[Spell, ...]
    conflict: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A day where the institution is, or all the time up to the end of one."""

    start: datetime
    end: datetime

    def touches(self, spell: Spell) -> bool:
        """Whether something of the spell lies in the day."""
        begins = max(spell.start, self.start)  # a state replaced at its own instant never stood
        return spell.start < self.end and (spell.end is None or spell.end > begins)

    def ends_in(self, spell: Spell) -> bool:
        """Whether the spell still lasts when the day ends."""
        return spell.start < self.end and (spell.end is None or spell.end >= self.end)


def day_at(day: date, zone: str, *, history: bool = False) -> Day:
    """The day from midnight to midnight; with ``history`` all the time before it too."""
    place = ZoneInfo(zone)
    start = datetime.combine(day, time(), place)
    after = datetime.combine(min(day, date.max - timedelta(days=1)) + timedelta(days=1), time())
    return Day(datetime.min.replace(tzinfo=UTC) if history else start, after.replace(tzinfo=place))


def witnesses(
    entries: Sequence[Entry],
    day: Day,
    live: Mapping[str, Mapping[str, Shown]],
    titles: Mapping[str, str],
) -> Iterator[Witness]:
    """What the log knows of ``day``, by audience and id; silent about sites it does not know yet.

    ``live`` is what the project now says was shown at the end of the day: by audience, by id.
    ``titles`` are those of the audiences the institution has; a former one goes by its id.
    """
    known = {entry.audience for entry in entries if entry.at < day.end}
    found: dict[tuple[str, str], list[Spell]] = {}
    later = set()
    for spell in spells(entries):
        if day.touches(spell):
            found.setdefault((spell.audience, spell.id), []).append(spell)
        elif spell.start >= day.end and spell.shown:
            later.add((spell.audience, spell.shown.digest))
    expected = {(name, item) for name in known for item in live.get(name, {})}
    order = [*titles, *sorted(known - titles.keys())]
    for name, item in sorted(found.keys() | expected, key=lambda key: (order.index(key[0]), key)):
        seen = sorted(found.get((name, item), ()), key=lambda spell: spell.start)
        at_end = next((spell.shown for spell in seen if day.ends_in(spell)), None)
        now = live.get(name, {}).get(item)
        conflict = _conflict(at_end, now)
        if conflict == "content" and now and (name, now.digest) in later:
            conflict = "later"
        yield Witness(name, titles.get(name, name), item, tuple(seen), conflict)


def _conflict(logged: Shown | None, now: Shown | None) -> str:
    if logged is None:
        return "project" if now else ""
    if now is None:
        return "log"
    return "" if logged.digest == now.digest else "content"


def of_item(found: Iterable[Witness], name: str) -> tuple[Witness, ...]:
    """Those of one item."""
    return tuple(each for each in found if each.id == name)


def of_audience(found: Iterable[Witness], name: str) -> tuple[Witness, ...]:
    """Those of one audience."""
    return tuple(each for each in found if each.audience == name)


def recorded_lines(found: Iterable[Witness], language: Language) -> Iterator[str]:
    """What to tell of an item, audience by audience."""
    word = {"zh": "台账", "en": "on record,"}[language]
    for each in found:
        for spell in each.spells:
            what = f"{_term(spell)}  {_what(spell, language)}"
            yield f"{word} {each.title}（{each.audience}）: {what}"
            if spell.shown:
                yield f"    sha256:{spell.shown.digest}"
        if each.conflict:
            yield f"    {CONFLICTS[each.conflict][language == 'en']}"


def recorded_list(found: Iterable[Witness], language: Language) -> Iterator[str]:
    """What to tell of an audience, item by item."""
    for each in found:
        for spell in each.spells:
            yield f"{_term(spell)}  {each.id}  {_what(spell, language)}"
        if each.conflict:
            yield f"    {each.id}: {CONFLICTS[each.conflict][language == 'en']}"


def _term(spell: Spell) -> str:
    end = f"{spell.end:%Y-%m-%d %H:%M}" if spell.end else "…"
    return f"{spell.start:%Y-%m-%d %H:%M} – {end}"


def _what(spell: Spell, language: Language) -> str:
    if spell.shown:
        return spell.shown.title
    return {"zh": "撤销或终止的告示", "en": "a notice of withdrawal"}[language]
