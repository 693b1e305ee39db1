"""What is in service is what was deployed last: withdrawal, caches, compression, open sites."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest
import requests

from generator.build import build
from tests.servers import lab
from tests.servers.conftest import OPEN, Stage
from tests.support import item, make_project

pytestmark = pytest.mark.slow

DAY = date(2025, 4, 1)
SECRET = "藏头诗一般的字句"
WITHDRAWN = "T-2025-0002"
_LIFECYCLE = "lifecycle: [{change: 撤销, date: 2025-03-20, by: 院党委会, reference: 2025年第2次}]\n"


@pytest.fixture(scope="module")
def before_and_after(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Sites of one small project, before and after one of its items is withdrawn."""
    folder = tmp_path_factory.mktemp("withdrawal")
    text = item(
        WITHDRAWN,
        f"{SECRET}。\n\n[名单](名单.csv)\n",
        title=f"关于{SECRET}的通报",
        attachments=[{"file": "名单.csv", "title": "名单"}],
    )
    files: dict[str, str | bytes | None] = {
        "content/2025/a.md": item("T-2025-0001", title="机构设置"),
        f"content/2025/{WITHDRAWN}/index.md": text,
        f"content/2025/{WITHDRAWN}/名单.csv": f"{SECRET},一\n".encode(),
    }
    root = make_project(folder, files)
    built = build(root, folder / "before", lambda zone: DAY)
    assert built.items.get("public") == 2, built.diagnostics
    page = root / f"content/2025/{WITHDRAWN}/index.md"
    page.write_text(page.read_text("utf-8").replace("---\n", f"---\n{_LIFECYCLE}", 1), "utf-8")
    built = build(root, folder / "after", lambda zone: DAY)
    assert built.items.get("public") == 1, built.diagnostics
    return folder / "before", folder / "after"


@pytest.fixture
def public(stage: Stage) -> Iterator[Path]:
    """The open target; what a test deploys there goes again."""
    yield from _restored(stage, "public")


@pytest.fixture
def party(stage: Stage) -> Iterator[Path]:
    """The party's target likewise."""
    yield from _restored(stage, "party")


def _restored(stage: Stage, audience: str) -> Iterator[Path]:
    target = stage.target(audience)
    yield target
    lab.switch(target, 1)
    for release in sorted((target / "releases").iterdir())[1:]:
        shutil.rmtree(release)


def deploy(target: Path, dist: Path, audience: str, later: int) -> Path:
    """A release whose files are ``later`` seconds newer than those in service, as deployed ones
    that changed are.
    """
    release = lab.put_in_service(target, dist / audience, dist / f"{audience}.json", audience)
    for path in (release / "site").rglob("*"):
        os.utime(path, (2_000_000_000 + later, 2_000_000_000 + later))
    return release


def contents(site: Path) -> dict[str, bytes]:
    """Path as asked for → bytes."""
    files = (each for each in site.rglob("*") if each.is_file())
    return {
        each.relative_to(site).as_posix().removesuffix("index.html"): each.read_bytes()
        for each in files
    }


def memory(answer: requests.Response) -> dict[str, str]:
    """What the worst cache that kept an answer asks with; no answer tells it a time."""
    assert "Last-Modified" not in answer.headers
    kept = {"If-Modified-Since": "Mon, 01 Jan 2035 00:00:00 GMT"}
    if tag := answer.headers.get("ETag"):
        kept["If-None-Match"] = tag
    return kept


def check_gone(
    visitor: lab.Visitor,
    url: str,
    kept: Mapping[str, requests.Response],
    after: Mapping[str, bytes],
) -> None:
    """Every path of either release gives the new one's bytes or 404, whoever asks with what."""
    for path in sorted({*kept, *after}):
        for coding in ("identity", "gzip", "br, gzip, deflate"):
            headers = {"Accept-Encoding": coding}
            if path in kept:
                headers |= memory(kept[path])
            answer = visitor.ask(url + path, headers=headers)
            if path not in after:
                assert answer.status_code == 404, path
            elif answer.status_code == 304:
                assert kept[path].content == after[path], path
            else:
                assert (answer.status_code, answer.content) == (200, after[path]), path
            assert SECRET not in answer.text


