"""What a kind owes: the matter it speaks of, the day it takes effect, whom to turn to."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Diagnostic, fault, several
from generator.gate.context import Context
from generator.model.disclosure import Disclosure
from generator.model.institution import Contact


def contact_of(item: Disclosure, context: Context) -> Contact | None:
    """Whom readers may tell what the kind invites: the first of the item's units that can be
    reached, or else the institution's own office. None where the kind invites nothing, or where
    nobody can be reached. An item has no contact of its own, for a number copied into a text
    grows stale, and no approval would notice.
    """
    if item.kind is None or not item.kind.invites:
        return None
    institution = context.institution
    offices = [institution.contacts.get(unit.id) for unit in item.units]
    reached = (each for each in (*offices, institution.face.contact) if each)
    return next((each for each in reached if each.telephone or each.email), None)


def check_duties(item: Disclosure, context: Context) -> Iterator[Diagnostic]:
    """What ``kinds`` of the institution demands of items of this kind."""
    kind = item.kind
    if kind is None:
        return
    for relation, level in kind.relations:
        if not item.relations.get(relation):
            yield fault("G58", item.at("kind"), level, kind=kind.word, relation=relation)
    if kind.effective_required and not item.effective and "dates.effective" not in item.marks:
        yield fault("G59", item.at("dates"), kind=kind.word)
    if kind.invites and contact_of(item, context) is None:
        names = several([unit.name for unit in item.units])
        yield fault("G60", item.at("unit"), kind=kind.word, invites=kind.invites, units=names)


def check_correction(item: Disclosure, context: Context) -> Iterator[Diagnostic]:
    """A correction reaches every site that showed what it corrects (a rule with a severity).

    A correction told in several texts of one matter reaches them together.
    """
    level = context.institution.rule("correction_reaches_all")
    if level == "off":
        return
    for name in item.relations.get("corrects", ()):
        target = context.items.get(name)
        if target is None:
            continue
        told = context.sites(item)
        for other in context.matters.get(item.matter, ()) if item.matter else ():
            if name in other.relations.get("corrects", ()):
                told |= context.sites(other)
        missed = context.sites(target) - told
        if missed:
            titles = [each.title for each in context.institution.audiences if each.id in missed]
            yield fault("G61", item.at("corrects"), level, id=name, audience=several(titles))
