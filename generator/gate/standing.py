"""Standing pages (content/pages): the gates of every document, and what they need among them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from generator.diagnostics import Diagnostic, fault
from generator.gate import approval, references, scope, time
from generator.gate.context import Context
from generator.model.disclosure import StandingPage

CHECKS: tuple[Callable[[StandingPage, Context], Iterator[Diagnostic]], ...] = (
    scope.check_scope,
    approval.check_record,
    approval.check_binding,
    approval.check_order,
    time.check_release,
    time.check_until,
    references.check_links,
    references.check_attachments,
)


def check_pages(context: Context) -> Iterator[Diagnostic]:
    """Every fault of every standing page, and of all of them together."""
    slugs: dict[str, StandingPage] = {}
    orders: dict[int, StandingPage] = {}
    for page in context.corpus.pages:
        for check in CHECKS:
            yield from check(page, context)
        yield from _check_end(page)
        first = slugs.setdefault(page.slug, page)
        if first is not page:
            yield fault("G85", page.at(), slug=page.slug, other=first.file)
        if "order" in page.marks and orders.setdefault(page.order, page) is not page:
            other = orders[page.order]
            yield fault("G86", page.at("order"), order=page.order, other=other.at("order"))


def _check_end(page: StandingPage) -> Iterator[Diagnostic]:
    """So many days need a day to be counted from."""
    if page.until and page.until.count and not page.release:
        yield fault("G87", page.at("dates.until"))
