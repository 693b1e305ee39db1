"""Which program this is, to the byte: what is kept from an earlier run must come from the same."""

from __future__ import annotations

import hashlib
import platform
import sys
from functools import cache
from pathlib import Path

_HOUSE = Path(__file__).parents[1]


@cache
def made_by() -> str:
    """The program's own modules by digest, Python's version, every package installed beside."""
    digest = hashlib.sha256()
    for path in sorted(_HOUSE.rglob("*")):
        if path.suffix in {".py", ".toml"}:
            digest.update(path.relative_to(_HOUSE).as_posix().encode("utf-8"))
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    known = {
        entry.name
        for folder in sys.path
        if folder and Path(folder).is_dir()
        for entry in Path(folder).glob("*.*-info")
    }
    return " ".join((digest.hexdigest(), platform.python_version(), *sorted(known)))
