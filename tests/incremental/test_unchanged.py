"""The short way: it says that nothing changed only where a build in full would say and make the
same, and it touches nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mkdocs.config.config_options import Hooks

from generator import build as conductor
from generator import remembered
from generator.diagnostics import EnvironmentFault
from generator.facts import settled
from generator.model.kept import read_table
from generator.remembered import Asked, Built, Seen, recall
from generator.site.configuration import THEME
from tests.incremental import around, edits, strangers  # noqa: F401 - they list the edits
from tests.incremental.office import EDITS, Edit, Office, lay, settle
from tests.laws.snapshot import differing, exact
from tests.laws.spec import AUDIENCES


def _asked(office: Office, *audiences: str) -> Asked:
    return Asked(office.root, office.root / "dist", audiences)


def _short(office: Office, *audiences: str) -> Built | None:
    return recall(_asked(office, *audiences), lambda zone: office.day, {})


def _rest() -> None:
    """As long as a clerk needs at least from saving a file to building."""
    time.sleep(0.05)


def _full(office: Office) -> Built:
    _rest()
    return conductor.build(office.root, office.root / "dist", lambda zone: office.day)


def _clean(office: Office) -> tuple[Built, dict[str, Any]]:
    """From a copy that remembers nothing: what it says, and every byte of it."""
    other = Office(office.root.with_name("clean"), office.day, office.chance)
    shutil.rmtree(other.root, ignore_errors=True)
    shutil.copytree(office.root, other.root, ignore=shutil.ignore_patterns("dist", ".d*"))
    return _full(other), exact(other.root / "dist") if (other.root / "dist").is_dir() else {}


@pytest.fixture
def office(inline: None, tmp_path: Path) -> Office:
    """A project as the last build left it."""
    found = lay(tmp_path / "mine", 0)
    settle(found)
    assert _full(found).items
    return found


def _memory(office: Office) -> Path:
    return next(each for each in (office.root / ".dwgk").rglob("last.*") if each.suffix != ".mark")


def test_it_says_what_the_build_said(office: Office) -> None:
    built = _full(office)
    assert _short(office) == built
    assert list(built.items) == list(AUDIENCES)


def test_warnings_are_told_again(office: Office) -> None:
    """A log that was cut off is told on every run until somebody mends it."""
    log = office.root / "registers/publish-log.jsonl"
    log.parent.mkdir()
    log.write_text('{"torn', encoding="utf-8")
    built = _full(office)
    assert built.items
    assert "R09" in {each.code for each in built.diagnostics}
    assert _short(office) == built


def _touched(office: Office) -> dict[str, tuple[int, ...]]:
    """Everything in the project and its sites but the lock, by the system's word."""
    found = {}
    for path in sorted(office.root.rglob("*")):
        facts = path.lstat()
        if path.suffix != ".lock":
            times = (facts.st_mtime_ns, facts.st_ctime_ns)
            found[str(path)] = (facts.st_ino, facts.st_nlink, facts.st_size, *times)
    return found


def test_it_touches_nothing(office: Office) -> None:
    before = _touched(office)
    assert _short(office)
    assert _touched(office) == before


def _flip(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place % len(data)] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("pattern", ["last.*", "ledger"])
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(place=st.integers(0, 2**20), cut=st.booleans())
def test_a_poisoned_memory_is_none(office: Office, pattern: str, place: int, cut: bool) -> None:
    for path in [each for each in (office.root / ".dwgk").rglob(pattern) if each.suffix != ".mark"]:
        whole = path.read_bytes()
        if cut:
            os.truncate(path, place % len(whole))
        else:
            _flip(path, place)
        assert _short(office) is None
        path.write_bytes(whole)
    assert _short(office)


def test_another_audiences_ledger_is_none(office: Office) -> None:
    one, other, *_ = sorted((office.root / ".dwgk").rglob("ledger"))
    shutil.copyfile(one, other)
    assert _short(office) is None


def test_another_question_is_none(office: Office) -> None:
    shutil.copyfile(_memory(office), _asked(office, "party").place)
    assert _short(office, "party") is None
    assert recall(_asked(office), lambda zone: date(2026, 6, 2), {}) is None
    asked = Asked(office.root, office.root / "dist", pdf=True)
    assert recall(asked, lambda _: office.day, {}) is None


def _write(office: Office, path: str) -> None:
    (office.root / path).write_bytes((office.root / path).read_bytes() + b" ")


HANDS: dict[str, Callable[[Office], None]] = {
    "a page": lambda office: _write(office, "dist/public/index.html"),
    "a manifest": lambda office: _write(office, "dist/campus.json"),
    "what it shows": lambda office: _write(office, "dist/party.items.jsonl"),
    "a page lost": lambda office: (office.root / "dist/public/index.html").unlink(),
    "a manifest lost": lambda office: (office.root / "dist/campus.json").unlink(),
    "a site lost": lambda office: shutil.rmtree(office.root / "dist/public"),
    "all lost": lambda office: shutil.rmtree(office.root / "dist"),
    "a page more": lambda office: _more(office.root / "dist/public/d/foreign.html"),
    "a folder more": lambda office: (office.root / "dist/public/foreign").mkdir(),
    "a file beside": lambda office: _more(office.root / "dist/foreign.txt"),
    "mode": lambda office: (office.root / "dist/public/index.html").chmod(0o666),
    "a killed run": lambda office: (office.root / ".dist.work-1").mkdir(),
}


