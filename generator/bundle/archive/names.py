"""Names of files that any system keeps as they are: Windows, Linux, and the tools between."""

from __future__ import annotations

import unicodedata

LONGEST = 80
"""Characters of a name; with the folders above it a path stays below the 260 of Windows."""
_BYTES = 200
_FORBIDDEN = frozenset('<>:"/\\|?*%')
"""What Windows forbids, and the sign by which BagIt escapes line ends."""
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
)


def safe(text: str) -> str:
    """A name like the text; never empty, hidden, or a device of Windows."""
    plain = unicodedata.normalize("NFC", text)
    kept = "".join(
        "_" if each in _FORBIDDEN or not each.isprintable() else each for each in plain
    ).strip(" .~")
    name = _shortened(kept) or "_"
    return f"_{name}" if name.partition(".")[0].lower() in _DEVICES else name


def _shortened(name: str) -> str:
    """The name with its stem cut, its ending kept."""
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > 8:
        stem, dot, ending = name, "", ""
    room = LONGEST - len(dot + ending)
    stem = stem[:room]
    while len(f"{stem}{dot}{ending}".encode()) > _BYTES:
        stem = stem[:-1]
    return f"{stem.rstrip(' .')}{dot}{ending}"


class Names:
    """Gives each name once, whatever the system thinks of capitals."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, text: str) -> str:
        """A safe name like the text that was not given before: a number tells it from others."""
        name, number = safe(text), 1
        stem, dot, ending = name.rpartition(".")
        while name.casefold() in self._taken:
            number += 1
            name = safe(f"{stem or ending}-{number}{dot if stem else ''}{ending if stem else ''}")
        self._taken.add(name.casefold())
        return name
