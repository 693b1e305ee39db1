"""Whether a PDF meets what PDF/A-3a and PDF/UA-1 demand: the conditions a program can see.

Necessary, not sufficient: where veraPDF is installed it is asked as well. The conditions are
those of ISO 19005-3 (clauses in brackets) and ISO 14289-1.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Name, Pdf

_ACTIVE = ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/ResetForm", "/Sound", "/Movie")
FLAVOURS = ("3a", "ua1")


def problems(data: bytes) -> list[str]:
    """What is wrong with a PDF, one short sentence each; empty when nothing is."""
    with Pdf.open(BytesIO(data)) as pdf:
        return [*_identity(pdf), *_structure(pdf), *_fonts(pdf), *_behaviour(pdf)]


def _identity(pdf: Pdf) -> Iterator[str]:
    with pdf.open_metadata() as meta:
        said = {key: meta.get(key) for key in ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part")}
        titled = bool(meta.get("dc:title"))
    if said != {"pdfaid:part": "3", "pdfaid:conformance": "A", "pdfuaid:part": "1"}:
        yield f"claims {said}"  # [6.6.4], 14289-1 [5]
    if not titled:
        yield "no title in its metadata"  # 14289-1 [7.1]
    if "/ID" not in pdf.trailer:
        yield "no file identifier"  # [6.1.3]
    if pdf.is_encrypted:
        yield "encrypted"  # [6.1.3]
    intents: Any = pdf.Root.get("/OutputIntents", ())
    if not any(each.get("/S") == Name("/GTS_PDFA1") for each in intents):
        yield "no output intent"  # [6.2.3]


def _structure(pdf: Pdf) -> Iterator[str]:
    root: Any = pdf.Root
    if not root.get("/MarkInfo", {}).get("/Marked"):
        yield "not marked as tagged"  # [6.7.2]
    if "/StructTreeRoot" not in root:
        yield "no structure tree"  # [6.7.3]
    if not str(root.get("/Lang", "")):
        yield "no language"  # [6.7.4]
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "viewer not told to show the title"  # 14289-1 [7.1]
    for number, page in enumerate(pdf.pages, start=1):
        if "/Annots" in page.obj and page.obj.get("/Tabs") != Name("/S"):
            yield f"page {number}: annotations not in the order of the structure"  # [7.18.3]


def _fonts(pdf: Pdf) -> Iterator[str]:
    for each in pdf.objects:
        if not isinstance(each, pikepdf.Dictionary) or each.get("/Type") != Name("/Font"):
            continue
        name = str(each.get("/BaseFont", ""))
        if each.get("/Subtype") == Name("/Type3"):
            yield "a Type 3 font"
        elif each.get("/Subtype") == Name("/Type0"):
            inner: Any = each.DescendantFonts[0].get("/FontDescriptor", {})
            if not any(f"/FontFile{kind}" in inner for kind in ("", "2", "3")):
                yield f"{name} is not embedded"  # [6.2.11.4]
            if "/ToUnicode" not in each:
                yield f"{name} does not tell its characters"  # [6.2.11.7]
            if name[7:8] != "+":
                yield f"{name} is not a subset"


def _behaviour(pdf: Pdf) -> Iterator[str]:
    root: Any = pdf.Root
    if any(key in root for key in ("/OpenAction", "/AA", "/AcroForm")):
        yield "acts by itself"  # [6.5]
    if "/EmbeddedFiles" in root.get("/Names", {}):
        yield "holds other files"
    for each in pdf.objects:
        if isinstance(each, pikepdf.Dictionary) and str(each.get("/S", "")) in _ACTIVE:
            yield f"an action {each.S}"  # [6.5.1]


def verify(files: Sequence[Path]) -> list[str]:
    """What veraPDF says against the files; nothing where it is not installed."""
    tool = shutil.which("verapdf")
    if tool is None or not files:
        return []
    found = []
    for flavour in FLAVOURS:
        asked: list[Any] = [tool, "--format", "text", "--flavour", flavour, *files]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        lines = done.stdout.splitlines()
        found += [each for each in lines if each.startswith("FAIL")]
        if done.returncode and not any(each.startswith("FAIL") for each in lines):
            found.append((done.stderr or done.stdout).strip()[:200])
    return found
