"""The institution: its words, its audiences, its rules. Nothing of one institution is in code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from generator.diagnostics import Severity
from generator.model.archive import ArchiveRules
from generator.model.oversight import OversightRules

RuleLevel = Literal["error", "warning", "off"]
Channel = Literal["web", "board", "paper", "meeting", "media"]


@dataclass(frozen=True, slots=True)
class Audience:
    """A group with a site of its own. ``open`` sites need no sign-on and may be indexed."""

    id: str
    title: str
    open: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """A bulletin board (公开栏). Who passes by is its ``audience``: nothing of a narrower scope is
    ever printed for it. A sheet hangs for ``keep`` days where its item does not end sooner; 0: as
    long as the item stands.
    """

    id: str
    title: str
    audience: str
    keep: int = 0


@dataclass(frozen=True, slots=True)
class ScopeWord:
    """A word of 公开范围. With ``group`` the audiences are only the outer limit of the group."""

    word: str
    audiences: frozenset[str]
    group: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """A word of 公开方式 and the channel it stands for; only ``web`` puts an item on a site.

    ``audiences`` limits whose sites a web form means (局域网 is never the public one); None
    means every site of the item's scope.
    """

    word: str
    channel: Channel
    audiences: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A responsible unit (责任单位); ``id`` is the ASCII name in its page's address."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of disclosure and what it owes.

    Some (公示) demand an end, some (制度) the day on which they take effect. ``invites`` is what
    readers may bring forward before the end (异议, 意见): such an item says to whom.
    ``result_within`` are the days after the end within which the result is owed, 0 for none.
    ``relations`` pairs a relation an item of this kind must state with how strictly.
    """

    word: str
    until_required: bool = False
    effective_required: bool = False
    invites: str = ""
    result_within: int = 0
    relations: tuple[tuple[str, Severity], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the workflow that must be on record, and the verdict words it accepts."""

    key: str
    title: str
    verdicts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contact:
    """How a reader reaches an office; empty strings where not given."""

    unit: str = ""
    telephone: str = ""
    address: str = ""
    email: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class Footer:
    """Statutory lines of a Chinese site's foot; empty strings where not given."""

    sponsor: str = ""
    icp: str = ""
    police: str = ""
    site_code: str = ""


@dataclass(frozen=True, slots=True)
class PublicFace:
    """What every audience may know of the institution: names and contacts, nothing else."""

    name: str
    party_body: str
    contact: Contact
    supervision: Contact
    footer: Footer


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """An institution's own statement of a year's special days, where none is announced."""

    holidays: frozenset[date]
    workdays: frozenset[date]


@dataclass(frozen=True, slots=True)
class Institution:
    """Everything ``institution.yml`` says; words map to their meaning, aliases included.

    ``contacts`` has, by a unit's id, how readers reach it; units without one are not in it.

    ``times`` are the words a row's 公开时限 may take, ``yearly`` those of them that ask for a
    disclosure of every year.
    """

    face: PublicFace
    time_zone: str
    audiences: tuple[Audience, ...]
    scopes: Mapping[str, ScopeWord]
    forms: Mapping[str, Form]
    units: Mapping[str, Unit]
    kinds: Mapping[str, Kind]
    default_kind: str
    times: tuple[str, ...]
    workflow: tuple[Step, ...]
    rules: Mapping[str, RuleLevel]
    calendar: Mapping[int, CalendarYear]
    yearly: frozenset[str] = frozenset()
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    oversight: OversightRules = field(default_factory=OversightRules)
    boards: tuple[Board, ...] = ()
    archive: ArchiveRules = field(default_factory=ArchiveRules)

    def rule(self, name: str) -> RuleLevel:
        """The institution's severity of a rule; an unnamed rule is an error."""
        return self.rules.get(name, "error")

    def audience(self, audience_id: str) -> Audience:
        """The audience of that id; raises KeyError for an unknown one."""
        for each in self.audiences:
            if each.id == audience_id:
                return each
        raise KeyError(audience_id)
