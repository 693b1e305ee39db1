"""Faults found behind the door, where only addresses are known, put at their place in files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from generator.diagnostics import Diagnostic, Span, fault
from generator.model.approved import Approved
from generator.source.catalogue import FILE as CATALOGUE
from generator.source.project import SETTINGS


class Addressed(Protocol):
    """A fault behind the door: the address of its page, a code, the offending value."""

    @property
    def url(self) -> str:  # noqa: D102
        ...

    @property
    def code(self) -> str:  # noqa: D102
        ...

    @property
    def value(self) -> str:  # noqa: D102
        ...


def placed(root: Path, approved: Approved, faults: Iterable[Addressed]) -> Iterator[Diagnostic]:
    """Each fault at the file its page comes from; a character without a glyph at its very place."""
    faults = tuple(faults)
    if not faults:
        return
    files = {f"d/{item.disclosure.id}/": item.disclosure.at() for item in approved.items}
    files |= {each.page.url: each.page.at() for each in approved.pages}
    for each in faults:
        span = files.get(each.url, Span(CATALOGUE if each.url == "catalog/" else each.url))
        if each.code == "P01":
            span = _character(root, each.value[0], span)
        yield fault(each.code, span, value=each.value)


def _character(root: Path, sought: str, span: Span) -> Span:
    """Where a character stands: in the file, else in the catalogue or the settings."""
    for file in (span.file, CATALOGUE, SETTINGS):
        text = (root / file).read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(), start=1):
            if sought in line:
                return Span(file, number, line.index(sought) + 1)
    return span
