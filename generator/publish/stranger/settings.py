"""The one thing the stranger needs of a MkDocs configuration: the site's own address."""

from __future__ import annotations

import re
from pathlib import Path

from generator.publish.stranger.reading import characters

_SITE_URL = re.compile(r"^site_url[ \t]*:[ \t]*[\"']?(https?://[^\s\"'#]+)", re.MULTILINE)
_INHERIT = re.compile(r"^INHERIT[ \t]*:[ \t]*[\"']?([^\s\"'#]+)", re.MULTILINE)


def site_url(project: Path, audience: str) -> str:
    """``site_url`` of ``site_config/<audience>.yml`` or of what it inherits; empty if none."""
    path = project / "site_config" / f"{audience}.yml"
    for _ in range(3):
        if not path.is_file():
            return ""
        source = characters(path)
        if found := _SITE_URL.search(source):
            return found[1]
        parent = _INHERIT.search(source)
        if parent is None:
            return ""
        path = path.parent / parent[1]
    return ""
