"""What the log answers about a day equals what an oracle that keeps whole snapshots answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from generator.model.approved import Approved
from generator.model.chain import difference, line, read_chain, seal, standings, state_of
from generator.model.edition import Edition
from generator.model.record import Entry
from generator.oversight.recorded import day_at, witnesses
from generator.project import project
from generator.states import state
from tests.laws.strategies import AUDIENCES, DAYS, corpora

ZONE = "Asia/Shanghai"
WINDOW = 4
"""Days within which everything is published, so that days with several states are common."""

Told = tuple[str, str, tuple[str, ...]] | None


@dataclass(frozen=True)
class Publishing:
    """An oracle's note: everything one site showed from an instant on."""

    audience: str
    at: datetime
    items: dict[str, Told]


def snapshot(seen: Edition) -> dict[str, Told]:
    """Title, text and attachments of every item, and None for a notice, read off the edition."""
    told: dict[str, Told] = {each.id: None for each in seen.notices}
    for each in seen.items:
        files = tuple(file.digest for file in each.attachments)
        told[each.id] = (each.title, each.text_digest, files)
    return told


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Entry], list[Publishing]]:
    """The log and the oracle's notes of the same random publishings of random edits."""
    log: list[Entry] = []
    notes: list[Publishing] = []
    versions = [draw(corpora()) for _ in range(3)]
    deal = Random(draw(st.integers(0, 2**20)))
    start = datetime.combine(DAYS[2], time(), ZoneInfo(ZONE))
    for hour in sorted(deal.choices(range(0, 24 * WINDOW, 3), k=10)):
        at = start + timedelta(hours=hour)
        approved: Approved = deal.choice(versions)
        name = deal.choice(AUDIENCES[:2])
        day = at.date() - timedelta(days=deal.randrange(2))
        seen = project(approved, approved.institution.audience(name), day)
        known = state_of(standings(log).get(name, {}))
        came, went = difference(known, state(approved, seen))
        if came or went:
            bare = Entry(len(log) + 1, name, at, day, "", came, went, "")
            log.append(seal(bare, log[-1].hash if log else ""))
        notes.append(Publishing(name, at, snapshot(seen)))
    return log, notes


@settings(max_examples=40, deadline=None)
@given(histories())
def test_shown_on_a_day(history: tuple[list[Entry], list[Publishing]]) -> None:
    log, notes = history
    chain = read_chain("".join(f"{line(each)}\n" for each in log).encode("utf-8"))
    assert chain.fault is None
    titles = dict.fromkeys(AUDIENCES, "")
    for day in DAYS:
        found = list(witnesses(chain.entries, day_at(day, ZONE), {}, titles))
        for audience in AUDIENCES:
            answered = {
                each.id: {_told(spell.shown) for spell in each.spells}
                for each in found
                if each.audience == audience
            }
            assert answered == _expected(notes, audience, day)


def _told(shown: object) -> Told:
    if shown is None:
        return None
    return (shown.title, shown.text, tuple(each.digest for each in shown.files))  # type: ignore[attr-defined]


def _expected(notes: list[Publishing], audience: str, day: date) -> dict[str, set[Told]]:
    """Of the site in service when the day began and of every one put into service during it.

    Sites that came at the very same instant never stood but for the last of them.
    """
    mine = [each for each in notes if each.audience == audience]
    last_at = {each.at: each for each in mine}
    before = [each for at, each in last_at.items() if at.date() < day]
    during = [each for at, each in last_at.items() if at.date() == day]
    at_midnight = any(each.at.time() == time() for each in during)
    told: dict[str, set[Told]] = {}
    for each in [*([] if at_midnight else before[-1:]), *during]:
        for name, value in each.items.items():
            told.setdefault(name, set()).add(value)
    return told
