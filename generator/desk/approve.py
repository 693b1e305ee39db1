"""``dwgk approve``: bind an approval record to exactly this text, and change nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

import yaml

from generator.diagnostics import Diagnostic, EnvironmentFault, Span, fault, has_errors
from generator.gate.approval import check_order, check_record
from generator.gate.context import make_context
from generator.gate.references import check_attachments
from generator.model.disclosure import Corpus, Document
from generator.model.institution import Institution
from generator.source import front
from generator.source.project import CONTENT, content_files, read_document
from generator.source.sheet import Sheet


@dataclass(frozen=True, slots=True)
class FinalStep:
    """What the command line says of the last step of the workflow, to be filled in."""

    by: str
    date: date
    reference: str


@dataclass(frozen=True, slots=True)
class Approving:
    """What became of the files: newly bound, already bound, and every fault found."""

    bound: tuple[str, ...]
    unchanged: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]


def markdown_files(root: Path, paths: Iterable[Path]) -> Iterator[str]:
    """Project paths of the disclosures in ``paths`` (files, or folders and all below).

    ``root`` is resolved. Of a folder only what is content counts; a folder outside the project,
    or a file outside its content, raises EnvironmentFault.
    """
    for path in paths:
        whole = path.resolve()
        folder = whole.is_dir()
        if not whole.is_relative_to(root if folder else root / CONTENT):
            raise EnvironmentFault("E09", {"path": str(path)})
        below = whole.relative_to(root)
        if not folder:
            yield below.as_posix()
            continue
        for file in content_files(root):
            if file.endswith(".md") and PurePosixPath(file).is_relative_to(below):
                yield file


def approve_files(
    root: Path, files: Sequence[str], institution: Institution, step: FinalStep | None = None
) -> Approving:
    """Write the digest into every file whose record is complete; leave the others as they are."""
    bound: list[str] = []
    unchanged: list[str] = []
    faults: list[Diagnostic] = []
    for file in files:
        found, changed = _approve(root, file, institution, step)
        faults += found
        if not has_errors(found):
            (bound if changed else unchanged).append(file)
    return Approving(tuple(bound), tuple(unchanged), tuple(faults))


def _approve(
    root: Path, file: str, institution: Institution, step: FinalStep | None
) -> tuple[list[Diagnostic], bool]:
    path = root / file
    if not path.is_file():
        return [fault("S18", Span(file))], False
    before = path.read_bytes()
    if step is not None and (filled := _fill_step(file, before, institution, step)):
        _replace(path, filled)
    item, faults = read_document(root, file, institution)
    if item is not None and not has_errors(faults):
        faults = [*faults, *_record_faults(item, institution)]
    if item is None or item.approval is None or has_errors(faults):
        if path.read_bytes() != before:
            _replace(path, before)
        return faults, False
    if item.approval.digest != item.digest:
        _replace(path, _with_digest(file, path.read_bytes(), item.digest))
    return faults, path.read_bytes() != before


def _record_faults(item: Document, institution: Institution) -> list[Diagnostic]:
    context = make_context(Corpus(institution, (), ()))
    checks = (check_record, check_order, check_attachments)  # no digest without the whole
    return [each for check in checks for each in check(item, context)]


def _with_digest(file: str, data: bytes, digest: str) -> bytes:
    record = _node(file, data, "approval")
    old = _child(record, "digest")
    if old is not None:
        return _splice(data, old.start_mark, old.end_mark, digest)
    return _append(data, record, f"digest: {digest}")


def _fill_step(file: str, data: bytes, institution: Institution, step: FinalStep) -> bytes | None:
    """The file with the last step of the workflow added; None where it stands already."""
    record = _node(file, data, "approval")
    last = institution.workflow[-1].key
    if record is None or _child(record, last) is not None:
        return None
    parts = [f"by: {_quoted(step.by)}", f"date: {step.date.isoformat()}"]
    parts += [f"reference: {_quoted(step.reference)}"] if step.reference else []
    return _append(data, record, f"{last}: {{{', '.join(parts)}}}")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _node(file: str, data: bytes, key: str) -> yaml.MappingNode | None:
    """The mapping under a top-level key; its marks count lines of the file from 0."""
    text, _ = front.decode(file, data)
    halves, _ = front.split(file, text)
    root = Sheet(file, "\n" + halves.head).root if halves else None
    node = _child(root, key)
    return node if isinstance(node, yaml.MappingNode) else None


def _child(node: yaml.MappingNode | None, key: str) -> yaml.Node | None:
    pairs = node.value if node is not None else []
    return next((value for name, value in pairs if name.value == key), None)


def _append(data: bytes, record: yaml.MappingNode | None, entry: str) -> bytes:
    """``entry`` as the record's last one, in the style (flow or block) the record is written in."""
    if record is None or not record.value:
        return data
    last = record.value[-1][1]
    if record.flow_style:
        return _splice(data, last.end_mark, last.end_mark, f", {entry}")
    lines = data.decode("utf-8").splitlines(keepends=True)
    # A block node ends where the next token begins: step back over blank lines and comments.
    end = last.end_mark.line + (0 if last.end_mark.column == 0 else 1)
    while re.fullmatch(r"\s*(#.*)?", lines[end - 1].rstrip("\r\n")):
        end -= 1
    newline = "\r\n" if lines[end - 1].endswith("\r\n") else "\n"
    indent = " " * record.value[0][0].start_mark.column
    lines.insert(end, f"{indent}{entry}{newline}")
    return "".join(lines).encode("utf-8")


def _splice(data: bytes, start: yaml.Mark, end: yaml.Mark, text: str) -> bytes:
    lines = data.decode("utf-8").splitlines(keepends=True)
    head = lines[start.line][: start.column]
    if head.endswith(":"):  # a value left empty begins right behind its key
        text = f" {text}"
    tail = lines[end.line][end.column :]
    lines[start.line : end.line + 1] = [head + text + tail]
    return "".join(lines).encode("utf-8")


def _replace(path: Path, data: bytes) -> None:
    """Whole or not at all: a killed run leaves the old file."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(data)
    beside.chmod(path.stat().st_mode)
    beside.replace(path)
