"""The audit of `make check`: what is installed is what was locked, named and allowed.

``python -m tests.operate.audit`` needs no network, so it gives the same answer for the same commit
and environment wherever it runs. Whether a locked version has a known weakness is another question,
whose answer changes by the day and can only be had from an advisory service: `make audit` asks one.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Container, Iterable, Iterator, Mapping
from importlib.metadata import Distribution, distributions
from itertools import pairwise
from pathlib import Path

from license_expression import ExpressionError, get_spdx_licensing
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from generator.diagnostics import EnvironmentFault
from generator.publish.sbom import licences, needed

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-test.lock", "requirements-bench.lock")
"""Each holds all of the one before it."""

OUTSIDE = {"pip", "setuptools", "wheel", "dwgk"}
"""Not locked: what `python -m venv` brings along, and the program itself."""

ALLOWED = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-CMU"),
    *("MIT-0", "MPL-2.0", "PSF-2.0", "Python-2.0", "Unlicense", "Zlib"),
}
"""Licences under which an institution may use and hand on what it installed, changes aside."""

ALLOWED_IN_TESTS = ALLOWED | {"GPL-3.0-only", "LGPL-3.0-or-later", "ZPL-2.1"}
"""Of what runs on developers' machines only and is handed on to nobody."""

SPELLINGS = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "BSD-3-Clause, Apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
    "GNU General Public License v3 (GPLv3)": "GPL-3.0-only",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "Zope Public License": "ZPL-2.1",
}
"""How packages without an SPDX expression name a licence; what it says was looked up once."""

READ_BY_EYE = {
    "axe-playwright-python": "MIT",
    "bagit": "CC0-1.0",
}
"""Packages whose metadata name no licence; it stands in the licence file they bring along."""

_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
_ADDRESS = re.compile(r"://|^\s*-{1,2}[a-z]|\s@\s", re.MULTILINE)
"""An address, an option of pip's, or a package taken from an address."""

Pins = Mapping[str, str]
"""Version by canonical name."""


def audit(root: Path, installed: Iterable[Distribution]) -> list[str]:
    """Everything that is not as it should be, one sentence each."""
    here = {canonicalize_name(each.name): each for each in installed}
    texts = {name: (root / name).read_text(encoding="utf-8") for name in LOCKS}
    pins = {name: dict(pinned(text)) for name, text in texts.items()}
    return [
        *(f"{name}: {each}" for name, text in texts.items() for each in loose(text)),
        *nested(pins),
        *unequal(here, pins[LOCKS[-1]]),
        *unnamed(root),
        *stale(root, here.get("dwgk")),
        *unlocked(pins[LOCKS[0]]),
        *forbidden(here.values(), pins[LOCKS[0]]),
        *foreign(root),
    ]


