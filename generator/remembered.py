"""What the last build read, said and left, by the system's word: an unchanged run ends here.

It is told of everything a build reads, folders included, so that what comes, goes or is not there
counts too. It is on the near side of the door and may be deleted at any time. Whatever does not
agree with it in every respect is built in full: it can only ever say that nothing changed.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from generator.diagnostics import Diagnostic, Span
from generator.facts import Facts, Seen, digest, facts, settle, settled
from generator.helpers import spread
from generator.model.identity import made_by
from generator.model.kept import read_table, write_table
from generator.site.ledger import intact, load
from generator.site.place import BESIDE, held, leftovers

CACHE = Path(".dwgk") / "cache"
"""Where builds remember, inside the project: may be deleted at any time."""

_MANY = 10_000
"""Files to look at, or items on sites, that are worth the start of helpers."""


DayIn = Callable[[str], date]
"""The as-of date, given the institution's time zone: only the command line reads a clock."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did: items per audience, or nothing when a fault stood in the way."""

    items: Mapping[str, int]
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A build asked for: of which project, into which folder, for whom (all when empty), and
    whether with a PDF of every item.
    """

    root: Path
    out: Path
    audiences: tuple[str, ...] = ()
    pdf: bool = False

    @property
    def place(self) -> Path:
        """Where the last build that was asked for the same is remembered."""
        asked = hashlib.sha256(os.fsencode(" ".join((*self.audiences, str(self.pdf)))))
        return self.folder / f"last.{asked.hexdigest()[:12]}"

    @property
    def folder(self) -> Path:
        """Where builds into this output remember, a folder for each audience."""
        name = hashlib.sha256(os.fsencode(self.out.resolve())).hexdigest()[:12]
        return self.root / CACHE / "sites" / name

    @property
    def key(self) -> str:
        """Stands for what was asked, and for the program."""
        whole = (made_by(), str(self.root), str(self.place), *self.audiences, str(self.pdf))
        return hashlib.sha256(os.fsencode("\0".join(whole))).hexdigest()


def recall(asked: Asked, as_of: DayIn, seen: Seen, cores: int = 1) -> Built | None:
    """What the last build did and said, where another would do and say the same and all it made
    lies there untouched, looked at on up to so many ``cores``; None where that is not sure, and
    then ``seen`` is told what need not be looked at again. EnvironmentFault while another build is
    on.
    """
    try:
        table: Any = read_table(asked.place, asked.key)
        if as_of(table["zone"]).isoformat() != table["day"]:
            return None
        inputs: dict[str, Facts] = table["inputs"]
        changed = set(_changed(inputs, cores))
        seen |= {path: known for path, known in inputs.items() if path not in changed}
        if changed:
            return None
        said = tuple(_said(each) for each in table["said"])
        with held(asked.out):
            stands = not any(leftovers(asked.out)) and _stands(asked, table, cores)
        return Built(table["items"], said) if stands else None
    except (OSError, ValueError, TypeError, AttributeError, KeyError):
        return None


def _changed(inputs: Seen, cores: int) -> Iterator[str]:
    """What is not as it was noted."""

    def other(paths: Sequence[str]) -> list[str]:
        return [path for path in paths if facts(path) != inputs[path]]

    paths = list(inputs)
    parts = [paths[at : at + _MANY] for at in range(0, len(paths), _MANY)]
    return chain.from_iterable(spread(other, parts, cores))


def _stands(asked: Asked, table: Mapping[str, Any], cores: int) -> bool:
    keys, helpers = table["keys"], cores if sum(table["items"].values()) > _MANY else 1
    if not all(keys.values()) or _around(asked.out, keys) != table["around"]:
        return False

    def untouched(audience: str) -> bool:
        ledger = load(asked.folder / audience, keys[audience])
        return intact(ledger, asked.out / audience) == ledger.files

    return all(spread(untouched, list(keys), helpers))


def _around(out: Path, audiences: Iterable[str]) -> str:
    """The folder of the sites and what lies beside them in it."""
    beside = (out / f"{each}{ending}" for each in audiences for ending in BESIDE)
    return digest(map(facts, (out, *beside)))


@dataclass(slots=True)
class Watch:
    """What a build is about to read, noted before it does, where it is ``worth`` it. What was
    ``seen`` to be as it was is as sure as when it was noted: a change since then is still one.
    """

    asked: Asked
    seen: Seen = field(default_factory=dict)
    worth: bool = True
    _mark: int = 0
    _known: dict[str, Facts] = field(default_factory=dict)
    _sure: bool = True

    def __post_init__(self) -> None:
        """Ask the file system what time it is: what was changed in this very tick is in doubt."""
        self._sure = self.worth and not self.asked.pdf  # fonts lie all over the system
        with suppress(OSError):
            beside = self.asked.place.with_name(f"{self.asked.place.name}.mark")
            beside.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as stream:
                stream.write(b"\n")
                stream.flush()
                self._mark = os.fstat(stream.fileno()).st_ctime_ns

    def see(self, paths: Iterable[Path] | None) -> None:
        """These will be read, folders with all that is in them; None: nobody knows what will."""
        self._sure = self._sure and paths is not None
        for path in paths if paths and self._sure else ():
            for each in _inside(path):
                self._known[each] = known = self.seen.get(each) or facts(each)
                # What is behind a linked folder comes and goes without a trace here.
                if known and stat.S_ISDIR(known[2]) and Path(each).is_symlink():
                    self._sure = False

    def keep(self, built: Built, zone: str, day: date, keys: Mapping[str, str]) -> None:
        """Remember a build that succeeded; ``keys`` stand for its sites. Nothing where in doubt."""
        sure = self._sure and all(settled(each, self._mark) for each in self._known.values())
        with suppress(OSError):
            if not sure:
                self.asked.place.unlink(missing_ok=True)
                return
            settle()
            table = {
                "zone": zone,
                "day": day.isoformat(),
                "items": dict(built.items),
                "said": [_row(each) for each in built.diagnostics],
                "inputs": self._known,
                "keys": dict(keys),
                "around": _around(self.asked.out, keys),
            }
            write_table(self.asked.place, self.asked.key, table)


def _inside(path: Path) -> Iterator[str]:
    """A path and, where it is a folder, every folder and file below."""
    yield str(path)
    for folder, folders, files in os.walk(path):
        yield from (f"{folder}/{name}" for name in (*folders, *files))


def _row(told: Diagnostic) -> list[Any]:
    place = told.span
    return [told.code, place.file, place.line, place.column, told.args, told.severity]


def _said(row: list[Any]) -> Diagnostic:
    code, file, line, column, args, severity = row
    shown = tuple((str(name), str(value)) for name, value in args)
    return Diagnostic(code, Span(file, line, column), shown, severity)
