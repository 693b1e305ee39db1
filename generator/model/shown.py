"""What an audience reads of an item, in short: the facts whose silent change is a fault."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from generator.model.approved import ApprovedItem
from generator.model.disclosure import WITHDRAWALS
from generator.model.record import Shown, ShownFile, sha256


def shown(item: ApprovedItem, audience: str, day: date) -> Shown:
    """What ``audience``, one that may see the item, reads of it on ``day``."""
    source = item.disclosure
    forms = tuple(form.word for form in item.forms)
    told = changes_told(item, audience, day)
    digest = facts_digest(item, audience, forms)
    return Shown(source.id, source.title, source.text_digest, files(item), forms, told, digest)


def changes_told(item: ApprovedItem, audience: str, day: date) -> tuple[tuple[str, str, str], ...]:
    """Date, change and note of what changed since ``audience`` first saw the item, to ``day``."""
    release = item.terms[audience].release
    return tuple(
        (entry.date.isoformat(), entry.change, entry.note)
        for entry in item.disclosure.lifecycle
        if entry.date and entry.change not in WITHDRAWALS and release < entry.date <= day
    )


def files(item: ApprovedItem) -> tuple[ShownFile, ...]:
    """The attachments in their order."""
    return tuple(
        ShownFile(each.file.rpartition("/")[2], each.title, each.digest or "")
        for each in item.disclosure.attachments
    )


def facts_digest(item: ApprovedItem, audience: str, forms: tuple[str, ...]) -> str:
    """SHA-256 (hex) over the item's own facts that ``audience`` may see; ``forms`` as shown.

    Empty facts count as absent: a fact the program learns of later changes no digest of an item
    that does not state it.
    """
    source, term = item.disclosure, item.terms[audience]
    facts = {
        "title": source.title,
        "text": source.text_digest,
        "files": [asdict(each) for each in files(item)],
        "scope": source.scope.text if source.scope else "",
        "period": source.period.label if source.period else "",
        "units": [unit.id for unit in source.units],
        "forms": list(forms),
        "kind": source.kind.word if source.kind else "",
        "number": source.number,
        "written": source.written,
        "release": term.release,
        "last": term.last,
        "effective": source.effective,
        "series": source.series.title if source.series else "",
        "summary": source.summary,
        "keywords": list(source.keywords),
    }
    return sha256({key: value for key, value in facts.items() if value})
