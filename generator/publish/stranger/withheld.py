"""What one audience may not find: collected from everything withheld from it, less what it may
see anyway.

Two kinds of candidates. Ids and titles count even when a visible text quotes them, and are dropped
only when a visible *title* holds them. Everything else (sentences, file names, rows, names in
approvals) is dropped as soon as any visible text holds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from generator.publish.stranger.days import read_date
from generator.publish.stranger.found import Text
from generator.publish.stranger.hunt import Finder, Needle, Secrets
from generator.publish.stranger.opening import open_file
from generator.publish.stranger.plain import BREAK, loose, sentences, tight, unmarked
from generator.publish.stranger.reading import (
    Attached,
    Item,
    Project,
    Row,
    characters,
    file_digest,
    halves,
    items_of,
    leaves,
    table,
    text,
)
from generator.publish.stranger.recorded import titles_elsewhere
from generator.publish.stranger.registers import register_files, register_texts
from generator.publish.stranger.sight import Eyes

ID, TITLE, ATTACHMENT, BYTES, SENTENCE, ROW, PRIVATE = (f"VF0{n}" for n in range(1, 8))
REGISTER = "R30"

_SENTENCE_KEY = 16
"""Characters of a sentence that are searched for: enough to be distinctive, few enough to hold."""

_MOST_SENTENCES = 100_000
"""Sentences searched for per audience (about 200 MB of automaton); shared out among the items."""

_TOLD = ("title", "label", "summary", "keywords", "number", "aliases")
_SHORT_TITLE = 6
_SHORT_ID = 5
_SHORT_PRIVATE = 8
_WRAPS = ((">", "<"), ('"', '"'), ("'", "'"), (BREAK, BREAK))
_GENERIC_NAME = re.compile(
    r"(?:image|img|fig|figure|pic|picture|photo|scan|page|logo|icon|fujian|attachment|document|doc"
    r"|file|table|untitled|index|search|style|main|feed)?[-_. ]?\d*"
)


@dataclass(slots=True)
class _Pile:
    """Candidates while they are collected. ``firm`` ones outlast their mention in a text."""

    firm: dict[str, Needle] = field(default_factory=dict)
    weak: dict[str, Needle] = field(default_factory=dict)
    tokens: dict[str, Needle] = field(default_factory=dict)
    digests: dict[str, Needle] = field(default_factory=dict)

    def title(self, title: str, needle: Needle, *, firm: bool) -> None:
        """A title: anywhere, or, when very short, only as the whole text of an element."""
        form = tight(title)
        if len(form) >= _SHORT_TITLE:
            (self.firm if firm else self.weak).setdefault(form, needle)
        elif form:
            self.weak.setdefault(f"{BREAK}{form}{BREAK}", needle)

    def token(self, name: str, needle: Needle) -> None:
        """An id; a short one counts only as part of an address."""
        form = loose(name)
        if form and (len(form) < _SHORT_ID or form.isdigit()):
            form = f"d/{form}" if needle.code == ID else f"catalog/{form}"
        if form:
            self.tokens.setdefault(form, needle)

    def file(self, name: str, needle: Needle) -> None:
        """A file's name, unless half the world's files are called so."""
        form = loose(PurePosixPath(name).name)
        stem = PurePosixPath(form).stem
        if not form.isascii() and len(tight(stem)) >= 2:
            self.weak.setdefault(tight(form), needle)
        elif len(stem) >= 6 and not _GENERIC_NAME.fullmatch(stem):
            self.tokens.setdefault(form, needle)


def secrets(eyes: Eyes) -> Secrets:
    """Everything the audience of ``eyes`` must not find on its site that day."""
    states = [(item, eyes.item(item)) for item in eyes.project.items]
    visible = [item for item, state in states if state == "visible"]
    withheld = [item for item, state in states if state != "visible"]
    pile = _Pile()
    for item, state in states:
        if state != "visible":
            _names(pile, item, with_id=state == "withheld")
        _private(pile, item, eyes if state != "withheld" else None)
    for row in eyes.project.rows:
        if not eyes.row(row):
            _row(pile, row)
    _files(pile, eyes.project, visible)
    _registers(pile, eyes.project.root)
    for name, title in titles_elsewhere(eyes.project.root, eyes.audience):
        pile.title(title, Needle(TITLE, name), firm=True)
    _sentences(pile, withheld)
    return _less_visible(pile, eyes, visible)


def _names(pile: _Pile, item: Item, *, with_id: bool) -> None:
    if with_id:
        pile.token(item.id, Needle(ID, item.label))
        if item.address:
            pile.tokens.setdefault(loose(item.address), Needle(ID, item.label))
    if (label := text(item.meta.get("label"))) != item.title:
        pile.title(label, Needle(TITLE, item.label), firm=False)
    pile.title(item.title, Needle(TITLE, item.label), firm=True)
    for each in item.attached:
        pile.file(each.file, Needle(ATTACHMENT, item.label))
        pile.title(each.title, Needle(ATTACHMENT, item.label), firm=False)
    pile.title(_series(item), Needle(TITLE, item.label), firm=False)
    number = tight(text(item.meta.get("number")))
    if len(number) >= _SHORT_TITLE:
        pile.weak.setdefault(number, Needle(SENTENCE, item.label))


def _series(item: Item) -> str:
    """The name an item gives to the series it is a part of."""
    return text(table(item.meta.get("series")).get("title"))


def _private(pile: _Pile, item: Item, eyes: Eyes | None) -> None:
    """Names, references, notes and digests of the approval, of changes and of exemptions.

    To those who saw the item (``eyes``) the notes of later changes are told.
    """
    fields = [item.meta.get(key) for key in ("approval", "exemptions", "handling", "risk")]
    changes = [dict(table(each)) for each in items_of(item.meta.get("lifecycle"))]
    told = [eyes is not None and eyes.saw_before(item, each) for each in changes]
    fields += [
        {**each, "note": None} if open_ else each for each, open_ in zip(changes, told, strict=True)
    ]
    fields += [table(each).get("checked_by_eye") for each in items_of(item.meta.get("attachments"))]
    for value in leaves(fields):
        form = tight(value).removeprefix("sha256:")
        if len(form) >= _SHORT_PRIVATE and read_date(value) is None:
            pile.weak.setdefault(form, Needle(PRIVATE, item.label))


def _row(pile: _Pile, row: Row) -> None:
    pile.token(row.id, Needle(ROW, row.id))
    pile.title(row.title, Needle(ROW, row.id), firm=False)


def _files(pile: _Pile, project: Project, visible: list[Item]) -> None:
    """Digests of all files of ``content/`` that no visible item lists."""
    seen = {each.digest for item in visible for each in item.attached}
    listed = {each.path: item for item in project.items for each in item.attached}
    for path in sorted((project.root / "content").rglob("*")):
        digest = file_digest(path) if path.is_file() else None
        if digest and digest not in seen:
            owner = listed.get(path)
            label = owner.label if owner else "content/"
            code = BYTES if path.suffix != ".md" else SENTENCE
            pile.digests.setdefault(digest, Needle(code, label))


def _registers(pile: _Pile, root: Path) -> None:
    for name, path, digest in register_files(root):
        pile.digests.setdefault(digest, Needle(REGISTER, name))
        for form in register_texts(path):
            pile.weak.setdefault(form, Needle(REGISTER, name))


def _sentences(pile: _Pile, withheld: list[Item]) -> None:
    quota = max(4, _MOST_SENTENCES // max(1, len(withheld)))
    for item in withheld:
        keys = list(dict.fromkeys(_keys(item)))
        step = max(1.0, len(keys) / quota)
        for index in range(min(quota, len(keys))):
            pile.weak.setdefault(keys[int(index * step)], Needle(SENTENCE, item.label))


def _keys(item: Item) -> Iterator[str]:
    for source in (_body(item.path), text(item.meta.get("summary"))):
        for sentence in sentences(unmarked(source)):
            yield sentence[:_SENTENCE_KEY]
            if len(sentence) >= 2 * _SENTENCE_KEY:
                yield sentence[-_SENTENCE_KEY:]
    for each in item.attached:
        for content in _contents(each):
            yield from (key[:_SENTENCE_KEY] for key in sentences(content) if _chinese(key))


def _body(path: Path) -> str:
    try:
        return halves(path)[1]
    except OSError:
        return ""


def _chinese(sentence: str) -> bool:
    """Whether it is more than an office program's own words."""
    return sum("\u4e00" <= sign <= "\u9fff" for sign in sentence) >= 4