def _entries(text: str) -> Iterator[str]:
    """One logical line for each requirement, with its hashes."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    yield from filter(None, "\n".join(lines).replace("\\\n", " ").split("\n"))


def loose(text: str) -> Iterator[str]:
    """Entries of a lock that pin nothing: no version, no hash, an address."""
    for entry in _entries(text):
        head = entry.partition("--hash")[0].strip()
        rest = _HASH.sub("", entry.removeprefix(head))
        if not _HASH.search(entry) or rest.strip():
            yield f"{head}: needs SHA-256 hashes and nothing else"
        if _ADDRESS.search(head):
            yield f"{head}: an address or an option"
        elif not re.match(r"[A-Za-z0-9._-]+==[^\s*;]+(\s*;|$)", head):
            yield f"{head}: not pinned to one version"


def pinned(text: str) -> Iterator[tuple[str, str]]:
    """Name and version of each entry that holds on this machine."""
    for entry in _entries(text):
        try:
            wanted = Requirement(entry.partition("--hash")[0].strip())
        except InvalidRequirement:
            continue  # told by ``loose``
        if wanted.marker is None or wanted.marker.evaluate():
            yield canonicalize_name(wanted.name), str(wanted.specifier).removeprefix("==")


def nested(pins: Mapping[str, Pins]) -> Iterator[str]:
    """Locks that disagree with the next larger one."""
    for small, large in pairwise(LOCKS):
        for name, version in pins[small].items():
            if pins[large].get(name) != version:
                yield f"{large}: {name} is not {version}, as {small} has it (make lock)"


def unequal(here: Mapping[str, Distribution], pins: Pins) -> Iterator[str]:
    """Installed packages that no lock has, or has in another version."""
    for name, each in sorted(here.items()):
        if name not in OUTSIDE and pins.get(name) != each.version:
            yield f"installed {name} {each.version}; locked: {pins.get(name, 'not at all')}"


def unlocked(pins: Pins) -> Iterator[str]:
    """What the program needs to run and the lock for servers lacks, or nobody installed."""
    try:
        found = needed("dwgk")
    except EnvironmentFault as problem:
        yield problem.sentence("en")
        return
    for name in sorted(found.keys() - pins.keys() - OUTSIDE):
        yield f"{LOCKS[0]}: needed to run, but not locked: {name}"


def unnamed(root: Path) -> Iterator[str]:
    """Dependencies without a stated purpose, and stated ones that are none."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (root / "docs" / "architecture.md").read_text(encoding="utf-8")
    chapter = text.partition("## Dependencies, and why")[2].partition("\n## ")[0]
    cells = re.findall(r"^\| ([^|]+) \|", chapter, re.MULTILINE)
    named = {canonicalize_name(name) for cell in cells[1:] for name in cell.split(", ")}
    named.discard("-")
    run = {canonicalize_name(Requirement(each).name) for each in project["dependencies"]}
    yield from (f"docs/architecture.md: no purpose for {name}" for name in sorted(run - named))
    yield from (f"docs/architecture.md: {name} is no dependency" for name in sorted(named - run))
    prose = canonicalize_name(chapter.partition("\n\nBy choice")[2])
    for extra, wanted in project["optional-dependencies"].items():
        for each in wanted:
            name = canonicalize_name(Requirement(each).name)
            if not re.search(rf"(?<![a-z0-9-]){re.escape(name.partition('-')[0])}", prose):
                yield f"docs/architecture.md: {name} ({extra}) is not named"


def stale(root: Path, own: Distribution | None) -> Iterator[str]:
    """The program's own entry in the environment, from which the bill of materials is made."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {str(Requirement(each)) for each in project["dependencies"]}
    known = {Requirement(each) for each in (own.requires or ())} if own else set()
    if {str(each) for each in known if each.marker is None} != wanted:
        yield "installed dwgk: not with the dependencies of pyproject.toml (make site)"


def forbidden(installed: Iterable[Distribution], run: Container[str]) -> Iterator[str]:
    """Packages whose licence is unknown or not allowed; ``run`` are those servers install."""
    spdx = get_spdx_licensing()
    for each in sorted(installed, key=lambda one: one.name.lower()):
        own = READ_BY_EYE.get(each.name)
        stated = [own] if own else [SPELLINGS.get(kind, kind) for kind in licences(each)]
        try:
            known = spdx.license_keys(" AND ".join(f"({kind})" for kind in stated), validate=True)
        except ExpressionError:
            known = []
        if not known:
            yield f"{each.name} {each.version}: licence unknown: {'; '.join(stated) or 'none'}"
        elif bad := sorted(set(known) - _allowed(canonicalize_name(each.name) in run)):
            yield f"{each.name} {each.version}: licence not allowed: {', '.join(bad)}"


def _allowed(runs: bool) -> set[str]:
    return ALLOWED if runs else ALLOWED_IN_TESTS


def foreign(root: Path) -> Iterator[str]:
    """Packages of npm's locks (used by tests) without a digest, or with an address."""
    for path in sorted((root / "tests").rglob("package-lock.json")):
        if "node_modules" in path.parts:
            continue
        packages = json.loads(path.read_text(encoding="utf-8"))["packages"]
        for name, each in packages.items():
            if name and (not str(each.get("integrity", "")).startswith("sha512-")):
                yield f"{path.relative_to(root)}: {name} has no digest"
            if "resolved" in each:
                yield f"{path.relative_to(root)}: {name} names an address"


def main() -> int:
    """0 when nothing is wrong; each fault on a line of its own."""
    found = audit(ROOT, distributions())
    sys.stdout.writelines(f"audit: {each}\n" for each in found)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
