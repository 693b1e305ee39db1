"""The door's half for files and links: where on a site that stands which a text refers to. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from generator.model.disclosure import Disclosure, Document, Link
from generator.model.edition import PublishedFile

_SAFE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*(\.[a-z0-9]+)+")
_IMAGES = {"png", "jpg", "jpeg", "gif", "webp", "svg"}
_PAGE_NAME = re.compile(r"index\.[a-z]+")


def published_files(source: Document) -> Mapping[str, PublishedFile]:
    """By project path: ASCII names beside the page (sign-on fails on others, see operations)."""
    files: dict[str, PublishedFile] = {}
    if not source.attachments:
        return files
    used = {link.path for link in source.links}
    # An item's own PDF lies beside its page too, under this name.
    taken = {f"{source.id}.pdf"} if isinstance(source, Disclosure) else set()
    for number, each in enumerate(source.attachments, start=1):
        download = each.file.rpartition("/")[2]
        name = download
        if not _SAFE_NAME.fullmatch(name) or _PAGE_NAME.fullmatch(name) or name in taken:
            name = f"fujian-{number}.{_extension(download)}"
        taken.add(name)
        inline = each.path in used and _extension(download) in _IMAGES
        files[each.path] = PublishedFile(
            name, download, each.title, each.digest or "", each.size, inline
        )
    return files


def _extension(name: str) -> str:
    extension = name.rpartition(".")[2].lower()
    return extension if re.fullmatch(r"[a-z0-9]{1,8}", extension) else "bin"


def followed_links(
    links: Iterable[Link],
    home: str,
    files: Mapping[str, PublishedFile],
    addresses: Mapping[str, str],
) -> Mapping[str, str]:
    """What an author wrote → an address within the site, or "" where the target is not seen.

    ``home`` is the address of the text, ``files`` what is published beside it, ``addresses``
    lead from the Markdown files that the audience sees today to where they are told.
    """
    table = {}
    for link in links:
        fragment = "#" + link.written.partition("#")[2] if "#" in link.written else ""
        if link.path in files:
            table[link.written] = home + files[link.path].name
        elif link.path in addresses:
            table[link.written] = addresses[link.path] + fragment
        else:
            table[link.written] = ""
    return table
