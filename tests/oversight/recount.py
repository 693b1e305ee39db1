"""Coverage counted again, by other means: YAML read as text, a year as a set of days.

It shares no code with the generator. It knows a project without errors only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_MONTHS = {"H1": (1, 6), "H2": (7, 12), "Q1": (1, 3), "Q2": (4, 6), "Q3": (7, 9), "Q4": (10, 12)}


@cache
def _load(text: str) -> Any:
    return yaml.load(text, Loader=yaml.BaseLoader)  # every scalar a string


def _number(text: str) -> int:
    """A number of a date as clerks write it: 9, 〇九, 十二, 二十."""
    if "十" in text:
        tens, ones = text.split("十")
        return (_number(tens) if tens else 1) * 10 + (_number(ones) if ones else 0)
    return int("".join(str("〇一二三四五六七八九".find(c)) if c > "9" else c for c in text))


def _day(text: str) -> date:
    parts = re.findall(r"[0-9〇一二三四五六七八九十]+", unicodedata.normalize("NFKC", text))
    return date(*map(_number, parts))


def _days(first: date, last: date) -> set[date]:
    return {first + timedelta(days=number) for number in range((last - first).days + 1)}


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _bounds(period: str) -> tuple[date, date] | None:
    """First and last day of the spellings the projects use."""
    period = unicodedata.normalize("NFKC", period)
    if period == "长期":
        return None
    if school := re.fullmatch(r"(\d{4})-(\d{4})学年", period):
        return date(int(school[1]), 9, 1), date(int(school[2]), 8, 31)
    if "/" in period:
        first, last = period.split("/")
        return _day(first), _day(last)
    year, _, part = period.partition("-")
    if re.fullmatch(r"\d\d-\d\d", part):
        return _day(period), _day(period)
    low, high = _MONTHS.get(part) or ((int(part), int(part)) if part else (1, 12))
    return date(int(year), low, 1), _month_end(int(year), high)


def _spoken_of(period: str, year: int) -> set[date]:
    """The days of the year an item's period accounts for."""
    whole = _days(date(year, 1, 1), date(year, 12, 31))
    bounds = _bounds(period)
    if bounds is None:
        return whole
    days = _days(*bounds)
    return whole if len(days) >= 365 and bounds[1].year == year else days & whole


def _items(root: Path) -> Iterator[dict[str, Any]]:
    for path in sorted((root / "content").rglob("*.md")):
        if path.is_relative_to(root / "content/pages"):
            continue
        yield _load(path.read_text(encoding="utf-8").split("---\n")[1])


def _catalogues(root: Path) -> Iterator[list[tuple[date, dict[str, Any]]]]:
    """The versions of each catalogue with the day they take effect, oldest first."""
    further = root / "content/catalogs"
    for path in [root / "catalog.yaml", *sorted(further.glob("*.yaml"))]:
        name = "main" if path.parent == root else path.stem
        files = [path, *sorted((further / "history" / name).glob("*.yaml"))]
        found = [_load(each.read_text(encoding="utf-8")) for each in files]
        starts = [_day(each["effective"]) if "effective" in each else date.min for each in found]
        yield sorted(zip(starts, found, strict=True), key=lambda pair: pair[0])


def _held(root: Path, as_of: date) -> list[dict[str, Any]]:
    """The entries of the register of held matters that hold anything on a day."""
    path = root / "registers/held.yaml"
    entries = _load(path.read_text(encoding="utf-8"))["held"] if path.is_file() else []
    return [
        each
        for each in entries
        if _day(each["date"]) <= as_of and not ("ended" in each and _day(each["ended"]) <= as_of)
    ]


def _first(item: dict[str, Any]) -> date:
    release = item["dates"]["release"]
    days = release.values() if isinstance(release, dict) else [release]
    return min(_day(day) for day in days)


def _gone(item: dict[str, Any], as_of: date) -> bool:
    return any(
        entry["change"] in {"撤销", "终止"} and _day(entry["date"]) <= as_of
        for entry in item.get("lifecycle") or []
    )


