"""One Markdown file of ``content/pages/`` to one ``StandingPage``."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from generator.diagnostics import Diagnostic, Span, fault
from generator.model.disclosure import LAYOUTS, MENUS, StandingPage
from generator.model.institution import Institution
from generator.source import disclosure
from generator.source.document import Opened, open_document, shared_facts
from generator.source.sheet import Fields
from generator.source.values import plain

FOLDER = "content/pages/"
KEYS = (
    "title",
    "label",
    "scope",
    "group",
    "nav",
    "order",
    "layout",
    "dates",
    "attachments",
    "approval",
)
LAST = 9999
"""Stands after every page that says where it belongs."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ORDER = re.compile(r"\d{1,4}")


def read_standing(
    root: Path, file: str, institution: Institution
) -> tuple[StandingPage | None, list[Diagnostic]]:
    """The page in ``root / file`` and every fault of it; None when nothing can be read."""
    opened, faults = open_document(root, file)
    if opened is None:
        return None, faults
    if not _SLUG.fullmatch(slug := _slug(file)):
        faults = [*faults, fault("S25", Span(file), value=slug)]
    page = _read(opened, slug, institution)
    return page, [*opened.sheet.faults, *faults]


def _slug(file: str) -> str:
    """``guide`` of ``content/pages/guide.md`` and of ``content/pages/guide/index.md``."""
    return (
        PurePosixPath(file.removeprefix(FOLDER)).with_suffix("").as_posix().removesuffix("/index")
    )


def _read(opened: Opened, slug: str, institution: Institution) -> StandingPage:
    foreign = [key for key in disclosure.KEYS if key not in KEYS]
    fields = opened.sheet.fields((*KEYS, *foreign))
    for key in foreign:
        if key in fields:
            fields.fail("S26", key, key=key)
    fields.require("title", "scope")
    dates = fields.map("dates", ("release", "until"))
    return StandingPage(
        **shared_facts(opened, fields, dates, institution),
        slug=slug,
        label=fields.text("label") or fields.text("title"),
        nav=_nav(fields),
        order=int(fields.parsed("order", _number, "S27") or LAST),
        layout=fields.word("layout", LAYOUTS, "layout") or LAYOUTS[0],
    )


def _number(text: str) -> str | None:
    return digits if _ORDER.fullmatch(digits := plain(text)) else None


def _nav(fields: Fields) -> tuple[str, ...]:
    """The menus that lead to the page: all of them where it does not say."""
    if "nav" not in fields:
        return MENUS
    named = fields.texts("nav", split=True)
    for text, node in named:
        if text not in MENUS:
            fields.unknown_word(node, text, MENUS, "nav")
    return tuple(menu for menu in MENUS if menu in {text for text, _ in named})
