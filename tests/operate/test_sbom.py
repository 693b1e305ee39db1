"""The bill of materials: whole, valid by the standard's own schema, the same bytes each time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from packaging.utils import canonicalize_name

from generator.diagnostics import EnvironmentFault
from generator.publish import sbom
from tests.operate.audit import LOCKS, ROOT, pinned

BILL = json.loads(sbom.bill())


def test_it_is_cyclonedx() -> None:
    text = sbom.bill().decode()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


def test_it_lists_what_servers_install_and_nothing_of_the_tests() -> None:
    """Against the lock, which another program (uv) resolved."""
    found = {each["name"]: each["version"] for each in BILL["components"]}
    python = found.pop("python")
    assert python == ".".join(map(str, sys.version_info[:3]))
    locked = dict(pinned((ROOT / LOCKS[0]).read_text(encoding="utf-8")))
    install = sbom.needed("hatchling").keys() | sbom.needed("editables").keys()
    assert found.keys() >= {"mkdocs", "typst", "markupsafe", "pyyaml"}
    assert not found.keys() & {"pytest", "playwright", "ruff", "pip"}
    # the lock lags behind pyproject.toml until it is made again; the audit tells of that
    assert {name: locked.get(name, at) for name, at in found.items()} == found
    assert locked.keys() - found.keys() <= install


def test_every_component_can_be_looked_up() -> None:
    for each in (*BILL["components"], BILL["metadata"]["component"]):
        address = PackageURL.from_string(each["purl"])
        assert (address.name, address.version) == (each["name"], each["version"])
        assert each["licenses"], each["name"]


def test_who_needs_whom() -> None:
    refs = {each["bom-ref"] for each in BILL["components"]}
    own = BILL["metadata"]["component"]["bom-ref"]
    edges = {each["ref"]: set(each.get("dependsOn", ())) for each in BILL["dependencies"]}
    assert edges.keys() == refs | {own}
    assert {ref for on in edges.values() for ref in on} == refs  # everything is there for a reason
    jinja = f"pkg:pypi/jinja2@{distribution('jinja2').version}"
    markup = f"pkg:pypi/markupsafe@{distribution('markupsafe').version}"
    assert jinja in edges[own]
    assert edges[jinja] == {markup}


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_the_same_bytes_each_time(seed: str, tmp_path: Path) -> None:
    """Whatever the hash seed, the time zone, the language, the folder; no clock, no random."""
    surroundings = {**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    code = "import sys; from generator.publish.sbom import bill; sys.stdout.buffer.write(bill())"
    run = [sys.executable, "-c", code]
    done = subprocess.run(run, env=surroundings, cwd=tmp_path, capture_output=True, check=True)
    assert done.stdout == sbom.bill()
    assert str(ROOT).encode() not in done.stdout


@pytest.fixture
def imagined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder in front of the installed packages, for ones made up."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def _install(folder: Path, name: str, version: str, *lines: str) -> None:
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir()
    head = ["Metadata-Version: 2.4", f"Name: {name}", f"Version: {version}", *lines]
    (info / "METADATA").write_text("\n".join(head) + "\n", encoding="utf-8")


def test_extras_and_markers_decide_what_is_needed(imagined: Path) -> None:
    _install(imagined, "one", "1", "Requires-Dist: two[more]", 'Requires-Dist: never; extra=="x"')
    _install(
        imagined,
        "two",
        "2",
        'Requires-Dist: three; extra == "more"',
        'Requires-Dist: four; sys_platform == "win32"',
    )
    _install(imagined, "three", "3", "Requires-Dist: one")  # a ring is no endless walk
    assert sorted(sbom.needed("one")) == ["one", "three", "two"]


def test_a_missing_package_is_an_error(imagined: Path) -> None:
    _install(imagined, "one", "1", "Requires-Dist: gone>=1")
    with pytest.raises(EnvironmentFault) as caught:
        sbom.needed("one")
    assert caught.value.code == sbom.NOT_INSTALLED
    assert "gone" in caught.value.sentence("en")


def test_another_version_is_another_bill(monkeypatch: pytest.MonkeyPatch) -> None:
    real = sbom.distribution

    class Newer:
        """The same package as if it had been updated."""

        def __init__(self, name: str) -> None:
            self._real = real(name)
            self.version = "99.0"

        def __getattr__(self, name: str) -> object:
            return getattr(self._real, name)

    newer = {"jinja2": Newer}
    monkeypatch.setattr(
        sbom, "distribution", lambda name: newer.get(canonicalize_name(name), real)(name)
    )
    changed = json.loads(sbom.bill())
    assert changed["serialNumber"] != BILL["serialNumber"]
    assert "pkg:pypi/jinja2@99.0" in {each["bom-ref"] for each in changed["components"]}
