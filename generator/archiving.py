"""The conductor's fourth part: a year handed over to the archive, and a package checked.

The archive gets the record itself, so this is the one place where what no edition holds leaves the
house. It goes through a door of its own (``handover``) into a work folder that only its owner can
enter, and from there into one file that only its owner can read; no site's cache keeps any of it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from generator.answers import examine
from generator.build import Progress
from generator.bundle.archive.check import check
from generator.bundle.archive.names import safe
from generator.bundle.archive.write import PackOrder, write
from generator.diagnostics import (
    Diagnostic,
    EnvironmentFault,
    Span,
    fault,
    has_errors,
    in_order,
    nearest,
)
from generator.handover import hand_over
from generator.model.approved import Approved
from generator.model.dossier import Handover
from generator.model.record import REGISTER, Entry
from generator.model.shelf import Shelf
from generator.oversight.render import as_csv, as_html
from generator.oversight.reports import Asked, Kind, Source, make_paper
from generator.oversight.scene import Scene
from generator.placing import placed
from generator.printing import Wall, make_papers
from generator.publish.release.agent import MARKER
from generator.remembered import DayIn
from generator.site import place
from generator.source.project import SETTINGS
from generator.source.record import read_log

LOG = "公开台账"
CATALOGUES = "公开目录"
_REPORTS: Sequence[tuple[Kind, str]] = (
    ("annual", "年度报告/党务公开情况统计"),
    ("applications", "依申请公开/依申请公开办理情况"),
)


@dataclass(frozen=True, slots=True)
class Archived:
    """A package made: how many items are filed, its size in bytes and SHA-256 (hex); no digest
    where a fault stood in the way.
    """

    diagnostics: tuple[Diagnostic, ...]
    items: int = 0
    size: int = 0
    digest: str = ""


def archive(
    root: Path, as_of: DayIn, year: int, out: Path, progress: Progress = lambda done, total: None
) -> Archived:
    """Make the transfer package of a year; nothing is made while there is an error anywhere."""
    before = checked, registers = examine(root)
    if not checked.corpus or not checked.approved or has_errors(checked.diagnostics):
        return Archived(checked.diagnostics)
    approved, day = checked.approved, as_of(checked.approved.institution.time_zone)
    log = read_log(root)[0].entries
    handover = hand_over(approved, log, year, day)
    faults = [*checked.diagnostics, *_faults(approved, handover)]
    if has_errors(faults):
        return Archived(tuple(in_order(faults)))
    with place.workshop(out) as work:
        work.chmod(0o700)
        wall = Wall(None, handover.edition, {}, approved.institution.audiences[0].id)
        found = make_papers(root, approved, wall, work, registers=True, helpers=os.cpu_count() or 1)
        if unprintable := list(placed(root, approved, found)):
            return Archived(tuple(in_order([*faults, *unprintable])))
        with place.writing(out.name):
            _stage(root, handover, work)
            source = Source(checked.corpus, approved, registers, log)
            _reports(source, handover, work / "others")
            if examine(root) != before:
                raise EnvironmentFault("A07", {})
            order = PackOrder(
                handover=handover,
                institution=approved.institution,
                sources=work / "sources",
                papers=work / "papers" / wall.folder,
                shelf=Shelf(work / "shelves" / wall.folder),
                others=work / "others",
                log=_told(log, year),
                work=work,
                out=work / "package.zip",
            )
            count = len(handover.items)
            size, digest = write(order, lambda done: progress(done, count))
            order.out.replace(out)
    return Archived(tuple(in_order(faults)), count, size, digest)


def examine_package(path: Path) -> Archived:
    """What is wrong with a package, or with the folder it was unpacked to."""
    with place.writing("TMPDIR"):
        faults, items = check(path)
    if path.is_dir():
        return Archived(tuple(faults), items)
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Archived(tuple(faults), items, path.stat().st_size, digest)


def served(out: Path) -> bool:
    """Whether a place lies among sites, built or deployed, whence it could be read by anybody."""
    return any(
        (folder / MARKER).exists()
        or any((each.with_suffix("") / "index.html").exists() for each in folder.glob("*.json"))
        for folder in out.parents
    )


def _faults(approved: Approved, handover: Handover) -> Iterator[Diagnostic]:
    """Why a year cannot be handed over; what the clerk should know of it."""
    rules, year, day = approved.institution.archive, handover.year, handover.as_of
    if not rules.fonds:
        yield fault("A01", Span(SETTINGS))
    rows = {row.id for each in approved.catalogues for row in each.rows}
    for row in sorted(rules.by_row.keys() - rows):
        yield fault("A05", Span(SETTINGS), row=row, near=nearest(row, sorted(rows)))
    if not handover.items:
        yield fault("A02", Span(SETTINGS), year=year)
    if day <= date(year, 12, 31):
        yield fault("A06", Span(SETTINGS), year=year, day=day)
    for name in sorted(handover.lacking):
        yield fault("A03", Span(REGISTER), id=name, year=year)


def _stage(root: Path, handover: Handover, work: Path) -> None:
    """The approved texts; catalogues and the year of the log in the tree that lies beside them."""
    sources, others = work / "sources", work / "others"
    sources.mkdir()
    for dossier in handover.everything:
        data = (root / dossier.item.disclosure.file).read_bytes()
        (sources / f"{dossier.id}.md").write_bytes(data)
    _catalogues(root, handover, work / "papers" / handover.edition.audience.id, others)
    log, year = read_log(root)[0].entries, handover.year
    if mine := [each.number for each in log if each.at.year == year]:
        lines = (root / REGISTER).read_bytes().split(b"\n")[mine[0] - 1 : mine[-1]]
        _put(others / LOG / f"publish-log-{year}.jsonl", b"".join(each + b"\n" for each in lines))


def _reports(source: Source, handover: Handover, others: Path) -> None:
    scene = Scene(source.approved.institution.face.name, handover.year, handover.as_of, frozenset())
    for kind, name in _REPORTS:
        paper = make_paper(source, scene, Asked(kind, handover.year))
        _put(others / f"{name}.csv", as_csv(paper))
        _put(others / f"{name}.html", as_html(paper))


def _catalogues(root: Path, handover: Handover, papers: Path, others: Path) -> None:
    """Each version as it was approved, and on paper."""
    for view, version in zip(handover.edition.catalogues, handover.catalogues, strict=True):
        name = safe(f"{view.id}-{version.title}-{version.filing.version}")
        _put(others / CATALOGUES / f"{name}.yaml", (root / version.file).read_bytes())
        _put(others / CATALOGUES / f"{name}.pdf", (papers / f"catalog-{view.id}.pdf").read_bytes())


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _told(log: Sequence[Entry], year: int) -> str:
    """What 说明文件 says of the publish log."""
    mine = [each for each in log if each.at.year == year]
    if not mine:
        return "公开台账：本年度没有记载。"
    return (
        f"公开台账：第 {mine[0].number} 条至第 {mine[-1].number} 条，逐条相连，单独可以核对；"
        f"前一条的校验值：{mine[0].previous or '（本年度第一条即台账第一条）'}，"
        f"末一条的校验值：{mine[-1].hash}。"
    )
