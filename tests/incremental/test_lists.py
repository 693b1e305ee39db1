"""Lists for programs and what lies beside a site: the same bytes, whoever spelled them and when."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.model.edition import Item
from generator.site import feeds
from generator.site.manifest import manifest
from generator.site.tables import csv_table
from tests.search.samples import edition, item

TEXTS = st.text(st.sampled_from("党費a-0 ,\n\r\"\\'=+@\t;<\u2028\x85\x00"), max_size=9)
ITEMS = st.dictionaries(st.integers(0, 30), st.tuples(TEXTS, TEXTS, TEXTS, st.dates()), max_size=9)
Drawn = dict[int, tuple[str, str, str, date]]
Files = dict[str, bytes]


def items_of(drawn: Drawn) -> list[Item]:
    return [
        dataclasses.replace(item(number, title, day), period=period, forms=(form, "网站"))
        for number, (title, period, form, day) in drawn.items()
    ]


def written(items: list[Item], known: dict[str, feeds.Rows]) -> Files:
    files: Files = {}
    feeds.write_feeds(edition(items), "示例", "https://a.example/", files.__setitem__, known)
    return files


@given(ITEMS)
def test_rows_are_spelled_as_the_standard_encoders_spell_them(drawn: Drawn) -> None:
    seen = edition(items_of(drawn))
    files = written(list(seen.items), {})
    rows = [feeds._row(each) for each in seen.items]
    headings = [heading for _, heading in feeds.COLUMNS]
    keys = [key for key, _ in feeds.COLUMNS]
    lines = [json.dumps(dict(zip(keys, row, strict=True)), ensure_ascii=False) for row in rows]
    text = '{"disclosures": [\n' + ",\n".join(lines) + "\n]}\n"
    assert files["disclosures.json"] == text.encode()
    marked = [
        [f"'{cell}" if cell[:1] in set("=+-@\t\r'") else cell for cell in row] for row in rows
    ]
    told = io.StringIO()
    csv.writer(told).writerows([headings, *marked])
    assert files["disclosures.csv"] == told.getvalue().encode("utf-8-sig")
    assert csv_table(headings, rows) == files["disclosures.csv"]


@given(ITEMS, ITEMS)
def test_rows_out_of_the_last_files_are_those_spelled_anew(before: Drawn, after: Drawn) -> None:
    last, items = items_of(before), items_of(after)
    same = {each.id for each in items if each in last}
    touched = {each.id for each in [*last, *items]} - same
    known = feeds.known_rows(written(last, {}).__getitem__, touched)
    assert known.keys() <= same
    assert written(items, known) == written(items, {})
    if not any("\r\n" in text for title, *rest in before.values() for text in (title, *rest[:2])):
        assert known.keys() == same


@pytest.mark.parametrize("missing", [OSError, ValueError])
def test_last_files_that_are_not_what_they_were_say_nothing(missing: type[Exception]) -> None:
    def read(path: str) -> bytes:
        raise missing(path)

    assert feeds.known_rows(read, set()) == {}


@given(st.dictionaries(TEXTS, st.binary(max_size=4).map(bytes.hex)))
def test_a_manifest_is_spelled_as_the_standard_encoder_spells_it(files: dict[str, str]) -> None:
    text = manifest(files, edition([]), "sha256:0", None, "Asia/Shanghai")
    table = json.loads(text)
    assert list(table["files"].items()) == sorted(files.items())
    assert text == json.dumps(table, ensure_ascii=False, separators=(",\n", ": ")) + "\n"
