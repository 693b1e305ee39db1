"""The approval record: complete, in order, and bound to exactly this text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from generator.diagnostics import Diagnostic, fault, several
from generator.gate.context import Context
from generator.model.disclosure import Act, Document
from generator.model.institution import Step


def check_record(item: Document, context: Context) -> Iterator[Diagnostic]:
    """Every step of the workflow on record, with who, when and the verdicts that allow it."""
    if item.approval is None:
        yield fault("G10", item.at(), file=item.file)
        return
    for step in context.institution.workflow:
        act = item.approval.acts.get(step.key)
        if act is None:
            yield fault("G11", item.at("approval"), step=step.title, key=step.key)
        elif not _is_whole(step, act):
            yield from _check_act(item, step, act)


def _is_whole(step: Step, act: Act) -> bool:
    """Whether nothing is missing of an act: nearly always, and cheaply told."""
    if not act.by or not act.date:
        return False
    for verdict, accepted in step.verdicts.items():
        word = act.verdicts.get(verdict)
        if not word or word not in accepted:
            return False
    return True


def _check_act(item: Document, step: Step, act: Act) -> Iterator[Diagnostic]:
    path = f"approval.{step.key}"
    for key, value in (("by", act.by), ("date", act.date)):
        # A date that is there but unreadable is already a fault of the source.
        if not value and f"{path}.{key}" not in item.marks:
            yield fault("G12", item.at(path), step=step.title, what=key)
    for verdict, accepted in step.verdicts.items():
        given = act.verdicts.get(verdict, "")
        words = several(accepted)
        if not given:
            place = item.at(path)
            yield fault("G13", place, step=step.title, verdict=verdict, accepted=words)
        elif given not in accepted:
            place = item.at(f"{path}.{verdict}")
            yield fault("G14", place, step=step.title, verdict=given, accepted=words)


def check_binding(item: Document, context: Context) -> Iterator[Diagnostic]:
    """The digest is there and is the digest of what lies on disk."""
    if item.approval is None:
        return
    if not item.approval.digest:
        yield fault("G15", item.at("approval"), file=item.file)
    elif item.approval.digest != item.digest:
        yield fault("G16", item.at("approval.digest"), file=item.file)


def check_order(item: Document, context: Context) -> Iterator[Diagnostic]:
    """Steps follow each other; release follows approval (a rule with a severity)."""
    if item.approval is None:
        return
    acts, earlier, reached = item.approval.acts, "", date.min
    for step in context.institution.workflow:
        act = acts.get(step.key)
        if act is None or act.date is None:
            continue
        if act.date < reached:
            place = item.at(f"approval.{step.key}.date")
            yield fault("G17", place, later=step.title, earlier=earlier)
        else:
            earlier, reached = step.title, act.date
    first = min(item.release.values(), default=None)
    if first and first < reached:
        level = context.institution.rule("approval_before_release")
        if level != "off":
            yield fault("G18", item.at("dates.release"), level, release=first, approved=reached)
