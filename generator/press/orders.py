"""What a site is told of its PDF files; apart, so that a build without them loads no engine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class WebOrder:
    """The institution's own fonts, and where one audience's PDF files are kept between builds."""

    own_fonts: Path
    kept: Path
