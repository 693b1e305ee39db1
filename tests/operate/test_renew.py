"""``dwgk renew``: what is due goes into service, what is not is not touched, failures are told."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

import pytest
from filelock import FileLock

from generator import renewal
from generator.build import build
from generator.model.institution import Institution
from generator.model.release import MANIFEST, Release, parse
from generator.publish.release.back import rollback
from generator.publish.release.deploy import deploy
from generator.publish.release.issue import Done, Place
from generator.publish.server.service import read_service
from generator.publish.units import place as units_place
from generator.renewal import Asked, Renewed, renew
from generator.source.project import read_settings
from tests.operate.receivers import Letters, Robot, mail_server, web_server
from tests.operate.walls import read_only
from tests.support import bind, item, make_project

pytestmark = pytest.mark.usefixtures("inline")

DWGK = str(Path(sys.executable).with_name("dwgk"))
AUDIENCES = ("party", "campus", "public")
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 21, 8, 0, tzinfo=ZONE)
SECRET = "某同志严重违纪审查情况"

ITEMS = {
    "content/open.md": item("A-1"),
    "content/inside.md": item("N-1", catalog="zz-01", scope="党内", title=SECRET),
}


class Office:
    """A project with a target for each audience, and those whom it tells."""

    def __init__(self, folder: Path, letters: Letters, robot: Robot) -> None:
        self.folder, self.letters, self.robot = folder, letters, robot
        self.root = folder / "project"
        self.now = NOW

    def target(self, audience: str) -> Path:
        return self.folder / "www" / audience

    def place(self, audience: str) -> Place:
        return Place(self.root, audience, str(self.target(audience)), self.now, 5, 30, None)

    def settle(self, smtp: str, webhook: str) -> None:
        """Write the project, and a place for each site."""
        self.folder.mkdir()
        (self.folder / "webhook").write_text(webhook, encoding="utf-8")
        servers = "servers:\n"
        for each in AUDIENCES:
            self.target(each).mkdir(parents=True)
            servers += f"  {each}:\n    url: https://{each}.example.edu.cn/dwgk/\n"
            servers += f"    host: shared\n    target: {self.target(each)}\n"
            if each != "public":
                cas = "{login: https://cas.example.edu.cn/, validate: https://cas.example.edu.cn/}"
                servers += f"    sign_on: {{cas: {cas}}}\n    require: any\n"
        servers += f"notify: {{to: [dwgk@example.edu.cn], smtp: {smtp}, "
        servers += f"webhook: {self.folder}/webhook}}\n"
        make_project(self.folder, {**ITEMS, "site_config/servers.yml": servers})

    def begin(self) -> None:
        """Build and deploy by hand, the first time."""
        built = build(self.root, self.root / "dist", lambda _: self.now.date())
        assert built.items
        for audience in AUDIENCES:
            done = deploy(self.place(audience), self.root / "dist", first=1)
            assert done.release, done.diagnostics

    def renew(self, *audiences: str) -> Renewed:
        return renew(Asked(self.root, lambda _: self.now, "web1", audiences))

    def serving(self, audience: str) -> Release:
        found = parse((self.target(audience) / "current" / MANIFEST).read_bytes())
        assert isinstance(found, Release)
        return found

    def versions(self) -> tuple[int, ...]:
        return tuple(self.serving(each).version for each in AUDIENCES)

    def write(self, name: str, text: str) -> None:
        (self.root / name).write_text(text, encoding="utf-8")
        bind(self.root)

    def subjects(self) -> list[str]:
        return [str(each["Subject"]) for each in self.letters.received]


@pytest.fixture(scope="module")
def first_day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office whose sites were put into service by hand, kept to begin from again and again."""
    folder = tmp_path_factory.mktemp("office")
    with mail_server() as (smtp, letters), web_server() as (address, robot):
        made = Office(folder / "office", letters, robot)
        made.settle(smtp, address)
        made.begin()
        subprocess.run(["cp", "-a", made.folder, folder / "kept"], check=True)
        yield made


