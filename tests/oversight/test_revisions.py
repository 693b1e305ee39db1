"""Catalogues on the agenda: a new version that takes effect, and a year without a revision."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from generator.cli import cli
from tests.support import INSTITUTION, complete, make_project

HEAD = "title: 目录\nversion: '{0}'\neffective: {0}\nscope: {1}\ncolumns: {{内容: title}}\n"
ROWS = "items:\n  - {id: no-01, title: 其他, forms: 网站, scope: 党内, time: 即时, visible: 党内}\n"


def _due(tmp_path: Path, as_of: str, rule: str = "warning") -> list[tuple[str, str, str, str]]:
    rules = f"rules: {{party_first: error, catalogue_yearly: {rule}}}\n"
    root = make_project(
        tmp_path,
        {
            "site_config/institution.yml": complete(rules, INSTITUTION),
            "catalog.yaml": HEAD.format("2026-03-01", "校内") + ROWS,
            "content/catalogs/history/main/2024.yaml": HEAD.format("2024-02-29", "校内外") + ROWS,
        },
    )
    arguments = ["due", "--project", str(root), "--as-of", as_of, "--within", "7d"]
    done = CliRunner().invoke(cli, [*arguments, "--format", "json"])
    return [
        (each["date"], each["event"], each["audience"], each["id"])
        for each in json.loads(done.stdout)
    ]


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2025-02-20", []),
        ("2025-02-21", [("2025-02-28", "revision", "", "main")]),
        ("2025-06-01", [("2025-02-28", "revision", "", "main")]),
        ("2026-03-01", []),
        ("2027-02-22", [("2027-03-01", "revision", "", "main")]),
    ],
)
def test_a_year_without_a_revision(
    as_of: str, expected: list[tuple[str, str, str, str]], tmp_path: Path
) -> None:
    assert _due(tmp_path, as_of) == expected
    assert _due(tmp_path / "other", as_of, "'off'") == []


def test_a_version_that_takes_effect(tmp_path: Path) -> None:
    """To those who may see it; whom it closes the catalogue to, the site changes all the same."""
    found = _due(tmp_path, "2026-02-25", "'off'")
    assert set(found) == {
        ("2026-03-01", "version", "party", "main"),
        ("2026-03-01", "version", "campus", "main"),
        ("2026-03-01", "links", "public", ""),
    }
