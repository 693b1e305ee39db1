"""References: nothing dangling, and nothing that leads a reader to what they may not see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate

from generator.diagnostics import Diagnostic, fault, nearest, several
from generator.gate.context import Context
from generator.model.disclosure import Disclosure, Document

# First parts of addresses that the program itself uses.
_TAKEN = {"d", "about", "catalog", "archive", "category", "unit", "series", "search"}
_TAKEN |= {"assets", "pagefind"}
_TAKEN |= {"index.html", "404.html", "feed.xml", "sitemap.xml", "robots.txt"}
_TAKEN |= {"disclosures.json", "disclosures.csv"}


def check_id(item: Disclosure, context: Context) -> Iterator[Diagnostic]:
    """Ids are unique whatever the case of their letters; former addresses are free."""
    for alias in item.aliases:
        if alias.split("/")[0].casefold() in _TAKEN:
            yield fault("G37", item.at("aliases"), value=alias)


def check_relations(item: Disclosure, context: Context) -> Iterator[Diagnostic]:
    """Related items exist, and all readers of this item may see them."""
    for relation, ids in item.relations.items():
        place = item.at(relation)
        for other in ids:
            target = context.items.get(other)
            if target is None:
                near = nearest(other, context.items)
                yield fault("G25", place, relation=relation, id=other, near=near)
            elif target is item:
                yield fault("G32", place, relation=relation)
            elif barred := _barred(item, target, context):
                yield fault("G26", place, relation=relation, id=other, audience=barred)


def check_links(item: Document, context: Context) -> Iterator[Diagnostic]:
    """Links of the body lead to a listed attachment or to a disclosure all readers may see."""
    listed = {each.path for each in item.attachments}
    for link in item.links:
        place = item.at(f"body:{link.written}")
        if link.path in listed:
            continue
        if (target := context.files.get(link.path)) is not None:
            if barred := _barred(item, target, context):
                yield fault("G28", place, value=link.written, audience=barred)
        elif link.path.endswith((".md", "/")) or "." not in link.path.rpartition("/")[2]:
            yield fault("G27", place, value=link.written)
        else:
            yield fault("G31", place, value=link.written)


def _barred(item: Document, target: Document, context: Context) -> str:
    """Titles of the item's audiences that the target is closed to; "" when there are none."""
    closed = context.sites(item) - context.sites(target)
    return several([each.title for each in context.institution.audiences if each.id in closed])


def check_attachments(item: Document, context: Context) -> Iterator[Diagnostic]:
    """Listed files exist and are listed once."""
    seen = set()
    for number, each in enumerate(item.attachments):
        place = item.at(f"attachments.{number}.file")
        if each.digest is None:
            yield fault("G29", place, file=each.file)
        if each.path in seen:
            yield fault("G38", place, file=each.file)
        seen.add(each.path)


def check_unique(items: Iterable[Disclosure]) -> Iterator[Diagnostic]:
    """No id and no former address twice, whatever the case of their letters; and no address that
    would be a page and, for another address, a folder.
    """
    items = tuple(items)
    ids: dict[str, Disclosure] = {}
    addresses: dict[str, tuple[str, str]] = {}
    folders = {
        folder for item in items for alias in item.aliases for folder in _folders(_file(alias))
    }
    for item in items:
        first = ids.setdefault(item.id.casefold(), item)
        if item.id and first is not item:
            yield fault("G01", item.at("id"), id=item.id, other=first.at("id"))
        for alias in item.aliases:
            file = _file(alias)
            whose = (item.file, alias)
            if addresses.setdefault(file, whose) != whose or file in folders:
                yield fault("G37", item.at("aliases"), value=alias)


def _file(alias: str) -> str:
    """The file of a former address, in small letters: two addresses may be one file."""
    return (alias if alias.endswith((".htm", ".html")) else f"{alias}/index.html").casefold()


def _folders(file: str) -> Iterator[str]:
    """The folders on the way to a file."""
    return accumulate(file.split("/")[:-1], lambda one, other: f"{one}/{other}")
