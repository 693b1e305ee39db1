"""The gate: every check once, then what passed, with its open questions answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from generator.diagnostics import Diagnostic, Span, fault, in_order
from generator.gate import (
    approval,
    catalogue,
    forms,
    kinds,
    lifecycle,
    matters,
    references,
    scope,
    series,
    standing,
    time,
)
from generator.gate.context import Context, make_context
from generator.gate.published import check_published
from generator.model.approved import Approved, ApprovedItem, ApprovedPage
from generator.model.asleep import Bed
from generator.model.disclosure import Corpus, Disclosure
from generator.model.settled import Settled

Check = Callable[[Disclosure, Context], Iterator[Diagnostic]]

CHECKS: tuple[tuple[str, Check], ...] = (
    ("", scope.check_row),
    ("", scope.check_scope),
    ("", forms.check_forms),
    ("", approval.check_record),
    ("", approval.check_binding),
    ("", approval.check_order),
    ("release", time.check_release),
    ("", time.check_until),
    ("lifecycle", lifecycle.check_lifecycle),
    ("kind", kinds.check_duties),
    ("relations", kinds.check_correction),
    ("aliases", references.check_id),
    ("relations", references.check_relations),
    ("links", references.check_links),
    ("attachments", references.check_attachments),
)
"""Every check, after the field it looks into: an item in which that is empty owes it nothing. ""
where all items are asked.
"""


def approve(
    corpus: Corpus, faulty: frozenset[str] = frozenset()
) -> tuple[Approved, list[Diagnostic]]:
    """What may pass the door, and every fault found on the way.

    ``faulty`` names files the source already found fault with. A file with an error is left
    out of the approved corpus, whichever stage found it: unsure means closed. Disclosures that are
    settled are not asked again, but for what others could have to do with them.
    """
    context, settled = make_context(corpus), corpus.settled
    found = [*catalogue.check_catalogues(corpus), *references.check_unique(corpus.disclosures)]
    found += [*series.check_series(context), *matters.check_matters(context)]
    found += standing.check_pages(context)
    found += [fault("G30", Span(file)) for file in corpus.unlisted]
    found += [
        each
        for item in corpus.disclosures
        if item.file not in settled
        for field, check in CHECKS
        if not field or getattr(item, field)
        for each in check(item, context)
    ]
    read = [
        _asleep(item, known, context)
        if (known := settled.get(item.file))
        else _resolve(item, context)
        for item in corpus.disclosures
        if item.file not in faulty
    ]
    if corpus.published:
        found += check_published(corpus, read, faulty | _closed(found))
    closed = faulty | _closed(found)
    items = tuple(each for each in read if each.disclosure.file not in closed)
    pages = tuple(
        ApprovedPage(page, time.terms(page, context))
        for page in corpus.pages
        if page.file not in closed
    )
    return Approved(corpus.institution, corpus.catalogues, items, pages), in_order(found)


def _closed(found: Iterable[Diagnostic]) -> frozenset[str]:
    return frozenset(each.span.file for each in found if each.severity == "error")


_ASLEEP = Bed(ApprovedItem, "disclosure", "terms", "told", withdrawn=None)


def _asleep(item: Disclosure, known: Settled, context: Context) -> ApprovedItem:
    """What ``_resolve`` gives, looked into only when somebody does."""
    return _ASLEEP.put(partial(_resolve, item, context), item, known.terms, known.told)


def _resolve(item: Disclosure, context: Context) -> ApprovedItem:
    end = item.withdrawn()
    return ApprovedItem(
        disclosure=item,
        row=context.row(item),
        forms=context.forms(item),
        terms=time.terms(item, context),
        withdrawn=end.date if end else None,
        end=time.end_of(item, context),
        contact=kinds.contact_of(item, context),
        boards=time.terms(item, context, "board"),
    )
