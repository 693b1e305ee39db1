"""Who sees an item, from when to when, and why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from generator.model.approved import ApprovedItem, ApprovedPage
from generator.model.disclosure import Document
from generator.model.edition import Edition
from generator.model.institution import Audience

REASONS = {
    "live": ("在公开", "on the site"),
    "fuller": ("由同一事项的更完整文本代替", "told by a fuller text of the same matter"),
    "coming": ("尚未到公开日期", "not released yet"),
    "expired": ("公开期限已过", "expired"),
    "withdrawn": ("已撤销或终止，地址上留有告示", "withdrawn; a notice stands at its address"),
    "form": ("公开方式不含该受众的网站", "no form that means their site"),
    "scope": ("不在公开范围之内", "outside its scope"),
    "faulty": ("有错误，任何站点都不收录", "has errors: on no site"),
}
"""Reason → how it is said in Chinese and English."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One audience's view of one item on one day; dates are None where there is no end."""

    audience: Audience
    reason: str
    release: date | None = None
    last: date | None = None


def sights(
    item: Document,
    approved: ApprovedItem | ApprovedPage | None,
    editions: tuple[Edition, ...],
) -> Iterator[Sight]:
    """The view of every audience; ``approved`` is None for an item or a page with errors."""
    for edition in editions:
        audience = edition.audience
        term = approved.terms.get(audience.id) if approved else None
        if approved is None:
            yield Sight(audience, "faulty")
        elif term is None:
            yield Sight(audience, _closed(item, audience.id))
        else:
            reason = _reason(approved, audience.id, edition)
            release = term.release if term.release > date.min else None
            yield Sight(audience, reason, release, term.last)


def _closed(item: Document, audience: str) -> str:
    within = item.scope is not None and audience in item.scope.everyone
    return "form" if within else "scope"


def _reason(approved: ApprovedItem | ApprovedPage, audience: str, edition: Edition) -> str:
    term, day = approved.terms[audience], edition.as_of
    if term.release > day:
        return "coming"
    if term.last is not None and term.last < day:
        return "expired"
    if isinstance(approved, ApprovedPage):
        return "live"
    if approved.disclosure.id in {item.id for item in edition.items}:
        return "live"
    return "withdrawn" if approved.withdrawn and approved.withdrawn <= day else "fuller"
