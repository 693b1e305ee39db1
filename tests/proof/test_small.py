"""The parts by themselves: portions, the memory, what monitors are told."""

from __future__ import annotations

import json
import re
import tempfile
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.diagnostics import Diagnostic, EnvironmentFault, Span, codes, fault
from generator.publish.proof import found
from generator.publish.proof.abreast import abreast
from generator.publish.proof.memory import Seen, recall, remember, write_whole
from generator.publish.proof.monitor import nagios, nagios_status, prometheus
from generator.publish.proof.portion import portion
from generator.publish.proof.prove import Proof
from tests.proof.lab import FILES, NOW, release_of

_names = st.sets(st.text("abc/.-019", min_size=1, max_size=12), max_size=60)


@given(_names, st.integers(1, 50), st.integers(1, 20), st.integers(0, 10**6))
def test_successive_portions_see_every_file(
    paths: set[str], version: int, size: int, begin: int
) -> None:
    turns = max(1, -(-len(paths) // size))
    looks = [portion(paths, version, begin + turn, size) for turn in range(turns)]
    assert set().union(*looks) == paths
    assert all(len(look) <= size + 1 for look in looks)
    assert looks[0] == portion(sorted(paths, reverse=True), version, begin + turns, size)


@given(_names, st.integers(1, 20), st.integers(0, 100))
def test_the_home_page_is_always_looked_at(paths: set[str], size: int, hour: int) -> None:
    assert "index.html" in portion(paths | {"index.html"}, 1, hour, size)


@given(st.lists(st.integers(), max_size=200), st.integers(1, 5))
def test_results_come_in_order(items: list[int], hands: int) -> None:
    assert list(abreast(lambda each: each * 2, items, hands)) == [each * 2 for each in items]


def test_who_stops_taking_stops_the_work() -> None:
    done = []
    gate = threading.Semaphore(100)

    def work(item: int) -> int:
        gate.acquire()
        done.append(item)
        return item

    for each in abreast(work, range(100_000), 4):
        if each == 10:
            break
    assert len(done) <= 100


# The memory.


@given(st.lists(st.tuples(st.integers(1, 9), st.sampled_from("ab")), min_size=1, max_size=8))
def test_the_memory_only_rises(seen: list[tuple[int, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "state"
        for version, digest in seen:
            remember(path, Seen("party", version, digest))
        newest = max(version for version, _ in seen)
        first = next(digest for version, digest in seen if version == newest)
        assert recall(path) == Seen("party", newest, first)
        assert [each.name for each in Path(folder).iterdir()] == ["state"]


def test_many_looks_at_once_remember_the_newest(tmp_path: Path) -> None:
    path = tmp_path / "state"
    todo = [
        threading.Thread(target=remember, args=(path, Seen("party", n, "d"))) for n in range(1, 40)
    ]
    for each in todo:
        each.start()
    for each in todo:
        each.join()
    assert recall(path) == Seen("party", 39, "d")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 3}', '{"audience": 1, "version": 1}'])
def test_a_damaged_memory_is_not_an_empty_one(text: str, tmp_path: Path) -> None:
    (tmp_path / "state").write_text(text)
    with pytest.raises(EnvironmentFault) as raised:
        recall(tmp_path / "state")
    assert raised.value.code == found.BAD_STATE
    with pytest.raises(EnvironmentFault):
        remember(tmp_path / "state", Seen("party", 9, "d"))
    assert (tmp_path / "state").read_text() == text


def test_no_folder_to_remember_in(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault):
        remember(tmp_path / "not-there" / "state", Seen("party", 9, "d"))


# What monitors are told.


def _proof(*faults: Diagnostic) -> Proof:
    return Proof("https://party.example.edu.cn/", release_of(FILES), len(FILES), faults)


_CHANGED = fault(found.CHANGED, Span("d/X|1/index.html"))
_LATE = fault(found.SOON, Span("dwgk-release.json"), expires="2026-11-26", left=5)


def test_a_plugin_says_one_line_and_details() -> None:
    clean = nagios(_proof(), NOW, "zh")
    assert clean.startswith("DWGK OK - https://party.example.edu.cn/: party 第 7 版，")
    assert clean.endswith("| faults=0 files=8 examined=8 version=7 days_left=30")
    assert "\n" not in clean
    told = nagios(_proof(_CHANGED, _LATE), NOW, "en").splitlines()
    assert told[0].startswith("DWGK CRITICAL - ")
    assert all(line.count("|") == (1 if number == 0 else 0) for number, line in enumerate(told))
    assert re.search(r"D50 The file differs", told[1])
    many = nagios(_proof(*[_CHANGED] * 5000), NOW, "zh")
    assert len(many.encode()) < 4096
    assert "faults=5000" in many


def test_the_status_of_a_plugin() -> None:
    assert [nagios_status(_proof(*each)) for each in ((), (_LATE,), (_LATE, _CHANGED))] == [0, 1, 2]


_LINE = re.compile(
    r'dwgk_verify_[a-z_]+\{site="(?:[^"\\]|\\.)*",look="all"(?:,code="D\d\d")?\} -?\d+', re.DOTALL
)


@given(st.text(max_size=20), st.lists(st.sampled_from([_CHANGED, _LATE]), max_size=4))
def test_metrics_are_of_the_text_format(place: str, faults: list[Diagnostic]) -> None:
    text = prometheus(replace(_proof(*faults), place=place), NOW)
    assert text.endswith("\n")
    lines = text.removesuffix("\n").split("\n")
    told = [line for line in lines if not line.startswith("#")]
    assert all(_LINE.fullmatch(line) for line in told)
    names = [line.partition("{")[0] for line in told]
    typed = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert typed == list(dict.fromkeys(names))
    values = dict(zip(names, (int(line.rpartition(" ")[2]) for line in told), strict=True))
    assert values["dwgk_verify_ok"] == int(_CHANGED not in faults)
    assert values["dwgk_verify_faults"] == len(faults)
    assert values["dwgk_verify_last_run_timestamp_seconds"] == int(NOW.timestamp())
    assert values["dwgk_verify_release_expires_timestamp_seconds"] == int(
        (NOW.replace(hour=0) + timedelta(days=31)).timestamp()
    )


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "dwgk.prom"
    write_whole(path, "old\n")
    before = path.stat().st_ino
    write_whole(path, "new\n")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new\n", 0o644)
    assert path.stat().st_ino != before
    assert list(tmp_path.iterdir()) == [path]


def test_every_code_of_a_proof_is_explained() -> None:
    mine = {value for name, value in vars(found).items() if name.isupper()}
    assert mine == {f"D{number}" for number in range(40, 70)}
    assert mine <= codes().keys()
    assert json.dumps(sorted(mine))
