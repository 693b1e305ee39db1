"""What readers get while releases change: real nginx and Apache, as configured by dwgk."""

from __future__ import annotations

import gzip
import http.client
import random
import shutil
import ssl
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from generator.publish.release.back import rollback
from generator.publish.release.deploy import deploy
from generator.publish.server.render import Kind
from generator.publish.server.service import server_config
from tests.release.conftest import Make, Project
from tests.release.lab import current, kept, manifest, whole
from tests.servers import lab

pytestmark = pytest.mark.slow

REQUESTS, CHANGES, SWITCHES, READERS = 10_000, 50, 1_000, 6
"""A server that mixes releases does so in one answer of a few hundred."""
HOST = "public.localhost"


@dataclass
class Live:
    """A server with a target in service."""

    target: Path
    port: int
    authority: Path

    def connect(self) -> http.client.HTTPSConnection:
        """A connection that stays open, as browsers have them."""
        context = ssl.create_default_context(cafile=str(self.authority))
        line = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=30, context=context)
        line._http_vsn_str = "HTTP/1.1"  # type: ignore[attr-defined]
        context.check_hostname = False
        return line


@pytest.fixture(scope="module", params=["nginx", "apache"])
def server(request: pytest.FixtureRequest) -> Iterator[Live]:
    """One of the servers, on the configuration that ``dwgk server-config`` writes."""
    folder = Path(tempfile.mkdtemp(prefix="dwgk-release-"))
    folder.chmod(0o755)
    try:
        yield from _served(request.param, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _served(kind: Kind, folder: Path) -> Iterator[Live]:
    (folder / "tls").mkdir()
    lab.certificates(folder / "tls")
    (port,) = lab.free_ports(1)
    root, target = folder / "settings", folder / "target"
    source = Path(__file__).parents[2]
    shutil.copytree(source / "site_config", root / "site_config")
    shutil.copyfile(source / "mkdocs.yml", root / "mkdocs.yml")
    url = f"https://{HOST}:{port}/"
    (root / "site_config/public.yml").write_text(
        f"INHERIT: ../mkdocs.yml\nsite_name: 党务公开\nsite_url: {url}\n", encoding="utf-8"
    )
    (root / "site_config/servers.yml").write_text(
        f"servers:\n  public:\n    url: {url}\n    target: {target}\n"
        f"    tls: {{certificate: {folder}/tls/leaf.pem, key: {folder}/tls/leaf.key}}\n"
    )
    target.mkdir(mode=0o755)
    text, faults = server_config(root, kind, "public")
    assert text is not None, faults
    program = lab.Apache if kind == "apache" else lab.Nginx
    with program(folder / "run", [text], [port]):
        yield Live(target, port, folder / "tls/ca.pem")


@dataclass
class _Story:
    """Which release was in service when, as far as can be told from outside: from before its
    deployment began until after the next one had come to its end.
    """

    files: list[dict[str, bytes]] = field(default_factory=list)
    began: list[float] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)

    def during(self, start: float, end: float) -> list[dict[str, bytes]]:
        """Every site that may have been in service at some time of this stretch."""
        last = len(self.files)
        return [
            self.files[number]
            for number in range(last)
            if self.began[number] <= end
            and (number + 1 >= len(self.ended) or start <= self.ended[number + 1])
        ]


def _files(target: Path, number: int) -> dict[str, bytes]:
    site = target / f"releases/{number:06d}/site"
    return {path: (site / path).read_bytes() for path in manifest(target, number).files}


@dataclass
class _Seen:
    path: str
    start: float
    end: float
    status: int
    body: bytes
    known: bytes | None
    """What the reader kept of an earlier answer, where he asked whether that still holds."""


