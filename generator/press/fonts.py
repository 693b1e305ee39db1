"""Fonts: one for each role, found, read, and asked for every character before anything is set.

Roles after GB/T 9704-2012: 小标宋 for titles, 仿宋 for the text, 黑体 and 楷体 for levels, 宋体 for
page numbers and for Latin letters and digits. A character that a role's font lacks comes from the
second font (生僻字), else from 宋体; one that none has must not be printed.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTCollection, TTFont, TTLibError

from generator.diagnostics import EnvironmentFault


@dataclass(frozen=True, slots=True)
class Role:
    """A role: the font of the packages (file, family within it) and how to tell an own one."""

    title: str
    file: str
    family: str
    package: str
    words: tuple[str, ...]


ROLES: Mapping[str, Role] = {
    "biao": Role(
        "小标宋",
        "NotoSerifCJK-Bold.ttc",
        "Noto Serif CJK SC",
        "fonts-noto-cjk",
        ("小标宋", "xiaobiaosong", "xbs"),
    ),
    "fang": Role(
        "仿宋",
        "FandolFang-Regular.otf",
        "FandolFang",
        "texlive-lang-chinese",
        ("仿宋", "fangsong", "fang"),
    ),
    "kai": Role(
        "楷体", "FandolKai-Regular.otf", "FandolKai", "texlive-lang-chinese", ("楷", "kai")
    ),
    "hei": Role(
        "黑体", "NotoSansCJK-Bold.ttc", "Noto Sans CJK SC", "fonts-noto-cjk", ("黑", "hei")
    ),
    "spare": Role(
        "生僻字",
        "LXGWWenKai-Light.ttf",
        "LXGW WenKai",
        "fonts-lxgw-wenkai",
        ("生僻", "spare", "wenkai"),
    ),
    "song": Role(
        "宋体",
        "NotoSerifCJK-Regular.ttc",
        "Noto Serif CJK SC",
        "fonts-noto-cjk",
        ("宋", "song", "simsun"),
    ),
}
"""In the order in which an own font is recognised: 小标宋 and 仿宋 before 宋."""

FACES = ("biao", "fang", "kai", "hei", "song")
"""Roles a text may be set in."""

PLACES = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol",
    "/usr/share/texmf/fonts/opentype/public/fandol",
    "~/.local/share/fonts",
    "~/.fonts",
)
_SUFFIXES = {".ttf", ".otf", ".ttc", ".otc"}
_RESTRICTED = 0x0002
"""OS/2 fsType: embedding needs the owner's leave (OpenType 1.9)."""


@dataclass(frozen=True, slots=True)
class Font:
    """A font chosen for a role: where it lies, which of a collection, its mark and characters.

    ``mark`` tells one version from another: the checksum in the font itself.
    """

    path: Path
    index: int
    mark: str
    characters: frozenset[int]


Fonts = Mapping[str, Font]


def find_fonts(own: Path) -> Fonts:
    """The font of every role: the institution's own from ``own``, else the packages'.

    Raises EnvironmentFault naming every role that has none, and for an own font that cannot be
    read, told, or embedded.
    """
    found = dict(_own_fonts(own))
    installed = _installed({role.file for key, role in ROLES.items() if key not in found})
    for key, role in ROLES.items():
        if key not in found and role.file in installed:
            found[key] = _read(installed[role.file], role.family)
    if missing := [role for key, role in ROLES.items() if key not in found]:
        names = "、".join(f"{each.title}（{each.file}，{each.package}）" for each in missing)
        raise EnvironmentFault("E17", {"names": names})
    return {key: found[key] for key in ROLES}


def _own_fonts(folder: Path) -> Iterator[tuple[str, Font]]:
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    for path in (each for each in files if each.suffix.lower() in _SUFFIXES):
        key = _role_of(path)
        if not key:
            raise EnvironmentFault("E18", {"file": f"fonts/{path.name}"})
        yield key, _read(path, "")


def _role_of(path: Path) -> str:
    """The role an own font is for, told by its file's name, else by its own names."""
    for text in (path.stem, " ".join(_names(path))):
        plain = unicodedata.normalize("NFKC", text).lower()
        for key, role in ROLES.items():
            if any(word in plain for word in role.words):
                return key
    return ""


def _names(path: Path) -> list[str]:
    with _open(path, 0) as font:
        return [str(each) for each in font["name"].names if each.nameID in {1, 4}]


def _open(path: Path, index: int) -> Any:
    try:
        return TTFont(path, fontNumber=index, lazy=True)
    except (OSError, TTLibError):
        raise EnvironmentFault("E18", {"file": path.name}) from None


def _installed(names: set[str]) -> Mapping[str, Path]:
    """The first of each name in the places where packages put fonts."""
    found: dict[str, Path] = {}
    for place in PLACES:
        for folder, folders, files in os.walk(Path(place).expanduser()):
            folders.sort()
            for name in sorted(names.intersection(files)):
                found.setdefault(name, Path(folder) / name)
    return found


@cache
def _read(path: Path, family: str) -> Font:
    index = _index(path, family)
    with _open(path, index) as font:
        if font["OS/2"].fsType & 0x000F == _RESTRICTED:
            raise EnvironmentFault("E18", {"file": path.name})
        characters = frozenset(font.getBestCmap())
        return Font(path, index, f"{font['head'].checkSumAdjustment:08x}", characters)


def _index(path: Path, family: str) -> int:
    """Which font of a collection is meant: the one of that family, else the first."""
    if path.suffix.lower() not in {".ttc", ".otc"} or not family:
        return 0
    with TTCollection(path, lazy=True) as collection:
        names = [str(each["name"].getDebugName(1)) for each in collection.fonts]
    return next((place for place, name in enumerate(names) if name == family), 0)


def fingerprint(fonts: Fonts) -> list[str]:
    """What tells these fonts from any others."""
    return [f"{key} {font.index} {font.mark}" for key, font in fonts.items()]


def unprintable(fonts: Fonts, texts: Iterable[tuple[str, str]]) -> list[str]:
    """The characters, each once, that neither their face nor the second fonts have."""
    wanted: dict[str, dict[str, None]] = {}
    for face, text in texts:
        wanted.setdefault(face, {}).update(dict.fromkeys(text))
    behind = fonts["spare"].characters | fonts["song"].characters
    return list(
        dict.fromkeys(
            each
            for face, characters in wanted.items()
            for each in characters
            if ord(each) not in behind and ord(each) not in fonts[face].characters
        )
    )
