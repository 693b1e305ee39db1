"""What builds remember, damaged in every way: the right sites come of it, and nothing else.

A ledger, a shard of what was read, a spare, a manifest: whatever lies in its place, no build
believes it, waits for it, writes through it or stops at it, and the next one remembers again.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import random
import shutil
import signal
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from generator.model.kept import read_table, write_table
from generator.site.ledger import Ledger, load
from generator.source.cache import FOLDER, Found, Reader
from generator.source.project import content_files, read_document, read_settings
from tests.incremental.office import Office, lay_small
from tests.incremental.same import built, clean
from tests.laws.snapshot import differing, exact

Damage = Callable[[Path], None]


@pytest.fixture
def office(inline: None, tmp_path: Path) -> Office:
    """A small project that was built."""
    office = lay_small(tmp_path / "mine")
    assert built(office)[1] == []
    return office


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """A build that waits for ever fails here."""
    signal.alarm(300)
    yield
    signal.alarm(0)


def _kept(office: Office) -> list[Path]:
    """All files that builds remember by, and those that stand beside the sites."""
    ledgers = office.root.rglob(".dwgk/cache/sites/**/ledger")
    lines = office.root.rglob(".dwgk/cache/sites/**/lines")
    beside = (office.root / "dist").glob("*.json*")
    return sorted([*ledgers, *lines, *(office.root / FOLDER).iterdir(), *beside])


def _folder(path: Path) -> None:
    path.unlink()
    (path / "inner").mkdir(parents=True)


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _pipe_to_write(path: Path) -> None:
    """Where the next one is made, before it is put in place."""
    if path.parent.name != "dist":
        path.unlink()
        os.mkfifo(path.with_name(f"{path.name}.new"))


def _link_to_write(path: Path) -> None:
    if path.parent.name != "dist":
        path.unlink()
        path.with_name(f"{path.name}.new").symlink_to(_elsewhere(path))


def _link(path: Path) -> None:
    """To what it was, but not its own."""
    elsewhere = _elsewhere(path)
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


def _elsewhere(path: Path) -> Path:
    folder = next(each for each in path.parents if each.name == "mine") / "elsewhere"
    folder.mkdir(exist_ok=True)
    target = folder / hashlib.sha256(os.fsencode(path)).hexdigest()
    target.write_bytes(b"somebody's")
    return target


def _hard(path: Path) -> None:
    target = _elsewhere(path)
    target.unlink()
    os.link(path, target)


def _empty(path: Path) -> None:
    os.truncate(path, 0)


def _older(path: Path) -> None:
    """Whole by its own digest, as an earlier program may have written it."""
    if path.name == "ledger":
        head, _, body = path.read_bytes().partition(b"\n")
        table = marshal.loads(body) | {"made_by": "0.0", "files": {"index.html": {"sha256": 1}}}
        data = marshal.dumps(table)
        key = head.split()[1].decode()
        path.write_bytes(f"{hashlib.sha256(data).hexdigest()} {key}\n".encode() + data)
    elif path.parent.name == "source":
        data = b"\x80\x05]."  # an empty list
        path.write_bytes(f"{hashlib.sha256(data).hexdigest()} 0.0\n".encode() + data)


def _unreadable(path: Path) -> None:
    """For an account that may read everything, this is no damage: it is right then, too."""
    path.chmod(0)


DAMAGES: list[Damage] = [_folder, _pipe, _pipe_to_write, _link, _link_to_write, _hard]
DAMAGES += [_empty, _older, _unreadable]


def _right(office: Office) -> None:
    """A build gives what one gives that remembers nothing, and leaves what lies elsewhere alone."""
    elsewhere = office.root.parent / "elsewhere"
    before = exact(elsewhere) if elsewhere.is_dir() else {}
    assert differing(built(office)[0], clean(office)[0]) == []
    assert before == (exact(elsewhere) if elsewhere.is_dir() else {})


def test_whatever_lies_there(office: Office) -> None:
    for damage in DAMAGES:
        listed = _kept(office)
        for path in listed:
            damage(path)
        _right(office)
        for path in listed:
            assert path.is_file(), damage
            assert not path.is_symlink(), damage
    inodes = {path: path.stat().st_ino for path in (office.root / "dist").rglob("*")}
    built(office)  # has what it needs again
    assert inodes == {path: path.stat().st_ino for path in (office.root / "dist").rglob("*")}


def _nothing(place: Path) -> None:
    shutil.rmtree(place)


def _as_file(place: Path) -> None:
    shutil.rmtree(place)
    place.write_text("no folder", encoding="utf-8")


def _as_pipe(place: Path) -> None:
    shutil.rmtree(place)
    os.mkfifo(place)


def _as_link(place: Path) -> None:
    """A folder of somebody's, who must not lose anything, nor find anything new in it."""
    away = _elsewhere(place).with_suffix(".folder")
    place.rename(away)
    (away / "theirs.txt").write_text("theirs", encoding="utf-8")
    place.symlink_to(away)


