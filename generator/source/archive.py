"""The block ``archive`` of ``institution.yml``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from generator.model.archive import NEEDED, PART, PARTS, PATTERN, TERMS, ArchiveRules
from generator.model.institution import Unit
from generator.source.sheet import Fields
from generator.source.values import plain

_KEYS = ("fonds", "class", "number", "terms", "retention", "units", "secrecy")


def read_archive(fields: Fields, kinds: Sequence[str], units: Mapping[str, Unit]) -> ArchiveRules:
    """How the institution files; what is not said there keeps the value of the standard."""
    block = fields.map("archive", _KEYS)
    terms = _texts(block.map("terms", None)) if "terms" in block else dict(TERMS)
    kept = block.map("retention", ("default", "kinds", "rows"))
    secrecy = block.map("secrecy", ("open", "other"))
    usual = ArchiveRules()
    default = kept.word("default", terms, "retention")
    return ArchiveRules(
        fonds=block.text("fonds"),
        genre=block.text("class") or usual.genre,
        pattern=block.parsed("number", _pattern, "A04") or PATTERN,
        terms=terms,
        default=default or (usual.default if usual.default in terms else next(iter(terms), "")),
        by_kind=_terms(kept.map("kinds", kinds), terms),
        by_row=_terms(kept.map("rows", None), terms),
        units=_unit_codes(block.map("units", None), units),
        open=secrecy.text("open") or usual.open,
        inner=secrecy.text("other") or usual.inner,
    )


def _pattern(text: str) -> str | None:
    """A pattern that names what there is, and what tells one 档号 from another."""
    named = PART.findall(text)
    rest = PART.sub("", text)
    if not set(named) <= set(PARTS) or not set(NEEDED) <= set(named) or {"{", "}"} & set(rest):
        return None
    return text


def _texts(table: Fields) -> dict[str, str]:
    return {name: table.text(name) for name in table.names()}


def _terms(table: Fields, terms: Mapping[str, str]) -> dict[str, str]:
    return {name: table.word(name, terms, "retention") for name in table.names()}


def _unit_codes(table: Fields, units: Mapping[str, Unit]) -> dict[str, str]:
    """Codes by the units' ids; an unknown unit is a fault."""
    codes = {}
    for name in table.names():
        unit = units.get(plain(name))
        if unit is not None:
            codes[unit.id] = table.text(name)
        elif (node := table.at(name)) is not None:
            table.unknown_word(node, name, units, "units")
    return codes