def _contents(attached: Attached, *, raw: bool = False) -> Iterator[str]:
    if attached.digest is not None:
        for each in open_file(attached.path.name, attached.path.read_bytes()):
            if isinstance(each, Text) and (raw or not each.raw):
                yield each.text


def _less_visible(pile: _Pile, eyes: Eyes, visible: list[Item]) -> Secrets:
    rows = [row for row in eyes.project.rows if eyes.row(row)]
    titles = [item.title for item in visible] + [row.title for row in rows]
    dropped = _occurring(Finder(list(pile.firm)), titles)
    firm = {form: needle for form, needle in pile.firm.items() if form not in dropped}
    dropped = _occurring(Finder(list(pile.weak)), _visible_texts(eyes, visible, rows))
    weak = {form: needle for form, needle in pile.weak.items() if form not in dropped}
    known = {loose(item.id) for item in visible} | {loose(row.id) for row in rows}
    known |= {loose(each.file) for item in visible for each in item.attached}
    # A row may be closed in one version of its catalogue and have stood open in another.
    known |= {f"catalog/{loose(row.id)}" for row in rows}
    tokens = {form: needle for form, needle in pile.tokens.items() if form not in known}
    return Secrets({**_spread(weak), **firm}, tokens, pile.digests, frozenset(known))


