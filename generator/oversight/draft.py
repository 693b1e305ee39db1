"""The annual report drafted as a disclosure: Markdown with front matter, charts beside it.

Whatever only the office can write stands as a blank that the gate refuses, so that no draft
reaches a site before somebody has finished and approved it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from generator.model.institution import Institution, Step
from generator.oversight.annual import Annual
from generator.oversight.annual_paper import (
    applications_table,
    catalogue_table,
    changes_line,
    chart,
    charts,
    count_tables,
    day,
    total_line,
)
from generator.oversight.applications_paper import summary
from generator.oversight.paper import Table
from generator.source.front import BLANK

_NUMERALS = "一二三四五六七八九"
_ACTIVE = re.compile(r"([\\`*_\[\]<>|#])")


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft for one audience: the name of its folder, its text, its charts by file name."""

    folder: str
    text: str
    files: Mapping[str, bytes]


def draft(annual: Annual, institution: Institution) -> Draft:
    """The draft of one audience."""
    # Here, for drawing takes long to load and only drafts with charts draw.
    from generator.oversight.charts import picture  # noqa: PLC0415

    files = {f"{name}.svg": picture(bars, name) for name, bars in charts(annual).items()}
    text = "\n".join([*_front(annual, institution), "", *_body(annual, institution), ""])
    return Draft(f"annual-{annual.scene.year}-{annual.audience.id}", text, files)


def _front(annual: Annual, institution: Institution) -> Iterator[str]:
    rules, year = institution.oversight.annual, annual.scene.year
    yield "---"
    yield f"id: {BLANK}"
    yield f"title: {_quoted(f'{institution.face.name}{year}年度党务公开情况通报')}"
    yield f"catalog: {rules.catalog or BLANK}"
    yield f"scope: {_scope(annual, institution) or BLANK}"
    yield f'period: "{year}"'
    yield f"unit: {rules.unit or BLANK}"
    yield f"kind: {rules.kind or institution.default_kind}"
    yield f"matter: annual-{year}"
    yield f"dates: {{written: {BLANK}, release: {BLANK}}}"
    if drawn := charts(annual):
        yield "attachments:"
        for name, bars in drawn.items():
            yield f"  - {{file: {name}.svg, title: {_quoted(bars.title)}}}"
    yield "approval:"
    yield from (f"  {step.key}: {_act(step)}" for step in institution.workflow)
    yield "---"


def _scope(annual: Annual, institution: Institution) -> str:
    """The narrowest scope word that reaches the audience; "" where none does."""
    reaching = (
        word
        for word in institution.scopes.values()
        if annual.audience.id in word.audiences and not word.group
    )
    narrowest = min(reaching, key=lambda word: len(word.audiences), default=None)
    return narrowest.word if narrowest else ""


def _act(step: Step) -> str:
    keys = ("by", "date", *step.verdicts)
    return "{" + ", ".join(f"{key}: {BLANK}" for key in keys) + "}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _body(annual: Annual, institution: Institution) -> Iterator[str]:
    yield (
        f"现将{_plain(institution.face.name)} {annual.scene.year} 年度党务公开情况通报如下。"
        f"统计时间为 {day(annual.scene.first)}至 {day(annual.last)}，"
        f"统计范围为向{_plain(annual.audience.title)}公开的事项。"
    )
    for numeral, (title, lines) in zip(_NUMERALS, _sections(annual), strict=False):
        yield from ("", f"## {numeral}、{title}", "", *lines)


def _sections(annual: Annual) -> Iterator[tuple[str, list[str]]]:
    yield "总体情况", [total_line(annual), *_counted(annual)]
    if annual.catalogues:
        yield "公开目录执行情况", _catalogues(annual)
    if annual.applications:
        lines = [summary(annual.applications)]
        table = applications_table(annual)
        yield "依申请公开情况", [*lines, *(["", *_markdown(table)] if table.rows else [])]
    yield "变更和撤销情况", [changes_line(annual)]
    yield "存在的问题", [BLANK]
    yield "改进措施", [BLANK]


def _counted(annual: Annual) -> Iterator[str]:
    for table in count_tables(annual):
        if table.rows:
            yield from ("", f"### {table.title}", "", *_markdown(table))
        if drawn := chart(annual, table):
            yield from ("", f"![{_plain(drawn[1].title)}（数字见上表）]({drawn[0]}.svg)")


def _catalogues(annual: Annual) -> list[str]:
    titles = "、".join(f"《{_plain(view.title)}》" for view in annual.catalogues)
    table = catalogue_table(annual)
    return [f"对照{titles}，本年执行情况如下。", "", *_markdown(table)]


def _markdown(table: Table) -> Iterator[str]:
    """A table of Markdown; all columns but the first hold numbers."""
    numbers = len(table.columns) - 1
    yield _line(table.columns)
    yield _line(("---", *["---:"] * numbers), escaped=True)
    yield from map(_line, table.rows)


def _line(cells: tuple[str, ...], *, escaped: bool = False) -> str:
    return f"| {' | '.join(cells if escaped else map(_plain, cells))} |"


def _plain(text: str) -> str:
    """Text that Markdown leaves as it is."""
    return _ACTIVE.sub(r"\\\1", text)
