"""A Markdown file taken apart: encoding, front matter, body."""

from __future__ import annotations

import errno
import os
import re
from dataclasses import dataclass
from pathlib import Path

from generator.diagnostics import Diagnostic, Span, fault

_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)
UNREAD = "S40"
BLANK = "【请填写】"
"""Stands in a draft of ours where the office has to write."""


@dataclass(frozen=True, slots=True)
class Halves:
    """Front matter (YAML text, first line 2) and body with the line it begins on."""

    head: str
    body: str
    body_line: int


def read(root: Path, file: str) -> tuple[bytes, list[Diagnostic]]:
    """The bytes of a file of the project; a fault where there is none, or none to be read."""
    try:
        if not (root / file).is_file():
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return (root / file).read_bytes(), []
    except OSError as error:
        return b"", [unread(file, error)]


def unread(file: str, error: OSError) -> Diagnostic:
    """What cannot be read, and why the system says so."""
    return fault(UNREAD, Span(file), reason=error.strerror)


def decode(file: str, data: bytes) -> tuple[str, list[Diagnostic]]:
    """UTF-8 with or without BOM, line ends made LF; anything else is a fault at its line."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return "", [fault("S01", Span(file, line))]
    return text.replace("\r\n", "\n").replace("\r", "\n"), []


def split(file: str, text: str) -> tuple[Halves | None, list[Diagnostic]]:
    """The two halves of a disclosure's file."""
    opening = _FENCE.match(text)
    if opening is None:
        return None, [fault("S02", Span(file))]
    closing = _FENCE.search(text, opening.end())
    if closing is None:
        return None, [fault("S03", Span(file))]
    body = text[closing.end() :].removeprefix("\n")
    head = text[opening.end() + 1 : closing.start()]
    return Halves(head, body, text.count("\n", 0, closing.start()) + 2), []


def blanks(file: str, text: str) -> list[Diagnostic]:
    """A fault wherever a draft's blank was left, in the front matter or in the body."""
    found = []
    for number, line in enumerate(text.split("\n"), start=1) if BLANK in text else ():
        if BLANK in line:
            found.append(fault("R20", Span(file, number, line.index(BLANK) + 1)))
    return found