def _more(path: Path) -> None:
    path.write_text("外来", "utf-8")


@pytest.mark.parametrize("hand", HANDS)
def test_a_strangers_hand_is_seen(office: Office, hand: str) -> None:
    HANDS[hand](office)
    assert _short(office) is None


@pytest.mark.parametrize("audience", AUDIENCES)
def test_helpers_see_it_too(office: Office, audience: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sites of many items are looked at by several processes, each site by one."""
    alone = _short(office)
    monkeypatch.setattr(remembered, "_MANY", 1)
    assert alone
    assert recall(_asked(office), lambda zone: office.day, {}, 2) == alone
    (office.root / "dist" / audience / "index.html").write_bytes(b"")
    assert recall(_asked(office), lambda zone: office.day, {}, 2) is None


@pytest.mark.parametrize("cores", [1, 2])
def test_what_changed_is_not_told_as_seen(
    office: Office, cores: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "_MANY", 1)
    known = read_table(_memory(office))["inputs"]
    text, catalogue = office.root / "content/open-0001.md", office.root / "catalog.yaml"
    _write_again(text)
    catalogue.unlink()
    seen: Seen = {}
    assert recall(_asked(office), lambda zone: office.day, seen, cores) is None
    assert known.keys() - seen.keys() == {str(text), str(catalogue), str(text.parent)}
    assert seen.items() <= known.items()


def test_a_site_that_was_only_touched_is_known_again(office: Office) -> None:
    """Without its spare each file has a link less; its bytes are looked at once, and no more."""
    shutil.rmtree(office.root / ".dist.spare")
    assert _short(office) is None
    before = _touched(office)
    _full(office)
    changed = {path for path, facts in _touched(office).items() if before.get(path) != facts}
    assert all("/.dwgk" in path for path in changed - {str(office.root)})
    assert _short(office)


COMING: dict[str, Callable[[Office], None]] = {
    "a draft": lambda office: _more(office.root / "content/draft.md"),
    "a stray file": lambda office: _more(office.root / "content/stray.txt"),
    "a folder": lambda office: (office.root / "content/folder").mkdir(),
    "a catalogue": lambda office: _deep(office.root / "content/catalogs/unit.yaml"),
    "a log": lambda office: _deep(office.root / "registers/publish-log.jsonl"),
    "a template": lambda office: _more(office.root / "own/notice.html"),
    "a base": lambda office: _write(office, "mkdocs.yml"),
    "same bytes": lambda office: _write_again(office.root / "content/open-0001.md"),
    "an attachment gone": lambda office: (office.root / "content/tu.png").unlink(),
}


def _deep(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    _more(path)


def _write_again(path: Path) -> None:
    """As an editor saves: another file of the same bytes, its time of writing put back."""
    facts = path.stat()
    beside = path.with_suffix(".new")
    shutil.copyfile(path, beside)
    os.utime(beside, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    beside.replace(path)


@pytest.mark.parametrize("coming", COMING)
def test_whatever_comes_or_goes_is_seen(office: Office, coming: str) -> None:
    COMING[coming](office)
    assert _short(office) is None


def test_a_change_after_the_look_is_seen(office: Office) -> None:
    """What was looked at to tell whether there is anything to build is not looked at again by the
    build, and may change before that reads it: then the next run has a reason.
    """
    one, other = (str(office.root / f"content/open-000{each}.md") for each in (1, 2))
    _write(office, one)
    settle(office)
    seen: Seen = {}
    assert recall(_asked(office), lambda zone: office.day, seen) is None
    assert one not in seen
    assert other in seen
    _write(office, other)
    settle(office)
    _rest()
    day = office.day
    assert conductor.build(office.root, office.root / "dist", lambda zone: day, seen=seen).items
    assert _short(office) is None
    full = _full(office)
    assert _short(office) == full


def test_a_registers_entry_is_not_a_builds(office: Office) -> None:
    """The office's own registers are read by no build, so they are no reason for one."""
    _deep(office.root / "registers/held.yaml")
    assert _short(office)


def test_while_another_build_is_on(office: Office) -> None:
    with FileLock(office.root / ".dist.lock"), pytest.raises(EnvironmentFault) as fault:
        _short(office)
    assert fault.value.code == "E05"


def test_a_file_saved_in_the_same_tick_is_in_doubt(office: Office) -> None:
    page = office.root / "content/open-0001.md"
    page.touch()
    conductor.build(office.root, office.root / "dist", lambda zone: office.day)
    assert _short(office) is None
    _full(office)
    assert _short(office)


def test_a_file_from_the_future_is_in_doubt() -> None:
    mark = 1_800_000_000_123_456_789
    assert settled((), mark)
    assert settled((1, 2, 3, 4, mark * 2, mark - 30_000_000), mark)
    assert not settled((1, 2, 3, 4, 0, mark - 1_000_000), mark)
    assert not settled((1, 2, 3, 4, 0, mark + 10**12), mark)
    whole = mark - mark % 10**9
    assert not settled((1, 2, 3, 4, 0, whole - 10**9), whole)


@pytest.mark.parametrize(
    ("line", "sure"),
    [
        ("copyright: 示例\n", True),
        ("hooks: [../hook.py]\n", False),
        ("copyright: !ENV [NOTE, 示例]\n", False),
        ("markdown_extensions: [pymdownx.snippets]\n", False),
    ],
)
def test_what_nobody_can_tell_is_not_remembered(office: Office, line: str, sure: bool) -> None:
    (office.root / "hook.py").write_text("", encoding="utf-8")
    path = office.root / "site_config/party.yml"
    path.write_text(path.read_text("utf-8") + line, "utf-8")
    assert _full(office).items
    assert (_short(office) is not None) == sure


HOOK = """
def on_post_page(output, **rest):
    return output + "<!-- %s -->"
"""


def test_a_hook_that_changed_is_seen_on_every_page(office: Office) -> None:
    """The settings are the same; what they name is not, and nobody can tell what it reads."""
    path = office.root / "site_config/party.yml"
    path.write_text(path.read_text("utf-8") + "hooks: [../hook.py]\n", "utf-8")
    for words in ("one", "another"):
        (office.root / "hook.py").write_text(HOOK % words, encoding="utf-8")
        Hooks._load_hook.cache_clear()  # as in the new process of another build
        assert _full(office).items
        pages = [each.read_text("utf-8") for each in (office.root / "dist/party").rglob("*.html")]
        assert len(pages) > 5
        assert all(f"<!-- {words} -->" in page for page in pages)


def test_a_folder_behind_a_link_is_in_doubt(office: Office) -> None:
    (office.root / "elsewhere").mkdir()
    (office.root / "own/linked").symlink_to(office.root / "elsewhere")
    assert _full(office).items
    assert _short(office) is None


_heard: list[str] | None = None


def _hear(event: str, args: tuple[Any, ...]) -> None:
    if _heard is not None and event in {"open", "os.listdir", "os.scandir"}:
        heard = args[0]
        if isinstance(heard, str | bytes | os.PathLike):
            _heard.append(os.path.normpath(Path.cwd() / os.fsdecode(heard)))


sys.addaudithook(_hear)


def test_every_file_a_build_opens_is_remembered(office: Office) -> None:
    """Nothing that goes into a site can change without a trace: the whole build is overheard."""
    global _heard  # noqa: PLW0603 - an audit hook cannot be told anything
    shutil.rmtree(office.root / ".dwgk")
    shutil.rmtree(office.root / "dist")
    _rest()
    _heard = []
    try:
        conductor.build(office.root, office.root / "dist", lambda zone: office.day)
        heard = {os.path.normpath(each) for each in _heard}
    finally:
        _heard = None
    mine = [f"{office.root}/{name}" for name in ("dist", ".dist", ".dwgk")]
    read = {
        each
        for each in heard
        if each.startswith((f"{office.root}/", str(THEME))) and not each.startswith(tuple(mine))
    }
    known = read_table(_memory(office))["inputs"]
    assert f"{office.root}/content/open-0001.md" in read
    assert read - {os.path.normpath(each) for each in known} == set()


def test_it_loads_no_engine(office: Office) -> None:
    """What most runs find is that nothing changed: they load nothing that makes anything."""
    program = (
        "import sys; from generator.cli import main\n"
        "try: main()\nfinally: print(*sorted(sys.modules), file=sys.stderr)"
    )
    asked = ("build", "--project", str(office.root), "--as-of", office.day.isoformat())
    run = subprocess.run(
        [sys.executable, "-c", program, *asked], capture_output=True, text=True, check=True
    )
    assert "public" in run.stdout
    heavy = {"mkdocs", "jinja2", "numpy", "nh3", "markdown", "generator.build", "generator.gate"}
    assert heavy.isdisjoint(run.stderr.split())


@pytest.mark.slow
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**16), done=st.lists(st.sampled_from(EDITS), min_size=2, max_size=6))
def test_it_never_hides_a_change(
    inline: None, tmp_path_factory: pytest.TempPathFactory, seed: int, done: list[Edit]
) -> None:
    office = lay(tmp_path_factory.mktemp("office") / "mine", seed)
    settle(office)
    for each in (lambda office: None, *done):
        each(office)
        settle(office)
        if known := _short(office):
            told, right = _clean(office)
            assert known == told, each
            assert differing(exact(office.root / "dist"), right) == [], each
        if _full(office).items:
            assert _short(office), each
