"""What a build of a project gives, and what one gives that remembers nothing."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

from generator import build as conductor
from generator.diagnostics import has_errors
from tests.incremental.office import Office
from tests.laws.snapshot import Snapshot, snapshot


def built(office: Office, root: Path | None = None) -> tuple[Snapshot, list[str]]:
    """The sites after a build, and what it said."""
    root = root or office.root
    named = {"cores": office.cores, "pdf": office.pdf}
    made = conductor.build(root, root / "dist", lambda zone: office.day, **named)
    said = [f"{each.span} {each.code}" for each in made.diagnostics]
    assert made.items or has_errors(made.diagnostics)
    return snapshot(root / "dist") if (root / "dist").is_dir() else {}, said


_known: dict[str, tuple[Snapshot, list[str]]] = {}
"""What clean builds of these tests gave, by the project's files and the day."""


def clean(office: Office) -> tuple[Snapshot, list[str]]:
    """The same from a copy of the project that remembers nothing."""
    digest = hashlib.sha256(f"{office.day} {office.pdf}".encode())
    for path, data in sorted(sources(office.root).items()):
        digest.update(f"{path}\0{len(data)}\0".encode("utf-8", "surrogateescape") + data)
    key = digest.hexdigest()
    if key not in _known:
        other = office.root.with_name("clean")
        shutil.rmtree(other, ignore_errors=True)
        restore(other, sources(office.root))
        _known[key] = built(replace(office, cores=1), other)
    return _known[key]


def sources(root: Path) -> dict[str, bytes]:
    """A project's files, without what builds leave."""
    paths = (path for path in root.rglob("*") if path.is_file())
    found = {path.relative_to(root).as_posix(): path for path in paths}
    return {
        name: path.read_bytes()
        for name, path in found.items()
        if not name.startswith(("dist/", ".d"))
    }


def restore(root: Path, wanted: dict[str, bytes]) -> None:
    """Let a project have these files, and no others but what builds leave."""
    there = sources(root) if root.is_dir() else {}
    for name in there.keys() - wanted.keys():
        (root / name).unlink()
    for name, data in wanted.items():
        if there.get(name) != data:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(data)
