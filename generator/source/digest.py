"""The digest that binds an approval to exactly one text, its metadata and its attachments."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

PREFIX = "sha256:"
_OUTSIDE = frozenset({"lifecycle"})
"""Keys that come after the approval: a change after publication carries its own."""


def text_digest(text: str) -> str:
    """SHA-256 (hex) of a body with LF line ends."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 (hex) of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def approval_digest(root: yaml.Node | None, body: str, attachments: Iterable[str | None]) -> str:
    """What ``approval.digest`` must be: over the metadata as typed (order of keys, comments and
    quoting do not count), the body's digest and the attachments' digests in their order.
    """
    bound = [_value(root, ()), body, list(attachments)]
    packed = json.dumps(bound, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return PREFIX + hashlib.sha256(packed.encode("utf-8")).hexdigest()


def _value(node: yaml.Node | None, path: tuple[str, ...]) -> Any:
    if isinstance(node, yaml.MappingNode):
        pairs = ((str(key.value), value) for key, value in node.value)
        return {
            key: _value(value, (*path, key))
            for key, value in pairs
            if (*path, key) != ("approval", "digest") and (path or key not in _OUTSIDE)
        }
    if isinstance(node, yaml.SequenceNode):
        return [_value(value, (*path, "-")) for value in node.value]
    return str(node.value).strip() if node is not None else None
