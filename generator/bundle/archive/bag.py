"""BagIt: a folder made a bag, and a bag validated. The one module that knows the library.

The library writes version 0.97 of the format, in which RFC 8493's 1.0 differs in wording only for
what we use of it: one payload folder, SHA-256 manifests, no fetch list.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import bagit

ALGORITHM = "sha256"
_TAGS = f"tagmanifest-{ALGORITHM}.txt"
TAG_FILES = frozenset({"bagit.txt", "bag-info.txt", f"manifest-{ALGORITHM}.txt", _TAGS})
CHANGED, MISSING, UNEXPECTED, INVALID = "A12", "A13", "A14", "A15"
_DETAILS = {
    bagit.ChecksumMismatch: CHANGED,
    bagit.FileMissing: MISSING,
    bagit.UnexpectedFile: UNEXPECTED,
}

# What it has to say comes back as faults; its log would repeat it in another language.
logging.getLogger("bagit").setLevel(logging.CRITICAL + 1)


def make(folder: Path, said: Mapping[str, str]) -> None:
    """Make a folder a bag, in place. ``said`` must hold the date: the library would ask a clock."""
    if "Bagging-Date" not in said:
        raise AssertionError("a bag without a date of its own")
    info = {"Bag-Software-Agent": f"dwgk, bagit {bagit.VERSION}", **said}
    bagit.make_bag(str(folder), info, checksums=[ALGORITHM])
    # The library writes its lines in the order in which the system lists the folder.
    (folder / _TAGS).write_bytes(_tag_lines(folder))


def _tag_lines(folder: Path) -> bytes:
    """What the manifest of the bag's own files says: nothing else vouches for its bytes."""
    names = sorted(TAG_FILES - {_TAGS})
    digests = (hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names)
    return "".join(
        f"{digest} {name}\n" for digest, name in zip(digests, names, strict=True)
    ).encode()


def faults(folder: Path) -> Iterator[tuple[str, str, str]]:
    """What is wrong with a bag, all at once: a code, the file's path in it, a word on it."""
    here = {path.name for path in folder.iterdir()}
    yield from ((MISSING, name, "") for name in sorted(TAG_FILES - here))
    yield from ((UNEXPECTED, name, "") for name in sorted(here - TAG_FILES - {"data"}))
    try:
        yield from _faults(bagit.Bag(str(folder)))
        if here >= TAG_FILES and (folder / _TAGS).read_bytes() != _tag_lines(folder):
            yield CHANGED, _TAGS, ""
    except (bagit.BagError, OSError, ValueError) as problem:
        yield INVALID, "bagit.txt", str(problem) or type(problem).__name__


def _faults(bag: bagit.Bag) -> Iterator[tuple[str, str, str]]:
    """Files missing or too many first, then, with those set aside, the contents of the rest; the
    number of bytes is asked for only where nothing else is wrong.
    """
    oxum = bag.info.pop("Payload-Oxum", "")
    incomplete = _told(partial(bag.validate, completeness_only=True))
    for code, path, _ in incomplete:
        if code == MISSING:
            bag.entries.pop(path, None)
        else:
            bag.entries[path] = {}
    found = incomplete + _told(bag.validate)
    if not found:
        bag.info["Payload-Oxum"] = oxum
        found = _told(partial(bag.validate, fast=True))
    yield from found


def _told(validate: Callable[[], object]) -> list[tuple[str, str, str]]:
    """What the library finds."""
    try:
        validate()
    except bagit.BagValidationError as error:
        if not error.details:
            return [(INVALID, "bagit.txt", str(error.message))]
        return sorted((_DETAILS[type(each)], str(each.path), "") for each in error.details)
    return []
