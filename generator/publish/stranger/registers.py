"""The office's private registers: nobody may find their words, or their files, on a site."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from generator.publish.stranger.plain import sentences, tight
from generator.publish.stranger.reading import characters, file_digest, read_table, table

_WORDS = frozenset({"number", "name", "contact", "matter", "reason", "by", "reference"})
"""Keys whose values say something; the others hold days and words that any page may use."""
_LEAST = 8


def register_files(root: Path) -> Iterator[tuple[str, Path, str]]:
    """Each file of ``registers/``: what a message may call it, its path, its SHA-256."""
    for path in sorted((root / "registers").rglob("*")):
        if path.is_file() and (digest := file_digest(path)):
            name = path.relative_to(root).as_posix()
            yield (name if name.isascii() else "registers/"), path, digest


def register_texts(path: Path) -> Iterator[str]:
    """What the office wrote into a register, in normal form; of one that cannot be parsed,
    everything in it.
    """
    if path.suffix not in {".yaml", ".yml"}:
        return
    found = read_table(path)
    values = [characters(path)] if found is None else list(_written(found))
    for value in values:
        yield from sentences(value)
        if found is not None and len(form := tight(value)) >= _LEAST:
            yield form


def _written(value: object) -> Iterator[str]:
    for key, inner in table(value).items():
        if isinstance(inner, str):
            if key in _WORDS:
                yield inner
        else:
            for each in inner if isinstance(inner, list) else [inner]:
                yield from _written(each)
