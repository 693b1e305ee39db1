"""What keeps a site from being made or a page from being published, told by its value."""

from __future__ import annotations

from dataclasses import dataclass


class ConfigurationFault(Exception):
    """An audience's MkDocs configuration cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class PageFault:
    """A page that must not be published: its address, a code, the offending value."""

    url: str
    code: str
    value: str


def one_line(error: Exception) -> str:
    """What an exception says, without line ends."""
    return " ".join(str(error).split())
