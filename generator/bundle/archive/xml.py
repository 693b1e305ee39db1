"""XML with one spelling for one content: UTF-8, indented, elements and attributes as they come."""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import BytesIO
from typing import TypeAlias
from xml.etree import ElementTree

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters XML 1.0 has no way to write (2.2)."""

Element: TypeAlias = ElementTree.Element


class Malformed(Exception):
    """A file is no XML, or XML that means more than it shows; the text says why."""


def clean(text: str) -> str:
    """The text without characters that neither XML nor a spreadsheet can hold."""
    return _FORBIDDEN.sub("\ufffd", text)


def element(name: str, inside: str | Iterable[Element] = "", /, **said: str) -> Element:
    """An element with attributes, and a text or elements in it."""
    made = ElementTree.Element(name, {key: clean(value) for key, value in said.items()})
    if isinstance(inside, str):
        made.text = clean(inside)
    else:
        made.extend(inside)
    return made


def facts(said: Iterable[tuple[str, str]]) -> list[Element]:
    """An element for each name that has something to say."""
    return [element(name, text) for name, text in said if text]


def document(root: Element) -> bytes:
    """A whole file."""
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def piece(part: Element, level: int) -> bytes:
    """A part of a file too long to be held whole."""
    ElementTree.indent(part, level=level)
    return ("  " * level + ElementTree.tostring(part, encoding="unicode") + "\n").encode()


def parsed(data: bytes) -> Element:
    """The root of a file; raises Malformed. Declarations of entities and types are none of ours."""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise Malformed("DOCTYPE")
    try:
        return ElementTree.parse(BytesIO(data)).getroot()
    except (ElementTree.ParseError, ValueError) as problem:
        raise Malformed(str(problem)) from None
