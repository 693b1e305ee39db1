"""The command ``dwgk``: every verb, gathered."""

from __future__ import annotations

from generator.terminal import cli
from generator.verbs import copies, making, office, paper, proof, record, release, renewal, serving

VERBS = (making, office, copies, record, paper, serving, proof, release, renewal)
"""Modules whose import adds their verbs to ``cli``."""


def main() -> None:
    """The ``dwgk`` command."""
    cli()
