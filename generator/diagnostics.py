"""Faults in content are data: where, what, and what to do next, in two languages.

The texts live in ``codes.toml``, so that messages, hints and explanations of one code stand
together and can be read by people who do not program.
"""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

Severity = Literal["error", "warning"]
Language = Literal["zh", "en"]

_LONGEST_ECHO = 60
"""Characters of an offending value that a message may repeat (logs may be public)."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a file of the project: path relative to its root, 1-based line and column."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault: a code of the table, its place, and the values its message names."""

    code: str
    span: Span
    args: tuple[tuple[str, str], ...] = ()
    severity: Severity = "error"


class EnvironmentFault(Exception):
    """A fault of the machine (a missing tool, a full disk): a code of the table, its values."""

    def __init__(self, code: str, values: Mapping[str, str]) -> None:
        super().__init__(code, values)  # both as arguments: it must survive between processes
        self.code = code
        self.values = values

    def sentence(self, language: Language) -> str:
        """What is wrong and what to do, in one clear sentence."""
        known = codes()[self.code]
        return f"{known.message[language]} {known.hint[language]}".format_map(self.values).strip()


class UnknownName(Exception):
    """A command named an audience, an item or a code that does not exist; holds the name."""


@dataclass(frozen=True, slots=True)
class Code:
    """What is known of a code: severity, message, next step and reason, per language."""

    severity: Severity
    message: Mapping[Language, str]
    hint: Mapping[Language, str]
    why: Mapping[Language, str]


@cache
def codes() -> Mapping[str, Code]:
    """The table of all codes, by name, in the order of the file."""
    table = tomllib.loads((Path(__file__).with_name("codes.toml")).read_text(encoding="utf-8"))
    return {name: _code(entry) for name, entry in table.items()}


def _code(entry: Mapping[str, str]) -> Code:
    return Code(
        severity="warning" if entry["severity"] == "warning" else "error",
        message={"zh": entry["zh"], "en": entry["en"]},
        hint={"zh": entry["hint_zh"], "en": entry["hint_en"]},
        why={"zh": entry["why_zh"], "en": entry["why_en"]},
    )


def fault(code: str, span: Span, severity: Severity | None = None, /, **args: object) -> Diagnostic:
    """A diagnostic of ``code`` at ``span``; the table decides its severity unless given."""
    shown = tuple((name, _clip(str(value))) for name, value in args.items())
    return Diagnostic(code, span, shown, severity or codes()[code].severity)


def _clip(value: str) -> str:
    flat = " ".join(value.split())
    return flat if len(flat) <= _LONGEST_ECHO else flat[: _LONGEST_ECHO - 1] + "…"


def nearest(text: str, choices: Iterable[str]) -> str:
    """The most similar of ``choices``; "" when there are none."""
    found = difflib.get_close_matches(text, list(choices), n=1, cutoff=0.0)
    return found[0] if found else ""


def several(choices: Sequence[str], most: int = 8) -> str:
    """The first choices joined for a message."""
    return "、".join(choices[:most]) + ("…" if len(choices) > most else "")


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of them is an error."""
    return any(each.severity == "error" for each in diagnostics)


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sorted by file, line, column and code; the same fault told once."""
    unique = dict.fromkeys(diagnostics)
    return sorted(unique, key=lambda each: (each.span, each.code, each.args))


def message(diagnostic: Diagnostic, language: Language) -> str:
    """What is wrong, in one sentence."""
    return codes()[diagnostic.code].message[language].format_map(dict(diagnostic.args))


def hint(diagnostic: Diagnostic, language: Language) -> str:
    """What to do next; may be empty."""
    return codes()[diagnostic.code].hint[language].format_map(dict(diagnostic.args))


_SEVERITY_WORD = {
    "zh": {"error": "错误", "warning": "提醒"},
    "en": {"error": "error", "warning": "warning"},
}


def render_text(diagnostics: Iterable[Diagnostic], language: Language) -> str:
    """One fault a paragraph, each beginning with an editor-clickable place."""
    lines = []
    for each in diagnostics:
        word = _SEVERITY_WORD[language][each.severity]
        lines.append(f"{each.span}: {word} {each.code}: {message(each, language)}")
        if advice := hint(each, language):
            lines.append(f"    → {advice}")
    return "\n".join(lines)


def render_json(diagnostics: Iterable[Diagnostic], language: Language) -> str:
    """A JSON array of objects, one per fault, for programs."""
    rows = [
        {
            "code": each.code,
            "severity": each.severity,
            "file": each.span.file,
            "line": each.span.line,
            "column": each.span.column,
            "message": message(each, language),
            "hint": hint(each, language),
        }
        for each in diagnostics
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2)


def render_github(diagnostics: Iterable[Diagnostic], language: Language) -> str:
    """GitHub workflow commands, which show as annotations beside the changed lines."""
    lines = []
    for each in diagnostics:
        span = each.span
        place = f"file={_property(span.file)},line={span.line},col={span.column}"
        text = f"{message(each, language)} {hint(each, language)}".strip()
        lines.append(f"::{each.severity} {place},title={each.code}::{_data(text)}")
    return "\n".join(lines)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
