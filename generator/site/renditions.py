"""Renditions: a text's HTML as it stands on a page, made by one site and lent to others.

Several audiences read most texts alike, and making HTML of one is the dearest part of its page. So
a site keeps its renditions in a folder of its own while sites are made, and another site of the
same run is told of that folder, but only if every text in the lender's edition stands at the same
address in its own: nothing withheld from its audience is within its reach (law 1).

A rendition is asked for by all that it is made of. So it is what the borrower would make itself,
and the site's bytes do not depend on whether it was there (laws 2 and 7).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.model.edition import Edition
from generator.model.pack import Pack


@dataclass(frozen=True, slots=True)
class Lending:
    """Where a site keeps its renditions, if others look there, and where it may look itself."""

    own: Path | None = None
    lenders: tuple[Path, ...] = ()


def lenders(editions: Sequence[Edition]) -> list[list[int]]:
    """For each edition of one run the places of those whose renditions its site may look at."""
    texts = [frozenset(_texts(each)) for each in editions]
    return [
        [place for place, theirs in enumerate(texts) if place != own and theirs <= ours]
        for own, ours in enumerate(texts)
    ]


def _texts(edition: Edition) -> Iterator[tuple[str, str]]:
    """Every text with its address. The address counts: links of one rendition lead to others."""
    yield from ((f"d/{item.id}/", item.text_digest) for item in edition.items)
    yield from ((page.url, page.text_digest) for page in edition.pages)


class Renditions:
    """What one site keeps for others and may take from others; ``basis`` stands for how its
    Markdown is converted.
    """

    def __init__(self, lending: Lending, basis: str) -> None:
        self._own = Pack(lending.own) if lending.own else None
        self._lenders = [Pack(each) for each in lending.lenders]
        self._basis = basis

    def key(self, url: str, text_digest: str, links: Mapping[str, str]) -> str:
        """What a rendition is asked for by: the page's address, its text, where its links lead."""
        made_of = json.dumps([self._basis, url, text_digest, sorted(links.items())])
        return hashlib.sha256(made_of.encode("ascii")).hexdigest()

    def find(self, key: str) -> str | None:
        """A rendition that another site has made; None where there is none yet."""
        for lender in self._lenders:
            if (found := lender.get(key)) is not None:
                return found.decode("utf-8")
        return None

    def keep(self, key: str, html: str) -> None:
        """Keep a rendition for others."""
        if self._own is not None:
            self._own.put(key, html.encode("utf-8"))


OWN = Renditions(Lending(), "")
"""Nothing lent, nothing kept: a site makes everything itself."""
