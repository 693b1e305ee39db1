"""A matter told in different texts to different audiences (全文、脱敏): each reads exactly one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, pairwise

from generator.diagnostics import Diagnostic, fault
from generator.gate.context import Context
from generator.gate.time import terms
from generator.model.disclosure import Disclosure
from generator.model.period import Term


@dataclass(frozen=True, slots=True)
class _Text:
    """One text of a matter and the days it stands on each site."""

    item: Disclosure
    terms: Mapping[str, Term]

    def days(self, audience: str) -> tuple[date, date]:
        """First and last day on that site, both included."""
        term, gone = self.terms[audience], self.item.withdrawn()
        last = term.last or date.max
        if gone and gone.date and gone.date > date.min:
            last = min(last, gone.date - timedelta(days=1))
        return term.release, last

    def stands(self, audience: str) -> bool:
        """Whether that site shows it on any day: not where it was withdrawn before its release."""
        if audience not in self.terms:
            return False
        first, last = self.days(audience)
        return first <= last


def check_matters(context: Context) -> Iterator[Diagnostic]:
    """Every matter of which there are several texts."""
    for items in context.matters.values():
        texts = [_Text(item, terms(item, context)) for item in items]
        for one, other in combinations(texts, 2):
            yield from _check_pair(one, other, context)
        for audience in context.institution.audiences:
            here = [text for text in texts if text.stands(audience.id)]
            yield from _check_gap(here, audience.id, audience.title)


def _check_pair(one: _Text, other: _Text, context: Context) -> Iterator[Diagnostic]:
    """Which of two texts is the fuller one must be plain, and the fuller one comes first."""
    mild, full = sorted((one, other), key=lambda text: -len(text.terms))
    for audience in context.institution.audiences:
        if not (mild.stands(audience.id) and full.stands(audience.id)):
            continue
        (start, end), (later, last) = mild.days(audience.id), full.days(audience.id)
        if start > last or later > end:
            continue
        if len(mild.terms) == len(full.terms):
            place = other.item.at("matter")
            yield fault("G66", place, other=one.item.at("matter"), audience=audience.title)
            return
        if start < later:
            place = full.item.at("dates.release")
            words = {"audience": audience.title, "mild": mild.item.id, "day": later}
            yield fault("G67", place, **words)


def _check_gap(texts: Sequence[_Text], audience: str, title: str) -> Iterator[Diagnostic]:
    """From the first day to the last one there is always a text to read."""
    spans = sorted(((*text.days(audience), text.item) for text in texts), key=lambda each: each[:2])
    reached = date.min
    for (_, last, _), (start, _, item) in pairwise(spans):
        reached = max(reached, last)
        if reached < date.max and start > reached + timedelta(days=1):
            days = {"first": reached + timedelta(days=1), "last": start - timedelta(days=1)}
            yield fault("G68", item.at("dates.release"), audience=title, **days)
