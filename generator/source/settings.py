"""``site_config/institution.yml``: the institution's words, audiences, workflow and rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from generator.model.institution import (
    Audience,
    CalendarYear,
    Channel,
    Contact,
    Footer,
    Form,
    Institution,
    PublicFace,
    RuleLevel,
    ScopeWord,
    Step,
    Unit,
)
from generator.source.archive import read_archive
from generator.source.boards import read_boards
from generator.source.kinds import KEYS as KIND_KEYS
from generator.source.kinds import read_kind
from generator.source.oversight import read_oversight
from generator.source.sheet import Fields, Sheet
from generator.source.values import parse_date, plain

T = TypeVar("T")

KEYS = (
    "name",
    "party_body",
    "code",
    "time_zone",
    "contact",
    "supervision",
    "footer",
    "audiences",
    "scopes",
    "forms",
    "units",
    "kinds",
    "times",
    "workflow",
    "rules",
    "calendar",
    "oversight",
    "boards",
    "archive",
)
RULES = (
    "party_first",
    "approval_before_release",
    "correction_reaches_all",
    "catalogue_filed",
    "catalogue_yearly",
)
YEARLY = "年度"
"""The word that means every year where ``times`` does not say which ones do."""
_RECURRENCES = ("yearly", "none")
_LEVELS = ("error", "warning", "off")
_CHANNELS = ("web", "board", "paper", "meeting", "media")
_CONTACT = ("unit", "telephone", "address", "email", "postcode")
_FOOTER = ("sponsor", "icp", "police", "site_code")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""An ASCII name for addresses."""


def read_institution(sheet: Sheet) -> Institution:
    """The institution of a sheet; what could not be read is left out and is a fault there."""
    fields = sheet.fields(KEYS)
    fields.require("name", "time_zone", "audiences", "scopes", "forms", "units", "kinds")
    fields.require("workflow")
    audiences = _audiences(fields)
    names = tuple(each.id for each in audiences)
    kinds = _words(fields, "kinds", KIND_KEYS, read_kind)
    units, contacts = _units(fields)
    times, yearly = _times(fields)
    return Institution(
        face=_face(fields),
        time_zone=_time_zone(fields),
        audiences=audiences,
        scopes=_scopes(fields, names),
        forms=_forms(fields, names),
        units=units,
        contacts=contacts,
        kinds=kinds,
        default_kind=next(iter(kinds.values())).word if kinds else "",
        times=times,
        workflow=_workflow(fields),
        rules=_rules(fields),
        calendar=_calendar(fields),
        yearly=yearly,
        oversight=read_oversight(fields, names, tuple(kinds), tuple(units)),
        boards=read_boards(fields, names),
        archive=read_archive(fields, tuple(kinds), units),
    )


def slug(fields: Fields, key: str) -> str:
    """An ASCII name for addresses: small letters, digits, single hyphens."""
    fields.require(key)
    return fields.parsed(key, lambda text: text if SLUG.fullmatch(text) else None, "S15") or ""


def _face(fields: Fields) -> PublicFace:
    return PublicFace(
        name=fields.text("name"),
        party_body=fields.text("party_body"),
        contact=_contact(fields.map("contact", _CONTACT)),
        supervision=_contact(fields.map("supervision", _CONTACT)),
        footer=_footer(fields.map("footer", _FOOTER)),
    )


def _contact(fields: Fields) -> Contact:
    return Contact(**{key: fields.text(key) for key in _CONTACT})


def _footer(fields: Fields) -> Footer:
    return Footer(**{key: fields.text(key) for key in _FOOTER})


def _time_zone(fields: Fields) -> str:
    name = fields.text("time_zone")
    try:
        ZoneInfo(name or "Asia/Shanghai")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        fields.fail("S10", "time_zone", key="time_zone", value=name)
        return "Asia/Shanghai"
    return name or "Asia/Shanghai"


def _yes(fields: Fields, key: str) -> bool:
    return fields.word(key, ("true", "false"), key) == "true"


def _audiences(fields: Fields) -> tuple[Audience, ...]:
    found: dict[str, Audience] = {}
    for each in fields.maps("audiences", ("id", "title", "open")):
        name = slug(each, "id")
        each.require("title")
        if name in found:
            each.fail("S07", "id", key=name)
        elif name:
            found[name] = Audience(name, each.text("title"), _yes(each, "open"))
    return tuple(found.values())


