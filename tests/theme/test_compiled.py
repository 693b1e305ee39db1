"""The theme compiled before is the theme compiled now; whatever else lies in its place is not."""

from __future__ import annotations

import sys
from pathlib import Path

import jinja2
import pytest

from generator.model.kept import write_table
from generator.site import render
from generator.site.configuration import THEME


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The place where it is kept, with nothing there yet."""
    monkeypatch.setattr(render, "_KEPT", tmp_path / "templates")
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return tmp_path / "templates"


def _compiled(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], object]:
    """By a program that begins."""
    monkeypatch.setattr(render, "_compiled", render._Compiled())
    render.compile_templates()
    return dict(render._compiled.known)


def test_kept_is_what_was_compiled(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = _compiled(monkeypatch)
    compiled = kept.read_bytes()
    monkeypatch.setattr(jinja2.Environment, "compile", None)
    assert _compiled(monkeypatch) == fresh
    assert len(fresh) == len([*THEME.rglob("*.html")])
    assert kept.read_bytes() == compiled


@pytest.mark.parametrize("how", ["cut", "changed", "another program's", "a folder"])
def test_what_is_not_whole_is_compiled_anew(
    kept: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    fresh = _compiled(monkeypatch)
    data = kept.read_bytes()
    kept.unlink()
    if how == "cut":
        kept.write_bytes(data[:-1])
    elif how == "changed":
        kept.write_bytes(data.replace(b"html", b"htmk"))
    elif how == "a folder":
        kept.mkdir()
    else:
        write_table(kept, "another", dict.fromkeys(fresh, compile("0", "x", "eval")))
    assert _compiled(monkeypatch) == fresh
    assert _compiled(monkeypatch) == fresh
    assert kept.read_bytes() == data


def test_nothing_is_kept_where_python_keeps_nothing(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert _compiled(monkeypatch)
    assert not kept.exists()
