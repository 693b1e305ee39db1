"""Scope against the catalogue's ceiling: the first gate."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Diagnostic, fault, nearest
from generator.gate.context import OFF_CATALOGUE, Context
from generator.gate.versions import first_day
from generator.model.disclosure import Disclosure, Document
from generator.model.scope import Scope


def check_row(item: Disclosure, context: Context) -> Iterator[Diagnostic]:
    """The row exists, or the item is off-catalogue with a reason."""
    if item.catalog == OFF_CATALOGUE:
        if item.approval is not None and not item.approval.off_catalog:
            yield fault("G09", item.at("approval.off_catalog"))
    elif (life := context.rows.get(item.catalog)) is not None:
        if context.row(item) is None and (by := life.dropped_by(first_day(item))) is not None:
            filing = by.filing
            told = {"row": item.catalog, "version": filing.version, "effective": filing.effective}
            yield fault("G70", item.at("catalog"), **told)
    elif item.catalog:
        near = nearest(item.catalog, context.rows)
        yield fault("G02", item.at("catalog"), value=item.catalog, near=near)


def check_scope(item: Document, context: Context) -> Iterator[Diagnostic]:
    """Every 或 decided, every group named, nobody beyond the row's ceiling."""
    scope = item.scope
    if scope is None:
        return
    if scope.choice:
        yield fault("G04", item.at("scope"), scope=scope.text)
    if scope.needs_group and not item.group:
        yield fault("G05", item.at("scope"), scope=scope.text)
    if item.group and not scope.needs_group:
        yield fault("G06", item.at("group"), scope=scope.text)
    if not scope.reach:
        yield fault("G41", item.at("scope"), scope=scope.text)
    row = context.row(item)
    if row and row.scope and not scope.choice and not within(scope, row.scope):
        told = {"scope": scope.text, "row": row.id, "ceiling": row.scope.text}
        yield fault("G03", item.at("scope"), **told)


def within(scope: Scope, ceiling: Scope) -> bool:
    """An open word needs an open word of the row; a limited range may lie in either kind."""
    return scope.everyone <= ceiling.everyone and scope.reach <= ceiling.reach
