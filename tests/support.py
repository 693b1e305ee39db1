"""Small projects for tests: a complete default one, and what a test wants to differ.

``make_project`` writes a project folder; ``item`` writes one disclosure; ``complete`` adds the
default keys that a YAML text does not name itself, after its last line, so that the lines a test
shows keep their numbers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from generator.build import check, edition
from generator.desk.approve import approve_files
from generator.diagnostics import has_errors, render_text
from generator.publish.log import Entered, enter
from generator.site.manifest import manifest
from generator.site.revision import revision
from generator.site.shown import line, write_state
from generator.source.project import read_document, read_settings
from generator.states import state

INSTITUTION: Mapping[str, str] = {
    "name": "name: 示例职业技术学院",
    "party_body": "party_body: 中共示例职业技术学院委员会",
    "time_zone": "time_zone: Asia/Shanghai",
    "contact": "contact: {unit: 党政办公室, telephone: 0000-0000001}",
    "supervision": "supervision: {unit: 纪委, telephone: 0000-0000002}",
    "audiences": """audiences:
  - {id: party, title: 党内}
  - {id: campus, title: 校内}
  - {id: public, title: 社会, open: true}""",
    "scopes": """scopes:
  党内: {audiences: [party]}
  校内: {audiences: [party, campus]}
  校外: {audiences: [party, campus, public]}
  校内外: {audiences: [party, campus, public], aliases: [社会]}
  校内一定范围: {audiences: [party, campus], group: required}""",
    "forms": """forms:
  网站: {channel: web, aliases: [网络, 互联网]}
  公开栏: {channel: board, aliases: [公布栏]}
  文件: {channel: paper}
  会议: {channel: meeting}""",
    "units": """units:
  - {id: dzb, name: 党政办公室, aliases: [党政办]}
  - {id: zzb, name: 组织部}
  - {id: xcb, name: 宣传部}
  - {id: jiwei, name: 纪委}
  - {id: rsc, name: 人事处}
  - {id: xgc, name: 学工处}
  - {id: znbm, name: 党委各职能部门}""",
    "kinds": """kinds:
  通报: {}
  公示: {until: required}
  征求意见: {until: required}
  制度: {}""",
    "times": "times: [年度, 即时]",
    "workflow": """workflow:
  proposed: {title: 提出}
  reviewed:
    title: 审核
    verdicts: {secrecy: [通过], necessity: [通过], accuracy: [通过], risk: [低, 中]}
  approved: {title: 审批}""",
    "rules": "rules: {party_first: error, approval_before_release: error}",
    "calendar": "calendar: {}",
}

CATALOGUE: Mapping[str, str] = {
    "title": "title: 示例职业技术学院党务公开目录",
    "version": 'version: "2024-1"',
    "effective": "effective: 2024-01-01",
    "scope": "scope: 校内外",
    "columns": "columns: {一级目录: category, 二级目录: title, 公开范围: scope}",
    "items": """items:
  - {id: jb-01, category: 一、基本情况, title: 机构设置,
     forms: 网站、公开栏, scope: 校内外, time: 年度, units: 党政办}
  - {id: jb-02, category: 一、基本情况, title: 会议决定,
     forms: 文件、会议, scope: 校内外, time: 即时, units: 党政办}
  - {id: zz-01, category: 二、组织建设, title: 党费管理,
     forms: 网站, scope: 党内、校内, time: 年度, units: 组织部}
  - {id: zz-02, category: 二、组织建设, title: 谈心谈话,
     forms: 网站、会议, scope: 党内、校内一定范围, units: 组织部}
  - {id: zz-03, category: 二、组织建设, title: 任前公示,
     forms: 网站, scope: 校内外, duration: 5个工作日, units: 组织部}""",
}

DIGEST = "sha256:" + "0" * 64
"""Stands where ``make_project`` writes the true digest."""

ITEM: Mapping[str, str] = {
    "title": "title: 示例事项",
    "catalog": "catalog: jb-01",
    "scope": "scope: 校内外",
    "period": 'period: "2025"',
    "unit": "unit: 党政办公室",
    "dates": "dates: {written: 2025-03-01, release: 2025-03-10}",
    "approval": "approval:\n"
    "  proposed: {by: 党政办公室, date: 2025-03-01}\n"
    "  reviewed: {by: 保密办, date: 2025-03-02, secrecy: 通过, necessity: 通过, "
    "accuracy: 通过, risk: 低}\n"
    "  approved: {by: 院党委会, date: 2025-03-03, reference: 2025年第1次党委会}\n"
    f"  digest: {DIGEST}",
}

PAGE: Mapping[str, str] = {key: ITEM[key] for key in ("title", "scope", "approval")}
"""What a standing page cannot do without."""

_KEY = re.compile(r"^([A-Za-z_]+)[ \t]*[:：]", re.MULTILINE)


def complete(text: str, defaults: Mapping[str, str], without: tuple[str, ...] = ()) -> str:
    """``text`` and, below it, the defaults of the top-level keys it does not name."""
    named = {*_KEY.findall(text), *without}
    missing = [value for key, value in defaults.items() if key not in named]
    return "\n".join([*([text.rstrip("\n")] if text.strip() else []), *missing]) + "\n"


def complete_item(
    text: str, without: tuple[str, ...] = (), defaults: Mapping[str, str] = ITEM
) -> str:
    """A document's text with the keys of ``defaults`` that its front matter does not name."""
    _, head, body = text.split("---\n", 2)
    return f"---\n{complete(head, defaults, without)}---\n{body}"


