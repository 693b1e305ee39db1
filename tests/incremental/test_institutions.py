"""Many institutions in one call: each by itself, whatever becomes of the others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import distributed
import pytest
from click.testing import CliRunner
from distributed import LocalCluster

from generator.cli import cli
from generator.diagnostics import EnvironmentFault
from generator.institutions import Outcome, build_each, cluster, here, projects_in
from tests.laws.snapshot import complete, differing, exact
from tests.support import item, make_project

NAMES = ("a-sound", "b-faulty", "c-broken")
OPTIONS = ("--as-of", "2026-06-01", "--cores", "1")


@pytest.fixture
def province(tmp_path: Path) -> Path:
    """Three institutions: the first sound, the second with an error, the third unreadable."""
    folder = tmp_path / "province"
    for name in NAMES:
        text = item("one-1", f"{name}的正文。\n", title=f"{name}的事项")
        make_project(tmp_path / name, {"content/one.md": text})
        folder.mkdir(exist_ok=True)
        (tmp_path / name / "project").rename(folder / name)
    (folder / "b-faulty/content/draft.txt").write_text("nobody lists this", encoding="utf-8")
    (folder / "c-broken/site_config/institution.yml").write_bytes(b"\xff\xfe")
    (folder / "notes").mkdir()
    return folder


def _judge(folder: Path, outcomes: list[Outcome]) -> None:
    assert [each.name for each in outcomes] == [*NAMES]
    assert [each.status for each in outcomes] == [0, 1, 1]
    assert [each.count("error") for each in outcomes] == [0, 1, 1]
    assert complete(folder / "a-sound/dist")
    assert not (folder / "b-faulty/dist").exists()
    assert not (folder / "c-broken/dist").exists()
    for name in NAMES:  # of the same id in each, and none of them anywhere but at home
        words = [f"{other}的".encode() for other in NAMES if other != name]
        for path in (each for each in (folder / name).rglob("*") if each.is_file()):
            assert not any(word in path.read_bytes() for word in words), path
        said = str([each.diagnostics for each in outcomes if each.name != name])
        assert f"{name}的" not in said


@pytest.mark.slow
def test_one_that_fails_stops_no_other(province: Path) -> None:
    with here(2) as pool:
        _judge(province, build_each(projects_in(province), OPTIONS, pool, lambda done, all: None))


@pytest.fixture
def scheduler() -> Iterator[str]:
    """A cluster of two workers on this machine."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as machines:
        yield machines.scheduler_address


@pytest.mark.slow
def test_on_a_cluster_it_is_the_same(province: Path, scheduler: str, tmp_path: Path) -> None:
    with cluster(scheduler) as pool:
        _judge(province, build_each(projects_in(province), OPTIONS, pool, lambda done, all: None))
    found = exact(province / "a-sound/dist")
    with here(1) as pool:
        again = [*OPTIONS, "--out", str(tmp_path / "again")]
        build_each([province / "a-sound"], again, pool, lambda done, all: None)
    assert differing(found, exact(tmp_path / "again")) == []


def test_no_scheduler_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real client gives up after one second here instead of ten."""
    true = distributed.Client
    monkeypatch.setattr(
        distributed, "Client", lambda address, **named: true(address, **named | {"timeout": "1s"})
    )
    with pytest.raises(EnvironmentFault) as fault, cluster("tcp://127.0.0.1:1"):
        pass
    assert fault.value.code == "E15"


def test_no_project_is_told(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault) as fault:
        projects_in(tmp_path)
    assert fault.value.code == "E16"


def test_what_is_asked_for_is_asked_of_every_project(
    province: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, ...]] = []

    def one(project: str, options: tuple[str, ...]) -> Outcome:
        asked.append(options)
        return Outcome(Path(project).name, 0, (), "")

    monkeypatch.setattr("generator.institutions.build_one", one)
    command = ["build", "party", "--pdf", "--as-of", "2026-06-01", "--cores", "6"]
    done = CliRunner().invoke(cli, [*command, "--projects", str(province)])
    assert done.exit_code == 0, done.output
    assert asked == [("party", "--as-of", "2026-06-01", "--pdf", "--cores", "2")] * 3
    refused = CliRunner().invoke(cli, [*command, "--projects", str(province), "--out", "x"])
    assert refused.exit_code == 2, refused.output
