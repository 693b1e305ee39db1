"""Writing a report down where the office asks for it."""

from __future__ import annotations

import os
from pathlib import Path

from generator.diagnostics import EnvironmentFault
from generator.oversight.paper import Paper
from generator.oversight.render import as_csv, as_html, as_text


def write_report(paper: Paper, table: Path | None, page: Path | None) -> str:
    """Write the CSV and HTML files asked for and return the text; raises EnvironmentFault."""
    if table:
        _write(table, as_csv(paper))
    if page:
        _write(page, as_html(paper))
    return as_text(paper)


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
