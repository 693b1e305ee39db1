"""A finished output as a mapping that two builds of the same thing must share.

Every file counts by its bytes, with one exception, measured and kept narrow: Pagefind 1.5 walks
hash maps, so two runs over the same pages list filters and their values in different orders. Its
``pf_filter`` and ``pf_meta`` files are read here and compared with exactly those two lists
sorted; their names, which are hashes of their bytes, are replaced by the filters' own names, in
``pagefind-entry.json`` and in the manifest too.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_BESIDE = (".json", ".items.jsonl")
Snapshot = Mapping[str, str]
"""Path from the output folder to what must be equal (a digest, or a canonical text)."""

_MAGIC = b"pagefind_dcd"
_META = re.compile(r"pagefind/pagefind\.\w+\.pf_meta")


def unstable(path: str) -> bool:
    """Whether Pagefind's hash maps leave their order in this file of a site."""
    return (
        path.startswith("pagefind/filter/")
        or _META.fullmatch(path) is not None
        or path == "pagefind/pagefind-entry.json"
    )


def snapshot(dist: Path) -> Snapshot:
    """All sites of ``dist`` and their manifests."""
    found: dict[str, str] = {}
    for entry in sorted(dist.iterdir()):
        found |= site(dist, entry.name) if entry.is_dir() else {}
        if entry.is_file() and not (dist / entry.stem).is_dir():
            found[entry.name] = digest(entry)
    return found


def site(dist: Path, audience: str) -> Snapshot:
    """One site, its manifest, and its items for the publish log."""
    root = dist / audience
    found: dict[str, str] = {f"{audience}.json": _manifest(dist / f"{audience}.json")}
    if (items := dist / f"{audience}.items.jsonl").exists():  # written by the conductor alone
        found[items.name] = digest(items)
    for path in sorted(each for each in root.rglob("*") if not each.is_dir()):
        name = path.relative_to(root).as_posix()
        if unstable(name):
            name, text = _canonical(name, path)
        else:
            text = digest(path)
        found[f"{audience}/{name}"] = text
    found |= {f"{audience}/{each.relative_to(root).as_posix()}/": "" for each in _folders(root)}
    return found


def exact(dist: Path) -> Snapshot:
    """Every file by its bytes, no exception: for an output that must be the very same."""
    files = (each for each in sorted(dist.rglob("*")) if each.is_file())
    return {each.relative_to(dist).as_posix(): digest(each) for each in files}


def complete(dist: Path, audiences: tuple[str, ...] = ("party", "campus", "public")) -> bool:
    """Whether ``dist`` holds these sites, each file in its manifest with its digest, no other."""
    names = {each.name for each in dist.iterdir()}
    if names != {f"{each}{end}" for each in audiences for end in ("", *_BESIDE)}:
        return False
    return all(_sealed(dist, each) for each in audiences)


def differing(one: Snapshot, other: Snapshot) -> list[str]:
    """Paths that are not the same in both, for a message that says where to look."""
    return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))


def digest(path: Path) -> str:
    """SHA-256 (hex) of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _sealed(dist: Path, audience: str) -> bool:
    listed = json.loads((dist / f"{audience}.json").read_bytes())["files"]
    return bool(listed) and listed == dict(exact(dist / audience))


def _folders(root: Path) -> Iterator[Path]:
    yield from (each for each in root.rglob("*") if each.is_dir())


def _manifest(path: Path) -> str:
    """The manifest's text but for files whose digests cannot be stable."""
    table = json.loads(path.read_text(encoding="utf-8"))
    table["files"] = {name: row for name, row in table["files"].items() if not unstable(name)}
    return json.dumps(table, ensure_ascii=False)


def _canonical(name: str, path: Path) -> tuple[str, str]:
    if name.endswith("entry.json"):
        return name, re.sub(r'"hash":"\w+"', '"hash":""', path.read_text(encoding="utf-8"))
    packed = gzip.decompress(path.read_bytes())
    assert packed.startswith(_MAGIC)
    tree, end = _cbor(packed, len(_MAGIC))
    assert end == len(packed)
    if name.startswith("pagefind/filter/"):
        title, values = tree
        return f"pagefind/filter/{title}", _text([title, sorted(values)])
    version, pages, chunks, filters, *rest = tree
    titles = sorted(title for title, _ in filters)
    return "pagefind/pf_meta", _text([version, pages, chunks, titles, *rest])


def _text(tree: Any) -> str:
    return json.dumps(tree, ensure_ascii=False)


def _cbor(data: bytes, at: int) -> tuple[Any, int]:
    """One value of the few kinds Pagefind writes (RFC 8949), and where the next one begins."""
    kind, extra = data[at] >> 5, data[at] & 31
    at += 1
    if 24 <= extra <= 27:
        size = 1 << (extra - 24)
        extra, at = int.from_bytes(data[at : at + size], "big"), at + size
    if kind == 0:
        return extra, at
    if kind in (2, 3):
        return data[at : at + extra].decode("utf-8"), at + extra
    assert kind == 4, "a kind of value Pagefind did not write before"
    values = []
    for _ in range(extra):
        value, at = _cbor(data, at)
        values.append(value)
    return values, at
