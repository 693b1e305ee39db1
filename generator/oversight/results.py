"""Results that are owed (办理结果): what a 公示 or a 征求意见 led to must be told, too.

A missing result is no fault of any file, so no build fails by it: the office is reminded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from generator.model.approved import Approved, ApprovedItem
from generator.model.institution import Unit
from generator.oversight.scene import first_day


@dataclass(frozen=True, slots=True)
class Awaited:
    """An item whose result is not out: its last day, and the last day for the result in time."""

    id: str
    title: str
    kind: str
    units: tuple[Unit, ...]
    ended: date
    due: date


def awaited_results(approved: Approved, as_of: date) -> tuple[Awaited, ...]:
    """Everything still waiting for its result on ``as_of``, the most urgent first.

    A result that is already set to come in time is not waited for. The texts of one matter share
    their results. What was withdrawn before it ended has none.
    """
    results: dict[str, list[ApprovedItem]] = defaultdict(list)
    keys = {item.disclosure.id: _key(item) for item in approved.items}
    for item in approved.items:
        for name in item.disclosure.relations.get("result_of", ()):
            results[keys.get(name, name)].append(item)
    found: dict[str, Awaited] = {}
    for each, key in _owing(approved, keys):
        told = (first_day(result.disclosure) for result in results[key] if _stands(result, as_of))
        if not any(day is not None and day <= max(each.due, as_of) for day in told):
            found.setdefault(key, each)
    return tuple(sorted(found.values(), key=lambda each: (each.due, each.id)))


def _key(item: ApprovedItem) -> str:
    return f"matter:{item.disclosure.matter}" if item.disclosure.matter else item.disclosure.id


def _owing(approved: Approved, keys: dict[str, str]) -> Iterator[tuple[Awaited, str]]:
    for item in approved.items:
        facts, end = item.disclosure, item.end
        within = facts.kind.result_within if facts.kind else 0
        if not within or end is None or (item.withdrawn and item.withdrawn <= end):
            continue
        due = end + min(timedelta(days=within), date.max - end)
        kind = facts.kind.word if facts.kind else ""
        yield Awaited(facts.id, facts.title, kind, facts.units, end, due), keys[facts.id]


def _stands(result: ApprovedItem, as_of: date) -> bool:
    return result.withdrawn is None or result.withdrawn > as_of
