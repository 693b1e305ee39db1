"""The chain: no line of the log can be changed, taken out, moved or put in without being found."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from generator.model.chain import Chain, difference, line, read_chain, seal, standings, state_of
from generator.model.record import Entry, Gone, Shown, ShownFile, State

TEXTS = st.text(max_size=6)
DIGESTS = st.text("0123456789abcdef", min_size=4, max_size=4)
IDS = st.sampled_from(["A-1", "B-2", "C-3", "D-4"])
SITES = ("party", "public")
START = datetime(2026, 1, 1, tzinfo=UTC)


@st.composite
def shown(draw: st.DrawFn) -> Shown:
    """An item in some state."""
    files = st.lists(st.builds(ShownFile, TEXTS, TEXTS, DIGESTS), max_size=2).map(tuple)
    notes = st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=2).map(tuple)
    return Shown(
        draw(IDS),
        draw(TEXTS),
        draw(DIGESTS),
        draw(files),
        tuple(draw(st.lists(TEXTS, max_size=2))),
        draw(notes),
        draw(DIGESTS),
    )


states = st.builds(
    lambda items, gone: State(
        {each.id: each for each in items}, frozenset(gone) - {each.id for each in items}
    ),
    st.lists(shown(), max_size=4),
    st.sets(IDS, max_size=2),
)


def entered(log: list[Entry], audience: str, after: State) -> None:
    """What ``publish.log`` does, in memory."""
    before = state_of(standings(log).get(audience, {}))
    came, went = difference(before, after)
    if came or went:
        at = START + timedelta(days=len(log))
        bare = Entry(len(log) + 1, audience, at, date(2026, 1, 1), "sha256:0", came, went, "")
        log.append(seal(bare, log[-1].hash if log else ""))


@st.composite
def logs(draw: st.DrawFn) -> list[Entry]:
    """A log of some publishings."""
    log: list[Entry] = []
    for audience, after in draw(st.lists(st.tuples(st.sampled_from(SITES), states), max_size=6)):
        entered(log, audience, after)
    return log


def written(log: list[Entry]) -> bytes:
    """The file."""
    return "".join(f"{line(each)}\n" for each in log).encode("utf-8")


def found(chain: Chain) -> bool:
    """Whether a reader is told that something is wrong."""
    return chain.fault is not None or chain.torn > 0


@given(st.lists(st.tuples(st.sampled_from(SITES), states), max_size=8))
def test_the_log_gives_back_every_state(publishings: list[tuple[str, State]]) -> None:
    log: list[Entry] = []
    last: dict[str, State] = {}
    for audience, after in publishings:
        entered(log, audience, after)
        last[audience] = after
        assert state_of(standings(log).get(audience, {})) == after
    chain = read_chain(written(log))
    assert (list(chain.entries), chain.fault, chain.torn) == (log, None, 0)
    assert chain.size == len(written(log))
    for audience, after in last.items():
        assert state_of(standings(chain.entries).get(audience, {})) == after


@given(logs(), st.data())
@settings(max_examples=150)
def test_a_changed_byte_is_found(log: list[Entry], data: st.DataObject) -> None:
    assume(log)
    text = bytearray(written(log))
    place = data.draw(st.integers(0, len(text) - 1))
    byte = data.draw(st.integers(0, 255))
    assume(text[place] != byte)
    text[place] = byte
    chain = read_chain(bytes(text))
    assert found(chain)
    changed = bytes(text).count(b"\n", 0, place)
    assert list(chain.entries) == log[: len(chain.entries)]
    assert len(chain.entries) >= changed, "the lines before it are whole"
    if chain.fault:
        assert chain.fault[1] in {changed + 1, changed + 2}


@given(logs(), st.data())
def test_a_byte_taken_out_or_put_in_is_found(log: list[Entry], data: st.DataObject) -> None:
    assume(log)
    text = written(log)
    place = data.draw(st.integers(0, len(text) - 1))
    more = data.draw(st.binary(min_size=1, max_size=1))
    assert found(read_chain(text[:place] + text[place + 1 :]))
    assert found(read_chain(text[:place] + more + text[place:]))


@given(logs(), st.data())
def test_a_line_taken_out_moved_or_repeated_is_found(log: list[Entry], data: st.DataObject) -> None:
    assume(len(log) > 1)
    lines = written(log).splitlines(keepends=True)
    one = data.draw(st.integers(0, len(lines) - 2))
    other = data.draw(st.integers(one + 1, len(lines) - 1))
    without = [*lines[:one], *lines[one + 1 :]]
    chain = read_chain(b"".join(without))
    assert chain.fault == ("E12", one + 1)
    moved = lines.copy()
    moved[one], moved[other] = moved[other], moved[one]
    assert read_chain(b"".join(moved)).fault == ("E12", one + 1)
    repeated = [*lines[:other], lines[one], *lines[other:]]
    assert read_chain(b"".join(repeated)).fault == ("E12", other + 1)


@given(logs(), st.data())
def test_an_entry_sealed_anew_breaks_the_next(log: list[Entry], data: st.DataObject) -> None:
    """Who forges a line and its digest must forge all lines after it, and the noted last one."""
    assume(log)
    place = data.draw(st.integers(0, len(log) - 1))
    old = log[place]
    forged = seal(
        Entry(
            old.number,
            old.audience,
            old.at,
            old.as_of,
            old.source,
            old.came,
            (*old.went, Gone("Z-9", False)),
            "",
        ),
        old.previous,
    )
    chain = read_chain(written([*log[:place], forged, *log[place + 1 :]]))
    if place + 1 < len(log):
        assert chain.fault == ("E12", place + 2)
    else:
        assert old.hash not in {each.hash for each in chain.entries}


@given(logs(), st.data())
def test_a_write_cut_short_loses_no_earlier_line(log: list[Entry], data: st.DataObject) -> None:
    assume(log)
    text = written(log)
    cut = data.draw(st.integers(0, len(text)))
    chain = read_chain(text[:cut])
    assert chain.fault is None
    whole = text.count(b"\n", 0, cut)
    assert list(chain.entries[:whole]) == log[:whole]
    assert len(chain.entries) - whole in {0, 1}
    assert bool(chain.torn) == (cut > 0 and text[cut - 1 : cut] != b"\n")
