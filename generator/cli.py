"""The command ``dwgk``: every verb, gathered."""

from __future__ import annotations

from generator.terminal import cli
from generator.verbs import copies, making, office, paper, record

VERBS = (making, office, copies, record, paper)
"""Modules whose import adds their verbs to ``cli``."""


def main() -> None:
    """The ``dwgk`` command."""
    cli()
