"""The digest that binds an approval to exactly one text, its metadata and its attachments."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from generator.model.disclosure import WITHDRAWALS

PREFIX = "sha256:"
_OUTSIDE = frozenset({("lifecycle",), ("approval", "digest"), ("dates", "confirmed")})
"""Keys that come after the approval: looking again at what stays true (confirmed) changes nothing
that anybody reads; of the lifecycle see ``_changes``.
"""


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
    bound = [_value(root, ()), body, list(attachments), *_changes(root)]
    packed = json.dumps(bound, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return PREFIX + hashlib.sha256(packed.encode("utf-8")).hexdigest()


def _changes(root: yaml.Node | None) -> list[Any]:
    """Entries of the lifecycle that the text carries on with (变更, 延期): readers are told their
    notes, so the record is bound anew. Taking an item down needs no more than its entry: what
    closes must never wait for a digest.
    """
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    entries = next((value for key, value in pairs if key.value == "lifecycle"), None)
    listed = entries.value if isinstance(entries, yaml.SequenceNode) else []
    found = [_value(each, ("lifecycle", "-")) for each in listed]
    return [
        each
        for each in found
        if not isinstance(each, dict) or each.get("change") not in WITHDRAWALS
    ]


def _value(node: yaml.Node | None, path: tuple[str, ...]) -> Any:
    if isinstance(node, yaml.MappingNode):
        pairs = ((str(key.value), value) for key, value in node.value)
        return {
            key: _value(value, (*path, key)) for key, value in pairs if (*path, key) not in _OUTSIDE
        }
    if isinstance(node, yaml.SequenceNode):
        return [_value(value, (*path, "-")) for value in node.value]
    return str(node.value).strip() if node is not None else None
