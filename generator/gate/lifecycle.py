"""Changes after publication (变更, 撤销, 终止, 延期): on record, in order, and told to readers.

What was disclosed is changed, withdrawn or ended with an approval of its own, as institutions'
own regulations demand (变更、撤销、终止须经批准).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from generator.diagnostics import Diagnostic, fault
from generator.gate.context import Context
from generator.gate.time import end_of, terms
from generator.model.disclosure import WITHDRAWALS, Change, Disclosure

EXTENSION = "延期"
_AMENDMENT = "变更"


def check_lifecycle(item: Disclosure, context: Context) -> Iterator[Diagnostic]:
    """Every change after publication says when, by whose approval, and what readers must know."""
    for entry in item.lifecycle:
        path = f"lifecycle.{entry.number}"
        yield from _check_record(item, entry, path)
        if entry.until and entry.change != EXTENSION:
            yield fault("G55", item.at(f"{path}.until"), change=entry.change)
        if entry.change == _AMENDMENT and not entry.note and _was_seen(item, entry, context):
            yield fault("G53", item.at(path), change=entry.change)
    yield from _check_order(item)
    yield from _check_extensions(item, context)


def _check_record(item: Disclosure, entry: Change, path: str) -> Iterator[Diagnostic]:
    # Where the text stays, so does its readers' right to know on what paper it changed. Taking
    # an item down is often urgent: then day and authority are enough.
    needed = ("date", "by") if entry.change in WITHDRAWALS else ("date", "by", "reference")
    # A value that is there but unreadable is already a fault of the source.
    unreadable = entry.date is None and f"{path}.date" in item.marks
    given = {"date": entry.date or unreadable, "by": entry.by, "reference": entry.reference}
    missing = [key for key in needed if not given[key]]
    if missing:
        yield fault("G40", item.at(path), change=entry.change, what="、".join(missing))


def _was_seen(item: Disclosure, entry: Change, context: Context) -> bool:
    """Whether some site showed the text as it was before the change."""
    if entry.date is None:
        return False
    found = terms(item, context).values()
    return any(
        term.release < entry.date and (term.last is None or entry.date <= term.last)
        for term in found
    )


def _check_order(item: Disclosure) -> Iterator[Diagnostic]:
    """Days go forward from the first release, and nothing follows the end."""
    first = min(item.release.values(), default=None)
    for entry in item.lifecycle:
        if entry.date and first and entry.date < first:
            place = item.at(f"lifecycle.{entry.number}.date")
            yield fault("G52", place, change=entry.change, day=entry.date, release=first)
    for before, entry in pairwise(item.lifecycle):
        path = f"lifecycle.{entry.number}"
        if before.change in WITHDRAWALS:
            yield fault("G51", item.at(path), change=entry.change, end=before.change)
        elif before.date and entry.date and entry.date < before.date:
            place = item.at(f"{path}.date")
            yield fault("G50", place, change=entry.change, day=entry.date, before=before.date)


def _check_extensions(item: Disclosure, context: Context) -> Iterator[Diagnostic]:
    """Each 延期 grants a later last day, in time; the last of them is the item's end."""
    reached: date | None = None
    granted = [entry for entry in item.lifecycle if entry.change == EXTENSION]
    for entry in granted:
        path = f"lifecycle.{entry.number}"
        if entry.until is None:
            if f"{path}.until" not in item.marks:
                yield fault("G54", item.at(path))
            continue
        floor = max((day for day in (entry.date, reached) if day), default=date.min)
        if entry.until <= floor:
            yield fault("G57", item.at(f"{path}.until"), until=entry.until, floor=floor)
        elif reached and entry.date and entry.date > reached:
            yield fault("G69", item.at(f"{path}.date"), day=entry.date, ended=reached)
        reached = max(entry.until, reached or entry.until)
    if reached and reached == granted[-1].until:
        ends = {term.last for term in terms(item, context).values()} or {end_of(item, context)}
        for end in sorted(ends - {reached}, key=str):
            place = item.at("dates.until")
            yield fault("G56", place, until=reached, end=end or "永久")