def item(item_id: str, /, body: str = "正文。\n", **overrides: Any) -> str:
    """A valid disclosure. An override is a top-level key: a string stands there as the clerk
    would type it (several lines included), None leaves the key out, anything else is written as
    JSON, which YAML reads.
    """
    return _document([f"id: {item_id}"], body, overrides, ITEM)


def page(body: str = "正文。\n", **overrides: Any) -> str:
    """A valid standing page; overrides as for ``item``."""
    return _document([], body, overrides, PAGE)


def _document(
    lines: list[str], body: str, overrides: Mapping[str, Any], defaults: Mapping[str, str]
) -> str:
    without = tuple(key for key, value in overrides.items() if value is None)
    for key, value in overrides.items():
        if value is None:
            continue
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        lines.append(f"{key}:{text}" if text.startswith("\n") else f"{key}: {text}")
    return complete_item("---\n" + "\n".join([*lines, "---"]) + "\n" + body, without, defaults)


def approval(*, block: bool = True, **overrides: str | None) -> str:
    """The value of ``approval``: its steps as in ``ITEM``; None leaves one out."""
    steps: dict[str, str | None] = {
        "proposed": "{by: 党政办公室, date: 2025-03-01}",
        "reviewed": "{by: 保密办, date: 2025-03-02, secrecy: 通过, necessity: 通过, "
        "accuracy: 通过, risk: 低}",
        "approved": "{by: 院党委会, date: 2025-03-03, reference: 2025年第1次党委会}",
        "digest": DIGEST,
    }
    steps |= overrides
    pairs = [f"{key}: {value}" for key, value in steps.items() if value is not None]
    return "\n  " + "\n  ".join(pairs) if block else "{" + ", ".join(pairs) + "}"


def site_config(audience: str) -> str:
    """The MkDocs configuration of one audience."""
    return (
        "INHERIT: ../mkdocs.yml\n"
        f"site_name: 示例职业技术学院党务公开（{audience}）\n"
        f"site_url: https://{audience}.example.edu.cn/dwgk/\n"
    )


MKDOCS = """site_name: 党务公开
theme:
  name: material
  language: zh
  font: false
plugins: []
markdown_extensions:
  - tables
"""


def default_files() -> dict[str, str]:
    """The files of the default project; it has no content."""
    return {
        "site_config/institution.yml": complete("", INSTITUTION),
        "catalog.yaml": complete("", CATALOGUE),
        "mkdocs.yml": MKDOCS,
        **{f"site_config/{name}.yml": site_config(name) for name in ("party", "campus", "public")},
    }


def make_project(
    tmp_path: Path, files: Mapping[str, str | bytes | None], approve: bool = True
) -> Path:
    """Write the default project with ``files`` over it (path → text or bytes; None: no such
    file), bind the approval records unless told otherwise, and return its folder.
    """
    root = tmp_path / "project"
    for name, data in {**default_files(), **files}.items():
        if data is None:
            continue
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)
    if approve:
        bind(root)
    return root


_DIGEST = re.compile(rb"(\bdigest:[ \t]*)sha256:[0-9a-f]{64}")


def bind(root: Path) -> None:
    """Bind every record of ``content/`` to its text.

    A digest that stands there is replaced whatever else is wrong with the file, so that a case
    shows its own faults only; a complete record without one gets it from ``dwgk approve``.
    """
    institution, _ = read_settings(root)
    if institution is None:
        return
    for path in sorted((root / "content").rglob("*.md")):
        file = path.relative_to(root).as_posix()
        if not _DIGEST.search(path.read_bytes()):
            approve_files(root, [file], institution)
            continue
        found, _ = read_document(root, file, institution)
        if found is not None:
            before, digest = path.read_bytes(), found.digest.encode()
            after = _DIGEST.sub(lambda m: m[1] + digest, before)  # noqa: B023
            if after != before:  # a file that is bound already stays the file it is
                path.write_bytes(after)


def publish(root: Path, at: datetime, dist: Path | None = None) -> Entered:
    """Enter in the publish log what the sites of the day of ``at`` (aware) would show.

    What lies beside the sites is made as a build makes it; the sites themselves stay empty.
    """
    checked = check(root)
    assert checked.approved is not None
    assert not has_errors(checked.diagnostics), render_text(checked.diagnostics, "zh")
    dist = dist or root / "dist"
    audiences = [each.id for each in checked.approved.institution.audiences]
    for name in audiences:
        (dist / name).mkdir(parents=True, exist_ok=True)
        seen = edition(checked.approved, name, at.date())
        source = revision(seen).source
        text = manifest({}, seen, source, None, "Asia/Shanghai")
        (dist / f"{name}.json").write_text(text, encoding="utf-8")
        told = state(checked.approved, seen)
        lines = [line(each) for _, each in sorted(told.items.items())]
        write_state(dist, name, source, told.notices, lines)
    return enter(root, dist, audiences, at)


def instant(day: str, hour: int = 8) -> datetime:
    """An hour of a day where the default project is."""
    return datetime.combine(date.fromisoformat(day), time(hour), ZoneInfo("Asia/Shanghai"))