@pytest.mark.parametrize("variant", OPEN)
def test_a_withdrawn_item_is_gone_on_the_next_request(
    stage: Stage, public: Path, before_and_after: tuple[Path, Path], variant: str
) -> None:
    before, after = before_and_after
    url, visitor = stage.urls[variant, "public"], stage.visitor()
    old, new = contents(before / "public"), contents(after / "public")
    deploy(public, before, "public", 0)
    kept = {path: visitor.ask(url + path) for path in old}
    assert {path: each.content for path, each in kept.items()} == old
    assert SECRET in kept[f"d/{WITHDRAWN}/"].text
    deploy(public, after, "public", 60)
    check_gone(visitor, url, kept, new)
    assert "撤销" in visitor.ask(f"{url}d/{WITHDRAWN}/").text
    index = [path for path in old if path.startswith("search/exact/")]
    assert any(old[path] != new.get(path) for path in index)


@pytest.mark.parametrize("variant", ["cas", "nginx-cas"])
def test_a_withdrawn_item_is_gone_from_a_guarded_site_too(
    stage: Stage, party: Path, before_and_after: tuple[Path, Path], variant: str
) -> None:
    before, after = before_and_after
    url, member = stage.urls[variant, "party"], stage.visitor("member")
    old, new = contents(before / "party"), contents(after / "party")
    deploy(party, before, "party", 0)
    assert SECRET in member.open(f"{url}d/{WITHDRAWN}/").text
    kept = {path: member.ask(url + path) for path in old}
    assert {path: each.content for path, each in kept.items()} == old
    deploy(party, after, "party", 60)
    check_gone(member, url, kept, new)
    for path in sorted(set(old) - set(new)):
        assert stage.visitor().ask(url + path).status_code == 302


@pytest.mark.parametrize("variant", OPEN)
def test_going_back_to_an_older_release_shows_the_older_files(
    stage: Stage, public: Path, before_and_after: tuple[Path, Path], variant: str
) -> None:
    """Its files are older than what a cache has: a comparison by time would keep the newer."""
    before, after = before_and_after
    url, visitor = stage.urls[variant, "public"], stage.visitor()
    deploy(public, before, "public", 0)
    deploy(public, after, "public", 60)
    newer = visitor.ask(url)
    lab.switch(public, 2)
    answer = visitor.ask(url, headers=memory(newer))
    assert answer.content == (before / "public" / "index.html").read_bytes()


@pytest.mark.parametrize("variant", OPEN)
def test_equal_size_is_not_equal_content(stage: Stage, public: Path, variant: str) -> None:
    url, visitor = stage.urls[variant, "public"], stage.visitor()
    release = lab.put_in_service(
        public, stage.sites / "public", stage.sites / "public.json", "public"
    )
    page = release / "site" / "index.html"
    first = visitor.ask(url)
    page.write_bytes(page.read_bytes().replace("党务".encode(), "务党".encode()))
    os.utime(page, (2_100_000_000, 2_100_000_000))
    second = visitor.ask(url, headers=memory(first))
    assert second.status_code == 200
    assert second.content != first.content
    assert len(second.content) == len(first.content)


