"""The dead-man check: fresh, stale, missing, broken, out of reach, and another's site."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

from generator.build import check
from generator.cli import cli
from generator.project import project
from generator.publish import status as dead_man
from generator.site.manifest import manifest as written
from generator.turning import next_change
from tests.loopback import answering
from tests.support import item, make_project

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHANGE = "2026-12-01T00:00:00+08:00"


def manifest(audience: object, change: object = CHANGE, **other: object) -> dict[str, object]:
    return {
        "format": 1,
        "audience": audience,
        "as_of": "2026-11-21",
        "next_change": change,
        "source": "sha256:0",
        "files": {},
        **other,
    }


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_project(tmp_path, {"content/a.md": item("A-1")})


@pytest.fixture
def live(tmp_path: Path) -> Path:
    """Three fresh sites."""
    folder = tmp_path / "live"
    folder.mkdir()
    for name in ("party", "campus", "public"):
        put(folder / f"{name}.json", manifest(name))
    return folder


def put(path: Path, table: object) -> None:
    path.write_text(json.dumps(table), encoding="utf-8")


def _status(root: Path, *live: object, as_of: str = "2026-11-30", form: str = "json") -> Result:
    places = [part for each in live for part in ("--live", str(each))]
    day = ["--as-of", as_of] if as_of else []
    arguments = ["status", "--project", str(root), "--format", form, *places, *day]
    environment = {"LC_ALL": "", "LANG": "zh_CN.UTF-8", "NO_PROXY": "*", "no_proxy": "*"}
    return CliRunner().invoke(cli, arguments, env=environment)


def _codes(result: Result) -> list[tuple[str, str]]:
    found = [(each["code"], each["file"]) for each in json.loads(result.stdout)]
    assert result.exit_code == (1 if found else 0)
    return found


def test_fresh(root: Path, live: Path) -> None:
    assert _codes(_status(root, live)) == []
    told = _status(root, live, form="text").stdout
    assert told.splitlines()[2] == f"public: 有效，下一次变动：{CHANGE}"


@pytest.mark.parametrize("as_of", ["2026-12-01", "2026-12-02", "2027-06-01"])
def test_stale_from_the_very_instant(as_of: str, root: Path, live: Path) -> None:
    put(live / "party.json", manifest("party", None))
    put(live / "campus.json", manifest("campus", "2028-01-01T00:00:00+08:00"))
    assert _codes(_status(root, live, as_of=as_of)) == [("T01", "live/public.json")]
    told = _status(root, live, as_of=as_of, form="text").stdout
    assert "2026-12-01 00:00+08:00 就该更新" in told
    assert "1 处错误" in told


def test_the_instant_counts_not_the_clock_on_the_wall(root: Path, live: Path) -> None:
    """A manifest of another time zone names the same instant."""
    put(live / "public.json", manifest("public", "2026-11-30T16:00:00+00:00"))
    assert _codes(_status(root, live, as_of="2026-11-30")) == []
    assert _codes(_status(root, live, as_of="2026-12-01"))[2] == ("T01", "live/public.json")
    now = datetime(2026, 11, 30, 23, 59, 59, tzinfo=SHANGHAI)
    for late, stale in ((0, False), (1, True)):
        (found,) = dead_man.status(
            str(live / "public.json"), ["public"], now + timedelta(seconds=late)
        )
        assert isinstance(found, dead_man.Live) is not stale


@pytest.mark.parametrize("machine", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_without_a_day_the_present_instant_counts(
    machine: str, root: Path, live: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", machine)
    now = datetime.now(SHANGHAI)
    for hours, expected in ((1, []), (-1, [("T01", "live/public.json")])):
        for name in ("party", "campus"):
            put(live / f"{name}.json", manifest(name, None))
        change = (now + timedelta(hours=hours)).isoformat()
        put(live / "public.json", manifest("public", change))
        assert _codes(_status(root, live, as_of="")) == expected


def test_the_builder_s_own_manifests(tmp_path: Path) -> None:
    """The example as of a day is right to the eve of its next change, and stale on that day."""
    approved = check(Path(__file__).parents[2]).approved
    assert approved is not None
    institution = approved.institution
    known = [each.id for each in institution.audiences]
    for audience in institution.audiences:
        seen = project(approved, audience, date(2025, 9, 30))
        change = next_change(approved, audience, seen.as_of)
        assert change is not None
        path = tmp_path / f"{audience.id}.json"
        path.write_text(written({}, seen, "sha256:0", change, institution.time_zone))
        for day, stale in ((change - timedelta(days=1), False), (change, True)):
            now = datetime.combine(day, time(), SHANGHAI)
            (found,) = dead_man.status(str(path), known, now)
            assert isinstance(found, dead_man.Live) is not stale


def test_missing(root: Path, live: Path) -> None:
    (live / "campus.json").unlink()
    assert _codes(_status(root, live)) == [("T02", "live/campus.json")]
    everything = [("T02", f"nowhere/{name}.json") for name in ("party", "campus", "public")]
    (live / "nowhere").mkdir()
    assert _codes(_status(root, live / "nowhere")) == everything
    assert _codes(_status(root, live / "not-there")) == [("T02", "live/not-there")]


BROKEN = {
    "empty": b"",
    "page": b"<!doctype html><title>sign on</title>",
    "cut": b'{"format": 1, "audience": "public"',
    "bytes": b"\xff\xfe\x00",
    "deep": b"[" * 100_000,
    "list": b"[]",
    "format": json.dumps(manifest("public", format=2)).encode(),
    "no change": json.dumps({"format": 1, "audience": "public", "as_of": ""}).encode(),
    "audience": json.dumps(manifest(["public"])).encode(),
    "naive": json.dumps(manifest("public", "2026-12-01T00:00:00")).encode(),
    "no date": json.dumps(manifest("public", "soon")).encode(),
    "number": json.dumps(manifest("public", 20261201)).encode(),
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_unreadable_is_never_fresh(text: bytes, root: Path, live: Path) -> None:
    (live / "public.json").write_bytes(text)
    assert _codes(_status(root, live)) == [("T03", "live/public.json")]


def test_a_folder_in_the_manifest_s_place(root: Path, live: Path) -> None:
    (live / "public.json").unlink()
    (live / "public.json").mkdir()
    assert _codes(_status(root, live)) == [("T03", "live/public.json")]


def test_another_s_site(root: Path, live: Path) -> None:
    put(live / "public.json", manifest("party"))
    put(live / "campus.json", manifest("alumni"))
    put(live / "old.json", manifest("old"))
    assert _codes(_status(root, live)) == [
        ("T05", "live/campus.json"),
        ("T06", "live/public.json"),
        ("T05", "live/old.json"),
    ]
    assert _codes(_status(root, live / "party.json", live / "public.json")) == [
        ("T06", "live/public.json")
    ]


class _Handler(BaseHTTPRequestHandler):
    answers: ClassVar[dict[str, tuple[int, bytes]]] = {}

    def do_GET(self) -> None:
        code, text = self.answers.get(self.path.partition("?")[0], (404, b"gone"))
        self.send_response(code)
        if code == 302:
            self.send_header("Location", text.decode())
            text = b""
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[str]:
    _Handler.answers = {
        "/public.json": (200, json.dumps(manifest("public")).encode()),
        "/stale/public.json": (200, json.dumps(manifest("public", "2026-01-01T00:00Z")).encode()),
        "/campus.json": (200, json.dumps(manifest("party")).encode()),
        "/other.json": (200, json.dumps(manifest("other")).encode()),
        "/closed/public.json": (403, b"no"),
        "/sign-on/public.json": (302, b"/login"),
        "/login": (200, b"<title>sign on</title>"),
        "/file/public.json": (302, b"file:///etc/hostname"),
    }
    with answering(_Handler) as origin:
        yield origin


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("public.json", None),
        ("public.json?t=1", None),
        ("stale/public.json", "T01"),
        ("missing/public.json", "T02"),
        ("sign-on/public.json", "T03"),
        ("closed/public.json", "T04"),
        ("file/public.json", "T04"),
        ("other.json", "T05"),
        ("campus.json", "T06"),
    ],
)
def test_over_http(path: str, code: str | None, root: Path, server: str) -> None:
    shown = f"{server}/{path.partition('?')[0]}"
    expected = [(code, shown)] if code else []
    assert _codes(_status(root, f"{server}/{path}")) == expected


def test_several_places_at_once(root: Path, server: str, live: Path) -> None:
    (live / "party.json").unlink()
    found = _codes(_status(root, f"{server}/stale/public.json", live))
    assert sorted(code for code, _ in found) == ["T01", "T02"]


def test_out_of_reach(root: Path, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = "http://user:secret@127.0.0.1:1/public.json?key=secret"
    result = _status(root, closed)
    assert _codes(result) == [("T04", "http://127.0.0.1:1/public.json")]
    assert "secret" not in result.stdout + result.stderr
    assert _codes(_status(root, "http://[bad/public.json"))[0][0] == "T04"

    class Slow(_Handler):
        def do_GET(self) -> None:
            waiting.wait(5)

    waiting = threading.Event()
    monkeypatch.setattr(dead_man, "TIMEOUT", 0.2)
    with answering(Slow) as origin:
        try:
            slow = f"{origin}/public.json"
            assert _codes(_status(root, slow)) == [("T04", slow)]
        finally:
            waiting.set()


def test_a_place_is_demanded(root: Path) -> None:
    assert _status(root).exit_code == 2
