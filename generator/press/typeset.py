"""Typst: a document's data to a PDF. The one module that knows it.

The template is ours, content comes as JSON through ``sys.inputs`` and stays data, no package is
ever fetched, and no font of the host is seen but the ones given.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import typst

from generator.press.fonts import FACES, Fonts

TEMPLATE = Path(__file__).with_name("official.typ")
STANDARDS: list[typst.PDFStandard] = ["a-3a", "ua-1"]
_LATIN = "[\u0020-\u007e\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]"
"""Set in 宋体 whatever the face (黑体 has its own); punctuation shared with Chinese is not."""


def engine() -> str:
    """What besides fonts and data decides a PDF's bytes: Typst's version and the template."""
    digest = hashlib.sha256(TEMPLATE.read_bytes()).hexdigest()
    return f"typst {version('typst')} {digest}"


class TypesettingFault(Exception):
    """The engine refuses a document; the text says why."""


class Typesetter:
    """Sets documents one after another. ``work`` is a folder for its links to fonts."""

    def __init__(self, fonts: Fonts, pictures: Path, work: Path) -> None:
        shelf = work / "fonts"
        shelf.mkdir(parents=True)
        for path in {font.path.resolve() for font in fonts.values()}:
            (shelf / f"{len(list(shelf.iterdir()))}{path.suffix}").symlink_to(path)
        known = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(shelf)]
        )
        self._faces = _faces(fonts, known)
        self._template = TEMPLATE.read_bytes()
        self._compiler = typst.Compiler(
            self._template, root=str(pictures), font_paths=known, ignore_system_fonts=True
        )

    def pdf(self, data: Mapping[str, Any]) -> bytes:
        """PDF/A-3a and PDF/UA-1 in one; raises TypesettingFault."""
        text = json.dumps({**data, "fonts": self._faces}, ensure_ascii=False)
        try:
            made, warnings = self._compiler.compile_with_warnings(
                self._template, sys_inputs={"data": text}, format="pdf", pdf_standards=STANDARDS
            )
        except typst.TypstError as error:
            raise TypesettingFault(" ".join([error.message, *error.hints])) from None
        if warnings:
            raise TypesettingFault("; ".join(str(each) for each in warnings))
        if not isinstance(made, bytes):
            raise TypesettingFault("no PDF")
        return made


def _faces(fonts: Fonts, known: typst.Fonts) -> Mapping[str, Any]:
    """For each face the families in the order in which they are asked, and the weight."""
    table = {(Path(each.path or "").resolve(), each.index): each for each in known.fonts()}
    own = {key: table[font.path.resolve(), font.index] for key, font in fonts.items()}
    behind = [own["spare"].family, own["song"].family]
    faces = {}
    for key in FACES:
        families: list[Any] = [own[key].family, *behind]
        if key in {"fang", "kai"}:
            families.insert(0, {"name": own["song"].family, "covers": _LATIN})
        faces[key] = {"families": families, "weight": own[key].weight}
    return faces
