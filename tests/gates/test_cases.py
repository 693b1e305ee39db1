"""Every case: the faults it promises, at their places, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.answers import examine
from generator.diagnostics import (
    Diagnostic,
    codes,
    hint,
    message,
    render_github,
    render_json,
    render_text,
)
from tests.gates.cases import Case, Expected, all_cases

CASES = list(all_cases())
LONGEST = 60
"""Characters of a value that a message may repeat."""


def _found(case: Case, diagnostics: tuple[Diagnostic, ...]) -> list[Expected]:
    """The faults as expectations; a column counts only where the case tells one."""
    told = {(each.file, each.line, each.code) for each in case.expected if each.column}
    found = []
    for each in diagnostics:
        span = each.span
        column = span.column if (span.file, span.line, each.code) in told else 0
        found.append(Expected(span.file, span.line, column, each.code))
    return sorted(found)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_case(case: Case, tmp_path: Path) -> None:
    diagnostics = examine(case.write(tmp_path))[0].diagnostics
    assert _found(case, diagnostics) == sorted(case.expected), render_text(diagnostics, "zh")
    for each in diagnostics:
        _tells_the_clerk(each)


def _tells_the_clerk(each: Diagnostic) -> None:
    for language in ("zh", "en"):
        text = message(each, language)
        assert text.strip()
        assert "{" not in text + hint(each, language), "a placeholder was left"
        assert codes()[each.code].why[language]
    for _, value in each.args:
        assert len(value) <= LONGEST


ELSEWHERE = {"B01", "B03", "S40"}
"""Codes that no text of a small site can show; the last is one of ``tests/source``."""


def test_every_code_has_a_case() -> None:
    shown = {each.code for case in CASES for each in case.expected}
    promised = {code for code in codes() if code[0] in "SGB" and code not in ELSEWHERE}
    assert promised - shown == set()


def test_many_faults_in_many_files_come_out_in_one_run(tmp_path: Path) -> None:
    faulty = [case for case in CASES if "several files" in case.name]
    assert faulty
    for number, case in enumerate(faulty):
        found = examine(case.write(tmp_path / str(number)))[0].diagnostics
        assert len({each.span.file for each in found}) >= 4
        places = [each.span for each in found]
        assert places == sorted(places)


@pytest.mark.parametrize("render", [render_text, render_json, render_github])
def test_reports_are_one_line_safe(render, tmp_path: Path) -> None:
    """A value of the content can break no line of a report."""
    case = next(case for case in CASES if "line break" in case.name)
    found = examine(case.write(tmp_path))[0].diagnostics
    assert found
    if render is render_github:
        assert len(render(found, "zh").splitlines()) == len(found)
    assert not any(line.startswith("泄露第二行") for line in render(found, "zh").splitlines())