def _words(
    fields: Fields, key: str, known: tuple[str, ...], make: Callable[[str, Fields], T]
) -> Mapping[str, T]:
    """A mapping word → settings, with ``aliases`` resolved to the same value."""
    table: dict[str, T] = {}
    words = fields.map(key, None)
    for word in words.names():
        entry = words.map(word, (*known, "aliases"))
        value = make(word, entry)
        for name in (word, *(text for text, _ in entry.texts("aliases"))):
            if plain(name) in table:
                entry.fail("S07", key=name)
            table.setdefault(plain(name), value)
    return table


def _scopes(fields: Fields, audiences: tuple[str, ...]) -> Mapping[str, ScopeWord]:
    def make(word: str, entry: Fields) -> ScopeWord:
        group = bool(entry.word("group", ("required",), "group"))
        return ScopeWord(word, _named(entry, audiences), group)

    return _words(fields, "scopes", ("audiences", "group"), make)


def _forms(fields: Fields, audiences: tuple[str, ...]) -> Mapping[str, Form]:
    def make(word: str, entry: Fields) -> Form:
        entry.require("channel")
        channel = entry.word("channel", _CHANNELS, "channel") or "paper"
        limit = _named(entry, audiences) if "audiences" in entry else None
        return Form(word, cast(Channel, channel), limit)

    return _words(fields, "forms", ("channel", "audiences"), make)


def _named(entry: Fields, audiences: tuple[str, ...]) -> frozenset[str]:
    """The audiences an entry names; an unknown one is a fault."""
    named = set()
    for text, node in entry.texts("audiences"):
        if text in audiences:
            named.add(text)
        else:
            entry.unknown_word(node, text, audiences, "audiences")
    return frozenset(named)


def _units(fields: Fields) -> tuple[Mapping[str, Unit], Mapping[str, Contact]]:
    """Units by every name they go by, and how readers reach those that say so."""
    table: dict[str, Unit] = {}
    contacts: dict[str, Contact] = {}
    slugs: set[str] = set()
    for each in fields.maps("units", ("id", "name", "aliases", "telephone", "email")):
        each.require("name")
        unit = Unit(slug(each, "id"), each.text("name"))
        if unit.id in slugs:
            each.fail("S07", "id", key=unit.id)
        slugs.add(unit.id)
        if "telephone" in each or "email" in each:
            reached = (each.text("telephone"), each.text("email"))
            contacts[unit.id] = Contact(unit.name, telephone=reached[0], email=reached[1])
        for name in (unit.name, *(text for text, _ in each.texts("aliases"))):
            if plain(name) in table:
                each.fail("S07", "name", key=name)
            table.setdefault(plain(name), unit)
    return table, contacts


def _times(fields: Fields) -> tuple[tuple[str, ...], frozenset[str]]:
    """The words of 公开时限 in order, and the yearly ones of them.

    Either a list of words, or word → ``{recurrence: yearly | none}``.
    """
    if "times" not in fields or getattr(fields.at("times"), "id", "") != "mapping":
        return tuple(text for text, _ in fields.texts("times")), frozenset({YEARLY})
    table = fields.map("times", None)
    yearly = set()
    for word in table.names():
        entry = table.map(word, ("recurrence",))
        entry.require("recurrence")
        if entry.word("recurrence", _RECURRENCES, "recurrence") == "yearly":
            yearly.add(word)
    return tuple(table.names()), frozenset(yearly)


def _workflow(fields: Fields) -> tuple[Step, ...]:
    steps = fields.map("workflow", None)
    found = []
    for key in steps.names():
        entry = steps.map(key, ("title", "verdicts"))
        verdicts = entry.map("verdicts", None)
        accepted = {
            name: tuple(text for text, _ in verdicts.texts(name, split=True))
            for name in verdicts.names()
        }
        found.append(Step(key, entry.text("title") or key, accepted))
    return tuple(found)


def _rules(fields: Fields) -> Mapping[str, RuleLevel]:
    rules = fields.map("rules", RULES)
    levels = {name: rules.word(name, _LEVELS, name) or "error" for name in rules.names()}
    return cast(Mapping[str, RuleLevel], levels)


def _calendar(fields: Fields) -> Mapping[int, CalendarYear]:
    years = fields.map("calendar", None)
    table = {}
    for year in years.names():
        entry = years.map(year, ("holidays", "workdays"))
        if year.isdigit():
            table[int(year)] = CalendarYear(_days(entry, "holidays"), _days(entry, "workdays"))
        else:
            years.fail("S10", year, key="calendar", value=year)
    return table


def _days(fields: Fields, key: str) -> frozenset[date]:
    days = set()
    for text, node in fields.texts(key):
        day = parse_date(text)
        if day is None:
            fields.sheet.add("S10", node, key=key, value=text)
        else:
            days.add(day)
    return frozenset(days)
