"""Sample: an inspection sheet of items drawn at random, with the evidence on file for each.

Items with errors are drawn like any other: what cannot pass the gate must not hide from a spot
check. The draw depends on the seed and the ids alone, so that it can be repeated by anybody, and
an item added later moves nobody else's place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from generator.model.approved import Approved, ApprovedItem
from generator.model.chain import spells
from generator.model.disclosure import Change, Corpus, Disclosure
from generator.model.institution import Form, Institution, Unit
from generator.model.record import Entry, Spell
from generator.oversight.scene import Scene, released_in


@dataclass(frozen=True, slots=True)
class Evidence:
    """A recorded step: its title, who, when, on what paper, and with which verdicts; empty where
    not on record.
    """

    step: str
    by: str = ""
    day: date | None = None
    reference: str = ""
    verdicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """An item of the sample. ``releases`` maps an audience's title to its first and last day on
    a site; ``stated`` is the first day its record names, on paper too. ``binding`` tells whether
    the approval is bound to the text as it lies there. ``changes`` are what was entered later,
    ``spells`` what the publish log says was shown by the report's day, with the audience's title.
    """

    id: str
    title: str
    file: str
    row: str
    units: tuple[Unit, ...]
    scope: str
    forms: tuple[Form, ...]
    steps: tuple[Evidence, ...]
    stated: Mapping[str, date]
    releases: Mapping[str, tuple[date, date | None]]
    binding: str
    faulty: bool
    changes: tuple[Change, ...]
    spells: tuple[tuple[str, Spell], ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """The sheet: how it was drawn, from how many, and the items in the order drawn."""

    scene: Scene
    seed: str
    population: int
    drawn: tuple[Drawn, ...]


def sample(
    corpus: Corpus,
    approved: Approved,
    scene: Scene,
    count: int,
    seed: str,
    *,
    log: Sequence[Entry] = (),
) -> Sample:
    """``count`` items (or all there are) of those first released in the year."""
    items = [item for item in corpus.disclosures if released_in(item, scene)]
    order = sorted(items, key=lambda item: (_lot(seed, item), item.file))
    passed = {item.disclosure.file: item for item in approved.items}
    institution = corpus.institution
    shown = [each for each in spells(log) if each.start.date() <= scene.as_of]
    drawn = (
        _drawn(item, passed.get(item.file), institution, scene, shown) for item in order[:count]
    )
    return Sample(scene, seed, len(items), tuple(drawn))


def _lot(seed: str, item: Disclosure) -> str:
    return hashlib.sha256(f"{seed}\n{item.id}".encode()).hexdigest()


def _drawn(
    item: Disclosure,
    passed: ApprovedItem | None,
    institution: Institution,
    scene: Scene,
    shown: Sequence[Spell],
) -> Drawn:
    titles = {each.id: each.title for each in institution.audiences}
    terms = passed.terms if passed else {}
    return Drawn(
        id=item.id,
        title=item.title,
        file=item.file,
        row=item.catalog,
        units=item.units,
        scope="：".join(filter(None, (item.scope.text if item.scope else "", item.group))),
        forms=passed.forms if passed else item.forms or (),
        steps=tuple(_steps(item, institution)),
        stated={titles.get(key, "全部受众"): day for key, day in item.release.items()},
        releases={
            title: (terms[key].release, terms[key].last)
            for key, title in titles.items()
            if key in terms
        },
        binding=_binding(item),
        faulty=item.file in scene.faulty,
        changes=item.lifecycle,
        spells=tuple((titles.get(s.audience, s.audience), s) for s in shown if s.id == item.id),
    )


def _steps(item: Disclosure, institution: Institution) -> Iterator[Evidence]:
    acts = item.approval.acts if item.approval else {}
    for step in institution.workflow:
        act = acts.get(step.key)
        if act is None:
            yield Evidence(step.title)
        else:
            said = tuple(act.verdicts[key] for key in step.verdicts if act.verdicts.get(key))
            yield Evidence(step.title, act.by, act.date, act.reference, said)


def _binding(item: Disclosure) -> str:
    digest = item.approval.digest if item.approval else ""
    if not digest:
        return "未绑定"
    return "一致" if digest == item.digest else "审批后有改动"
