"""Law 2 from disk to disk: whole builds before and after edits of what an audience may not see."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from generator import build as conductor
from generator.diagnostics import has_errors
from generator.publish.verify import verify
from tests.laws.snapshot import differing, site
from tests.laws.spec import AS_OF, AUDIENCES, Spec, edited, spec
from tests.support import item, make_project


def _built(folder: Path, made: Spec, audience: str) -> Path:
    root = make_project(folder, made.files())
    done = conductor.build(root, root / "dist", lambda zone: AS_OF, [audience])
    assert not has_errors(done.diagnostics), done.diagnostics
    assert done.items
    return root / "dist"


@pytest.mark.slow
@pytest.mark.usefixtures("inline")
@pytest.mark.parametrize("seed", range(9))
def test_hidden_edits_leave_the_site_byte_identical(seed: int, tmp_path: Path) -> None:
    audience = AUDIENCES[seed % 3]
    before = spec(seed)
    after = edited(before, audience, seed)
    assert before.files() != after.files()
    one = _built(tmp_path / "one", before, audience)
    other = _built(tmp_path / "other", after, audience)
    assert differing(site(one, audience), site(other, audience)) == []
    for dist in (one, other):
        assert verify(dist, dist.parent, [audience]) == []


@pytest.mark.parametrize("seed", range(100, 108))
def test_hidden_edits_leave_gate_and_door_equal(seed: int, tmp_path: Path) -> None:
    """The same from disk to edition, without the rendering: more of them."""
    for audience in AUDIENCES:
        before = spec(seed)
        seen = []
        for name, made in (("one", before), ("other", edited(before, audience, seed))):
            root = make_project(tmp_path / f"{audience}-{name}", made.files())
            checked = conductor.check(root)
            assert checked.approved is not None
            assert not has_errors(checked.diagnostics), checked.diagnostics
            approved = checked.approved
            edition = conductor.edition(approved, audience, AS_OF)
            seen.append((edition, conductor.next_change(approved, edition.audience, AS_OF)))
        assert seen[0] == seen[1]


@pytest.mark.slow
def test_the_site_of_an_audience_that_is_no_more(tmp_path: Path) -> None:
    """It goes with the next build; a site that was merely not built now stays."""
    root = make_project(tmp_path, {"content/a-1.md": item("a-1")})

    def build(*audiences: str) -> None:
        done = conductor.build(root, root / "dist", lambda zone: date(2026, 6, 1), audiences)
        assert done.items

    def names() -> set[str]:
        return {each.name for each in (root / "dist").iterdir() if each.is_dir()}

    build()
    assert names() == {"party", "campus", "public"}
    build("public")
    assert names() == {"party", "campus", "public"}
    own = root / "site_config/institution.yml"
    text = own.read_text(encoding="utf-8")
    text = text.replace("  - {id: campus, title: 校内}\n", "").replace("campus, ", "")
    own.write_text(text.replace(", campus]", "]"), encoding="utf-8")
    build("public")
    assert names() == {"party", "public"}