class Recount:
    """A project's coverage in one year on one day: ``rows`` maps a row's id to its state (as the
    report says it), the ids that count and the day; ``off`` lists what has no row.
    """

    def __init__(self, root: Path, year: int, as_of: date, due: date) -> None:
        self._year, self._as_of, self._due = year, as_of, due
        settings = _load((root / "site_config/institution.yml").read_text(encoding="utf-8"))
        times = settings["times"]
        self._yearly = (
            {word for word, entry in times.items() if entry["recurrence"] == "yearly"}
            if isinstance(times, dict)
            else {"年度"}
        )
        self._web = {
            name
            for word, entry in settings["forms"].items()
            if entry["channel"] == "web"
            for name in (word, *entry.get("aliases", []))
        }
        self._all = list(_items(root))
        self._held = _held(root, as_of)
        self._unit = {
            name: unit["id"]
            for unit in settings["units"]
            for name in (unit["name"], *unit.get("aliases", []))
        }
        self.rows: dict[str, tuple[str, set[str], date | None]] = {}
        taken: set[str] = set()
        for versions in _catalogues(root):
            begun = [each for each in versions if each[0] <= date(year, 12, 31)]
            day, catalogue = begun[-1] if begun else versions[0]
            self._effective = day
            absorbs = [
                (name, row["id"])
                for start, version in versions
                if start <= as_of
                for row in version["items"]
                for name in row.get("absorbs", [])
            ]
            taken |= {name for name, _ in absorbs}
            for row in catalogue["items"]:
                mine = {name for name, target in absorbs if target == row["id"]}
                self.rows[row["id"]] = self._row(row, mine)
        end = min(as_of, date(year, 12, 31))
        self.off = {
            each["id"]
            for each in self._all
            if each["catalog"] == "off" and _first(each) <= end and each["id"] not in taken
        }

    def _row(self, row: dict[str, Any], absorbed: set[str]) -> tuple[str, set[str], date | None]:
        mine = [i for i in self._all if i["catalog"] == row["id"] or i["id"] in absorbed]
        return self._due_yearly(row, mine) if row.get("time") in self._yearly else self._other(mine)

    def _other(self, mine: list[dict[str, Any]]) -> tuple[str, set[str], date | None]:
        told = [i for i in mine if _first(i).year == self._year and _first(i) <= self._as_of]
        if not told:
            return "本年无", set(), None
        return "按发生公开", {item["id"] for item in told}, min(map(_first, told))

    def _due_yearly(
        self, row: dict[str, Any], mine: list[dict[str, Any]]
    ) -> tuple[str, set[str], date | None]:
        forms = row.get("forms", "")
        words = forms if isinstance(forms, list) else re.split(r"[、，,\s]+", forms)
        paper = forms and not set(words) & self._web
        told = [
            item
            for item in mine
            if _spoken_of(item["period"], self._year) and (paper or _first(item) <= self._as_of)
        ]
        standing = [item for item in told if not _gone(item, self._as_of)]
        ids = {item["id"] for item in standing}
        year = _days(date(self._year, 1, 1), date(self._year, 12, 31))
        for day in sorted({_first(item) for item in standing}):
            known = [item for item in standing if _first(item) <= day]
            if year <= set().union(*(_spoken_of(i["period"], self._year) for i in known)):
                return ("已公开" if day <= self._due else "逾期公开"), ids, day
        if self._is_held(row, standing):
            return "暂不公开（已登记）", ids or {item["id"] for item in told}, None
        if ids:
            return "部分时段", ids, None
        if told:
            return "公开后撤下", {item["id"] for item in told}, None
        if self._effective.year > self._year:
            return "目录尚未施行", set(), None
        return ("未公开" if self._as_of > self._due else "待公开"), set(), None

    def _is_held(self, row: dict[str, Any], standing: list[dict[str, Any]]) -> bool:
        """Whether at each unit of the row every day of the year is told or held."""
        mine = [each for each in self._held if each["row"] == row["id"]]
        return all(self._is_held_by(unit, mine, standing) for unit in self._units(row["units"]))

    def _is_held_by(
        self, unit: str, held: list[dict[str, Any]], standing: list[dict[str, Any]]
    ) -> bool:
        mine = [each for each in held if unit in self._units(each.get("unit", ""))]
        mine += [each for each in held if not each.get("unit")]
        days = [_spoken_of(each["period"], self._year) for each in [*mine, *standing]]
        year = _days(date(self._year, 1, 1), date(self._year, 12, 31))
        return any(_spoken_of(each["period"], self._year) for each in mine) and year <= set().union(
            *days
        )

    def _units(self, cell: str | list[str]) -> set[str]:
        """Ids of the units a cell names, glued names (纪委组织部) included."""
        text = cell if isinstance(cell, str) else "、".join(cell)
        found = set()
        rest = re.sub(r"[、，,\s]+", "", text)
        while rest:
            name = max((each for each in self._unit if rest.startswith(each)), key=len)
            found.add(self._unit[name])
            rest = rest[len(name) :]
        return found