def _spread(weak: dict[str, Needle]) -> dict[str, Needle]:
    """Very short titles as the whole of an element, of a quoted value or of a cell."""
    spread = {form: needle for form, needle in weak.items() if not form.startswith(BREAK)}
    for form, needle in weak.items():
        if form.startswith(BREAK):
            core = form.strip(BREAK)
            spread |= {f"{before}{core}{after}": needle for before, after in _WRAPS}
    return spread


def _occurring(finder: Finder, texts: Iterable[str]) -> set[str]:
    return {pattern for each in texts for pattern, *_ in finder.within(tight(each))}


def _visible_texts(eyes: Eyes, visible: list[Item], rows: list[Row]) -> Iterator[str]:
    for name in ("site_config/institution.yml", f"site_config/{eyes.audience}.yml", "mkdocs.yml"):
        path = eyes.project.root / name
        if path.is_file():
            yield _wrapped(re.split(r"[\s:：,，、\[\]{}\"'|]+", characters(path)))
            yield characters(path)
    for version in eyes.project.versions:
        if eyes.version(version):
            head = {key: each for key, each in version.head.items() if key != "items"}
            yield _wrapped(leaves(head))
    for row in rows:
        yield _wrapped(leaves({key: each for key, each in row.meta.items() if key != "absorbs"}))
    for item in visible:
        yield from _item_texts(item)


def _item_texts(item: Item) -> Iterator[str]:
    public = [item.meta.get(key) for key in _TOLD]
    public += [_series(item), *([each.file, each.title] for each in item.attached)]
    yield _wrapped(leaves(public))
    body = _body(item.path)
    yield body
    yield _wrapped(re.split(r"[|\n]", unmarked(body)))
    yield unmarked(body)
    for each in item.attached:
        yield from _contents(each, raw=True)


def _wrapped(values: Iterable[str]) -> str:
    """Values parted by ``BREAK``, so that very short titles find their whole element here."""
    return BREAK + BREAK.join(values) + BREAK
