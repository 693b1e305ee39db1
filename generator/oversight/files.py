"""Writing a report down where the office asks for it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from generator.diagnostics import EnvironmentFault
from generator.oversight.draft import Draft
from generator.oversight.paper import Paper
from generator.oversight.render import as_csv, as_html, as_text


def write_report(paper: Paper, table: Path | None, page: Path | None) -> str:
    """Write the CSV and HTML files asked for and return the text; raises EnvironmentFault."""
    if table:
        _write(table, as_csv(paper))
    if page:
        _write(page, as_html(paper))
    return as_text(paper)


def write_drafts(drafts: Iterable[Draft], folder: Path) -> Iterator[Path]:
    """Each draft in a folder of its own below ``folder``, whole or not at all; yields its text's
    place. A draft that stands there already may hold the office's words and is never replaced:
    EnvironmentFault.
    """
    for each in drafts:
        target = folder / each.folder
        beside = folder / f".{each.folder}.{os.getpid()}"
        try:
            beside.mkdir(parents=True)
            for name, data in {"index.md": each.text.encode(), **each.files}.items():
                (beside / name).write_bytes(data)
            target.mkdir()
            beside.replace(target)
        except OSError as problem:
            shutil.rmtree(beside, ignore_errors=True)
            values = {"name": str(target), "reason": problem.strerror or ""}
            raise EnvironmentFault("E04", values) from problem
        yield target / "index.md"


def _write(target: Path, data: bytes) -> None:
    """The whole file at once, or the one that was there."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        draft.write_bytes(data)
        draft.replace(target)
    except OSError as problem:
        draft.unlink(missing_ok=True)
        values = {"name": target.name, "reason": problem.strerror or ""}
        raise EnvironmentFault("E04", values) from problem
