"""The gate: every check once, then what passed, with its open questions answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from generator.diagnostics import Diagnostic, Span, fault, in_order
from generator.gate import approval, catalogue, forms, references, scope, time
from generator.gate.context import Context, make_context
from generator.model.approved import Approved, ApprovedItem
from generator.model.disclosure import Corpus, Disclosure

Check = Callable[[Disclosure, Context], Iterator[Diagnostic]]

CHECKS: tuple[Check, ...] = (
    scope.check_row,
    scope.check_scope,
    forms.check_forms,
    approval.check_record,
    approval.check_binding,
    approval.check_order,
    time.check_release,
    time.check_until,
    time.check_lifecycle,
    references.check_id,
    references.check_relations,
    references.check_links,
    references.check_attachments,
)


def approve(
    corpus: Corpus, faulty: frozenset[str] = frozenset()
) -> tuple[Approved, list[Diagnostic]]:
    """What may pass the door, and every fault found on the way.

    ``faulty`` names files the source already found fault with. A file with an error is left
    out of the approved corpus, whichever stage found it: unsure means closed.
    """
    context = make_context(corpus)
    found = [*catalogue.check_catalogues(corpus), *references.check_unique(corpus.disclosures)]
    found += [fault("G30", Span(file)) for file in corpus.unlisted]
    found += [
        each for item in corpus.disclosures for check in CHECKS for each in check(item, context)
    ]
    closed = faulty | {each.span.file for each in found if each.severity == "error"}
    passed = (item for item in corpus.disclosures if item.file not in closed)
    items = tuple(_resolve(item, context) for item in passed)
    return Approved(corpus.institution, corpus.catalogues, items), in_order(found)


def _resolve(item: Disclosure, context: Context) -> ApprovedItem:
    end = item.withdrawn()
    return ApprovedItem(
        disclosure=item,
        row=context.row(item),
        forms=context.forms(item),
        terms=time.terms(item, context),
        withdrawn=end.date if end else None,
    )
