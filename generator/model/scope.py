"""Scope (公开范围) as written in a cell: words joined by 、 (all) or 或 (a choice)."""

from __future__ import annotations

from dataclasses import dataclass

from generator.model.institution import ScopeWord


@dataclass(frozen=True, slots=True)
class Scope:
    """A parsed cell: its words in order, and whether it leaves a choice open."""

    text: str
    words: tuple[ScopeWord, ...]
    choice: bool = False

    @property
    def everyone(self) -> frozenset[str]:
        """Audiences whose every member may see it: the words that name no group."""
        return frozenset().union(*(word.audiences for word in self.words if not word.group))

    @property
    def reach(self) -> frozenset[str]:
        """Audiences any member of which may see it, groups included: the outer limit."""
        return frozenset().union(*(word.audiences for word in self.words))

    @property
    def needs_group(self) -> bool:
        """Whether a word demands a named group (一定范围, 特定对象)."""
        return any(word.group for word in self.words)
