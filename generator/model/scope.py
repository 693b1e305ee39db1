"""Scope (公开范围) as written in a cell: words joined by 、 (all) or 或 (a choice)."""

from __future__ import annotations

from dataclasses import dataclass, field

from generator.model.institution import ScopeWord


@dataclass(frozen=True, slots=True)
class Scope:
    """A parsed cell: its words in order, and whether it leaves a choice open.

    What follows from the words is worked out once, for the gate asks it of every item:
    ``everyone`` are the audiences whose every member may see it (the words that name no group),
    ``reach`` those any member of which may, groups included: the outer limit. ``needs_group``
    tells whether a word demands a named group (一定范围, 特定对象).
    """

    text: str
    words: tuple[ScopeWord, ...]
    choice: bool = False
    everyone: frozenset[str] = field(init=False, repr=False, compare=False)
    reach: frozenset[str] = field(init=False, repr=False, compare=False)
    needs_group: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out what follows from the words."""
        everyone = (word.audiences for word in self.words if not word.group)
        object.__setattr__(self, "everyone", frozenset().union(*everyone))
        reach = (word.audiences for word in self.words)
        object.__setattr__(self, "reach", frozenset().union(*reach))
        object.__setattr__(self, "needs_group", any(word.group for word in self.words))