@pytest.mark.parametrize("place", [".dist.spare", ".dist.spare/party", "dist/party"])
def test_whatever_stands_for_a_folder(office: Office, place: str) -> None:
    """Each time with a page changed, so that there is something to do."""
    for number, damage in enumerate((_nothing, _as_file, _as_pipe, _as_link)):
        damage(office.root / place)
        site = office.root / "site_config/party.yml"
        site.write_text(f"{site.read_text(encoding='utf-8')}site_author: 第{number}位\n", "utf-8")
        _right(office)


def _damaged(data: bytes) -> Iterable[bytes]:
    """A file cut short at many lengths, longer, and with one bit of it turned in many places."""
    chance = random.Random(len(data))
    ends = {*range(200), *(chance.randrange(len(data)) for _ in range(200))}
    yield from (data[:end] for end in sorted(ends) if end < len(data))
    yield data + b"\0"
    for place in sorted({*range(150), *(chance.randrange(len(data)) for _ in range(200))}):
        yield data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :]


def test_no_damaged_ledger_is_believed(office: Office) -> None:
    path = next(office.root.rglob("ledger"))
    whole = path.read_bytes()
    key = whole.partition(b"\n")[0].split()[1].decode()
    assert load(path.parent, key).files
    for data in _damaged(whole):
        path.write_bytes(data)
        assert load(path.parent, key) == Ledger()


def test_no_damaged_shard_is_believed(office: Office) -> None:
    root = office.root
    institution, _ = read_settings(root)
    assert institution is not None
    files = [each for each in content_files(root) if each.endswith(".md")]
    asked: list[str] = []

    def read(root: Path, file: str, _: object) -> Found:
        asked.append(file)
        return read_document(root, file, institution)

    assert len(list(Reader(root, institution, read).read(files))) == len(files)
    assert asked == []
    path = max((root / FOLDER).iterdir(), key=lambda each: each.stat().st_size)
    whole = path.read_bytes()
    path.unlink()
    list(Reader(root, institution, read).read(files))
    bare = path.read_bytes()  # as read, with nothing that gates and door made of it
    for data in [*_damaged(whole)][::7]:
        path.write_bytes(data)
        asked.clear()
        list(Reader(root, institution, read).read(files))
        assert asked
        assert path.read_bytes() == bare  # read again, kept again: the same


VICTIM = "victim.txt"
FORGED = (
    ("generator.model.shelf", "Path.unlink"),  # a part of a class
    ("generator.model.canon", "fingerprint"),
    ("os", "unlink"),
)


def test_a_forged_shard_runs_no_code(office: Office) -> None:
    """Its head is right, as anybody could write it: it calls what it names with a path."""
    victim = office.root / VICTIM
    victim.write_text("there", encoding="utf-8")
    place = _call(("generator.model.shelf", "Path"), _text(str(victim)))
    shards = sorted((office.root / FOLDER).iterdir())
    for shard, name in zip(shards, FORGED, strict=False):
        maker = shard.read_bytes().partition(b"\n")[0].partition(b" ")[2].decode()
        forged = b"\x80\x04" + _call(name, place) + b"."
        table = read_table(shard)
        assert table
        for file, (known, attached, _, _) in table.items():
            table[file] = known, attached, forged, ()
        write_table(shard, maker, table)
    _right(office)
    assert victim.exists()


def _text(text: str) -> bytes:
    """Pickle's SHORT_BINUNICODE."""
    data = text.encode()
    return b"\x8c" + bytes([len(data)]) + data


def _call(name: tuple[str, str], argument: bytes) -> bytes:
    """STACK_GLOBAL, the argument, TUPLE1, REDUCE."""
    return _text(name[0]) + _text(name[1]) + b"\x93" + argument + b"\x85R"
