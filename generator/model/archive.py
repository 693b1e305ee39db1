"""How the institution files what it disclosed: the rules behind 档号, 保管期限 and 密级.

档号 are composed as DA/T 13-2022 and DA/T 22-2015 compose them: 全宗号-门类代码·年度-保管期限代码-
机构代码-件号. An institution whose archive composes them otherwise states its own pattern.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

PARTS = ("全宗号", "门类", "年度", "保管期限", "机构", "件号")
"""What a pattern may name, in braces."""

NEEDED = ("年度", "件号")
"""Without these two 档号 of one institution would not be told apart."""

PATTERN = "{全宗号}-{门类}·{年度}-{保管期限}-{机构}-{件号}"
TERMS: Mapping[str, str] = {"永久": "Y", "30年": "D30", "10年": "D10"}
"""保管期限 and their codes, after DA/T 13-2022."""

PART = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class ArchiveRules:
    """The block ``archive`` of the settings; without ``fonds`` (全宗号) nothing can be filed.

    ``terms`` are 保管期限 and their codes; ``default``, ``by_kind`` and ``by_row`` say which one an
    item has, its row before its kind. ``units`` has codes of units by their ids; ``open`` and
    ``inner`` are the words under 密级 for what everybody may read and for the rest.
    """

    fonds: str = ""
    genre: str = "WS"
    pattern: str = PATTERN
    terms: Mapping[str, str] = field(default_factory=lambda: dict(TERMS))
    default: str = "30年"
    by_kind: Mapping[str, str] = field(default_factory=dict)
    by_row: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    open: str = "公开"
    inner: str = "内部"

    def term(self, kind: str, row: str) -> str:
        """The 保管期限 of an item of this kind under this row."""
        return self.by_row.get(row) or self.by_kind.get(kind) or self.default

    def number(self, year: int, term: str, unit: str, serial: str) -> str:
        """The 档号; ``unit`` is the id of the first responsible unit."""
        said = {
            "全宗号": self.fonds,
            "门类": self.genre,
            "年度": str(year),
            "保管期限": self.terms.get(term, ""),
            "机构": self.units.get(unit) or unit.upper(),
            "件号": serial,
        }
        return PART.sub(lambda part: said[part[1]], self.pattern)
