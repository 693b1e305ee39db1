"""What a site is told of its PDF files; apart, so that a build without them loads no engine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class WebOrder:
    """Where the institution's own fonts are."""

    own_fonts: Path
