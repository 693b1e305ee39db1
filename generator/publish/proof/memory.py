"""What a monitor remembers between looks: the newest release of a site it has seen signed.

An attacker can put an older release back with its own true signature and manifest; only who
remembers a newer one can tell.
"""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from generator.diagnostics import EnvironmentFault
from generator.publish.proof.found import BAD_STATE


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest release seen: whose, which, and the SHA-256 of its manifest."""

    audience: str
    version: int
    digest: str


def recall(path: Path) -> Seen | None:
    """What ``path`` remembers; nothing when there is no such file.

    Raises ``EnvironmentFault`` for anything unreadable: an empty memory would accept a rollback.
    """
    try:
        found = json.loads(path.read_bytes())
        seen = Seen(found["audience"], found["version"], found["digest"])
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise _unusable(path, problem.strerror or "") from None
    except (ValueError, TypeError, KeyError, RecursionError):
        raise _unusable(path, "JSON") from None
    if not isinstance(seen.version, int) or not isinstance(seen.audience, str):
        raise _unusable(path, "JSON")
    return seen


def remember(path: Path, seen: Seen) -> None:
    """Write ``seen`` unless something newer was remembered meanwhile.

    Raises ``EnvironmentFault`` when it cannot be written. A crash leaves the old memory or the new.
    """
    try:
        with _alone(path.parent):
            known = recall(path)
            if known is None or known.version < seen.version:
                write_whole(path, json.dumps(asdict(seen), sort_keys=True) + "\n")
    except OSError as problem:
        raise _unusable(path, problem.strerror or "") from None


def write_whole(path: Path, text: str) -> None:
    """Replace a small file in one step, readable by all as a monitor's files are."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two looks that end at once must not write the older memory last."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _unusable(path: Path, why: str) -> EnvironmentFault:
    return EnvironmentFault(BAD_STATE, {"file": str(path), "why": why})
