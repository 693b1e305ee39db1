"""Series (逐段公开): the parts of the whole corpus fit together, whoever may read which of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from generator.diagnostics import Diagnostic, fault, several
from generator.gate.context import Context
from generator.model.disclosure import Disclosure, Series

Part = tuple[Series, Disclosure]


def check_series(context: Context) -> Iterator[Diagnostic]:
    """Every series of the corpus, by its parts in order."""
    found: dict[str, list[Part]] = defaultdict(list)
    for item in context.corpus.disclosures:
        if item.series:
            found[item.series.id].append((item.series, item))
    for parts in found.values():
        parts.sort(key=lambda each: (each[0].part, each[1].file))
        yield from _check_numbers(parts)
        yield from _check_alike(parts)


def _check_numbers(parts: Sequence[Part]) -> Iterator[Diagnostic]:
    """Each number once, or once for each text of one matter; none left out on the way."""
    first: dict[int, Disclosure] = {}
    for series, item in parts:
        other = first.setdefault(series.part, item)
        if other is not item and not (item.matter and item.matter == other.matter):
            place = item.at("series.part")
            yield fault("G62", place, series=series.id, part=series.part, other=other.at("series"))
    expected = 1
    for number, item in first.items():
        if number > expected:
            missing = several([str(each) for each in range(expected, min(number, expected + 9))])
            yield fault("G63", item.at("series.part"), part=number, missing=missing)
        expected = number + 1


def _check_alike(parts: Sequence[Part]) -> Iterator[Diagnostic]:
    """One row, one unit in charge and one title for the whole."""
    (_, head), titled = parts[0], next((each for each in parts if each[0].title), None)
    for series, item in parts:
        if item.catalog != head.catalog:
            yield fault("G64", item.at("catalog"), series=series.id, other=head.at("catalog"))
        elif item.units[:1] != head.units[:1]:
            yield fault("G64", item.at("unit"), series=series.id, other=head.at("unit"))
        if titled and series.title and series.title != titled[0].title:
            place = item.at("series.title")
            yield fault("G65", place, series=series.id, other=titled[1].at("series.title"))
