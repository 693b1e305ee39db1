"""What every page of a site depends on beside its own data: code, engines, settings, theme."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.model.edition import Edition
from generator.model.identity import made_by
from generator.site.configuration import THEME, inherited, settings

_READS_FILES = ("snippets", "b64", "include")
_DATED = (b"build_date", b"update_date")


@dataclass(frozen=True, slots=True)
class Basis:
    """``key`` stands for all of it. ``apart`` tells that a page is made from its own data alone,
    so that it may be kept, or made in any order.
    """

    key: str
    apart: bool


def basis(config_file: Path, edition: Edition) -> Basis:
    """The basis of a site; ConfigurationFault where the configuration cannot be read."""
    given = settings(config_file)
    digest = hashlib.sha256(made_by().encode())
    digest.update(json.dumps(given, ensure_ascii=False, default=_named).encode("utf-8"))
    dated = False
    for folder in _themes(config_file, given):
        for path in _files(folder):
            data = path.read_bytes()
            name = path.relative_to(folder).as_posix()
            digest.update(f"\0{name}\0{hashlib.sha256(data).hexdigest()}".encode())
            dated |= folder != THEME and any(word in data for word in _DATED)
    if dated and edition.items:  # MkDocs' build date is the newest release
        digest.update(edition.items[0].release.isoformat().encode("ascii"))
    return Basis(digest.hexdigest(), _apart(given))


def made_of(config_file: Path) -> tuple[Path, ...] | None:
    """Files and folders that a site is made of beside its edition and the program: None where
    nobody can tell. ConfigurationFault.
    """
    given, files = settings(config_file), inherited(config_file)
    if not _apart(given) or any(b"!ENV" in each.read_bytes() for each in files):
        return None
    return (*files, *_themes(config_file, given))


def _themes(config_file: Path, given: Mapping[str, Any]) -> tuple[Path, ...]:
    theme = given.get("theme")
    own = theme.get("custom_dir") if isinstance(theme, Mapping) else None
    return (THEME, *([config_file.parent / own] if own else []))


def conversion(config_file: Path) -> str:
    """What stands for how Markdown is converted, within one run of the program; "" where settings
    of its extensions are no plain values or functions, so that nothing can stand for them.
    """
    try:
        return json.dumps(settings(config_file).get("markdown_extensions"), default=_function)
    except TypeError:
        return ""


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _apart(given: Mapping[str, Any]) -> bool:
    """Plugins and hooks may carry something from page to page, and some extensions read files."""
    if given.get("plugins") or given.get("hooks"):
        return False
    named = [
        name
        for each in given.get("markdown_extensions") or ()
        for name in ([each] if isinstance(each, str) else each)
    ]
    return all(_harmless(str(name)) for name in named)


def _harmless(extension: str) -> bool:
    """Python-Markdown's own extensions, and the usual collection but those that read files."""
    known = "." not in extension or extension.startswith(("markdown.", "pymdownx."))
    return known and not any(word in extension for word in _READS_FILES)


def _named(value: Any) -> str:
    """What YAML tags may bring: functions and classes by name, other things by class and state."""
    if getattr(value, "__qualname__", ""):
        return _function(value)
    return f"{type(value).__qualname__} {sorted(vars(value))}"


def _function(value: Any) -> str:
    """A function or class by name; TypeError for anything else."""
    name = getattr(value, "__qualname__", "")
    if not name:
        raise TypeError(type(value).__qualname__)
    return f"{value.__module__}.{name}"
