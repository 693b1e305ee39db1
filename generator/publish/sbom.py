"""What a site was made with: the software bill of materials (CycloneDX 1.6, ECMA-424).

Read from the environment that runs, not from a lock file: a bill says what was used, and the audit
says whether that is what the locks ask for. Only what ``dwgk`` needs to run is on it, so a machine
that also tests writes the same bill as a server.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import Distribution, distribution
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from generator.diagnostics import EnvironmentFault

NAME = "sbom.cdx.json"
"""The file's name wherever it is written."""

PROGRAM = "dwgk"
NOT_INSTALLED = "D70"


def bill() -> bytes:
    """The bill of the running environment: canonical JSON, one line end.

    The same environment gives the same bytes: it has no time of making, and its serial number is
    made of its content. Raises EnvironmentFault where a needed package is not installed.
    """
    found = dict(sorted(needed(PROGRAM).items()))
    own, python = found[PROGRAM], _interpreter()
    parts = [_component(each) for each in found.values() if each is not own]
    edges = [_edges(each, found) for each in found.values()]
    table: dict[str, Any] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": _component(own, "application")},
        "components": [*parts, python],
        "dependencies": [*edges, {"ref": python["bom-ref"]}],
    }
    content = _text(table)
    table["serialNumber"] = uuid5(NAMESPACE_URL, content).urn
    return f"{_text(table)}\n".encode()


def needed(name: str) -> dict[str, Distribution]:
    """The distribution ``name`` and all it needs on this machine, by canonical name."""
    found: dict[str, Distribution] = {}
    asked: set[tuple[str, frozenset[str]]] = set()
    todo = [Requirement(name)]
    while todo:
        wanted = todo.pop()
        key = canonicalize_name(wanted.name), frozenset(wanted.extras)
        if key in asked:
            continue
        asked.add(key)
        found[key[0]] = _installed(key[0])
        todo.extend(_requirements(found[key[0]], wanted.extras))
    return found


def _installed(name: str) -> Distribution:
    try:
        return distribution(name)
    except ModuleNotFoundError:
        raise EnvironmentFault(NOT_INSTALLED, {"name": name}) from None


def _requirements(each: Distribution, extras: set[str] | frozenset[str]) -> Iterator[Requirement]:
    """What it needs here, with these extras: markers speak of Python, system and extra."""
    for text in each.requires or ():
        wanted = Requirement(text)
        marker = wanted.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            yield wanted


def _component(each: Distribution, kind: str = "library") -> Mapping[str, Any]:
    address = _address(each)
    part = {
        "type": kind,
        "bom-ref": address,
        "name": canonicalize_name(each.name),
        "version": each.version,
        "purl": address,
    }
    return part | ({"licenses": stated} if (stated := _licences(each)) else {})


def _address(each: Distribution) -> str:
    """The package URL, which scanners look vulnerabilities up by."""
    return f"pkg:pypi/{canonicalize_name(each.name)}@{each.version.replace('+', '%2B')}"


def _interpreter() -> Mapping[str, Any]:
    version = platform.python_version()
    address = f"pkg:generic/python@{version}"
    return {
        "type": "platform",
        "bom-ref": address,
        "name": "python",
        "version": version,
        "purl": address,
        "licenses": [{"license": {"id": "Python-2.0"}}],
    }


def _licences(each: Distribution) -> Sequence[Mapping[str, Any]]:
    """One SPDX expression, or names as the package states them."""
    kinds = licences(each)
    if "License-Expression" in each.metadata:
        return [{"expression": kinds[0], "acknowledgement": "declared"}]
    return [{"license": {"name": kind, "acknowledgement": "declared"}} for kind in kinds]


def licences(each: Distribution) -> list[str]:
    """What a package says of its licence: expression, else classifiers, else its own words."""
    stated = each.metadata
    if "License-Expression" in stated:
        return [stated["License-Expression"]]
    classifiers = [str(line) for line in stated.get_all("Classifier") or ()]
    named = {line.rpartition(" :: ")[2] for line in classifiers if line.startswith("License :: ")}
    words = stated["License"].strip().split("\n")[0] if "License" in stated else ""
    return sorted(named - {"OSI Approved"}) or ([words] if words else [])


def _edges(each: Distribution, found: Mapping[str, Distribution]) -> Mapping[str, Any]:
    names = {canonicalize_name(wanted.name) for wanted in _requirements(each, frozenset())}
    on = [_address(found[name]) for name in names if name in found]
    if each.name == PROGRAM:
        on.append(_interpreter()["bom-ref"])
    return {"ref": _address(each), "dependsOn": sorted(on)}


def _text(table: Mapping[str, Any]) -> str:
    return json.dumps(table, ensure_ascii=False, sort_keys=True, indent=1)
