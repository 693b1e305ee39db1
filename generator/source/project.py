"""A project folder to a ``Corpus``: settings, catalogues, disclosures, stray files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from generator.diagnostics import Diagnostic, EnvironmentFault, Span, fault
from generator.model.catalogue import Catalogue
from generator.model.disclosure import Corpus, Disclosure
from generator.model.institution import Institution
from generator.source import front
from generator.source.cache import Reader
from generator.source.catalogue import read_catalogue
from generator.source.disclosure import read_disclosure
from generator.source.settings import read_institution
from generator.source.sheet import Sheet

SETTINGS = "site_config/institution.yml"
CATALOGUE = "catalog.yaml"
CONTENT = "content"
CATALOGUES = "content/catalogs"

Progress = Callable[[int, int], None]
"""Called with how many of how many files are read."""


def find_root(start: Path) -> Path:
    """The project that ``start`` lies in: the nearest folder above with our settings file."""
    for folder in (start, *start.parents):
        if (folder / SETTINGS).is_file():
            return folder
    raise EnvironmentFault("E01", {"file": SETTINGS})


def read_project(
    root: Path, progress: Progress = lambda done, total: None
) -> tuple[Corpus | None, list[Diagnostic]]:
    """Everything of a project, and every fault of it in one run.

    Returns None for the corpus only when the settings are unreadable: every other check needs
    the institution's words.
    """
    institution, faults = read_settings(root)
    if institution is None:
        return None, faults
    catalogues, faults = _catalogues(root, institution)
    disclosures, unlisted, more = _contents(root, institution, progress)
    return Corpus(institution, catalogues, disclosures, unlisted), faults + more


def read_settings(root: Path) -> tuple[Institution | None, list[Diagnostic]]:
    """The institution's settings; None when anything about them is wrong."""
    sheet, faults = _sheet(root, SETTINGS)
    if sheet is None:
        return None, faults
    institution = read_institution(sheet)
    return (None if sheet.faults else institution), sheet.faults


def _sheet(root: Path, file: str) -> tuple[Sheet | None, list[Diagnostic]]:
    path = root / file
    if not path.is_file():
        return None, [fault("S18", Span(file))]
    text, faults = front.decode(file, path.read_bytes())
    if faults:
        return None, faults
    sheet = Sheet(file, text)
    return (None, sheet.faults) if sheet.root is None else (sheet, [])


def _catalogues(
    root: Path, institution: Institution
) -> tuple[tuple[Catalogue, ...], list[Diagnostic]]:
    further = sorted((root / CATALOGUES).glob("*.y*ml"))
    found, faults = [], []
    for file in (CATALOGUE, *(path.relative_to(root).as_posix() for path in further)):
        sheet, problems = _sheet(root, file)
        faults += problems
        if sheet is not None:
            found.append(read_catalogue(sheet, institution))
            faults += sheet.faults
    return tuple(found), faults


def content_files(root: Path) -> Iterator[str]:
    """Every file under ``content/`` but the catalogues, as project paths, in sorted order.

    Hidden files and the lock files of office programs (~$…) are not content.
    """
    for folder, folders, files in os.walk(root / CONTENT):
        place = Path(folder).relative_to(root).as_posix()
        folders[:] = sorted(name for name in folders if not _hidden(name))
        if place == CONTENT and "catalogs" in folders:
            folders.remove("catalogs")
        for name in sorted(files):
            if not _hidden(name):
                yield f"{place}/{name}"


def _hidden(name: str) -> bool:
    return name.startswith((".", "~$")) or name in {"Thumbs.db", "desktop.ini"}


def _contents(
    root: Path, institution: Institution, progress: Progress
) -> tuple[tuple[Disclosure, ...], tuple[str, ...], list[Diagnostic]]:
    files = list(content_files(root))
    disclosures = []
    faults = [
        fault("S19", Span(_legible(file)), value=_legible(file))
        for file in files
        if not file.isprintable()
    ]
    texts = [file for file in files if file.endswith(".md") and file.isprintable()]
    reader = Reader(root, institution, read_disclosure)
    for number, (item, problems) in enumerate(reader.read(texts), start=1):
        faults += problems
        if item is not None:
            disclosures.append(item)
        progress(number, len(texts))
    listed = {each.path for item in disclosures for each in item.attachments}
    stray = tuple(
        file
        for file in files
        if not file.endswith(".md") and file not in listed and file.isprintable()
    )
    return tuple(disclosures), stray, faults


def _legible(file: str) -> str:
    """A name for messages: bytes that are no UTF-8, and control characters, as U+FFFD."""
    return "".join(each if each.isprintable() else "\ufffd" for each in file)