@pytest.fixture
def office(first_day: Office) -> Office:
    """That office as it was, at the same place, and nobody told anything yet."""
    folder, letters, robot = first_day.folder, first_day.letters, first_day.robot
    shutil.rmtree(folder)
    subprocess.run(["cp", "-a", folder.with_name("kept"), folder], check=True)
    letters.forget()
    robot.forget()
    return Office(folder, letters, robot)


def _state(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Every file outside what the build itself remembers: inode, size, time of change."""
    return {
        str(path.relative_to(folder)): (path.lstat().st_ino, path.lstat().st_size, _changed(path))
        for path in sorted(folder.rglob("*"))
        if "cache" not in path.parts and not path.name.endswith(".lock")
    }


def _changed(path: Path) -> int:
    return path.lstat().st_ctime_ns if path.is_file() and not path.is_symlink() else 0


def _institution(root: Path) -> Institution:
    institution, faults = read_settings(root)
    assert institution is not None, faults
    return institution


def _codes(done: Renewed) -> set[str]:
    return {each.code for each in done.diagnostics if each.severity == "error"}


def test_nothing_due_nothing_touched(office: Office) -> None:
    assert office.renew() == Renewed()
    before = _state(office.folder)
    office.now += timedelta(hours=3)
    assert office.renew() == Renewed()
    assert _state(office.folder) == before
    assert office.letters.received == []


def test_what_changed_goes_into_service_and_nothing_else(office: Office) -> None:
    office.write("content/more.md", item("N-2", catalog="zz-01", scope="党内"))
    done = office.renew()
    assert [each.audience for each in done.releases] == ["party"]
    assert office.versions() == (2, 1, 1)
    assert (office.target("party") / "current/site/d/N-2/index.html").is_file()
    assert office.renew() == Renewed()
    log = (office.root / "registers/publish-log.jsonl").read_text(encoding="utf-8")
    assert "N-2" in log


@pytest.mark.slow
def test_what_falls_due_goes_into_service_on_its_day(office: Office) -> None:
    text = item("A-2", dates="{written: 2025-03-01, release: 2026-11-24, until: 2026-11-25}")
    office.write("content/later.md", text)
    page = office.target("public") / "current/site/d/A-2/index.html"
    for day, shown in ((21, False), (23, False), (24, True), (25, True), (26, False), (27, False)):
        office.now = datetime(2026, 11, day, 0, 0, 30, tzinfo=ZONE)
        assert not _codes(office.renew())
        assert page.is_file() is shown, day
    assert office.versions() == (3, 3, 3)


def test_a_manifest_that_grows_old_is_issued_anew(office: Office) -> None:
    assert office.serving("party").expires == date(2026, 12, 21)
    office.now += timedelta(days=19)
    assert office.renew() == Renewed()
    office.now += timedelta(days=1)
    before = office.serving("party")
    assert len(office.renew().releases) == 3
    fresh = office.serving("party")
    assert fresh.files == before.files
    assert fresh.expires == date(2027, 1, 10)
    assert office.renew() == Renewed()


def test_only_the_audiences_asked_for(office: Office) -> None:
    office.write("content/more.md", item("A-2"))
    assert [each.audience for each in office.renew("campus").releases] == ["campus"]
    assert office.versions() == (1, 2, 1)


@pytest.mark.slow
def test_what_somebody_rolled_back_stays_back(office: Office) -> None:
    office.renew()
    office.write("content/slip.md", item("A-9"))
    office.renew()
    assert office.versions() == (2, 2, 2)
    done: Done = rollback(office.place("public"), 1, frozenset({"A-1"}), frozenset())
    assert done.release, done.diagnostics
    slip = office.target("public") / "current/site/d/A-9"
    for _ in range(3):
        office.now += timedelta(minutes=5)
        assert _codes(office.renew()) == {"D74"}
        assert not slip.exists()
    office.write("content/more.md", item("A-3"))  # another change does not bring it back either
    assert _codes(office.renew()) == {"D74"}
    assert not slip.exists()
    assert office.versions() == (3, 3, 3)  # the others go on
    assert len(office.letters.received) == 1
    (office.root / "content/slip.md").write_text(
        item("A-9", lifecycle="[{change: 撤销, date: 2026-11-21, by: 院党委会}]"), encoding="utf-8"
    )
    bind(office.root)
    build(office.root, office.root / "dist", lambda _: office.now.date())
    assert deploy(office.place("public"), office.root / "dist").release
    assert not _codes(office.renew())
    assert office.renew() == Renewed()


def test_who_deployed_by_hand_what_the_project_makes_is_not_in_the_way(office: Office) -> None:
    office.renew()
    office.write("content/more.md", item("A-2"))
    build(office.root, office.root / "dist", lambda _: office.now.date())
    deploy(office.place("public"), office.root / "dist")
    assert not _codes(office.renew())
    office.write("content/again.md", item("A-3"))
    assert len(office.renew().releases) == 3


def test_content_with_faults_leaves_all_as_it_is_and_somebody_hears_of_it(office: Office) -> None:
    office.renew()
    good = (office.root / "content/inside.md").read_text(encoding="utf-8")
    (office.root / "content/inside.md").write_text(good + "改动。\n", encoding="utf-8")
    before = _state(office.folder / "www")
    assert _codes(office.renew()) == {"G16", "R01"}
    assert _state(office.folder / "www") == before
    (letter,) = office.letters.received
    ((_, _, body),) = office.robot.posts
    for text in (letter.get_content(), body.decode(), str(letter["Subject"])):
        assert SECRET not in text
        assert "N-1" not in text
    assert "G16 1 处：content/inside.md" in letter.get_content()
    assert json.loads(body)["codes"] == {"G16": 1, "R01": 1}
    for _ in range(20):  # not one per run
        office.now += timedelta(minutes=5)
        office.renew()
    assert len(office.letters.received) == 1
    office.now += timedelta(days=1)
    office.renew()
    (office.root / "content/inside.md").write_text(good, encoding="utf-8")
    office.renew()
    office.renew()
    heads = ["失败", "仍然失败", "恢复正常"]
    assert [each.partition("定时发布")[2] for each in office.subjects()] == [
        f"{head}（web1）" for head in heads
    ]


def test_one_target_out_of_reach_holds_up_no_other(office: Office) -> None:
    office.write("content/more.md", item("A-2"))
    away = office.target("campus").rename(office.folder / "away")
    done = office.renew()
    assert done.machine
    assert [each.audience for each in done.releases] == ["party", "public"]
    assert len(office.letters.received) == 1
    away.rename(office.target("campus"))
    assert [each.audience for each in office.renew().releases] == ["campus"]
    assert len(office.letters.received) == 2


def test_an_empty_target_is_never_taken_for_ours(office: Office) -> None:
    """A disk that is not mounted: nothing is put into the folder below it."""
    office.target("party").rename(office.folder / "away")
    office.target("party").mkdir()
    assert _codes(office.renew()) == {"D05"}
    assert list(office.target("party").iterdir()) == []


def test_broken_settings_are_told_to_those_known_before(office: Office) -> None:
    office.renew()
    (office.root / "site_config/institution.yml").write_text("name: [\n", encoding="utf-8")
    assert _codes(office.renew())
    assert office.subjects() == ["党务公开定时发布失败（web1）"]


def test_an_audience_without_a_server_is_said(office: Office) -> None:
    (office.root / "site_config/servers.yml").unlink()
    done = office.renew()
    assert {(each.code, dict(each.args)["audience"]) for each in done.diagnostics} == {
        ("D73", each) for each in AUDIENCES
    }


def test_a_bug_is_told_and_not_swallowed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError(SECRET)

    monkeypatch.setattr(renewal, "rebuild", broken)
    with pytest.raises(ZeroDivisionError):
        office.renew()
    (letter,) = office.letters.received
    assert "D75" in letter.get_content()
    assert SECRET not in letter.get_content()


def test_a_mail_server_that_is_down_is_tried_again(office: Office) -> None:
    office.robot.status = 500
    good = (office.root / "content/inside.md").read_text(encoding="utf-8")
    (office.root / "content/inside.md").write_text(good + "改动。\n", encoding="utf-8")
    servers = office.root / "site_config/servers.yml"
    text = servers.read_text(encoding="utf-8")
    servers.write_text(text.replace("smtp: 127.0.0.1:", "smtp: 127.0.0.2:"), encoding="utf-8")
    assert _codes(office.renew()) == {"G16", "R01", "D71", "D72"}
    servers.write_text(text, encoding="utf-8")
    assert _codes(office.renew()) == {"G16", "R01", "D72"}
    assert len(office.letters.received) == 1
    assert _codes(office.renew()) == {"G16", "R01"}


def _cli(office: Office, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [DWGK, *words],
        cwd=office.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )


def test_two_runs_never_meet(office: Office) -> None:
    """The second says so and ends well, and nobody is told: a timer tries again by itself."""
    (office.root / ".dwgk").mkdir(exist_ok=True)
    before = _state(office.folder)
    with FileLock(office.root / ".dwgk/.renew.lock"):
        run = _cli(office, "renew")
        out, errors = run.communicate(timeout=300)
    assert run.returncode == 0, errors
    assert "另一次正在进行" in out
    assert _state(office.folder) == before


def test_somebody_s_own_build_is_waited_for(office: Office) -> None:
    office.renew()
    office.write("content/more.md", item("A-2"))
    with FileLock(office.root / ".dist.lock"):
        done = office.renew()
    assert (done.busy, done.releases, done.diagnostics) == (True, (), ())
    assert office.letters.received == []
    assert len(office.renew().releases) == 3


@pytest.mark.slow
def test_many_at_once_deploy_once(office: Office) -> None:
    office.write("content/more.md", item("A-2"))
    runs = [_cli(office, "renew") for _ in range(4)]
    said = [run.communicate(timeout=300) for run in runs]
    assert [run.returncode for run in runs] == [0] * 4, said
    assert office.versions() == (2, 2, 2)
    assert sum("party 第 2 版" in out for out, _ in said) == 1


@pytest.mark.slow
def test_the_verb_says_what_it_did(office: Office) -> None:
    office.write("content/more.md", item("A-2"))
    run = _cli(office, "renew")
    out, errors = run.communicate(timeout=300)
    assert run.returncode == 0, errors
    assert "party 第 2 版已投入使用" in out
    run = _cli(office, "renew", "--lang", "en")
    assert run.communicate(timeout=300)[0] == "Nothing is due; nothing was touched.\n"
    office.target("party").rename(office.folder / "away")
    run = _cli(office, "renew")
    run.communicate(timeout=300)
    assert run.returncode == 3
    run = _cli(office, "renew", "nobody")
    run.communicate(timeout=300)
    assert run.returncode == 2


@pytest.mark.parametrize("closed", [False, True])
def test_the_paths_of_the_unit_are_enough_and_needed(office: Office, closed: bool) -> None:
    """Within what ``ReadWritePaths=`` names a run does all its work; without a target it fails."""
    office.write("content/more.md", item("A-2"))
    servers, faults = read_service(office.root, _institution(office.root))
    assert not faults
    at = units_place(PurePosixPath(office.root), PurePosixPath(DWGK), "daemon", servers)
    open_to = [office.root, *(Path(each) for each in at.targets)]
    wall = office.folder / "wall"
    wall.mkdir()
    before, environment = read_only(wall, open_to[:-1] if closed else open_to)
    done = subprocess.run(
        [*before, DWGK, "renew"], cwd=office.root, env=environment, capture_output=True, check=False
    )
    told = done.stdout.decode() + done.stderr.decode()
    assert done.returncode == (3 if closed else 0), told
    assert office.versions() == ((2, 2, 1) if closed else (2, 2, 2)), told
    assert sorted(each.name for each in office.folder.iterdir() if each != wall) == [
        "project",
        "webhook",
        "www",
    ]
