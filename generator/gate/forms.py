"""Forms (公开方式): the second gate. No web form in the row, no site, title included."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Diagnostic, fault, several
from generator.gate.context import OFF_CATALOGUE, Context
from generator.model.disclosure import Disclosure


def check_forms(item: Disclosure, context: Context) -> Iterator[Diagnostic]:
    """The item's forms are among its row's, and there are some."""
    row = context.row(item)
    known = row is not None or item.catalog == OFF_CATALOGUE  # an unknown row is a fault of its own
    if not context.forms(item) and (known or item.forms is not None):
        yield fault("G08", item.at("forms"))
    if row is None or not row.forms or item.forms is None:
        return
    allowed = [form.word for form in row.forms]
    for form in item.forms:
        if form.word not in allowed:
            place = item.at("forms")
            yield fault("G07", place, form=form.word, row=row.id, allowed=several(allowed))
