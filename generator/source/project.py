"""A project folder to a ``Corpus``: settings, catalogues, disclosures, stray files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from generator.diagnostics import Diagnostic, EnvironmentFault, Span, fault
from generator.facts import Seen
from generator.model.catalogue import Catalogue
from generator.model.chain import standings
from generator.model.disclosure import Corpus, Disclosure, StandingPage
from generator.model.institution import Institution
from generator.model.record import REGISTER
from generator.model.settled import Settled
from generator.source import front, standing
from generator.source.cache import Reader
from generator.source.catalogue import FILE as MAIN_FILE
from generator.source.catalogue import FOLDER as CATALOGUES
from generator.source.catalogue import catalogue_files, read_catalogue
from generator.source.disclosure import read_disclosure
from generator.source.record import read_log
from generator.source.settings import read_institution
from generator.source.sheet import Sheet

SETTINGS = "site_config/institution.yml"
CONTENT = "content"

Progress = Callable[[int, int], None]
"""Called with how many of how many files are read."""


def find_root(start: Path) -> Path:
    """The project that ``start`` lies in: the nearest folder above with our settings file."""
    for folder in (start, *start.parents):
        if (folder / SETTINGS).is_file():
            return folder
    raise EnvironmentFault("E01", {"file": SETTINGS})


def inputs(root: Path) -> tuple[Path, ...]:
    """All that ``read_project`` may read: folders, with whatever is in them, and files."""
    return tuple(root / each for each in (CONTENT, Path(SETTINGS).parent, MAIN_FILE, REGISTER))


def read_project(
    root: Path,
    progress: Progress = lambda done, total: None,
    seen: Seen | None = None,
) -> tuple[Corpus | None, list[Diagnostic]]:
    """Everything of a project, and every fault of it in one run. Of what was ``seen`` already the
    system is not asked again.

    Returns None for the corpus only when the settings are unreadable: every other check needs
    the institution's words.
    """
    institution, faults = read_settings(root)
    if institution is None:
        return None, faults
    catalogues, faults = _catalogues(root, institution)
    reader = Reader(root, institution, read_document, catalogues, seen or {})
    documents, unlisted, more = _contents(root, reader, progress)
    items = tuple(each for each in documents if isinstance(each, Disclosure))
    pages = tuple(each for each in documents if isinstance(each, StandingPage))
    log, broken = read_log(root)
    published = {} if log.fault else standings(log.entries)
    corpus = Corpus(institution, catalogues, items, unlisted, published, pages, reader.settled)
    return corpus, faults + more + broken


def note(root: Path, corpus: Corpus, settled: Mapping[str, Callable[[], Settled]]) -> None:
    """Note what gates and door made of disclosures of the corpus read last, for the next build."""
    Reader(root, corpus.institution, read_document, corpus.catalogues).note(settled)


def read_settings(root: Path) -> tuple[Institution | None, list[Diagnostic]]:
    """The institution's settings; None when anything about them is wrong."""
    sheet, faults = read_sheet(root, SETTINGS)
    if sheet is None:
        return None, faults
    institution = read_institution(sheet)
    return (None if sheet.faults else institution), sheet.faults


def read_sheet(root: Path, file: str) -> tuple[Sheet | None, list[Diagnostic]]:
    """A YAML file of the project; None, with the faults, where nothing can be read."""
    path = root / file
    if not path.is_file():
        return None, [fault("S18", Span(file))]
    data, faults = front.read(root, file)
    text, more = front.decode(file, data)
    if faults or more:
        return None, [*faults, *more]
    sheet = Sheet(file, text)
    return (None, sheet.faults) if sheet.root is None else (sheet, [])


def _catalogues(
    root: Path, institution: Institution
) -> tuple[tuple[Catalogue, ...], list[Diagnostic]]:
    files, faults = catalogue_files(root)
    found = []
    for each in files:
        sheet, problems = read_sheet(root, each.file)
        faults += problems
        if sheet is not None:
            found.append(read_catalogue(sheet, institution, each))
            faults += sheet.faults
    return tuple(found), faults


def content_files(root: Path, refused: Callable[[OSError], object] | None = None) -> Iterator[str]:
    """Every file under ``content/`` but the catalogues, as project paths, in sorted order.

    Hidden files and the lock files of office programs (~$…) are not content. ``refused`` is told
    of folders that cannot be looked into.
    """
    for folder, folders, files in os.walk(root / CONTENT, onerror=refused):
        place = Path(folder).relative_to(root).as_posix()
        folders[:] = sorted(name for name in folders if not _hidden(name))
        if place == CONTENT and "catalogs" in folders:
            folders.remove("catalogs")
        for name in sorted(files):
            if not _hidden(name):
                yield f"{place}/{name}"


def _hidden(name: str) -> bool:
    return name.startswith((".", "~$")) or name in {"Thumbs.db", "desktop.ini"}


def read_document(
    root: Path, file: str, institution: Institution
) -> tuple[Disclosure | StandingPage | None, list[Diagnostic]]:
    """What a Markdown file of ``content/`` is: its folder tells."""
    if file.startswith(standing.FOLDER):
        return standing.read_standing(root, file, institution)
    return read_disclosure(root, file, institution)


def _contents(
    root: Path, reader: Reader, progress: Progress
) -> tuple[tuple[Disclosure | StandingPage, ...], tuple[str, ...], list[Diagnostic]]:
    refused: list[OSError] = []
    files = list(content_files(root, refused.append))
    for _ in os.walk(root / CATALOGUES, onerror=refused.append):
        pass  # what can be looked into is read as catalogues
    documents = []
    faults = [
        front.unread(Path(each.filename).relative_to(root).as_posix(), each)
        for each in refused
        if not isinstance(each, FileNotFoundError)
    ]
    faults += [
        fault("S19", Span(_legible(file)), value=_legible(file))
        for file in files
        if not file.isprintable()
    ]
    texts = [file for file in files if file.endswith(".md") and file.isprintable()]
    for number, (document, problems) in enumerate(reader.read(texts), start=1):
        faults += problems
        if document is not None:
            documents.append(document)
        progress(number, len(texts))
    listed = {each.path for one in documents for each in one.attachments}
    stray = tuple(
        file
        for file in files
        if not file.endswith(".md") and file not in listed and file.isprintable()
    )
    return tuple(documents), stray, faults


def _legible(file: str) -> str:
    """A name for messages: bytes that are no UTF-8, and control characters, as U+FFFD."""
    return "".join(each if each.isprintable() else "\ufffd" for each in file)
