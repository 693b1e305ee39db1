"""Once installed the program needs no network, and what it makes asks for none."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from generator.source.project import read_settings
from tests.operate.audit import ROOT
from tests.operate.walls import without_network

DWGK = str(Path(sys.executable).with_name("dwgk"))
PARTS = ("catalog.yaml", "content", "mkdocs.yml", "registers", "site_config", "themes")
DAY = "2026-11-21"

NAMESPACES = {"www.w3.org", "www.sitemaps.org"}
"""Names of vocabularies, which nobody opens."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, cold: no site, nothing remembered."""
    root = tmp_path_factory.mktemp("away") / "project"
    root.mkdir()
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, root / part)
    return root


@pytest.fixture(scope="module")
def made(project: Path) -> Path:
    """The project with its sites, checked, built, verified and printed without a network."""
    before, environment = without_network(project.parent)
    for words in (
        ["check"],
        ["build", "--as-of", DAY, "--pdf"],
        ["verify"],
        ["print", "--as-of", DAY],
        ["offline", "party", "--as-of", DAY],
    ):
        done = subprocess.run(
            [*before, DWGK, *words], cwd=project, env=environment, capture_output=True, check=False
        )
        assert done.returncode == 0, (words, done.stdout.decode(), done.stderr.decode())
    return project


def test_the_wall_stands(project: Path) -> None:
    before, environment = without_network(project.parent)
    code = "import socket; socket.create_connection(('192.0.2.1', 9), 1)"
    run = [*before, sys.executable, "-c", code]
    done = subprocess.run(run, env=environment, capture_output=True, check=False)
    assert b"unreachable" in done.stderr or b"the network was asked" in done.stderr


@pytest.mark.slow
def test_everything_is_made_without_a_network(made: Path) -> None:
    institution, _ = read_settings(made)
    assert institution is not None
    for audience in institution.audiences:
        assert (made / "dist" / audience.id / "index.html").is_file()
    assert list((made / "print").rglob("*.pdf"))
    assert (made / "dwgk-party.zip").is_file()


_ADDRESS = re.compile(
    rb"https?://[A-Za-z0-9][^\s\"'<>()`\\]*|(?<=[\"'(=])//[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
)
_CODE = {".js", ".css"}
_COMMENT = re.compile(rb"/\*.*?\*/|(?:<|\\3c ?)!--.*?--|(?<=\s)//[^\n]*", re.DOTALL)
_WRITTEN = re.compile(r"https?://[^\s\"'<>()]+")


def _addresses(site: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(site.rglob("*")):
        if path.suffix in {".html", ".xml", ".json", ".csv", ".txt", ".svg", *_CODE}:
            data = path.read_bytes()
            if path.suffix in _CODE:
                data = _COMMENT.sub(b"", data)
            for found in _ADDRESS.findall(data):
                yield path, found.decode()


@pytest.mark.slow
@pytest.mark.parametrize("audience", ["party", "campus", "public"])
def test_no_page_names_an_outside_address_that_no_author_wrote(audience: str, made: Path) -> None:
    """Itself, vocabularies, and links that stand in the content: nothing of theme or program."""
    config = (made / "site_config" / f"{audience}.yml").read_text(encoding="utf-8")
    own = urlsplit(re.findall(r"^site_url: *(\S+)", config, re.MULTILINE)[0]).hostname
    texts = [path.read_text(encoding="utf-8") for path in (made / "content").rglob("*.md")]
    written = {address for text in texts for address in _WRITTEN.findall(text)}
    found = list(_addresses(made / "dist" / audience))
    assert {urlsplit(address).hostname for _, address in found} >= {own}
    outside = [
        (str(path.relative_to(made)), address)
        for path, address in found
        if urlsplit(address).hostname not in {own, *NAMESPACES} and address not in written
    ]
    assert outside == []