class _Reader(threading.Thread):
    """Asks for one path after the other; half the time only whether what he has still holds."""

    rest = 0.0
    """Seconds between two questions."""

    def __init__(self, live: Live, paths: Sequence[str], stop: threading.Event, seed: int) -> None:
        super().__init__()
        self._live, self._paths, self._stopped = live, paths, stop
        self._chance = random.Random(seed)
        self.seen: list[_Seen] = []
        self.faults: list[str] = []

    def run(self) -> None:
        line = self._live.connect()
        cache: dict[str, tuple[str, bytes]] = {}
        answered = False
        while not self._stopped.wait(self.rest):
            path = self._chance.choice(self._paths)
            headers = {"Host": f"{HOST}:{self._live.port}"}
            if self._chance.random() < 0.5:
                headers["Accept-Encoding"] = "gzip"
            known = cache.get(path) if self._chance.random() < 0.5 else None
            if known:
                headers["If-None-Match"] = known[0]
            start = time.monotonic()
            try:
                line.request("GET", f"/{path.removesuffix('index.html')}", headers=headers)
                answer = line.getresponse()
                body = answer.read()
            except (OSError, http.client.HTTPException) as error:
                line = self._live.connect()
                # A server may close a line that rests, as one about to begin anew does.
                if not answered or not isinstance(error, http.client.RemoteDisconnected):
                    self.faults.append(f"{path}: {error!r}")
                answered = False
                continue
            answered = True
            end = time.monotonic()
            if answer.getheader("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            tag = answer.getheader("ETag")
            if answer.status == 200 and tag:
                cache[path] = (tag, body)
            kept_body = known[1] if known and answer.status == 304 else None
            self.seen.append(_Seen(path, start, end, answer.status, body, kept_body))


def _asking(readers: Sequence[_Reader]) -> bool:
    """Whether more answers are wanted: not of a server that gives none."""
    return all(not each.faults and each.is_alive() for each in readers) and (
        sum(len(each.seen) for each in readers) < REQUESTS
    )


def _judge(seen: _Seen, story: _Story) -> str:
    """ "" where the answer is that of one release that was in service while it was asked for."""
    sites = story.during(seen.start, seen.end)
    if seen.status == 404:
        right = any(seen.path not in site for site in sites)
    elif seen.status == 304:
        right = any(site.get(seen.path) == seen.known for site in sites)
    else:
        right = seen.status == 200 and any(site.get(seen.path) == seen.body for site in sites)
    return "" if right else f"{seen.path}: {seen.status}, {len(seen.body)} bytes"


def test_requests_during_deployments_and_rollbacks(server: Live, project: Make) -> None:
    """No error, no answer of parts of two releases, nothing older than what is in service."""
    sites, target = [project(), project(mended=True)], server.target
    assert deploy(sites[0].place(target, keep=9), sites[0].dist, first=1).release
    assert deploy(sites[1].place(target, keep=9), sites[1].dist).release
    story, stop = _Story([_files(target, 2)], [0.0], [0.0]), threading.Event()
    paths = sorted({*_files(target, 1), *_files(target, 2)})
    readers = [_Reader(server, paths, stop, seed) for seed in range(READERS)]
    for each in readers:
        each.start()
    try:
        number = 0
        while number < CHANGES or _asking(readers):
            began = time.monotonic()
            _change(sites[number % 2], target, number)
            story.files.append(_files(target, current(target)))
            story.began.append(began)
            story.ended.append(time.monotonic())
            number += 1
            _pace(readers, story.ended[-1] - began)
    finally:
        stop.set()
        for each in readers:
            each.join()
    seen = [every for each in readers for every in each.seen]
    assert [fault for each in readers for fault in each.faults] == []
    wrong = [found for each in seen if (found := _judge(each, story))]
    assert wrong == []
    assert len(seen) >= REQUESTS
    assert {200, 304, 404} == {each.status for each in seen}
    assert all(whole(target, each) for each in kept(target))


def _pace(readers: Sequence[_Reader], took: float) -> None:
    """Let them ask all through the next change, at twice the rate that is wanted: without a rest it
    is ten times, and the change, which is what they look at, waits for them.
    """
    for each in readers:
        each.rest = took * len(readers) * CHANGES / REQUESTS / 2


def _change(made: Project, target: Path, number: int) -> None:
    """A deployment, or every second time a rollback to the release that shows the same."""
    place = made.place(target, keep=4)
    if number % 4 < 2:
        assert deploy(place, made.dist).release
    else:
        allowed = frozenset({"A-1", "B-1", "C-1"})
        before = kept(target)[-2]
        assert rollback(place, before, allowed, allowed).release


def test_switching_all_the_time(server: Live, project: Make) -> None:
    """A thousand switches and more: the length and the bytes of an answer are of one release."""
    sites, target = [project(), project(mended=True)], server.target
    first = 0 if (target / "current").exists() else 1
    for each in sites:
        assert deploy(each.place(target, keep=9), each.dist, first=first).release
        first = 0
    numbers = kept(target)[-2:]
    both, stop = [_files(target, each) for each in numbers], threading.Event()
    paths = sorted(path for path in both[0] if both[0][path] != both[1].get(path, b""))
    readers = [_Reader(server, paths, stop, seed) for seed in range(READERS)]
    for reader in readers:
        reader.start()
    switches = 0
    while switches <= SWITCHES or _asking(readers):
        lab.switch(target, numbers[switches % 2])
        switches += 1
    stop.set()
    for reader in readers:
        reader.join()
    story = _Story(both, [0.0, 0.0], [])
    wrong = [found for each in readers for one in each.seen if (found := _judge(one, story))]
    assert [fault for each in readers for fault in each.faults] == []
    assert wrong == []
    assert sum(len(each.seen) for each in readers) >= REQUESTS
    lab.switch(target, numbers[1])


def test_withdrawn_is_gone_with_the_next_request(server: Live, project: Make) -> None:
    """On lines that are open, compressed or not, from the page, the lists and the index."""
    old, new, target = project(), project(mended=True), server.target
    first = 0 if (target / "current").exists() else 1
    line = server.connect()

    def get(path: str) -> tuple[int, bytes, str]:
        headers = {"Host": f"{HOST}:{server.port}", "Accept-Encoding": "gzip"}
        if path in tags:
            headers["If-None-Match"] = tags[path]
        try:
            line.request("GET", f"/{path.removesuffix('index.html')}", headers=headers)
            answer = line.getresponse()
        except http.client.RemoteDisconnected:  # the line was idle for too long
            line.request("GET", f"/{path.removesuffix('index.html')}", headers=headers)
            answer = line.getresponse()
        body = answer.read()
        packed = answer.getheader("Content-Encoding") == "gzip"
        return (
            answer.status,
            gzip.decompress(body) if packed else body,
            answer.getheader("ETag", ""),
        )

    for _ in range(3):
        tags: dict[str, str] = {}
        assert deploy(old.place(target), old.dist, first=first).release
        first = 0
        shown = _files(target, current(target))
        for path in shown:
            status, body, tag = get(path)
            assert (status, body) == (200, shown[path])
            tags[path] = tag
        assert deploy(new.place(target), new.dist).release
        after = _files(target, current(target))
        for path in sorted({*shown, *after}):
            status, body, _ = get(path)
            if status == 304:
                assert shown[path] == after[path], path
            else:
                assert body == after.get(path, after["404.html"]), path
                assert "乙事项".encode() not in body
