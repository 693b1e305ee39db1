"""The shelf: the texts and files of one edition, on disk, by digest.

An edition carries digests; the shelf beside it holds exactly those bytes. A stage behind the
door gets a shelf and no path into the content folder, so withheld text is not within its reach.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from generator.model.pack import Pack


@dataclass(frozen=True)
class Shelf:
    """A folder with the texts in a pack and one file per attachment; ``root`` is private to one
    audience's build.
    """

    root: Path

    @cached_property
    def _texts(self) -> Pack:
        return Pack(self.root / "texts")

    def put(self, digest: str, text: bytes) -> None:
        """Lay a body on the shelf: Markdown in UTF-8, LF line ends."""
        self._texts.put(digest, text)

    def text(self, digest: str) -> str:
        """The body of that digest; FileNotFoundError if not here."""
        found = self._texts.get(digest)
        if found is None:
            raise FileNotFoundError(digest)
        return found.decode("utf-8")

    def file(self, digest: str) -> Path:
        """Where the attachment of that digest lies."""
        return self.root / digest