@pytest.mark.parametrize("variant", OPEN)
def test_an_unchanged_page_costs_no_second_transfer(stage: Stage, variant: str) -> None:
    url, visitor = stage.urls[variant, "public"], stage.visitor()
    for coding in ("identity", "gzip"):
        first = visitor.ask(url, headers={"Accept-Encoding": coding})
        assert (first.headers.get("Content-Encoding") or "identity") == coding
        assert first.headers["Cache-Control"] == "no-cache"
        again = visitor.ask(
            url, headers={"Accept-Encoding": coding, "If-None-Match": first.headers["ETag"]}
        )
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("variant", OPEN)
def test_an_open_site_is_whole_and_shows_nothing_else(stage: Stage, variant: str) -> None:
    url, visitor = stage.urls[variant, "public"], stage.visitor()
    for path, data in contents(stage.sites / "public").items():
        answer = visitor.ask(url + path)
        assert (answer.status_code, answer.content) == (200, data), path
        assert "X-Robots-Tag" not in answer.headers
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert visitor.ask(f"{url}dwgk-release.json").content
    assert visitor.ask(f"{url}dwgk-release.json.sig").text == "signature\n"
    missing = visitor.ask(f"{url}nothing/here.html")
    assert missing.status_code == 404
    assert missing.content == (stage.sites / "public" / "404.html").read_bytes()
    assert missing.headers["Cache-Control"] == "no-cache"
    for name in ("build.json", "items.jsonl", "number", "..%2fnumber", "%2e%2e/number"):
        assert visitor.ask(url + name).status_code in {400, 403, 404}
    for folder in ("assets/", "d/", "search/exact/"):
        answer = visitor.ask(url + folder)
        assert answer.status_code in {403, 404}
        assert "href" not in answer.text
    assert visitor.session.post(url, timeout=30).status_code == 405
    slash = visitor.ask(url + "catalog")
    assert (slash.status_code, slash.headers["Location"][-9:]) == (301, "/catalog/")


@pytest.mark.parametrize("variant", OPEN)
def test_a_link_out_of_the_site_leads_nowhere(stage: Stage, public: Path, variant: str) -> None:
    """Should a release ever hold a symbolic link, no server follows it to another's file."""
    release = lab.put_in_service(
        public, stage.sites / "public", stage.sites / "public.json", "public"
    )
    (release / "site" / "out.txt").symlink_to("/etc/hostname" if os.geteuid() else "/proc/version")
    answer = stage.visitor().ask(stage.urls[variant, "public"] + "out.txt")
    assert answer.status_code in {403, 404}


@pytest.mark.parametrize("variant", ["apache", "cas"])
def test_without_a_release_nothing_is_served(stage: Stage, variant: str) -> None:
    audience = "public" if variant == "apache" else "party"
    current = stage.target(audience) / "current"
    aside = current.with_name("aside")
    current.rename(aside)
    try:
        assert stage.visitor().ask(stage.urls[variant, audience]).status_code == 503
    finally:
        aside.rename(current)


def test_no_answer_is_torn_while_releases_change(
    stage: Stage, public: Path, before_and_after: tuple[Path, Path]
) -> None:
    """Many readers, many switches: each answer is one release's page, whole."""
    for dist in before_and_after:
        deploy(public, dist, "public", 0)
    pages = {(dist / "public" / "index.html").read_bytes() for dist in before_and_after}
    assert len({len(page) for page in pages}) == 2
    done = threading.Event()
    wrong: list[object] = []
    asked = [0]

    def read(url: str) -> None:
        visitor = stage.visitor()
        while not done.is_set():
            try:
                answer = visitor.ask(url, headers={"Accept-Encoding": "identity"})
            except requests.RequestException as problem:
                wrong.append(problem)
                continue
            asked[0] += 1
            if answer.status_code != 200 or answer.content not in pages:
                wrong.append((answer.status_code, len(answer.content)))

    readers = [
        threading.Thread(target=read, args=(stage.urls[variant, "public"],))
        for variant in OPEN[:2] * 2
    ]
    for each in readers:
        each.start()
    switched = 0
    while (asked[0] < 1_000 or switched < 500) and all(each.is_alive() for each in readers):
        for number in (2, 3):
            lab.switch(public, number)
            switched += 1
            time.sleep(0.002)
    done.set()
    for each in readers:
        each.join()
    assert asked[0] >= 1_000
    assert not wrong
