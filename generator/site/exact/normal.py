"""One spelling for what readers take to be the same: width, case, brackets, spaces.

The reader's script (``themes/disclosure/assets/disclosure/normal.js``) does the same to a query;
``tests/search`` holds the two equal, code point by code point.
"""

from __future__ import annotations

import re
import unicodedata

import numpy as np

_SAME = str.maketrans("〔【〖［〕】〗］○", "[[[[]]]]〇")
_GONE = {"Cf", "Cc"}
_HAN = "\u2e80-\u303f\u31c0-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SPACES = re.compile(" +")
# Beginning with the space itself: a pattern that looks back first is tried at every character.
_BESIDE_HAN = re.compile(f" (?:(?<=[{_HAN}] )|(?=[{_HAN}]))")


class _Table(dict[int, str]):
    """Code point → its normal form, worked out when first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character.isspace():
            form = " "
        elif unicodedata.category(character) in _GONE:
            form = ""
        else:
            form = unicodedata.normalize("NFKC", character.translate(_SAME)).lower()
            form = form.translate(_SAME)
        self[code] = form
        return form


_TABLE = _Table()
_BREAKING = _Table({ord("\n"): "\0"})

_NEW, _OTHER = 0xFFFFFFFF, 0xFFFFFFFE
_ONE = np.full(0x110000, _NEW, np.uint32)
"""Code point → the one its form in ``_BREAKING`` is, unknown as yet, or none or several."""


def normal(text: str) -> str:
    """``text`` as it is indexed and searched: compatibility forms, small letters, plain brackets.

    Runs of spaces become one; a space beside a Chinese character goes, for it carries nothing
    ("2025 年" is 2025年). Works code point by code point, so that places can be mapped back.
    """
    return _tidy(text.translate(_TABLE)).strip(" ")


def normal_blocks(blocks: list[str]) -> str:
    """The normal forms of blocks, each ended by NUL; the empty ones are left out."""
    joined = _tidy(_spelled("\n".join(blocks)))
    return "".join(f"{part}\0" for each in joined.split("\0") if (part := each.strip(" ")))


def _spelled(text: str) -> str:
    """``text.translate(_BREAKING)``, by one look at a table for a text of single forms."""
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    for code in np.unique(codes[_ONE[codes] == _NEW]).tolist():
        form = _BREAKING[code]
        _ONE[code] = ord(form) if len(form) == 1 else _OTHER
    forms = _ONE[codes]
    if (forms == _OTHER).any():
        return text.translate(_BREAKING)
    return forms.tobytes().decode("utf-32-le")


def _tidy(text: str) -> str:
    return _BESIDE_HAN.sub("", _SPACES.sub(" ", text))
