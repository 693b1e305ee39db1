"""The shelf: the texts and files of one edition, on disk, by digest.

An edition carries digests; the shelf beside it holds exactly those bytes. A stage behind the
door gets a shelf and no path into the content folder, so withheld text is not within its reach.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder with one file per digest; ``root`` is private to one audience's build."""

    root: Path

    def text(self, digest: str) -> str:
        """The body of that digest (Markdown, LF line ends); FileNotFoundError if not here."""
        return (self.root / digest).read_text(encoding="utf-8")

    def file(self, digest: str) -> Path:
        """Where the attachment of that digest lies."""
        return self.root / digest
